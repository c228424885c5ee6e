import Ingest
import RPC

/// What became of the rows of an import so far. Pure: batches and acknowledgements in, completed
/// batches out, in the order of the input.
///
///     queued -> in flight -> acknowledged -> completed (only behind all earlier ones)
///                   |  connection lost
///                   +-> to be sent again, in order
struct ImportLedger: Sendable {
  /// A batch whose every row is accounted for.
  struct Completed: Sendable {
    let batch: PreparedBatch
    /// Rows that the batch lost, in the order of their lines.
    let rejected: [BadRow]
  }

  /// An acknowledgement that cannot be true.
  struct Contradiction: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  private struct Flight {
    let batch: PreparedBatch
    var ack: ImportAck?
  }

  /// Sent or waiting to be sent again; ascending sequences.
  private var flights: [Flight] = []
  /// How many of the first flights must be sent (again) before anything new.
  private var unsent: [UInt64] = []
  /// Rows accounted for, by outcome; rejected ones include those that never were sent.
  private(set) var counts = ImportCounts()
  /// The newest transaction acknowledged.
  private(set) var lastXID: UInt64 = 0
  /// Batches completed.
  private(set) var batchCount = 0
  /// Batches that were sent more than once.
  private(set) var resentCount = 0
  /// Bytes of the source behind the completed batches.
  private(set) var inputBytesCompleted = 0

  /// What the newest acknowledgement says of the service's stages; nil where it says nothing.
  private(set) var stages: ImportStages?

  /// Rows accounted for.
  var rowCount: UInt64 {
    counts.inserted + counts.updated + counts.unchanged + counts.skipped + counts.rejected
  }

  /// Batches that are not completed.
  var pendingCount: Int { flights.count }

  /// Batches that were sent and not acknowledged.
  var inFlightCount: Int { flights.count { $0.ack == nil } - unsent.count }

  /// Bytes of the batches that were sent and not acknowledged, those of a lost connection included.
  var unacknowledgedByteCount: Int {
    flights.reduce(0) { $1.ack == nil ? $0 + $1.batch.byteCount : $0 }
  }

  /// The batch to send next, taken from those of a lost connection.
  mutating func takeUnsent() -> PreparedBatch? {
    guard !unsent.isEmpty else { return nil }
    let sequence = unsent.removeFirst()
    return flights.first { $0.batch.sequence == sequence }?.batch
  }

  /// Notes a new batch, which the caller sends now. One without entries needs no sending.
  ///
  /// - Precondition: Sequences rise.
  mutating func add(_ batch: PreparedBatch) {
    precondition(flights.last.map { $0.batch.sequence < batch.sequence } ?? true, "order")
    var flight = Flight(batch: batch)
    if batch.entries.isEmpty { flight.ack = ImportAck(sequence: batch.sequence) }
    flights.append(flight)
  }

  /// Notes that what is in flight may or may not have arrived.
  mutating func connectionLost() {
    let lost = flights.filter { $0.ack == nil }.map(\.batch.sequence)
    resentCount += lost.count - unsent.count
    unsent = lost
  }

  /// Notes an acknowledgement, which may come in any order.
  ///
  /// - Throws: ``Contradiction`` for a batch that is not in flight or counts that do not add up.
  mutating func acknowledge(_ ack: ImportAck) throws(Contradiction) {
    guard
      let index = flights.firstIndex(where: { $0.batch.sequence == ack.sequence && $0.ack == nil }),
      !unsent.contains(ack.sequence)
    else {
      throw Contradiction(
        description: "the service acknowledged batch \(ack.sequence), which is not in flight")
    }
    let expected = UInt64(flights[index].batch.entries.count)
    let counts = ack.counts ?? ImportCounts()
    let parts = [
      counts.inserted, counts.updated, counts.unchanged, counts.skipped, counts.rejected,
    ]
    let fits = parts.allSatisfy { $0 <= expected } && parts.reduce(0, +) == expected
    let indices = Set(ack.rejected.map(\.index))
    guard fits, ack.rejected.count == counts.rejected, indices.count == ack.rejected.count,
      indices.allSatisfy({ $0 < expected })
    else {
      throw Contradiction(
        description: "the counts for batch \(ack.sequence) do not add up to its \(expected) rows")
    }
    flights[index].ack = ack
    stages = ack.stages ?? stages
  }

  /// Takes the batches that are acknowledged behind no other one, and counts their rows.
  mutating func takeCompleted() -> [Completed] {
    let ready = flights.prefix { $0.ack != nil }
    flights.removeFirst(ready.count)
    return ready.map { flight in
      let ack = flight.ack ?? ImportAck()
      let batch = flight.batch
      let added = ack.counts ?? ImportCounts()
      counts.inserted += added.inserted
      counts.updated += added.updated
      counts.unchanged += added.unchanged
      counts.skipped += added.skipped
      counts.rejected += added.rejected + UInt64(batch.badRows.count)
      lastXID = max(lastXID, ack.xid)
      batchCount += 1
      inputBytesCompleted = batch.inputBytesRead
      let refused = ack.rejected.map { outcome in
        batch.rows[Int(outcome.index)].rejected(
          column: outcome.field.isEmpty ? nil : outcome.field,
          .refused(outcome.reason.isEmpty ? "refused by the service" : outcome.reason))
      }
      let rejected = (batch.badRows + refused).sorted { $0.byteOffset < $1.byteOffset }
      return Completed(batch: batch, rejected: rejected)
    }
  }
}

import CommandInterface
import Ingest
import Platform

/// What an import leaves on disk: the rows it refused, and how far it came.
///
/// `@unchecked Sendable`: one thread at a time calls it, the one that takes acknowledgements.
final class ImportRecord: @unchecked Sendable {
  /// Time between two checkpoints, which cost a synchronised file each.
  static let checkpointNanoseconds: UInt64 = 500_000_000
  /// Bad rows that are told of at once; the rest stands in the reject file.
  static let shownLimit = 5

  private var rejects: RejectWriter
  private var journal: ImportJournal?
  private let show: (BadRow) -> Void
  private let showRepeat: (RepeatedIDs.Repeat) -> Void
  private let warn: (String) -> Void
  private var shown = 0
  /// Rows that stand for the same entry as an earlier one, in this run.
  private(set) var repeatedCount = 0
  private var newest: ImportCheckpoint?
  private var acknowledged: Int
  private var rejected: Int
  private var lastSave = Clock.monotonicNanoseconds

  /// - Parameters:
  ///   - journal: nil for an input that cannot be read again.
  ///   - earlier: Where the import goes on; nil where it begins.
  ///   - show: Called with the first bad rows.
  ///   - showRepeat: Called with the first rows that stand for the same entry as an earlier one.
  ///   - warn: Called where the journal cannot be kept, without which the import goes on, and
  ///     with what else is to be known of the record.
  init(
    rejectPath: String, journal: ImportJournal?, earlier: ImportCheckpoint?,
    show: @escaping (BadRow) -> Void, showRepeat: @escaping (RepeatedIDs.Repeat) -> Void,
    warn: @escaping (String) -> Void
  ) {
    rejects = RejectWriter(path: rejectPath, continuedAt: earlier?.rejectByteCount)
    self.journal = journal
    self.show = show
    self.showRepeat = showRepeat
    self.warn = warn
    acknowledged = earlier?.acknowledged ?? 0
    rejected = earlier?.rejected ?? 0
  }

  /// Whether a later import can go on where this one ended.
  var canResume: Bool { journal != nil }

  /// Rows written to the reject file in this run.
  var rejectedCount: Int { rejects.count }

  /// Takes a batch whose rows are all accounted for, in the order of the input.
  func take(_ done: ImportLedger.Completed) throws(CommandError) {
    try translating { () throws(IngestError) in
      for bad in done.rejected {
        if shown < Self.shownLimit {
          shown += 1
          show(bad)
        }
        try rejects.write(bad)
      }
      for found in done.batch.repeats {
        if repeatedCount < Self.shownLimit { showRepeat(found) }
        repeatedCount += 1
      }
      rejected += done.rejected.count
      acknowledged += done.batch.rowCount - done.rejected.count
      newest = checkpoint(after: done.batch) ?? newest
      if Clock.monotonicNanoseconds - lastSave >= Self.checkpointNanoseconds { try save() }
    }
  }

  /// Ends the record: complete imports leave no journal, others one that ``ImportJournal/load()``
  /// finds.
  func close(isComplete: Bool) throws(CommandError) {
    try translating { () throws(IngestError) in
      if !isComplete { try save() }
      try rejects.finish()
    }
    if rejects.count > shown {
      warn(
        "\(Quantity.count(rejects.count - shown)) more rejected; all stand in "
          + DisplayText.cleaned(rejects.path))
    }
    guard isComplete, let journal, FileSystem.exists(journal.path) else { return }
    do throws(IngestError) { try journal.remove() } catch {
      warn("the import is complete, but its journal stays: \(error)")
    }
  }

  /// The place after the batch's last row, be it good or bad.
  private func checkpoint(after batch: PreparedBatch) -> ImportCheckpoint? {
    let written = rejects.byteCount
    if let bad = batch.badRows.last,
      batch.rows.last.map({ $0.endByteOffset < bad.endByteOffset }) ?? true
    {
      return ImportCheckpoint(
        after: bad, acknowledged: acknowledged, rejected: rejected, rejectByteCount: written)
    }
    return batch.rows.last.map {
      ImportCheckpoint(
        after: $0, acknowledged: acknowledged, rejected: rejected, rejectByteCount: written)
    }
  }

  private func save() throws(IngestError) {
    guard let journal, let newest else { return }
    // A row must stand in the reject file before the journal says that it is dealt with.
    try rejects.flush()
    self.newest = nil
    lastSave = Clock.monotonicNanoseconds
    do throws(IngestError) { try journal.save(newest) } catch {
      // What is imported is safe without it: only --resume would have to begin at the start.
      self.journal = nil
      warn("this import cannot be resumed: \(error)")
    }
  }

  private func translating(_ body: () throws(IngestError) -> Void) throws(CommandError) {
    do throws(IngestError) { try body() } catch {
      throw CommandError(
        .failed, "the import's record cannot be written: \(error)",
        remedy: "name another place with --reject-file, or make room")
    }
  }
}

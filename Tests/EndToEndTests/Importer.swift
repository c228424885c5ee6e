import Platform
import RPC
import Synchronization

/// One client that writes without pause and remembers what it was promised: the acknowledged log
/// that a kill of the service cannot reach.
///
/// `@unchecked Sendable`: `run` is called on one thread; everything else is read after it was
/// joined. Only the flag is shared.
final class Importer: @unchecked Sendable {
  /// What is known of one external id.
  struct Promise {
    /// The content that was acknowledged last; nil for absent.
    var acknowledged: String?
    /// The content of a write whose answer never came: it may have happened.
    var pending: [String?] = []
  }

  /// Every external id that was ever written.
  private(set) var promises: [String: Promise] = [:]
  /// Writes acknowledged, deletes included.
  private(set) var acknowledgedCount = 0
  /// Refusals that are no loss of the connection: there should be none.
  private(set) var refusals: [String] = []

  private let name: String
  private let socket: String
  private let key: String
  private var generator: SeededGenerator
  private var revision = 0
  private let isStopped = Atomic<Bool>(false)

  /// - Parameters:
  ///   - name: Begins every external id of this importer.
  ///   - socket: The service's.
  ///   - key: The business's.
  ///   - seed: Of every choice.
  init(name: String, socket: String, key: String, seed: UInt64) {
    self.name = name
    self.socket = socket
    self.key = key
    generator = SeededGenerator(seed: seed)
  }

  /// Asks `run` to return after its present write.
  func stop() { isStopped.store(true, ordering: .relaxed) }

  /// Writes until told to stop or until the service is gone.
  func run() {
    isStopped.store(false, ordering: .relaxed)
    do {
      let connection = try WireConnection(socket: socket, key: key)
      while !isStopped.load(ordering: .relaxed) { try step(connection) }
    } catch let failure as WireConnection.Failure {
      if failure.code != nil && failure.code != .shuttingDown { refusals.append("\(failure)") }
    } catch {
      // Connecting to a service that is gone.
    }
  }

  /// Compares what is in the database with what was promised, and takes what was unknown from it.
  ///
  /// - Parameter contents: External id → content of the rows that are there.
  /// - Returns: Broken promises.
  func settle(_ contents: [String: String]) -> [String] {
    var broken: [String] = []
    for (id, promise) in promises {
      let present = contents[id]
      if present != promise.acknowledged && !promise.pending.contains(present) {
        broken.append(
          "\(id): acknowledged \(promise.acknowledged ?? "nothing"), pending \(promise.pending), "
            + "found \(present ?? "nothing")")
      }
      promises[id] = Promise(acknowledged: present)
    }
    for id in contents.keys where id.hasPrefix(name + "-") && promises[id] == nil {
      broken.append("\(id) was never written")
    }
    return broken
  }

  // ---------------------------------------------------------------- writes

  private func step(_ connection: WireConnection) throws {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0, 1: try delete(connection)
    case 2, 3: try stream(connection)
    default: try upsert(connection)
    }
  }

  private func upsert(_ connection: WireConnection) throws {
    let entries = batch([1, 1, 10, 100, 1000].randomElement(using: &generator)!)
    note(entries)
    let reply = try connection.call(
      .upsert, UpsertRequest(entries: entries), for: UpsertReply.self)
    for outcome in reply.outcomes where outcome.kind == .rejected {
      refusals.append("\(outcome.field): \(outcome.reason)")
    }
    acknowledge(entries)
  }

  private func delete(_ connection: WireConnection) throws {
    let present = promises.filter { $0.value.acknowledged != nil }.map(\.key).sorted()
    guard !present.isEmpty else { return }
    let ids = (0..<Int.random(in: 1...20, using: &generator))
      .map { _ in present.randomElement(using: &generator)! }
    for id in ids { promises[id]!.pending = [nil] }
    _ = try connection.call(.delete, DeleteRequest(externalIDs: ids), for: DeleteReply.self)
    for id in ids { promises[id] = Promise(acknowledged: nil) }
    acknowledgedCount += Set(ids).count
  }

  /// A bulk import of several batches; each is acknowledged on its own.
  private func stream(_ connection: WireConnection) throws {
    let all = batch(300)
    let batches = stride(from: 0, to: all.count, by: 100).map {
      Array(all[$0..<min($0 + 100, all.count)])
    }
    note(all)
    let id = connection.takeRequestID()
    try connection.send(
      WireConnection.request, method: UInt16(Method.bulkImport.rawValue), request: id, flags: 1,
      message: ImportRequest().encoded())
    for (index, entries) in batches.enumerated() {
      try connection.send(
        WireConnection.item, method: UInt16(Method.bulkImport.rawValue), request: id,
        message: ImportBatch(sequence: UInt64(index + 1), entries: entries).encoded())
    }
    try connection.send(
      WireConnection.end, method: UInt16(Method.bulkImport.rawValue), request: id, message: [])
    while true {
      guard let frame = try connection.receive() else {
        throw WireConnection.Failure.lost("closed in an import")
      }
      guard frame.request == id else { continue }
      switch frame.kind {
      case WireConnection.item:
        let ack = try ImportAck(decoding: frame.message)
        for outcome in ack.rejected { refusals.append("\(outcome.field): \(outcome.reason)") }
        acknowledge(batches[Int(ack.sequence) - 1])
      case WireConnection.end: return
      case WireConnection.error: throw WireConnection.failure(frame)
      default: break
      }
    }
  }

  private func batch(_ count: Int) -> [Entry] {
    var numbers: Set<Int> = []
    for _ in 0..<count { numbers.insert(Int.random(in: 0..<2000, using: &generator)) }
    revision += 1
    return numbers.sorted().map { number in
      var entry = Entry()
      entry.externalID = "\(name)-\(number)"
      entry.title = "\(name) \(number)"
      entry.content = "revision \(revision) " + words(8)
      return entry
    }
  }

  private func words(_ count: Int) -> String {
    let vocabulary = [
      "shoe", "refund", "parcel", "invoice", "winter", "cotton", "repair", "warranty", "colour",
      "delivery", "store", "voucher", "leather", "return", "size", "address", "payment", "order",
    ]
    return (0..<count).map { _ in vocabulary.randomElement(using: &generator)! }
      .joined(separator: " ")
  }

  private func note(_ entries: [Entry]) {
    for entry in entries {
      promises[entry.externalID, default: Promise()].pending = [entry.content]
    }
  }

  private func acknowledge(_ entries: [Entry]) {
    for entry in entries { promises[entry.externalID] = Promise(acknowledged: entry.content) }
    acknowledgedCount += entries.count
  }
}

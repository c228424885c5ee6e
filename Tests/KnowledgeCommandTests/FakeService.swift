import CommandInterface
import Platform
import RPC
import Synchronization
import TestSupport

@testable import knowledge

/// Answers in the place of a service: with what a test put there, and notes what it was asked.
final class FakeService: Service {
  struct Asked: Sendable {
    let method: RPC.Method
    let request: any ProtoMessage
  }

  private struct State {
    var answers: [Int32: any ProtoMessage] = [:]
    var refusals: [Int32: CommandError] = [:]
    var asked: [Asked] = []
    var exported: [[Entry]] = []
    var exportRequest: ExportRequest?
  }

  private let state = Mutex(State())
  let store = FakeStore()

  var asked: [Asked] { state.withLock { $0.asked } }
  var exportRequest: ExportRequest? { state.withLock { $0.exportRequest } }

  func answer(_ method: RPC.Method, _ reply: any ProtoMessage) {
    state.withLock { $0.answers[method.rawValue] = reply }
  }

  func refuse(_ method: RPC.Method, _ refusal: CommandError) {
    state.withLock { $0.refusals[method.rawValue] = refusal }
  }

  func export(_ items: [[Entry]]) { state.withLock { $0.exported = items } }

  func call<Reply: ProtoMessage>(
    _ method: RPC.Method, _ request: some ProtoMessage, for reply: Reply.Type,
    timeoutMilliseconds: Int?
  ) throws(CommandError) -> Reply {
    let (answer, refusal) = state.withLock { state in
      state.asked.append(Asked(method: method, request: request))
      return (state.answers[method.rawValue], state.refusals[method.rawValue])
    }
    if let refusal { throw refusal }
    guard let answer = answer as? Reply else {
      throw CommandError(.failed, "the test has no answer to \(method)")
    }
    return answer
  }

  func export(
    _ request: ExportRequest, each: ([Entry]) throws(CommandError) -> Void
  ) throws(CommandError) -> ExportSummary {
    let items = state.withLock { state in
      state.exportRequest = request
      return state.exported
    }
    for item in items { try each(item) }
    return ExportSummary(entries: UInt64(items.reduce(0) { $0 + $1.count }))
  }

  func openImport(_ request: ImportRequest) throws(CommandError) -> any ImportStream {
    try store.open(request)
  }

  /// What a command sees that runs against this service.
  func context(
    _ captured: CapturedConsole, columns: Int = 80, environment: [String: String] = [:]
  ) -> Context {
    Context(
      console: captured.console(columns: columns), environment: { environment[$0] },
      connect: { (_) throws(CommandError) in self }, watchInterruption: { { false } })
  }

  /// Runs a command line.
  func run(
    _ words: String..., columns: Int = 80, environment: [String: String] = [:]
  ) -> (exit: ExitCode, output: String, error: String) {
    run(words, columns: columns, environment: environment)
  }

  func run(
    _ words: [String], columns: Int = 80, environment: [String: String] = [:]
  ) -> (exit: ExitCode, output: String, error: String) {
    let captured = CapturedConsole()
    let tool = CommandLineTool(
      CommandTable.commands,
      context: context(captured, columns: columns, environment: environment))
    let exit = tool.run(words)
    return (exit, captured.output, captured.error)
  }
}

/// Keeps imported rows as the service would: by external id, committed before it is acknowledged.
/// Breaks as a test asks it to.
final class FakeStore: Sendable {
  /// What goes wrong, and when: counted in batches over all streams.
  enum Fault: Sendable {
    /// The connection is lost when the batch was written and before it was acknowledged.
    case loseAfterCommit(batch: Int)
    /// The connection is lost before the batch was written.
    case loseBeforeCommit(batch: Int)
    /// From the batch on nothing can be opened or sent.
    case stayAway(from: Int)
    /// The batch is refused for good.
    case refuse(batch: Int)
    /// The stream ends early, everything acknowledged.
    case endEarly(after: Int)
    /// The acknowledgement's counts are one short.
    case miscount(batch: Int)
  }

  struct State {
    var rows: [String: Entry] = [:]
    var faults: [Fault] = []
    var received = 0
    var opened = 0
    var onConflict: [OnConflict] = []
    var batchSizes: [Int] = []
    var isAway = false
    /// Why no import can be opened.
    var openRefusal: CommandError?
  }

  let state = Mutex(State())
  /// External ids that the service refuses.
  let refused: Mutex<Set<String>> = Mutex([])
  /// What acknowledgements say of the service's stages.
  let stages: Mutex<ImportStages?> = Mutex(nil)
  /// How many acknowledgements are held back until another batch or the end comes.
  let lag = Mutex(0)

  var rows: [String: Entry] { state.withLock { $0.rows } }

  func open(_ request: ImportRequest) throws(CommandError) -> any ImportStream {
    let (isAway, refusal) = state.withLock { state in
      state.opened += 1
      return (state.isAway, state.openRefusal)
    }
    if let refusal { throw refusal }
    if isAway { throw CommandError(.unreachable, "the test's service is away") }
    return FakeStream(self)
  }

  /// Writes a batch, or fails as it should.
  fileprivate func write(_ batch: ImportBatch) throws(CommandError) -> ImportAck? {
    let refused = refused.withLock { $0 }
    let stages = stages.withLock { $0 }
    let result: Result<ImportAck?, CommandError> = state.withLock { state in
      state.received += 1
      let number = state.received
      func commit() -> ImportAck {
        state.onConflict.append(batch.onConflict)
        state.batchSizes.append(batch.entries.count)
        var counts = ImportCounts()
        var rejected: [Outcome] = []
        for (index, entry) in batch.entries.enumerated() {
          let key = entry.externalID.isEmpty ? entry.content : entry.externalID
          if refused.contains(key) {
            counts.rejected += 1
            rejected.append(
              Outcome(
                index: UInt32(index), kind: .rejected, field: "content", reason: "not wanted"))
          } else if let present = state.rows[key] {
            if batch.onConflict == .skip {
              counts.skipped += 1
            } else if batch.onConflict == .fail {
              counts.rejected += 1
              rejected.append(
                Outcome(index: UInt32(index), kind: .rejected, reason: "exists"))
            } else if present == entry {
              counts.unchanged += 1
            } else {
              counts.updated += 1
              state.rows[key] = entry
            }
          } else {
            counts.inserted += 1
            state.rows[key] = entry
          }
        }
        return ImportAck(
          sequence: batch.sequence, counts: counts, rejected: rejected, xid: UInt64(1000 + number),
          stages: stages)
      }
      let lost = CommandError(.unreachable, "the connection is lost")
      for fault in state.faults {
        switch fault {
        case .loseAfterCommit(number):
          _ = commit()
          return .failure(lost)
        case .loseBeforeCommit(number): return .failure(lost)
        case .stayAway(let first) where number >= first:
          state.isAway = true
          return .failure(lost)
        case .refuse(number): return .failure(CommandError(.failed, "the disk is full"))
        case .endEarly(let last) where number == last + 1:
          return .failure(CommandError(.unreachable, "the service is stopping"))
        case .miscount(number):
          var ack = commit()
          ack.counts?.inserted -= 1
          return .success(ack)
        default: continue
        }
      }
      return .success(commit())
    }
    return try result.get()
  }
}

private final class FakeStream: ImportStream {
  private let store: FakeStore
  private let waiting = Mutex<[ImportAck]>([])

  init(_ store: FakeStore) { self.store = store }

  func send(_ batch: ImportBatch) throws(CommandError) -> [ImportAck] {
    if let ack = try store.write(batch) { waiting.withLock { $0.append(ack) } }
    let lag = store.lag.withLock { $0 }
    return waiting.withLock { acks in
      let ready = max(0, acks.count - lag)
      defer { acks.removeFirst(ready) }
      return Array(acks.prefix(ready))
    }
  }

  func acknowledgements(timeoutMilliseconds: Int) throws(CommandError) -> [ImportAck] {
    waiting.withLock { acks in
      // The last first: the service may answer in any order.
      acks.popLast().map { [$0] } ?? []
    }
  }

  func finish() throws(CommandError) -> [ImportAck] {
    waiting.withLock { acks in
      defer { acks = [] }
      return acks
    }
  }
}

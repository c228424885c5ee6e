import CommandInterface
import Ingest
import Platform
import RPC

/// Imports one input: a thread of its own reads and maps, the caller's sends and takes
/// acknowledgements.
///
/// Memory is constant: at most ``queueLimit`` batches wait to be sent, and at most
/// ``ImportOptions/inFlightLimit`` to be acknowledged, fewer where they are large. Nothing counts
/// before its acknowledgement, and what is recorded follows the input's order.
final class ImportRun: Sendable {
  /// Why an import ended before its input did.
  enum Stop: Sendable, Equatable {
    case budget
    case interrupted
    /// The input cannot be read any further; what was read before is sent all the same.
    case unreadable(CommandError)
    /// The service refused, or stayed away too long.
    case failed(CommandError)
  }

  /// What happens outside of the rows, handed in so that tests can.
  struct Surroundings: Sendable {
    /// Opens a stream; called again after a loss.
    let open: @Sendable () throws(CommandError) -> any ImportStream
    /// Whether somebody wants the import to stop.
    let isInterrupted: @Sendable () -> Bool
    /// Called with every completed batch, in order.
    let completed: @Sendable (ImportLedger.Completed) throws(CommandError) -> Void
    /// Called with every event; the remark says what the import waits for.
    let progress: @Sendable (ImportLedger, ImportBottleneck, _ remark: String) -> Void
    /// Waits before another attempt.
    var sleep: @Sendable (_ milliseconds: Int) -> Void = { Thread.sleep(milliseconds: $0) }
  }

  private struct Queue {
    var batches: [PreparedBatch] = []
    var isEnded = false
    var failure: CommandError?
    /// Tells the reader that nobody wants more.
    var isClosed = false
  }

  static let queueLimit = 2
  static let queueByteLimit = 3 << 20
  /// How long to wait for one thing before looking at the others.
  private static let tickMilliseconds = 100
  /// A service that acknowledges nothing for so long is given up for lost.
  private static let silenceMilliseconds: UInt64 = 300_000

  private let source: ImportSource
  private let options: ImportOptions
  private let surroundings: Surroundings
  private let earlier: ImportCheckpoint?
  private let queue = Condition(Queue())
  private let reading = BusyTime()
  private let began = Clock.monotonicNanoseconds

  /// - Parameter earlier: What an interrupted import had done, so that its bad rows count too.
  init(
    _ source: ImportSource, options: ImportOptions, earlier: ImportCheckpoint? = nil,
    surroundings: Surroundings
  ) {
    self.source = source
    self.options = options
    self.earlier = earlier
    self.surroundings = surroundings
  }

  /// Imports until the input ends or something stops it.
  ///
  /// - Returns: What became of the rows, what held them up, and why it stopped; nil at the input's
  ///   end.
  func run() -> (ledger: ImportLedger, bottleneck: ImportBottleneck, stop: Stop?) {
    let reader = Thread.spawn(name: "import-read", stackByteCount: 4 << 20) { self.read() }
    var ledger = ImportLedger()
    var bottleneck = ImportBottleneck()
    let stop = transfer(&ledger, &bottleneck)
    queue.withLock { $0.isClosed = true }
    // A reader that waits for standard input may wait for ever, and holds nothing of ours.
    if source.byteCount != nil || queue.withLock({ $0.isEnded }) { reader.join() }
    return (ledger, bottleneck, stop)
  }

  /// Whether everything was read and handed on; to be asked after ``run()``.
  var hasReadAll: Bool {
    queue.withLock { $0.isEnded && $0.failure == nil && $0.batches.isEmpty }
  }

  // MARK: Reading

  private func read() {
    do throws(CommandError) {
      while let batch = try nextRead() {
        let goesOn = queue.wait { queue -> Bool? in
          if queue.isClosed { return false }
          let waiting = queue.batches.reduce(0) { $0 + $1.byteCount }
          let hasRoom =
            queue.batches.count < Self.queueLimit
            && waiting + batch.byteCount <= Self.queueByteLimit
          guard queue.batches.isEmpty || hasRoom else { return nil }
          queue.batches.append(batch)
          return true
        }
        if goesOn != true { return }
      }
      queue.withLock { $0.isEnded = true }
    } catch {
      let failure = error
      queue.withLock { queue in
        queue.failure = failure
        queue.isEnded = true
      }
    }
  }

  private func nextRead() throws(CommandError) -> PreparedBatch? {
    try reading.measure { () throws(CommandError) in try source.nextBatch() }
  }

  // MARK: Sending

  /// Streams until all is acknowledged; opens another stream where one is lost.
  private func transfer(
    _ ledger: inout ImportLedger, _ bottleneck: inout ImportBottleneck
  ) -> Stop? {
    var retry = RetryClock(limitMilliseconds: options.retryMilliseconds)
    while true {
      do throws(CommandError) {
        return try exchange(on: try surroundings.open(), &ledger, &bottleneck, &retry)
      } catch {
        ledger.connectionLost()
        if surroundings.isInterrupted() { return .interrupted }
        guard error.exit == .unreachable, let pause = retry.nextPause() else {
          return .failed(error)
        }
        surroundings.progress(ledger, bottleneck, "waiting for the service")
        surroundings.sleep(pause)
      }
    }
  }

  /// Sends and receives on one stream until the end, or until something stops the import; what is
  /// in flight then is waited for.
  private func exchange(
    on stream: any ImportStream, _ ledger: inout ImportLedger,
    _ bottleneck: inout ImportBottleneck, _ retry: inout RetryClock
  ) throws(CommandError) -> Stop? {
    var stop: Stop?
    var lastSign = Clock.monotonicNanoseconds
    while true {
      if stop == nil, surroundings.isInterrupted() { stop = .interrupted }
      if let batch = nextBatch(&ledger, stop) {
        try take(try stream.send(batch), &ledger, &retry, &lastSign)
      } else if ledger.inFlightCount > 0 {
        let acks = try stream.acknowledgements(timeoutMilliseconds: Self.tickMilliseconds)
        try take(acks, &ledger, &retry, &lastSign)
        guard Clock.monotonicNanoseconds - lastSign < Self.silenceMilliseconds * 1_000_000 else {
          throw CommandError(.unreachable, "the service has acknowledged nothing for five minutes")
        }
      } else if stop != nil || waitForBatch() == nil {
        try take(try stream.finish(), &ledger, &retry, &lastSign)
        try complete(&ledger, &stop)
        note(ledger, &bottleneck)
        guard ledger.pendingCount == 0 else {
          throw CommandError(.unreachable, "the service ended the import before its end")
        }
        return stop ?? queue.withLock { $0.failure.map(Stop.unreadable) }
      } else {
        lastSign = Clock.monotonicNanoseconds
      }
      try complete(&ledger, &stop)
      note(ledger, &bottleneck)
      surroundings.progress(ledger, bottleneck, "")
    }
  }

  private func note(_ ledger: ImportLedger, _ bottleneck: inout ImportBottleneck) {
    guard let stages = ledger.stages else { return }
    bottleneck.note(
      stages, readingNanoseconds: reading.nanoseconds,
      elapsedNanoseconds: Clock.monotonicNanoseconds - began)
  }

  /// What to send now: first what a lost connection left, then what the reader has ready.
  private func nextBatch(_ ledger: inout ImportLedger, _ stop: Stop?) -> ImportBatch? {
    guard ledger.inFlightCount < options.inFlightLimit else { return nil }
    if let again = ledger.takeUnsent() { return message(again, isAgain: true) }
    guard stop == nil, ledger.unacknowledgedByteCount <= options.inFlightByteLimit else {
      return nil
    }
    while let ready = queue.withLock({ $0.batches.isEmpty ? nil : $0.batches.removeFirst() }) {
      ledger.add(ready)
      if !ready.entries.isEmpty { return message(ready, isAgain: false) }
    }
    return nil
  }

  /// Whether the reader has something: true; nothing yet: false; nothing more: nil.
  private func waitForBatch() -> Bool? {
    let answer = queue.wait(timeoutMilliseconds: Self.tickMilliseconds) { queue -> Bool? in
      if !queue.batches.isEmpty { return true }
      return queue.isEnded ? false : nil
    }
    switch answer {
    case true: return true
    case false: return nil
    default: return false
    }
  }

  private func message(_ batch: PreparedBatch, isAgain: Bool) -> ImportBatch {
    var message = ImportBatch()
    message.sequence = batch.sequence
    message.entries = batch.entries
    message.collection = options.collection
    // What was sent before may have been written: that is no conflict.
    message.onConflict = isAgain && options.onConflict == .fail ? .skip : options.onConflict
    return message
  }

  // MARK: Acknowledgements

  private func take(
    _ acks: [ImportAck], _ ledger: inout ImportLedger, _ retry: inout RetryClock,
    _ lastSign: inout UInt64
  ) throws(CommandError) {
    guard !acks.isEmpty else { return }
    do throws(ImportLedger.Contradiction) {
      for ack in acks { try ledger.acknowledge(ack) }
    } catch { throw CommandError(.failed, error.description) }
    retry.reset()
    lastSign = Clock.monotonicNanoseconds
  }

  /// Hands on what is complete, and stops where too many rows were bad.
  private func complete(
    _ ledger: inout ImportLedger, _ stop: inout Stop?
  ) throws(CommandError) {
    for done in ledger.takeCompleted() { try surroundings.completed(done) }
    if stop == nil, isBudgetExceeded(by: ledger, atEnd: false) { stop = .budget }
  }

  /// Whether more rows were bad than the budget bears; a percentage is final at the end only.
  func isBudgetExceeded(by ledger: ImportLedger, atEnd: Bool) -> Bool {
    let bad = Int(clamping: ledger.counts.rejected) + (earlier?.rejected ?? 0)
    let good = Int(clamping: ledger.rowCount - ledger.counts.rejected)
    return options.budget.isExceeded(
      bad: bad, total: bad + good + (earlier?.acknowledged ?? 0), isEnd: atEnd)
  }
}

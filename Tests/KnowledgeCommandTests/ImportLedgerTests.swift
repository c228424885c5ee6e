import CommandInterface
import Platform
import RPC
import Testing

@testable import knowledge

@Suite struct ImportLedgerTests {
  static func batch(_ sequence: UInt64) -> PreparedBatch {
    PreparedBatch(
      sequence: sequence, entries: [Entry(), Entry()], rows: [], badRows: [],
      byteCount: 100, inputBytesRead: Int(sequence) * 10)
  }

  static func ack(_ sequence: UInt64) -> ImportAck {
    ImportAck(sequence: sequence, counts: ImportCounts(inserted: 2), xid: sequence)
  }

  @Test func `batches complete in the order of the input`() throws {
    var ledger = ImportLedger()
    for sequence in 1...3 as ClosedRange<UInt64> { ledger.add(Self.batch(sequence)) }
    try ledger.acknowledge(Self.ack(2))
    #expect(ledger.takeCompleted().isEmpty)
    #expect(ledger.inFlightCount == 2)
    try ledger.acknowledge(Self.ack(1))
    #expect(ledger.takeCompleted().map(\.batch.sequence) == [1, 2])
    #expect(ledger.rowCount == 4)
    #expect(ledger.inputBytesCompleted == 20)
    #expect(ledger.lastXID == 2)
  }

  @Test func `what was in flight is sent again, once and in order`() throws {
    var ledger = ImportLedger()
    for sequence in 1...4 as ClosedRange<UInt64> { ledger.add(Self.batch(sequence)) }
    try ledger.acknowledge(Self.ack(2))
    ledger.connectionLost()
    #expect(ledger.inFlightCount == 0)
    #expect(ledger.takeUnsent()?.sequence == 1)
    ledger.connectionLost()
    #expect([1, 3, 4].map { _ in ledger.takeUnsent()?.sequence } == [1, 3, 4])
    #expect(ledger.takeUnsent() == nil)
    #expect(ledger.resentCount == 4)
  }

  @Test func `acknowledgements that cannot be true are refused`() throws {
    var ledger = ImportLedger()
    ledger.add(Self.batch(1))
    let wrong = [
      Self.ack(2),
      ImportAck(sequence: 1, counts: ImportCounts(inserted: 1)),
      ImportAck(sequence: 1, counts: ImportCounts(inserted: 3)),
      ImportAck(sequence: 1, counts: ImportCounts(inserted: .max, updated: 3)),
      ImportAck(sequence: 1, counts: ImportCounts(inserted: 1, rejected: 1)),
      ImportAck(
        sequence: 1, counts: ImportCounts(inserted: 1, rejected: 1), rejected: [Outcome(index: 2)]),
      ImportAck(
        sequence: 1, counts: ImportCounts(rejected: 2),
        rejected: [Outcome(index: 1), Outcome(index: 1)]),
    ]
    for ack in wrong {
      #expect(throws: ImportLedger.Contradiction.self, "\(ack)") { try ledger.acknowledge(ack) }
    }
    try ledger.acknowledge(Self.ack(1))
    #expect(throws: ImportLedger.Contradiction.self) { try ledger.acknowledge(Self.ack(1)) }
  }

  /// Random batches, losses and orders of acknowledgement: every row is counted exactly once.
  @Test func `whatever happens, the counts are those of the rows`() throws {
    let seed = Clock.monotonicNanoseconds
    print("seed \(seed)")
    var chance = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var ledger = ImportLedger()
      var sent: [UInt64] = []
      var next: UInt64 = 1
      var completed: [UInt64] = []
      let total = UInt64.random(in: 1...30, using: &chance)
      while completed.count < Int(total) {
        switch Int.random(in: 0..<10, using: &chance) {
        case 0:
          ledger.connectionLost()
          sent = []
        case 1...5:
          if let again = ledger.takeUnsent() {
            sent.append(again.sequence)
          } else if next <= total {
            ledger.add(Self.batch(next))
            sent.append(next)
            next += 1
          }
        default:
          guard let chosen = sent.indices.randomElement(using: &chance) else { continue }
          try ledger.acknowledge(Self.ack(sent.remove(at: chosen)))
          completed += ledger.takeCompleted().map(\.batch.sequence)
        }
        #expect(ledger.inFlightCount == sent.count)
      }
      #expect(completed == Array(1...total))
      #expect(ledger.rowCount == 2 * total)
      #expect(ledger.pendingCount == 0)
    }
  }
}

@Suite struct RetryClockTests {
  @Test func `pauses double up to five seconds and end with the limit`() {
    var clock = RetryClock(limitMilliseconds: 60_000, seed: 7)
    var pauses: [Int] = []
    while let pause = clock.nextPause() { pauses.append(pause) }
    #expect(pauses.reduce(0, +) == 60_000)
    #expect((100...125).contains(pauses[0]))
    #expect((200...250).contains(pauses[1]))
    #expect(pauses.allSatisfy { $0 <= 6_250 })
    clock.reset()
    #expect((clock.nextPause() ?? 0) <= 125)
  }
}

@Suite struct TransferProgressTests {
  static let progress = TransferProgress(
    name: "a file with a long name.jsonl", rowCount: 1_234_567, rejectedCount: 3,
    inputBytes: 450, inputByteCount: 1000, elapsedSeconds: 50)

  @Test(arguments: [20, 40, 60, 79, 120, 200])
  func `the bar fits any terminal`(columns: Int) {
    let bar = Self.progress.bar(columns: columns, style: .plain)
    #expect(DisplayText.width(bar) <= columns, "\(bar)")
    #expect(bar.contains("45%"))
  }

  @Test func `wide terminals show everything`() {
    #expect(
      Self.progress.bar(columns: 120, style: .plain)
        == "a file with a long name.jsonl  ██████████░░░░░░░░░░░░░░  45%  1,234,567 rows  "
        + "3 rejected  24,691/s  1:01 left")
  }

  @Test func `a pipe has no share and no time left`() {
    var pipe = Self.progress
    pipe.inputByteCount = nil
    #expect(
      pipe.line() == "import a file with a long name.jsonl: 1,234,567 rows, 3 rejected, 24,691/s")
    pipe.remark = "waiting for the service"
    #expect(pipe.line().contains("jsonl: waiting for the service, "))
  }
}

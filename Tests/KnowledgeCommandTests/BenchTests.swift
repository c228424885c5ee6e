import CommandInterface
import Platform
import RPC
import TestSupport
import Testing

@testable import knowledge

@Suite struct BenchTests {
  @Test func `an open load keeps its schedule whatever the answers do`() {
    let schedule = BenchSchedule(.open(ratePerSecond: 1000, connections: 1), seconds: 0.05)
    var moments: [UInt64] = []
    while let (_, intended) = schedule.next() { moments.append(intended ?? 0) }
    #expect(moments.count == 50)
    for (first, second) in zip(moments, moments.dropFirst()) {
      #expect((999_998...1_000_002).contains(second - first))
    }
  }

  @Test func `latency of an open load counts from the intended moment`() throws {
    // 1,000 requests a second on one connection that needs 2 ms for each: the queue grows, and
    // the latencies must show it, where a closed load would report 2 ms.
    let service = SlowService(milliseconds: 2)
    let plan = BenchPlan(
      loads: [], texts: ["x"], seconds: 0.2, warmupSeconds: 0, recallSample: 0)
    let load = BenchLoad(
      plan: plan, connect: { () throws(CommandError) in service }, isInterrupted: { false })
    let open = try load.run(.open(ratePerSecond: 1000, connections: 1))
    #expect(open.latency.count == 200)
    #expect(open.latency.percentile(0.99) > 150_000_000)
    let closed = try load.run(.closed(connections: 1))
    #expect(closed.latency.percentile(0.5) < 50_000_000)
    #expect(closed.latency.count < 120)
  }

  @Test func `ties are as good as the hits that the order by id chose`() {
    func hit(_ id: UInt64, _ score: Double) -> Hit {
      Hit(entry: Entry(id: UUID(high: 0, low: id).bytes), score: score)
    }
    let truth = [hit(1, 0.9), hit(2, 0.8), hit(3, 0.7)]
    #expect(BenchRecall.share(of: truth, in: truth) == 1)
    #expect(BenchRecall.share(of: truth, in: [hit(1, 0.9), hit(2, 0.8), hit(9, 0.7)]) == 1)
    #expect(BenchRecall.share(of: truth, in: [hit(1, 0.9), hit(2, 0.8), hit(9, 0.6)]) * 3 == 2)
    #expect(BenchRecall.share(of: truth, in: []) == 0)
    #expect(BenchRecall.share(of: [], in: []) == 1)
  }

  @Test func `the sample's queries can be asked, as the benchmark script does`() throws {
    let script = String(
      decoding: try FileSystem.readAll(Built.package + "/Benchmarks/bench"), as: UTF8.self)
    let flags = try #require(
      script.firstMatch(of: /"--texts" (Examples\/\S+) --map ([^)]+)\)/)?.output)
    let texts = try BenchTexts.of(
      file: Built.package + "/" + String(flags.1), map: String(flags.2))
    #expect(texts.count > 100 && texts.contains("until when can I send my boots back?"))
  }

  @Test func `flags make a plan`() throws {
    func plan(_ values: [String: String]) throws -> BenchPlan {
      try BenchPlan.of(Arguments(values: values.mapValues { [$0] }, operands: []))
    }
    #expect(try plan([:]).loads == [.closed(connections: 1)])
    #expect(
      try plan(["connections": "1,4"]).loads == [.closed(connections: 1), .closed(connections: 4)])
    #expect(
      try plan(["rate": "100,200"]).loads == [
        .open(ratePerSecond: 100, connections: 16), .open(ratePerSecond: 200, connections: 16),
      ])
    #expect(throws: CommandError.self) { try plan(["connections": "0"]) }
    #expect(throws: CommandError.self) { try plan(["rate": "many"]) }
    #expect(throws: CommandError.self) { try plan(["rate": "1,2", "connections": "1,2"]) }
  }

  @Test func `the report shows errors and never divides by nothing`() {
    var result = BenchResult(load: .closed(connections: 2))
    result.errorCount = 3
    result.firstError = "the service\u{1B}[2J is away"
    let report = BenchReport(
      plan: BenchPlan(loads: []), collection: nil, serviceVersion: "1", startedMicroseconds: 0,
      recall: nil, results: [result])
    let lines = report.lines(columns: 120, style: .plain)
    #expect(lines.contains { $0.contains("the service[2J is away") })
    #expect(throws: Never.self) { try JSON.parse(report.json().bytes) }
  }
}

/// Answers every search after a while.
private final class SlowService: Service {
  let milliseconds: Int

  init(milliseconds: Int) { self.milliseconds = milliseconds }

  func call<Reply: ProtoMessage>(
    _ method: RPC.Method, _ request: some ProtoMessage, for reply: Reply.Type,
    timeoutMilliseconds: Int?
  ) throws(CommandError) -> Reply {
    Thread.sleep(milliseconds: milliseconds)
    return Reply()
  }

  func export(
    _ request: ExportRequest, each: ([Entry]) throws(CommandError) -> Void
  ) throws(CommandError) -> ExportSummary { ExportSummary() }

  func openImport(_ request: ImportRequest) throws(CommandError) -> any ImportStream {
    throw CommandError(.failed, "not in this test")
  }
}

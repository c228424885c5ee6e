import Platform
import RPC
import Testing

@testable import knowledge

@Suite struct SearchExplainTests {
  private let service = FakeService()

  private var reply: SearchReply {
    var reply = CommandOutputTests.reply
    reply.exact = false
    reply.recallTarget = 0.95
    reply.parts = [
      SearchPart(
        segment: 7, way: "signs", reason: "a recall target, and many rows", rows: 10_000,
        admittedRows: 9_000, signRows: 9_000, codeRows: 120),
      SearchPart(way: "scan", reason: "rows in memory", rows: 40, admittedRows: 40, codeRows: 40),
    ]
    return reply
  }

  @Test func `an answer says its recall, and how it came about when asked`() throws {
    service.answer(.search, reply)
    let (exit, output, _) = service.run(
      "search", "x", "--business", "demo", "--explain", "--recall", "0.95")
    #expect(exit == .ok)
    let lines = output.split(separator: "\n").suffix(3)
    #expect(
      Array(lines) == [
        "2 hits · recall 0.950 · 2,000 rows considered · 1.23 ms",
        "segment 7 · signs: a recall target, and many rows · 9,000 of 10,000 rows · 120 refined",
        "memory · scan: rows in memory · 40 of 40 rows",
      ])
    let asked = try #require(service.asked.first?.request as? SearchRequest)
    #expect(asked.explain && asked.recallTarget == 0.95 && !asked.exact)
  }

  @Test func `the same in JSON`() throws {
    service.answer(.search, reply)
    let (_, output, _) = service.run(
      "search", "x", "--business", "demo", "--explain", "--exact", "--json")
    let json = try JSON.parse(output)
    #expect(json["recall_target"]?.double == 0.95)
    #expect(json["parts"]?[0]?["way"] == .string("signs"))
    #expect(json["parts"]?[0]?["code_rows"]?.int == 120)
    #expect(json["parts"]?[1]?["segment"]?.int == 0)
    #expect((service.asked.first?.request as? SearchRequest)?.exact == true)
  }
}

import RPC
import TestSupport
import Testing

@testable import knowledge

/// What `--where` asks of the service.
@Suite struct WhereConditionTests {
  let service = FakeService()

  @Test(arguments: [
    (
      "colour=red, blue",
      [
        MetadataCondition(
          key: "colour",
          anyOf: [MetadataValue(value: .text("red")), MetadataValue(value: .text("blue"))])
      ], false
    ),
    (
      "size.eu!=41",
      [
        MetadataCondition(
          key: "size.eu",
          anyOf: [MetadataValue(value: .text("41")), MetadataValue(value: .integer(41))])
      ], true
    ),
    (
      "on=true,0.5",
      [
        MetadataCondition(
          key: "on",
          anyOf: [
            MetadataValue(value: .text("true")), MetadataValue(value: .flag(true)),
            MetadataValue(value: .text("0.5")), MetadataValue(value: .number(0.5)),
          ])
      ], false
    ),
    ("price >= 9.5", [MetadataCondition(key: "price", gte: 9.5)], false),
    ("price>9", [MetadataCondition(key: "price", gt: 9)], false),
    ("price<=1e3", [MetadataCondition(key: "price", lte: 1000)], false),
    ("price<-1", [MetadataCondition(key: "price", lt: -1)], false),
    ("price=5..10", [MetadataCondition(key: "price", gte: 5, lte: 10)], false),
    ("price=..10", [MetadataCondition(key: "price", lte: 10)], false),
    (
      "version=1..x",
      [MetadataCondition(key: "version", anyOf: [MetadataValue(value: .text("1..x"))])], false
    ),
    ("sold", [MetadataCondition(key: "sold", exists: true)], false),
    ("!sold", [MetadataCondition(key: "sold", exists: true)], true),
    (
      #""a=b"="x, \"y\"","""#,
      [
        MetadataCondition(
          key: "a=b",
          anyOf: [MetadataValue(value: .text("x, \"y\"")), MetadataValue(value: .text(""))])
      ], false
    ),
  ])
  func `conditions on metadata become the service's`(
    text: String, conditions: [MetadataCondition], isNegated: Bool
  ) throws {
    service.answer(.search, SearchReply())
    let (_, _, error) = service.run("search", "x", "--business", "demo", "--where", text)
    let filter = try #require(
      (service.asked.first?.request as? SearchRequest)?.filter, "\(error)")
    let wanted = Filter(metadata: conditions)
    #expect(filter == (isNegated ? Filter(noneOf: [wanted]) : wanted))
  }

  @Test func `conditions on metadata add up`() throws {
    service.answer(.search, SearchReply())
    _ = service.run("search", "x", "--business", "demo", "--where", "a", "--where", "b=1..2")
    let filter = try #require((service.asked.first?.request as? SearchRequest)?.filter)
    #expect(filter.metadata.map(\.key) == ["a", "b"])
  }

  @Test(arguments: [
    "--where==5", "--where=a=", "--where=a>x", "--where=a=1,,2", "--where=!a=1", "--where=\"a",
    "--where=a=\"b", "--where=a=\"b\"c", "--where=!", "--where=a>=", "--where=\"a\"b",
  ])
  func `a condition that cannot be read is refused before any call, with what to write`(
    flag: String
  ) {
    let (exit, output, error) = service.run("search", "x", "--business", "demo", flag)
    #expect(exit == .usage)
    #expect(output.isEmpty)
    #expect(error.contains("--where") && error.contains("KEY"))
    #expect(service.asked.isEmpty)
  }
}

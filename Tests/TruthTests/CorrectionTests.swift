import Platform
import Postgres
import Testing
import TestSupport

@testable import Truth

/// What became of spelling corrections.
@Suite struct CorrectionTests {
  private let good = CorrectionRecord(
    original: "ordr", replacement: "order", kind: "respelled", confidence: 0.9, outcome: "accepted",
    language: "en")

  @Test func `outcomes are kept, newest first, each business its own, and go with it`() throws {
    let fixture = try StoreFixture()
    let other = try fixture.store.createBusiness(named: "other").businessID
    var changed = good
    (changed.outcome, changed.changedTo) = ("changed", "odor")
    #expect(try fixture.store.record([good], business: fixture.business) != nil)
    #expect(try fixture.store.record([changed], business: fixture.business) != nil)
    #expect(try fixture.store.record([], business: fixture.business) == nil)
    #expect(
      try fixture.store.corrections(business: fixture.business, limit: 10) == [changed, good])
    #expect(try fixture.store.corrections(business: fixture.business, limit: 1) == [changed])
    #expect(try fixture.store.corrections(business: other, limit: 10) == [])
    #expect(throws: TruthError.self) {
      try fixture.store.record([good], business: .zero)
    }
    var connection = try fixture.database.connect()
    try connection.query("set role \(Roles.feed)")
    #expect(throws: PostgresError.self) { try connection.query("select * from corrections") }
    try connection.query("set role \(Roles.operations)")
    #expect(throws: PostgresError.self) { try connection.query("select * from corrections") }
    try connection.query("delete from businesses")
    try connection.query("reset role")
    let left = try connection.query("select count(*) from corrections")
    #expect(try left.value(0, 0, as: Int.self) == 0)
  }

  @Test(arguments: [
    ("original", ""), ("original", String(repeating: "x", count: 101)), ("original", "a\u{0}b"),
    ("original", "x200"), ("original", "me@example.com"), ("original", "one two three four"),
    ("original", "٤٢"), ("replacement", ""), ("replacement", "line\nbreak"), ("changed_to", "7"),
    ("language", "a very long text that is no language tag"),
  ])
  func `more than words is not kept`(field: String, text: String) throws {
    let fixture = try StoreFixture()
    var record = good
    switch field {
    case "original": record.original = text
    case "replacement": record.replacement = text
    case "language": record.language = text
    default: (record.outcome, record.changedTo) = ("changed", text)
    }
    let error = #expect(throws: TruthError.self) {
      try fixture.store.record([good, record], business: fixture.business)
    }
    #expect("\(error!)".contains("outcomes[1].\(field)"))
    #expect(try fixture.store.corrections(business: fixture.business, limit: 1).isEmpty)
  }

  @Test func `confidence and outcome must agree with themselves`() throws {
    for change: (inout CorrectionRecord) -> Void in [
      { $0.confidence = 1.5 }, { $0.confidence = .nan }, { $0.outcome = "changed" },
      { $0.changedTo = "x" },
    ] {
      var record = good
      change(&record)
      #expect(record.violation() != nil)
    }
    #expect(good.violation() == nil)
  }
}

import Postgres
import TestSupport
import Testing

@testable import Truth

/// Rows that the feed could not read never come into the table.
@Suite struct UnreadableRowTests {
  /// A row that cannot be read would stop everybody's feed: a text of 1.5 GB from 3 KB.
  @Test func `rows that are small and read as gigabytes are refused, and others go on`() throws {
    let fixture = try StoreFixture()
    let follower = Follower(fixture.database.connectionInfo)
    try follower.rebuild()
    var connection = try fixture.database.connect()
    let poison = [
      (
        "metadata",
        "jsonb_build_object('a', (select jsonb_agg(n) from (select "
          + "('1e131000')::numeric n from generate_series(1, 12000)) s))"
      ),
      (
        "metadata",
        "jsonb_build_object('a', (select jsonb_agg(n) from (select "
          + "('1e131000')::numeric n from generate_series(1, 20)) s))"
      ),
      ("keywords", "array_fill(repeat('x', 10000000), array[50])"),
      ("tags", "array[repeat('x', 1000000)]"), ("tags", "'{{a,b},{c,d}}'"),
    ]
    for (column, value) in poison {
      #expect(throws: PostgresError.self) {
        try connection.query(
          "insert into knowledge_entries (business_id, external_id, title, \(column)) "
            + "select $1, 'poison', 'poison', \(value)", [.uuid(fixture.business)])
      }
    }
    // The largest numbers that the service itself lets through are within the schema's limits.
    let wide = EntryDraft(externalID: "wide", content: "c")
    var metadata = wide
    metadata.metadata = "{\"a\":[" + String(repeating: "1e1000,", count: 1040) + "1e-900]}"
    let result = try fixture.upsert([metadata])
    guard case .inserted = result.outcomes[0] else {
      Issue.record("\(result)")
      return
    }
    try follower.step()
    #expect(follower.entries.count == 1)
    #expect(try follower.equalsTruth(&connection))
  }
}

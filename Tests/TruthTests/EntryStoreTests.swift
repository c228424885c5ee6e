import Platform
import Postgres
import Testing
import TestSupport

@testable import Truth

/// A migrated database with a store and one business.
struct StoreFixture {
  let database: TestDatabase
  let store: EntryStore
  let business: UUID

  init(connectionLimit: Int = 4) throws {
    database = try TestCluster.migratedDatabase()
    var configuration = EntryStore.poolConfiguration(connectionInfo: database.connectionInfo)
    configuration.connectionLimit = connectionLimit
    store = EntryStore(pool: PostgresPool(configuration))
    business = try store.createBusiness(named: "demo").businessID
  }

  func upsert(
    _ drafts: [EntryDraft], _ onConflict: EntryStore.OnConflict = .update,
    collection: String = "knowledge"
  ) throws -> EntryStore.UpsertResult {
    try store.upsert(drafts, business: business, collection: collection, onConflict: onConflict)
  }
}

@Suite struct EntryStoreTests {
  @Test(arguments: [("caf\u{E9}", "cafe\u{301}"), ("\u{AC00}", "\u{1100}\u{1161}")])
  func `external ids are the same only if their bytes are`(one: String, other: String) throws {
    let fixture = try StoreFixture()
    try _ = fixture.upsert([EntryDraft(externalID: one, title: "1", content: "")])
    let missed = try fixture.store.delete(
      externalIDs: [one, other], business: fixture.business, collection: "knowledge")
    #expect(missed.deletedCount == 1 && missed.missingCount == 1)
    let both = [one, other].map { EntryDraft(externalID: $0, title: $0, content: "") }
    try _ = fixture.upsert(both)
    for names in [[one, other], [other, one]] {
      let rows = try fixture.store.get(
        externalIDs: names, business: fixture.business, collection: "knowledge")
      #expect(rows.map { Array($0.title.utf8) } == names.map { Array($0.utf8) })
    }
  }

  @Test func `a batch is written, read back, and changes nothing the second time`() throws {
    let fixture = try StoreFixture()
    var full = EntryDraft(externalID: "sku-1", title: "Größe 漢字", content: "Zwei\nZeilen 🙂")
    full.entryType = "product"
    full.metadata = #"{"note": "a\"b", "price": 12.50, "sizes": [1, 2]}"#
    full.keywords = ["eins", ""]
    full.tags = ["neu"]
    full.category = "shoes"
    full.priority = -3
    full.language = "de"
    full.isActive = false
    let plain = EntryDraft(title: "", content: "Without an external id")
    let first = try fixture.upsert([full, plain])
    #expect(first.transactionID != nil)
    guard case .inserted(let id) = first.outcomes[0], case .inserted = first.outcomes[1] else {
      Issue.record("\(first)")
      return
    }
    let rows = try fixture.store.get(
      externalIDs: ["sku-1", "missing"], business: fixture.business, collection: "knowledge")
    let row = try #require(rows.first)
    #expect(rows.count == 1)
    #expect(row.entryID == id && row.externalID == "sku-1" && row.entryType == "product")
    #expect(row.title == full.title && row.content == full.content)
    #expect(row.metadata == full.metadata)
    #expect(row.keywords == full.keywords && row.tags == full.tags)
    #expect(row.category == "shoes" && row.priority == -3 && row.language == "de")
    #expect(!row.isActive && row.deletedAt == nil && row.version > 0)
    let words = full.keywords.joined(separator: "\u{1F}")
    let hashed = Array(
      "\(full.title.utf8.count):\(full.title)\(words)\u{1E}\(full.content)".utf8)
    #expect(row.contentHash == SHA256.hash(hashed))
    #expect(abs(row.createdAt - Clock.wallMicroseconds) < 60_000_000)

    let second = try fixture.upsert([full, plain])
    #expect(second.transactionID == nil)
    #expect(second.outcomes == first.outcomes.map { .unchanged($0.entryID!) })
    #expect(try fixture.store.count(business: fixture.business, collection: "knowledge") == 2)
  }

  @Test func `an update gives a larger version, and each column counts as a difference`() throws {
    let fixture = try StoreFixture()
    let base = EntryDraft(externalID: "x", title: "t", content: "c")
    _ = try fixture.upsert([base])
    func row() throws -> EntryRow {
      try #require(
        try fixture.store.get(
          externalIDs: ["x"], business: fixture.business, collection: "knowledge"
        ).first)
    }
    let changes: [(String, (inout EntryDraft) -> Void)] = [
      ("title", { $0.title = "other" }), ("content", { $0.content = "other" }),
      ("metadata", { $0.metadata = #"{"a": null}"# }), ("keywords", { $0.keywords = ["k"] }),
      ("tags", { $0.tags = ["k"] }), ("category", { $0.category = "k" }),
      ("priority", { $0.priority = 9 }), ("language", { $0.language = "fr" }),
      ("isActive", { $0.isActive = false }), ("entryType", { $0.entryType = "faq" }),
    ]
    for (name, change) in changes {
      let before = try row()
      var draft = base
      change(&draft)
      let result = try fixture.upsert([draft])
      #expect(result.outcomes == [.updated(before.entryID)], "\(name)")
      let after = try row()
      #expect(after.version > before.version && after.stamp != before.stamp, "\(name)")
      #expect(after.createdAt == before.createdAt)
      _ = try fixture.upsert([base])
    }
  }

  @Test func `of several rows with one identity the last counts`() throws {
    let fixture = try StoreFixture()
    let result = try fixture.upsert([
      EntryDraft(externalID: "a", content: "1"), EntryDraft(content: "same"),
      EntryDraft(externalID: "a", content: "2"), EntryDraft(content: "same"),
      EntryDraft(externalID: "a", content: "3"),
    ])
    #expect(result.outcomes[0] == .superseded(by: 2) && result.outcomes[2] == .superseded(by: 4))
    #expect(result.outcomes[1] == .superseded(by: 3))
    let row = try fixture.store.get(
      externalIDs: ["a"], business: fixture.business, collection: "knowledge")
    #expect(row.map(\.content) == ["3"])
  }

  @Test func `a bad row is rejected alone, by field and limit, before it reaches Postgres`() throws
  {
    let fixture = try StoreFixture()
    func draft(_ change: (inout EntryDraft) -> Void) -> EntryDraft {
      var draft = EntryDraft(content: "content")
      change(&draft)
      return draft
    }
    let bad: [(String, EntryDraft)] = [
      ("external_id", draft { $0.externalID = "" }),
      ("external_id", draft { $0.externalID = String(repeating: "x", count: 1001) }),
      ("external_id", draft { $0.externalID = "a\u{0}b" }),
      ("title", draft { $0.title = String(repeating: "ü", count: 1001) }),
      ("title", draft { $0.title = "a\u{0}" }),
      ("content", draft { $0.content = String(repeating: "x", count: (1 << 20) + 1) }),
      ("content", draft { $0.content = "a\u{0}" }),
      ("content", EntryDraft(content: "")),
      ("entry_type", draft { $0.entryType = String(repeating: "x", count: 201) }),
      ("category", draft { $0.category = "\u{0}" }),
      ("language", draft { $0.language = String(repeating: "x", count: 36) }),
      ("keywords", draft { $0.keywords = (0...100).map { "\($0)" } }),
      ("keywords", draft { $0.keywords = [String(repeating: "x", count: 201)] }),
      ("tags", draft { $0.tags = ["a\u{0}"] }),
      ("metadata", draft { $0.metadata = "[1]" }), ("metadata", draft { $0.metadata = "{" }),
      ("metadata", draft { $0.metadata = #"{"a": "\u0000"}"# }),
      ("metadata", draft { $0.metadata = #"{"\u0000": 1}"# }),
      ("metadata", draft { $0.metadata = #"{"a": 1e2000}"# }),
      ("metadata", draft { $0.metadata = #"{"a": 1e99999999999999999999}"# }),
      ("metadata", draft { $0.metadata = #"{"a": "\ud800"}"# }),
      // Postgres reads every occurrence of a repeated key.
      ("metadata", draft { $0.metadata = #"{"b": "\u0000", "b": 2}"# }),
      ("metadata", draft { $0.metadata = #"{"b": 1e999999, "b": 2}"# }),
      ("metadata", draft { $0.metadata = #"{"b": {"\\\u0000": [-1E+999999]}, "b": 2}"# }),
      // 2,000,000 digits once they are written out.
      (
        "metadata",
        draft { $0.metadata = "{\"a\":[" + String(repeating: "1e1000,", count: 2000) + "1]}" }
      ),
      (
        "metadata",
        draft { $0.metadata = #"{"a": ""# + String(repeating: "x", count: 256 << 10) + #""}"# }
      ),
    ]
    let good = draft { $0.externalID = "good" }
    let result = try fixture.upsert(bad.map(\.1) + [good])
    for (index, (field, _)) in bad.enumerated() {
      guard case .rejected(let found, let reason) = result.outcomes[index] else {
        Issue.record("row \(index) (\(field)): \(result.outcomes[index])")
        continue
      }
      #expect(found == field && !reason.isEmpty)
    }
    guard case .inserted = result.outcomes.last else {
      Issue.record("\(result.outcomes.last!)")
      return
    }
    // The largest that is allowed is taken by the schema too.
    let largest = draft {
      $0.externalID = String(repeating: "é", count: 500)
      $0.title = String(repeating: "🙂", count: 1000)
      $0.content = String(repeating: "x", count: 1 << 20)
      $0.metadata =
        "{\"a\":[" + String(repeating: "1,", count: ((256 << 10) - 10) / 2) + "1]}"
      $0.keywords = (0..<100).map { "\($0)" + String(repeating: "x", count: 190) }
      $0.entryType = String(repeating: "t", count: 200)
      $0.category = String(repeating: "c", count: 400)
      $0.language = String(repeating: "l", count: 35)
    }
    let taken = try fixture.upsert([largest])
    guard case .inserted = taken.outcomes[0] else {
      Issue.record("\(taken)")
      return
    }
  }

  @Test func `a row made by another SQL client keeps its id, and ids are guarded`() throws {
    let fixture = try StoreFixture()
    var connection = try fixture.database.connect()
    let id = UUID.random()
    try connection.query(
      """
      insert into knowledge_entries (business_id, entry_id, external_id, content)
      values ($1, $2, 'theirs', 'old')
      """, [.uuid(fixture.business), .uuid(id)])
    let theirs = EntryDraft(externalID: "theirs", content: "new")
    #expect(try fixture.upsert([theirs]).outcomes == [.updated(id)])
    #expect(try fixture.upsert([theirs]).outcomes == [.unchanged(id)])
    // An id given by the caller that belongs to another external id or collection.
    var thief = EntryDraft(externalID: "mine", content: "x")
    thief.entryID = id
    guard case .rejected("id", _) = try fixture.upsert([thief]).outcomes[0] else {
      Issue.record("an id was taken over")
      return
    }
    var elsewhere = EntryDraft(content: "y")
    elsewhere.entryID = id
    guard
      case .rejected("id", _) = try fixture.upsert([elsewhere], collection: "other").outcomes[0]
    else {
      Issue.record("an id was taken to another collection")
      return
    }
    // By id alone the same entry is found, and keeps its external id.
    #expect(try fixture.upsert([elsewhere]).outcomes == [.updated(id)])
    let rows = try fixture.store.get(
      ids: [id], business: fixture.business, collection: "knowledge")
    #expect(rows.map(\.externalID) == ["theirs"] && rows.map(\.content) == ["y"])
  }

  @Test func `export reads everything in order and in one snapshot`() throws {
    let fixture = try StoreFixture()
    let count = 2500
    let drafts = (0..<count).map { EntryDraft(externalID: "n\($0)", content: "text \($0)") }
    _ = try fixture.upsert(drafts)
    var seen: [UUID] = []
    var batches = 0
    let exported = try fixture.store.export(
      business: fixture.business, collection: "knowledge", batchCount: 1000
    ) { (batch) throws(TruthError) in
      if batches == 0 {
        _ = try fixture.store.delete(
          externalIDs: ["n5"], business: fixture.business, collection: "knowledge")
      }
      batches += 1
      seen += batch.map(\.entryID)
      return true
    }
    #expect(exported == count && batches == 3 && seen == seen.sorted())
    #expect(Set(seen).count == count)
    let cut = try fixture.store.export(
      business: fixture.business, collection: "knowledge", batchCount: 10
    ) { (_) throws(TruthError) in false }
    #expect(cut == 10)
  }

  @Test func `businesses, collections and keys`() throws {
    let fixture = try StoreFixture()
    let other = try fixture.store.createBusiness(named: "Änderung", description: "second")
    #expect(try fixture.store.businesses().map(\.name) == ["demo", "Änderung"])
    #expect(try fixture.store.business("Änderung") == other)
    #expect(try fixture.store.business(other.businessID.description) == other)
    for unknown in ["nobody", "a\u{0}", UUID.random().description] {
      #expect(throws: TruthError.self) { try fixture.store.business(unknown) }
    }
    for bad in ["demo", "", String(repeating: "x", count: 401)] {
      #expect(throws: TruthError.self) { try fixture.store.createBusiness(named: bad) }
    }
    let record = CollectionRecord(name: "knowledge", model: "hash-1", dimension: 384)
    #expect(try fixture.store.ensureCollection(record, business: fixture.business) == record)
    let changed = CollectionRecord(name: "knowledge", model: "other", dimension: 768)
    #expect(try fixture.store.ensureCollection(changed, business: fixture.business) == record)
    #expect(
      try fixture.store.changeModel(
        of: "knowledge", business: fixture.business, to: "other", dimension: 768))
    #expect(try fixture.store.collections(business: fixture.business) == [changed])
    #expect(try fixture.store.collections(business: other.businessID).isEmpty)
    #expect(throws: TruthError.self) {
      try fixture.store.ensureCollection(record, business: .random())
    }
    #expect(throws: TruthError.self) {
      try fixture.store.upsert(
        [EntryDraft(content: "x")], business: .random(), collection: "knowledge")
    }

    let key = try fixture.store.createAPIKey(business: fixture.business, label: "test")
    #expect(try fixture.store.business(forKey: key.secret) == fixture.business)
    var wrong = Array(key.secret)
    wrong[wrong.count - 1] = wrong.last == "0" ? "1" : "0"
    for bad in [String(wrong), "", "knw_", key.secret + "0", "knw_\u{0}", "a_b_c"] {
      #expect(try fixture.store.business(forKey: bad) == nil)
    }
    #expect(try !fixture.store.revokeAPIKey(key.keyID, business: other.businessID))
    #expect(try fixture.store.revokeAPIKey(key.keyID, business: fixture.business))
    #expect(try fixture.store.business(forKey: key.secret) == nil)
    var connection = try fixture.database.connect()
    let dump = try connection.query("select knowledge_api_keys::text from knowledge_api_keys")
    let secretPart = key.secret.suffix(64)
    #expect(try !dump.value(0, 0, as: String.self).contains(secretPart))
  }

  @Test func `importers of the same rows in other orders do not lose or double any`() throws {
    let fixture = try StoreFixture(connectionLimit: 4)
    let count = 400
    let threads = (0..<4).map { number in
      Thread.spawn(name: "import-\(number)") {
        var random = SeededGenerator(seed: UInt64(number))
        for round in 0..<5 {
          let drafts = (0..<count).shuffled(using: &random).map {
            EntryDraft(externalID: "n\($0)", content: "round \(round) of \(number)")
          }
          do {
            _ = try fixture.store.upsert(
              drafts, business: fixture.business, collection: "knowledge")
          } catch { Issue.record("\(error)") }
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(try fixture.store.count(business: fixture.business, collection: "knowledge") == count)
  }

  @Test func `upserts look rows up by their keys, whatever the planner knows of the tables`() throws
  {
    let fixture = try StoreFixture()
    _ = try fixture.upsert((0..<2000).map { EntryDraft(externalID: "\($0)", content: "c") })
    try fixture.store.pool.lend { (connection) throws(PostgresError) in
      for (sql, types) in [
        (EntryStore.updatingInsert(into: .entries), "uuid, text"),
        (EntryStore.lookUp(in: .entries), "uuid, text, integer"),
      ] {
        try connection.query("prepare looked_at (\(types)) as \(sql)")
        let values = "'\(fixture.business)', 'knowledge'\(types.contains("integer") ? ", 0" : "")"
        let rows = try connection.query("explain execute looked_at (\(values))")
        let plan = try (0..<rows.count).map { (row) throws(PostgresError) in
          try rows.value(row, 0, as: String.self)
        }.joined(separator: "\n")
        #expect(plan.contains("AND (external_id = s"), "\(plan)")
        #expect(!plan.contains("Seq Scan on knowledge_entries"), "\(plan)")
        #expect(!plan.contains("Join Filter"), "\(plan)")
        #expect(!plan.contains("Filter: (entry_id"), "\(plan)")
        try connection.query("deallocate looked_at")
      }
    }
  }
}

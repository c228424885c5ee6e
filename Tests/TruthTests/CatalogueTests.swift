import Platform
import Postgres
import Testing
import TestSupport

@testable import Truth

/// Products and services: tables of their own that are collections like any other.
@Suite struct CatalogueTests {
  private func boot() -> EntryDraft {
    var draft = EntryDraft(externalID: "B-1", title: "Fjell boot", content: "Warm and dry.")
    draft.keywords = ["winter boot", "Fjellstiefel"]
    draft.tags = ["new"]
    draft.category = "shoes"
    draft.priority = 4
    draft.language = "en"
    draft.metadata = """
      {"price": 129.5, "currency": "EUR", "stock": 7, "image": "https://example.com/b.jpg",
      "colour": ["red", "blue"], "size": 41, "care": {"wash": 30}, "nothing": null}
      """
    return draft
  }

  private func get(
    _ fixture: StoreFixture, _ name: String, _ collection: String = "products"
  ) throws -> EntryRow {
    try #require(
      try fixture.store.get(
        externalIDs: [name], business: fixture.business, collection: collection
      ).first)
  }

  @Test func `a product is written into columns, read as an entry, unchanged the second time`()
    throws
  {
    let fixture = try StoreFixture()
    let first = try fixture.upsert([boot()], collection: "products")
    guard case .inserted(let id) = first.outcomes[0] else {
      Issue.record("\(first)")
      return
    }
    let row = try get(fixture, "B-1")
    #expect(row.entryID == id && row.collection == "products" && row.entryType == "product")
    #expect(row.title == "Fjell boot" && row.keywords == boot().keywords)
    #expect(row.content == "Warm and dry.\n\ncolour: red, blue\nsize: 41")
    let metadata = try JSON.parse(Array(row.metadata.utf8))
    #expect(metadata["price"]?.numberText == "129.5" && metadata["stock"]?.int == 7)
    #expect(metadata["currency"]?.string == "EUR" && metadata["size"]?.int == 41)
    #expect(metadata["care"]?["wash"]?.int == 30 && metadata["nothing"]?.isNull == true)
    #expect(row.tags == ["new"] && row.category == "shoes" && row.priority == 4)
    var connection = try fixture.database.connect()
    let columns = try connection.query(
      "select price::text, currency, stock, description, attributes ? 'price' from products")
    #expect(try columns.value(0, 0, as: String.self) == "129.5000")
    #expect(try columns.value(0, 1, as: String.self) == "EUR")
    #expect(try columns.value(0, 2, as: Int32.self) == 7)
    #expect(try columns.value(0, 3, as: String.self) == "Warm and dry.")
    #expect(try !columns.value(0, 4, as: Bool.self))

    #expect(try fixture.upsert([boot()], collection: "products").outcomes == [.unchanged(id)])
    // What was read is what could be written: an export comes back unchanged.
    var exported = EntryDraft(externalID: row.externalID, title: row.title, content: row.content)
    exported.metadata = row.metadata
    (exported.keywords, exported.tags) = (row.keywords, row.tags)
    (exported.category, exported.priority) = (row.category, row.priority)
    exported.language = row.language
    #expect(try fixture.upsert([exported], collection: "products").outcomes == [.unchanged(id)])
    #expect(
      try fixture.upsert([boot()], .skip, collection: "products").outcomes
        == [.skipped(id, isDeleted: false)])
    #expect(try fixture.upsert([boot()], .fail, collection: "products").outcomes[0].entryID == nil)
    #expect(try fixture.store.count(business: fixture.business, collection: "products") == 1)
    // The same external id elsewhere is another entry.
    #expect(try fixture.upsert([boot()], collection: "knowledge").outcomes[0].entryID != id)
  }

  @Test func `what was read and given other attributes keeps no text of the earlier ones`() throws {
    let fixture = try StoreFixture()
    _ = try fixture.upsert([boot()], collection: "products")
    func change(_ attributes: String, _ content: String? = nil) throws -> String {
      var draft = boot()
      draft.content = try content ?? get(fixture, "B-1").content
      draft.metadata = attributes
      _ = try fixture.upsert([draft], collection: "products")
      return try get(fixture, "B-1").content
    }
    #expect(try change(#"{"colour": "blue"}"#) == "Warm and dry.\n\ncolour: blue")
    #expect(try change(#"{"colour": "green", "a": 1}"#) == "Warm and dry.\n\na: 1\ncolour: green")
    #expect(try change("{}") == "Warm and dry.")
    #expect(try change(#"{"colour": "red"}"#, "") == "colour: red")
    #expect(try change(#"{"colour": "blue"}"#) == "colour: blue")
    // A description that ends like the attributes stays, as often as it is read and written.
    let double = "x\n\ncolour: red\n\ncolour: red"
    for _ in 0..<2 { #expect(try change(#"{"colour": "red"}"#, double) == double) }
  }

  @Test func `a service has a duration and may be unavailable`() throws {
    let fixture = try StoreFixture()
    var draft = EntryDraft(externalID: "fit", title: "Ski fitting", content: "")
    draft.metadata = #"{"duration_minutes": 45, "available": false, "price": 30, "stock": "many"}"#
    let outcome = try fixture.upsert([draft], collection: "services").outcomes[0]
    let row = try get(fixture, "fit", "services")
    #expect(outcome == .inserted(row.entryID) && row.entryType == "service")
    let metadata = try JSON.parse(Array(row.metadata.utf8))
    #expect(metadata["duration_minutes"]?.int == 45 && metadata["available"]?.bool == false)
    // A name that is no column of services is an attribute like any other.
    #expect(metadata["stock"]?.string == "many" && row.content == "stock: many")
    #expect(
      try fixture.upsert([draft], collection: "services").outcomes == [.unchanged(row.entryID)])
  }

  @Test func `each column counts as a difference, and only texts are embedded again`() throws {
    let fixture = try StoreFixture()
    _ = try fixture.upsert([boot()], collection: "products")
    let changes: [(name: String, isText: Bool, change: (inout EntryDraft) -> Void)] = [
      ("name", true, { $0.title = "other" }), ("description", true, { $0.content = "other" }),
      ("aliases", true, { $0.keywords = ["k"] }), ("tags", false, { $0.tags = ["k"] }),
      ("category", false, { $0.category = "k" }), ("priority", false, { $0.priority = 9 }),
      ("language", false, { $0.language = "fr" }), ("isActive", false, { $0.isActive = false }),
      ("price", false, { $0.metadata = $0.metadata.replacing("129.5", with: "99") }),
      ("no price", false, { $0.metadata = $0.metadata.replacing("129.5", with: "null") }),
      ("currency", false, { $0.metadata = $0.metadata.replacing("EUR", with: "CHF") }),
      ("stock", false, { $0.metadata = $0.metadata.replacing(": 7", with: ": 0") }),
      ("image", false, { $0.metadata = $0.metadata.replacing("b.jpg", with: "c.jpg") }),
      ("size", true, { $0.metadata = $0.metadata.replacing("41", with: "42") }),
      ("care", false, { $0.metadata = $0.metadata.replacing("30", with: "60") }),
    ]
    for (name, isText, change) in changes {
      let before = try get(fixture, "B-1")
      var draft = boot()
      change(&draft)
      let result = try fixture.upsert([draft], collection: "products")
      #expect(result.outcomes == [.updated(before.entryID)], "\(name)")
      let after = try get(fixture, "B-1")
      #expect(after.version > before.version && after.stamp != before.stamp, "\(name)")
      #expect((after.contentHash != before.contentHash) == isText, "\(name)")
      _ = try fixture.upsert([boot()], collection: "products")
    }
  }

  @Test(arguments: [
    ("products", "price", #"{"price": -1}"#), ("products", "price", #"{"price": "12"}"#),
    ("products", "price", #"{"price": 1e2}"#), ("products", "price", #"{"price": 1.23456}"#),
    ("products", "price", #"{"price": 123456789012345}"#),
    ("products", "currency", #"{"currency": "eur"}"#),
    ("products", "currency", #"{"currency": 1}"#),
    ("products", "stock", #"{"stock": -1}"#), ("products", "stock", #"{"stock": 1.5}"#),
    ("products", "stock", #"{"stock": 2147483648}"#), ("products", "stock", #"{"stock": "3"}"#),
    ("products", "image", #"{"image": ["x"]}"#), ("services", "available", #"{"available": 1}"#),
    ("services", "duration_minutes", #"{"duration_minutes": 0}"#),
    ("services", "duration_minutes", #"{"duration_minutes": 1.0}"#),
    ("services", "price", #"{"price": -0.01}"#),
  ])
  func `what a column does not take is refused by its name, and the next row goes on`(
    collection: String, field: String, metadata: String
  ) throws {
    let fixture = try StoreFixture()
    var draft = EntryDraft(externalID: "x", title: "x", content: "")
    draft.metadata = metadata
    let good = EntryDraft(externalID: "y", title: "y", content: "")
    let outcomes = try fixture.upsert([draft, good], collection: collection).outcomes
    guard case .rejected(let found, let reason) = outcomes[0], case .inserted = outcomes[1] else {
      Issue.record("\(outcomes)")
      return
    }
    #expect(found == field && !reason.isEmpty)
  }

  @Test func `a nameless product is refused; limits of columns are those of the check`() throws {
    let fixture = try StoreFixture()
    let nameless = EntryDraft(externalID: "x", title: "", content: "text")
    guard
      case .rejected("title", _) = try fixture.upsert([nameless], collection: "products")
        .outcomes[0]
    else {
      Issue.record("taken")
      return
    }
    var full = EntryDraft(
      externalID: "y", title: "y", content: String(repeating: "x", count: 1 << 20))
    full.metadata =
      #"{"price": 99999999999999.9999, "stock": 2147483647, "image": ""#
      + String(repeating: "i", count: 4000) + #"", "note": ""#
      + String(repeating: "n", count: 200_000) + #""}"#
    guard case .inserted = try fixture.upsert([full], collection: "products").outcomes[0] else {
      Issue.record("refused")
      return
    }
    let row = try get(fixture, "y")
    #expect(try JSON.parse(Array(row.metadata.utf8))["price"]?.numberText == "99999999999999.9999")
  }

  @Test func `changes of both tables by any client come once, and scans find them`() throws {
    let fixture = try StoreFixture()
    _ = try fixture.upsert([boot()], collection: "products")
    let follower = Follower(fixture.database.connectionInfo)
    try follower.rebuild()
    #expect(follower.entries.count == 1)
    var connection = try fixture.database.connect()
    try connection.query(
      "insert into services (business_id, name) values ($1, 'fit'), ($1, 'wax')",
      [.uuid(fixture.business)])
    try connection.query("update products set stock = stock - 1")
    #expect(try follower.step()?.changeCount == 3)
    #expect(try follower.equalsTruth(&connection) && follower.entries.count == 3)
    #expect(try follower.step() == nil)
    #expect(Set(follower.deliveries.values) == [1])
    // Another key is a row that has gone and one that has come.
    try connection.query("update services set service_id = gen_random_uuid() where name = 'wax'")
    #expect(try follower.step()?.changeCount == 2)
    #expect(try follower.equalsTruth(&connection) && follower.entries.count == 3)
    try connection.query("update products set deleted_at = now()")
    try connection.query("delete from services where name = 'fit'")
    _ = try follower.step()
    #expect(try follower.equalsTruth(&connection) && follower.entries.count == 1)
    #expect(
      try follower.feed.collections()
        == [FeedScope(business: fixture.business, collection: "services")])
    #expect(
      try !follower.feed.hasEntries(
        in: FeedScope(business: fixture.business, collection: "products")))
    try connection.query("truncate services cascade")
    _ = try follower.step()
    #expect(try follower.equalsTruth(&connection) && follower.entries.isEmpty)
  }

  @Test func `collections of all three tables are found by steps over their keys`() throws {
    let fixture = try StoreFixture()
    let other = try fixture.store.createBusiness(named: "other").businessID
    var expected: Set<String> = []
    for (business, collections) in [
      (fixture.business, ["knowledge", "products", "a"]), (other, ["services", "products"]),
    ] {
      for collection in collections {
        _ = try fixture.store.upsert(
          [EntryDraft(title: "t", content: "")], business: business, collection: collection)
        expected.insert("\(business)/\(collection)")
      }
    }
    let follower = Follower(fixture.database.connectionInfo)
    let found = try follower.feed.collections().map { "\($0.business!)/\($0.collection!)" }
    #expect(found.count == expected.count && Set(found) == expected)
  }

  @Test func `changes reach rows of every table by their keys`() throws {
    let fixture = try StoreFixture()
    let follower = Follower(fixture.database.connectionInfo)
    try follower.rebuild()
    var connection = try fixture.database.connect()
    for statistics in [false, true] {
      try connection.query(
        "insert into products (business_id, name) select $1, n::text from generate_series(1, 3000) n",
        [.uuid(fixture.business)])
      try connection.query(
        """
        insert into knowledge_embeddings
          (business_id, entry_id, source, model, content_hash, vector)
        select business_id, product_id, 'products', 'm', content_hash, '{1}' from products
        on conflict do nothing
        """)
      if statistics { try connection.query("analyze") }
      var reader = try fixture.database.connect()
      try reader.run(script: "set role knowledge_feed; \(FeedStatements.stepSettings)")
      func plan(_ sql: String, _ parameters: [PostgresValue]) throws -> String {
        let rows = try reader.query("explain " + sql, parameters)
        return try (0..<rows.count).map { try rows.value($0, 0, as: String.self) }
          .joined(separator: "\n")
      }
      let keys: [PostgresValue] = [
        .uuidArray([fixture.business]), .uuidArray([.random()]), .textArray(["products"]),
      ]
      let changes = try plan(
        FeedStatements.changes,
        [
          .xid8(follower.position!.snapshot.xmax),
          .xid8Array(follower.position!.snapshot.running),
        ])
      for plan in [changes, try plan(FeedStatements.rows, keys)] {
        #expect(plan.contains("Index Scan using products_pkey on products"), "\(plan)")
        #expect(plan.contains("AND (product_id = "), "\(plan)")
        #expect(!plan.contains("Filter: (product_id"), "\(plan)")
        #expect(!plan.contains("Seq Scan on products"), "\(plan)")
      }
      let vectors = try plan(FeedStatements.embeddings, keys + [.null])
      #expect(vectors.contains("knowledge_embeddings_pkey"), "\(vectors)")
      #expect(vectors.contains("AND (entry_id = wanted.entry_id)"), "\(vectors)")
      #expect(try follower.step()?.changeCount == 3000)
    }
    #expect(try follower.equalsTruth(&connection))
  }

  @Test func `vectors belong to their row and go with it, whoever deletes it`() throws {
    let fixture = try StoreFixture()
    var connection = try fixture.database.connect()
    func vectors() throws -> Int {
      try connection.query("select count(*) from knowledge_embeddings").value(0, 0, as: Int.self)
    }
    func store() throws {
      for collection in ["knowledge", "products", "services"] {
        _ = try fixture.upsert(
          [EntryDraft(externalID: "x", title: "t", content: "")], collection: collection)
        let row = try get(fixture, "x", collection)
        let stored = try fixture.store.storeEmbeddings(
          [
            EmbeddingRow(
              entryID: row.entryID, model: "m", contentHash: row.contentHash, vector: [1, 0])
          ], business: fixture.business)
        #expect(stored.storedCount == 1)
        #expect(
          try fixture.store.unembeddedCounts(model: "m", business: fixture.business)[collection]
            == nil)
      }
      #expect(try vectors() == 3)
    }
    try store()
    for (count, collection) in ["products", "knowledge", "services"].enumerated() {
      _ = try fixture.store.delete(
        externalIDs: ["x"], business: fixture.business, collection: collection)
      #expect(try vectors() == 2 - count)
    }
    try store()
    try connection.query("set role \(Roles.operations)")
    try connection.query("delete from businesses")
    try connection.query("reset role")
    #expect(try vectors() == 0)
    let left = try connection.query("select count(*) from knowledge_rows()")
    #expect(try left.value(0, 0, as: Int.self) == 0)
  }

  @Test func `entries that stood in the two collections move into the tables`() throws {
    let database = try TestCluster.database()
    var connection = try database.connect()
    _ = try Migrator.apply(Array(Migration.all[..<5]), to: &connection)
    try connection.run(
      script: """
        insert into businesses (business_name) values ('x');
        insert into knowledge_entries (business_id, collection, external_id, title, content, metadata)
          select business_id, c, 'one', 'title', 'text', '{"price": "?", "size": 4}'
          from businesses, unnest(array['knowledge', 'products', 'services']) c;
        insert into knowledge_embeddings (business_id, entry_id, model, content_hash, vector)
          select business_id, entry_id, 'm', content_hash, '{1}' from knowledge_entries;
        """)
    try Migrator.apply(to: &connection)
    let rows = try connection.query(
      """
      select collection, title, content, metadata -> 'earlier' ->> 'price' from knowledge_rows()
      order by collection
      """)
    #expect(rows.count == 3)
    for (place, name) in ["knowledge", "products", "services"].enumerated() {
      #expect(try rows.value(place, 0, as: String.self) == name)
      #expect(try rows.value(place, 1, as: String.self) == "title")
      #expect(try rows.optional(place, 3, as: String.self) == (place == 0 ? nil : "?"))
    }
    let vectors = try connection.query(
      "select source from knowledge_embeddings join knowledge_entries using (business_id, entry_id)"
    )
    #expect(vectors.count == 1)
    #expect(try vectors.value(0, 0, as: String.self) == "knowledge_entries")
    // From now on they have no other place.
    #expect(throws: PostgresError.self) {
      try connection.query(
        "update knowledge_entries set collection = 'products' where external_id = 'one'")
    }
  }
}

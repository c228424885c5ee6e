import KnowledgeStore
import Platform
import Postgres
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// Products and services in the files: followed, searched, compared and made again as entries are.
@Suite struct CatalogueTests {
  private func add(_ fixture: FollowingFixture, _ rows: [(String, String)]) throws {
    var connection = try fixture.connect()
    for (name, attributes) in rows {
      try connection.query(
        """
        insert into products (business_id, external_id, name, price, currency, stock, attributes)
        values ($1, $2, $2, 10, 'EUR', 5, $3::text::jsonb)
        """, [.uuid(fixture.business), .text(name), .text(attributes)])
    }
    fixture.parts.applier.poke()
  }

  private func search(
    _ fixture: FollowingFixture, _ text: String, _ adjust: (inout RPC.SearchRequest) -> Void
  ) throws -> SearchReply {
    var request = RPC.SearchRequest()
    request.collection = "products"
    request.query = .text(text)
    adjust(&request)
    return try SearchReply(
      decoding: fixture.core.search(request, for: fixture.principal).encoded())
  }

  @Test func `products are found by what they are, filtered by price, and priced without a model`()
    throws
  {
    let fixture = try FollowingFixture()
    try add(
      fixture,
      [
        ("Fjell boot", #"{"material": "waterproof leather"}"#),
        ("Strand sandal", #"{"material": "cork"}"#), ("Dune sandal", #"{"material": "hemp"}"#),
      ])
    try fixture.held(3, collection: "products")
    let reply = try search(fixture, "waterproof leather") { _ in }
    #expect(reply.hits.first?.entry?.title == "Fjell boot" && reply.hits.count == 3)
    let embedded = fixture.embedder.passageCount
    var connection = try fixture.connect()
    try connection.query("update products set price = 99.95, stock = 0 where name = 'Dune sandal'")
    fixture.parts.applier.poke()
    func cheap() throws -> [String] {
      try search(fixture, "sandal") { request in
        request.filter = RPC.Filter(metadata: [MetadataCondition(key: "price", lte: 20)])
      }.hits.compactMap { $0.entry?.title }.sorted()
    }
    try fixture.until("the new price") { try cheap() == ["Fjell boot", "Strand sandal"] }
    // Neither price nor stock is text.
    #expect(fixture.embedder.passageCount == embedded)
    try connection.query("delete from products where name = 'Fjell boot'")
    fixture.parts.applier.poke()
    try fixture.held(2, collection: "products")
    try connection.query("truncate products cascade")
    fixture.parts.applier.poke()
    try fixture.until("nothing") {
      try fixture.store.existing(CollectionKey(owner: fixture.business, name: "products")) == nil
    }
  }

  @Test func `parity names what changed behind the triggers' back, and brings it`() throws {
    let fixture = try FollowingFixture()
    try fixture.write(0..<500, collection: "products")
    try fixture.write(0..<500, collection: "services")
    try fixture.held(500, collection: "products")
    try fixture.held(500, collection: "services")
    let scope = FeedScope(business: fixture.business, collection: nil)
    let clean = try fixture.parts.parity.check(scope, repairs: false)
    #expect(clean.differenceCount == 0 && clean.rowCount == 1000)
    var connection = try fixture.connect()
    try connection.run(
      script: """
        begin;
        alter table products disable trigger user;
        update products set price = 1 where external_id = 'row-7';
        delete from products where external_id = 'row-8';
        insert into products (business_id, external_id, name)
          select business_id, 'new', 'new' from businesses;
        alter table products enable always trigger zz_knowledge_stamp;
        alter table products enable always trigger zz_knowledge_note;
        alter table products enable always trigger zz_knowledge_note_all;
        commit;
        """)
    let found = try fixture.parts.parity.check(scope, repairs: false)
    #expect(found.differenceCount == 3)
    let repaired = try fixture.parts.parity.check(scope, repairs: true)
    #expect(repaired.differenceCount == 3 && repaired.repairedCount == 3)
    #expect(try fixture.parts.parity.check(scope, repairs: false).differenceCount == 0)
  }

  @Test func `a product and an entry may share an id, with the same text or another`() throws {
    let model = GatedEmbedder(keepsVectors: true)
    let fixture = try FollowingFixture(commitMilliseconds: 20, embedder: model)
    let business = fixture.business
    let target = fixture.core.models.target
    let keys = ["knowledge", "products"].map { target.key($0, of: business) }
    let ids = [UUID.random(), UUID.random()]
    var connection = try fixture.connect()
    // In one step of the feed, and too large to come along with their batch.
    try connection.transaction { (connection) throws(PostgresError) in
      for (id, text) in zip(ids, ["the same ", "of a product "]) {
        try connection.query(
          """
          insert into knowledge_entries (business_id, entry_id, title, content)
          values ($1, $2, 'boot', repeat('the same ', 3000))
          """, [.uuid(business), .uuid(id)])
        try connection.query(
          """
          insert into products (business_id, product_id, name, description)
          values ($1, $2, 'boot', repeat($3, 3000))
          """, [.uuid(business), .uuid(id), .text(text)])
      }
    }
    fixture.parts.applier.poke()
    func areWhole() throws -> Bool {
      try keys.allSatisfy { key in
        try fixture.store.existing(key)?.entryCount == 2 && fixture.core.pendingCount(of: key) == 0
      }
    }
    func isLacking() throws -> Bool {
      try !fixture.entries.unembeddedCounts(model: target.label, business: business).isEmpty
    }
    try fixture.until("all are embedded") { try areWhole() && !isLacking() }
    for (key, text) in zip(keys, ["the same the", "of a product of"]) {
      let collection = try #require(try fixture.store.existing(key))
      #expect(try collection.get(ids[0])?.content.hasPrefix("the same the") == true)
      #expect(try collection.get(ids[1])?.content.hasPrefix(text) == true)
    }
    let report = try fixture.parts.parity.check(
      FeedScope(business: business, collection: nil), repairs: false)
    #expect(report.rowCount == 4 && report.differenceCount == 0)
    // Another text of the one leaves the other as it is.
    try connection.query(
      "update products set description = 'new' where product_id = $1", [.uuid(ids[0])])
    fixture.parts.applier.poke()
    try fixture.until("the new text") {
      let held = try fixture.store.existing(keys[1])?.get(ids[0])
      return try held?.content == "new" && areWhole() && !isLacking()
    }
  }

  @Test func `files that are gone are made again, and a business goes with its catalogue`() throws {
    let fixture = try FollowingFixture()
    try fixture.write(0..<40, collection: "products")
    try fixture.write(0..<30, collection: "services")
    try fixture.write(0..<20)
    try fixture.held(40, collection: "products")
    let directory = fixture.store.directory
    fixture.close()
    try FileSystem.removeTree(directory)
    try fixture.open()
    try fixture.follow()
    try fixture.held(40, collection: "products")
    try fixture.held(30, collection: "services")
    try fixture.held(20)
    var connection = try fixture.connect()
    try connection.query("delete from businesses")
    fixture.parts.applier.poke()
    try fixture.until("no files") { try fixture.store.collectionKeys().isEmpty }
  }
}

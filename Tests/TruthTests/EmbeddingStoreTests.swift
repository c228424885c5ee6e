import Platform
import TestSupport
import Testing

@testable import Truth

@Suite struct EmbeddingStoreTests {
  @Test func `vectors are stored for the content they were made of`() throws {
    let fixture = try StoreFixture()
    let id = try fixture.upsert([EntryDraft(externalID: "v", content: "text")]).outcomes[0]
      .entryID!
    let row = try #require(
      try fixture.store.get(ids: [id], business: fixture.business, collection: "knowledge").first)
    var embedding = EmbeddingRow(
      entryID: id, model: "m", contentHash: row.contentHash, vector: [0.6, 0.8])
    let stored = try fixture.store.storeEmbeddings([embedding], business: fixture.business)
    #expect(stored.storedCount == 1 && stored.transactionID != nil)
    #expect(
      try fixture.store.storeEmbeddings([embedding], business: fixture.business).storedCount == 0)
    embedding.contentHash = SHA256.hash([])
    #expect(
      try fixture.store.storeEmbeddings([embedding], business: fixture.business).storedCount == 0)
    let after = try fixture.store.get(
      ids: [id], business: fixture.business, collection: "knowledge")
    #expect(after.first?.version == row.version)
  }

  @Test func `entries without a vector of their present text are found, page by page`() throws {
    let fixture = try StoreFixture()
    let ids = try fixture.upsert((0..<7).map { EntryDraft(externalID: "\($0)", content: "c\($0)") })
      .outcomes.map { $0.entryID! }.sorted()
    _ = try fixture.upsert([EntryDraft(content: "elsewhere")], collection: "other")
    func missing(_ model: String = "m") throws -> [UnembeddedEntry] {
      var found: [UnembeddedEntry] = []
      while true {
        let page = try fixture.store.unembedded(
          model: model, business: fixture.business, after: found.last?.entryID, limit: 3)
        found += page
        if page.count < 3 { return found }
      }
    }
    #expect(try missing().count == 8)
    #expect(
      try fixture.store.unembeddedCounts(model: "m", business: fixture.business)
        == ["knowledge": 7, "other": 1])
    let one = try #require(
      try fixture.store.unembedded(
        model: "m", business: fixture.business, ids: [ids[3]], limit: 10
      ).first)
    #expect(one.entryID == ids[3] && one.collection == "knowledge")
    try fixture.store.storeEmbeddings(
      [
        EmbeddingRow(
          entryID: one.entryID, model: "m", contentHash: one.contentHash, vector: [1, 0])
      ], business: fixture.business)
    #expect(try !missing().contains { $0.entryID == ids[3] })
    #expect(try missing("n").count == 8)
    // Another text needs another vector; a deleted entry needs none.
    _ = try fixture.upsert(
      (0..<7).map { EntryDraft(externalID: "\($0)", content: "changed \($0)") })
    #expect(try missing().count == 8)
    _ = try fixture.store.delete(
      ids: [ids[0]], business: fixture.business, collection: "knowledge", soft: true)
    #expect(try !missing().contains { $0.entryID == ids[0] })
    let stranger = try fixture.store.createBusiness(named: "stranger").businessID
    #expect(try fixture.store.unembedded(model: "m", business: stranger, limit: 10).isEmpty)
  }

  @Test(arguments: [true, false])
  func `rows that share an id have vectors of their own`(isSameText: Bool) throws {
    let fixture = try StoreFixture()
    let id = UUID.random()
    let collections = ["knowledge", "products", "services"]
    for collection in collections {
      var draft = EntryDraft(title: "title", content: isSameText ? "" : collection)
      draft.entryID = id
      #expect(try fixture.upsert([draft], collection: collection).outcomes == [.inserted(id)])
    }
    func lacking(of model: String = "m") throws -> [UnembeddedEntry] {
      try fixture.store.unembedded(model: model, business: fixture.business, limit: 1)
    }
    func store(_ entry: UnembeddedEntry, chunkCount: Int32, _ number: Float) throws -> Int {
      let rows = (0..<chunkCount).map { chunk in
        EmbeddingRow(
          entryID: id, chunk: chunk, chunkCount: chunkCount, model: "m",
          contentHash: entry.contentHash, vector: [number])
      }
      return try fixture.store.storeEmbeddings(rows, business: fixture.business).storedCount
    }
    // None is left behind by the end of a page, and none is ever lacking again.
    let all = try lacking()
    #expect(Set(all.map(\.collection)) == Set(collections) && all.count == 3)
    #expect(Set(all.map(\.contentHash)).count == (isSameText ? 1 : 3))
    for (place, entry) in all.enumerated() {
      let stored = try store(entry, chunkCount: 3, isSameText ? 7 : Float(place))
      #expect(stored == (isSameText ? (place == 0 ? 9 : 0) : 3))
      #expect(try lacking().count == (isSameText ? 0 : 2 - place))
    }
    #expect(try lacking(of: "n").count == 3)
    #expect(try fixture.store.unembeddedCounts(model: "m", business: fixture.business).isEmpty)
    // Fewer chunks of one leave those of the others.
    #expect(try store(all[0], chunkCount: 1, 8) == (isSameText ? 3 : 1))
    #expect(try lacking().isEmpty)
    var connection = try fixture.database.connect()
    let counts = try connection.query(
      "select count(*), count(distinct source) from knowledge_embeddings")
    #expect(try counts.value(0, 0, as: Int.self) == (isSameText ? 3 : 7))
    #expect(try counts.value(0, 1, as: Int.self) == 3)
    // Each goes with its own row.
    _ = try fixture.store.delete(ids: [id], business: fixture.business, collection: "products")
    let left = try connection.query(
      "select string_agg(distinct source, ' ' order by source) from knowledge_embeddings")
    #expect(try left.value(0, 0, as: String.self) == "knowledge_entries services")
  }
}

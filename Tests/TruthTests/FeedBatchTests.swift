import Platform
import Postgres
import TestSupport
import Testing

@testable import Truth

/// What one batch of the feed may hold: memory is bounded by bytes, whatever the rows.
@Suite struct FeedBatchTests {
  /// Bytes of an entry's long columns.
  private func byteCount(_ entry: FeedEntry) -> Int {
    guard let row = entry.row else { return 0 }
    return row.title.utf8.count + row.content.utf8.count + row.metadata.utf8.count
      + row.keywords.reduce(0) { $0 + $1.utf8.count } + row.tags.reduce(0) { $0 + $1.utf8.count }
  }

  /// Small rows, rows beyond what comes along, rows larger than a batch, and such as are stored in
  /// a hundredth of what they read as.
  private let rows = """
    insert into knowledge_entries (business_id, title, content, metadata, keywords, tags)
    select $1, 'title ' || n,
      case n % 5 when 1 then repeat('ä', 300000) when 2 then repeat('x', 16384) else 'row ' || n end,
      case when n % 7 = 3 then jsonb_build_object('a', ('1e131000')::numeric) else '{"b": 1}' end,
      case when n % 11 = 4 then array_fill(repeat('k', 900), array[100]) else '{one}' end,
      case when n % 13 = 5 then array_fill(repeat('t', 900), array[100]) else '{}' end
    from generate_series(1, 110) n
    """

  @Test(arguments: [2 << 20, 500_000])
  func `a batch ends before its bytes pass the limit, and a larger row comes alone`(
    limit: Int
  ) throws {
    let fixture = try StoreFixture()
    var connection = try fixture.database.connect()
    var configuration = ChangeFeed.Configuration(
      connectionInfo: fixture.database.connectionInfo, node: .random())
    configuration.batchByteCount = limit
    configuration.batchCount = 70
    let feed = ChangeFeed(configuration)
    let start = try feed.rebuild { (_) throws(TruthError) in }.position
    try connection.query(rows, [.uuid(fixture.business)])
    var changes: [[FeedEntry]] = []
    var scanned: [[FeedEntry]] = []
    let step = try feed.step(from: start, scanning: [.everything]) { (event) throws(TruthError) in
      switch event {
      case .changes(let batch): changes.append(batch)
      case .scanned(let batch): scanned.append(batch)
      default: break
      }
    }
    #expect(step?.changeCount == 110 && step?.scannedCount == 110)
    let expected = try connection.query(
      "select \(EntryRow.columns) from knowledge_entries e order by e.entry_id")
    let truth = try (0..<expected.count).map { try EntryRow(expected, $0) }
    for batches in [changes, scanned] {
      let sizes = batches.map { $0.reduce(0) { $0 + byteCount($1) } }
      #expect(zip(batches, sizes).allSatisfy { $0.count == 1 || $1 <= limit })
      #expect(batches.allSatisfy { !$0.isEmpty && $0.count <= 70 })
      // No row is left out, cut short or doubled.
      let held = batches.joined().compactMap(\.row)
      #expect(held.sorted { $0.entryID < $1.entryID } == truth)
    }
    // Not needlessly many.
    let total = truth.reduce(0) { $0 + $1.content.utf8.count }
    if limit > 1 << 20 { #expect(scanned.count < 2 * (total / limit + 4)) }
    // Some rows were larger than the smaller limit.
    #expect(changes.joined().contains { byteCount($0) > 500_000 })
    // A scan keeps its order.
    let order = scanned.joined().map(\.entryID)
    #expect(order == order.sorted())
  }

  /// One id in all three tables, each row with contents of its own, of which some are too large to
  /// come along at once.
  @Test(arguments: [
    [50_000, 50_000, 50_000], [50_000, 10, 50_000], [10, 50_000, 10], [9, 9, 9],
  ])
  func `rows that share an id come each in its own collection, with its own vectors`(
    sizes: [Int]
  ) throws {
    let fixture = try StoreFixture()
    var connection = try fixture.database.connect()
    let follower = ChangeFeed(
      ChangeFeed.Configuration(connectionInfo: fixture.database.connectionInfo, node: .random()))
    let start = try follower.rebuild { (_) throws(TruthError) in }.position
    let id = UUID.random()
    let collections = ["knowledge", "products", "services"]
    for (collection, size) in zip(collections, sizes) {
      let content = String(repeating: String(collection.prefix(1)), count: size)
      var draft = EntryDraft(title: "t", content: content)
      draft.entryID = id
      _ = try fixture.upsert([draft], collection: collection)
      let row = try #require(
        try fixture.store.get(ids: [id], business: fixture.business, collection: collection).first)
      try fixture.store.storeEmbeddings(
        [EmbeddingRow(entryID: id, model: "m", contentHash: row.contentHash, vector: [1, 0])],
        business: fixture.business)
    }
    let found = try connection.query(
      "select \(EntryRow.columns) from knowledge_rows() e order by e.collection")
    let truth = try (0..<found.count).map { try EntryRow(found, $0) }
    #expect(truth.map(\.collection) == collections)
    var changed: [FeedEntry] = []
    var scanned: [FeedEntry] = []
    let step = try follower.step(from: start, scanning: [.everything]) {
      (event) throws(TruthError) in
      switch event {
      case .changes(let batch): changed += batch
      case .scanned(let batch): scanned += batch
      default: break
      }
    }
    for entries in [changed.sorted { $0.collection < $1.collection }, scanned] {
      #expect(entries.map(\.collection) == collections && entries.map(\.row) == truth)
      #expect(entries.map { $0.embeddings.map(\.contentHash) } == truth.map { [$0.contentHash] })
    }
    // A note of a vector does not say whose it is.
    try connection.query("delete from knowledge_embeddings where source = 'products'")
    changed = []
    _ = try follower.step(from: try #require(step).position) { (event) throws(TruthError) in
      if case .changes(let batch) = event { changed += batch }
    }
    changed.sort { $0.collection < $1.collection }
    #expect(changed.map(\.row) == truth && changed.map(\.embeddings.count) == [1, 0, 1])
  }

  @Test func `only the vectors of the models that were asked for come along`() throws {
    let fixture = try StoreFixture()
    var connection = try fixture.database.connect()
    try connection.query(
      "insert into knowledge_entries (business_id, content) values ($1, 'row')",
      [.uuid(fixture.business)])
    try connection.query(
      """
      insert into knowledge_embeddings
        (business_id, entry_id, chunk, chunk_count, model, content_hash, vector)
      select business_id, entry_id, chunk, 2, model, content_hash, array[1, 0]::real[]
      from knowledge_entries, unnest(array['one', 'two', 'three']) model, generate_series(0, 1) chunk
      """)
    for (models, wanted) in [
      (nil, ["one 0", "one 1", "three 0", "three 1", "two 0", "two 1"]),
      (["two", "none"], ["two 0", "two 1"]), ([], []),
    ] as [([String]?, [String])] {
      var configuration = ChangeFeed.Configuration(
        connectionInfo: fixture.database.connectionInfo, node: .random())
      configuration.models = models
      var came: [String] = []
      _ = try ChangeFeed(configuration).rebuild { (event) throws(TruthError) in
        guard case .scanned(let batch) = event else { return }
        came += batch.flatMap(\.embeddings).map { "\($0.model) \($0.chunk)" }
      }
      #expect(came == wanted)
    }
  }
}

import Platform
import Postgres
import Testing
import TestSupport

@testable import Truth

/// What a node's files would hold, and how often each change came.
final class Follower {
  let feed: ChangeFeed
  var position: Position?
  var entries: [UUID: EntryRow] = [:]
  /// Times that an entry was handed over as a change.
  var deliveries: [UUID: Int] = [:]
  var deliveredCount = 0
  private var scanning: (scope: FeedScope, seen: Set<UUID>)?

  init(_ connectionInfo: String, node: UUID = .random(), batchCount: Int = 1000) {
    var configuration = ChangeFeed.Configuration(connectionInfo: connectionInfo, node: node)
    configuration.batchCount = batchCount
    feed = ChangeFeed(configuration)
  }

  func rebuild() throws {
    entries = [:]
    position = try feed.rebuild { (event) throws(TruthError) in self.take(event) }.position
  }

  /// Whether anything was adopted.
  @discardableResult
  func step(force: Bool = false, scanning scopes: [FeedScope] = []) throws -> ChangeFeed.Step? {
    let step = try feed.step(from: position!, scanning: scopes, force: force) {
      (event) throws(TruthError) in self.take(event)
    }
    if let step { position = step.position }
    return step
  }

  private func take(_ event: FeedEvent) {
    switch event {
    case .changes(let batch):
      for entry in batch {
        deliveries[entry.entryID, default: 0] += 1
        deliveredCount += 1
        apply(entry)
      }
    case .scanBegan(let scope): scanning = (scope, [])
    case .scanned(let batch):
      for entry in batch {
        scanning?.seen.insert(entry.entryID)
        apply(entry)
      }
    case .scanEnded(let scope):
      let seen = scanning?.seen ?? []
      entries = entries.filter { id, row in
        !scope.contains(business: row.businessID, collection: row.collection) || seen.contains(id)
      }
      scanning = nil
    }
  }

  private func apply(_ entry: FeedEntry) {
    if let row = entry.row {
      entries[entry.entryID] = row
    } else if entries[entry.entryID]?.collection == entry.collection {
      entries[entry.entryID] = nil
    }
  }

  /// Whether the entries equal the table's, by id, version and stamp.
  func equalsTruth(_ connection: inout PostgresConnection) throws -> Bool {
    let rows = try connection.query(
      "select \(EntryRow.columns) from knowledge_rows() e where deleted_at is null")
    var truth: [UUID: EntryRow] = [:]
    for row in 0..<rows.count {
      let entry = try EntryRow(rows, row)
      truth[entry.entryID] = entry
    }
    return truth == entries
  }
}

@Suite struct ChangeFeedTests {
  @Test func `a change by any client comes once, and an idle step adopts nothing`() throws {
    let fixture = try StoreFixture()
    _ = try fixture.upsert([EntryDraft(externalID: "before", content: "x")])
    let follower = Follower(fixture.database.connectionInfo)
    try follower.rebuild()
    #expect(follower.entries.count == 1 && follower.deliveredCount == 0)
    #expect(try follower.step() == nil)

    let result = try fixture.upsert((0..<5).map { EntryDraft(externalID: "\($0)", content: "c") })
    let xid = try #require(result.transactionID)
    #expect(!follower.position!.sees(xid))
    let step = try #require(try follower.step())
    #expect(step.changeCount == 5 && step.position.sees(xid))
    #expect(try follower.step() == nil)

    var connection = try fixture.database.connect()
    try connection.query("update knowledge_entries set title = 'sql' where external_id = '1'")
    try connection.query("delete from knowledge_entries where external_id = '2'")
    try connection.query("update knowledge_entries set deleted_at = now() where external_id = '3'")
    try connection.query(
      "update knowledge_entries set collection = 'moved' where external_id = '4'")
    try follower.step()
    #expect(try follower.equalsTruth(&connection))
    #expect(follower.entries.count == 4)
    #expect(follower.deliveries.values.max() == 3)  // The moved one: inserted, left, arrived.
    // Rolled back: nothing comes.
    try connection.run(
      script: "begin; update knowledge_entries set title = 'no'; rollback")
    #expect(try follower.step() == nil)
  }

  @Test func `COPY, embeddings, collections, TRUNCATE and replicated rows are noted`() throws {
    let fixture = try StoreFixture()
    let follower = Follower(fixture.database.connectionInfo)
    try follower.rebuild()
    var connection = try fixture.database.connect()
    let business = fixture.business
    try connection.copyIn(
      "copy knowledge_entries (business_id, entry_id, content) from stdin (format binary)"
    ) { (writer) throws(PostgresError) in
      for number in 0..<50 {
        try writer.beginRow(fieldCount: 3)
        writer.fields.append(business)
        writer.fields.append(UUID.random())
        writer.fields.append("copied \(number)")
      }
    }
    #expect(try follower.step()?.changeCount == 50)
    // As the apply worker of logical replication runs.
    try connection.run(
      script: """
        set session_replication_role = replica;
        update knowledge_entries set title = 'replicated' where content = 'copied 7';
        set session_replication_role = origin;
        """)
    #expect(try follower.step()?.changeCount == 1)
    #expect(try follower.equalsTruth(&connection))

    let row = follower.entries.values.first!
    let vector = EmbeddingRow(
      entryID: row.entryID, chunk: 2, chunkCount: 3, span: 5..<9, model: "m",
      contentHash: row.contentHash, vector: [1, 0])
    try fixture.store.storeEmbeddings([vector], business: business)
    var seen: [FeedEntry] = []
    let step = try follower.feed.step(from: follower.position!) { (event) throws(TruthError) in
      if case .changes(let batch) = event { seen += batch }
    }
    follower.position = step?.position
    #expect(seen.count == 1 && seen[0].embeddings == [vector] && seen[0].row == row)

    let record = CollectionRecord(name: "knowledge", model: "m", dimension: 2)
    _ = try fixture.store.ensureCollection(record, business: business)
    #expect(try follower.step() == nil)
    try fixture.store.changeModel(of: "knowledge", business: business, to: "n", dimension: 3)
    let scan = try #require(try follower.step())
    #expect(scan.scannedCount == 50 && scan.changeCount == 0)

    try connection.query("truncate knowledge_entries cascade")
    _ = try fixture.upsert([EntryDraft(externalID: "after", content: "x")])
    let all = try #require(try follower.step())
    #expect(all.scannedCount == 1 && follower.entries.count == 1)
    #expect(try follower.equalsTruth(&connection))
  }

  @Test func `a million rows would come in batches: many rows, small memory`() throws {
    let fixture = try StoreFixture()
    let follower = Follower(fixture.database.connectionInfo, batchCount: 100)
    try follower.rebuild()
    var connection = try fixture.database.connect()
    try connection.query(
      """
      insert into knowledge_entries (business_id, content)
      select $1, 'row ' || n from generate_series(1, 5050) n
      """, [.uuid(fixture.business)])
    var batches: [Int] = []
    let step = try follower.feed.step(from: follower.position!) { (event) throws(TruthError) in
      if case .changes(let batch) = event { batches.append(batch.count) }
    }
    #expect(step?.changeCount == 5050)
    #expect(batches.max() == 100 && batches.reduce(0, +) == 5050)
  }

  @Test func `what receives the events may refuse, and they come again`() throws {
    let fixture = try StoreFixture()
    let follower = Follower(fixture.database.connectionInfo)
    try follower.rebuild()
    _ = try fixture.upsert([EntryDraft(externalID: "a", content: "x")])
    struct Full: TruthErrorCarrying {
      init() {}
      init(_ error: TruthError) { Issue.record("\(error)") }
    }
    #expect(throws: Full.self) {
      try follower.feed.step(from: follower.position!) { (_) throws(Full) in throw Full() }
    }
    #expect(try follower.step()?.changeCount == 1)
  }

  @Test func `a long transaction holds back only itself`() throws {
    let fixture = try StoreFixture()
    let follower = Follower(fixture.database.connectionInfo)
    try follower.rebuild()
    var long = try fixture.database.connect()
    try long.query("begin")
    try long.query(
      "insert into knowledge_entries (business_id, content) values ($1, 'long')",
      [.uuid(fixture.business)])
    for number in 0..<20 {
      _ = try fixture.upsert([EntryDraft(externalID: "\(number)", content: "short")])
      #expect(try follower.step()?.changeCount == 1)
    }
    try long.query("commit")
    #expect(try follower.step()?.changeCount == 1)
    var connection = try fixture.database.connect()
    #expect(try follower.equalsTruth(&connection))
    #expect(follower.deliveredCount == 21)
  }

  @Test func `a prepared transaction comes when it commits`() throws {
    let fixture = try StoreFixture()
    let follower = Follower(fixture.database.connectionInfo)
    try follower.rebuild()
    var connection = try fixture.database.connect()
    for end in ["commit prepared", "rollback prepared"] {
      try connection.query("begin")
      try connection.query(
        "insert into knowledge_entries (business_id, content) values ($1, $2)",
        [.uuid(fixture.business), .text(end)])
      try connection.query("prepare transaction 'two'")
      _ = try fixture.upsert([EntryDraft(externalID: end, content: "between")])
      #expect(try follower.step()?.changeCount == 1)
      #expect(try follower.step() == nil)
      try connection.query("\(end) 'two'")
      #expect(try follower.step()?.changeCount == (end == "commit prepared" ? 1 : nil))
    }
  }

  @Test func `the change query reaches its rows by the index, also with a million seen`() throws {
    let fixture = try StoreFixture()
    var connection = try fixture.database.connect()
    // Seen notes, as far as the planner can tell: many, and far below the position.
    try connection.query(
      """
      insert into knowledge_changes (xid, business_id, collection, entry_id)
      select '3'::xid8, $1, 'knowledge', gen_random_uuid() from generate_series(1, 100000)
      """, [.uuid(fixture.business)])
    try connection.query("analyze knowledge_changes")
    try connection.run(script: "set role knowledge_feed; \(FeedStatements.stepSettings)")
    for sql in [FeedStatements.probe, FeedStatements.scopes, FeedStatements.changes] {
      let rows = try connection.query(
        "explain (format text) " + sql, [.xid8(1_000_000), .xid8Array([999_990, 999_995])])
      let plan = try (0..<rows.count).map { try rows.value($0, 0, as: String.self) }
        .joined(separator: "\n")
      #expect(plan.contains("Index Scan on knowledge_changes_xid"), "\(plan)")
      #expect(!plan.contains("Seq Scan on knowledge_changes"), "\(plan)")
    }
    // With the planner left alone it chooses the same, so the settings only make it certain.
    try connection.run(script: "reset enable_seqscan; reset enable_hashjoin")
    let rows = try connection.query(
      "explain " + FeedStatements.probe, [.xid8(1_000_000), .xid8Array([])])
    let plan = try (0..<rows.count).map { try rows.value($0, 0, as: String.self) }.joined()
    #expect(plan.contains("knowledge_changes_xid"), "\(plan)")
  }

  @Test func `rows are reached by the primary key, with and without statistics`() throws {
    let fixture = try StoreFixture()
    let follower = Follower(fixture.database.connectionInfo)
    try follower.rebuild()
    var connection = try fixture.database.connect()
    for statistics in [false, true] {
      try connection.query(
        "insert into knowledge_entries (business_id, content) select $1, n::text from generate_series(1, 3000) n",
        [.uuid(fixture.business)])
      if statistics { try connection.query("analyze") }
      var reader = try fixture.database.connect()
      try reader.run(script: "set role knowledge_feed; \(FeedStatements.stepSettings)")
      let rows = try reader.query(
        "explain " + FeedStatements.changes,
        [
          .xid8(follower.position!.snapshot.xmax),
          .xid8Array(follower.position!.snapshot.running),
        ])
      let plan = try (0..<rows.count).map { try rows.value($0, 0, as: String.self) }
        .joined(separator: "\n")
      #expect(
        plan.contains("Index Scan using knowledge_entries_pkey on knowledge_entries e"), "\(plan)")
      #expect(plan.contains("AND (entry_id = "), "\(plan)")
      #expect(!plan.contains("Filter: (entry_id"), "\(plan)")
      #expect(try follower.step()?.changeCount == 3000)
    }
    let collections = try follower.feed.collections()
    #expect(collections == [FeedScope(business: fixture.business, collection: "knowledge")])
  }

  @Test func `notes are deleted once every node has seen them, and not before`() throws {
    let fixture = try StoreFixture()
    let first = Follower(fixture.database.connectionInfo)
    let second = Follower(fixture.database.connectionInfo)
    try first.rebuild()
    try second.rebuild()
    _ = try fixture.upsert((0..<10).map { EntryDraft(externalID: "\($0)", content: "c") })
    try first.step()
    try first.feed.pin(first.position!)
    try first.feed.register(oldest: first.position!)
    #expect(try first.feed.prune() == 0)
    var long = try fixture.database.connect()
    try long.query("begin")
    try long.query(
      "insert into knowledge_entries (business_id, content) values ($1, 'long')",
      [.uuid(fixture.business)])
    try second.step()
    try second.feed.pin(second.position!)
    try second.feed.register(oldest: second.position!)
    #expect(try second.feed.prune() == 10)
    try long.query("commit")
    #expect(try second.feed.prune() == 0)
    #expect(try first.step()?.changeCount == 1)
    #expect(try second.step()?.changeCount == 1)
  }

  @Test func `positions stay known however often steps and commits fail`() throws {
    struct Refused: TruthErrorCarrying {
      init() {}
      init(_ error: TruthError) {}
    }
    let fixture = try StoreFixture()
    let node = Follower(fixture.database.connectionInfo)
    try node.rebuild()
    let kept = try #require(node.position)
    _ = try fixture.upsert([EntryDraft(externalID: "1", content: "c")])
    for _ in 0..<12 {
      #expect(throws: Refused.self) {
        try node.feed.step(from: kept) { (_) throws(Refused) in throw Refused() }
      }
    }
    #expect(try node.feed.resume(from: [kept]) == .resumed(kept))
    try node.feed.pin(kept)
    // Commits that fail: each announces a position, and the files stay at the old one.
    for number in 0..<12 {
      _ = try fixture.upsert([EntryDraft(externalID: "2", content: "c \(number)")])
      try node.step()
      try node.feed.pin(node.position!, keeping: [kept])
    }
    #expect(try node.feed.resume(from: [kept]) == .resumed(kept))
    #expect(try node.feed.resume(from: [node.position!]) == .resumed(node.position!))
    // What the database does not know is not brought in that way.
    let foreign = Position(
      snapshot: kept.snapshot, token: .random(), systemIdentifier: kept.systemIdentifier,
      database: kept.database)
    try node.feed.pin(node.position!, keeping: [foreign])
    guard case .lost = try node.feed.resume(from: [foreign]) else {
      Issue.record("a position of another history was resumed")
      return
    }
  }

  @Test func `a node that was silent for too long is told so`() throws {
    let fixture = try StoreFixture()
    let silent = Follower(fixture.database.connectionInfo)
    try silent.rebuild()
    try silent.feed.pin(silent.position!)
    silent.feed.disconnect()
    var connection = try fixture.database.connect()
    try connection.query("update knowledge_nodes set last_seen = now() - interval '8 days'")
    let active = Follower(fixture.database.connectionInfo)
    try active.rebuild()
    try active.step(force: true)
    guard case .lost(let reason) = try silent.feed.resume(from: [silent.position!]) else {
      Issue.record("resumed")
      return
    }
    #expect(reason.contains("away for too long"))
    let error = #expect(throws: TruthError.self) { try silent.step() }
    guard case .positionLost = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try silent.rebuild()
    #expect(try silent.step(force: true) != nil)
  }
}

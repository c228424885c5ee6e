import KnowledgeStore
import Platform
import Postgres
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// Files and truth compared by hashes: what was changed behind our back is found and brought again,
/// and writers raise no false alarm.
@Suite struct ParityTests {
  @Test func `both sides compute one hash`() throws {
    let database = try TestCluster.migratedDatabase()
    let reader = try ParityReader(connectionInfo: database.connectionInfo)
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    for round in 0..<200 {
      let id = UUID(high: generator.next(), low: generator.next())
      let (version, stamp) = round == 0 ? (7, 7) : (generator.next(), generator.next())
      let state = EntryState(id: id, version: version, stamp: stamp)
      #expect(try reader.hash(of: id, seed: version ^ stamp) == state.parityHash, "seed \(seed)")
      let bucket = try reader.hash(of: id, seed: 0) & 1023
      #expect(EntryState.parityBucket(of: id, mask: 1023) == Int(bucket), "seed \(seed)")
    }
  }

  /// Runs SQL that no trigger notices.
  private func behindOurBack(_ fixture: FollowingFixture, _ statements: [String]) throws {
    var connection = try fixture.connect()
    try connection.query("begin")
    try connection.query("alter table knowledge_entries disable trigger user")
    for sql in statements { try connection.query(sql, [.uuid(fixture.business)]) }
    try connection.query("alter table knowledge_entries enable always trigger zz_knowledge_stamp")
    try connection.query("alter table knowledge_entries enable always trigger zz_knowledge_note")
    try connection.query(
      "alter table knowledge_entries enable always trigger zz_knowledge_note_all")
    try connection.query("commit")
  }

  private func check(
    _ fixture: FollowingFixture, repairs: Bool = false, _ scope: FeedScope? = nil
  ) throws -> ParityOutcome {
    try fixture.parts.parity.check(
      scope ?? FeedScope(business: fixture.business, collection: nil), repairs: repairs)
  }

  private func names(
    _ outcome: ParityOutcome, _ kind: ParityOutcome.Kind
  ) -> Set<UUID> {
    Set(outcome.examples.filter { $0.kind == kind }.map(\.entry))
  }

  @Test(arguments: [false, true])
  func `every injected difference is found, told apart and repaired`(isSealed: Bool) throws {
    let fixture = try FollowingFixture()
    let ids = try fixture.write(0..<3000)
    try fixture.held(3000)
    if isSealed { try fixture.commit() }
    #expect(try check(fixture).differenceCount == 0)
    let shuffled = ids.shuffled()
    let collection = try #require(try fixture.store.existing(fixture.key))
    // In the truth: changed texts, rows that are gone, rows that are deleted softly, new ones.
    func list(_ ids: some Sequence<UUID>) -> String {
      ids.map { "'\($0)'" }.joined(separator: ",")
    }
    let changed = shuffled[0..<5]
    let gone = shuffled[5..<9]
    let soft = shuffled[9..<12]
    try behindOurBack(
      fixture,
      [
        "update knowledge_entries set content = content || '!' "
          + "where business_id = $1 and entry_id in (\(list(changed)))",
        "delete from knowledge_entries "
          + "where business_id = $1 and entry_id in (\(list(gone)))",
        "update knowledge_entries set deleted_at = now() "
          + "where business_id = $1 and entry_id in (\(list(soft)))",
        "insert into knowledge_entries (business_id, external_id, content) "
          + "select $1, 'new-' || n, 'unnoticed' from generate_series(1, 6) n",
      ])
    // In the files: rows that were lost, rows of nobody, rows of an older state.
    let lost = shuffled[12..<19]
    try collection.apply(lost.map { .delete($0) })
    var strangers: [UUID] = []
    for _ in 0..<3 {
      var entry = try #require(try collection.get(shuffled[30]))
      entry.id = .random()
      strangers.append(entry.id)
      try collection.apply([.upsert(entry)])
    }
    let stale = shuffled[19..<23]
    for (place, id) in stale.enumerated() {
      var entry = try #require(try collection.get(id))
      if place % 2 == 0 { entry.stamp ^= 1 << 40 } else { entry.version += 3 }
      try collection.apply([.upsert(entry)])
    }
    // Two rows that have changed places: sums of each column alone would be the same.
    var pair = try shuffled[23..<25].map { id in try #require(try collection.get(id)) }
    (pair[0].stamp, pair[1].stamp) = (pair[1].stamp, pair[0].stamp)
    (pair[0].version, pair[1].version) = (pair[1].version, pair[0].version)
    try collection.apply(pair.flatMap { [.delete($0.id), .upsert($0)] })

    let found = try check(fixture)
    #expect(names(found, .different) == Set(changed).union(stale).union(pair.map(\.id)))
    #expect(names(found, .extra) == Set(gone).union(soft).union(strangers))
    #expect(names(found, .missing).isSuperset(of: lost))
    #expect(found.differenceCount == 5 + 4 + 3 + 6 + 7 + 3 + 4 + 2)
    #expect(found.bucketCount == 32)
    #expect(found.differingBucketCount <= 32)
    #expect(found.repairedCount == 0)

    let repaired = try check(fixture, repairs: true)
    #expect(repaired.differenceCount == found.differenceCount)
    #expect(repaired.repairedCount == repaired.differenceCount)
    let clean = try check(fixture)
    #expect(clean.differenceCount == 0 && clean.differingBucketCount == 0)
    #expect(clean.rowCount == 3000 - 4 - 3 + 6)
    for id in changed { #expect(try collection.get(id)?.content.hasSuffix("!") == true) }
    for id in lost { #expect(try collection.get(id) != nil) }
    for id in strangers { #expect(try collection.get(id) == nil) }
  }

  @Test func `one row that differs is one bucket, and no other row is read again`() throws {
    let fixture = try FollowingFixture()
    let ids = try fixture.write(0..<3000)
    try fixture.held(3000)
    let collection = try #require(try fixture.store.existing(fixture.key))
    #expect(try check(fixture).bucketCount == 32)
    let applied = fixture.parts.applier.appliedCount
    let embedded = fixture.embedder.passageCount
    try collection.apply([.delete(ids[1000])])
    let outcome = try check(fixture, repairs: true)
    #expect(outcome.differenceCount == 1 && outcome.repairedCount == 1)
    #expect(outcome.differingBucketCount == 1 && outcome.bucketCount == 32)
    #expect(fixture.parts.applier.appliedCount == applied + 1)
    #expect(fixture.embedder.passageCount == embedded + 1)
    #expect(try collection.get(ids[1000]) != nil)
  }

  @Test func `collections that only one side has are found and mended`() throws {
    let fixture = try FollowingFixture()
    try fixture.write(0..<50)
    try fixture.held(50)
    try behindOurBack(
      fixture,
      [
        "insert into knowledge_entries (business_id, collection, external_id, content) "
          + "select $1, 'hidden', 'h-' || n, 'text' from generate_series(1, 20) n"
      ])
    let extra = CollectionKey(owner: fixture.business, name: "ghost")
    let one = try #require(try fixture.store.existing(fixture.key))
    let ghost = try fixture.store.collection(extra, configuration: one.configuration)
    try one.forEachEntry(limit: 7) { entry in
      try? ghost.apply([.upsert(entry)])
      return true
    }
    let outcome = try check(fixture, repairs: true, .everything)
    #expect(outcome.collectionCount == 3)
    #expect(outcome.differenceCount == 27 && outcome.repairedCount == 27)
    #expect(names(outcome, .missing).count == 20 && names(outcome, .extra).count == 7)
    try fixture.held(20, collection: "hidden")
    // Nothing is left of a collection that the truth does not have.
    try fixture.until("its removal") { !fixture.store.contains(extra) }
    #expect(try check(fixture, .everything).differenceCount == 0)
  }

  @Test func `writers raise no false alarm, and hide nothing`() throws {
    let fixture = try FollowingFixture()
    let ids = try fixture.write(0..<2000)
    try fixture.held(2000)
    let isStopped = Condition(false)
    let (entries, business, applier) = (fixture.entries, fixture.business, fixture.parts.applier)
    let writers = (0..<3).map { number in
      Thread.spawn(name: "writer") {
        var generator = SeededGenerator(seed: UInt64(number))
        while !isStopped.withLock({ $0 }) {
          let first = Int.random(in: 0..<1900, using: &generator)
          let drafts = (first..<first + 40).map { row in
            EntryDraft(externalID: "row-\(row)", content: "\(generator.next())")
          }
          _ = try? entries.upsert(drafts, business: business, collection: "knowledge")
          applier.poke()
        }
      }
    }
    defer {
      isStopped.withLock { $0 = true }
      writers.forEach { $0.join() }
    }
    let collection = try #require(try fixture.store.existing(fixture.key))
    for round in 0..<12 {
      if round % 3 == 2 {
        // A row that no writer touches.
        try collection.apply([.delete(ids[1950 + round])])
        let outcome = try check(fixture, repairs: true)
        #expect(outcome.examples.map(\.entry) == [ids[1950 + round]])
        #expect(outcome.repairedCount == 1)
      } else {
        let outcome = try check(fixture)
        #expect(outcome.differenceCount == 0, "\(outcome.examples.prefix(5))")
        #expect(outcome.rowCount == 2000)
      }
      if round % 4 == 1 { try fixture.commit() }
    }
  }

  @Test func `rows that wait for their vector are no difference`() throws {
    let embedder = GatedEmbedder(keepsVectors: true)
    let fixture = try FollowingFixture(embedder: embedder)
    let key = ServedModel(embedder).key("knowledge", of: fixture.business)
    func held(_ count: Int) throws {
      try fixture.until("\(count) rows") { try fixture.store.existing(key)?.entryCount == count }
    }
    try fixture.write(0..<5)
    try held(5)
    embedder.allow(0)
    try fixture.write(5..<105)
    let outcome = try check(fixture, repairs: true)
    #expect(outcome.rowCount == 105)
    #expect(outcome.differenceCount == 0 && outcome.waitingCount == 100)
    // Lost though its vector is there: that is a difference.
    let collection = try #require(try fixture.store.existing(key))
    var first: UUID?
    try collection.forEachState(limit: 1) { state in
      first = state.id
      return true
    }
    try collection.apply([.delete(try #require(first))])
    let lost = try check(fixture, repairs: true)
    #expect(lost.differenceCount == 1 && lost.repairedCount == 1 && lost.waitingCount == 100)
    embedder.allow(.max)
    try held(105)
    let ended = try check(fixture)
    #expect(ended.differenceCount == 0 && ended.waitingCount == 0)
  }

  @Test func `a collection that is made again is left out, and whole soon after`() throws {
    let fixture = try FollowingFixture()
    try fixture.write(0..<100)
    try fixture.held(100)
    let repair = fixture.store.beginRepair(CollectionKey(owner: fixture.business, name: "other"))
    let outcome = try check(fixture, FeedScope(business: fixture.business, collection: "other"))
    #expect(outcome.incompleteCount + outcome.differenceCount <= 1)
    fixture.store.repairEnded(repair)
    try fixture.until("whole") { try check(fixture).incompleteCount == 0 }
    #expect(try check(fixture).differenceCount == 0)
  }

  @Test func `a round by itself repairs, counts, and says what it could not mend`() throws {
    let fixture = try FollowingFixture()
    let ids = try fixture.write(0..<300)
    try fixture.held(300)
    let collection = try #require(try fixture.store.existing(fixture.key))
    try collection.apply([.delete(ids[7]), .delete(ids[8])])
    fixture.parts.parity.round()
    let stats = try #require(try fixture.parts.operations.stats(for: .operator()).parity)
    #expect(stats.rounds == 1 && stats.rows == 300)
    #expect(stats.differences == 2 && stats.repaired == 2 && stats.unrepaired == 0)
    #expect(stats.endedAt > 0 && stats.trouble.isEmpty)
    #expect(fixture.reasons().isEmpty)
    #expect(collection.entryCount == 300)
    // A business is told nothing of everybody's rounds.
    #expect(try fixture.parts.operations.stats(for: fixture.principal).parity == nil)

    // A row that is lost again as often as it is brought.
    let isStopped = Condition(false)
    let loser = Thread.spawn(name: "loser") {
      while !isStopped.withLock({ $0 }) { try? collection.apply([.delete(ids[9])]) }
    }
    try fixture.until("a round that does not help") {
      fixture.parts.parity.round()
      return fixture.parts.parity.counts.unrepairedCount == 1
    }
    #expect(fixture.reasons().contains { $0.contains("1 entries differ") })
    #expect(fixture.parts.operations.health(for: fixture.principal).reasons.isEmpty)
    isStopped.withLock { $0 = true }
    loser.join()
    fixture.parts.parity.round()
    #expect(fixture.reasons().isEmpty)
    #expect(collection.entryCount == 300)
  }
}

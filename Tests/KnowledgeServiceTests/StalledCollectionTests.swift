import KnowledgeStore
import Platform
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// Files of one collection that refuse everything: all others are followed, read and committed.
@Suite struct StalledCollectionTests {
  @Test
  func `one collection's sick files hold up nobody else, and are read again when they are well`()
    throws
  {
    let fixture = try FollowingFixture()
    try fixture.write(0..<10)
    try fixture.write(100..<110, collection: "other")
    try fixture.held(10)
    try fixture.held(10, collection: "other")
    try fixture.commit()
    let directory = "\(fixture.store.directory)/\(fixture.key)"
    fixture.close()
    // Its opening wants to remove what looks like a leftover, and cannot.
    let obstacle = directory + "/tombstones-99"
    try FileSystem.createDirectories(obstacle + "/in-the-way")
    // Both at the first look, and as changes that come later.
    for round in 0..<2 {
      try fixture.open(commitMilliseconds: 20)
      let ids = try fixture.write(10 + round * 10..<20 + round * 10)
      if round == 0 { try fixture.follow() } else { fixture.parts.applier.start() }
      try fixture.write(110 + round * 10..<120 + round * 10, collection: "other")
      try fixture.held(20 + round * 10, collection: "other")
      #expect(fixture.core.freshness.moment.trouble == nil)
      try fixture.until("it is told") { try fixture.feed().cause == .files }
      #expect(try fixture.feed().lastError.contains("tombstones-99"))
      #expect(
        fixture.reasons().contains {
          $0.contains("\(fixture.key) misses rows that its files refuse")
        })
      // Its business learns that rows are missing, but no path.
      let told = fixture.parts.operations.health(for: fixture.principal).reasons
      #expect(told.contains { $0.contains("misses rows") })
      #expect(!told.contains { $0.contains("tombstones-99") })
      let stranger = Principal.business(.random())
      #expect(fixture.parts.operations.health(for: stranger).reasons.isEmpty)
      let other = CollectionKey(owner: fixture.business, name: "other")
      #expect(fixture.store.isIncomplete(fixture.key) && !fixture.store.isIncomplete(other))
      let stats = try fixture.parts.operations.stats(for: fixture.principal).collections
      #expect(stats.map(\.name) == ["knowledge", "other"])
      #expect(stats.map(\.incomplete) == [true, false])
      let refused = #expect(throws: RPCRefusal.self) { try fixture.search("title 7") }
      #expect(refused?.reply.code == .unavailable)
      // What is asked for by id comes from the database meanwhile.
      #expect(try fixture.get(ids).entries.count == 10)
      // The others become durable.
      let before = fixture.store.statistics.commit
      try fixture.write(110..<111, collection: "other")
      try fixture.until("a commit") { fixture.store.statistics.commit > before + 1 }
      #expect(try fixture.feed().commitFailures == 0)
      if round == 0 { fixture.close() }
    }
    try FileSystem.removeTree(obstacle)
    try fixture.held(30)
    try fixture.until("well") { fixture.reasons().isEmpty }
    #expect(!fixture.store.isIncomplete(fixture.key))
    #expect(try fixture.search("title 7").rowsConsidered == 30)
    #expect(try fixture.feed().cause == .unspecified)
    try fixture.commit()
    #expect(try fixture.store.verify().isIntact)
  }
}

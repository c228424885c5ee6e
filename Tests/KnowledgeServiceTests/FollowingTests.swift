import KnowledgeStore
import Platform
import Postgres
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// What an applier does when something does not go well, and what it says about it.
@Suite struct FollowingTests {
  @Test(arguments: [("caf\u{E9}", "cafe\u{301}"), ("\u{AC00}", "\u{1100}\u{1161}")])
  func `a text whose bytes changed is embedded again, though it looks the same`(
    one: String, other: String
  ) throws {
    let fixture = try FollowingFixture()
    func bytes(_ draft: EntryDraft) -> [[UInt8]] {
      ([draft.title, draft.content] + draft.keywords).map { Array($0.utf8) }
    }
    var draft = EntryDraft(externalID: "x", title: one, content: one)
    draft.keywords = [one]
    var changed: [EntryDraft] = [draft]
    draft.title = other
    changed.append(draft)
    draft.content = other
    changed.append(draft)
    draft.keywords = [other]
    changed.append(draft)
    for (count, draft) in changed.enumerated() {
      let result = try fixture.entries.upsert(
        [draft], business: fixture.business, collection: "knowledge")
      let id = try #require(result.outcomes[0].entryID)
      fixture.parts.applier.poke()
      try fixture.until("the new bytes") {
        guard let held = try fixture.store.existing(fixture.key)?.get(id) else { return false }
        return ([held.title, held.content] + held.keywords).map { Array($0.utf8) } == bytes(draft)
      }
      #expect(fixture.embedder.passageCount == count + 1)
    }
  }

  @Test func `an entry that the files refuse is counted and named until it changes`() throws {
    let fixture = try FollowingFixture()
    try fixture.write(0..<20)
    try fixture.held(20)
    var connection = try fixture.connect()
    // Larger than an entry of the store may be, as a schema to come might allow; and texts that
    // the model refuses, among others.
    try connection.query(
      "alter table knowledge_entries drop constraint knowledge_entries_content_check")
    try connection.query(
      "update knowledge_entries set content = repeat('x', 17 * 1024 * 1024) "
        + "where external_id = 'row-3'")
    try connection.query(
      "update knowledge_entries set content = content || $1 "
        + "where external_id in ('row-4', 'row-5') or external_id = 'row-6' and $1 = ''",
      [.text(GatedEmbedder.poison)])
    try fixture.write(20..<30)
    try fixture.held(27)
    #expect(try fixture.feed().parked == 3)
    #expect(fixture.reasons().count { $0.contains("cannot be served") } == 3)
    #expect(try fixture.feed().cause == .unspecified)
    // Another business learns nothing of it.
    let stranger = Principal.business(.random())
    #expect(fixture.parts.operations.health(for: stranger).reasons.isEmpty)
    #expect(try fixture.parts.operations.stats(for: stranger).feed?.parked == 0)

    try connection.query("update knowledge_entries set content = 'short' where priority = 0")
    try fixture.held(30)
    #expect(try fixture.feed().parked == 0)
    #expect(fixture.reasons().isEmpty)
  }

  @Test func `a commit that the disk refuses is reported until one goes well`() throws {
    let fixture = try FollowingFixture(commitMilliseconds: 20)
    try fixture.until("the first commit") { fixture.store.statistics.commit > 0 }
    // Directories stand where position files would go; the next few are left for commits under way.
    let next = fixture.store.statistics.commit + 5
    let places = (next..<next + 20).map { "\(fixture.store.directory)/position-\($0)" }
    for place in places { try FileSystem.createDirectories(place + "/in-the-way") }
    try fixture.write(0..<10)
    try fixture.until("a failed commit") { try fixture.feed().commitFailures > 0 }
    #expect(fixture.reasons().contains { $0.hasPrefix("the files could not be committed") })
    #expect(try fixture.feed().cause == .files)
    #expect(try !fixture.feed().lastError.isEmpty)
    // A business is told what, but not where.
    let told = fixture.parts.operations.health(for: fixture.principal).reasons
    #expect(told == ["the files could not be committed"])
    for place in places { try FileSystem.removeTree(place) }
    try fixture.until("a commit") { fixture.reasons().isEmpty }
    #expect(try fixture.feed().commitFailures > 0)
    #expect(try fixture.feed().cause == .unspecified)
  }

  @Test func `notes that change nothing in the files are deleted in the end`() throws {
    let fixture = try FollowingFixture(commitMilliseconds: 20)
    try fixture.write(0..<10)
    try fixture.held(10)
    var connection = try fixture.connect()
    for number in 0..<30 {
      // Of entries that are not there, in a collection that is not there.
      try connection.query(
        "insert into knowledge_changes (business_id, collection, entry_id) "
          + "values ($1, 'nowhere', gen_random_uuid())", [.uuid(fixture.business)])
      fixture.parts.applier.poke()
      Thread.sleep(milliseconds: number % 3 * 10)
    }
    try fixture.until("pruned") {
      try connection.query("select count(*) from knowledge_changes")
        .value(0, 0, as: Int64.self) == 0
    }
  }

  @Test func `steps that fail do not lose the position`() throws {
    let fixture = try FollowingFixture()
    try fixture.write(0..<10)
    try fixture.held(10)
    var connection = try fixture.connect()
    func token() throws -> String {
      try connection.query("select tokens[1]::text from knowledge_nodes").value(0, 0)
    }
    fixture.embedder.allow(0)
    var seen = Set([try token()])
    try fixture.write(10..<20)
    try fixture.until("trouble") { fixture.core.freshness.moment.trouble != nil }
    let position = fixture.core.freshness.moment.position
    // Each attempt leaves a token; more of them than the database keeps.
    try fixture.until("failed steps") {
      fixture.parts.applier.poke()
      seen.insert(try token())
      return seen.count > 12
    }
    #expect(fixture.core.freshness.moment.position == position)
    #expect(fixture.core.freshness.moment.trouble?.cause == .model)
    fixture.embedder.allow(1)
    try fixture.held(20)
    // The one batch was enough: nothing else was read again.
    #expect(try fixture.feed().repaired == fixture.repairedAtStart)
  }

  @Test func `a collection without its business is nobody's`() throws {
    let fixture = try FollowingFixture()
    var verify = VerifyRequest()
    verify.collection = "knowledge"
    verify.compareTruth = true
    let refusal = #expect(throws: RPCRefusal.self) {
      try fixture.parts.operations.verify(verify, for: .operator())
    }
    #expect(refusal?.reply.code == .invalidArgument)
    #expect(refusal?.reply.remediation.contains("--business") == true)
    #expect(throws: RPCRefusal.self) {
      try fixture.parts.operations.rebuild(
        RebuildRequest(collection: "knowledge"), for: .operator())
    }
    _ = try fixture.parts.operations.verify(verify, for: .operator(for: fixture.business))
    _ = try fixture.parts.operations.rebuild(RebuildRequest(), for: .operator())
  }

  @Test func `a node that cannot keep its name leaves nothing running`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let data = folder.path + "/data"
    try FileSystem.createDirectories(data + "/node/in-the-way")
    #expect(throws: ServiceError.self) {
      try KnowledgeNode.start(KnowledgeNode.Configuration(dataDirectory: data))
    }
    let cluster = try PrivateCluster.at(.init(directory: data + "/postgres"))
    #expect(cluster.processID == nil)
  }
}

extension FollowingFixture {
  /// Files that begin with nothing are one repair.
  var repairedAtStart: UInt64 { 1 }
}

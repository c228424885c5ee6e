import KnowledgeStore
import Platform
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// Copies of the files, made while serving, and put back on another machine.
@Suite struct SnapshotTests {
  private func snapshot(_ fixture: FollowingFixture, to path: String = "") throws -> SnapshotReply {
    try fixture.parts.operations.snapshot(
      SnapshotRequest(directory: path), for: .operator())
  }

  /// Goes on from a copy, as another node.
  private func restore(_ fixture: FollowingFixture, _ path: String) throws {
    fixture.close()
    _ = try Snapshots.restore(path, dataDirectory: fixture.folder.path + "/other")
    fixture.node = .random()
    fixture.place = "other/store"
    try fixture.open()
    try fixture.follow()
  }

  private func expectParity(_ fixture: FollowingFixture, _ count: Int) throws {
    try fixture.held(count)
    let outcome = try fixture.parts.parity.check(.everything, repairs: false)
    #expect(outcome.differenceCount == 0 && outcome.rowCount == count)
    #expect(outcome.incompleteCount == 0)
  }

  @Test func `another node goes on from a copy by its position, and reads only what changed`()
    throws
  {
    let fixture = try FollowingFixture()
    try fixture.write(0..<500)
    try fixture.held(500)
    let reply = try snapshot(fixture)
    #expect(reply.directory.hasPrefix(fixture.folder.path + "/snapshots/"))
    #expect(reply.entries == 500 && reply.collections == 1 && reply.position != nil)
    try fixture.write(500..<550)
    var connection = try fixture.connect()
    try connection.query("delete from knowledge_entries where external_id in ('row-1', 'row-2')")
    try fixture.held(548)
    let embedded = fixture.embedder.passageCount
    try restore(fixture, reply.directory)
    try expectParity(fixture, 548)
    #expect(fixture.embedder.passageCount == embedded + 50)
    #expect(fixture.parts.applier.appliedCount == 52)
    #expect(fixture.store.pendingRepairs.isEmpty)
    let list = try Snapshots.list(dataDirectory: fixture.folder.path)
    #expect(list.map(\.directory) == [reply.directory] && list[0].entryCount == 500)
    #expect(list[0].fault == nil && !list[0].position.isEmpty)
  }

  @Test func `a copy whose position nobody knows is compared, and nothing embedded twice`() throws {
    let fixture = try FollowingFixture()
    try fixture.write(0..<300)
    try fixture.held(300)
    let reply = try snapshot(fixture, to: fixture.folder.path + "/far/away")
    try fixture.write(300..<340)
    try fixture.held(340)
    for _ in 0..<10 {
      try fixture.write(0..<1)
      try fixture.commit()
    }
    var connection = try fixture.connect()
    try connection.query("update knowledge_nodes set tokens = '{}', kept = '{}'")
    let embedded = fixture.embedder.passageCount
    try restore(fixture, reply.directory)
    try fixture.until("whole") { fixture.store.pendingRepairs.isEmpty }
    try expectParity(fixture, 340)
    #expect(fixture.embedder.passageCount == embedded + 40)
  }

  @Test func `only operators make copies, of places that are theirs to name`() throws {
    let fixture = try FollowingFixture()
    try fixture.write(0..<10)
    try fixture.held(10)
    let denied = #expect(throws: RPCRefusal.self) {
      try fixture.parts.operations.snapshot(SnapshotRequest(), for: fixture.principal)
    }
    #expect(denied?.reply.code == .permissionDenied)
    for bad in ["relative", "/a/../b", "/" + String(repeating: "x", count: 2000), "/a\0b"] {
      let refused = #expect(throws: RPCRefusal.self) { try snapshot(fixture, to: bad) }
      #expect(refused?.reply.code == .invalidArgument, "\(bad.prefix(20))")
    }
    for taken in [fixture.store.directory, fixture.store.directory + "/in", fixture.folder.path] {
      let refused = #expect(throws: RPCRefusal.self) { try snapshot(fixture, to: taken) }
      #expect(refused?.reply.code == .alreadyExists)
    }
    #expect(throws: ServiceError.self) {
      try Snapshots.restore(fixture.folder.path, dataDirectory: fixture.folder.path + "/new")
    }
    #expect(!FileSystem.exists(fixture.folder.path + "/new/store"))
    // A store that is in the way stays.
    let reply = try snapshot(fixture)
    #expect(throws: ServiceError.self) {
      try Snapshots.restore(reply.directory, dataDirectory: fixture.folder.path)
    }
  }
}

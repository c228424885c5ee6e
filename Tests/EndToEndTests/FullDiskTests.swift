import Glibc
import Platform
import RPC
import TestSupport
import Testing

extension EndToEndFaults {
  /// T07 on real disks that are full: memory file systems of a few megabytes.
  @Suite struct FullDiskTests {
    /// The files fill up in the middle of imports, seals and commits, at sizes that end each of
    /// them somewhere else.
    @Test(arguments: Built.long ? [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64] : [1, 8])
    func `files on a disk of so many megabytes lose nothing, and go on when there is room`(
      megabytes: Int
    ) throws {
      let server = try KnowledgeServer()
      defer { server.close() }
      guard let disk = try SmallDisk(at: server.data + "/store", megabytes: megabytes) else {
        print("skipped: file systems cannot be mounted here (it takes root)")
        return
      }
      defer { disk.unmount(after: server) }
      try server.start(acceptDegraded: true)
      let business = try server.createBusiness("small")
      var writer = BulkWriter(connection: try server.connect(business))
      // About a kilobyte a row; a commit now and then, so that each step meets the end of the disk.
      var isFull = false
      while !isFull && writer.next < 4_000 + megabytes * 4_000 {
        try writer.write(1_000)
        try writer.delete(10)
        try writer.connection.commitFiles()
        isFull = try server.troubles().contains { $0.contains("No space left on device") }
      }
      try #require(isFull, "\(writer.next) rows did not fill \(megabytes) MB: \(server.story)")
      // Writes go on into the database, and what is read is what is there.
      try writer.write(1_000)
      let oracle = TruthOracle(server)
      #expect(try search(writer.connection).hits.count == 10)
      // A restart in the middle of it.
      server.kill()
      try server.start(acceptDegraded: true)
      let connection = try server.connect(business)
      let answers = waited(upToSeconds: 30) { (try? search(connection).hits.count) == 10 }
      #expect(answers != nil, "\(server.story)")

      try disk.resize(megabytes: megabytes + 512)
      let healed = waited(upToSeconds: 60) { (try? server.troubles())?.isEmpty == true }
      try #require(healed != nil, "\(server.story)")
      try oracle.expectEqual(connection, business: business.id, "with room again")
      try server.expectCleanRestart(business, oracle)
      server.stop()
    }

    /// The database's own disk: its server stops itself (`PANIC`) where its log cannot be written.
    @Test func `a database whose disk is full refuses writes by that name, and goes on with room`()
      throws
    {
      let server = try KnowledgeServer()
      defer { server.close() }
      guard let disk = try SmallDisk(at: server.data + "/postgres", megabytes: 256) else {
        print("skipped: file systems cannot be mounted here (it takes root)")
        return
      }
      defer { disk.unmount(after: server) }
      try server.start()
      let business = try server.createBusiness("small")
      var writer = BulkWriter(connection: try server.connect(business))
      try writer.write(1_000)
      let oracle = TruthOracle(server)
      try oracle.expectEqual(writer.connection, business: business.id, "before")
      try disk.fill(leaving: 4 << 20)
      var refusal: ErrorReply?
      while refusal == nil && writer.next < 400_000 {
        do { try writer.write(1_000) } catch WireConnection.Failure.refused(let reply) {
          refusal = reply
        }
      }
      let told = try #require(refusal, "the disk never was full")
      #expect([.resourceExhausted, .unavailable].contains(told.code), "\(told)")
      // Whatever the first one met, the service soon says what it is, and what to do.
      let named = waited(upToSeconds: 30) {
        do { try writer.write(1) } catch WireConnection.Failure.refused(let reply) {
          return reply.message.contains("disk is full") && reply.remediation.contains("make room")
        } catch {}
        return false
      }
      #expect(named != nil, "\(server.story)")
      let troubles = try server.troubles()
      #expect(troubles.contains { $0.contains("disk is full") }, "\(troubles)")
      #expect(try search(writer.connection).hits.count == 10)

      try disk.makeRoom()
      // The next write that succeeds is what tells that there is room.
      let written = waited(upToSeconds: 60) {
        guard let connection = try? server.connect(business) else { return false }
        writer = BulkWriter(connection: connection, first: writer.next)
        return (try? writer.write(1_000)) != nil
      }
      try #require(written != nil, "\(server.story)")
      let healed = waited(upToSeconds: 60) { (try? server.troubles())?.isEmpty == true }
      #expect(healed != nil, "\(server.story)")
      try oracle.expectEqual(writer.connection, business: business.id, "with room again")
      try server.expectCleanRestart(business, oracle)
      server.stop()
    }

    private func search(_ connection: WireConnection) throws -> SearchReply {
      var request = SearchRequest()
      request.query = .text("parcel number 17")
      return try connection.call(.search, request, for: SearchReply.self)
    }
  }
}

/// A small file system in memory, mounted for a test.
final class SmallDisk {
  private let path: String
  private var ballast: String { path + "/ballast" }

  /// Mounts it; nil where that is not allowed.
  init?(at path: String, megabytes: Int) throws {
    try FileSystem.createDirectories(path)
    self.path = path
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m,mode=0755") == 0 else { return nil }
  }

  func resize(megabytes: Int) throws {
    guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(megabytes)m") == 0 else {
      throw SystemError(call: "mount", path: path, code: errno)
    }
  }

  /// Takes all room but so many bytes.
  func fill(leaving byteCount: Int) throws {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else {
      throw SystemError(call: "statvfs", path: path, code: errno)
    }
    let free = Int(status.f_bavail) * Int(status.f_bsize) - byteCount
    let file = try File(path: ballast, mode: .create)
    let piece = [UInt8](repeating: 1, count: 1 << 20)
    for _ in 0..<max(0, free >> 20) { try file.write(piece) }
  }

  func makeRoom() throws { try FileSystem.remove(ballast) }

  /// Ends the service and its cluster, and takes the file system away.
  func unmount(after server: KnowledgeServer) {
    server.stop()
    umount2(path, Int32(MNT_DETACH))
  }
}

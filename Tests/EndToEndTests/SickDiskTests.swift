import Glibc
import Platform
import RPC
import TestSupport
import Testing

extension EndToEndFaults {
  /// T07 and T08: the disk of the files is full or sick; Postgres has its own.
  @Suite struct SickDiskTests {
    @Test func `a full disk parks the files, not the writes, and heals by itself`() throws {
      try KnowledgeServer.serving(breakable: true) { server in
        let disk = try #require(server.disk)
        let business = try server.createBusiness("full")
        var writer = BulkWriter(connection: try server.connect(business))
        try writer.write(2000)
        let oracle = TruthOracle(server)
        try oracle.expectEqual(writer.connection, business: business.id, "before")

        disk.sicken(.spaceTaking, ENOSPC)
        // More than a delta holds: the service must try to seal, and be refused.
        try writer.write(9000)
        let parked = waited(upToSeconds: 20) { (try? server.troubles())?.isEmpty == false }
        try #require(parked != nil, "nobody says that the disk is full\n\(server.logEnd())")
        #expect(disk.refused > 0)
        #expect(
          try server.troubles().contains { $0.contains("No space left on device") },
          "the reason does not name the cause: \(server.story)")
        // Writes go on, and are answered.
        try writer.write(500)
        try writer.delete(100)
        // Reads are served meanwhile.
        let hits = try search(writer.connection, "parcel number 17")
        #expect(hits.count == 10)
        #expect(server.isRunning)

        disk.heal()
        let healed = waited(upToSeconds: 30) { (try? server.troubles())?.isEmpty == true }
        try #require(healed != nil, "\(server.story)")
        try #require(healed! <= 10, "healed after \(healed!) s")
        try oracle.expectEqual(writer.connection, business: business.id, "after the disk healed")
        try TruthOracle.expectExactAnswers(writer.connection, count: 50, seed: 7)
        #expect(try temporaryFiles(server) == [])
        try server.expectCleanRestart(business, oracle)
      }
    }

    @Test func `a service that starts on a full disk still answers and heals`() throws {
      try KnowledgeServer.serving(breakable: true) { server in
        let disk = try #require(server.disk)
        let business = try server.createBusiness("full")
        var writer = BulkWriter(connection: try server.connect(business))
        try writer.write(6000)
        let oracle = TruthOracle(server)
        try oracle.expectEqual(writer.connection, business: business.id, "before")
        server.kill()
        disk.sicken([.write, .truncate, .sync], ENOSPC)
        try server.start(acceptDegraded: true)
        writer = BulkWriter(connection: try server.connect(business), first: writer.next)
        try writer.write(6000)
        // The files are read from the truth in memory meanwhile.
        let served = waited(upToSeconds: 30) {
          (try? search(writer.connection, "parcel number 17").count) == 10
        }
        try #require(served != nil, "\(server.story)")
        disk.heal()
        try #require(
          waited(upToSeconds: 30) { (try? server.troubles())?.isEmpty == true } != nil,
          "\(server.story)")
        try oracle.expectEqual(writer.connection, business: business.id, "after")
      }
    }

    /// Every kind of call, at several places, once and then for good until healed.
    @Test func `an I/O error at any call loses nothing`() throws {
      let kinds: [FaultyDisk.Calls] = [
        .write, .sync, .rename, .close, .create, .open, .read, .list, .map, .unlink, .truncate,
      ]
      // What sealing and committing cannot do without.
      let unavoidable: [FaultyDisk.Calls] = [.write, .sync, .rename, .close, .create]
      let places = Built.long ? Array(1...25) : [1, 3]
      try KnowledgeServer.serving(breakable: true) { server in
        let disk = try #require(server.disk)
        let business = try server.createBusiness("sick")
        let oracle = TruthOracle(server)
        var writer = BulkWriter(connection: try server.connect(business))
        try writer.write(5000)
        for kind in kinds {
          var refused = 0
          var falls = 0
          for first in places {
            for count in [1, nil] {
              if !server.isRunning {
                falls += 1
                try server.start(acceptDegraded: true)
                writer = BulkWriter(connection: try server.connect(business), first: writer.next)
              }
              disk.sicken(kind, EIO, first: first, count: count, dropping: true)
              // A write is promised whatever the disk of the files does.
              try writer.write(100)
              try writer.delete(10)
              try writer.connection.commitFiles()
              #expect(try search(writer.connection, "parcel number \(first)").count == 10)
              refused += disk.refused
              disk.heal()
            }
          }
          try #require(falls <= 1, "\(kind): the service fell \(falls) times")
          if unavoidable.contains(kind) { #expect(refused > 0, "\(kind) was never refused") }
          print("\(kind): \(refused) calls refused, \(falls) falls")
          let healed = waited(upToSeconds: 30) { (try? server.troubles())?.isEmpty == true }
          try #require(healed != nil, "\(kind): \(server.story)")
          try oracle.expectEqual(writer.connection, business: business.id, "\(kind) healed")
        }
        #expect(disk.repeatedSyncs == 0, "a descriptor was synced again after its sync failed")
        #expect(try temporaryFiles(server) == [])
        try TruthOracle.expectExactAnswers(writer.connection, count: 20, seed: 9)
        #expect(server.stop() == 0)
        try server.start()
        try oracle.expectEqual(
          try server.connect(business), business: business.id, "after a restart")
        let verified = try server.run(["verify"])
        #expect(verified.status == 0, "\(verified)")
      }
    }

    @Test func `short and interrupted calls change nothing`() throws {
      try KnowledgeServer.serving(breakable: true) { server in
        let disk = try #require(server.disk)
        disk.disturb(short: 3, interrupt: 8, seed: 11)
        let business = try server.createBusiness("slow")
        var writer = BulkWriter(connection: try server.connect(business))
        try writer.write(9000)
        let oracle = TruthOracle(server)
        try oracle.expectEqual(writer.connection, business: business.id, "before a restart")
        #expect(server.stop() == 0)
        try server.start()
        let connection = try server.connect(business)
        try oracle.expectEqual(connection, business: business.id, "after a restart")
        #expect(disk.disturbed > 20, "hardly anything was disturbed: \(disk.disturbed)")
        #expect(try server.run(["verify"]).status == 0)
      }
    }

    /// T02 in small: the process ends at chosen file calls, before or after they are done.
    @Test func `a service that ends at any file call comes back whole`() throws {
      try KnowledgeServer.serving(breakable: true) { server in
        let disk = try #require(server.disk)
        let business = try server.createBusiness("crash")
        let oracle = TruthOracle(server)
        let steps: FaultyDisk.Calls = [.create, .write, .sync, .rename, .unlink]
        let rounds = Built.long ? 120 : 12
        var crashes = 0
        var next = 0
        for round in 0..<rounds {
          if !server.isRunning { try server.start() }
          var writer = BulkWriter(connection: try server.connect(business), first: next)
          disk.crash(steps, at: 1 + (Built.long ? round / 2 : round), after: round % 2 == 1)
          do {
            try writer.write(100)
            try writer.delete(10)
            try writer.connection.commitFiles()
          } catch is WireConnection.Failure {  // It may end in the middle of an answer.
            _ = waited(upToSeconds: 2) { !server.isRunning }
          }
          next = writer.next
          disk.heal()
          if !server.isRunning { crashes += 1 }
          if !server.isRunning { try server.start() }
          let connection = try server.connect(business)
          try oracle.expectEqual(connection, business: business.id, "crash \(round)")
        }
        #expect(crashes >= rounds / 2, "the process ended only \(crashes) times")
        try TruthOracle.expectExactAnswers(
          try server.connect(business), count: 50, seed: UInt64(rounds))
        #expect(try temporaryFiles(server) == [])
      }
    }

    private func search(_ connection: WireConnection, _ text: String) throws -> [Hit] {
      var request = SearchRequest()
      request.query = .text(text)
      return try connection.call(.search, request, for: SearchReply.self).hits
    }

    /// Files that no complete step leaves.
    private func temporaryFiles(_ server: KnowledgeServer) throws -> [String] {
      func walk(_ folder: String) throws -> [String] {
        try FileSystem.list(folder).flatMap { name in
          let path = folder + "/" + name
          return FileSystem.isDirectory(path)
            ? try walk(path) : path.hasSuffix(FileSystem.temporarySuffix) ? [path] : []
        }
      }
      return try walk(server.data + "/store")
    }
  }
}

/// Writes numbered entries as fast as one connection goes.
struct BulkWriter {
  let connection: WireConnection
  /// The number of the next entry.
  private(set) var next: Int

  init(connection: WireConnection, first: Int = 0) {
    self.connection = connection
    next = first
  }

  /// Upserts `count` new entries, and fails where the service does not take them.
  mutating func write(_ count: Int) throws {
    var left = count
    while left > 0 {
      let entries = (next..<next + min(left, 1000)).map { number in
        var entry = Entry()
        entry.externalID = "row-\(number)"
        entry.title = "parcel number \(number)"
        entry.content = "the parcel \(number) is at shelf \(number % 977) in hall \(number % 13)"
        return entry
      }
      next += entries.count
      let reply = try connection.call(
        .upsert, UpsertRequest(entries: entries), for: UpsertReply.self)
      try #require(reply.outcomes.allSatisfy { $0.kind == .inserted })
      left -= entries.count
    }
  }

  /// Deletes the newest `count` entries.
  mutating func delete(_ count: Int) throws {
    let request = DeleteRequest(externalIDs: (next - count..<next).map { "row-\($0)" })
    let reply = try connection.call(.delete, request, for: DeleteReply.self)
    try #require(reply.deleted == UInt64(count))
  }
}

extension KnowledgeServer {
  /// Stops and starts the service and checks that its files are whole and true.
  func expectCleanRestart(_ business: TestBusiness, _ oracle: TruthOracle) throws {
    #expect(stop() == 0)
    try start()
    let connection = try connect(business)
    try oracle.expectEqual(connection, business: business.id, "after a restart")
    let verified = try run(["verify"])
    #expect(verified.status == 0, "\(verified)")
  }
}

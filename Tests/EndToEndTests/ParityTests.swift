import Platform
import Postgres
import RPC
import TestSupport
import Testing

extension EndToEnd {
  /// SPEC X1: what was lost, flipped or changed behind the service's back is found and repaired.
  @Suite struct ParityTests {
    @Test
    func `after kills, flipped bytes and unnoticed changes, parity finds and repairs every row`()
      throws
    {
      let cycles = Built.long ? 40 : 3
      let seed = UInt64.random(in: 0...UInt64(UInt32.max))
      print("parity cycles: \(cycles), seed \(seed)")
      var generator = SeededGenerator(seed: seed)
      try KnowledgeServer.serving { server in
        let businesses = [try server.createBusiness("first"), try server.createBusiness("second")]
        let importers = (0..<2).map { number in
          Importer(
            name: "importer\(number)", socket: server.socket, key: businesses[number].key,
            seed: generator.next())
        }
        let oracle = TruthOracle(server)
        for cycle in 1...cycles {
          let threads = importers.map { importer in
            Thread.spawn(name: "importer") { importer.run() }
          }
          Thread.sleep(milliseconds: Int.random(in: 300...1500, using: &generator))
          if cycle % 2 == 1 { try server.connect(businesses[0]).commitFiles() }
          // While they write, nothing is wrong.
          let busy = try verify(server, repairs: false)
          #expect(busy["truth_differences"]?.int == 0, "cycle \(cycle): \(busy)")
          server.kill()
          threads.forEach { $0.join() }
          try flipByte(server, &generator)
          let changed = try changeUnnoticed(oracle, count: cycle * 3)
          try server.start(acceptDegraded: true)
          for business in businesses {
            let connection = try server.connect(business)
            _ = try connection.call(.collections, CollectionsRequest(), for: CollectionsReply.self)
          }
          let repaired = try verify(server, repairs: true)
          let found = repaired["truth_differences"]?.int ?? 0
          #expect(repaired["repaired"]?.int == found, "cycle \(cycle): \(repaired)")
          print("cycle \(cycle): \(changed) rows changed unnoticed, \(found) differed")
          for business in businesses {
            let connection = try server.connect(business)
            try oracle.expectEqual(connection, business: business.id, "after cycle \(cycle)")
          }
          // And under a running service, whose files were whole.
          let again = try changeUnnoticed(oracle, count: cycle * 3)
          let mended = try verify(server, repairs: true)
          #expect(mended["truth_differences"]?.int == again, "cycle \(cycle): \(mended)")
          #expect(mended["repaired"]?.int == again, "cycle \(cycle): \(mended)")
          let clean = try verify(server, repairs: false)
          #expect(clean["truth_differences"]?.int == 0, "cycle \(cycle): \(clean)")
          #expect(clean["collections_incomplete"]?.int == 0)
        }
      }
    }

    private func verify(_ server: KnowledgeServer, repairs: Bool) throws -> JSON {
      let outcome = try server.run(
        ["verify", "--parity", "--json"] + (repairs ? ["--repair"] : []))
      try #require(outcome.status == 0 || outcome.status == 1, "\(outcome)")
      return try JSON.parse(outcome.output)
    }

    /// Changes rows with the triggers disabled, as a careless hand might.
    private func changeUnnoticed(_ oracle: TruthOracle, count: Int) throws -> Int {
      var connection = try oracle.connect()
      try connection.query("begin")
      try connection.query("alter table knowledge_entries disable trigger user")
      let changed = try connection.query(
        """
        update knowledge_entries set content = content || ' unnoticed' where entry_id in (
          select entry_id from knowledge_entries
          where deleted_at is null and content not like '% unnoticed'
          order by random() limit \(count))
        """
      ).affectedCount
      let gone = try connection.query(
        """
        delete from knowledge_entries where entry_id in (
          select entry_id from knowledge_entries
          where deleted_at is null and content not like '% unnoticed'
          order by random() limit \(count))
        """
      ).affectedCount
      for trigger in ["zz_knowledge_stamp", "zz_knowledge_note", "zz_knowledge_note_all"] {
        try connection.query("alter table knowledge_entries enable always trigger \(trigger)")
      }
      try connection.query("commit")
      return changed + gone
    }

    /// Flips one bit of one file of the store, where there is any.
    private func flipByte(_ server: KnowledgeServer, _ generator: inout SeededGenerator) throws {
      let store = server.data + "/store"
      var files: [String] = []
      for owner in try FileSystem.list(store) where UUID(owner) != nil {
        for collection in try FileSystem.list("\(store)/\(owner)") {
          let path = "\(store)/\(owner)/\(collection)"
          files += try FileSystem.list(path).map { "\(path)/\($0)" }
        }
      }
      guard let path = files.sorted().randomElement(using: &generator) else { return }
      var bytes = try FileSystem.readAll(path, limit: 1 << 30)
      guard !bytes.isEmpty else { return }
      bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= 0x10
      try FileSystem.replace(path, with: bytes)
    }
  }
}

import Platform
import RPC
import TestSupport
import Testing

extension EndToEndFaults {
  /// T01 of the reliability programme.
  @Suite struct KillTests {
    @Test
    func `a service killed during imports loses nothing, doubles nothing and revives nothing`()
      throws
    {
      let cycles = Built.long ? 100 : 3
      let seed = UInt64.random(in: 0...UInt64(UInt32.max))
      print("kill cycles: \(cycles), seed \(seed)")
      var generator = SeededGenerator(seed: seed)
      var acknowledged = 0
      var slowestStart = 0.0
      try KnowledgeServer.serving { server in
        let businesses = [try server.createBusiness("first"), try server.createBusiness("second")]
        let importers = (0..<4).map { number in
          Importer(
            name: "importer\(number)", socket: server.socket, key: businesses[number % 2].key,
            seed: generator.next())
        }
        for cycle in 1...cycles {
          let threads = importers.map { importer in
            Thread.spawn(name: "importer") { importer.run() }
          }
          // Now and then the files are committed under load, so that a restart has to bring them
          // up to date: what is deleted afterwards stands in them.
          if cycle % 2 == 1 {
            Thread.sleep(milliseconds: Int.random(in: 300...800, using: &generator))
            try server.connect(businesses[0]).commitFiles()
          }
          // Half of the kills come early, when a start has just ended.
          Thread.sleep(
            milliseconds: cycle % 2 == 0
              ? Int.random(in: 1...300, using: &generator)
              : Int.random(in: 300...2000, using: &generator))
          if cycle % 3 == 0 {
            // A look at the running service: memory, too, must hold what Postgres holds.
            importers.forEach { $0.stop() }
            threads.forEach { $0.join() }
            try check(server, businesses, importers, cycle: cycle, seed: generator.next())
            server.kill()
          } else {
            server.kill()
            threads.forEach { $0.join() }
          }
          slowestStart = max(slowestStart, try server.start())
          try check(server, businesses, importers, cycle: cycle, seed: generator.next())
        }
        acknowledged = importers.reduce(0) { $0 + $1.acknowledgedCount }
        try #require(acknowledged > cycles * 100, "the importers hardly wrote: \(acknowledged)")
        let verified = try server.run(["verify"])
        #expect(verified.status == 0, "\(verified)")
      }
      print("\(cycles) kills, \(acknowledged) writes acknowledged, slowest start \(slowestStart) s")
    }

    private func check(
      _ server: KnowledgeServer, _ businesses: [TestBusiness], _ importers: [Importer], cycle: Int,
      seed: UInt64
    ) throws {
      let oracle = TruthOracle(server)
      for (index, business) in businesses.enumerated() {
        let connection = try server.connect(business)
        try oracle.expectEqual(connection, business: business.id, "after kill \(cycle)")
        let rows = try oracle.rows(business: business.id).values
        let contents = Dictionary(grouping: rows, by: \.externalID)
        try #require(contents.values.allSatisfy { $0.count == 1 }, "doubled rows")
        for importer in importers.indices where importer % 2 == index {
          let broken = importers[importer].settle(contents.mapValues { $0[0].content })
          try #require(
            broken.isEmpty, "kill \(cycle): \(broken.count) promises, such as \(broken.prefix(3))")
          #expect(importers[importer].refusals == [])
        }
        try TruthOracle.expectExactAnswers(connection, count: 50, seed: seed)
      }
    }
  }
}

import Platform
import Postgres
import RPC
import TestSupport
import Testing

extension EndToEnd {
  /// SPEC K7: long contents are found by any passage, once, with its span.
  @Suite struct ChunkTests {
    private static let answer =
      "To open the emergency hatch, turn the yellow lever twice and push with your shoulder."
    private static let question = "How do I open the emergency hatch with the yellow lever?"

    /// A manual of about `byteCount` bytes whose last section has the answer.
    private static func manual(byteCount: Int, ending: String) -> String {
      var random = SeededGenerator(seed: 3)
      let words = [
        "pump", "valve", "filter", "water", "pressure", "gauge", "pipe", "motor", "clean",
        "check", "replace", "every", "month", "before", "after", "service", "carefully",
      ]
      var text = "# Manual\n"
      var section = 0
      while text.utf8.count < byteCount {
        section += 1
        text += "\n## Section \(section)\n\n"
        for _ in 0..<12 {
          let sentence = (0..<11).map { _ in words.randomElement(using: &random)! }
          text += sentence.joined(separator: " ").capitalizedFirst + ". "
        }
        text += "\n"
      }
      return text + "\n## The end\n\n\(ending)"
    }

    private static func write(
      _ server: KnowledgeServer, _ name: String, _ rows: [(id: String, content: String)]
    ) throws -> String {
      let lines = rows.map { row in
        var writer = JSONWriter()
        writer.beginObject()
        for (key, value) in [("external_id", row.id), ("title", row.id), ("content", row.content)] {
          writer.key(key)
          writer.string(value)
        }
        writer.endObject()
        return writer.bytes + [0x0A]
      }
      return try server.file(name, lines.flatMap { $0 })
    }

    @Test func `the answer at the end of 50 KB is found, changed, deleted and imported again`()
      throws
    {
      _ = try KnowledgeServer.serving { server in try Self.live(in: server) }
    }

    @Test(.enabled(if: !(Built.environment("KNOWLEDGE_MODEL") ?? "").isEmpty))
    func `a local model's chunks are kept in the truth, and made once`() throws {
      let model = try #require(Built.environment("KNOWLEDGE_MODEL"))
      try KnowledgeServer.serving { server in
        #expect(try server.run(["model", "use", model]).status == 0)
        let business = try Self.live(in: server)
        // What is kept is whole, and nothing of the longer text is left.
        var connection = try TruthOracle(server).connect()
        func kept() throws -> [Int64] {
          let rows = try connection.query(
            """
            select count(*), coalesce(max(k.chunk_count), 0)::bigint,
              count(*) filter (where k.span_end > octet_length(e.content))
            from knowledge_embeddings k join knowledge_entries e using (business_id, entry_id)
            where e.external_id = 'manual' and k.business_id = $1
            """, [.uuid(business.id)])
          return try (0..<3).map { try rows.value(0, $0) }
        }
        let before = try kept()
        #expect(before[0] > 10 && before[0] == before[1] && before[2] == 0, "\(before)")
        // A set that somebody made incomplete is made again, by a round through the truth.
        try connection.query("delete from knowledge_embeddings where chunk = 7")
        #expect(server.stop() == 0)
        connection.close()
        try server.start()
        connection = try TruthOracle(server).connect()
        let again = try waited(upToSeconds: 120) { try kept() == before }
        let now = try kept()
        #expect(again != nil, "\(now)")
        let made = try server.json(["stats"])["embedding"]?["embedded"]?.int ?? 0
        #expect(Int64(made) == before[0])
        try Self.expectParity(server)
      }
    }

    /// The life of a long document; ends with it in place.
    @discardableResult
    private static func live(in server: KnowledgeServer) throws -> TestBusiness {
      let business = try server.createBusiness("shop")
      let text = manual(byteCount: 50_000, ending: answer)
      let others = (0..<20).map { ("note \($0)", "A short note about pump number \($0).") }
      let file = try write(server, "a.jsonl", others + [("manual", text)])
      _ = try server.json(["import", file, "--business", "shop"])

      let hit = try found(server, text, containing: answer)
      #expect(hit["chunk"]?.int ?? 0 > 10)
      let shown = try server.run(["search", question, "--business", "shop", "-k", "1"])
      let words = String(decoding: shown.output, as: UTF8.self).split { $0.isWhitespace }
      #expect(words.joined(separator: " ").contains("turn the yellow lever"), "\(shown)")
      // Entries are counted, returned and exported once, whatever chunks they have.
      let many = try server.json(["search", "pump valve", "--business", "shop", "-k", "100"])
      let names = (many["hits"]?.array ?? []).compactMap { $0["external_id"]?.string }
      #expect(names.count == 21 && Set(names).count == 21)
      let counts = try server.json(["stats"])["collections"]?[0]
      #expect(counts?["entries"]?.int == 21)
      #expect(counts?["vectors"]?.int ?? 0 > 60, "\(String(describing: counts))")
      try expectParity(server)
      let connection = try server.connect(business)
      try TruthOracle(server).expectEqual(connection, business: business.id, "imported")

      // Again: nothing changes, nothing is embedded.
      let embedded = try server.json(["stats"])["embedding"]?["embedded"]?.int
      let same = try server.json(["import", file, "--business", "shop"])
      #expect(same["unchanged"]?.int == 21)
      #expect(try server.json(["stats"])["embedding"]?["embedded"]?.int == embedded)

      // Another end, and shorter.
      let ending = "The emergency hatch has no yellow lever any more: press the green button."
      let changed = manual(byteCount: 20_000, ending: ending)
      let second = try write(server, "b.jsonl", [("manual", changed)])
      _ = try server.json(["import", second, "--business", "shop"])
      _ = try found(server, changed, containing: "press the green button")
      try expectParity(server)

      let gone = try server.run(["delete", "manual", "--business", "shop"])
      #expect(gone.status == 0, "\(gone)")
      let left = try waited(upToSeconds: 60) {
        try server.json(["stats"])["collections"]?[0]?["vectors"]?.int == 20
      }
      #expect(left != nil)
      let without = try server.json(["search", question, "--business", "shop", "-k", "100"])
      #expect(without["hits"]?.array?.count == 20)

      _ = try server.json(["import", file, "--business", "shop"])
      _ = try found(server, text, containing: answer)
      try expectParity(server)
      // And after a start from the files.
      #expect(server.stop() == 0)
      try server.start()
      _ = try found(server, text, containing: answer)
      try TruthOracle(server).expectEqual(
        try server.connect(business), business: business.id, "at the end")
      return business
    }

    /// The first hit, once it is the manual by the passage that has these words.
    private static func found(
      _ server: KnowledgeServer, _ text: String, containing words: String
    ) throws -> JSON {
      var last: JSON?
      var found: JSON?
      _ = try waited(upToSeconds: 120) {
        let reply = try server.json(["search", question, "--business", "shop", "-k", "3"])
        last = reply
        guard let hit = reply["hits"]?[0], hit["external_id"]?.string == "manual",
          let start = hit["span"]?[0]?.int, let end = hit["span"]?[1]?.int,
          start < end, end <= text.utf8.count, hit["content"]?.string == text
        else { return false }
        let passage = String(decoding: Array(text.utf8)[start..<end], as: UTF8.self)
        if passage.contains(words) { found = hit }
        return found != nil
      }
      return try #require(found, "\(String(describing: last))")
    }

    private static func expectParity(_ server: KnowledgeServer) throws {
      let outcome = try server.run(["verify", "--parity", "--json"])
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try JSON.parse(outcome.output)["truth_differences"]?.int == 0, "\(outcome)")
      let files = try server.run(["verify", "--json"])
      #expect(files.status == 0, "\(files)")
    }
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

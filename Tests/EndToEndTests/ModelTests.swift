import Platform
import TestSupport
import Testing

extension EndToEnd {
  /// The local model in the running service; skipped where `./test` could not fetch it.
  @Suite(.enabled(if: !(Built.environment("KNOWLEDGE_MODEL") ?? "").isEmpty))
  struct ModelTests {
    @Test func `a service changes to the local model while it answers, and back`() throws {
      let model = try #require(Built.environment("KNOWLEDGE_MODEL"))
      let server = try KnowledgeServer()
      defer { server.close() }
      try server.start()
      _ = try server.createBusiness("shop")
      let lines = [
        ("r", "Return policy", "You may send goods back within thirty days for a refund."),
        ("o", "Opening hours", "We are open from nine to six on weekdays."),
        ("d", "Delivery", "Parcels arrive within two working days."),
      ].map { #"{"external_id":"\#($0)","title":"\#($1)","content":"\#($2)"}"# }
      let file = try server.file("rows.jsonl", Array(lines.joined(separator: "\n").utf8))
      _ = try server.json(["import", file, "--business", "shop"])
      #expect(try stats(server)["embedding"]?["model"]?.string?.hasPrefix("hashed") == true)

      let used = try server.run(["model", "use", model])
      #expect(used.status == 0, "\(used)")
      #expect(used.errorText.contains("from now on"), "\(used)")
      let changed = try waited(upToSeconds: 60) {
        let collections = try stats(server)["collections"]?.array ?? []
        return collections.count == 1
          && collections[0]["model"]?.string?.hasSuffix(":bf16") == true
          && collections[0]["entries"]?.int == 3
      }
      #expect(changed != nil, "\(server.logEnd())")
      // No word in common: only a model of meaning finds it.
      let found = try server.json(
        ["search", "can I get my money back", "--business", "shop", "-k", "1"])
      #expect(found["hits"]?.array?.first?["external_id"]?.string == "r", "\(found)")
      #expect(found["exact"]?.bool == true && found["pending_embeddings"]?.int == 0)

      let usage = try stats(server)["embedding"]?["usage"]?.array ?? []
      #expect(usage.first?["texts"]?.int ?? 0 >= 4 && usage.first?["requests"]?.int == 0)

      // What was chosen live is what the next start has.
      #expect(server.stop() == 0)
      try server.start()
      #expect(
        try stats(server)["collections"]?[0]?["model"]?.string?.hasSuffix(":bf16") == true)
      #expect(try server.run(["model", "use", "built-in"]).status == 0)
      let back = try waited(upToSeconds: 60) {
        let collections = try stats(server)["collections"]?.array ?? []
        return collections.count == 1
          && collections[0]["model"]?.string?.hasPrefix("hashed") == true
      }
      #expect(back != nil, "\(server.logEnd())")
    }

    private func stats(_ server: KnowledgeServer) throws -> JSON { try server.json(["stats"]) }
  }
}

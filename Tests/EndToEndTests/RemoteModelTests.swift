import Platform
import Postgres
import Synchronization
import TestSupport
import Testing

extension EndToEndFaults {
  /// Remote embeddings in the running service, with a server that misbehaves.
  @Suite struct RemoteModelTests {
    /// What the server does next to a request for passages.
    enum Fault: Sendable {
      case tooMany, broken, cut, notANumber
    }

    struct Plan {
      var faults: [Fault] = []
      /// Whether vectors have a float too many.
      var isWrong = false
      /// How often each passage was answered with a vector that can be used.
      var answered: [String: Int] = [:]
      /// Tokens that the server has counted.
      var tokens = 0
    }

    private final class Script: Sendable {
      private let plan = Mutex(Plan())

      func withLock<Value>(_ body: (inout Plan) -> Value) -> Value {
        var value: Value?
        plan.withLock { value = body(&$0) }
        return value!
      }
    }

    private static func answer(
      _ request: LocalHTTPServer.Request, _ plan: Script
    ) -> LocalHTTPServer.Response {
      let texts = EmbeddingProvider.texts(request)
      let isForRows = texts.contains { $0.hasPrefix("row ") }
      let (fault, isWrong) = plan.withLock { plan in
        let isFaulty = isForRows && !plan.isWrong && !plan.faults.isEmpty
        return (isFaulty ? plan.faults.removeFirst() : nil, plan.isWrong)
      }
      if isForRows, isWrong { return EmbeddingProvider.answer(request, dimension: 9) }
      switch fault {
      case .tooMany: return .init(429, "slow down", headers: [("Retry-After", "1")])
      case .broken: return .init(500, "boom")
      case .cut:
        var response = EmbeddingProvider.answer(request, dimension: 8)
        response.cutAfter = 100
        return response
      case .notANumber:
        return EmbeddingProvider.answer(
          request, dimension: 8,
          rows: { rows in
            var rows = rows
            rows[rows.count / 2][3] = .nan
            return rows
          })
      case nil:
        plan.withLock { plan in
          for text in texts { plan.answered[text, default: 0] += 1 }
          plan.tokens += 7 * texts.count
        }
        return EmbeddingProvider.answer(request, dimension: 8)
      }
    }

    private func embedding(_ server: KnowledgeServer) throws -> JSON {
      try #require(try server.json(["stats"])["embedding"])
    }

    private func hasAll(_ server: KnowledgeServer, _ count: Int, of model: String) throws -> Bool {
      let stats = try server.json(["stats"])
      let collections = stats["collections"]?.array ?? []
      return stats["embedding"]?["pending"]?.int == 0 && collections.count == 1
        && collections[0]["model"]?.string == model && collections[0]["entries"]?.int == count
    }

    @Test func `rows are embedded once each by a server that fails in every way`() throws {
      let plan = Script()
      let provider = try LocalHTTPServer { Self.answer($0, plan) }
      defer { provider.close() }
      let server = try KnowledgeServer()
      defer { server.close() }
      try server.start()
      _ = try server.createBusiness("shop")
      let prices = try server.file("prices", Array("tiny-remote 0.5 8\n".utf8))

      // The service that runs knows of no remote model: it says so, and goes on.
      let none = try server.run(["model", "use", "remote"])
      #expect(none.status == 2 && none.errorText.contains("KNOWLEDGE_EMBEDDING_URL"), "\(none)")
      server.environment = [
        "KNOWLEDGE_EMBEDDING_URL": provider.url + "/v1",
        "KNOWLEDGE_EMBEDDING_MODEL": "tiny-remote", "KNOWLEDGE_EMBEDDING_DIMENSION": "8",
        "KNOWLEDGE_EMBEDDING_KEY": "sk-test", "KNOWLEDGE_EMBEDDING_PRICES": prices,
      ]
      let used = try server.run(["model", "use", "remote"])
      #expect(used.status == 1 && used.text.contains("tiny-remote, 8 dimensions"), "\(used)")
      #expect(used.errorText.contains("start it again"), "\(used)")
      #expect(used.errorText.contains("KNOWLEDGE_EMBEDDING_URL"), "\(used)")
      #expect(try embedding(server)["model"] == .string("hashed-384"))
      #expect(server.stop() == 0)
      try server.start()
      #expect(try embedding(server)["model"] == .string("tiny-remote"))

      plan.withLock { plan in
        plan.faults = [.tooMany, .broken, .cut, .notANumber, .broken, .cut, .tooMany]
        plan.isWrong = true
      }
      let lines = (0..<300).map { #"{"id":"\#($0)","content":"row \#($0) of three hundred"}"# }
      let file = try server.file("rows.jsonl", Array(lines.joined(separator: "\n").utf8))
      let imported = try server.json(["import", file, "--business", "shop"])
      // Nothing gets embedded: the import says so instead of waiting for ever.
      #expect(imported["inserted"]?.int == 300 && imported["searchable"]?.bool == false)
      #expect(imported["pending_embeddings"]?.int ?? 0 > 0)

      // A vector of another dimension will not get better by asking again: it is told of.
      let told = try waited(upToSeconds: 60) {
        try embedding(server)["trouble"]?.string?.contains("check KNOWLEDGE_EMBEDDING_MODEL")
          == true
      }
      #expect(told != nil, "\(server.story)")
      #expect(try embedding(server)["trouble"]?.string?.contains("has 9 floats") == true)
      plan.withLock { $0.isWrong = false }
      let done = try waited(upToSeconds: 120) { try hasAll(server, 300, of: "tiny-remote") }
      #expect(done != nil, "\(server.story)")
      let (answered, faults) = plan.withLock { ($0.answered, $0.faults.count) }
      #expect(faults == 0)
      let rows = answered.filter { $0.key.hasPrefix("row ") }
      #expect(rows.count == 300 && rows.values.allSatisfy { $0 == 1 })
      var truth = try PostgresConnection(
        connectionInfo: "host=\(server.data)/postgres/run port=5432 user=knowledge dbname=knowledge"
      )
      let stored = try truth.query(
        "select count(*), count(distinct entry_id) from knowledge_embeddings")
      #expect(try stored.value(0, 0, as: Int64.self) == 300)
      #expect(try stored.value(0, 1, as: Int64.self) == 300)

      // The same rows again cost nothing, and searches find by the server's vectors.
      _ = try server.json(["import", file, "--business", "shop"])
      let found = try server.json(
        ["search", "row 217 of three hundred", "--business", "shop", "-k", "1"])
      #expect(found["hits"]?.array?.first?["external_id"]?.string == "217", "\(found)")
      #expect(found["exact"]?.bool == true)
      #expect(plan.withLock { $0.answered["row 8 of three hundred"] } == 1)

      let usage = try #require(try embedding(server)["usage"]?.array?.first)
      #expect(usage["model"] == .string("tiny-remote") && usage["texts"]?.int ?? 0 >= 301)
      #expect(usage["retries"]?.int ?? 0 >= 5 && usage["failures"]?.int ?? 0 >= 8, "\(usage)")
      #expect(usage["requests"]?.int ?? 0 > usage["failures"]?.int ?? 0)
      let tokens = try #require(usage["tokens"]?.int)
      #expect(tokens >= 7 * 301 && tokens <= plan.withLock { $0.tokens }, "\(usage)")
      let cost = try #require(usage["cost_usd"]?.string)
      #expect(cost.hasPrefix("0.00") && Double(cost) == Double(tokens) * 0.5e-6, "\(usage)")

      // A server that is away: what needs it says so, and the way back needs it not.
      provider.close()
      let away = try server.run(["search", "shoes", "--business", "shop"])
      #expect(away.status != 0 && away.errorText.contains("tiny-remote"), "\(away)")
      let back = try server.run(["model", "use", "built-in"])
      #expect(back.status == 0 && back.errorText.contains("from now on"), "\(back)")
      let isBack = try waited(upToSeconds: 60) { try hasAll(server, 300, of: "hashed-384") }
      #expect(isBack != nil, "\(server.story)")
      let again = try server.json(
        ["search", "row 217 of three hundred", "--business", "shop", "-k", "1"])
      #expect(again["hits"]?.array?.first?["external_id"]?.string == "217", "\(again)")
    }
  }
}

import Platform
import RPC
import TestSupport
import Testing

extension EndToEnd {
  /// Products and services, as an operator meets them.
  @Suite struct CatalogueTests {
    @Test func `customers' words are matched and corrected, and outcomes are counted`() throws {
      try KnowledgeServer.serving { server in
        let shop = try server.createBusiness("shop")
        let other = try server.createBusiness("other")
        let sample = Built.package + "/Examples/demo/products.json"
        let own = ["--business", "shop"]
        let report = try server.json(["import", sample, "--collection", "products"] + own)
        #expect(report["inserted"]?.int == 116, "\(report)")
        let found = try server.json(["match", "kilbryde gtx"] + own)
        #expect(found["verdict"]?.string == "match", "\(found)")
        #expect(found["candidates"]?[0]?["title"]?.string == "Kilbride GTX")
        #expect(found["candidates"]?[0]?["metadata"]?["price"]?.double == 219)
        #expect(found["items"]?.int == 116)
        let nothing = try server.json(["match", "qqqq zzzz"] + own, status: 1)
        #expect(nothing["verdict"]?.string == "none", "\(nothing)")
        let foreign = try server.json(["match", "kilbride gtx", "--business", "other"], status: 1)
        #expect(foreign["candidates"]?.array?.isEmpty == true, "\(foreign)")
        let spelled = try server.run(
          ["spell", "the delivrey of my Kilbride", "--threshold", "0.01", "--json"] + own)
        let text = try JSON.parse(spelled.output)["text"]?.string
        #expect(text == "the delivery of my Kilbride", "\(spelled)")
        let told = try server.json(
          ["spell", "delivrey", "delivery", "--feedback", "accepted"] + own)
        #expect(told["recorded"]?.int == 1, "\(told)")
        let stats = try server.json(["stats"] + own)
        #expect(stats["spelling"]?["accuracy"]?.double == 1, "\(stats)")
        let long = try server.run(["match", String(repeating: "x", count: 4_097)] + own)
        #expect(long.status == 2 && long.errorText.contains("4096"), "\(long)")

        // Bytes that are no message, and no text, refuse the request alone.
        let wire = try server.connect(shop)
        for method in [RPC.Method.match, .spell, .spellFeedback] {
          for bytes in [[0x0A, 0x02, 0xFF, 0xFE], [0x0A, 0x7F], [0xFF, 0xFF]] as [[UInt8]] {
            let id = wire.takeRequestID()
            try wire.send(
              WireConnection.request, method: UInt16(method.rawValue), request: id, message: bytes)
            let answer = try #require(try wire.receive())
            #expect(answer.kind == WireConnection.error && answer.request == id)
            let code = try ErrorReply(decoding: answer.message).code
            #expect(code == .malformedMessage, "\(method) \(bytes)")
          }
        }
        let alive = try wire.call(
          .match, MatchRequest(query: "kilbride", k: 1), for: MatchReply.self)
        #expect(alive.candidates.count == 1)
        // Ids of another business are none of its own.
        let theirs = try server.connect(other)
        let seen = try theirs.call(.match, MatchRequest(query: "kilbride"), for: MatchReply.self)
        #expect(seen.candidates.isEmpty && seen.items == 0)
      }
    }

    @Test func `a catalogue is imported, searched, exported as CSV and deleted`() throws {
      try KnowledgeServer.serving { server in
        _ = try server.createBusiness("shop")
        let own = ["--business", "shop", "--collection", "products"]
        let table = """
          sku,name,description,price,currency,stock,aliases,attributes,brand
          B-1,Fjell boot,Warm and dry.,"129,50",EUR,7,winter boot;Stiefel,colour: red; size: 41,Nord
          B-2,Strand sandal,,€ 29,,0,,"{""sizes"": [38, 39]}",Sud
          B-3,Broken,,-4,EUR,1,,,
          B-4,Broken,,4,EUR,none,,,
          B-5,,nameless,4,EUR,1,,,

          """
        let file = try server.file("products.csv", Array(table.utf8))
        let rejects = try server.file("rejects.csv")
        let first = try server.json(["import", file, "--reject-file", rejects] + own, status: 1)
        #expect(first["inserted"]?.int == 2 && first["rejected"]?.int == 3, "\(first)")
        let reasons = String(decoding: try FileSystem.readAll(rejects), as: UTF8.self)
        #expect(reasons.contains("is negative") && reasons.contains("whole number"), "\(reasons)")
        #expect(reasons.contains("the row has no name"), "\(reasons)")
        let again = try server.json(["import", file, "--reject-file", rejects] + own, status: 1)
        #expect(again["unchanged"]?.int == 2 && again["inserted"]?.int == 0, "\(again)")

        let found = try server.json(["search", "red", "--where", "price<=200"] + own)
        let hit = try #require(found["hits"]?[0])
        #expect(hit["external_id"]?.string == "B-1", "\(found)")
        #expect(hit["metadata"]?["price"]?.double == 129.5, "\(found)")
        let stocked = try server.json(["search", "sandal", "--where", "stock>0"] + own)
        #expect(stocked["hits"]?.array?.count == 1, "\(stocked)")

        let export = try server.file("export.csv")
        let exported = try server.run(["export", "--format", "csv", "--output", export] + own)
        #expect(exported.status == 0, "\(exported)")
        let back = try server.json(["import", export] + own)
        #expect(back["unchanged"]?.int == 2, "\(back)")

        let wrong = try server.run(
          ["import", file, "--business", "shop", "--map", "price=stock"])
        #expect(wrong.status == 2 && wrong.errorText.contains("products"), "\(wrong)")
        let deleted = try server.json(["delete", "B-1"] + own)
        #expect(deleted["deleted"]?.int == 1, "\(deleted)")
        let left = try server.json(["search", "boot"] + own)
        #expect(left["hits"]?.array?.count == 1, "\(left)")
        let parity = try server.run(["verify", "--parity", "--business", "shop"])
        #expect(parity.status == 0, "\(parity)")
      }
    }
  }
}

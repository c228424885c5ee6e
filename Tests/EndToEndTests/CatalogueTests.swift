import Platform
import RPC
import TestSupport
import Testing

extension EndToEnd {
  /// Products and services, as an operator meets them.
  @Suite struct CatalogueTests {
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

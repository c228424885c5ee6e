import Agent
import AgentService
import Platform
import RPC
import TestSupport
import Testing

@testable import KnowledgeService

/// The agent's port to knowledge over a real service.
@Suite struct AgentClientTests {
  @Test func `an agent finds, matches and corrects for one business and no other`() throws {
    let node = try TestNode()
    let (shop, other) = (try node.tenant("shop"), try node.tenant("other"))
    let writer = try node.client(shop)
    let entry = RPC.Entry(
      externalID: "RET-1", title: "Returns", content: "You may return shoes within thirty days.")
    let known = try writer.upsert(UpsertRequest(entries: [entry])).xid
    let lamps = ["X200", "X220"].map {
      RPC.Entry(
        externalID: $0, title: "Trekker \($0) headlamp", metadataJSON: #"{"price": 49.9}"#)
    }
    let xid = try writer.upsert(UpsertRequest(collection: "products", entries: lamps)).xid
    #expect(try node.hits(writer, "return shoes", after: max(known, xid)) > 0)

    var options = KnowledgeClient.Options()
    options.callMilliseconds = 30_000
    let client = KnowledgeClient(
      .unix(path: node.folder.path + "/data/knowledge.sock"), options: options)
    let query = KnowledgeQuery(text: "how do I return shoes", language: "en")
    let answer = try client.search(query, business: shop.id)
    let hit = try #require(answer.hits.first)
    #expect(hit.externalID == "RET-1" && hit.title == "Returns" && hit.relevance > 0)
    #expect(hit.content.contains("thirty days"))
    let products = KnowledgeQuery(collection: "products", text: "headlamp", language: "")
    let lamp = try #require(try client.search(products, business: shop.id).hits.first)
    #expect(lamp.metadata["price"]?.double == 49.9, "\(lamp.metadata)")
    // Collections that a business does not have, words that are none.
    let services = KnowledgeQuery(collection: "services", text: "headlamp", language: "")
    #expect(try client.search(services, business: shop.id).hits.isEmpty)
    for text in ["", " ", "?!"] {
      let nothing = KnowledgeQuery(text: text, language: "")
      #expect(try client.search(nothing, business: shop.id).hits.isEmpty)
      #expect(try client.match(text, business: shop.id, limit: 5).candidates.isEmpty)
      #expect(try client.correct(text, language: "", business: shop.id).text == text)
    }

    let match = try client.match("trekker x210 headlamp", business: shop.id, limit: 5)
    #expect(match.question?.hasPrefix("There is no x210. Do you mean X2") == true, "\(match)")
    #expect(match.candidates.allSatisfy { $0.collection == "products" && $0.confidence <= 1 })
    let corrected = try client.correct("the trekkr headlmap", language: "en", business: shop.id)
    #expect(corrected.language == "en")
    #expect((corrected.changes + corrected.questions).isEmpty == false, "\(corrected)")

    #expect(try client.search(query, business: other.id).hits.isEmpty)
    #expect(try client.match("trekker", business: other.id, limit: 5).candidates.isEmpty)
    #expect(throws: KnowledgeError.self) { try client.search(query, business: .random()) }
  }
}

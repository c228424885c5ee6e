import KnowledgeStore
import Platform
import Postgres
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// Names of products and services over the socket: what is meant, what has to be asked, what may
/// never be seen.
@Suite struct MatchTests {
  private static let products: [(id: String, name: String, aliases: [String], metadata: String)] = [
    ("B-1", "Kilbride GTX hiking boot", ["wide boot"], #"{"price": 219, "stock": 3}"#),
    ("B-2", "Skerry Pro mountain boot", [], #"{"price": 279, "stock": 0}"#),
    ("T-200", "Trekker X200 headlamp", [], #"{"price": 49.9, "stock": 5}"#),
    ("T-220", "Trekker X220 headlamp", [], #"{"price": 59.9}"#),
  ]

  private func fill(_ client: RPCClient) throws -> UInt64 {
    let entries = Self.products.map { product in
      RPC.Entry(
        externalID: product.id, title: product.name, metadataJSON: product.metadata,
        keywords: product.aliases)
    }
    let reply = try client.upsert(UpsertRequest(collection: "products", entries: entries))
    #expect(reply.outcomes.allSatisfy { $0.kind == .inserted }, "\(reply.outcomes)")
    return try client.upsert(
      UpsertRequest(
        collection: "services",
        entries: [
          RPC.Entry(
            externalID: "S-1", title: "Boot fitting",
            metadataJSON: #"{"duration_minutes": 30, "available": false}"#),
          RPC.Entry(externalID: "S-2", title: "Ski waxing"),
        ])
    ).xid
  }

  private func match(
    _ client: RPCClient, _ query: String, _ adjust: (inout MatchRequest) -> Void = { _ in }
  ) throws -> MatchReply {
    var request = MatchRequest(query: query)
    request.waitMilliseconds = 30_000
    adjust(&request)
    return try client.match(request)
  }

  @Test func `a misspelled name is found with what speaks for it, and codes are asked for`() throws
  {
    let node = try TestNode()
    let client = try node.client(try node.tenant("shop"))
    // Until it is known what the database has, nobody is told that there is nothing.
    let isAnswered = eventually { (try? match(client, "boot"))?.verdict == MatchVerdict.none }
    #expect(isAnswered)
    let xid = try fill(client)
    let reply = try match(client, "kilbrid gtx") { $0.minXID = xid }
    #expect(reply.verdict == .match, "\(reply)")
    let best = try #require(reply.candidates.first)
    #expect(best.entry?.externalID == "B-1" && best.entry?.collection == "products")
    #expect(best.entry?.metadataJSON.contains("219") == true)
    #expect(best.confidence > 0 && best.confidence <= 1 && best.parts != nil)
    #expect(best.parts?.semantic != nil)
    #expect(best.edits.contains { $0.kind == .replace && $0.distance == 1 }, "\(best.edits)")
    #expect(reply.items == 6 && !reply.incomplete && reply.pendingEmbeddings == 0)
    #expect(reply.position != nil && !reply.isStale)
    // A code that is not there is never taken for another.
    let asked = try match(client, "trekker x210 headlamp")
    #expect(asked.verdict == .ambiguous && asked.question?.reason == .code, "\(asked)")
    #expect(Set(asked.question?.options.map(\.label) ?? []) == ["X200", "X220"])
    #expect(try match(client, "trekker x220").candidates.first?.entry?.externalID == "T-220")
    #expect(try match(client, "wide boot").candidates.first?.entry?.externalID == "B-1")
    // What stands on the label names a product, too; one that is not there is asked for.
    let labelled = try match(client, "t-220")
    #expect(labelled.verdict == .match, "\(labelled)")
    #expect(labelled.candidates.first?.entry?.externalID == "T-220")
    #expect(try match(client, "t-210").verdict != .match)
    let names = try match(client, "kilbrid gtx") { request in
      request.omitSemantic = true
      request.omitContent = true
    }
    #expect(names.candidates.first?.parts?.semantic == nil)
    #expect(names.candidates.first?.entry?.title == "")
    #expect(names.candidates.first?.entry?.externalID == "B-1")
  }

  @Test func `only what may answer does, and changes are known at once`() throws {
    let node = try TestNode()
    let tenant = try node.tenant("shop")
    let client = try node.client(tenant)
    var xid = try fill(client)
    func ids(_ query: String, _ adjust: (inout MatchRequest) -> Void = { _ in }) throws -> [String]
    {
      try match(client, query) { request in
        request.minXID = xid
        request.k = 50
        adjust(&request)
      }.candidates.compactMap { $0.entry?.externalID }
    }
    #expect(try ids("boot fitting").contains("S-1"))
    #expect(try !ids("boot fitting") { $0.collections = ["products"] }.contains("S-1"))
    #expect(try ids("boot") { $0.collections = ["services"] } == ["S-1"])
    #expect(try ids("boot") { $0.availableOnly = true } == ["B-1"])
    #expect(try ids("boot") { $0.k = 1 }.count == 1)
    // A new name, a deactivation, a deletion; by the protocol and behind it.
    let changed = RPC.Entry(externalID: "B-1", title: "Burren sandal")
    xid = try client.upsert(UpsertRequest(collection: "products", entries: [changed])).xid
    #expect(try ids("burren sandal").first == "B-1")
    #expect(try !ids("kilbride gtx").contains("B-1"))
    let hidden = RPC.Entry(externalID: "B-1", title: "Burren sandal", isActive: false)
    xid = try client.upsert(UpsertRequest(collection: "products", entries: [hidden])).xid
    #expect(try ids("burren sandal").isEmpty)
    #expect(try ids("burren sandal") { $0.includeInactive = true } == ["B-1"])
    xid = try client.delete(DeleteRequest(collection: "products", externalIDs: ["B-1"])).xid
    #expect(try ids("burren sandal") { $0.includeInactive = true }.isEmpty)
    var connection = try node.connect()
    try connection.query("update products set name = 'Zephyr kite' where external_id = 'B-2'")
    let isKnown = try eventually { try ids("zephyr kite").first == "B-2" }
    #expect(isKnown)
  }

  @Test func `a business sees its own names only, and they go with it`() throws {
    let node = try TestNode()
    let (one, other) = (try node.tenant("one"), try node.tenant("other"))
    let (mine, theirs) = (try node.client(one), try node.client(other))
    let xid = try fill(mine)
    #expect(try match(mine, "kilbride gtx") { $0.minXID = xid }.candidates.count > 0)
    let foreign = try match(theirs, "kilbride gtx hiking boot")
    #expect(foreign.candidates.isEmpty && foreign.verdict == .none && foreign.items == 0)
    let stats = try node.client().stats()
    #expect(stats.words?.catalogues == 2 && (stats.words?.bytes ?? 0) > 0)
    #expect(try mine.stats().words == nil)
    #expect(refusal { try match(try node.client(), "boot") } != nil)
    var connection = try node.connect()
    try connection.query("delete from businesses where business_name = 'one'")
    let isGone = try eventually { try node.client().stats().words?.catalogues == 1 }
    #expect(isGone)
  }

  @Test func `what no query can be is refused with the field's name`() throws {
    let node = try TestNode()
    let client = try node.client(try node.tenant("shop"))
    let bad: [(String, MatchRequest)] = [
      ("query", MatchRequest(query: "")), ("query", MatchRequest(query: " \n\t")),
      ("query", MatchRequest(query: String(repeating: "x", count: 4_097))),
      ("collections", MatchRequest(query: "x", collections: ["knowledge"])),
      ("collections", MatchRequest(query: "x", collections: ["../products"])),
      ("collections", MatchRequest(query: "x", collections: ["products", "products"])),
      ("k", MatchRequest(query: "x", k: 51)), ("k", MatchRequest(query: "x", k: .max)),
      ("threshold", MatchRequest(query: "x", threshold: -0.1)),
      ("threshold", MatchRequest(query: "x", threshold: .nan)),
    ]
    for (field, request) in bad {
      let reply = refusal { try client.match(request) }
      #expect(reply?.code == .invalidArgument && reply?.details["field"] == field, "\(request)")
    }
    // Whatever else is text is answered.
    let xid = try fill(client)
    for query in [
      String(repeating: "x", count: 4_096), String(repeating: "🥾", count: 1_024), "\u{0}",
      "\u{202E}x",
      "e\u{301}e\u{301}", "İıſß", "靴 登山", "حذاء", "%' or 1=1 --", "\u{FFFD}", "-", "x200-x220/x200",
    ] {
      #expect(refusal { try match(client, query) { $0.minXID = xid } } == nil, "\(query)")
    }
  }

  @Test func `entries that wait for their vectors are told of`() throws {
    let fixture = try FollowingFixture(embedder: GatedEmbedder(keepsVectors: true))
    fixture.embedder.allow(0)
    try fixture.write(0..<5, collection: "products")
    try fixture.until("the rows") {
      fixture.core.pendingCount(
        of: fixture.core.models.target.key("products", of: fixture.business))
        == 5
    }
    let reply = try fixture.core.match(MatchRequest(query: "title 3"), for: fixture.principal)
    #expect(reply.pendingEmbeddings == 5 && reply.candidates.isEmpty)
  }
}

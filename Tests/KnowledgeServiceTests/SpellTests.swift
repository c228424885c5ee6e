import Platform
import Postgres
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// Spelling over the socket: the language's words and the business's own.
@Suite struct SpellTests {
  private func fill(_ client: RPCClient) throws -> UInt64 {
    let entry = RPC.Entry(
      externalID: "1", title: "Fjellstrand delivery", content: "Orders are delivered in two days.",
      language: "en")
    let product = RPC.Entry(externalID: "2", title: "Kvitfjell parka")
    _ = try client.upsert(UpsertRequest(entries: [entry]))
    return try client.upsert(UpsertRequest(collection: "products", entries: [product])).xid
  }

  private func spell(
    _ client: RPCClient, _ text: String, _ adjust: (inout SpellRequest) -> Void = { _ in }
  ) throws -> SpellReply {
    var request = SpellRequest(text: text)
    request.waitMilliseconds = 30_000
    adjust(&request)
    return try client.spell(request)
  }

  @Test func `misspelled words are corrected, names of the business stay and are aimed at`() throws
  {
    let node = try TestNode()
    let client = try node.client(try node.tenant("shop"))
    let before = try spell(client, "The delivrey is late")
    #expect(before.language == "en" && before.hasWordList && before.vocabulary == 0)
    #expect(before.text == "The delivery is late" || before.questions.count == 1, "\(before)")
    let xid = try fill(client)
    let text = "My Kvitfjell parka, order A-1729, is not delivrey at jo@example.com"
    let reply = try spell(client, text) { $0.minXID = xid }
    #expect(reply.vocabulary > 0 && reply.position != nil)
    #expect(reply.text.contains("Kvitfjell") && reply.text.contains("A-1729"))
    #expect(reply.text.contains("jo@example.com"))
    for correction in reply.changes + reply.questions {
      let bytes = Array(text.utf8)[Int(correction.start)..<Int(correction.end)]
      #expect(String(decoding: bytes, as: UTF8.self) == correction.original)
    }
    let aimed = try spell(client, "a kvitfjel parka") { $0.minXID = xid }
    let found = (aimed.changes + aimed.questions).map { $0.replacement.lowercased() }
    #expect(found.contains("kvitfjell"), "\(aimed)")
    // All that is sure enough is changed, and nothing where that is impossible.
    let all = try spell(client, "the delivrey") { $0.threshold = 0 }
    #expect(all.questions.isEmpty && all.text == "the delivery", "\(all)")
    let none = try spell(client, "the delivrey") { request in
      request.threshold = 1
      request.alternatives = 0
    }
    #expect(none.text == "the delivrey")
    #expect(none.questions.allSatisfy { $0.alternatives.isEmpty })
  }

  @Test func `another business's words are not known, and a deleted one's are gone`() throws {
    let node = try TestNode()
    let (mine, theirs) = (
      try node.client(try node.tenant("one")), try node.client(try node.tenant("other"))
    )
    let xid = try fill(mine)
    #expect(try spell(mine, "kvitfjel") { $0.minXID = xid }.vocabulary > 0)
    let foreign = try spell(theirs, "kvitfjel") { $0.threshold = 0 }
    #expect(foreign.vocabulary == 0)
    let readings = (foreign.changes + foreign.questions).flatMap { correction in
      [correction.replacement] + correction.alternatives.map(\.text)
    }
    #expect(!readings.contains { $0.lowercased() == "kvitfjell" })
    #expect(try node.client().stats().words?.vocabularies == 2)
    var connection = try node.connect()
    try connection.query("delete from businesses where business_name = 'one'")
    let isGone = try eventually { try node.client().stats().words?.vocabularies == 1 }
    #expect(isGone)
  }

  @Test func `the language is that of the entries unless it is said`() throws {
    let node = try TestNode()
    let client = try node.client(try node.tenant("shop"))
    var xid: UInt64 = 0
    for (id, language) in [("1", "de-AT"), ("2", "de"), ("3", "en")] {
      let entry = RPC.Entry(externalID: id, title: "Titel \(id)", language: language)
      xid = try client.upsert(UpsertRequest(entries: [entry])).xid
    }
    #expect(try spell(client, "Bestelung") { $0.minXID = xid }.language == "de")
    #expect(try spell(client, "order") { $0.language = "en-GB" }.language == "en-GB")
    let unknown = try spell(client, "ordr") { $0.language = "tlh" }
    #expect(!unknown.hasWordList)
  }

  @Test func `what cannot be is refused with the field's name, and any text is answered`() throws {
    let node = try TestNode()
    let client = try node.client(try node.tenant("shop"))
    let bad: [(String, SpellRequest)] = [
      ("text", SpellRequest(text: String(repeating: "x", count: 65_537))),
      ("threshold", SpellRequest(text: "x", threshold: 1.01)),
      ("threshold", SpellRequest(text: "x", threshold: .nan)),
      ("alternatives", SpellRequest(text: "x", alternatives: 9)),
      ("language", SpellRequest(text: "x", language: "../en")),
      ("language", SpellRequest(text: "x", language: String(repeating: "e", count: 36))),
    ]
    for (field, request) in bad {
      let reply = refusal { try client.spell(request) }
      #expect(reply?.code == .invalidArgument && reply?.details["field"] == field, "\(field)")
    }
    #expect(refusal { try spell(try node.client(), "x") } != nil)
    for text in [
      "", " ", "\u{0}", String(repeating: "a", count: 65_536),
      String(repeating: "a ", count: 32_768),
      "e\u{301}\u{301}\u{301}", "👩‍👩‍👧 ok", "\u{202E}abc", "مرحبا", "你好", "İstanbul ıslak",
    ] {
      #expect(refusal { try spell(client, text) } == nil, "\(text.prefix(20))")
    }
  }
}

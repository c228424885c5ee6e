import KnowledgeStore
import Platform
import RPC
import TestSupport
import Testing

@testable import KnowledgeService

/// The method Hybrid: what it takes, what it gives, and what it refuses.
@Suite struct HybridMethodTests {
  private let fixture: FollowingFixture

  init() throws {
    fixture = try FollowingFixture()
    try fixture.write(0..<40)
    try fixture.held(40)
  }

  private func ask(
    _ text: String, _ adjust: (inout RPC.HybridRequest) -> Void = { _ in }
  ) throws -> HybridReply {
    var request = RPC.HybridRequest()
    request.text = text
    adjust(&request)
    return try fixture.core.hybrid(request, for: fixture.principal)
  }

  @Test func `words and meaning are found together, each with its part`() throws {
    let entry = try #require(try ask("row") { $0.k = 40 }.hits.first?.entry)
    let text = try #require(entry.content.split(separator: " ").first.map(String.init))
    let words = try ask(text) {
      $0.mode = .text
      $0.k = 40
    }
    let first = try #require(words.hits.first)
    #expect(words.exact && first.textRank == 1 && first.score == first.textScore)
    #expect(first.vectorScore == nil && first.vectorRank == 0)
    #expect(first.textShare > 0 && first.textShare <= 1 && !first.highlights.isEmpty)
    let both = try ask(text) {
      $0.k = 40
      $0.fusion = .ranks
    }
    let found = try #require(both.hits.first { $0.entry?.id == first.entry?.id })
    #expect(found.textScore == first.textScore && found.textRank == first.textRank)
    #expect(
      found.vectorRank > 0 && found.vectorScore != nil && found.highlights == first.highlights)
    let scores = try ask(text) {
      $0.fusion = .scores
      $0.textWeight = 1
    }
    #expect(scores.hits.allSatisfy { abs($0.score - $0.textShare) < 1e-12 })
    let bare = try ask(text) { $0.omitContent = true }
    #expect(bare.hits.allSatisfy { $0.entry?.content == "" && $0.entry?.id.count == 16 })
    // What the reply says of places is true of the texts.
    for hit in both.hits {
      for place in hit.highlights where place.field == "content" {
        #expect(place.start < place.end)
        #expect(Int(place.end) <= hit.entry!.content.utf8.count)
      }
    }
  }

  @Test func `an answer says how likely it is one, whatever is asked for beside it`() throws {
    let all = try ask("row") { $0.k = 40 }
    let text = try #require(all.hits.first?.entry?.content)
    let many = try ask(text) { $0.k = 40 }
    #expect(many.hits.first?.entry?.content == text && !many.nothingRelevant)
    #expect(many.hits.allSatisfy { (0...1).contains($0.relevance) && $0.score == $0.relevance })
    #expect(many.hits.first.map { $0.relevance >= many.relevanceThreshold } == true)
    #expect(many.hits.first?.textCoverage == 1)
    for mode in [HybridMode.both, .text] {
      let strict = try ask("violins of the quarter") {
        $0.mode = mode
        $0.falseAnswerRate = 0.01
      }
      #expect(strict.nothingRelevant)
      let loose = try ask("violins of the quarter") {
        $0.mode = mode
        $0.falseAnswerRate = 0.5
      }
      #expect(loose.relevanceThreshold < strict.relevanceThreshold)
      #expect(loose.hits.map(\.relevance) == strict.hits.map(\.relevance))
    }
    let one = try ask(text) { $0.fusion = .ranks }
    let known = Dictionary(uniqueKeysWithValues: many.hits.map { ($0.entry!.id, $0.relevance) })
    #expect(one.hits.allSatisfy { known[$0.entry!.id] == $0.relevance })
    #expect(throws: RPCRefusal.self) { try ask("row") { $0.falseAnswerRate = 0 } }
    #expect(throws: RPCRefusal.self) { try ask("row") { $0.falseAnswerRate = .nan } }
  }

  @Test func `nobody is answered who does not wait any more`() throws {
    for mode in [HybridMode.both, .text] {
      var request = RPC.HybridRequest()
      request.text = "row"
      request.mode = mode
      #expect(throws: RPCRefusal.stopped) {
        try fixture.core.hybrid(
          request, for: fixture.principal, ReadTurn(isStopped: { true }))
      }
    }
  }

  @Test func `filters hold`() throws {
    let reply = try ask("row") {
      $0.filter = RPC.Filter(categories: ["no such category"])
    }
    #expect(reply.hits.isEmpty && reply.rowsConsidered == 0)
  }

  @Test func `requests that say nothing are refused by name`() throws {
    for text in ["", "  ", "?!", String(repeating: "a", count: 1 << 20)] {
      #expect(throws: RPCRefusal.self) { try ask(text) }
    }
    #expect(throws: RPCRefusal.self) { try ask("row") { $0.k = 100_000 } }
    #expect(throws: RPCRefusal.self) { try ask("row") { $0.mode = HybridMode(rawValue: 9) } }
    #expect(throws: RPCRefusal.self) { try ask("row") { $0.fusion = HybridFusion(rawValue: 9) } }
    #expect(throws: RPCRefusal.self) {
      try ask("row") {
        $0.fusion = .scores
        $0.textWeight = 2
      }
    }
    #expect(throws: RPCRefusal.self) {
      try ask("row") { $0.vector = FloatVector(values: [1]) }
    }
    #expect(throws: RPCRefusal.self) { try ask("row") { $0.collection = "nothing" } }
  }
}

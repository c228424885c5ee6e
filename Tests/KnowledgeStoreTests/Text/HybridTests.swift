import Platform
import Testing

@testable import KnowledgeStore

/// Both lists in one: what the parts are, and what order they make.
@Suite struct HybridTests {
  private let directory: ScratchDirectory
  private let store: Store
  private let collection: KnowledgeStore.Collection
  private var maker = EntryMaker(seed: 8, dimension: 12)

  init() throws {
    directory = try ScratchDirectory()
    store = try Store.open(directory: directory.path, options: .manual)
    collection = try store.collection(.test, configuration: .test(12))
    maker.chunkLimit = 4
    var oracle = Oracle()
    for part in 0..<3 {
      var changes = (0..<200).map { _ in Change.upsert(maker.entry()) }
      changes += oracle.entries.keys.sorted().prefix(20).map { .delete($0) }
      try collection.apply(changes)
      oracle.apply(changes)
      if part < 2 { try store.commit(position: []) }
    }
  }

  @Test func `parts are those of the two searches, and fused as is said`() throws {
    var maker = maker
    for filter in [nil, .active(true), .category(anyOf: ["cat-1", "cat-2"])] as [Filter?] {
      for text in ["text 17", "title 3 text 40", "nowhere"] {
        let vector = maker.vector()
        let words = try collection.searchText(TextRequest(text, count: 1000, filter: filter))
        let near = try collection.search(
          SearchRequest(vector: vector, count: 1000, filter: filter))
        for fusion in [.relevance, .ranks, .scores(textWeight: 0.3)] as [HybridRequest.Fusion] {
          let result = try collection.searchHybrid(
            HybridRequest(
              text: TextRequest(text, count: 1000, filter: filter), vector: vector,
              fusion: fusion))
          #expect(result.matchCount == near.matchCount && result.isExact && result.recall == 1)
          #expect(result.hits.count == near.hits.count)
          var last = Double.infinity
          for found in result.hits {
            let rank = near.hits.firstIndex { $0.id == found.hit.id }
            let place = words.hits.firstIndex { $0.hit.id == found.hit.id }
            #expect(found.vectorRank == rank.map { $0 + 1 })
            #expect(found.textRank == place.map { $0 + 1 })
            #expect(abs(found.cosine - near.hits[rank!].score) < 1e-6)
            #expect(found.hit.chunk == near.hits[rank!].chunk)
            #expect(abs(found.textScore - (place.map { words.hits[$0].hit.score } ?? 0)) < 1e-9)
            #expect((0...1).contains(found.textShare) && (0...1).contains(found.vectorShare))
            let expected =
              switch fusion {
              case .ranks:
                1 / (61 + Double(rank!)) + (place.map { 1 / (61 + Double($0)) } ?? 0)
              case .relevance: found.relevance
              case .scores: 0.3 * found.textShare + 0.7 * found.vectorShare
              }
            #expect(abs(found.hit.score - expected) < 1e-12 && found.hit.score <= last)
            last = found.hit.score
          }
        }
      }
    }
  }

  @Test func `scores do not move with the number of hits`() throws {
    var maker = maker
    let vector = maker.vector()
    func found(_ count: Int, _ fusion: HybridRequest.Fusion) throws -> [HybridHit] {
      try collection.searchHybrid(
        HybridRequest(
          text: TextRequest("text 17 title", count: count), vector: vector, fusion: fusion)
      ).hits
    }
    for fusion in [.ranks, .scores(textWeight: 0.5)] as [HybridRequest.Fusion] {
      let many = try found(150, fusion)
      for count in [1, 5, 40] {
        let few = try found(count, fusion)
        #expect(few.map(\.hit.id) == many.prefix(count).map(\.hit.id))
        #expect(few.map(\.hit.score) == many.prefix(count).map(\.hit.score))
        #expect(few.map(\.textScore) == many.prefix(count).map(\.textScore))
      }
    }
  }

  @Test func `what cannot be asked is refused`() throws {
    let vector = [Float](repeating: 1, count: 12)
    for weight in [-0.1, 1.1, .nan] {
      #expect(throws: StoreError.self) {
        try collection.searchHybrid(
          HybridRequest(
            text: TextRequest("a", count: 1), vector: vector, fusion: .scores(textWeight: weight)))
      }
    }
    for vector in [[], [1], [Float](repeating: 0, count: 12)] {
      #expect(throws: StoreError.self) {
        try collection.searchHybrid(
          HybridRequest(text: TextRequest("a", count: 1), vector: vector))
      }
    }
    // Without words the vector decides alone.
    let found = try collection.searchHybrid(
      HybridRequest(text: TextRequest("?!", count: 3), vector: vector))
    let near = try collection.search(SearchRequest(vector: vector, count: 3))
    #expect(found.hits.map(\.hit.id) == near.hits.map(\.id))
    #expect(found.hits.allSatisfy { $0.textScore == 0 && $0.textShare == 0 && $0.textRank == nil })
  }
}

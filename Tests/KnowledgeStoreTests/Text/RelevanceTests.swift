import Platform
import Testing

@testable import KnowledgeStore

/// Whether a hit is an answer: a number that means the same for every request.
@Suite struct RelevanceTests {
  private let directory: ScratchDirectory
  private let store: Store
  private let collection: KnowledgeStore.Collection
  private let maker: EntryMaker
  private let entries: [Entry]

  /// Four hundred entries, each with a word of its own that has a digit and one that has none.
  init() throws {
    directory = try ScratchDirectory()
    store = try Store.open(directory: directory.path, options: .manual)
    collection = try store.collection(.test, configuration: .test(48))
    var maker = EntryMaker(seed: 5, dimension: 48)
    entries = (0..<400).map { number in
      Entry(
        id: UUID(high: 7, low: UInt64(number)), version: 1, stamp: 0, vector: maker.vector(),
        category: "cat-\(number % 4)", title: "return of item \(number % 10)",
        content: "the \(Self.word(number)) of item ab\(number)x is sent home")
    }
    self.maker = maker
    try collection.apply(entries[..<250].map { .upsert($0) })
    try store.commit(position: [])
    try collection.apply(entries[250...].map { .upsert($0) })
  }

  private static func word(_ number: Int) -> String {
    String(number, radix: 5).map { ["ba", "ko", "li", "mu", "re"][Int(String($0))!] }.joined()
  }

  private func request(
    _ text: String, _ vector: [Float], _ count: Int = 10, _ fusion: HybridRequest.Fusion = .ranks,
    filter: Filter? = nil
  ) -> HybridRequest {
    HybridRequest(
      text: TextRequest(text, count: count, filter: filter), vector: vector, fusion: fusion)
  }

  @Test func `relevance moves neither with the count, nor the order, nor a filter`() throws {
    var maker = maker
    for text in ["return of item 7", "ab17x sent", Self.word(301) + " home", "nothing known"] {
      let vector = maker.vector()
      var known: [UUID: Double] = [:]
      for hit in try collection.searchHybrid(request(text, vector, 400)).hits {
        #expect((0...1).contains(hit.relevance) && (0...1).contains(hit.textCoverage))
        known[hit.hit.id] = hit.relevance
      }
      var verdicts: Set<Bool> = []
      for count in [1, 10, 100] {
        for fusion in [.relevance, .ranks, .scores(textWeight: 0.4)] as [HybridRequest.Fusion] {
          let result = try collection.searchHybrid(request(text, vector, count, fusion))
          #expect(result.hits.count == count)
          #expect(result.hits.allSatisfy { $0.relevance == known[$0.hit.id] })
          verdicts.insert(result.isNothingRelevant)
        }
      }
      #expect(verdicts.count == 1)
      let filtered = try collection.searchHybrid(
        request(text, vector, 50, filter: .category(anyOf: ["cat-1"])))
      #expect(filtered.hits.count == 50)
      #expect(filtered.hits.allSatisfy { $0.relevance == known[$0.hit.id] })
    }
  }

  @Test func `by words alone it moves as little`() throws {
    for text in ["return of item 7", "ab17x sent", "home"] {
      let many = try collection.searchText(TextRequest(text, count: 100))
      for count in [1, 10] {
        let few = try collection.searchText(TextRequest(text, count: count))
        #expect(few.hits.map(\.relevance) == many.hits.prefix(count).map(\.relevance))
        #expect(few.hits.map(\.coverage) == many.hits.prefix(count).map(\.coverage))
        #expect(few.isNothingRelevant == many.isNothingRelevant)
        #expect(few.hits.count == count)
      }
    }
  }

  @Test func `what answers is relevant, what does not is not`() throws {
    var maker = maker
    for number in stride(from: 3, to: 400, by: 40) {
      let near = zip(entries[number].vector, maker.vector()).map { $0 + 0.3 * $1 }
      let text = "\(Self.word(number)) ab\(number)x sent"
      let result = try collection.searchHybrid(request(text, near, 3, .relevance))
      let first = try #require(result.hits.first)
      #expect(first.hit.id == entries[number].id && first.textCoverage > 0.99)
      #expect(!result.isNothingRelevant && first.relevance >= result.relevanceThreshold)
      #expect(first.hit.score == first.relevance)
      let words = try collection.searchText(TextRequest(text, count: 1))
      #expect(!words.isNothingRelevant && words.hits.first?.hit.id == entries[number].id)
      let strange = try collection.searchHybrid(
        request("quarterly violins x\(number)99 of nobody", maker.vector(), 3, .relevance))
      #expect(strange.isNothingRelevant && strange.hits.count == 3)
      #expect(strange.hits.allSatisfy { $0.relevance < strange.relevanceThreshold })
      let unknown = try collection.searchText(TextRequest("quarterly violins of", count: 3))
      #expect(unknown.isNothingRelevant)
    }
  }

  @Test func `collections of no entry and of few have numbers, too`() throws {
    let small = try store.collection(
      CollectionKey(owner: .random(), name: "small"), configuration: .test(48))
    let none = try small.searchHybrid(request("return", entries[0].vector))
    #expect(none.isNothingRelevant && none.hits.isEmpty && none.relevanceThreshold.isFinite)
    #expect(try small.searchText(TextRequest("return", count: 1)).isNothingRelevant)
    for entry in entries.prefix(3) {
      try small.apply([.upsert(entry)])
      let result = try small.searchHybrid(
        request("\(Self.word(0)) item ab0x", entries[0].vector, 10, .relevance))
      #expect(result.hits.first?.hit.id == entries[0].id)
      #expect(result.hits.allSatisfy { (0...1).contains($0.relevance) })
    }
  }

  @Test func `fewer false answers ask for more`() throws {
    let rates = [0.0001, 0.005, 0.01, 0.03, 0.05, 0.1, 0.3, 0.5]
    for hasVector in [true, false] {
      let thresholds = rates.map {
        Relevance.threshold(falseAnswerRate: $0, hasVector: hasVector)
      }
      #expect(thresholds.allSatisfy { (0...1).contains($0) })
      #expect(zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 >= $1 })
      #expect(thresholds.first! > thresholds.last!)
    }
    for rate in [0, -1, 0.51, .nan, .infinity] {
      var request = TextRequest("return", count: 1)
      request.falseAnswerRate = rate
      #expect(throws: StoreError.self) { try collection.searchText(request) }
      #expect(throws: StoreError.self) {
        try collection.searchHybrid(HybridRequest(text: request, vector: entries[0].vector))
      }
    }
  }

  @Test func `numbers that are none speak for nothing`() {
    for bad in [Double.nan, .infinity, -.infinity] {
      var evidence = RelevanceEvidence()
      evidence.vector = (bad, 0, 0.1)
      #expect(Relevance(evidence).probability == 0)
      evidence.vector = (0.5, bad, bad)
      #expect((0...1).contains(Relevance(evidence).probability))
    }
  }

  @Test func `who gives up is not answered, at whatever moment`() throws {
    let hybrid = request("return of item 7 ab17x", entries[9].vector, 100)
    let text = TextRequest("return of item 7 ab17x", count: 100, filter: .active(true))
    let searches: [(() -> Bool) throws -> Bool] = [
      { isStopped in try collection.searchHybrid(hybrid, isStopped: isStopped) { _ in true } == nil
      },
      { isStopped in try collection.searchText(text, isStopped: isStopped) { _ in true } == nil },
    ]
    for search in searches {
      var total = 0
      #expect(
        try !search {
          total += 1
          return false
        })
      // Several times before there are hits, and at each hit.
      #expect(total > 100)
      for moment in Set([1, 2, 3, 4, 5, total / 2, total]) {
        var asked = 0
        #expect(
          try search {
            asked += 1
            return asked >= moment
          })
        #expect(asked < moment + 10)
      }
    }
  }
}

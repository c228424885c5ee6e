import Platform
import Testing

@testable import KnowledgeStore

/// What queries mean, and where their words are shown.
@Suite struct TextFeatureTests {
  private let directory: ScratchDirectory
  private let store: Store
  private let collection: KnowledgeStore.Collection

  init() throws {
    directory = try ScratchDirectory()
    store = try Store.open(directory: directory.path, options: .manual)
    collection = try store.collection(.test, configuration: .test(1))
    let texts = [
      "Returns: running shoes can be returned within thirty days.",
      "Shoes that are made for a run.", "The runner returned home.", "東京都の天気は晴れです。",
      "京都へ行く", "La présentation était très réussie", "Ärzte in der Nähe, Straße 7",
      "İstanbul'da ılık bir gün", "مدرسة كبيرة في المدينة", "Order number X-200/B and XL2000.",
      "👩‍👩‍👧 family 👍🏽", "e\u{301}clair and éclair",
    ]
    try collection.apply(
      texts.enumerated().map { number, text in
        .upsert(
          Entry(
            id: UUID(high: 0, low: UInt64(number)), version: 1, stamp: 0, vector: [1],
            language: number == 5 ? "fr" : "en", keywords: number == 1 ? ["Jogging shoes"] : [],
            tags: number == 1 ? ["sport"] : [], title: number == 0 ? "Return policy" : "",
            content: text))
      })
  }

  private func found(_ text: String, _ language: String? = nil) throws -> [Int] {
    try collection.searchText(TextRequest(text, language: language, count: 100))
      .hits.map { Int($0.hit.id.low) }.sorted()
  }

  private func shown(_ text: String, _ language: String? = nil) throws -> [[String]] {
    try collection.searchText(TextRequest(text, language: language, count: 100)).hits
      .sorted { $0.hit.id < $1.hit.id }
      .map { text in
        text.highlights.map { place in
          let of: String =
            switch place.field {
            case .title: text.hit.title
            case .keywords: (text.hit.record.keywords + text.hit.record.tags)[place.keyword!]
            case .content: text.hit.content
            case .externalID: text.hit.externalID ?? ""
            }
          return String(decoding: Array(of.utf8)[place.range], as: UTF8.self)
        }
      }
  }

  /// In memory, and again from a segment.
  private func both(_ body: () throws -> Void) throws {
    try body()
    try store.commit(position: [])
    try body()
  }

  @Test func `words match by their stems in the language of the query`() throws {
    try both { () throws in
      #expect(try found("run") == [0, 1])
      #expect(try found("returning") == [0, 2])
      #expect(try found("arzt", "de") == [6])
      #expect(try found("straßen", "de") == [6])
      #expect(try found("strasse") == [6])
      #expect(try found("présentations", "fr") == [5])
      #expect(try found("presentation") == [5])
      #expect(try found("reussie") == [5])
      #expect(try found("ISTANBUL'DA ILIK") == [7])
      #expect(try found("المدرسة", "ar") == [8])
      #expect(try found("éclair") == [11])
    }
  }

  @Test func `scripts without spaces match by two characters, and by one`() throws {
    try both { () throws in
      #expect(try found("東京") == [3])
      #expect(try found("京都") == [3, 4])
      #expect(try found("都") == [3, 4])
      #expect(try found("天気") == [3])
      #expect(try found("気天") == [])
    }
  }

  @Test func `phrases stand side by side, prefixes begin a word`() throws {
    try both { () throws in
      #expect(try found("\"running shoes\"") == [0])
      #expect(try found("\"shoes running\"") == [])
      #expect(try found("\"jogging shoes\" made") == [1])
      #expect(try found("\"shoes sport\"") == [])
      #expect(try found("\"order number x*\"") == [9])
      #expect(try found("\"open quote shoes") == [0, 1])
      #expect(try found("\"shoes\"") == [0, 1])
      #expect(try found("retu*") == [0, 2])
      #expect(try found("x*") == [9])
      #expect(try found("*") == [])
      #expect(try found("") == [])
      #expect(try found("\"\" \" - \"") == [])
    }
  }

  @Test func `highlights are whole words of the stored texts`() throws {
    try both { () throws in
      #expect(
        try shown("return shoe") == [
          ["Return", "Returns", "shoes", "returned"], ["shoes", "Shoes"], ["returned"],
        ])
      #expect(try shown("東京") == [["東京"]])
      #expect(try shown("京都") == [["京都"], ["京都"]])
      #expect(try shown("東京都の") == [["東京都の"], ["京都"]])
      #expect(try shown("ärzte strasse", "de") == [["Ärzte", "Straße"]])
      #expect(try shown("istanbul'da gün") == [["İstanbul'da", "gün"]])
      #expect(try shown("eclair") == [["e\u{301}clair", "éclair"]])
      #expect(try shown("👍") == [["👍🏽"]])
      #expect(try shown("x-200") == [["X", "200"]])
      #expect(try shown("sport jog*") == [["Jogging", "sport"]])
    }
  }

  @Test func `a word in the title is worth more than one in the content`() throws {
    let hits = try collection.searchText(TextRequest("policy days", count: 3)).hits
    #expect(hits.map { Int($0.hit.id.low) } == [0])
    let weighted = try collection.searchText(
      TextRequest(
        "policy", count: 1, weights: TextWeights(title: 10, keywords: 1, content: 1)))
    let plain = try collection.searchText(TextRequest("policy", count: 1))
    #expect(weighted.hits[0].hit.score > plain.hits[0].hit.score)
  }

  @Test func `requests outside the limits are refused`() throws {
    for count in [0, -1, Limits.resultCount + 1] {
      #expect(throws: StoreError.self) {
        try collection.searchText(TextRequest("a", count: count))
      }
    }
    for weight in [0, -1, .nan, .infinity, 1e9] {
      #expect(throws: StoreError.self, "\(weight)") {
        try collection.searchText(
          TextRequest(
            "a", count: 1, weights: TextWeights(title: 1, keywords: weight, content: 1)))
      }
    }
    // Long queries are cut, not refused.
    let long = (0..<5000).map { "w\($0)" }.joined(separator: " ") + " shoes"
    #expect(try found(long) == [])
    #expect(try found("shoes " + long) == [0, 1])
  }
}

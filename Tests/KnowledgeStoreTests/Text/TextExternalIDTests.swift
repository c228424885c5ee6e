import Platform
import Testing

@testable import KnowledgeStore

/// External ids are found by their words, as one more field.
@Suite struct TextExternalIDTests {
  private let directory: ScratchDirectory
  private let store: Store
  private let collection: KnowledgeStore.Collection

  init() throws {
    directory = try ScratchDirectory()
    store = try Store.open(directory: directory.path, options: .manual)
    collection = try store.collection(.test, configuration: .test(1))
    let entries: [(code: String?, text: String)] = [
      ("BT-102", "Trail boots"), ("BT-103", "Hiking boots, better than BT-102"),
      ("4006381333931", "A pen"), ("42", "Socks"), (nil, "Size 42 fits size 43"),
      ("größe/Ä7", "Scales"), ("0f8fad5b-d9cb-469f-a165-70867728950e", "A key of a database"),
      ("return-policy", "How long"), ("", "Nothing"), ("B12", "A vitamin"),
    ]
    try collection.apply(
      entries.enumerated().map { number, entry in
        .upsert(
          Entry(
            id: UUID(high: 0, low: UInt64(number)), version: 1, stamp: 0, vector: [1],
            externalID: entry.code, keywords: ["BT", "winter"], tags: ["102"],
            title: entry.text))
      })
  }

  private func found(_ text: String, _ weights: TextWeights = .standard) throws -> [Int] {
    try collection.searchText(TextRequest(text, count: 100, weights: weights)).hits
      .map { Int($0.hit.id.low) }
  }

  /// In memory, and again from a segment.
  private func both(_ body: () throws -> Void) throws {
    try body()
    try store.commit(position: [])
    try body()
  }

  @Test func `an entry is found by its code, before those that only speak of it`() throws {
    try both { () throws in
      for text in ["BT-102", "bt 102", "\"bt-102\"", "boots bt-102"] {
        #expect(try found(text).first == 0, "\(text)")
      }
      #expect(try found("bt-103").first == 1)
      #expect(try found("4006381333931") == [2])
      #expect(try found("GRÖSSE a7") == [5])
      #expect(try found("policy") == [7])
      #expect(try found("b1*") == [9])
      // A phrase stands in one field, and the code is one.
      #expect(try found("\"boots bt\"") == [])
      #expect(Set(try found("\"BT-102\"")) == [0, 1])
    }
  }

  @Test func `small numbers and keys of databases are not what people write`() throws {
    try both { () throws in
      #expect(try found("42") == [4])
      #expect(try found("0f8fad5b") == [])
    }
  }

  @Test func `weights say what a word of the code is worth`() throws {
    let weights = TextWeights(title: 1000, keywords: 1, content: 1, externalID: 0.001)
    #expect(try found("bt-102").first == 0)
    #expect(try found("bt-102", weights).first == 1)
    #expect(throws: StoreError.self) {
      try found("a", TextWeights(title: 1, keywords: 1, content: 1, externalID: 0))
    }
  }

  @Test func `highlights name the field, and count keywords as before`() throws {
    try both { () throws in
      let hit = try #require(
        try collection.searchText(TextRequest("bt-102", count: 1)).hits.first)
      #expect(
        hit.highlights == [
          TextHighlight(field: .keywords, keyword: 0, range: 0..<2),
          TextHighlight(field: .keywords, keyword: 2, range: 0..<3),
          TextHighlight(field: .externalID, keyword: nil, range: 0..<2),
          TextHighlight(field: .externalID, keyword: nil, range: 3..<6),
        ])
    }
  }

  @Test func `searches by words and meaning find it, too`() throws {
    try both { () throws in
      let hits = try collection.searchHybrid(
        HybridRequest(text: TextRequest("bt-102", count: 3), vector: [1])
      ).hits
      #expect(hits.first?.hit.id == UUID(high: 0, low: 0))
      #expect(hits.first?.textRank == 1)
    }
  }

  @Test func `codes count as in a search of every entry`() throws {
    let ids = Set((0..<10).map { UUID(high: 0, low: UInt64($0)) })
    try both { () throws in
      for text in ["bt-102 boots", "bt 103 winter", "policy b12 42"] {
        try collection.check(
          text: text, count: 5, weights: TextWeights(title: 1, keywords: 2, content: 1),
          admitted: ids)
      }
    }
  }
}

import Platform
import TextAnalysis
import Testing

@testable import KnowledgeStore

/// Words, phrases, prefixes and highlights in scripts whose bytes, letters and words differ.
@Suite struct TextScriptTests {
  private static let texts = [
    "Iğdır'da ISPARTA gülü, ılık İzmir rüzgârı", "Die Straßenbahn hält in der GROẞEN Gasse.",
    "كِتَابٌ جديد في المكتبة الكبيرة", "हिन्दी में नई क़िताबें पढ़ें", "北京大学的学生在图书馆看书",
    "Team 👩🏽‍🚀🚀 flies 🇩🇪🇫🇷 today ❤️", "Cafe\u{301} Zoe\u{308} A\u{30A}ngstro\u{308}m", "ｆｕｌｌ ﬁne Ⅷ ㎏",
    "日本語とEnglishとकुछ 한국어 텍스트", "Ελληνικά ΟΔΟΣ, ΌΔΟΣ", "Đà Nẵng và Huế",
    "x\u{200D}y a\u{AD}b नमस्\u{200C}ते",
  ]
  private let directory: ScratchDirectory
  private let store: Store
  private let collection: KnowledgeStore.Collection

  init() throws {
    directory = try ScratchDirectory()
    store = try Store.open(directory: directory.path, options: .manual)
    collection = try store.collection(.test, configuration: .test(1))
    try collection.apply(
      Self.texts.enumerated().map { number, text in
        .upsert(
          Entry(
            id: UUID(high: 0, low: UInt64(number)), version: 1, stamp: 0, vector: [1],
            keywords: ["🚀 " + text], title: text, content: "— " + text + "\u{301}"))
      })
    try store.commit(position: [])
  }

  private func hits(_ text: String, _ language: String? = nil) throws -> [TextHit] {
    try collection.searchText(TextRequest(text, language: language, count: 100)).hits
  }

  /// The number of the only text that is found, and what is shown of its title.
  private func only(_ text: String, _ language: String? = nil) throws -> (Int, [String])? {
    let hits = try hits(text, language)
    guard hits.count == 1, let hit = hits.first else { return nil }
    let bytes = Array(hit.hit.title.utf8)
    return (
      Int(hit.hit.id.low),
      hit.highlights.filter { $0.field == .title }
        .map { String(decoding: bytes[$0.range], as: UTF8.self) }
    )
  }

  @Test(
    arguments: [
      // Turkish: dotted and dotless i are one letter when folded.
      ("igdir'da", nil, 0, ["Iğdır'da"]), ("\"ılık izmir\"", "tr", 0, ["ılık", "İzmir"]),
      ("ısp*", nil, 0, ["ISPARTA"]), ("RÜZGARI", "tr", 0, ["rüzgârı"]),
      // German.
      ("STRASSENBAHNEN", "de", 1, ["Straßenbahn"]),
      ("\"großen gasse\"", nil, 1, ["GROẞEN", "Gasse"]),
      ("gross*", nil, 1, ["GROẞEN"]),
      // Arabic, with and without vowel signs, stems with and without the article.
      ("كتاب", nil, 2, ["كِتَابٌ"]), ("\"كتاب جديد\"", nil, 2, ["كِتَابٌ", "جديد"]),
      ("المك*", nil, 2, ["المكتبة"]), ("كبيرة", "ar", 2, ["الكبيرة"]),
      // Hindi, with a nukta and a virama.
      ("हिन्दी", nil, 3, ["हिन्दी"]), ("\"नई किताबें\"", nil, 3, ["नई", "क़िताबें"]), ("किताब", "hi", 3, ["क़िताबें"]),
      ("पढ़*", nil, 3, ["पढ़ें"]),
      // Chinese: two characters side by side, one, and phrases of more.
      ("北京大学", nil, 4, ["北京大学"]), ("\"图书馆看书\"", nil, 4, ["图书馆看书"]), ("馆", nil, 4, ["馆"]),
      ("\"大学生\"", nil, -1, []),
      // Emoji with joiners, skin colours, flags.
      ("👩🏽‍🚀", nil, 5, ["👩🏽‍🚀"]), ("🇫🇷", nil, 5, ["🇫🇷"]), ("flies 🇩🇪", nil, 5, ["flies", "🇩🇪"]),
      // Combining marks, and the same letters in one piece.
      ("café", nil, 6, ["Cafe\u{301}"]), ("ZOË cafe", nil, 6, ["Cafe\u{301}", "Zoe\u{308}"]),
      ("\"zoe ångström\"", nil, 6, ["Zoe\u{308}", "A\u{30A}ngstro\u{308}m"]),
      ("ang*", nil, 6, ["A\u{30A}ngstro\u{308}m"]),
      // Letters of other widths, ligatures, numerals.
      ("full fine", nil, 7, ["ｆｕｌｌ", "ﬁne"]), ("viii kg", nil, 7, ["Ⅷ", "㎏"]),
      // Mixed scripts.
      ("English", nil, 8, ["English"]), ("한국어", nil, 8, ["한국어"]), ("\"日本語と\"", nil, 8, ["日本語と"]),
      ("ελληνικα", nil, 9, ["Ελληνικά"]), ("\"οδος όδος\"", nil, 9, ["ΟΔΟΣ", "ΌΔΟΣ"]),
      ("\"da nang\" hue", nil, 10, ["Đà", "Nẵng", "Huế"]),
    ] as [(String, String?, Int, [String])])
  func `what is found and shown`(
    text: String, language: String?, number: Int, shown: [String]
  ) throws {
    guard number >= 0 else {
      #expect(try hits(text, language).isEmpty)
      return
    }
    let found = try #require(try only(text, language), "\(text)")
    #expect(found.0 == number)
    // Not by `==` of strings, which takes letters and their pieces for one.
    #expect(found.1.map { Array($0.utf8) } == shown.map { Array($0.utf8) }, "\(found.1)")
  }

  /// Every word of every text leads to it, and is shown at its bytes in each field.
  @Test func `every word is shown where it stands`() throws {
    for (number, text) in Self.texts.enumerated() {
      var words = WordTokens()
      words.find(in: text)
      let bytes = Array(text.utf8)
      for token in words.tokens {
        let word = String(decoding: bytes[token.range], as: UTF8.self)
        let hit = try #require(
          try hits(word).first { $0.hit.id.low == UInt64(number) }, "\(word)")
        let title = hit.highlights.filter { $0.field == .title }.map(\.range)
        #expect(
          title.contains {
            $0.lowerBound <= token.range.lowerBound
              && $0.upperBound >= token.range.upperBound
          }, "\(word) in \(text)")
        let keywords = hit.highlights.filter { $0.field == .keywords && $0.keyword == 0 }
          .map(\.range)
        for range in title {
          #expect(keywords.contains(range.lowerBound + 5..<range.upperBound + 5), "\(word)")
        }
      }
    }
  }

  /// Any text is a query, and any bytes of a field a place that can be shown.
  @Test func `highlights are whole scalars whatever stands there`() throws {
    var generator = SeededGenerator(seed: 3)
    let scalars =
      Self.texts.flatMap { Array($0.unicodeScalars) } + Array("\"\"** --".unicodeScalars)
    for _ in 0..<(isLongRun ? 20_000 : 200) {
      let query = String(
        String.UnicodeScalarView(
          (0..<Int.random(in: 1...9, using: &generator)).map { _ in
            scalars.randomElement(using: &generator)!
          }))
      for hit in try hits(query) {
        for place in hit.highlights {
          let text =
            switch place.field {
            case .title: hit.hit.title
            case .keywords: hit.hit.record.keywords[place.keyword!]
            case .content: hit.hit.content
            case .externalID: ""
            }
          let bytes = Array(text.utf8)
          try #require(!place.range.isEmpty && place.range.upperBound <= bytes.count)
          for edge in [place.range.lowerBound, place.range.upperBound] where edge < bytes.count {
            #expect(bytes[edge] & 0xC0 != 0x80, "\(query.debugDescription) in \(text)")
          }
        }
      }
    }
  }
}

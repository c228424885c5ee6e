import Platform
import Testing

@testable import Embedding

/// Where long texts are cut.
@Suite struct ChunkSplitterTests {
  /// Words and marks, as a tokenizer that knows every word.
  @Sendable static func words(_ text: String) -> Int {
    text.split { $0.isWhitespace }.count
  }

  private func chunks(_ text: String, limit: Int) -> [String] {
    let bytes = Array(text.utf8)
    return spans(text, limit: limit).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  private func spans(_ text: String, limit: Int) -> [Range<Int>] {
    ChunkSplitter(limit: limit, chunkLimit: 100_000, measure: { max(1, Self.words($0)) })
      .split(Array(text.utf8)).spans
  }

  // MARK: Structure

  @Test func `sections begin chunks and repeat nothing of the one before`() {
    let section = Array(repeating: "Six words stand in this one.", count: 6).joined(separator: " ")
    let text = "# First\n\n\(section)\n\n## Second\n\n\(section)\n\n## Third\n\n\(section)\n"
    let found = chunks(text, limit: 48)
    #expect(found == ["# First", "## Second", "## Third"].map { "\($0)\n\n\(section)" })
  }

  @Test func `a short last section is a chunk of its own`() {
    let section = Array(repeating: "Six words stand in this one.", count: 6).joined(separator: " ")
    let found = chunks("\(section)\n\n\(section)\n\n# End\n\nThat is all.", limit: 60)
    #expect(found.last == "# End\n\nThat is all.")
  }

  @Test func `a paragraph is preferred to a sentence`() {
    let short = Array(repeating: "Four words each time.", count: 6).joined(separator: " ")
    let found = chunks("\(short)\n\n\(short)\n\n\(short)", limit: 40)
    #expect(found[0] == short)
    // The second begins with a sentence of the first.
    #expect(found[1].hasPrefix("Four words each time.\n\nFour"))
  }

  @Test func `list items are not cut in the middle`() {
    let items = (1...30).map { "\($0). Turn the screw number \($0) to the left" }
    for chunk in chunks(items.joined(separator: "\n"), limit: 50) {
      for line in chunk.split(separator: "\n") { #expect(items.contains(String(line))) }
    }
  }

  @Test func `a hash in a code block is no heading`() {
    let code =
      "```\n" + Array(repeating: "# make it so", count: 8).joined(separator: "\n") + "\n```"
    let text = "Intro of four words.\n\n\(code)"
    let pieces = TextStructure(Array(text.utf8)).pieces()
    #expect(!pieces.contains { $0.kind == .heading })
    #expect(TextStructure(Array("# a\nb".utf8)).pieces().map(\.kind) == [.heading, .sentence])
  }

  @Test(arguments: [
    ("One is here. Two is there! Three?", ["One is here. ", "Two is there! ", "Three?"]),
    ("He said \"no.\" She left.", ["He said \"no.\" ", "She left."]),
    ("See z. B. Nr. 5 at 3.5 km. Good.", ["See z. B. Nr. 5 at 3.5 km. Good."]),
    ("An end... and on it goes. Yes.", ["An end... and on it goes. ", "Yes."]),
    ("第一句。第二句！「第三句。」第四", ["第一句。", "第二句！", "「第三句。」", "第四"]),
    ("كيف حالك؟ بخير.", ["كيف حالك؟ ", "بخير."]),
    ("पहला वाक्य। दूसरा वाक्य।", ["पहला वाक्य। ", "दूसरा वाक्य।"]),
  ])
  func `sentences end where readers say so`(_ text: String, _ expected: [String]) {
    let bytes = Array(text.utf8)
    let starts = TextStructure(bytes).pieces().map(\.start)
    let found = zip(starts, starts.dropFirst() + [bytes.count]).map {
      String(decoding: bytes[$0..<$1], as: UTF8.self)
    }
    #expect(found == expected)
  }

  // MARK: Overlap

  @Test func `about a sentence is repeated`() {
    let sentences = (0..<60).map { "This is sentence number \($0), one of very many." }
    let found = chunks(sentences.joined(separator: " "), limit: 100)
    #expect(found.count > 5)
    for (before, after) in zip(found, found.dropFirst()) {
      let last = sentences.last { before.hasSuffix($0) }
      #expect(last != nil)
      #expect(after.hasPrefix(last!))
      #expect(Self.words(after) >= 50 || after == found.last)
    }
  }

  // MARK: Any text

  /// Texts that break splitters.
  static let wild: [String] = [
    "", " ", "\n\n\n", "\r\n \t", "a", String(repeating: "a", count: 10_000),
    String(repeating: "漢字", count: 3_000), String(repeating: "かな。", count: 2_000),
    String(repeating: "مرحبا بالعالم ", count: 800), String(repeating: "👨‍👩‍👧‍👦", count: 700),
    String(repeating: "🇩🇪", count: 1_500), "e" + String(repeating: "\u{301}", count: 5_000),
    String(repeating: "e\u{301}\u{302} ", count: 2_000),
    String(repeating: "a \u{301}", count: 3_000),
    String(repeating: "\u{600}1 ", count: 2_000), String(repeating: "x.\u{301} Y! ", count: 1_500),
    String(repeating: "\r\n", count: 3_000) + "end", String(repeating: "# ", count: 2_000),
    String(repeating: "- a\n", count: 2_000), String(repeating: "```\n# x\n", count: 800),
    String(repeating: ".", count: 8_000), String(repeating: "\u{3000}漢", count: 2_000),
    "a" + String(repeating: " ", count: 20_000) + "b",
  ]

  @Test(arguments: wild.indices, [1, 7, 60])
  func `any text is covered at boundaries`(_ index: Int, _ limit: Int) {
    check(Self.wild[index], limit: limit)
  }

  @Test func `mixed texts are covered at boundaries`() {
    var random = SeededGenerator(seed: 31)
    for _ in 0..<200 {
      var text = ""
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        text += Self.wild.randomElement(using: &random)!.prefix(.random(in: 0...90, using: &random))
        text += ["", " ", "\n", "\n\n", ". ", "# "].randomElement(using: &random)!
      }
      check(text, limit: .random(in: 1...40, using: &random))
    }
  }

  private func check(_ text: String, limit: Int) {
    let bytes = Array(text.utf8)
    func measure(_ text: String) -> Int { max(1, (text.utf8.count + 3) / 4) }
    let splitter = ChunkSplitter(limit: limit, chunkLimit: .max, measure: measure)
    let spans = splitter.split(bytes).spans
    #expect(splitter.split(bytes).spans == spans)
    var boundaries: Set<Int> = [0]
    var offset = 0
    for character in text {
      offset += character.utf8.count
      // What is longer than a grapheme is kept whole for may be cut between scalars.
      if character.utf8.count > 256 {
        var inner = offset - character.utf8.count
        for scalar in character.unicodeScalars {
          inner += UTF8.width(scalar)
          boundaries.insert(inner)
        }
      }
      boundaries.insert(offset)
    }
    var covered = 0
    var last = -1
    for span in spans {
      #expect(!span.isEmpty)
      #expect(span.lowerBound > last, "no chunk begins twice")
      #expect(boundaries.contains(span.lowerBound))
      #expect(boundaries.contains(span.upperBound))
      if span.lowerBound > covered { #expect(isBlank(bytes[covered..<span.lowerBound])) }
      last = span.lowerBound
      covered = max(covered, span.upperBound)
    }
    #expect(isBlank(bytes[covered...]))
  }

  private func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
  }

  @Test func `chunks have the size that was asked for`() {
    let text = (0..<3_000).map { "word\($0)" + ($0 % 11 == 10 ? "." : "") }.joined(separator: " ")
    let found = chunks(text, limit: 100)
    for chunk in found.dropLast() { #expect((50...100).contains(Self.words(chunk))) }
  }

  @Test func `a megabyte without a blank takes linear time`() {
    // Each of these took hours if any step looked at the whole rest again.
    for unit in ["a", "漢", "🇩🇪", "\u{301}", "a.", "\n"] {
      let text = String(repeating: unit, count: (1 << 20) / unit.utf8.count)
      let spans = ChunkSplitter(limit: 400, chunkLimit: 10_000, measure: TokenEstimate.of)
        .split(Array(text.utf8)).spans
      #expect(spans.count < 5_000)
      if unit != "\n" { #expect(spans.last?.upperBound == text.utf8.count) }
    }
  }
}

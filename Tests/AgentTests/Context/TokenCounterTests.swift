import Platform
import Testing

@testable import Agent

@Suite struct TokenCounterTests {
  @Test func `the estimate is never below the counts of two tokenizers`() {
    for (text, cl100k, o200k, _, _) in tokenCounts {
      let estimate = TokenCounter.estimate.count(text)
      #expect(estimate >= max(cl100k, o200k), "\(text.debugDescription)")
      #expect(estimate <= text.utf8.count * 5 / 4 + 2, "\(text.debugDescription)")
    }
  }

  @Test func `the estimate of English is close`() {
    let english = tokenCounts.prefix(2)
    let counted = english.reduce(0) { $0 + max($1.1, $1.2) }
    let estimated = english.reduce(0) { $0 + TokenCounter.estimate.count($1.0) }
    #expect(estimated * 10 < counted * 19)
  }

  @Test func `a short form is cut off from the letters behind it`() {
    // Five tokens in cl100k_base: ' v E M 0.
    #expect(TokenCounter.estimate.count("'vEM0") >= 5)
  }

  @Test func `any bytes have an estimate`() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      let bytes = (0..<40).map { _ in UInt8.random(in: 0...255, using: &random) }
      let tokens = TokenEstimate.count(bytes.span)
      #expect(tokens > 0 && tokens <= 2 * bytes.count)
    }
  }

  @Test func `texts are cut as the patterns of two tokenizers cut them`() {
    for (text, _, _, cl100k, o200k) in tokenCounts {
      #expect(pieces(text, .cl100k) == cl100k, "\(text.debugDescription)")
      #expect(pieces(text, .o200k) == o200k, "\(text.debugDescription)")
    }
  }

  private func pieces(_ text: String, _ pattern: BytePairRanks.Pattern) -> String {
    var lengths: [String] = []
    var text = text
    text.makeContiguousUTF8()
    TextPieces.each(of: text.utf8.span, pattern: pattern) { lengths.append("\($0.count)") }
    return lengths.joined(separator: " ")
  }

  /// Ranks of all bytes, and of random pairs of tokens, as a training would find them.
  private func ranks(merges: Int, letters: [UInt8], seed: UInt64) throws -> (
    BytePairRanks, [[UInt8]: Int]
  ) {
    var random = SeededGenerator(seed: seed)
    var tokens: [[UInt8]] = (0...255).map { [UInt8($0)] }
    var known = Set(tokens)
    while tokens.count < 256 + merges {
      let parts = (0..<2).map { _ in
        Bool.random(using: &random)
          ? [letters.randomElement(using: &random)!]
          : tokens[256...].randomElement(using: &random) ?? [letters[0]]
      }
      let token = parts[0] + parts[1]
      if token.count <= 9, known.insert(token).inserted { tokens.append(token) }
    }
    var file: [UInt8] = []
    for (rank, token) in tokens.enumerated() {
      file += Array("\(base64(token)) \(rank)\n".utf8)
    }
    let numbered = tokens.enumerated().map { ($0.element, $0.offset) }
    return (try BytePairRanks(file), Dictionary(uniqueKeysWithValues: numbered))
  }

  private func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = Array(bytes[start..<min(start + 3, bytes.count)])
      let bits = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
      for place in 0...part.count { text.append(alphabet[bits >> (18 - 6 * place) & 63]) }
      text += String(repeating: "=", count: 3 - part.count)
    }
    return text
  }

  /// The definition: the leftmost pair of the lowest rank, again and again.
  private func merged(_ piece: [UInt8], _ ranks: [[UInt8]: Int]) -> Int {
    var parts = piece.map { [$0] }
    while parts.count > 1 {
      let pairs = (0..<parts.count - 1).compactMap { index in
        ranks[parts[index] + parts[index + 1]].map { (rank: $0, index: index) }
      }
      guard let best = pairs.min(by: { ($0.rank, $0.index) < ($1.rank, $1.index) }) else { break }
      parts[best.index] += parts.remove(at: best.index + 1)
    }
    return parts.count
  }

  @Test func `byte pairs are merged as the definition says`() throws {
    let letters = Array("abcd".utf8)
    for seed in 1...6 as ClosedRange<UInt64> {
      let (ranks, table) = try ranks(merges: 60, letters: letters, seed: seed)
      var random = SeededGenerator(seed: seed)
      var merge = BytePairMerge()
      for _ in 0..<60 {
        let piece = (0..<Int.random(in: 1...40, using: &random)).map { _ in
          letters.randomElement(using: &random)!
        }
        #expect(merge.count(piece.span, ranks) == merged(piece, table))
      }
    }
  }

  @Test func `a long word without an end takes no more than its bytes`() throws {
    let (ranks, _) = try ranks(merges: 60, letters: Array("ab".utf8), seed: 3)
    let text = String(repeating: "ab", count: 10_000)
    #expect((1...20_000).contains(TokenCounter.bpe(ranks).count(text)))
    #expect(TokenCounter.bpe(ranks).count("") == 0)
  }

  @Test(arguments: [
    ("", "byte 0 alone"), ("IQ== 0 1", "line 1"), ("IQ== x", "line 1"), ("IQ==  0\nI! 1", "line 2"),
    ("IQ== 0\nIQ== 1", "came before"), ("IQ== -1", "line 1"),
  ]) func `a file that is none of ranks says which line`(_ file: String, _ reason: String) {
    let error = #expect(throws: BytePairRanks.Unreadable.self) {
      try BytePairRanks(Array(file.utf8))
    }
    #expect(error?.description.contains(reason) == true)
  }
}

import Testing

@testable import TextAnalysis

@Suite struct WordBreakTests {
  @Test func `boundaries are those of the conformance file`() {
    var cases = 0
    for line in WordBreakCases.all.split(separator: " ") {
      var bytes: [UInt8] = []
      var expected: [Int] = []
      var number: UInt32 = 0
      var hasNumber = false
      for character in line {
        if let digit = character.hexDigitValue {
          number = number << 4 | UInt32(digit)
          hasNumber = true
          continue
        }
        if hasNumber { UTF8Scalar.append(number, to: &bytes) }
        if character == "|" { expected.append(bytes.count) }
        number = 0
        hasNumber = false
      }
      #expect(boundaries(bytes) == expected, "\(line)")
      cases += 1
    }
    #expect(cases > 1800)
  }

  @Test func `words in ASCII are cut as the rules cut them`() {
    var generator = SystemRandomNumberGenerator()
    let alphabet = Array("aZ09_'.:,;\"- \n/@éא\u{300}世".unicodeScalars)
    for _ in 0..<20_000 {
      let text = String(
        String.UnicodeScalarView(
          (0..<Int.random(in: 0...9, using: &generator)).map { _ in
            alphabet.randomElement(using: &generator)!
          }))
      var words = WordTokens()
      words.find(in: text)
      let bytes = Array(text.utf8)
      let edges = boundaries(bytes)
      for token in words.tokens {
        #expect(edges.contains(token.range.lowerBound), "\(text.debugDescription)")
        #expect(edges.contains(token.range.upperBound), "\(text.debugDescription)")
      }
      // Each letter and digit is in a token.
      var covered = Set<Int>()
      for token in words.tokens { covered.formUnion(token.range) }
      for (index, byte) in bytes.enumerated()
      where byte < 0x80 && ASCII.isWord(byte) && byte != 0x5F {
        #expect(covered.contains(index), "\(text.debugDescription)")
      }
    }
  }

  private func boundaries(_ bytes: [UInt8]) -> [Int] {
    var edges = [0]
    while edges.last! < bytes.count {
      edges.append(WordSegments.segment(of: bytes.span, from: edges.last!).end)
    }
    return edges
  }
}

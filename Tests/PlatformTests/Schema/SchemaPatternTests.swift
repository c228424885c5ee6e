import Platform
import Testing

@Suite struct SchemaPatternTests {
  @Test(arguments: [
    ("", ["", "x"], []), ("a", ["a", "xax"], ["", "b"]), ("^a$", ["a"], ["aa", "", "a\n"]),
    ("^(ab|c)+$", ["ab", "abc", "cab"], ["", "a", "abx"]),
    ("^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]),
    ("^[^a-c]$", ["d", "é"], ["a", ""]), (#"^\d{5}$"#, ["12345"], ["1234", "١٢٣٤٥"]),
    (#"^[\w.-]+@\w+$"#, ["a.b-c@d"], ["@", "a b@c"]), (#"^\p{L}+$"#, ["Éire", "東京"], ["a1", ""]),
    (#"^\P{L}$"#, ["1"], ["a"]), (#"^\u{1F44D}\x41A$"#, ["👍AA"], ["AA"]), ("^.$", ["x"], ["\n"]),
    (#"^[\]\\^-]$"#, ["]", "\\", "^", "-"], ["a"]), ("^(?:a|b)*?c??$", ["", "abac"], ["d"]),
    (#"^\S+\s\S+$"#, ["a b", "a\u{3000}b"], ["ab", " b"]), ("^a|b$", ["ax", "xb"], ["xa"]),
    ("^(a*)*$", ["", "aaa"], ["b"]), ("^[^]$", ["a", "\n"], [""]), ("[]", [], ["", "a"]),
  ]) func `patterns match what they say`(pattern: String, good: [String], bad: [String]) throws {
    let pattern = try SchemaPattern(pattern)
    for text in good { #expect(pattern.matches(text), "\(text)") }
    for text in bad { #expect(!pattern.matches(text), "\(text)") }
  }

  @Test(arguments: [
    "(", ")", "a)", "[", "[a", "[b-a]", #"[\d-a]"#, "*", "a**", "a{", "a{2", "a{3,2}", "a{1001}",
    "{",
    "}", "]", #"\"#, #"\b"#, #"\1"#, #"\k<a>"#, "(?=a)", "(?!a)", "(?<=a)", "(?<n>a)",
    #"\p{Greek}"#,
    #"\u12"#, #"\uD800"#, #"\u{}"#, #"\u{110000}"#, "(a{1000}){1000}", #"\x+1"#,
    String(repeating: "(", count: 60) + String(repeating: ")", count: 60),
    "((((((){1000}){1000}){1000}){1000}){1000}){1000}", String(repeating: "a", count: 5_000),
  ]) func `what is no pattern, or beyond what is known, is refused`(pattern: String) {
    #expect(throws: SchemaPatternError.self) { try SchemaPattern(pattern) }
  }

  @Test func `patterns that make others go back for ages take no time`() throws {
    let text = String(repeating: "a", count: 2_000) + "b"
    for source in ["^(a+)+$", "^(a|a)*$", "^(a*)*c", "(a?){30}a{30}$"] {
      #expect(try !SchemaPattern(source).matches(text))
    }
    #expect(
      try !SchemaPattern("a").matches(String(repeating: "a", count: SchemaPattern.textLimit + 1)))
  }

  @Test func `random patterns match as their definition says`() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<300 {
      let tree = Expression.random(0, &random)
      let pattern = try SchemaPattern(tree.source)
      for _ in 0..<8 {
        let count = Int.random(in: 0...7, using: &random)
        let text = (0..<count).map { _ in "abcd".randomElement(using: &random)! }
        let expected = (0...count).contains { !tree.ends(text, from: $0).isEmpty }
        #expect(pattern.matches(String(text)) == expected, "\(tree.source) on \(String(text))")
      }
    }
  }
}

/// A pattern as what it means: the places where a match that begins at a place can end.
private indirect enum Expression {
  case letters(String, Set<Character>)
  case first, last
  case both(Expression, Expression)
  case either(Expression, Expression)
  case repeated(Expression, String, least: Int, most: Int?)

  static func random(_ depth: Int, _ random: inout SeededGenerator) -> Expression {
    switch Int.random(in: 0..<(depth > 3 ? 5 : 9), using: &random) {
    case 0: return .letters("a", ["a"])
    case 1: return .letters(".", ["a", "b", "c", "d"])
    case 2: return .letters("[^b]", ["a", "c", "d"])
    case 3: return Bool.random(using: &random) ? .first : .last
    case 4: return .letters("[a-c]", ["a", "b", "c"])
    case 5, 6: return .both(self.random(depth + 1, &random), self.random(depth + 1, &random))
    case 7: return .either(self.random(depth + 1, &random), self.random(depth + 1, &random))
    default:
      let marks: [(String, Int, Int?)] = [
        ("*", 0, nil), ("+?", 1, nil), ("?", 0, 1), ("{1,2}", 1, 2), ("{2,}", 2, nil),
      ]
      let (mark, least, most) = marks.randomElement(using: &random)!
      return .repeated(self.random(depth + 1, &random), mark, least: least, most: most)
    }
  }

  var source: String {
    switch self {
    case .letters(let source, _): source
    case .first: "^"
    case .last: "$"
    case .both(let left, let right): left.source + right.source
    case .either(let left, let right): "(?:\(left.source)|\(right.source))"
    case .repeated(let inner, let mark, _, _): "(\(inner.source))\(mark)"
    }
  }

  func ends(_ text: [Character], from start: Int) -> Set<Int> {
    switch self {
    case .letters(_, let letters):
      return start < text.count && letters.contains(text[start]) ? [start + 1] : []
    case .first: return start == 0 ? [0] : []
    case .last: return start == text.count ? [start] : []
    case .both(let left, let right):
      return Set(left.ends(text, from: start).flatMap { right.ends(text, from: $0) })
    case .either(let left, let right):
      return left.ends(text, from: start).union(right.ends(text, from: start))
    case .repeated(let inner, _, let least, let most):
      var reached: Set<Int> = least == 0 ? [start] : []
      var now: Set<Int> = [start]
      for round in 1...(most ?? least + text.count + 1) {
        now = Set(now.flatMap { inner.ends(text, from: $0) })
        if round >= least { reached.formUnion(now) }
      }
      return reached
    }
  }
}

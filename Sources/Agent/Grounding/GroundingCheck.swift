import Platform

/// Whether an answer says only what its sources say, as far as that can be compared without a
/// model: every mark is one of a source, and every number, price, date, code, address and
/// telephone number stands in a source, in what the customer wrote, or in the customer's own rows.
public struct GroundingCheck: Sendable {
  /// Something that no source says.
  public struct Violation: Sendable, Equatable, CustomStringConvertible {
    /// `mark`, `number`, `code`, `address`, `email`, `phone`.
    public var kind: String
    /// As it stands in the answer.
    public var text: String

    /// In words, for the trace.
    public var description: String { "no source has the \(kind) \(text)" }
  }

  private let marks: Set<Int>
  private var values: [Claims.Kind: Set<String>] = [:]

  /// - Parameters:
  ///   - citations: What the answer may name.
  ///   - sources: The texts of what it rests on.
  ///   - alsoAllowed: What else it may repeat: the customer's words, their orders, disclaimers.
  /// - Complexity: O(bytes), about 1 µs for 20 bytes.
  public init(citations: [Citation], sources: [String], alsoAllowed: [String]) {
    marks = Set(citations.map(\.number))
    for text in sources + alsoAllowed {
      for claim in Claims(text).all { values[claim.kind, default: []].formUnion(claim.values) }
    }
  }

  /// What an answer, or a sentence of it, says without a source.
  ///
  /// - Returns: In the order of the text; at most 20.
  public func violations(in text: String) -> [Violation] {
    var found: [Violation] = []
    let (bare, named) = Self.withoutMarks(text)
    for mark in named where !marks.contains(mark) {
      found.append(Violation(kind: "mark", text: "[\(mark)]"))
    }
    let claims = Claims(bare).all
    let items = claims.count { $0.isListMark && !$0.text.isEmpty }
    let phones = values[.phone, default: []]
    for claim in claims where !claim.isListMark && !holds(claim, phones, items: items) {
      found.append(Violation(kind: claim.kind.rawValue, text: claim.text))
    }
    return Array(found.prefix(20))
  }

  private func holds(_ claim: Claims.Claim, _ phones: Set<String>, items: Int) -> Bool {
    if !values[claim.kind, default: []].isDisjoint(with: claim.values) { return true }
    switch claim.kind {
    // With the country's code, or with a 0 in its place.
    case .phone:
      return phones.contains { known in
        claim.values.contains { Self.isNational($0, of: known) || Self.isNational(known, of: $0) }
      }
    // A list may say how long it is.
    case .number: return items > 0 && claim.values.contains(String(items))
    case .code, .address, .email: return false
    }
  }

  /// Whether `0912…` is what `+32912…` is called at home.
  private static func isNational(_ short: String, of whole: String) -> Bool {
    short.hasPrefix("0") && whole.hasPrefix("+") && whole.hasSuffix(short.dropFirst())
  }

  /// The answer without the sentences that say what no source does.
  ///
  /// - Returns: nil where too little is left to be an answer.
  public func repaired(_ text: String, _ violations: [Violation]) -> String? {
    var gate = SentenceGate()
    _ = gate.take(text) { self.violations(in: $0).isEmpty }
    _ = gate.finish { self.violations(in: $0).isEmpty }
    var rest = gate.passed[...]
    while rest.last?.isWhitespace == true { rest.removeLast() }
    let letters = rest.count { $0.isLetter }
    guard letters >= 8, letters * 3 >= text.count(where: \.isLetter) else { return nil }
    return self.violations(in: String(rest)).isEmpty ? String(rest) : nil
  }

  /// A text without its marks `[1]`, and their numbers.
  private static func withoutMarks(_ text: String) -> (text: String, marks: [Int]) {
    var bare = ""
    var marks: [Int] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "[") {
      bare += rest[..<open]
      let inside = rest[rest.index(after: open)...]
      let digits = inside.prefix { $0.isASCII && $0.isNumber }
      if let number = Int(digits), inside.dropFirst(digits.count).first == "]" {
        marks.append(number)
        bare.append("|")
        rest = inside.dropFirst(digits.count + 1)
      } else {
        bare.append("[")
        rest = inside
      }
    }
    return (bare + rest, marks)
  }
}

extension KnowledgeHit {
  /// All that an answer may take from it.
  var groundingText: String {
    [title, externalID, category, content, metadata.object?.isEmpty == false ? "\(metadata)" : ""]
      .filter { !$0.isEmpty }.joined(separator: "\n")
  }
}

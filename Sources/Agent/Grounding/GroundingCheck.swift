import Platform

/// Checks that an answer says nothing of its own: every price, number, date, time, code, link,
/// address and phone number in it is in a source, in what the customer wrote, or in the customer's
/// own rows, and every mark `[n]` is one of a source (SPEC X7).
///
/// Values are compared, not spellings: `€ 129`, `129.00 EUR` and `129,-` are one. A number that
/// both sides count must be counted in the same unit. What is no claim is left alone: numbers of
/// lists and ordinals, the length of the answer's own list. What is said without any of these is
/// not checked.
public struct GroundingCheck: Sendable {
  /// Something that no source says.
  public struct Violation: Sendable, Equatable, CustomStringConvertible {
    /// `mark`, `price`, `number`, `date`, `time`, `code`, `url`, `email`, `phone`.
    public var kind: String
    /// As it stands in the answer.
    public var text: String
    /// Where, in bytes of the answer's UTF-8.
    public var range: Range<Int>

    /// In words, for the trace.
    public var description: String { "no source has the \(kind) \(text)" }
  }

  /// Violations that are named, at most.
  private static let limit = 20

  private let marks: Set<Int>
  private var facts = GroundingFacts()

  /// - Parameters:
  ///   - citations: What the answer may name.
  ///   - sources: The texts of what it rests on.
  ///   - alsoAllowed: What else it may repeat: the customer's words, their orders, disclaimers.
  /// - Complexity: O(bytes), about 0.1 µs each.
  public init(citations: [Citation], sources: [String], alsoAllowed: [String]) {
    marks = Set(citations.map(\.number))
    for text in sources + alsoAllowed { facts.add(text) }
  }

  /// What an answer, or a sentence of it, says without a source.
  ///
  /// - Returns: In the order of the text; at most 20.
  /// - Complexity: O(bytes), about 0.1 µs each.
  public func violations(in text: String) -> [Violation] {
    let found = FactReader.facts(of: text).filter(isUnfounded).prefix(Self.limit)
    guard !found.isEmpty else { return [] }
    let bytes = Array(text.utf8)
    return found.map {
      Violation(
        kind: $0.kind.rawValue, text: String(decoding: bytes[$0.range], as: UTF8.self),
        range: $0.range)
    }
  }

  private func isUnfounded(_ fact: Fact) -> Bool {
    switch fact.kind {
    case .mark:
      fact.readings.contains { reading in
        if case .mark(let number) = reading { !marks.contains(number) } else { true }
      }
    case .word: false
    default: !facts.state(fact)
    }
  }

  /// The answer without the sentences that say what no source does.
  ///
  /// - Parameters:
  ///   - text: The answer.
  ///   - violations: What ``violations(in:)`` found in it.
  /// - Returns: nil where too little is left to be an answer: less than a third of its letters, or
  ///   no mark where it had one; and where a step of a numbered list would be missing.
  public func repaired(_ text: String, _ violations: [Violation]) -> String? {
    let bytes = Array(text.utf8)
    var rest: [UInt8] = []
    var next = 0
    for sentence in Sentences.ranges(of: bytes.span) {
      let first = next
      while next < violations.count, violations[next].range.lowerBound < sentence.upperBound {
        next += 1
      }
      // Behind the last one that is named nothing is known to be well.
      if next == violations.count, violations.count == Self.limit { break }
      if first == next {
        rest += bytes[sentence]
      } else if Sentences.isStep(bytes, sentence) {
        return nil
      }
    }
    let repaired = Sentences.trimmed(rest)
    let letters = repaired.count(where: \.isLetter)
    guard letters >= 8, letters * 3 >= text.count(where: \.isLetter),
      Self.hasMark(repaired) || !Self.hasMark(text), self.violations(in: repaired).isEmpty
    else { return nil }
    return repaired
  }

  private static func hasMark(_ text: String) -> Bool {
    FactReader.facts(of: text).contains { $0.kind == .mark }
  }
}

extension KnowledgeHit {
  /// All that an answer may take from it.
  var groundingText: String {
    [title, externalID, category, content, metadata.object?.isEmpty == false ? "\(metadata)" : ""]
      .filter { !$0.isEmpty }.joined(separator: "\n")
  }
}

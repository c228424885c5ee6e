/// A text after correction. Both lists are in the text's order and do not overlap.
public struct CorrectedText: Equatable, Sendable {
  /// The text with every change, and nothing else changed, byte for byte.
  public var text: String
  /// What was changed: confidence at or above the threshold.
  public var changes: [WordCorrection] = []
  /// What was not, since its confidence is below the threshold: ask the customer.
  public var questions: [WordCorrection] = []
  /// Words that were looked at; codes, numbers and the like are none.
  public var wordCount = 0
}

/// One correction.
public struct WordCorrection: Equatable, Sendable {
  /// What is done to the words.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// One word becomes another.
    case respelled
    /// One word becomes two: `alot`.
    case split
    /// Two words become one: `some thing`.
    case joined
  }

  /// What is done.
  public var kind: Kind
  /// Bytes of the original text, in UTF-8.
  public var range: Range<Int>
  /// What stands there.
  public var original: String
  /// What should, in the original's case.
  public var replacement: String
  /// How sure that is, 0…1: of corrections with 0.9 about nine of ten are right.
  public var confidence: Double
  /// Other readings, best first, without `replacement`.
  public var alternatives: [Suggestion]
}

/// What a word may mean.
public struct Suggestion: Equatable, Sendable {
  /// In the original's case.
  public var text: String
  /// The share of this reading among all, 0…1; they add up to at most 1.
  public var share: Double

  /// - Precondition: `share` is within 0…1.
  public init(text: String, share: Double) {
    precondition(share >= 0 && share <= 1, "a share is within 0…1")
    self.text = text
    self.share = share
  }
}

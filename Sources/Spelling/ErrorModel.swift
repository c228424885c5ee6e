/// What errors cost: the natural logarithm of how rare they are, by the letters concerned.
///
/// The noisy channel of Kernighan, Church and Gale (1990): a word's score is the logarithm of its
/// frequency, times ``prior``, minus the cost of the edits that make the typed word of it.
struct ErrorModel: Sendable {
  static let shared = ErrorModel()

  /// a…z, the apostrophe, everything else and, as what stands before, the word's beginning.
  static let classCount = 29
  static let start = 28

  @inline(__always) static func letterClass(_ symbol: Symbol) -> Int {
    let letter = symbol &- 0x61
    return letter < 26 ? Int(letter) : symbol == Folding.apostrophe ? 26 : 27
  }

  /// Of the letter meant, by class, typed as another one.
  let substitution: [Float]
  /// Of the letter meant, by the one before it, left out.
  let omission: [Float]
  /// Of the letter typed, by the one before it, that nobody meant.
  let insertion: [Float]
  /// Of two letters meant that were typed in the other order.
  let transposition: [Float]
  /// The least cost of any edit.
  let least: Float

  private init() {
    func costs(_ text: String) -> [Float] {
      let values = text.utf8.map { Float($0 &- 0x30) / 8 }
      precondition(values.count == Self.classCount * Self.classCount, "a table was cut short")
      return values
    }
    substitution = costs(LearnedCosts.substitution)
    omission = costs(LearnedCosts.omission)
    insertion = costs(LearnedCosts.insertion)
    transposition = costs(LearnedCosts.transposition)
    least = [substitution, omission, insertion, transposition].map { $0.min() ?? 0 }.min() ?? 0
  }

  // These were found by trying others on a part of codespell's dictionary.

  /// How much a nat of frequency weighs against a nat of error.
  static let prior: Float = 0.65
  /// Of another first letter.
  static let firstLetter: Float = 1.0
  /// Given back to words that sound alike.
  static let soundsAlike: Float = 2.0
  /// Of marks that were left out or put in, all together.
  static let marks: Float = 0.7
  /// Of a space left out.
  static let split: Float = 4.5
  /// Given back to two words that are a common pair.
  static let commonPair: Float = 1.5
  /// Natural logarithm of the probability of a word by its frequency byte.
  static func logProbability(frequency: UInt8) -> Float {
    (Float(frequency) / 30 - 9) * 2.302585
  }
}

import Platform

/// What errors cost: the natural logarithm of how rare they are, by the letters concerned.
///
/// The noisy channel of Kernighan, Church and Gale (1990): a word's score is the logarithm of its
/// frequency, times ``prior``, minus the cost of the edits that make the typed word of it.
///
/// `@safe` holds because classes are below ``classCount``, for which each table has room.
@safe struct ErrorModel: Sendable {
  static let shared = ErrorModel()

  /// a…z, the apostrophe, everything else and, as what stands before, the word's beginning.
  static let classCount = 29
  static let start = 28

  @inline(__always) static func letterClass(_ code: UInt8) -> Int {
    code <= LetterCode.apostrophe ? Int(code &- 0x61) & 31 : 27
  }

  /// Four tables of ``stride`` × ``stride`` costs.
  private let costs: AlignedMemory
  private static let stride = 32

  private init() {
    let size = Self.stride * Self.stride
    costs = AlignedMemory(byteCount: 4 * size * 4)
    let base = unsafe costs.base.bindMemory(to: Float.self, capacity: 4 * size)
    unsafe base.initialize(repeating: 0, count: 4 * size)
    let texts = [
      LearnedCosts.substitution, LearnedCosts.omission, LearnedCosts.insertion,
      LearnedCosts.transposition,
    ]
    for (table, text) in texts.enumerated() {
      let values = Array(text.utf8)
      precondition(values.count == Self.classCount * Self.classCount, "a table was cut short")
      for (place, value) in values.enumerated() {
        let (row, column) = place.quotientAndRemainder(dividingBy: Self.classCount)
        unsafe base[table * size + row * Self.stride + column] = Float(value &- 0x30) / 8
      }
    }
  }

  @inline(__always) private func cost(_ table: Int, _ row: Int, _ column: Int) -> Float {
    let place = (table * Self.stride + row) * Self.stride + column
    return unsafe costs.base.load(fromByteOffset: place * 4, as: Float.self)
  }

  /// Of the letter meant, by class, typed as another one.
  @inline(__always) func substitution(of meant: Int, by typed: Int) -> Float {
    cost(0, meant, typed)
  }

  /// Of the letter meant, by the one before it, left out.
  @inline(__always) func omission(of meant: Int, after before: Int) -> Float {
    cost(1, before, meant)
  }

  /// Of the letter typed, by the one before it, that nobody meant.
  @inline(__always) func insertion(_ typed: Int, after before: Int) -> Float {
    cost(2, before, typed)
  }

  /// Of two letters meant that were typed in the other order.
  @inline(__always) func transposition(of meant: Int, after before: Int) -> Float {
    cost(3, before, meant)
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

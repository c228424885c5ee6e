/// Corrects spelling in one language, for one business.
///
/// What is there to use, in this order:
///
///     let vocabulary = Vocabulary()                          // per business; see Vocabulary
///     vocabulary.add("Trekkinghose Fjell", as: .name)        // names, aliases: known at once
///     vocabulary.add("Our trousers are …", as: .prose)       // known from the second time on
///     let speller = Speller(language: "en", vocabulary: vocabulary)
///     let answer = try speller.correct("were is my ordr", threshold: 0.9)
///     answer.text                    // "were is my order"
///     answer.changes, answer.questions                       // [WordCorrection]
///     var report = SpellingReport()                          // outcomes, see SpellingFeedback
///     report.add(SpellingFeedback(change, outcome: .accepted))
///
/// Words come from the list of the language, which all businesses share (``WordList``), and from
/// the business's own ``Vocabulary``. A language without a list is corrected by the vocabulary
/// alone. Codes, numbers, names inside a sentence, addresses, @handles and #tags stay.
///
/// A speller is a view: making one costs nothing, and it sees what is added to the vocabulary.
public struct Speller: Sendable {
  /// The word list; nil where the language has none.
  public let words: WordList?
  /// The business's own words; nil is none.
  public let vocabulary: Vocabulary?
  /// What the business has rejected.
  public let rejections: Rejections
  let language: Language
  /// Whether neighbours count; measurements look at the difference.
  @_spi(Training) public var readsContext = true

  /// - Parameters:
  ///   - language: A BCP 47 tag; only its first part counts (`en-GB` is `en`).
  ///   - vocabulary: The business's own words.
  ///   - rejections: Corrections that the business wants no more.
  public init(
    language: String, vocabulary: Vocabulary? = nil, rejections: Rejections = Rejections()
  ) {
    self.language = Language(tag: language)
    words = WordList.shared(self.language.code)
    self.vocabulary = vocabulary
    self.rejections = rejections
  }

  /// A speller on a list that is not built in.
  public init(
    words: WordList?, language: String, vocabulary: Vocabulary? = nil,
    rejections: Rejections = Rejections()
  ) {
    self.language = Language(tag: language)
    self.words = words
    self.vocabulary = vocabulary
    self.rejections = rejections
  }

  /// Corrects what is surely wrong in a text, and names what is probably wrong.
  ///
  /// - Parameters:
  ///   - text: At most ``SpellingLimits/textByteCount`` bytes of UTF-8.
  ///   - threshold: The least confidence of a change, 0…1; what is below becomes a question.
  ///   - alternatives: Alternatives of a correction, 0…``SpellingLimits/alternatives``.
  /// - Returns: The text with its changes, and questions for the customer, in the text's order.
  /// - Throws: ``SpellingError`` where an argument is beyond its limits.
  /// - Complexity: about 0.2 µs a word that is known and 3 µs one that is not.
  public func correct(
    _ text: String, threshold: Double = SpellingLimits.threshold, alternatives: Int = 5
  ) throws(SpellingError) -> CorrectedText {
    guard threshold >= 0, threshold <= 1 else { throw .thresholdOutOfRange(threshold) }
    guard 0...SpellingLimits.alternatives ~= alternatives else {
      throw .alternativesOutOfRange(alternatives, limit: SpellingLimits.alternatives)
    }
    let bytes = [UInt8](text.utf8)
    guard bytes.count <= SpellingLimits.textByteCount else {
      throw .textTooLong(byteCount: bytes.count, limit: SpellingLimits.textByteCount)
    }
    return Scratch.with { scratch in
      var pass = TextPass(speller: self, bytes: bytes, alternatives: alternatives, scratch)
      defer { pass.exchange() }
      return pass.run(threshold: threshold)
    }
  }

  /// What a single word may mean, best first; a word that is known stands first by itself.
  ///
  /// - Parameters:
  ///   - word: One word; beyond ``SpellingLimits/wordLength`` letters it means nothing.
  ///   - count: How many to return, 1…``SpellingLimits/alternatives``.
  /// - Returns: At most `count` suggestions in the case of `word`.
  /// - Throws: ``SpellingError`` where an argument is beyond its limits.
  public func suggestions(
    for word: String, count: Int = 5
  ) throws(SpellingError) -> [Suggestion] {
    guard 1...SpellingLimits.alternatives ~= count else {
      throw .alternativesOutOfRange(count, limit: SpellingLimits.alternatives)
    }
    guard word.utf8.count <= SpellingLimits.textByteCount else {
      throw .textTooLong(byteCount: word.utf8.count, limit: SpellingLimits.textByteCount)
    }
    return Scratch.with { scratch in
      var pass = TextPass(
        speller: self, bytes: [UInt8](word.utf8), alternatives: count, scratch)
      defer { pass.exchange() }
      return pass.isolated(count: count)
    }
  }
}

/// The limits of input.
public enum SpellingLimits {
  /// Bytes of a text in UTF-8.
  public static let textByteCount = 65_536
  /// Letters of a word that is corrected; longer ones stay.
  public static let wordLength = 40
  /// Alternatives of a correction.
  public static let alternatives = 8
  /// The least confidence of a change where the caller names none.
  public static let threshold = 0.8
  /// Words of a ``Vocabulary``.
  public static let vocabularyCount = 200_000
}

/// Why nothing was corrected.
public enum SpellingError: Error, Equatable, CustomStringConvertible {
  case textTooLong(byteCount: Int, limit: Int)
  case thresholdOutOfRange(Double)
  case alternativesOutOfRange(Int, limit: Int)
  /// A word list whose bytes are not one.
  case damagedWordList(byteOffset: Int)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .textTooLong(let byteCount, let limit):
      "the text has \(byteCount) bytes, spelling takes at most \(limit): send it in parts"
    case .thresholdOutOfRange(let threshold):
      "the threshold is \(threshold): it is a confidence from 0 to 1"
    case .alternativesOutOfRange(let count, let limit):
      "\(count) alternatives were asked for: ask for at most \(limit)"
    case .damagedWordList(let offset):
      "the word list is damaged at byte \(offset): make it again with generate.py"
    }
  }
}

extension Speller {
  /// The best reading of an unknown word and what is known of it, as numbers: what `confidence.py`
  /// fits to. Nil of a known word and where there is no reading.
  @_spi(Training)
  public func evidence(for word: String) -> (reading: String, numbers: [Float])? {
    Scratch.with { scratch in
      let bytes = [UInt8](word.utf8)
      var pass = TextPass(speller: self, bytes: bytes, alternatives: 1, scratch)
      defer { pass.exchange() }
      guard !pass.lookUp(0..<bytes.count).isKnown else { return nil }
      let ending = pass.read(at: nil, isName: false)
      guard let best = pass.readings.first else { return nil }
      let evidence = pass.evidence(of: 0, isName: false)
      return (
        pass.text(of: best, ending, .lower),
        [
          evidence.margin, evidence.cost, evidence.logProbability, evidence.length,
          evidence.distance, evidence.soundsAlike ? 1 : 0, evidence.isSplit ? 1 : 0,
        ]
      )
    }
  }
}

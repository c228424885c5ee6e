/// Languages of one script, told apart by their words and by runs of three letters in them.
///
/// Each word of a text speaks for the languages that have it, or whose words have its runs of
/// letters, and by a bounded amount against the others, so that one name decides nothing.
struct LanguageProfiles: Sendable {
  static let latin = LanguageProfiles(LanguageSamples.latin, fewWords: 3)
  static let cyrillic = LanguageProfiles(LanguageSamples.cyrillic, fewWords: 1)

  /// How far the best language must be before the next.
  private static let margin: Float = 1.5

  /// Below so many words each must be known, and one of them to no other language.
  private let fewWords: Int
  private let languages: [String]
  private let letters: [Set<Character>]
  /// Letters that only one language has, of all that are written in the script.
  private let ownLetters: [Set<Character>]
  /// The languages of each word, a bit each: as it is written, and without marks.
  private let words: [String: UInt32]
  /// Logarithms of probabilities, by language.
  private let runs: [String: [Float]]
  /// Those of a run that no word has.
  private let unknownRun: [Float]

  init(_ samples: [LanguageSamples.Sample], fewWords: Int) {
    self.fewWords = fewWords
    languages = samples.map(\.language)
    letters = samples.map { Set($0.letters) }
    ownLetters = samples.map { Set($0.letters).intersection("ßœñãőűěřůłğıșț") }
    var words: [String: UInt32] = [:]
    var counts: [String: [Float]] = [:]
    var totals = [Float](repeating: 0, count: samples.count)
    for (language, sample) in samples.enumerated() {
      for word in LetterWords.words(of: sample.words) {
        for form in [word, LetterWords.withoutMarks(word)] {
          words[form, default: 0] |= 1 << UInt32(language)
        }
        for run in Self.runs(of: word) {
          counts[run, default: [Float](repeating: 0, count: samples.count)][language] += 1
          totals[language] += 1
        }
      }
    }
    self.words = words
    let smoothing: Float = 0.3
    let sizes = totals.map { $0 + smoothing * Float(counts.count) }
    runs = counts.mapValues { counts in
      zip(counts, sizes).map { Self.logarithm(($0 + smoothing) / $1) }
    }
    unknownRun = sizes.map { Self.logarithm(smoothing / $0) }
  }

  /// The language of some words in lower case; nil when unsure.
  func language(of text: [String]) -> String? {
    guard !text.isEmpty else { return nil }
    var scores = [Float](repeating: 0, count: languages.count)
    for word in text { add(word, to: &scores) }
    var best = 0
    for index in scores.indices where scores[index] > scores[best] { best = index }
    let second = scores.indices.filter { $0 != best }.map { scores[$0] }.max() ?? -.infinity
    let bit = UInt32(1) << UInt32(best)
    let own = ownLetters[best]
    let known = text.filter { words[$0, default: 0] & bit != 0 || $0.contains(where: own.contains) }
    let isSure: Bool
    if text.count < fewWords {
      // Words that no other language has, and one of them no short one.
      isSure =
        known.count == text.count
        && known.contains { $0.count >= 4 && words[$0, default: bit] == bit }
    } else {
      isSure = !known.isEmpty && known.count * 5 >= text.count
    }
    return isSure && scores[best] - second >= Self.margin ? languages[best] : nil
  }

  private func add(_ word: String, to scores: inout [Float]) {
    let known = words[word, default: 0]
    if known != 0 {
      let against: Float = word.count <= 2 ? 2 : word.count == 3 ? 3 : 4
      for index in scores.indices where known & (1 << UInt32(index)) == 0 {
        scores[index] -= against
      }
    } else {
      var sums = [Float](repeating: 0, count: scores.count)
      for run in Self.runs(of: word) {
        let values = runs[run] ?? unknownRun
        for index in sums.indices { sums[index] += values[index] }
      }
      let top = sums.max() ?? 0
      for index in scores.indices { scores[index] += max(-4, (sums[index] - top) * 0.35) }
    }
    let foreign = Set(word.filter { !$0.isASCII })
    guard !foreign.isEmpty else { return }
    for index in scores.indices where !foreign.isSubset(of: letters[index]) { scores[index] -= 4 }
  }

  /// Runs of two and three letters, with signs for the beginning and the end.
  private static func runs(of word: String) -> [String] {
    let letters = ["^"] + Array(word.prefix(32)) + ["$"]
    return [2, 3].flatMap { length in
      (0..<max(0, letters.count - length + 1)).map { String(letters[$0..<$0 + length]) }
    }
  }

  /// The binary logarithm's whole part and a straight line between: enough to compare.
  private static func logarithm(_ value: Float) -> Float {
    (Float(value.exponent) + value.significand - 1) * 0.693_147
  }
}

/// The words of a text as they are written, in lower case.
enum LetterWords {
  /// Runs of letters, parted at apostrophes and all other signs; those with digits are left out.
  static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isWord = true
    for character in text.lowercased() {
      if character.isLetter {
        word.append(character)
      } else if character.isNumber {
        isWord = false
      } else {
        if isWord, !word.isEmpty { words.append(word) }
        word = ""
        isWord = true
      }
    }
    if isWord, !word.isEmpty { words.append(word) }
    return words
  }

  /// A word as those write it who leave out the marks.
  static func withoutMarks(_ word: String) -> String {
    MessageWords(word).texts.first ?? word
  }
}

import Glibc

/// One text on its way through the speller.
struct TextPass {
  let speller: Speller
  let bytes: [UInt8]
  let alternatives: Int
  let scratch: Scratch
  let vocabulary: Vocabulary.Snapshot?
  var tokens: [TokenScanner.Token] = []
  /// What the list knows of each token; nil where it does not.
  var known: [Int?] = []
  var isKnown: [Bool] = []
  var shouting = false
  /// Of the word that is looked at.
  var symbols: [Symbol] = []
  /// What it may mean, best first.
  var readings: [Reading] = []
  /// Of each reading, its share among all.
  var shares: [Double] = []

  var words: WordList? { speller.words }

  init(speller: Speller, bytes: [UInt8], alternatives: Int, _ scratch: Scratch) {
    self.speller = speller
    self.bytes = bytes
    self.alternatives = alternatives
    self.scratch = scratch
    vocabulary = speller.vocabulary?.snapshot
    exchange()
  }

  /// Takes room from the scratch, and at the end gives it back.
  mutating func exchange() {
    swap(&symbols, &scratch.symbols)
    swap(&readings, &scratch.readings)
    swap(&shares, &scratch.shares)
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  mutating func run(threshold: Double) -> CorrectedText {
    tokens = TokenScanner.tokens(bytes)
    look()
    var answer = CorrectedText(text: "")
    var index = 0
    while index < tokens.count {
      defer { index += 1 }
      guard tokens[index].kind == .word else { continue }
      answer.wordCount += 1
      guard !isKnown[index], let (correction, taken) = correction(at: index) else { continue }
      if correction.confidence >= threshold {
        answer.changes.append(correction)
      } else if correction.confidence >= Self.leastQuestion {
        answer.questions.append(correction)
      }
      index += taken - 1
    }
    answer.text = assembled(answer.changes)
    return answer
  }

  /// Below it nothing is asked: it would be a guess.
  static let leastQuestion = 0.15

  private func assembled(_ changes: [WordCorrection]) -> String {
    guard !changes.isEmpty else { return text(0..<bytes.count) }
    var result: [UInt8] = []
    var end = 0
    for change in changes {
      result.append(contentsOf: bytes[end..<change.range.lowerBound])
      result.append(contentsOf: change.replacement.utf8)
      end = change.range.upperBound
    }
    result.append(contentsOf: bytes[end...])
    return String(decoding: result, as: UTF8.self)
  }

  /// Looks all words up.
  private mutating func look() {
    var upper = 0
    var others = 0
    known.reserveCapacity(tokens.count)
    isKnown.reserveCapacity(tokens.count)
    for token in tokens {
      guard token.kind == .word else {
        known.append(nil)
        isKnown.append(true)
        continue
      }
      switch Casing(bytes.span.extracting(token.range)) {
      case .upper: upper += 1
      default: others += 1
      }
      let (word, isKnown) = lookUp(token.range)
      known.append(word)
      self.isKnown.append(isKnown)
    }
    shouting = upper > 1 && upper > others
  }

  /// Makes ``symbols`` those of a word.
  mutating func fold(_ range: Range<Int>) {
    let bytes = self.bytes
    symbols.removeAll(keepingCapacity: true)
    Folding.append(bytes.span.extracting(range), to: &symbols)
  }

  /// The number of a word in the list, and whether it counts as right. Leaves its ``symbols``.
  mutating func lookUp(_ range: Range<Int>) -> (word: Int?, isKnown: Bool) {
    fold(range)
    guard !symbols.isEmpty else { return (nil, true) }
    var found: Int?
    var exact = false
    if let words {
      let hash = SymbolHash.whole(symbols.span)
      let dotlessI = speller.language.hasDotlessI
      let accentsMatter = words.flags.contains(.accentsMatter)
      words.forEach(folded: symbols.span, hash: hash) { word in
        found = min(found ?? word, word)
        if !exact {
          exact =
            !accentsMatter
            || Folding.lower(words.text(of: word), dotlessI: dotlessI)
              == Folding.lower(text(range), dotlessI: dotlessI)
          if exact { found = word }
        }
        return true
      }
    }
    if exact { return (found, true) }
    if let vocabulary, vocabulary.count > 0, let word = vocabulary.find(text(range)),
      vocabulary.isKnown(word)
    {
      return (found, true)
    }
    return (found, found == nil && isDerived())
  }

  /// Whether the word is made of known ones as the language allows: `customer's`, `l'adresse`,
  /// `Bergschuhe`.
  private func isDerived() -> Bool {
    guard let words, symbols.count <= SpellingLimits.wordLength else { return false }
    func knows(_ range: Range<Int>) -> Int? {
      let part = symbols.span.extracting(range)
      return words.commonest(folded: part, hash: SymbolHash.whole(part))
    }
    if let place = symbols.lastIndex(of: Folding.apostrophe) {
      let rest = symbols.count - place - 1
      if words.flags.contains(.possessive), place > 0, rest == 1, symbols[place + 1] == 0x73 {
        return knows(0..<place) != nil
      }
      if words.flags.contains(.elision), 1...2 ~= place, rest > 0 {
        return knows(place + 1..<symbols.count) != nil
      }
      return false
    }
    guard words.flags.contains(.compounds), symbols.count >= 8 else { return false }
    for cut in 4...symbols.count - 4 {
      guard let head = knows(0..<cut) ?? linked(cut, knows),
        let tail = knows(cut..<symbols.count)
      else { continue }
      if min(words.frequency(of: head), words.frequency(of: tail)) >= 60 { return true }
    }
    return false
  }

  /// The first part of a compound without the letter that links it.
  private func linked(_ cut: Int, _ knows: (Range<Int>) -> Int?) -> Int? {
    guard cut > 4, symbols[cut - 1] == 0x73 || symbols[cut - 1] == 0x6E else { return nil }
    return knows(0..<cut - 1)
  }
}

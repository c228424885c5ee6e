import Glibc

/// One text on its way through the speller.
struct TextPass {
  let speller: Speller
  let bytes: [UInt8]
  let alternatives: Int
  var search: Search
  var tokens: [TokenScanner.Token] = []
  /// What the list knows of each token; nil where it does not.
  var known: [Int?] = []
  var isKnown: [Bool] = []
  var shouting = false
  private var symbols: [Symbol] = []

  var words: WordList? { speller.words }
  var vocabulary: Vocabulary.Snapshot? { search.vocabulary }

  init(speller: Speller, bytes: [UInt8], alternatives: Int) {
    self.speller = speller
    self.bytes = bytes
    self.alternatives = alternatives
    search = Search(words: speller.words, vocabulary: speller.vocabulary?.snapshot)
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
    for token in tokens {
      guard token.kind == .word else {
        known.append(nil)
        isKnown.append(true)
        continue
      }
      let text = self.text(token.range)
      switch Casing(text) {
      case .upper: upper += 1
      default: others += 1
      }
      let (word, isKnown) = lookUp(text)
      known.append(word)
      self.isKnown.append(isKnown)
    }
    shouting = upper > 1 && upper > others
  }

  /// The number of a word in the list, and whether it counts as right.
  mutating func lookUp(_ text: String) -> (word: Int?, isKnown: Bool) {
    symbols.removeAll(keepingCapacity: true)
    Folding.append(text, to: &symbols)
    guard !symbols.isEmpty else { return (nil, true) }
    let hash = SymbolHash.whole(symbols)
    var found: Int?
    var exact = false
    if let words {
      let dotlessI = speller.language.hasDotlessI
      words.forEach(folded: symbols.span, hash: hash) { word in
        found = min(found ?? word, word)
        if !exact {
          exact =
            !words.flags.contains(.accentsMatter)
            || Folding.lower(words.text(of: word), dotlessI: dotlessI)
              == Folding.lower(text, dotlessI: dotlessI)
          if exact { found = word }
        }
        return true
      }
    }
    if exact { return (found, true) }
    if let vocabulary, let word = vocabulary.find(text), vocabulary.isKnown(word) {
      return (found, true)
    }
    return (found, found == nil && isDerived(text))
  }

  /// Whether the word is made of known ones as the language allows: `customer's`, `l'adresse`,
  /// `Bergschuhe`.
  private func isDerived(_ text: String) -> Bool {
    guard let words else { return false }
    let symbols = self.symbols
    func knows(_ range: Range<Int>) -> Int? {
      let part = symbols.span.extracting(range)
      return words.commonest(folded: part, hash: SymbolHash.whole(symbols[range]))
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
      guard let head = knows(0..<cut) ?? linked(symbols, cut, knows),
        let tail = knows(cut..<symbols.count)
      else { continue }
      if min(words.frequencies[head], words.frequencies[tail]) >= 60 { return true }
    }
    return false
  }

  /// The first part of a compound without the letter that links it.
  private func linked(_ symbols: [Symbol], _ cut: Int, _ knows: (Range<Int>) -> Int?) -> Int? {
    guard cut > 4, symbols[cut - 1] == 0x73 || symbols[cut - 1] == 0x6E else { return nil }
    return knows(0..<cut - 1)
  }
}

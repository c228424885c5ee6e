import Glibc

extension TextPass {
  /// One way to read what was typed.
  struct Reading {
    var text: String
    var kind: WordCorrection.Kind
    var score: Float
    var evidence: Confidence.Evidence
    var tokens = 1
  }

  /// What the word at `index` should be, and how many tokens that takes; nil where it stays.
  mutating func correction(at index: Int) -> (WordCorrection, tokens: Int)? {
    let token = tokens[index]
    let original = text(token.range)
    let casing = Casing(original)
    guard casing != .mixed else { return nil }
    let isUpper = casing == .upper && !shouting
    let isName = casing == .capitalised && !token.startsSentence && !shouting || isUpper
    var readings = self.readings(of: original, at: index, isName: isName)
    if isUpper && original.utf8.count < 5 { return nil }
    if let joined = joined(at: index) { readings.append(joined) }
    readings.sort { $0.score > $1.score }
    guard var best = readings.first else { return nil }
    best.evidence.margin =
      readings.count > 1 ? best.score - readings[1].score : Confidence.marginLimit
    let confidence = Confidence.probability(best.evidence)
    let shares = Self.shares(readings)
    let dotlessI = speller.language.hasDotlessI
    func cased(_ reading: Reading) -> String { casing.apply(to: reading.text, dotlessI: dotlessI) }
    let replacement = cased(best)
    let range = token.range.lowerBound..<tokens[index + best.tokens - 1].range.upperBound
    guard replacement != text(range) else { return nil }
    var others: [Suggestion] = []
    for (reading, share) in zip(readings, shares).dropFirst() where others.count < alternatives {
      let text = cased(reading)
      if text != replacement, !others.contains(where: { $0.text == text }) {
        others.append(Suggestion(text: text, share: share))
      }
    }
    return (
      WordCorrection(
        kind: best.kind, range: range, original: text(range), replacement: replacement,
        confidence: confidence, alternatives: others), best.tokens
    )
  }

  /// The shares of readings among all, by their scores.
  static func shares(_ readings: [Reading]) -> [Double] {
    let top = readings.first?.score ?? 0
    let weights = readings.map { Double(exp($0.score - top)) }
    let sum = weights.reduce(0, +)
    return weights.map { min(1, $0 / sum) }
  }

  /// Readings of one word, unordered.
  mutating func readings(of original: String, at index: Int, isName: Bool) -> [Reading] {
    var symbols: [Symbol] = []
    Folding.append(original, to: &symbols)
    var ending = ""
    if let words, words.flags.contains(.possessive), symbols.count > 3,
      symbols.last == 0x73, symbols[symbols.count - 2] == Folding.apostrophe
    {
      symbols.removeLast(2)
      ending = String(String.UnicodeScalarView(original.unicodeScalars.suffix(2)))
    }
    guard 2...SpellingLimits.wordLength ~= symbols.count, !symbols.contains(0xFFFF) else {
      return []
    }
    search.find(symbols.span)
    let before = index > 0 && tokens.count > index ? known[index - 1] : nil
    let after = index + 1 < tokens.count ? known[index + 1] : nil
    var readings: [Reading] = []
    for candidate in search.best {
      let inVocabulary = candidate.word >= Search.vocabularyBase
      let text: String
      var context: Float = 0
      if inVocabulary {
        text = vocabulary?.text(of: candidate.word - Search.vocabularyBase) ?? ""
      } else {
        guard let words else { continue }
        text = words.text(of: candidate.word)
        context = self.context(before, candidate.word, after)
      }
      // Names are people's own, unless the business has one like it.
      if isName, !inVocabulary { continue }
      var cost = candidate.cost
      if candidate.distance == 0 { cost += ErrorModel.marks }
      readings.append(
        Reading(
          text: text + ending, kind: .respelled,
          score: candidate.score + context - (candidate.distance == 0 ? ErrorModel.marks : 0),
          evidence: Confidence.Evidence(
            cost: cost, logProbability: candidate.logProbability, length: Float(symbols.count),
            distance: Float(candidate.distance), soundsAlike: candidate.soundsAlike,
            context: context, isName: isName)))
    }
    // Two words are never as probable as a good single one.
    if ending.isEmpty, !isName, search.best.first?.score ?? -.infinity < Self.leastSplit {
      splits(symbols, original, before, after, &readings)
    }
    return readings
  }

  /// About the score of the most probable pair of words.
  static let leastSplit: Float = -8

  /// What the neighbours say for a word, in nats; never against it.
  func context(_ before: Int?, _ word: Int, _ after: Int?) -> Float {
    guard let words else { return 0 }
    var sum: Float = 0
    func gain(_ first: Int, _ second: Int) -> Float {
      guard let pair = words.bigrams.logProbability(of: second, after: first) else { return 0 }
      let alone = ErrorModel.logProbability(frequency: words.frequencies[second])
      return max(0, min(4, pair - alone)) * 0.5
    }
    if let before { sum += gain(before, word) }
    if let after { sum += gain(word, after) }
    return sum
  }

  /// Readings as two words.
  private func splits(
    _ symbols: [Symbol], _ original: String, _ before: Int?, _ after: Int?,
    _ readings: inout [Reading]
  ) {
    guard let words, symbols.count >= 4, !words.flags.contains(.compounds) else { return }
    var best: Reading?
    for cut in 1..<symbols.count {
      if min(cut, symbols.count - cut) == 1, !(cut == 1 && symbols[0] == 0x61) { continue }
      let (head, tail) = (symbols[0..<cut], symbols[cut...])
      guard
        let first = words.commonest(
          folded: symbols.span.extracting(0..<cut), hash: SymbolHash.whole(head)),
        let second = words.commonest(
          folded: symbols.span.extracting(cut..<symbols.count), hash: SymbolHash.whole(tail))
      else { continue }
      let alone =
        ErrorModel.logProbability(frequency: words.frequencies[first])
        + ErrorModel.logProbability(frequency: words.frequencies[second])
      let pair = words.bigrams.logProbability(of: second, after: first).map {
        ErrorModel.logProbability(frequency: words.frequencies[first]) + $0
      }
      let logProbability = max(alone, pair ?? alone)
      // Two words that often stand together are more often run together, too.
      let score =
        ErrorModel.prior * logProbability - ErrorModel.split
        + (pair == nil ? 0 : ErrorModel.commonPair)
      if score > best?.score ?? -.infinity {
        best = Reading(
          text: words.text(of: first) + " " + words.text(of: second), kind: .split, score: score,
          evidence: Confidence.Evidence(
            cost: ErrorModel.split, logProbability: logProbability, length: Float(symbols.count),
            distance: 1, isSplit: true))
      }
    }
    if let best { readings.append(best) }
  }

  /// The word and its successor as one, where a space got between them.
  private mutating func joined(at index: Int) -> Reading? {
    guard index + 1 < tokens.count, tokens[index + 1].kind == .word,
      tokens[index + 1].followsSpace, let words
    else { return nil }
    let both = text(tokens[index].range) + text(tokens[index + 1].range)
    var symbols: [Symbol] = []
    Folding.append(both, to: &symbols)
    guard symbols.count >= 4,
      let word = words.commonest(folded: symbols.span, hash: SymbolHash.whole(symbols))
    else { return nil }
    let logProbability = ErrorModel.logProbability(frequency: words.frequencies[word])
    return Reading(
      text: words.text(of: word), kind: .joined,
      score: ErrorModel.prior * logProbability - ErrorModel.split * 0.5,
      evidence: Confidence.Evidence(
        cost: ErrorModel.split * 0.5, logProbability: logProbability, length: Float(symbols.count),
        distance: 1), tokens: 2)
  }

  /// What the text, a single word, may mean, best first.
  mutating func isolated(count: Int) -> [Suggestion] {
    let original = text(0..<bytes.count)
    let casing = Casing(original)
    tokens = []
    known = []
    let (_, isKnown) = lookUp(original)
    var readings = self.readings(of: original, at: 0, isName: false)
    readings.sort { $0.score > $1.score }
    let shares = Self.shares(readings)
    var found: [Suggestion] = []
    if isKnown { found.append(Suggestion(text: original, share: 1)) }
    for (reading, share) in zip(readings, shares) where found.count < count {
      let text = casing.apply(to: reading.text, dotlessI: speller.language.hasDotlessI)
      if !found.contains(where: { $0.text == text }) {
        found.append(Suggestion(text: text, share: isKnown ? 0 : share))
      }
    }
    return found
  }
}

import Glibc

extension TextPass {
  /// One way to read what was typed.
  struct Reading {
    enum Words {
      case listed(Int)
      case business(Int)
      case split(Int, Int)
      case joined(Int)
    }

    var words: Words
    var score: Float
    var cost: Float
    /// The natural logarithm of its probability.
    var logProbability: Float
    var distance = 1
    var soundsAlike = false
    /// What the neighbours say for it, in nats.
    var context: Float = 0

    var kind: WordCorrection.Kind {
      switch words {
      case .listed, .business: .respelled
      case .split: .split
      case .joined: .joined
      }
    }
  }

  /// Makes ``readings`` those of one word, best first: of the symbols that stand in
  /// ``symbols``.
  ///
  /// - Parameter index: Its place in the text; nil of a word that stands alone.
  /// - Returns: What every reading ends in, which is no part of it: `'s`.
  mutating func read(at index: Int?, isName: Bool) -> String {
    readings.removeAll(keepingCapacity: true)
    var ending = ""
    if let words, words.flags.contains(.possessive), symbols.count > 3,
      symbols.last == 0x73, symbols[symbols.count - 2] == Folding.apostrophe
    {
      symbols.removeLast(2)
      let range = index.map { tokens[$0].range } ?? 0..<bytes.count
      ending = String(String.UnicodeScalarView(text(range).unicodeScalars.suffix(2)))
    }
    guard 2...SpellingLimits.wordLength ~= symbols.count, !symbols.contains(0xFFFF) else {
      return ending
    }
    scratch.search.find(symbols.span, words, vocabulary)
    let before = index.flatMap { $0 > 0 ? known[$0 - 1] : nil }
    let after = index.flatMap { $0 + 1 < tokens.count ? known[$0 + 1] : nil }
    var best = -Float.infinity
    let (found, count) = (scratch.search.best, scratch.search.count)
    for place in 0..<count {
      let candidate = found[place]
      var reading = Reading(
        words: .listed(candidate.word), score: candidate.score, cost: candidate.cost,
        logProbability: candidate.logProbability, distance: candidate.distance,
        soundsAlike: candidate.soundsAlike)
      best = max(best, candidate.score)
      if candidate.word >= Search.vocabularyBase {
        reading.words = .business(candidate.word - Search.vocabularyBase)
      } else {
        // Names are people's own, unless the business has one like it.
        if isName { continue }
        reading.context = context(before, candidate.word, after)
        reading.score += reading.context
      }
      if candidate.distance == 0 {
        reading.cost += ErrorModel.marks
        reading.score -= ErrorModel.marks
      }
      insert(reading)
    }
    // Two words are never as probable as a good single one.
    if ending.isEmpty, !isName, best < Self.leastSplit { split() }
    return ending
  }

  /// About the score of the most probable pair of words.
  static let leastSplit: Float = -8

  /// Takes a reading in, by its score.
  mutating func insert(_ reading: Reading) {
    var place = readings.count
    while place > 0, readings[place - 1].score < reading.score { place -= 1 }
    readings.insert(reading, at: place)
  }

  /// What the neighbours say for a word, in nats; never against it.
  func context(_ before: Int?, _ word: Int, _ after: Int?) -> Float {
    guard let words, speller.readsContext else { return 0 }
    var sum: Float = 0
    func gain(_ first: Int, _ second: Int) -> Float {
      guard let pair = words.bigrams.logProbability(of: second, after: first) else { return 0 }
      let alone = ErrorModel.logProbability(frequency: words.frequency(of: second))
      return max(0, min(4, pair - alone)) * 0.5
    }
    if let before { sum += gain(before, word) }
    if let after { sum += gain(word, after) }
    return sum
  }

  /// The best reading as two words.
  private mutating func split() {
    guard let words, symbols.count >= 4, !words.flags.contains(.compounds) else { return }
    let count = symbols.count
    var best: Reading?
    var hash = SymbolHash.seed
    for cut in 1..<count {
      hash = SymbolHash.add(symbols[cut - 1], to: hash)
      if min(cut, count - cut) == 1, !(cut == 1 && symbols[0] == 0x61) { continue }
      let whole = SymbolHash.finish(hash)
      guard words.mayHave(whole) else { continue }
      let tail = symbols.span.extracting(cut..<count)
      let rest = SymbolHash.whole(tail)
      guard words.mayHave(rest),
        let first = words.commonest(folded: symbols.span.extracting(0..<cut), hash: whole),
        let second = words.commonest(folded: tail, hash: rest)
      else { continue }
      let firstAlone = ErrorModel.logProbability(frequency: words.frequency(of: first))
      let secondAlone = ErrorModel.logProbability(frequency: words.frequency(of: second))
      let pair = words.bigrams.logProbability(of: second, after: first)
      let logProbability = firstAlone + max(secondAlone, pair ?? secondAlone)
      // Two words that often stand together are more often run together, too.
      let score =
        ErrorModel.prior * logProbability - ErrorModel.split
        + (pair == nil ? 0 : ErrorModel.commonPair)
      if score > best?.score ?? -.infinity {
        best = Reading(
          words: .split(first, second), score: score, cost: ErrorModel.split,
          logProbability: logProbability)
      }
    }
    if let best { insert(best) }
  }

  /// The word at `index` and its successor as one, where a space got between them.
  mutating func join(at index: Int) {
    guard index + 1 < tokens.count, tokens[index + 1].kind == .word,
      tokens[index + 1].followsSpace, let words
    else { return }
    var symbols: [Symbol] = []
    Folding.append(bytes.span.extracting(tokens[index].range), to: &symbols)
    Folding.append(bytes.span.extracting(tokens[index + 1].range), to: &symbols)
    guard symbols.count >= 4,
      let word = words.commonest(folded: symbols.span, hash: SymbolHash.whole(symbols.span))
    else { return }
    let logProbability = ErrorModel.logProbability(frequency: words.frequency(of: word))
    insert(
      Reading(
        words: .joined(word), score: ErrorModel.prior * logProbability - ErrorModel.split * 0.5,
        cost: ErrorModel.split * 0.5, logProbability: logProbability))
  }

  /// A reading as it is written, in the case of what was typed.
  func text(of reading: Reading, _ ending: String, _ casing: Casing) -> String {
    let dotlessI = speller.language.hasDotlessI
    guard case .business(let word) = reading.words else {
      guard let words else { return "" }
      return switch reading.words {
      case .listed(let word):
        casing.apply(
          to: ending.isEmpty ? words.text(of: word) : words.text(of: word) + ending,
          dotlessI: dotlessI)
      case .split(let first, let second):
        casing.apply(
          to: words.text(of: first) + " " + words.text(of: second), dotlessI: dotlessI)
      case .joined(let word), .business(let word):
        casing.apply(to: words.text(of: word), dotlessI: dotlessI)
      }
    }
    return casing.apply(to: (vocabulary?.text(of: word) ?? "") + ending, dotlessI: dotlessI)
  }

  /// What is known of the reading at `place` among all.
  func evidence(of place: Int, isName: Bool) -> Confidence.Evidence {
    let reading = readings[place]
    // The best of the others.
    let next = place == 0 ? readings.dropFirst().first : readings[0]
    var isSplit = false
    if case .split = reading.words { isSplit = true }
    return Confidence.Evidence(
      margin: next.map { reading.score - $0.score } ?? Confidence.marginLimit,
      cost: reading.cost, logProbability: reading.logProbability, length: Float(symbols.count),
      distance: Float(reading.distance), soundsAlike: reading.soundsAlike, isSplit: isSplit,
      context: reading.context, isName: isName)
  }

  /// Makes ``shares`` those of the readings among all, by their scores.
  mutating func share() {
    let count = readings.count
    shares.removeAll(keepingCapacity: true)
    guard count > 0 else { return }
    let top = readings[0].score
    var sum = 0.0
    for place in 0..<count {
      let weight = Double(exp(readings[place].score - top))
      shares.append(weight)
      sum += weight
    }
    for place in 0..<count { shares[place] = min(1, shares[place] / sum) }
  }
}

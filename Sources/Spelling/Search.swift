/// Words that a typed one may mean, by the noisy channel, without context.
struct Search {
  /// A word of the list, or of the vocabulary.
  struct Candidate {
    /// Its number, plus ``vocabularyBase`` for those of the vocabulary.
    var word: Int
    /// Greater is better; compares within one search only.
    var score: Float
    /// What the error costs.
    var cost: Float
    /// The natural logarithm of its probability.
    var logProbability: Float
    var distance: Int
    var soundsAlike: Bool
  }

  static let vocabularyBase = 1 << 30
  /// Candidates kept.
  static let breadth = 10
  /// How much worse than the best, in nats, a candidate may be.
  static let window: Float = 6
  /// The score from which on words that are farther off are not looked for.
  static let enough: Float = -11
  /// The score below which words are looked for that only sound nearly alike.
  static let desperate: Float = -16

  let words: WordList?
  let vocabulary: Vocabulary.Snapshot?
  private var channel = ChannelCost()
  private var key = SoundKey()
  /// Best first.
  private(set) var best: [Candidate] = []
  private var letters: UInt32 = 0
  private var floor: Float = -.infinity
  /// Words that were scored for this typed word, open hashed: the round's number and the word.
  private var seen = [UInt64](repeating: 0, count: 1024)
  private var seenCount = 0
  private var round: UInt64 = 0
  private let model = ErrorModel.shared
  /// ``ErrorModel/prior`` times the logarithm of the probability, by frequency byte.
  private static let priors: [Float] = (0...255).map {
    ErrorModel.prior * ErrorModel.logProbability(frequency: $0)
  }
  private let priors = Search.priors

  init(words: WordList?, vocabulary: Vocabulary.Snapshot?) {
    self.words = words
    self.vocabulary = vocabulary
  }

  /// Finds candidates for a word.
  ///
  /// - Precondition: 1…``SpellingLimits/wordLength`` symbols.
  mutating func find(_ typed: Span<Symbol>) {
    best.removeAll(keepingCapacity: true)
    floor = -.infinity
    round += 1
    seenCount = 0
    channel.begin(typed)
    key = SoundKey(typed)
    letters = SymbolStore.letters(typed)
    let deletions = Deletes.deletions(ofLength: typed.count)
    // The vocabulary first: it is small, and raises the floor.
    if let vocabulary, vocabulary.count > 0 {
      Deletes.forEach(typed, 0...deletions) { hash, _ in
        vocabulary.forEach(hash) { lookAt(inVocabulary: $0, cap: 2) }
      }
    }
    guard let words else { return }
    Deletes.forEach(typed, 0...1) { hash, step in
      look(words, hash, least: step, cap: deletions, typed.count)
    }
    let far = max(deletions, min(4, typed.count / 2))
    if key.count > 1 {
      key.visit(0...0) { hash, _ in
        look(words, hash, least: min(2, deletions), cap: far, typed.count)
      }
    }
    if let top = best.first, top.score > Self.enough { return }
    if deletions > 1 {
      Deletes.forEach(typed, 2...2) { hash, step in
        look(words, hash, least: step, cap: deletions, typed.count)
      }
    }
    // Whoever is nearer than that was met above.
    guard far > deletions, key.count > 3, best.first?.score ?? -.infinity < Self.desperate else {
      return
    }
    key.visit(1...1) { hash, step in
      look(words, hash, least: deletions + 1, cap: far, typed.count)
    }
  }

  private mutating func look(
    _ words: WordList, _ hash: UInt64, least: Int, cap: Int, _ length: Int
  ) {
    let tag = DeletesIndex.tag(hash)
    let store = words.symbols.symbols
    var end = self.end(words, least)
    for index in words.deletes.bucket(hash) {
      let posting = words.deletes[index]
      let word = posting.word
      // Words come by falling frequency: none that follows can do better.
      if word >= end { return }
      guard posting.has(tag) else { continue }
      if (words.symbols.heads[word].x ^ letters).nonzeroBitCount > 2 * cap { continue }
      let symbols = words.symbols.range(of: word)
      let difference = symbols.count - length
      if difference > cap || -difference > cap { continue }
      guard isNew(word) else { continue }
      let frequency = words.frequencies[word]
      let before = floor
      score(
        word, store.span.extracting(symbols), prior: priors[Int(frequency)], cap: cap, frequency)
      if floor != before { end = self.end(words, least) }
    }
  }

  /// The first word that is too rare to reach the floor with so many edits.
  private func end(_ words: WordList, _ edits: Int) -> Int {
    let least = floor + Self.leastCost(edits) - ErrorModel.soundsAlike
    guard least > priors[0] else { return words.count }
    let frequency = (least / ErrorModel.prior / 2.302585 + 9) * 30
    return words.ends[min(256, max(0, Int(frequency.rounded(.up))))]
  }

  /// What so many edits cost at least, save for the rarest.
  static func leastCost(_ edits: Int) -> Float { edits == 0 ? 0 : 3 * Float(edits) - 1.5 }

  private mutating func score(
    _ word: Int, _ symbols: Span<Symbol>, prior: Float, cap: Int, _ frequency: UInt8
  ) {
    let distance = channel.distance(to: symbols)
    guard distance <= cap else { return }
    if prior - Self.leastCost(distance) + ErrorModel.soundsAlike < floor { return }
    add(
      word, symbols, prior: prior, distance: distance,
      ErrorModel.logProbability(frequency: frequency))
  }

  private mutating func add(
    _ word: Int, _ symbols: Span<Symbol>, prior: Float, distance: Int, _ logProbability: Float
  ) {
    var cost = channel.cost(of: symbols) + Float(distance) * ErrorModel.edit
    if symbols[0] != channel.typed[0] { cost += ErrorModel.firstLetter }
    var alike = false
    if prior - cost + ErrorModel.soundsAlike > floor, key.count > 0, SoundKey(symbols) == key {
      cost -= ErrorModel.soundsAlike
      alike = true
    }
    let score = prior - cost
    guard score > floor else { return }
    let candidate = Candidate(
      word: word, score: score, cost: cost, logProbability: logProbability, distance: distance,
      soundsAlike: alike)
    var place = best.count
    while place > 0, best[place - 1].score < score { place -= 1 }
    best.insert(candidate, at: place)
    if best.count > Self.breadth { best.removeLast() }
    floor = best[0].score - Self.window
    if best.count == Self.breadth { floor = max(floor, best[Self.breadth - 1].score) }
  }

  private mutating func lookAt(inVocabulary word: Int, cap: Int) {
    guard let vocabulary, isNew(Self.vocabularyBase + word) else { return }
    let symbols = vocabulary.symbols.range(of: word)
    guard vocabulary.isKnown(word), abs(symbols.count - channel.typed.count) <= cap else { return }
    let store = vocabulary.symbols.symbols
    let span = store.span.extracting(symbols)
    let distance = channel.distance(to: span)
    guard distance <= cap else { return }
    let logProbability = vocabulary.logProbability(of: word)
    add(
      Self.vocabularyBase + word, span, prior: ErrorModel.prior * logProbability,
      distance: distance, logProbability)
  }

  /// Whether this search has not met the word; the table being full counts as met.
  private mutating func isNew(_ word: Int) -> Bool {
    let mark = round << 32 | UInt64(word)
    var slot = (word &* 0x9E37_79B1) >> 8 & 1023
    while seen[slot] >> 32 == round {
      if seen[slot] == mark { return false }
      slot = (slot + 1) & 1023
    }
    guard seenCount < 700 else { return false }
    seen[slot] = mark
    seenCount += 1
    return true
  }
}

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
  static let enough: Float = -14
  /// The score below which words are looked for that only sound nearly alike.
  static let desperate: Float = -18
  /// The score below which words are looked for that sound alike, however they are written.
  static let fair: Float = -15

  let words: WordList?
  let vocabulary: Vocabulary.Snapshot?
  private var channel = ChannelCost()
  private var key = SoundKey()
  private var mark: UInt16 = 0
  private var letters: UInt32 = 0
  /// Best first.
  private(set) var best: [Candidate] = []
  private var floor: Float = -.infinity
  /// Words that were looked at for this typed word, open hashed: the round's number and the word.
  private var seen = [UInt64](repeating: 0, count: 1024)
  private var seenCount = 0
  private var round: UInt64 = 0
  private var hashes: [UInt64] = []
  private var found: [UInt32] = []
  private var symbols: [Symbol] = []
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
    mark = key.mark
    letters = SymbolStore.letters(typed)
    let deletions = Deletes.deletions(ofLength: typed.count)
    // The vocabulary first: it is small, and raises the floor.
    if let vocabulary, vocabulary.count > 0 {
      Deletes.forEach(typed, 0...deletions) { hash, _ in
        vocabulary.forEach(hash) { lookAt(inVocabulary: $0, cap: 2) }
      }
    }
    guard let words else { return }
    hashes.removeAll(keepingCapacity: true)
    Deletes.forEach(typed, 0...1) { hash, _ in hashes.append(hash) }
    look(words, least: 0, cap: deletions)
    if isBetter(than: Self.enough) { return }
    if deletions > 1 {
      hashes.removeAll(keepingCapacity: true)
      Deletes.forEach(typed, 2...2) { hash, _ in hashes.append(hash) }
      look(words, least: 2, cap: deletions)
    }
    // Whoever is nearer than that was met above.
    let far = max(deletions, min(4, typed.count / 2))
    if isBetter(than: Self.fair) { return }
    guard far > deletions, key.count > 1 else { return }
    hashes.removeAll(keepingCapacity: true)
    key.visit(0...0) { hash, _ in hashes.append(hash) }
    look(words, least: deletions + 1, cap: far)
    if isBetter(than: Self.desperate) { return }
    guard key.count > 3 else { return }
    hashes.removeAll(keepingCapacity: true)
    key.visit(1...1) { hash, _ in hashes.append(hash) }
    look(words, least: deletions + 1, cap: far)
  }

  /// Whether the best is so good that words farther off need not be looked for.
  private func isBetter(than score: Float) -> Bool { best.first?.score ?? -.infinity > score }

  /// Scores the words under the hashes. Memory is asked for well before it is read: each word lies
  /// somewhere else.
  ///
  /// - Parameters:
  ///   - least: How many edits off the words are at least.
  ///   - cap: How many at most.
  private mutating func look(_ words: WordList, least: Int, cap: Int) {
    let index = words.deletes
    let table = words.table
    for hash in hashes { index.prefetchBucket(hash) }
    for hash in hashes {
      let bucket = index.bucket(hash)
      if !bucket.isEmpty { index.prefetch(bucket.lowerBound) }
    }
    found.removeAll(keepingCapacity: true)
    let end = self.end(words, least)
    for hash in hashes {
      let tag = DeletesIndex.tag(hash)
      for place in index.bucket(hash) {
        let posting = index[place]
        // Words come by falling frequency: none that follows can do better.
        if posting.word >= end { break }
        guard posting.has(tag), isNew(posting.word) else { continue }
        table.prefetch(posting.word)
        found.append(UInt32(posting.word))
      }
    }
    for word in found { score(Int(word), words, least, cap) }
  }

  private mutating func score(_ word: Int, _ words: WordList, _ least: Int, _ cap: Int) {
    let table = words.table
    if (table.letters(of: word) ^ letters).nonzeroBitCount > 2 * cap { return }
    let frequency = table.frequency(of: word)
    let prior = priors[Int(frequency)]
    if prior - Self.leastCost(least) + ErrorModel.soundsAlike < floor { return }
    var length = table.length(of: word)
    let isElsewhere = length == WordTable.elsewhere
    if isElsewhere { length = words.symbols.range(of: word).count }
    let difference = length - channel.typed.count
    guard difference <= cap, -difference <= cap else { return }
    let distance: Int
    if isElsewhere {
      let symbols = words.symbols
      let start = symbols.range(of: word).lowerBound
      distance = channel.distance(to: length) { symbols.symbols[start + $0] }
    } else {
      distance = channel.distance(to: length) { table.symbol($0, of: word) }
    }
    guard distance <= cap,
      prior - Self.leastCost(distance) + ErrorModel.soundsAlike >= floor
    else { return }
    symbols.removeAll(keepingCapacity: true)
    if isElsewhere {
      symbols.append(contentsOf: words.symbols.symbols[words.symbols.range(of: word)])
    } else {
      for index in 0..<length { symbols.append(table.symbol(index, of: word)) }
    }
    add(
      word, prior: prior, distance: distance, ErrorModel.logProbability(frequency: frequency),
      table.sound(of: word))
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

  /// Weighs the word whose letters stand in `symbols`.
  private mutating func add(
    _ word: Int, prior: Float, distance: Int, _ logProbability: Float, _ sound: UInt16
  ) {
    let symbols = self.symbols
    var cost = channel.cost(of: symbols.span)
    if symbols[0] != channel.typed[0] { cost += ErrorModel.firstLetter }
    var alike = false
    if mark != 0, sound == mark {
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
    let range = vocabulary.symbols.range(of: word)
    guard vocabulary.isKnown(word), abs(range.count - channel.typed.count) <= cap else { return }
    symbols.removeAll(keepingCapacity: true)
    symbols.append(contentsOf: vocabulary.symbols.symbols[range])
    let symbols = self.symbols
    let distance = channel.distance(to: symbols.count) { symbols[$0] }
    guard distance <= cap else { return }
    let logProbability = vocabulary.logProbability(of: word)
    add(
      Self.vocabularyBase + word, prior: ErrorModel.prior * logProbability, distance: distance,
      logProbability, SoundKey(symbols.span).mark)
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

/// Words that a typed one may mean, by the noisy channel, without context. Keeps its memory from
/// word to word.
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
  static let enough: Float = -16
  /// The score below which words are looked for that only sound nearly alike.
  static let desperate: Float = -18
  /// The score below which words are looked for that sound alike, however they are written.
  static let fair: Float = -15

  private var channel = ChannelCost()
  private var key = SoundKey()
  private var mark: UInt16 = 0
  private var signature = WordSignature(bits: 0)
  /// Best first.
  private(set) var best: [Candidate] = []
  private var floor: Float = -.infinity
  /// Words that were looked at for this typed word, open hashed: the round's number and the word.
  private var seen = [UInt64](repeating: 0, count: 1024)
  private var seenCount = 0
  private var round: UInt64 = 0
  private var deletes = Deletes()
  private var found: [UInt32] = []
  private var near: [(word: UInt32, distance: UInt32)] = []
  private var symbols: [Symbol] = []
  /// ``ErrorModel/prior`` times the logarithm of the probability, by frequency byte.
  private static let priors: [Float] = (0...255).map {
    ErrorModel.prior * ErrorModel.logProbability(frequency: $0)
  }
  private let priors = Search.priors

  /// Finds candidates for a word.
  ///
  /// - Precondition: 1…``SpellingLimits/wordLength`` symbols.
  mutating func find(
    _ typed: Span<Symbol>, _ words: WordList?, _ vocabulary: Vocabulary.Snapshot?
  ) {
    best.removeAll(keepingCapacity: true)
    floor = -.infinity
    round += 1
    seenCount = 0
    channel.begin(typed)
    key = SoundKey(typed)
    mark = key.mark
    signature = WordSignature(typed)
    let deletions = Deletes.deletions(ofLength: typed.count)
    // The vocabulary first: it is small, and raises the floor.
    if let vocabulary, vocabulary.count > 0 {
      deletes.removeAll()
      deletes.add(typed, 0...deletions)
      for place in 0..<deletes.count {
        vocabulary.forEach(deletes[place]) { lookAt($0, in: vocabulary, cap: 2) }
      }
    }
    guard let words else { return }
    deletes.removeAll()
    deletes.add(typed, 0...1)
    look(words, least: 0, cap: deletions)
    if isBetter(than: Self.enough) { return }
    if deletions > 1 {
      deletes.removeAll()
      deletes.add(typed, 2...2)
      look(words, least: 2, cap: deletions)
    }
    let far = max(deletions, min(4, typed.count / 2))
    if isBetter(than: Self.fair) { return }
    guard far > deletions, key.count > 1 else { return }
    // What was too far off before may be near enough now.
    round += 1
    seenCount = 0
    deletes.removeAll()
    deletes.add(key, 0...0)
    look(words, least: deletions + 1, cap: far)
    if isBetter(than: Self.desperate) { return }
    guard key.count > 3 else { return }
    deletes.removeAll()
    deletes.add(key, 1...1)
    look(words, least: deletions + 1, cap: far)
  }

  /// Whether the best is so good that words farther off need not be looked for.
  private func isBetter(than score: Float) -> Bool { best.first?.score ?? -.infinity > score }

  /// Weighs the words under the hashes. Memory is asked for well before it is read: each word lies
  /// somewhere else. Most are told apart by their signatures, the others by their distance; the
  /// nearest are weighed first, for they raise the floor.
  ///
  /// - Parameters:
  ///   - least: How many edits off the words are at least; nearer ones were met before.
  ///   - cap: How many at most.
  private mutating func look(_ words: WordList, least: Int, cap: Int) {
    let index = words.deletes
    let table = words.table
    for place in 0..<deletes.count { index.prefetchBounds(deletes[place]) }
    for place in 0..<deletes.count { index.prefetch(deletes[place]) }
    found.removeAll(keepingCapacity: true)
    let end = self.end(words, least)
    for place in 0..<deletes.count {
      index.forEach(deletes[place], before: end) { word in
        table.prefetchSignature(word)
        found.append(UInt32(word))
      }
    }
    var kept = 0
    for place in found.indices {
      let word = Int(found[place])
      guard signature.isWithin(cap, of: table.signature(of: word)), isNew(word) else { continue }
      table.prefetch(word)
      found[kept] = UInt32(word)
      kept += 1
    }
    near.removeAll(keepingCapacity: true)
    for place in 0..<kept {
      let word = Int(found[place])
      let distance = self.distance(to: word, words)
      guard least...cap ~= distance, bound(word, distance, table) >= floor else { continue }
      near.append((UInt32(word), UInt32(distance)))
    }
    for distance in least...cap {
      for place in near.indices where near[place].distance == distance {
        weigh(Int(near[place].word), words, distance)
      }
    }
  }

  @inline(__always) private func distance(to word: Int, _ words: WordList) -> Int {
    let table = words.table
    let length = table.length(of: word)
    if length == WordTable.elsewhere {
      let symbols = words.symbols(ofOther: word)
      return channel.distance(to: symbols.count) { symbols[$0] }
    }
    return channel.distance(to: length) { table.symbol($0, of: word) }
  }

  /// What the word's score is at most.
  @inline(__always)
  private func bound(_ word: Int, _ distance: Int, _ table: WordTable) -> Float {
    var bound = priors[Int(table.frequency(of: word))] - Self.leastCost(distance)
    if mark != 0, table.sound(of: word) == mark { bound += ErrorModel.soundsAlike }
    return bound
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

  private mutating func weigh(_ word: Int, _ words: WordList, _ distance: Int) {
    let table = words.table
    guard bound(word, distance, table) >= floor else { return }
    let length = table.length(of: word)
    let cost: Float
    let first: Symbol
    if length == WordTable.elsewhere {
      let symbols = words.symbols(ofOther: word)
      cost = channel.cost(of: symbols.count) { symbols[$0] }
      first = symbols.first ?? 0
    } else {
      cost = channel.cost(of: length) { table.symbol($0, of: word) }
      first = length > 0 ? table.symbol(0, of: word) : 0
    }
    let frequency = table.frequency(of: word)
    add(
      word, prior: priors[Int(frequency)], cost, first, distance,
      ErrorModel.logProbability(frequency: frequency), table.sound(of: word))
  }

  /// Takes a word in among the best.
  private mutating func add(
    _ word: Int, prior: Float, _ error: Float, _ first: Symbol, _ distance: Int,
    _ logProbability: Float, _ sound: UInt16
  ) {
    var cost = error
    if first != channel.typed[0] { cost += ErrorModel.firstLetter }
    let alike = mark != 0 && sound == mark
    if alike { cost -= ErrorModel.soundsAlike }
    let score = prior - cost
    guard score > floor else { return }
    let candidate = Candidate(
      word: word, score: score, cost: cost, logProbability: logProbability, distance: distance,
      soundsAlike: alike)
    var place = best.count
    while place > 0, best[place - 1].score < score { place -= 1 }
    if best.count == Self.breadth { best.removeLast() }
    best.insert(candidate, at: place)
    floor = best[0].score - Self.window
    if best.count == Self.breadth { floor = max(floor, best[Self.breadth - 1].score) }
  }

  private mutating func lookAt(_ word: Int, in vocabulary: Vocabulary.Snapshot, cap: Int) {
    let store = vocabulary.symbols
    guard signature.isWithin(cap, of: WordSignature(bits: store.signatures[word])),
      isNew(Self.vocabularyBase + word), vocabulary.isKnown(word)
    else { return }
    let range = store.range(of: word)
    let start = range.lowerBound
    let distance = channel.distance(to: range.count) { store.symbols[start + $0] }
    guard distance <= cap, !range.isEmpty else { return }
    let cost = channel.cost(of: range.count) { store.symbols[start + $0] }
    let logProbability = vocabulary.logProbability(of: word)
    add(
      Self.vocabularyBase + word, prior: ErrorModel.prior * logProbability, cost,
      store.symbols[start], distance, logProbability,
      SoundKey(store.symbols.span.extracting(range)).mark)
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

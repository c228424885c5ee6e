import CTextKernels
import Platform

/// Words that a typed one may mean, by the noisy channel, without context. Keeps its memory from
/// word to word.
///
/// `@safe` holds because the block has room for ``limit`` words, their distances and what kernels
/// may touch behind them, and nobody else has it; words come from the index of the list whose
/// records are read.
@safe struct Search {
  /// A word of the list, or of the vocabulary.
  struct Candidate {
    /// Its number, plus ``vocabularyBase`` for those of the vocabulary.
    var word: Int = 0
    /// Greater is better; compares within one search only.
    var score: Float = 0
    /// What the error costs.
    var cost: Float = 0
    /// The natural logarithm of its probability.
    var logProbability: Float = 0
    var distance: Int = 0
    var soundsAlike: Bool = false
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
  /// Words that are looked at under the hashes of one stage.
  static let limit = 4096

  /// The best, of which the first ``count`` count, best first.
  private(set) var best = InlineArray<10, Candidate>(repeating: Candidate())
  private(set) var count = 0
  private var floor: Float = -.infinity
  private var channel = ChannelCost()
  private var mark: UInt16 = 0
  private var deletes = Deletes()
  /// Of the word that is looked at, where it does not stand in the table.
  private var letters: [UInt8] = []
  private let kernels: ct_candidate_kernels
  /// Words found, both halves of their letters, what is in the way of those met before, and
  /// distances.
  private let memory = AlignedMemory(byteCount: room * 13 + Int(CT_SEEN) * 4)
  private static let room = limit + DeletesIndex.slack
  /// ``ErrorModel/prior`` times the logarithm of the probability, by frequency byte.
  private static let priors: [Float] = (0...255).map {
    ErrorModel.prior * ErrorModel.logProbability(frequency: $0)
  }
  private let priors = Search.priors

  /// - Parameter level: The instructions to use, at most those that the processor has.
  init(level: ct_level = ct_supported_level()) {
    guard let table = unsafe ct_candidates_table(level) else { preconditionFailure("no kernels") }
    kernels = unsafe table.pointee
  }

  @unsafe private var found: UnsafeMutablePointer<UInt32> {
    unsafe memory.base.assumingMemoryBound(to: UInt32.self)
  }

  @unsafe private var lower: UnsafeMutablePointer<UInt32> { unsafe found + Self.room }

  @unsafe private var upper: UnsafeMutablePointer<UInt32> { unsafe lower + Self.room }

  @unsafe private var seen: UnsafeMutablePointer<UInt32> { unsafe upper + Self.room }

  @unsafe private var distances: UnsafeMutablePointer<UInt8> {
    unsafe UnsafeMutableRawPointer(seen + Int(CT_SEEN)).assumingMemoryBound(to: UInt8.self)
  }

  /// Finds candidates for a word.
  ///
  /// - Precondition: 1…``SpellingLimits/wordLength`` symbols.
  mutating func find(
    _ typed: Span<Symbol>, _ words: WordList?, _ vocabulary: Vocabulary.Snapshot?
  ) {
    count = 0
    floor = -.infinity
    let deletions = Deletes.deletions(ofLength: typed.count)
    deletes.removeAll()
    deletes.add(typed, 0...1)
    // Memory is asked for well before it is read: each word lies somewhere else.
    words?.deletes.prefetchBounds(deletes)
    channel.begin(typed)
    words?.deletes.prefetch(deletes)
    let key = SoundKey(typed)
    mark = key.mark
    // The vocabulary first: it is small, and raises the floor.
    if let vocabulary, vocabulary.count > 0 {
      let signature = WordSignature(typed)
      deletes.removeAll()
      deletes.add(typed, 0...deletions)
      for place in 0..<deletes.count {
        vocabulary.forEach(deletes[place]) { lookAt($0, in: vocabulary, signature, cap: 2) }
      }
      deletes.removeAll()
      deletes.add(typed, 0...1)
    }
    guard let words else { return }
    unsafe seen.update(repeating: 0, count: Int(CT_SEEN))
    look(words, least: 0, cap: deletions)
    if isBetter(than: Self.enough) { return }
    if deletions > 1 {
      deletes.removeAll()
      deletes.add(typed, 2...2)
      ask(words)
      look(words, least: 2, cap: deletions)
    }
    let far = max(deletions, min(4, typed.count / 2))
    if isBetter(than: Self.fair) { return }
    guard far > deletions, key.count > 1 else { return }
    // What was too far off before may be near enough now.
    unsafe seen.update(repeating: 0, count: Int(CT_SEEN))
    deletes.removeAll()
    deletes.add(key, 0...0)
    ask(words)
    look(words, least: deletions + 1, cap: far)
    if isBetter(than: Self.desperate) { return }
    guard key.count > 3 else { return }
    deletes.removeAll()
    deletes.add(key, 1...1)
    ask(words)
    look(words, least: deletions + 1, cap: far)
  }

  /// Asks for what is read first when `typed` is looked for.
  mutating func ask(for typed: Span<Symbol>, _ words: WordList) {
    deletes.removeAll()
    deletes.add(typed, 0...1)
    words.deletes.prefetchBounds(deletes)
  }

  /// Asks for what stands under the hashes.
  private func ask(_ words: WordList) {
    words.deletes.prefetchBounds(deletes)
    words.deletes.prefetch(deletes)
  }

  /// Whether the best is so good that words farther off need not be looked for.
  private func isBetter(than score: Float) -> Bool { count > 0 && best[0].score > score }

  /// Weighs the words under the hashes. Most are told apart by their lengths and distances; the
  /// nearest are weighed first, for they raise the floor.
  ///
  /// - Parameters:
  ///   - least: How many edits off the words are at least; nearer ones were met before.
  ///   - cap: How many at most.
  private mutating func look(_ words: WordList, least: Int, cap: Int) {
    let (found, distances) = unsafe (self.found, self.distances)
    let (lower, upper) = unsafe (self.lower, self.upper)
    let end = self.end(words, least)
    var kept = unsafe words.deletes.find(
      deletes, channel.count - cap...channel.count + cap, before: end, found, room: Self.limit,
      kernels)
    kept = unsafe kernels.fetch(words.table.packed, seen, found, kept, lower, upper)
    if channel.count <= CT_PATTERN {
      unsafe kernels.distances(channel.masks, channel.count, lower, upper, kept, distances)
    } else {
      for place in 0..<kept { unsafe distances[place] = 255 }
    }
    for place in 0..<kept where unsafe distances[place] == 255 {
      unsafe distances[place] = UInt8(distance(to: Int(found[place]), words, cap))
    }
    var near = 0
    for place in 0..<kept {
      let distance = unsafe Int(distances[place])
      unsafe (found[near], distances[near]) = (found[place], distances[place])
      unsafe (lower[near], upper[near]) = (lower[place], upper[place])
      words.table.prefetch(unsafe Int(found[near]))
      near += distance >= least && distance <= cap ? 1 : 0
    }
    for distance in least...cap {
      for place in 0..<near where unsafe Int(distances[place]) == distance {
        let packed = unsafe UInt64(lower[place]) | UInt64(upper[place]) << 32
        weigh(unsafe Int(found[place]), packed, words, distance)
      }
    }
  }

  /// The distance to a word, if it is at most `cap`; otherwise something greater.
  private mutating func distance(to word: Int, _ words: WordList, _ cap: Int) -> Int {
    withLetters(of: word, words) { search, letters in
      let longer = letters.count - search.channel.count
      return -cap...cap ~= longer ? min(search.channel.distance(to: letters), cap + 1) : cap + 1
    }
  }

  /// Lends the letters of a word.
  @inline(__always)
  private mutating func withLetters<Value>(
    of word: Int, _ words: WordList, _ body: (borrowing Search, Span<UInt8>) -> Value
  ) -> Value {
    if let value = words.table.withLetters(of: word, { body(self, $0) }) { return value }
    letters.removeAll(keepingCapacity: true)
    for symbol in words.symbols(ofOther: word) { letters.append(channel.code(symbol)) }
    return body(self, letters.span)
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

  private mutating func weigh(
    _ word: Int, _ packed: UInt64, _ words: WordList, _ distance: Int
  ) {
    let table = words.table
    let length = WordTable.length(ofPacked: packed)
    var first = UInt8(truncatingIfNeeded: packed & 31 | 0x60)
    var bound = bound(word, distance, table)
    if length <= WordTable.packedCount, first != channel.first { bound -= ErrorModel.firstLetter }
    guard bound >= floor else { return }
    let cost =
      channel.cost(ofPacked: packed, length: length)
      ?? withLetters(of: word, words) { search, letters in
        first = letters.isEmpty ? 0 : letters[0]
        return search.channel.cost(of: letters)
      }
    let frequency = table.frequency(of: word)
    add(
      word, prior: priors[Int(frequency)], cost, first, distance,
      ErrorModel.logProbability(frequency: frequency), table.sound(of: word))
  }

  /// Takes a word in among the best.
  private mutating func add(
    _ word: Int, prior: Float, _ error: Float, _ first: UInt8, _ distance: Int,
    _ logProbability: Float, _ sound: UInt16
  ) {
    var cost = error
    if first != channel.first { cost += ErrorModel.firstLetter }
    let alike = mark != 0 && sound == mark
    if alike { cost -= ErrorModel.soundsAlike }
    let score = prior - cost
    guard score > floor else { return }
    for place in 0..<count where best[place].word == word { return }
    var place = count
    if count == Self.breadth { place -= 1 } else { count += 1 }
    while place > 0, best[place - 1].score < score {
      best[place] = best[place - 1]
      place -= 1
    }
    best[place] = Candidate(
      word: word, score: score, cost: cost, logProbability: logProbability, distance: distance,
      soundsAlike: alike)
    floor = best[0].score - Self.window
    if count == Self.breadth { floor = max(floor, best[Self.breadth - 1].score) }
  }

  private mutating func lookAt(
    _ word: Int, in vocabulary: Vocabulary.Snapshot, _ signature: WordSignature, cap: Int
  ) {
    let store = vocabulary.symbols
    guard signature.isWithin(cap, of: WordSignature(bits: store.signatures[word])),
      vocabulary.isKnown(word)
    else { return }
    letters.removeAll(keepingCapacity: true)
    for place in store.range(of: word) { letters.append(channel.code(store.symbols[place])) }
    let distance = channel.distance(to: letters.span)
    guard distance <= cap, let first = letters.first else { return }
    let cost = channel.cost(of: letters.span)
    let logProbability = vocabulary.logProbability(of: word)
    add(
      Self.vocabularyBase + word, prior: ErrorModel.prior * logProbability, cost, first, distance,
      logProbability, SoundKey(store.symbols.span.extracting(store.range(of: word))).mark)
  }
}

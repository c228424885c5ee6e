/// The built-in model: hashed words, character n-grams and a small lexicon. No download, no
/// weights, no learning; the same vector on every machine.
///
/// A text is folded (case, diacritics) and cut into words; scripts written without spaces into
/// characters. Each distinct word adds, by its importance: itself as a stem, its n-grams of 3 to 5
/// letters with the word's ends marked, its concept where the lexicon knows one, and its pair with
/// the word before. A feature is a signed unit at hashed coordinates, so that the dot product of
/// two vectors estimates the overlap of their features with a standard error of about 1/√dimension.
/// Repetition counts with saturation, and the first of several lines (a title) counts more.
///
/// It finds what shares words, parts of words or listed synonyms; it does not know meaning. It is
/// symmetric: queries and passages are embedded alike.
/// - Source: Weinberger et al. 2009 (feature hashing); Bojanowski et al. 2017 (n-grams with ends);
///   the saturation is BM25's. Weights were found on the sample business and checked on another
///   catalogue.
public struct HashedEmbedder: Embedder {
  /// Raised whenever the same text may get another vector; part of the fingerprint. A golden test
  /// notices a change that forgets it.
  static let version: UInt64 = 1

  /// The embedding space: `hashed-<dimension>`.
  public let model: EmbeddingModel

  /// Making a vector again takes microseconds.
  public var keepsVectors: Bool { false }

  /// - Parameter dimension: Floats of a vector, within 16...4096. More keep features apart better.
  /// - Precondition: `dimension` is within its range.
  public init(dimension: Int = 384) {
    precondition((16...4096).contains(dimension), "dimension must be within 16...4096")
    model = EmbeddingModel(
      name: "hashed-\(dimension)", dimension: dimension,
      fingerprint: FeatureHash.finish(
        Lexicon.shared.fingerprint ^ Self.version << 32 ^ UInt64(dimension)))
  }

  /// Embeds texts in order; never fails. Of a text, the first 64 KiB count.
  ///
  /// - Returns: `[texts.count * model.dimension]`, row-major, unit length. A text without words
  ///   gives a fixed vector.
  /// - Complexity: O(bytes): some 10 µs for a sentence; scratch memory is kept over the texts.
  public func embed(
    _ texts: [String], as role: EmbeddingRole
  ) throws(EmbeddingError) -> [Float] {
    embed(texts)
  }

  /// Embeds texts in order, without the typed failure that other models can have.
  public func embed(_ texts: [String]) -> [Float] {
    let dimension = model.dimension
    var scratch = HashingScratch(dimension: dimension)
    var rows: [Float] = []
    rows.reserveCapacity(texts.count * dimension)
    for text in texts {
      scratch.embed(text)
      rows.append(contentsOf: scratch.vector)
    }
    return rows
  }
}

/// Weights of the kinds of features against each other.
private enum FeatureWeight {
  static let stem: Float = 0.6
  static let grams: Float = 1.2
  static let concept: Float = 0.8
  static let pair: Float = 0.2
  /// Of the first of several lines, and of all that follow it.
  static let title = 1.3
  static let body = 1.0
  static let shortWord: Float = 0.6
  static let number: Float = 1
  /// Of a single character where pairs of characters are the words.
  static let singleSign: Float = 0.5
}

/// The memory that embedding a text needs, reused from text to text.
private struct HashingScratch {
  /// One distinct word of the text.
  private struct Word {
    var key: UInt64
    var token: FoldedText.Token
    var frequency: Float
  }

  private(set) var vector: [Float]
  private var title: [Float] = []
  private let lexicon = Lexicon.shared
  private var folded = FoldedText()
  private var words: [Word] = []
  /// Places in `words` by hash, plus one; 0 is empty.
  private var table = [Int32](repeating: 0, count: 256)
  private var slots: [Int] = []

  init(dimension: Int) {
    vector = [Float](repeating: 0, count: dimension)
    // A sentence's worth: a single query then allocates each array once.
    words.reserveCapacity(48)
    slots.reserveCapacity(48)
    folded.reserve()
  }

  mutating func embed(_ text: String) {
    folded.fold(text)
    let titleEnd = folded.firstLineTokens
    embedPart(0..<titleEnd)
    if titleEnd < folded.tokens.count {
      // Title and body count by these shares, however long each of them is.
      let hasTitle = normalize(to: FeatureWeight.title)
      title.removeAll(keepingCapacity: true)
      if hasTitle { title.append(contentsOf: vector) }
      embedPart(titleEnd..<folded.tokens.count)
      normalize(to: FeatureWeight.body)
      for index in title.indices { vector[index] += title[index] }
    }
    if !normalize(to: 1) { setFixedVector() }
  }

  /// Leaves in `vector` the sum of the features of some tokens.
  private mutating func embedPart(_ range: Range<Int>) {
    for index in vector.indices { vector[index] = 0 }
    gatherWords(range)
    for word in words { addFeatures(of: word) }
  }

  // MARK: Words

  private mutating func gatherWords(_ tokens: Range<Int>) {
    for slot in slots { table[slot] = 0 }
    slots.removeAll(keepingCapacity: true)
    words.removeAll(keepingCapacity: true)
    var size = table.count
    while size < tokens.count * 4 { size *= 2 }
    if size > table.count { table = [Int32](repeating: 0, count: size) }
    var previous: (hash: UInt64, weight: Float)?
    for place in tokens {
      let token = folded.tokens[place]
      let range = Int(token.start)..<Int(token.end)
      let key = FeatureHash.word(folded.scalars[range], kind: FeatureHash.Kind.word)
      count(Word(key: key, token: token, frequency: 1))
      if token.kind == .sign {
        // Within a run of signs, pairs of neighbours are the words.
        if token.isJoined, let before = previous {
          addSpread(FeatureHash.finish(before.hash &* 3 ^ key ^ FeatureHash.Kind.pair), 1)
        }
        previous = (key, 1)
        continue
      }
      let weight = importance(of: token, key: key)
      let stem = stemHash(of: token)
      if let before = previous {
        let shared = FeatureWeight.pair * (before.weight * weight).squareRoot()
        add(FeatureHash.finish(before.hash &* 3 ^ stem ^ FeatureHash.Kind.pair), shared)
      }
      previous = (stem, weight)
    }
  }

  private mutating func count(_ word: Word) {
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: word.key) & mask
    while true {
      let place = table[slot]
      if place == 0 {
        words.append(word)
        table[slot] = Int32(words.count)
        slots.append(slot)
        return
      }
      if words[Int(place) - 1].key == word.key {
        words[Int(place) - 1].frequency += word.frequency
        return
      }
      slot = (slot + 1) & mask
    }
  }

  private func importance(of token: FoldedText.Token, key: UInt64) -> Float {
    let known = lexicon[key].weight
    if known < 1 { return known }
    if token.kind == .number { return FeatureWeight.number }
    return token.end - token.start <= 2 && folded.scalars[Int(token.start)] < 0x80
      ? FeatureWeight.shortWord : 1
  }

  private func stemHash(of token: FoldedText.Token) -> UInt64 {
    let start = Int(token.start)
    var hash = FeatureHash.Kind.stem
    guard token.kind == .word else {
      for index in start..<Int(token.end) { hash = FeatureHash.step(hash, folded.scalars[index]) }
      return FeatureHash.finish(hash)
    }
    let stem = LightStemmer.stem(folded.scalars, start, Int(token.end))
    for index in start..<start + stem.length - 1 {
      hash = FeatureHash.step(hash, folded.scalars[index])
    }
    let last = stem.endsInY ? 0x69 : folded.scalars[start + stem.length - 1]
    return FeatureHash.finish(FeatureHash.step(hash, last))
  }

  // MARK: Features

  private mutating func addFeatures(of word: Word) {
    // Saturates at 2.2 as a word is repeated: BM25's term with k = 1.2, without its length part.
    let frequency = word.frequency * 2.2 / (word.frequency + 1.2)
    if word.token.kind == .sign {
      return addSpread(word.key, FeatureWeight.singleSign * frequency)
    }
    let weight = importance(of: word.token, key: word.key) * frequency
    addSpread(stemHash(of: word.token), FeatureWeight.stem * weight)
    let concept = lexicon[word.key].concept
    if concept != 0 {
      let feature = FeatureHash.finish(FeatureHash.Kind.concept &+ UInt64(concept))
      addSpread(feature, FeatureWeight.concept * weight)
    }
    if word.token.kind == .word { addGrams(of: word.token, FeatureWeight.grams * weight) }
  }

  /// N-grams of 3, 4 and 5 scalars over `<word>`; together they weigh `weight`.
  private mutating func addGrams(of token: FoldedText.Token, _ weight: Float) {
    let start = Int(token.start)
    let length = Int(token.end) - start + 2
    guard length > 4 else { return }
    let each = weight / Float(3 * length - 9).squareRoot()
    func scalar(_ index: Int) -> UInt32 {
      index == 0 ? 0x3C : index == length - 1 ? 0x3E : folded.scalars[start + index - 1]
    }
    for first in 0...(length - 3) {
      var hash = FeatureHash.step(FeatureHash.Kind.gram, scalar(first))
      hash = FeatureHash.step(hash, scalar(first + 1))
      hash = FeatureHash.step(hash, scalar(first + 2))
      add(FeatureHash.finish(hash), each)
      guard first + 3 < length else { continue }
      hash = FeatureHash.step(hash, scalar(first + 3))
      add(FeatureHash.finish(hash), each)
      guard first + 4 < length else { continue }
      hash = FeatureHash.step(hash, scalar(first + 4))
      add(FeatureHash.finish(hash), each)
    }
  }

  /// Adds a feature at one coordinate.
  @inline(__always) private mutating func add(_ hash: UInt64, _ weight: Float) {
    let index = Int(truncatingIfNeeded: ((hash >> 32) &* UInt64(vector.count)) >> 32)
    vector[index] += hash & 1 == 0 ? weight : -weight
  }

  /// Adds a feature over four coordinates: two strong features then rarely fall together whole.
  private mutating func addSpread(_ hash: UInt64, _ weight: Float) {
    add(hash, weight * 0.5)
    add(FeatureHash.finish(hash ^ 0x1111_1111_1111_1111), weight * 0.5)
    add(FeatureHash.finish(hash ^ 0x2222_2222_2222_2222), weight * 0.5)
    add(FeatureHash.finish(hash ^ 0x4444_4444_4444_4444), weight * 0.5)
  }

  /// Scales the vector to a length; returns `false`, and leaves it, when there is nothing to scale:
  /// no words, or features that cancel.
  @discardableResult
  private mutating func normalize(to length: Double) -> Bool {
    var energy = 0.0
    for value in vector { energy += Double(value) * Double(value) }
    guard energy > 1e-12 else { return false }
    let scale = length / energy.squareRoot()
    for index in vector.indices { vector[index] = Float(Double(vector[index]) * scale) }
    return true
  }

  private mutating func setFixedVector() {
    let level = Float(1 / Double(vector.count).squareRoot())
    for index in vector.indices {
      vector[index] = FeatureHash.finish(UInt64(index)) & 1 == 0 ? level : -level
    }
  }
}

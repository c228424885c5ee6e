import TextAnalysis

/// What to look for by words.
///
/// Words are alternatives: an entry that has any of them is found, one that has more or rarer ones
/// is better. `"two words"` must stand side by side in one field, and `begin*` is any word that
/// begins so. A quote right behind a word begins nothing (`55" wide`), nor does one that is never
/// closed.
public struct TextQuery: Sendable {
  /// Bytes of a query that are read.
  public static let byteLimit = 16 << 10
  /// Different words of a query that are looked for; further ones are left out.
  public static let wordLimit = 64
  /// Words of all its phrases that must stand side by side; further ones are words like others.
  public static let phraseWordLimit = 64

  /// One word, and what counts as it.
  struct Word: Hashable, Sendable {
    /// The folded word, or two characters of a script without spaces.
    var folded: [UInt8]
    /// Its folded stem, nil where only the word itself counts.
    var stem: [UInt8]?
    var isPrefix = false
  }

  /// A word with how often the query has it.
  struct Clause: Sendable {
    var word: Word
    var count = 1
  }

  /// The language by which words are reduced to their stems.
  let language: StemmingLanguage
  private(set) var clauses: [Clause] = []
  /// Each with the words that must stand side by side.
  private(set) var phrases: [[Word]] = []
  /// Indexes of the clauses that the phrases are made of: an entry must have all of them.
  private(set) var phraseClauses: Set<Int> = []

  /// Whether there is no word in it.
  public var isEmpty: Bool { clauses.isEmpty }

  /// Reads a query; any text is one.
  ///
  /// - Parameter language: A tag such as `de`, or an English name. Words of the query and of the
  ///   entries match where this language gives them one stem; English where it is nil, or has no
  ///   stemmer. Entries of all languages are found.
  public init(_ text: String, language: String? = nil) {
    self.language = language.flatMap { StemmingLanguage($0) } ?? .english
    let bytes = Array(text.utf8.prefix(Self.byteLimit))
    var words = WordTokens()
    words.find(in: bytes.span)
    let stemmer = Stemmer(self.language)
    var phrase: (words: [Word], clauses: Set<Int>)?
    var phraseRoom = Self.phraseWordLimit
    var end = 0
    var places: [Word: Int] = [:]
    func add(_ word: Word) {
      if let place = places[word] {
        clauses[place].count += 1
      } else if clauses.count < Self.wordLimit {
        places[word] = clauses.count
        clauses.append(Clause(word: word))
      }
      if let place = places[word], (phrase?.words.count ?? .max) <= phraseRoom {
        phrase?.clauses.insert(place)
      }
    }
    func quote(isBehindWord: Bool) {
      guard let ended = phrase else {
        if !isBehindWord { phrase = ([], []) }
        return
      }
      phrase = nil
      // One of words that are not looked for would keep out every entry.
      let words = ended.words.prefix(phraseRoom)
      guard words.count > 1, !ended.clauses.isEmpty else { return }
      phraseRoom -= words.count
      phrases.append(Array(words))
      phraseClauses.formUnion(ended.clauses)
    }
    func readQuotes(until start: Int, behind token: WordTokens.Token?) {
      for place in end..<start where bytes[place] == 0x22 {
        quote(isBehindWord: place == end && token.map { $0.kind != .unspaced } ?? false)
      }
    }
    for (index, token) in words.tokens.enumerated() {
      readQuotes(
        until: token.range.lowerBound, behind: index > 0 ? words.tokens[index - 1] : nil)
      end = token.range.upperBound
      let word = Self.word(token, words, bytes, stemmer)
      phrase?.words.append(word)
      let next = index + 1 < words.tokens.count ? words.tokens[index + 1] : nil
      if token.isJoined {
        let start = words.tokens[index - 1].foldedRange.lowerBound
        add(Word(folded: Array(words.folded[start..<token.foldedRange.upperBound])))
      } else if next?.isJoined != true || token.kind != .unspaced {
        add(word)
      }
    }
    readQuotes(until: bytes.count, behind: words.tokens.last)
  }

  private static func word(
    _ token: WordTokens.Token, _ words: WordTokens, _ bytes: [UInt8], _ stemmer: borrowing Stemmer
  ) -> Word {
    var word = Word(folded: Array(words.folded[token.foldedRange]))
    let end = token.range.upperBound
    if end < bytes.count, bytes[end] == 0x2A {
      word.isPrefix = true
    } else if token.kind == .word {
      let lowered =
        token.loweredRange.isEmpty
        ? words.folded[token.foldedRange] : words.lowered[token.loweredRange]
      word.stem = stem(Array(lowered), stemmer)
    }
    return word
  }

  private static func stem(_ lowered: [UInt8], _ stemmer: borrowing Stemmer) -> [UInt8]? {
    guard TextTerm.hasStem(lowered.span) else { return nil }
    var stem = WordStem()
    stem.find(of: lowered.span, stemmer)
    return stem.folded
  }
}

extension TextQuery.Word {
  /// The terms of an index that count as this word.
  func terms(in index: TextIndex, _ language: StemmingLanguage) -> [Int] {
    let same = index.terms(of: folded, isPrefix: isPrefix)
    guard let stem else { return Array(same) }
    var terms = Array(same)
    let stemmer = Stemmer(language)
    var other = WordStem()
    for number in index.terms(withStemHash: TextHash.hash(stem.span), language) {
      if same.contains(Int(number)) { continue }
      let isStem = index.withTerm(Int(number)) { term in
        other.find(of: term.extracting(TextTerm.lowered(term)), stemmer)
        return other.folded == stem
      }
      if isStem { terms.append(Int(number)) }
    }
    return terms.sorted()
  }
}

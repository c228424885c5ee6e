import TextAnalysis

/// Looks for the words of a query in the texts of an entry: for phrases and for highlights.
///
/// Each token of a text is stemmed and looked up once, however many words the query has.
struct TextMatcher: ~Copyable {
  /// What a token is to the query.
  private struct Meaning {
    var isClause = false
    /// Bits of the places in phrases where it may stand.
    var places: UInt64 = 0

    mutating func formUnion(_ other: Meaning) {
      isClause = isClause || other.isClause
      places |= other.places
    }
  }

  /// Tokens between two looks whether to give up.
  private static let tokensPerQuestion = 1024

  private let stemmer: Stemmer
  /// Words by their folded bytes, those that have a stem by that, too, and prefixes.
  private var exact: [ArraySlice<UInt8>: Meaning] = [:]
  private var stems: [ArraySlice<UInt8>: Meaning] = [:]
  private var prefixes: [(bytes: [UInt8], meaning: Meaning)] = []
  /// The words of all phrases have a bit each: those of first words, those of last words.
  private var starts: UInt64 = 0
  private var ends: UInt64 = 0
  private var words = WordTokens()
  private var stem = WordStem()

  init(_ query: TextQuery) {
    stemmer = Stemmer(query.language)
    for clause in query.clauses { add(clause.word, Meaning(isClause: true)) }
    var count: UInt64 = 0
    for phrase in query.phrases {
      starts |= 1 << count
      for word in phrase {
        add(word, Meaning(places: 1 << count))
        count += 1
      }
      ends |= 1 << (count - 1)
    }
  }

  private mutating func add(_ word: TextQuery.Word, _ meaning: Meaning) {
    if word.isPrefix {
      prefixes.append((word.folded, meaning))
    } else {
      exact[word.folded[...], default: Meaning()].formUnion(meaning)
    }
    if let stem = word.stem { stems[stem[...], default: Meaning()].formUnion(meaning) }
  }

  /// What a token of ``words`` is to the query.
  private mutating func meaning(of token: WordTokens.Token) -> Meaning {
    let folded = words.folded[token.foldedRange]
    var meaning = exact[folded] ?? Meaning()
    for (prefix, wanted) in prefixes where folded.starts(with: prefix) {
      meaning.formUnion(wanted)
    }
    if stems.isEmpty { return meaning }
    let lowered = token.loweredRange.isEmpty ? folded : words.lowered[token.loweredRange]
    guard TextTerm.hasStem(lowered.span) else { return meaning }
    stem.find(of: lowered.span, stemmer)
    if let wanted = stems[stem.folded[...]] { meaning.formUnion(wanted) }
    return meaning
  }

  /// Whether every phrase of the query stands in a field of the entry.
  ///
  /// - Source: Baeza-Yates and Gonnet, "A New Approach to Text Searching", 1992: a bit for each
  ///   word of a phrase says whether the tokens up to here end with the phrase up to there.
  ///
  /// - Parameter isStopped: Whether the caller gives up; the answer is of no use then.
  mutating func hasPhrases(_ record: EntryRecord, isStopped: () -> Bool) -> Bool {
    var missing = ends
    if missing == 0 { return true }
    var ranges: [Range<Int>] = []
    TextWords.forEachText(of: record) { ranges.append($1) }
    for range in ranges {
      words.find(in: record.bytes.span.extracting(range))
      var reached: UInt64 = 0
      for index in words.tokens.indices {
        if index % Self.tokensPerQuestion == 0, isStopped() { return false }
        reached = (reached &<< 1 | starts) & meaning(of: words.tokens[index]).places
        missing &= ~reached
        if missing == 0 { return true }
      }
    }
    return false
  }

  /// Where words of the query stand in the entry, by field and place: the first
  /// ``TextHighlight/countLimit`` of them.
  ///
  /// - Parameter isStopped: Whether the caller gives up; the answer is of no use then.
  mutating func highlights(in record: EntryRecord, isStopped: () -> Bool) -> [TextHighlight] {
    var texts: [(field: TextField, range: Range<Int>)] = []
    TextWords.forEachText(of: record) { texts.append(($0, $1)) }
    var found: [TextHighlight] = []
    var keyword = -1
    for (field, range) in texts {
      if field == .keywords { keyword += 1 }
      words.find(in: record.bytes.span.extracting(range))
      let first = found.count
      for index in words.tokens.indices {
        if index % Self.tokensPerQuestion == 0, isStopped() { return found }
        guard let place = place(at: index) else { continue }
        if found.count > first, place.lowerBound <= found[found.count - 1].range.upperBound {
          let start = found[found.count - 1].range.lowerBound
          found[found.count - 1].range = start..<place.upperBound
        } else {
          if found.count == TextHighlight.countLimit { return found }
          found.append(
            TextHighlight(
              field: field, keyword: field == .keywords ? keyword : nil, range: place))
        }
      }
    }
    return found
  }

  /// The bytes of the token, or of it and the one before, where they are a word of the query.
  private mutating func place(at index: Int) -> Range<Int>? {
    let token = words.tokens[index]
    if meaning(of: token).isClause { return token.range }
    guard token.isJoined else { return nil }
    let before = words.tokens[index - 1]
    let pair = words.folded[before.foldedRange.lowerBound..<token.foldedRange.upperBound]
    guard exact[pair]?.isClause == true else { return nil }
    return before.range.lowerBound..<token.range.upperBound
  }
}

/// A word of the query in a text of an entry.
public struct TextHighlight: Equatable, Sendable {
  /// The most that are told of one entry.
  public static let countLimit = 100

  /// Which text.
  public var field: TextField
  /// Which of the keywords and, after them, of the tags; nil in other fields.
  public var keyword: Int?
  /// Bytes of the text, whole characters.
  public var range: Range<Int>
}

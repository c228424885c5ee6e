import TextAnalysis

/// Looks for the words of a query in the texts of an entry: for phrases and for highlights.
struct TextMatcher: ~Copyable {
  private let query: TextQuery
  private let stemmer: Stemmer
  private var words = WordTokens()
  private var stem = WordStem()

  init(_ query: TextQuery) {
    self.query = query
    stemmer = Stemmer(query.language)
  }

  /// Whether a token of ``words`` counts as a word of the query.
  private mutating func matches(_ token: WordTokens.Token, _ word: TextQuery.Word) -> Bool {
    let folded = words.folded[token.foldedRange]
    if word.isPrefix ? folded.starts(with: word.folded) : folded.elementsEqual(word.folded) {
      return true
    }
    guard let wanted = word.stem else { return false }
    let lowered =
      token.loweredRange.isEmpty ? folded : words.lowered[token.loweredRange]
    guard TextTerm.hasStem(lowered.span) else { return false }
    stem.find(of: lowered.span, stemmer)
    return stem.folded == wanted
  }

  /// Whether every phrase of the query stands in a field of the entry.
  mutating func hasPhrases(_ record: EntryRecord) -> Bool {
    var missing = query.phrases
    guard !missing.isEmpty else { return true }
    var ranges: [Range<Int>] = []
    TextWords.forEachText(of: record) { ranges.append($1) }
    for range in ranges where !missing.isEmpty {
      words.find(in: record.bytes.span.extracting(range))
      var index = 0
      while index < missing.count {
        if place(of: missing[index]) != nil {
          missing.remove(at: index)
        } else {
          index += 1
        }
      }
    }
    return missing.isEmpty
  }

  /// The first token from `start` on where the phrase begins.
  private mutating func place(of phrase: [TextQuery.Word], from start: Int = 0) -> Int? {
    let tokens = words.tokens
    var first = start
    while first + phrase.count <= tokens.count {
      var length = 0
      while length < phrase.count, matches(tokens[first + length], phrase[length]) { length += 1 }
      if length == phrase.count { return first }
      first += 1
    }
    return nil
  }

  /// Where words of the query stand in the entry.
  mutating func highlights(in record: EntryRecord) -> [TextHighlight] {
    var texts: [(field: TextField, range: Range<Int>)] = []
    TextWords.forEachText(of: record) { texts.append(($0, $1)) }
    var found: [TextHighlight] = []
    var keyword = -1
    for (field, range) in texts {
      if field == .keywords { keyword += 1 }
      words.find(in: record.bytes.span.extracting(range))
      let first = found.count
      for index in words.tokens.indices {
        guard let place = place(at: index) else { continue }
        if found.count > first, place.lowerBound <= found[found.count - 1].range.upperBound {
          let start = found[found.count - 1].range.lowerBound
          found[found.count - 1].range = start..<place.upperBound
        } else {
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
    var isPair = false
    for clause in query.clauses {
      if matches(token, clause.word) { return token.range }
      if token.isJoined, !isPair {
        let start = words.tokens[index - 1].foldedRange.lowerBound
        isPair = words.folded[start..<token.foldedRange.upperBound]
          .elementsEqual(clause.word.folded)
      }
    }
    return isPair ? words.tokens[index - 1].range.lowerBound..<token.range.upperBound : nil
  }
}

/// A word of the query in a text of an entry.
public struct TextHighlight: Equatable, Sendable {
  /// Which text.
  public var field: TextField
  /// Which of the keywords and, after them, of the tags; nil in other fields.
  public var keyword: Int?
  /// Bytes of the text, whole characters.
  public var range: Range<Int>
}

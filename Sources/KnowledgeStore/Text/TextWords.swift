import TextAnalysis

/// The words of an entry as the index knows them: what each is called there, and in which field.
///
/// A term is the folded word, and where its lower-case form with marks is another one, a zero byte
/// and that. Two characters of a script without spaces that follow each other are a term, too.
struct TextWords {
  private(set) var words = WordTokens()
  private var term: [UInt8] = []

  /// Calls `body` with each term of a field's text, and whether it counts for the length.
  mutating func forEachTerm(
    of text: Span<UInt8>, _ body: (_ term: Span<UInt8>, _ isWord: Bool) -> Void
  ) {
    words.find(in: text)
    for (index, token) in words.tokens.enumerated() {
      if token.loweredRange.isEmpty {
        body(words.folded.span.extracting(token.foldedRange), true)
      } else {
        term.removeAll(keepingCapacity: true)
        term.append(contentsOf: words.folded[token.foldedRange])
        term.append(0)
        term.append(contentsOf: words.lowered[token.loweredRange])
        body(term.span, true)
      }
      if token.isJoined {
        let start = words.tokens[index - 1].foldedRange.lowerBound
        body(words.folded.span.extracting(start..<token.foldedRange.upperBound), false)
      }
    }
  }

  /// Bytes of the longest external id that is searched: one of more is a key of some database.
  private static let externalIDByteLimit = 32
  /// Digits of the shortest plain number that is searched as an external id: those of fewer are
  /// row numbers more often than not, and stand in too many texts as sizes and years.
  private static let numberDigitCount = 5

  /// Whether an external id is one that people write: short, and no small number.
  static func isSearched(externalID text: Span<UInt8>) -> Bool {
    guard text.count <= externalIDByteLimit else { return false }
    if text.count >= numberDigitCount { return true }
    for index in 0..<text.count where !(0x30...0x39 ~= text[index]) { return true }
    return false
  }

  /// Calls `body` with each field's text: title, each keyword and tag, the content, the external
  /// id where it is searched.
  static func forEachText(
    of record: EntryRecord, _ body: (_ field: TextField, _ range: Range<Int>) -> Void
  ) {
    body(.title, record.titleRange)
    record.forEachKeyword { body(.keywords, $0) }
    record.forEachTag { body(.keywords, $0) }
    body(.content, record.contentRange)
    if let range = record.externalIDRange,
      isSearched(externalID: record.bytes.span.extracting(range))
    {
      body(.externalID, range)
    }
  }
}

/// A term of the index taken apart.
enum TextTerm {
  /// The folded word of a term.
  static func folded(_ term: Span<UInt8>) -> Range<Int> {
    for index in 0..<term.count where term[index] == 0 { return 0..<index }
    return 0..<term.count
  }

  /// What a stemmer takes of a term: the lower-case form.
  static func lowered(_ term: Span<UInt8>) -> Range<Int> {
    let folded = folded(term)
    return folded.upperBound < term.count ? folded.upperBound + 1..<term.count : folded
  }

  /// Whether a word has a stem: numbers and codes are what they are.
  static func hasStem(_ word: Span<UInt8>) -> Bool {
    guard word.count > 2 else { return false }
    for index in 0..<word.count where 0x30...0x39 ~= word[index] { return false }
    return true
  }
}

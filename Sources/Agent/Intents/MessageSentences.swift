import TextAnalysis

/// Parts a message into sentences, by its lines and signs alone.
enum MessageSentences {
  /// Where a sentence begins: with a line, with an item of a list, or behind another sentence.
  enum Start { case line, item, sentence }

  /// A sentence of a message, or a line of it that is no whole one.
  struct Sentence {
    var text: String
    /// Where it begins.
    var start: Start
    /// Whether a sign ends it.
    var isEnded: Bool
  }

  /// The sentences with a word in them, in order, without the signs of lists.
  static func sentences(of message: String) -> [Sentence] {
    var sentences: [Sentence] = []
    let bytes = Array(message.utf8.prefix(MessageWords.byteLimit))
    for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let scalars = Array(String(decoding: line, as: UTF8.self).unicodeScalars)
      let start = itemStart(scalars)
      var sentence = start
      var place = start == 0 ? Start.line : .item
      for index in start..<scalars.count where ends(scalars, at: index, from: sentence) {
        append(scalars[sentence...index], place, true, to: &sentences)
        place = .sentence
        sentence = index + 1
      }
      append(scalars[sentence...], place, false, to: &sentences)
    }
    return sentences
  }

  private static func append(
    _ scalars: ArraySlice<Unicode.Scalar>, _ start: Start, _ isEnded: Bool,
    to sentences: inout [Sentence]
  ) {
    let text = trimmed(scalars)
    guard !text.isEmpty else { return }
    if MessageWords(text).words.isEmpty {
      // Signs alone, such as the last of `?!`, end the sentence before.
      if let last = sentences.indices.last, isEnded { sentences[last].isEnded = true }
      return
    }
    sentences.append(Sentence(text: text, start: start, isEnded: isEnded))
  }

  private static func trimmed(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var scalars = scalars
    while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
    while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    return String(String.UnicodeScalarView(scalars))
  }

  /// The first scalar after the sign of a list item: `-`, `•`, `1.`, `2)`, `a)`.
  private static func itemStart(_ line: [Unicode.Scalar]) -> Int {
    var index = line.firstIndex { !$0.properties.isWhitespace } ?? line.count
    let start = index
    while index < line.count, index < start + 2, line[index].properties.numericType != nil {
      index += 1
    }
    let isNumbered = index > start
    if !isNumbered, index < line.count, line[index].properties.isAlphabetic { index += 1 }
    let isLettered = !isNumbered && index > start
    guard index + 1 < line.count, line[index + 1].properties.isWhitespace else { return 0 }
    let signs: String = isNumbered ? ".)" : isLettered ? ")" : "-*•–—·"
    return signs.unicodeScalars.contains(line[index]) ? index + 1 : 0
  }

  /// Whether a sentence ends behind a scalar.
  private static func ends(_ line: [Unicode.Scalar], at index: Int, from start: Int) -> Bool {
    let next = index + 1 < line.count ? line[index + 1] : " "
    switch line[index] {
    case "。", "！", "？", "।", "؟", "۔":
      return !isSign(next)
    case "!", "?", "…":
      return !isSign(next)
    case ".":
      guard next.properties.isWhitespace else { return false }
      return !isAbbreviation(line[start..<index])
    case ";":
      return next.properties.isWhitespace
    default:
      return false
    }
  }

  private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
    "!?.…！？。؟".unicodeScalars.contains(scalar)
  }

  /// Whether a full stop after these scalars ends a shortened word rather than a sentence.
  private static func isAbbreviation(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    let word = scalars.reversed().prefix { !$0.properties.isWhitespace }.reversed()
    let letters = word.filter(\.properties.isAlphabetic)
    guard !letters.isEmpty else {
      // `3. Mai` and `1.` at a beginning.
      return word.count <= 2 && !word.isEmpty && word.count == scalars.count
    }
    if letters.count == 1, word.count == 1 || word.contains(".") { return true }
    return abbreviations.contains(TextFolding.fold(String(String.UnicodeScalarView(word))))
  }

  private static let abbreviations: Set<String> = [
    "e.g", "i.e", "etc", "no", "nr", "mr", "mrs", "ms", "dr", "st", "vs", "approx", "z.b", "bzw",
    "ca", "evtl", "inkl", "zzgl", "usw", "art", "tel", "str", "mme", "mlle", "sr", "sra", "sig",
    "prof", "num", "núm", "ref", "max", "min", "a.m", "p.m", "u.a", "d.h", "p.ej", "bijv",
  ]
}

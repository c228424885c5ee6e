/// Cuts texts into the numbers that a BERT model reads, as the reference tokenizer does.
///
/// A text is cut at the special tokens written in it, normalised, cut into words at blanks and
/// punctuation, and every word into the longest pieces of the vocabulary, from its front.
/// - Source: `BertNormalizer`, `BertPreTokenizer` and `WordPiece` of Hugging Face `tokenizers`.
struct WordPieceTokenizer: Sendable {
  /// A token that a text may name as it is written.
  struct SpecialToken: Equatable, Sendable {
    let text: [UInt8]
    let id: Int32
  }

  let vocabulary: Vocabulary
  let normalizer: ScalarNormalizer
  /// What a word without pieces becomes.
  let unknown: Int32
  /// Longer words, in scalars, are unknown.
  let wordLimit: Int
  /// Longest first, so that the first that fits is the one.
  let specials: [SpecialToken]
  /// What stands before and after every text: `[CLS]` and `[SEP]`.
  let prefix: [Int32]
  let suffix: [Int32]
  /// Whether a special token begins with this byte.
  private let startsSpecial: [Bool]

  init(
    vocabulary: Vocabulary, normalizer: ScalarNormalizer, unknown: Int32, wordLimit: Int,
    specials: [SpecialToken], prefix: [Int32], suffix: [Int32]
  ) {
    self.vocabulary = vocabulary
    self.normalizer = normalizer
    self.unknown = unknown
    self.wordLimit = wordLimit
    self.specials = specials.sorted { $0.text.count > $1.text.count }
    self.prefix = prefix
    self.suffix = suffix
    let starts = Set(specials.compactMap(\.text.first))
    startsSpecial = (0...255).map(starts.contains)
  }

  /// The numbers of a text with the special ones around it.
  ///
  /// - Parameters:
  ///   - text: Any text; the empty one gives the special tokens alone.
  ///   - limit: Numbers at most; what comes after is cut, and not read.
  /// - Precondition: `limit` has room for the special tokens.
  func encode(_ text: String, limit: Int) -> [Int32] {
    precondition(limit >= prefix.count + suffix.count, "no room for the special tokens")
    var run = TokenizerRun(tokenizer: self, limit: limit - suffix.count)
    run.ids = prefix
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      var index = 0
      while index < utf8.count, !run.isFull {
        guard unsafe startsSpecial[Int(utf8[index])],
          let special = unsafe special(in: utf8, at: index)
        else {
          index += 1
          continue
        }
        unsafe run.read(utf8, start..<index)
        run.append(special.id)
        index += special.text.count
        start = index
      }
      unsafe run.read(utf8, start..<utf8.count)
    }
    return run.ids + suffix
  }

  @inline(__always) private func special(
    in utf8: UnsafeBufferPointer<UInt8>, at index: Int
  ) -> SpecialToken? {
    for special in specials
    where unsafe special.text[0] == utf8[index] && special.text.count <= utf8.count - index {
      var matched = 1
      while matched < special.text.count {
        guard unsafe special.text[matched] == utf8[index + matched] else { break }
        matched += 1
      }
      if matched == special.text.count { return special }
    }
    return nil
  }
}

/// One text on its way to numbers.
private struct TokenizerRun {
  let tokenizer: WordPieceTokenizer
  let limit: Int
  var ids: [Int32] = []
  /// The word so far; no more than one scalar beyond the limit is kept.
  private var word: [UInt32] = []
  private var utf8: [UInt8] = []
  private var hashes: [UInt64] = []
  /// Where each piece tried may end: a hash stands for each byte of the word.
  private var pieces: [Int32] = []

  init(tokenizer: WordPieceTokenizer, limit: Int) {
    self.tokenizer = tokenizer
    self.limit = limit
    word.reserveCapacity(64)
    utf8.reserveCapacity(256)
    ids.reserveCapacity(64)
  }

  /// Whether nothing more is taken.
  var isFull: Bool { ids.count >= limit }

  mutating func append(_ id: Int32) {
    if !isFull { ids.append(id) }
  }

  /// Reads a part of a text that holds no special token, up to the limit.
  mutating func read(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    let normalizer = tokenizer.normalizer
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = unsafe text[index]
      if byte < 0x80 {
        index += 1
        switch normalizer.kind(ascii: byte) {
        case .letter, .ideograph: take(UInt32(normalizer.letter(ascii: byte)))
        case .space: endWord()
        case .punctuation:
          endWord()
          take(UInt32(byte))
          endWord()
        case .nothing: break
        }
      } else {
        // A string is valid UTF-8, so the sequence is whole.
        let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        var scalar = UInt32(byte) & (0xFF >> UInt32(length + 1))
        for offset in 1..<length {
          scalar = unsafe scalar << 6 | UInt32(text[index + offset] & 0x3F)
        }
        index += length
        read(scalar)
      }
      if isFull { return }
    }
    endWord()
  }

  private mutating func read(_ scalar: UInt32) {
    let normalizer = tokenizer.normalizer
    switch normalizer.kind(of: scalar) {
    case .nothing: return
    case .space: return endWord()
    case .ideograph:
      endWord()
      normalizer.append(scalar, to: &word)
      endWord()
    case .letter, .punctuation:
      guard word.count <= tokenizer.wordLimit else {
        // Beyond the limit only the word's end matters.
        if normalizer.kindAfterwards(of: scalar) == .punctuation { endWord() } else { return }
        return read(scalar)
      }
      let start = word.count
      normalizer.append(scalar, to: &word)
      // Accents may have hidden what splits words; a word of its own ends the one before it.
      let parts = word[start...]
      guard parts.contains(where: { normalizer.kindAfterwards(of: $0) != .letter }) else { return }
      let kept = Array(parts)
      word.removeSubrange(start...)
      for part in kept {
        switch normalizer.kindAfterwards(of: part) {
        case .space: endWord()
        case .punctuation:
          endWord()
          word.append(part)
          endWord()
        default: word.append(part)
        }
      }
    }
  }

  @inline(__always) private mutating func take(_ scalar: UInt32) {
    if word.count <= tokenizer.wordLimit { word.append(scalar) }
  }

  private mutating func endWord() {
    guard !word.isEmpty else { return }
    defer { word.removeAll(keepingCapacity: true) }
    guard word.count <= tokenizer.wordLimit else { return append(tokenizer.unknown) }
    tokenizer.normalizer.reorder(&word, from: 0)
    utf8.removeAll(keepingCapacity: true)
    for scalar in word { Self.append(scalar, to: &utf8) }
    cut()
  }

  /// Cuts the word into the longest pieces from its front; one number for all where that fails.
  private mutating func cut() {
    let vocabulary = tokenizer.vocabulary
    pieces.removeAll(keepingCapacity: true)
    var start = 0
    while start < utf8.count {
      hashes.removeAll(keepingCapacity: true)
      var hash = Vocabulary.seed
      for byte in utf8[start..<min(utf8.count, start + vocabulary.longest)] {
        hash = Vocabulary.mix(hash, byte)
        hashes.append(hash)
      }
      var length = hashes.count
      while length > 0 {
        if let id = vocabulary.id(
          utf8[start..<start + length], hash: hashes[length - 1], isContinuing: start > 0)
        {
          pieces.append(id)
          break
        }
        length -= 1
      }
      guard length > 0 else { return append(tokenizer.unknown) }
      start += length
    }
    for piece in pieces { append(piece) }
  }

  private static func append(_ scalar: UInt32, to utf8: inout [UInt8]) {
    if scalar < 0x80 {
      utf8.append(UInt8(scalar))
    } else if scalar < 0x800 {
      utf8.append(UInt8(0xC0 | scalar >> 6))
      utf8.append(UInt8(0x80 | scalar & 0x3F))
    } else if scalar < 0x10000 {
      utf8.append(UInt8(0xE0 | scalar >> 12))
      utf8.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      utf8.append(UInt8(0x80 | scalar & 0x3F))
    } else {
      utf8.append(UInt8(0xF0 | scalar >> 18))
      utf8.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      utf8.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      utf8.append(UInt8(0x80 | scalar & 0x3F))
    }
  }
}

/// Where a text may be cut, the better places first.
enum TextBreak: UInt8, Comparable {
  case heading
  case paragraph
  case item
  case sentence
  case line
  case word
  case grapheme

  static func < (a: TextBreak, b: TextBreak) -> Bool { a.rawValue < b.rawValue }
}

/// What can be seen of a text's structure in its bytes: lines, Markdown's headings, lists and code
/// blocks, and the ends of sentences in the scripts that mark them.
struct TextStructure {
  /// UTF-8.
  let text: [UInt8]

  init(_ text: [UInt8]) { self.text = text }

  /// A piece begins here, with this kind of break before it.
  struct Piece: Equatable {
    var start: Int
    var kind: TextBreak
  }

  // MARK: Pieces

  /// The text as pieces that follow each other: lines, cut at the ends of sentences. Blank lines
  /// belong to the piece before them.
  func pieces() -> [Piece] {
    var pieces: [Piece] = []
    var line = 0
    var isAfterBlank = true
    var isCode = false
    var endsSentence = true
    while line < text.count {
      let end = endOfLine(line)
      let first = skipBlanks(line, end)
      if first == end {
        if pieces.isEmpty { pieces.append(Piece(start: line, kind: .paragraph)) }
        isAfterBlank = true
        line = end
        continue
      }
      let isFence = isFence(first, end)
      var kind: TextBreak = isAfterBlank ? .paragraph : endsSentence ? .sentence : .line
      if !isCode && !isFence {
        if isHeading(first, end) {
          kind = .heading
        } else if isItem(first, end) {
          kind = min(kind, .item)
        }
      }
      if isFence { isCode.toggle() }
      pieces.append(Piece(start: line, kind: kind))
      if !isCode { appendSentences(first, end, to: &pieces) }
      endsSentence = kind == .heading || isSentenceEnd(before: end)
      isAfterBlank = false
      line = end
    }
    return pieces
  }

  /// Where the next line begins.
  private func endOfLine(_ start: Int) -> Int {
    var end = start
    while end < text.count {
      if text[end] == 0x0A { return end + 1 }
      if text[end] == 0x0D, end + 1 == text.count || text[end + 1] != 0x0A { return end + 1 }
      end += 1
    }
    return end
  }

  private func skipBlanks(_ start: Int, _ end: Int) -> Int {
    var index = start
    while index < end, Self.isBlank(text[index]) { index += 1 }
    return index
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte >= 0x09 && byte <= 0x0D
  }

  /// Counts how often `byte` stands at `start`.
  private func run(of byte: UInt8, _ start: Int, _ end: Int) -> Int {
    var index = start
    while index < end, text[index] == byte { index += 1 }
    return index - start
  }

  private func isHeading(_ first: Int, _ end: Int) -> Bool {
    let count = run(of: UInt8(ascii: "#"), first, end)
    return (1...6).contains(count) && first + count < end && Self.isBlank(text[first + count])
  }

  private func isFence(_ first: Int, _ end: Int) -> Bool {
    run(of: UInt8(ascii: "`"), first, end) >= 3 || run(of: UInt8(ascii: "~"), first, end) >= 3
  }

  /// `- `, `* `, `+ `, `• `, `12. `, `12) `.
  private func isItem(_ first: Int, _ end: Int) -> Bool {
    var index = first
    if text[index] >= 0x80 {
      guard text[index...].starts(with: [0xE2, 0x80, 0xA2]) else { return false }
      index += 3
    } else if "-*+".utf8.contains(text[index]) {
      index += 1
    } else {
      while index < end, index - first < 9, isDigit(text[index]) { index += 1 }
      guard index > first, index < end, ".)".utf8.contains(text[index]) else { return false }
      index += 1
    }
    return index < end && Self.isBlank(text[index])
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  // MARK: Sentences

  /// Adds the sentences of a line but the first, which begins the line.
  private func appendSentences(_ first: Int, _ end: Int, to pieces: inout [Piece]) {
    var index = first
    while index < end {
      let mark = mark(at: index)
      guard mark.length > 0 else {
        index += 1
        continue
      }
      let isShort = text[index] == UInt8(ascii: ".") && isAbbreviation(before: index, first)
      index += mark.length
      while index < end {
        let more = closing(at: index) + self.mark(at: index).length
        if more == 0 { break }
        index += more
      }
      let next = skipBlanks(index, end)
      guard next < end, !isShort, mark.isClosed || next > index else { continue }
      // A small letter goes on with the sentence.
      if text[next] >= 0x61 && text[next] <= 0x7A { continue }
      if isBoundary(next) { pieces.append(Piece(start: next, kind: .sentence)) }
      index = next
    }
  }

  /// Whether the last sentence of a line ends with it.
  private func isSentenceEnd(before end: Int) -> Bool {
    var last = end
    while last > 0, Self.isBlank(text[last - 1]) { last -= 1 }
    for index in max(0, last - 6)..<last {
      var after = index + mark(at: index).length
      if after == index { continue }
      while after < last {
        let more = closing(at: after) + mark(at: after).length
        if more == 0 { break }
        after += more
      }
      if after == last { return true }
    }
    return false
  }

  /// A mark that ends a sentence: its bytes, 0 for none, and whether it needs no blank behind it.
  private func mark(at index: Int) -> (length: Int, isClosed: Bool) {
    let scalar = scalar(at: index)
    switch scalar.value {
    case 0x2E, 0x21, 0x3F: return (1, false)
    // 。！？｡ and the danda.
    case 0x3002, 0xFF01, 0xFF1F, 0xFF61, 0x0964: return (scalar.length, true)
    // ؟ ۔ ։ …
    case 0x061F, 0x06D4, 0x0589, 0x2026: return (scalar.length, false)
    default: return (0, false)
    }
  }

  /// The bytes of what may stand between a mark and the next sentence; 0 for none.
  private func closing(at index: Int) -> Int {
    let scalar = scalar(at: index)
    switch scalar.value {
    case 0x22, 0x27, 0x29, 0x5D: return 1
    // 」』”’）»】
    case 0x300D, 0x300F, 0x201D, 0x2019, 0xFF09, 0xBB, 0x3011: return scalar.length
    default: return 0
    }
  }

  /// The scalar at an index, of two or three bytes at most; 0 for others, and within one.
  private func scalar(at index: Int) -> (value: UInt32, length: Int) {
    let byte = text[index]
    if byte < 0x80 { return (UInt32(byte), 1) }
    if byte & 0xE0 == 0xC0, index + 1 < text.count {
      return (UInt32(byte & 0x1F) << 6 | UInt32(text[index + 1] & 0x3F), 2)
    }
    if byte & 0xF0 == 0xE0, index + 2 < text.count {
      let low = UInt32(text[index + 1] & 0x3F) << 6 | UInt32(text[index + 2] & 0x3F)
      return (UInt32(byte & 0x0F) << 12 | low, 3)
    }
    return (0, 1)
  }

  /// Whether a full stop ends a word of one or two signs (`z. B.`, `Nr. 5`, `3. Mai`).
  private func isAbbreviation(before index: Int, _ first: Int) -> Bool {
    var start = index
    while start > first, !Self.isBlank(text[start - 1]), text[start - 1] != UInt8(ascii: ".") {
      start -= 1
    }
    return index - start <= 2
  }

  // MARK: Cuts

  /// Where a piece that is too long is cut: behind a blank or, where there is none, a grapheme,
  /// about `step` bytes from its start.
  ///
  /// - Parameter range: Begins at a boundary.
  /// - Returns: The end of the first part, past its start; the end of the range where the rest is
  ///   short or cannot be cut.
  func cut(_ range: Range<Int>, at step: Int) -> (end: Int, kind: TextBreak) {
    let start = range.lowerBound
    guard range.count > step else { return (range.upperBound, .word) }
    var end = start + step
    while end > start + step / 2 {
      if end < range.upperBound, Self.isBlank(text[end - 1]), !Self.isBlank(text[end]),
        isBoundary(end)
      {
        return (end, .word)
      }
      end -= 1
    }
    return (graphemeCut(range, at: step), .grapheme)
  }

  /// The last end of a grapheme that is at most `step` bytes from the start, else the first one; of
  /// a scalar, where that one is more than ``graphemeByteLimit`` away.
  private func graphemeCut(_ range: Range<Int>, at step: Int) -> Int {
    let start = range.lowerBound
    // A window is enough: what comes far behind changes nothing.
    let window = scalarStart(min(range.upperBound, start + step + Self.graphemeByteLimit))
    let piece = String(decoding: text[start..<window], as: UTF8.self)
    var best = start
    var end = start
    for character in piece {
      end += character.utf8.count
      // The window may have cut the last one short.
      if end == window && window < range.upperBound { break }
      if end - start > step {
        if best == start { best = end }
        break
      }
      best = end
    }
    if best > start { return best }
    if window == range.upperBound { return window }
    let scalar = scalarStart(start + step)
    return scalar > start ? scalar : scalarEnd(start)
  }

  /// Bytes of a grapheme that is kept whole; longer ones are letters with hundreds of marks.
  private static let graphemeByteLimit = 256

  private func scalarStart(_ index: Int) -> Int {
    var index = index
    while index > 0, index < text.count, text[index] & 0xC0 == 0x80 { index -= 1 }
    return index
  }

  private func scalarEnd(_ index: Int) -> Int {
    var index = index + 1
    while index < text.count, text[index] & 0xC0 == 0x80 { index += 1 }
    return index
  }

  /// Whether a grapheme ends at `index`, which stands behind a blank or a mark: what comes next may
  /// be an accent to it.
  private func isBoundary(_ index: Int) -> Bool {
    guard index > 0, index < text.count else { return true }
    if text[index - 1] < 0x80 && text[index] < 0x80 {
      return !(text[index - 1] == 0x0D && text[index] == 0x0A)
    }
    let around = scalarStart(index - 1)..<scalarEnd(index)
    return String(decoding: text[around], as: UTF8.self).count == 2
  }

  /// The range without the blanks at both ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, Self.isBlank(text[start]) { start += 1 }
    while end > start, Self.isBlank(text[end - 1]) { end -= 1 }
    while start > range.lowerBound, !isBoundary(start) { start -= 1 }
    while end < range.upperBound, !isBoundary(end) { end += 1 }
    return start..<end
  }
}

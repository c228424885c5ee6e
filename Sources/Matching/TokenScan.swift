import TextAnalysis

/// A name or a query as words with classes.
struct TokenScan {
  /// One word.
  struct Atom {
    /// Its canonical form in ``TokenScan/bytes``.
    var key: Range<Int>
    /// Its folded form in ``TokenScan/bytes``, where the canonical one is another; else empty.
    var written = 0..<0
    /// Its bytes in the text.
    var text: Range<Int>
    var kind: TokenClass
    /// Whether it hangs on the word before it, as by a hyphen.
    var isGlued = false
    /// Whether it stands behind the x of `2x16gb`.
    var isMultiplied = false
    /// Whether it stands behind a bar, where shops put their own names.
    var isTail = false
    /// Characters of its key.
    var length = 0
  }

  /// Words that hang together, written as one.
  struct Group {
    /// The joined form in ``TokenScan/bytes``.
    var key: Range<Int>
    var atoms: Range<Int>
    /// Whether a digit is in it.
    var hasDigit: Bool
  }

  private(set) var bytes: [UInt8] = []
  private(set) var atoms: [Atom] = []
  private(set) var groups: [Group] = []
  /// Whether there were more words than are looked at.
  private(set) var isCut = false
  private var words = WordTokens()
  private var sinceBar = Int.max

  /// Longest joined form.
  static let groupByteLimit = 48
  /// Words that are looked at; more are left out.
  static let atomLimit = 96

  /// Replaces the content by the words of `text`.
  mutating func scan(_ text: String) {
    bytes.removeAll(keepingCapacity: true)
    atoms.removeAll(keepingCapacity: true)
    groups.removeAll(keepingCapacity: true)
    isCut = false
    var text = text
    text.makeContiguousUTF8()
    let utf8 = text.utf8.span
    words.find(in: utf8)
    var end = 0
    var isTail = false
    for token in words.tokens {
      guard atoms.count < Self.atomLimit else {
        isCut = true
        break
      }
      let gap = end..<token.range.lowerBound
      if atoms.count > 1, !isTail {
        for place in gap where utf8[place] == UInt8(ascii: "|") { isTail = true }
      }
      let isGlued =
        gap.count == 1 && !atoms.isEmpty && token.kind != .unspaced
        && (utf8[gap.lowerBound] == UInt8(ascii: "-") || utf8[gap.lowerBound] == UInt8(ascii: ".")
          || utf8[gap.lowerBound] == UInt8(ascii: "_"))
      if token.kind == .unspaced {
        appendUnspaced(token, isTail)
      } else {
        append(token, isGlued: isGlued, isTail: isTail, gap: gap)
      }
      end = token.range.upperBound
    }
    findGroups()
  }

  /// Characters of scripts without spaces: pairs of neighbours, or one alone.
  private mutating func appendUnspaced(_ token: WordTokens.Token, _ isTail: Bool) {
    let start = bytes.count
    var first = token.range.lowerBound
    if token.isJoined, let last = atoms.last, last.text.upperBound == first {
      // The last character of the atom before: from its last lead byte on.
      var place = last.key.upperBound - 1
      while place > last.key.lowerBound, bytes[place] & 0xC0 == 0x80 { place -= 1 }
      let isFirstPair = last.length == 1
      for index in place..<last.key.upperBound { bytes.append(bytes[index]) }
      first = isFirstPair ? last.text.lowerBound : first
      if isFirstPair { atoms.removeLast() }
    }
    for index in token.foldedRange { bytes.append(words.folded[index]) }
    finish(start, text: first..<token.range.upperBound, .word, false, isTail)
  }

  /// Cuts a word of UAX #29 where a shop would: at dots and low lines, and `2x16gb` at the x.
  private mutating func append(
    _ token: WordTokens.Token, isGlued: Bool, isTail: Bool, gap: Range<Int>
  ) {
    let folded = words.folded
    let isAligned = token.foldedRange.count == token.range.count
    var glued = isGlued
    var start = token.foldedRange.lowerBound
    let end = token.foldedRange.upperBound
    while start < end, atoms.count < Self.atomLimit {
      var stop = start
      var digits = 0
      var letters = 0
      scan: while stop < end {
        let byte = folded[stop]
        if byte &- 0x30 < 10 {
          digits += 1
        } else if byte == 0x2E || byte == 0x2C {
          // A decimal sign between digits stays.
          guard letters == 0, digits > 0, stop + 1 < end, folded[stop + 1] &- 0x30 < 10 else {
            break scan
          }
        } else if byte == 0x5F || byte == 0x3A || byte == 0x3B || byte == 0x2D {
          break scan
        } else if byte == 0x78, letters == 0, digits > 0, stop + 1 < end,
          folded[stop + 1] &- 0x30 < 10
        {
          break scan
        } else if byte != 0x27 {
          letters += 1
        }
        stop += 1
      }
      if stop > start {
        let text =
          isAligned
          ? token.range.lowerBound + start - token.foldedRange.lowerBound..<token.range.lowerBound
            + stop - token.foldedRange.lowerBound : token.range
        appendAtom(folded[start..<stop], text, digits, letters, glued, isTail, gap)
        if start > token.foldedRange.lowerBound, folded[start - 1] == 0x78, !atoms.isEmpty {
          atoms[atoms.count - 1].isMultiplied = true
        }
      }
      glued = stop < end && folded[stop] != 0x78
      start = stop + 1
    }
  }

  private mutating func appendAtom(
    _ folded: ArraySlice<UInt8>, _ text: Range<Int>, _ digits: Int, _ letters: Int,
    _ isGlued: Bool, _ isTail: Bool, _ gap: Range<Int>
  ) {
    let start = bytes.count
    if letters == 0, digits > 0 {
      Quantity.appendNumber(folded, to: &bytes)
      finish(start, text: text, .number, isGlued, isTail)
      return
    }
    if digits > 0, let place = Quantity.unitStart(folded) {
      if let unit = Quantity.unit(folded[place...], isApart: false), !isGlued {
        Quantity.append(folded[..<place], unit, to: &bytes)
        finish(start, text: text, .size, isGlued, isTail)
        setWritten(folded)
        return
      }
    }
    if digits == 0, let last = atoms.last, last.kind == .number, gap.count == 1,
      last.text.upperBound == gap.lowerBound, !last.isGlued,
      let unit = Quantity.unit(folded, isApart: true)
    {
      let number = bytes[last.key]
      Quantity.append(ArraySlice(number), unit, to: &bytes)
      atoms.removeLast()
      finish(
        start, text: last.text.lowerBound..<text.upperBound, .size, last.isGlued, isTail)
      setWritten(number + folded)
      return
    }
    for byte in folded where byte != 0x27 { bytes.append(byte) }
    guard bytes.count > start else { return }
    let isUnit = digits == 0 && Quantity.unit(folded, isApart: true) != nil
    finish(start, text: text, digits > 0 ? .code : isUnit ? .unit : .word, isGlued, isTail)
  }

  /// Keeps the folded form of the last atom, which is a size.
  private mutating func setWritten(_ folded: ArraySlice<UInt8>) {
    atoms[atoms.count - 1].written = bytes.count..<bytes.count + folded.count
    bytes.append(contentsOf: folded)
  }

  private mutating func finish(
    _ start: Int, text: Range<Int>, _ kind: TokenClass, _ isGlued: Bool, _ isTail: Bool
  ) {
    var length = 0
    for index in start..<bytes.count where bytes[index] & 0xC0 != 0x80 { length += 1 }
    atoms.append(
      Atom(
        key: start..<bytes.count, text: text, kind: kind, isGlued: isGlued, isTail: isTail,
        length: length))
  }

  /// Joins what hangs together.
  private mutating func findGroups() {
    var first = 0
    while first < atoms.count {
      var end = first + 1
      while end < atoms.count, atoms[end].isGlued { end += 1 }
      if end - first > 1 {
        let start = bytes.count
        for atom in atoms[first..<end] {
          for index in atom.kind == .size ? atom.written : atom.key where bytes[index] != 0x2E {
            bytes.append(bytes[index])
          }
        }
        let hasDigit = atoms[first..<end].contains { $0.kind != .word && $0.kind != .unit }
        if bytes.count - start <= Self.groupByteLimit {
          groups.append(Group(key: start..<bytes.count, atoms: first..<end, hasDigit: hasDigit))
        }
      }
      first = end
    }
  }
}

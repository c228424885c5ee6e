import Platform

/// Edit distances between one typed word and many others.
///
/// Unweighted ones tell who is near (bit-parallel optimal string alignment, Hyyrö 2003), weighted
/// ones by ``ErrorModel`` how probable the error is. Other words come as ``LetterCode``s.
///
/// `@safe` holds because the block has room for the longest typed word, whose length `begin`
/// checks, and for a number of each of the 256 codes; nobody else has it.
@safe struct ChannelCost {
  private let memory = AlignedMemory(byteCount: Self.rows + 3 * Self.width * 4)
  /// The typed word packed as those of a ``WordTable``, the halves side by side; nil of a long one.
  private var packed: UInt64?
  private(set) var count = 0
  /// Symbols that have no code of their own, by their codes from ``LetterCode/firstOther`` on.
  private var others: [Symbol] = []
  private let model = ErrorModel.shared

  private static let width = SpellingLimits.wordLength + 2
  // What stands where: codes typed and their classes, letters meant, bits of places by the low five
  // bits of a code, and by the whole code, and three rows of costs.
  private static let classes = 64
  private static let meant = 128
  private static let narrow = 192
  private static let wide = narrow + 32 * 4
  private static let rows = wide + 256 * 8

  init() { unsafe memory.base.initializeMemory(as: UInt8.self, repeating: 0, count: Self.rows) }

  /// Codes typed.
  @unsafe private var typed: UnsafeMutablePointer<UInt8> {
    unsafe memory.base.assumingMemoryBound(to: UInt8.self)
  }

  @unsafe private var classes: UnsafeMutablePointer<UInt8> { unsafe typed + Self.classes }

  /// For each letter, by the low five bits of its code, a bit for each of the first 32 places where
  /// it was typed.
  @unsafe var masks: UnsafeMutablePointer<UInt32> {
    unsafe (memory.base + Self.narrow).assumingMemoryBound(to: UInt32.self)
  }

  @unsafe private var wideMasks: UnsafeMutablePointer<UInt64> {
    unsafe (memory.base + Self.wide).assumingMemoryBound(to: UInt64.self)
  }

  /// The code of the first letter typed.
  var first: UInt8 { unsafe typed[0] }

  /// Begins with another typed word.
  ///
  /// - Precondition: 1…``SpellingLimits/wordLength`` symbols.
  mutating func begin(_ word: Span<Symbol>) {
    precondition(1...SpellingLimits.wordLength ~= word.count, "no word that is corrected")
    let (typed, masks, wideMasks) = unsafe (self.typed, self.masks, self.wideMasks)
    var packed: UInt64 = 0
    for index in 0..<count {
      unsafe masks[Int(typed[index] & 31)] = 0
      unsafe wideMasks[Int(typed[index])] = 0
    }
    others.removeAll(keepingCapacity: true)
    count = word.count
    for index in 0..<word.count {
      var code = LetterCode.of(word[index])
      if code == LetterCode.unknown {
        if !others.contains(word[index]) { others.append(word[index]) }
        code = self.code(word[index])
      } else {
        unsafe masks[Int(code & 31)] |= 1 << UInt32(index)
      }
      packed |= UInt64(code & 31) << UInt64(5 * index)
      unsafe typed[index] = code
      unsafe classes[index] = UInt8(ErrorModel.letterClass(code))
      unsafe wideMasks[Int(code)] |= 1 << UInt64(index)
    }
    self.packed = count <= WordTable.packedCount && others.isEmpty ? packed : nil
  }

  /// The code of any symbol beside the typed word.
  func code(_ symbol: Symbol) -> UInt8 {
    let code = LetterCode.of(symbol)
    guard code == LetterCode.unknown, let place = others.firstIndex(of: symbol) else { return code }
    return LetterCode.firstOther + UInt8(place)
  }

  /// Insertions, deletions, substitutions and swaps of neighbours that make another word of it.
  func distance(to word: Span<UInt8>) -> Int {
    let masks = unsafe wideMasks
    var vertical: (plus: UInt64, minus: UInt64) = (~0, 0)
    var diagonal: UInt64 = 0
    var previous: UInt64 = 0
    var distance = count
    let last: UInt64 = 1 << UInt64(count - 1)
    for index in 0..<word.count {
      let match = unsafe masks[Int(word[index])]
      let swapped = ((~diagonal & match) << 1) & previous
      diagonal =
        (((match & vertical.plus) &+ vertical.plus) ^ vertical.plus) | match | vertical.minus
        | swapped
      var plus = vertical.minus | ~(diagonal | vertical.plus)
      let minus = diagonal & vertical.plus
      if plus & last != 0 { distance += 1 }
      if minus & last != 0 { distance -= 1 }
      plus = plus << 1 | 1
      vertical = (minus << 1 | ~(diagonal | plus), plus & diagonal)
      previous = match
    }
    return distance
  }

  /// What it costs that `word` was typed so. Equal beginnings and ends cost nothing.
  func cost(of word: Span<UInt8>) -> Float {
    let typed = unsafe self.typed
    var start = 0
    let least = min(count, word.count)
    while start < least, unsafe typed[start] == word[start] { start += 1 }
    var typedEnd = count
    var wordEnd = word.count
    while typedEnd > start, wordEnd > start, unsafe typed[typedEnd - 1] == word[wordEnd - 1] {
      typedEnd -= 1
      wordEnd -= 1
    }
    return unsafe word.withUnsafeBufferPointer { word in
      guard let letters = word.baseAddress else {
        return unsafe cost(of: typed, 0, start, typedEnd)
      }
      return unsafe cost(of: letters + start, wordEnd - start, start, typedEnd)
    }
  }

  /// The same of the packed letters of a word; nil where either word is long.
  @inline(__always) func cost(ofPacked word: UInt64, length: Int) -> Float? {
    guard let packed, length <= WordTable.packedCount else { return nil }
    let word = word & 0x3FFF_FFFF | word >> 2 & 0x3FFF_FFFF << 30
    let least = min(count, length)
    let start = min(least, (packed ^ word).trailingZeroBitCount / 5)
    // With the last letters side by side, at the upper end.
    let ends = packed << UInt64(64 - 5 * count) ^ word << UInt64(64 - 5 * length)
    let end = min(least - start, ends.leadingZeroBitCount / 5)
    let meant = unsafe typed + Self.meant
    for index in start..<length - end {
      unsafe meant[index] = UInt8(truncatingIfNeeded: word >> UInt64(5 * index)) & 31 | 0x60
    }
    return unsafe cost(of: meant + start, length - end - start, start, count - end)
  }

  /// What it costs that `count` letters `meant` were typed as those from `start` to `end`.
  @unsafe private func cost(
    of meant: UnsafePointer<UInt8>, _ meantCount: Int, _ start: Int, _ end: Int
  ) -> Float {
    let width = end - start
    if width == 0 && meantCount == 0 { return 0 }
    let (typed, classes) = unsafe (self.typed + start, self.classes + start)
    let before = start == 0 ? ErrorModel.start : Int(unsafe classes[-1])
    // Rows by letters of the word, columns by letters typed.
    var row = unsafe (memory.base + Self.rows).assumingMemoryBound(to: Float.self)
    var above = unsafe row + Self.width
    var second = unsafe above + Self.width
    unsafe row[0] = 0
    var sum: Float = 0
    var left = before
    for column in 0..<width {
      let letter = Int(unsafe classes[column])
      sum += model.insertion(letter, after: left)
      unsafe row[column + 1] = sum
      left = letter
    }
    var previous = before
    for index in 0..<meantCount {
      unsafe (row, above, second) = (second, row, above)
      let code = unsafe meant[index]
      let letterMeant = ErrorModel.letterClass(code)
      let omission = model.omission(of: letterMeant, after: previous)
      unsafe row[0] = above[0] + omission
      for column in 0..<width {
        let letter = Int(unsafe classes[column])
        var best = unsafe above[column + 1] + omission
        best = min(best, unsafe row[column] + model.insertion(letter, after: letterMeant))
        let same = unsafe typed[column] == code
        best = min(
          best,
          unsafe above[column] + (same ? 0 : model.substitution(of: letterMeant, by: letter)))
        if index > 0, column > 0, !same, unsafe typed[column - 1] == code,
          unsafe typed[column] == meant[index - 1]
        {
          best = min(
            best,
            unsafe second[column - 1] + model.transposition(of: letterMeant, after: previous))
        }
        unsafe row[column + 1] = best
      }
      previous = letterMeant
    }
    return unsafe row[width]
  }
}

/// Letters of folded words as bytes.
enum LetterCode {
  static let apostrophe: UInt8 = 0x7B
  /// Any symbol that is neither a…z nor the apostrophe, and equal to nothing typed.
  static let unknown: UInt8 = 0x7F
  /// From here on such symbols of a typed word have codes.
  static let firstOther: UInt8 = 0x80

  /// a…z are as in ASCII.
  @inline(__always) static func of(_ symbol: Symbol) -> UInt8 {
    let letter = symbol &- 0x61
    if letter < 26 { return UInt8(truncatingIfNeeded: symbol) }
    return symbol == Folding.apostrophe ? apostrophe : unknown
  }

  /// The symbol of a letter or the apostrophe.
  @inline(__always) static func symbol(_ code: UInt8) -> Symbol {
    code == apostrophe ? Folding.apostrophe : Symbol(code)
  }
}

/// How a text is changed before it is cut into words: the settings of a `BertNormalizer`.
struct NormalizerSettings: Equatable, Sendable {
  /// Control characters go, and every blank becomes a space.
  var cleansText = true
  /// Chinese characters are words of their own.
  var separatesIdeographs = true
  /// Accents go.
  var stripsAccents = true
  /// Upper case becomes lower case.
  var lowersCase = true
}

/// What becomes of scalars, by the tables of the reference tokenizer: the standard library's own
/// grow with Unicode, and the ids of a text must be the same with every version of it.
struct ScalarNormalizer: Sendable {
  /// How a scalar takes part in words.
  enum Kind: UInt8, Sendable {
    /// Part of a word.
    case letter
    /// Between words.
    case space
    /// A word of its own.
    case punctuation
    /// Chinese: a word of its own after its accents went.
    case ideograph
    /// Not there.
    case nothing
  }

  let settings: NormalizerSettings
  /// Kind and replacement of the first 128 scalars, most of most texts.
  private let asciiKinds: [Kind]
  private let asciiLetters: [UInt8]

  init(_ settings: NormalizerSettings) {
    self.settings = settings
    asciiKinds = (0..<128).map { Self.kind(of: $0, settings) }
    asciiLetters = (0..<128).map { byte in
      settings.lowersCase && (0x41...0x5A).contains(byte) ? byte + 32 : byte
    }
  }

  /// The kind of an ASCII byte.
  @inline(__always) func kind(ascii byte: UInt8) -> Kind { asciiKinds[Int(byte)] }

  /// What an ASCII byte becomes in a word.
  @inline(__always) func letter(ascii byte: UInt8) -> UInt8 { asciiLetters[Int(byte)] }

  /// The kind of a scalar as it was written.
  func kind(of scalar: UInt32) -> Kind { Self.kind(of: scalar, settings) }

  /// The kind of a scalar that ``append(_:to:)`` left: cleaning and separating are over.
  func kindAfterwards(of scalar: UInt32) -> Kind {
    if Self.isWithin(scalar, NormalizationTables.spaces) { return .space }
    return Self.isWithin(scalar, NormalizationTables.punctuation) ? .punctuation : .letter
  }

  private static func kind(of scalar: UInt32, _ settings: NormalizerSettings) -> Kind {
    if settings.cleansText {
      if isWithin(scalar, NormalizationTables.removed) { return .nothing }
      if isWithin(scalar, NormalizationTables.blanks) { return .space }
    }
    if settings.separatesIdeographs && isWithin(scalar, NormalizationTables.ideographs) {
      return .ideograph
    }
    if isWithin(scalar, NormalizationTables.spaces) { return .space }
    return isWithin(scalar, NormalizationTables.punctuation) ? .punctuation : .letter
  }

  /// Appends what a scalar becomes without accents and in lower case, perhaps nothing.
  func append(_ scalar: UInt32, to word: inout [UInt32]) {
    guard settings.stripsAccents else { return appendLowered(scalar, to: &word) }
    // Hangul
    if (0xAC00...0xD7A3).contains(scalar) {
      // A Korean syllable becomes its letters (The Unicode Standard, section 3.12).
      let index = scalar - 0xAC00
      word.append(0x1100 + index / 588)
      word.append(0x1161 + index % 588 / 28)
      if index % 28 > 0 { word.append(0x11A7 + index % 28) }
      return
    }
    if Self.isWithin(scalar, NormalizationTables.marks) { return }
    if let place = Self.place(of: scalar, in: NormalizationTables.composed) {
      return appendLowered(NormalizationTables.bases[place], to: &word)
    }
    let several = NormalizationTables.several
    var place = 0
    while place < several.count, several[place] <= scalar {
      let count = Int(several[place + 1])
      if several[place] == scalar {
        for part in several[place + 2..<place + 2 + count] { appendLowered(part, to: &word) }
        return
      }
      place += 2 + count
    }
    appendLowered(scalar, to: &word)
  }

  /// Puts combining characters that decomposing keeps into their canonical order.
  ///
  /// - Parameter start: Where the word begins; a word holds whole sequences.
  func reorder(_ word: inout [UInt32], from start: Int) {
    guard settings.stripsAccents else { return }
    var index = start + 1
    while index < word.count {
      let order = Self.order(of: word[index])
      var place = index
      while order > 0, place > start, Self.order(of: word[place - 1]) > order {
        word.swapAt(place, place - 1)
        place -= 1
      }
      index += 1
    }
  }

  private func appendLowered(_ scalar: UInt32, to word: inout [UInt32]) {
    guard settings.lowersCase else { return word.append(scalar) }
    if scalar == 0x130 {
      word.append(0x69)
      word.append(0x307)
      return
    }
    let table = NormalizationTables.lowered
    var (low, high) = (0, table.count / 4)
    while low < high {
      let middle = (low + high) / 2
      if table[middle * 4 + 1] < scalar { low = middle + 1 } else { high = middle }
    }
    guard low < table.count / 4, table[low * 4] <= scalar,
      (scalar - table[low * 4]) % table[low * 4 + 2] == 0
    else { return word.append(scalar) }
    word.append(scalar &+ table[low * 4 + 3])
  }

  /// The canonical combining class, 0 for what is no combining character or goes with the accents.
  private static func order(of scalar: UInt32) -> UInt32 {
    guard scalar > 0x7FC else { return 0 }
    let table = NormalizationTables.orders
    for place in stride(from: 0, to: table.count, by: 3) where table[place + 1] >= scalar {
      return table[place] <= scalar ? table[place + 2] : 0
    }
    return 0
  }

  /// Whether a scalar lies in one of the ranges of a flat ascending table first, last.
  private static func isWithin(_ scalar: UInt32, _ table: [UInt32]) -> Bool {
    var (low, high) = (0, table.count / 2)
    while low < high {
      let middle = (low + high) / 2
      if table[middle * 2 + 1] < scalar { low = middle + 1 } else { high = middle }
    }
    return low < table.count / 2 && table[low * 2] <= scalar
  }

  private static func place(of scalar: UInt32, in table: [UInt32]) -> Int? {
    var (low, high) = (0, table.count)
    while low < high {
      let middle = (low + high) / 2
      if table[middle] < scalar { low = middle + 1 } else { high = middle }
    }
    return low < table.count && table[low] == scalar ? low : nil
  }
}

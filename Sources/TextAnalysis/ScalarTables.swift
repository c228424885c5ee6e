/// One byte or index for each scalar, in blocks of which equal ones stand there once.
struct ScalarTable<Element: BitwiseCopyable & Hashable>: Sendable where Element: Sendable {
  private static var blockCount: Int { 0x110000 >> 8 }

  private var blocks: [UInt16] = []
  private var elements: [Element] = []

  init(_ values: [(scalars: Range<Int>, value: Element)], default none: Element) {
    let empty = [Element](repeating: none, count: 256)
    var numbers: [[Element]: UInt16] = [:]
    blocks.reserveCapacity(Self.blockCount)
    var block = empty
    var next = 0
    for number in 0..<Self.blockCount {
      let scalars = number << 8..<(number + 1) << 8
      block = empty
      while next < values.count, values[next].scalars.lowerBound < scalars.upperBound {
        for scalar in values[next].scalars.clamped(to: scalars) {
          block[scalar & 255] = values[next].value
        }
        if values[next].scalars.upperBound > scalars.upperBound { break }
        next += 1
      }
      if let known = numbers[block] {
        blocks.append(known)
      } else {
        let new = UInt16(elements.count >> 8)
        numbers[block] = new
        elements.append(contentsOf: block)
        blocks.append(new)
      }
    }
  }

  /// - Precondition: `scalar` is at most 0x10FFFF.
  @inline(__always) subscript(scalar: UInt32) -> Element {
    elements[Int(blocks[Int(scalar >> 8)]) << 8 | Int(scalar & 255)]
  }
}

/// What a scalar is in a word: its word break class, and what kind of token it makes.
struct ScalarProperty: Hashable, Sendable {
  var bits: UInt8

  var wordBreak: WordBreak { WordBreak(rawValue: bits & 0x1F) ?? .other }
  var isPictograph: Bool { bits & 0x20 != 0 }
  /// 0 nothing, 1 a letter, 2 a digit, 3 a letter of a script without spaces.
  var kind: UInt8 { bits >> 6 }

  static let table: ScalarTable<UInt8> = ScalarTable(
    GeneratedRuns(UnicodeTables.properties).map { run in
      (run.scalars, UInt8(truncatingIfNeeded: run.values.first ?? 0))
    }, default: 0)

  @inline(__always) init(_ scalar: UInt32) { bits = Self.table[scalar] }
}

/// Word break classes of Unicode Standard Annex #29, table 3, as `Unicode/generate` numbers them.
enum WordBreak: UInt8 {
  case other, carriageReturn, lineFeed, newline, extend, joiner, format, regionalIndicator
  case katakana, hebrewLetter, letter, singleQuote, doubleQuote, midNumberLetter, midLetter
  case midNumber, numeric, extendNumberLetter, space

  /// Whether rule WB4 passes over it.
  var isIgnored: Bool { self == .extend || self == .joiner || self == .format }
  var isLetter: Bool { self == .letter || self == .hebrewLetter }
  var isNewline: Bool { self == .carriageReturn || self == .lineFeed || self == .newline }
  /// What may stand between two letters.
  var joinsLetters: Bool { self == .midLetter || self == .midNumberLetter || self == .singleQuote }
  /// What may stand between two digits.
  var joinsDigits: Bool { self == .midNumber || self == .midNumberLetter || self == .singleQuote }
}

/// The runs of a generated table, in the order of their scalars.
struct GeneratedRuns: Sequence, IteratorProtocol {
  struct Run {
    var scalars: Range<Int>
    var values: [UInt32]
  }

  private var bytes: Substring.UTF8View
  private var end = 0

  init(_ text: String) { bytes = text[...].utf8 }

  private mutating func number() -> Int {
    var value = 0
    while let byte = bytes.first, let digit = Self.digit(byte) {
      value = value << 4 | digit
      bytes.removeFirst()
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte - 0x30)
    case 0x61...0x66: Int(byte - 0x61) + 10
    default: nil
    }
  }

  mutating func next() -> Run? {
    while bytes.first == 0x20 { bytes.removeFirst() }
    guard !bytes.isEmpty else { return nil }
    let start = end + number()
    bytes.removeFirst()
    let count = number()
    bytes.removeFirst()
    var values: [UInt32] = []
    while let byte = bytes.first, byte != 0x20 {
      if byte == 0x2C { bytes.removeFirst() }
      values.append(UInt32(number()))
    }
    end = start + count
    return Run(scalars: start..<end, values: values)
  }
}

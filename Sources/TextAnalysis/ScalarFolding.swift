/// What scalars become in a folded word, or in a lower-case one.
struct ScalarFolding: Sendable {
  /// Case, compatibility forms and marks folded away.
  static let folds = ScalarFolding(UnicodeTables.folds)
  /// Case folded, marks kept: only of scalars where that is something else.
  static let lowers = ScalarFolding(UnicodeTables.lowers)

  /// 0: the scalar stays; else where its text stands, plus 1.
  private let places: ScalarTable<UInt16>
  private let starts: [UInt32]
  private let texts: [UInt8]

  private init(_ table: String) {
    var values: [(scalars: Range<Int>, value: UInt16)] = []
    var starts: [UInt32] = [0]
    var texts: [UInt8] = []
    var known: [[UInt32]: UInt16] = [:]
    for run in GeneratedRuns(table) {
      for (step, scalar) in run.scalars.enumerated() {
        let target = run.values.count == 1 ? [run.values[0] + UInt32(step)] : run.values
        let place: UInt16
        if let same = known[target] {
          place = same
        } else {
          for each in target { UTF8Scalar.append(each, to: &texts) }
          starts.append(UInt32(texts.count))
          place = UInt16(starts.count - 1)
          known[target] = place
        }
        values.append((scalar..<scalar + 1, place))
      }
    }
    places = ScalarTable(values, default: 0)
    self.starts = starts
    self.texts = texts
  }

  /// Whether the scalar becomes something else.
  func changes(_ scalar: UInt32) -> Bool { places[scalar] != 0 }

  /// Appends what the scalar becomes.
  func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    let place = Int(places[scalar])
    guard place > 0 else {
      if 0xAC00..<0xD7A4 ~= scalar {
        Self.appendSyllable(scalar, to: &bytes)
      } else {
        UTF8Scalar.append(scalar, to: &bytes)
      }
      return
    }
    for index in Int(starts[place - 1])..<Int(starts[place]) { bytes.append(texts[index]) }
  }

  /// A Hangul syllable by its letters, as in texts that are stored decomposed.
  private static func appendSyllable(_ scalar: UInt32, to bytes: inout [UInt8]) {
    let index = scalar - 0xAC00
    UTF8Scalar.append(0x1100 + index / 588, to: &bytes)
    UTF8Scalar.append(0x1161 + index % 588 / 28, to: &bytes)
    if index % 28 > 0 { UTF8Scalar.append(0x11A7 + index % 28, to: &bytes) }
  }
}

/// Scalars in UTF-8.
enum UTF8Scalar {
  /// Reads the scalar at `index`; a byte that begins none is U+FFFD, one byte long.
  ///
  /// - Precondition: `index` lies within `bytes`.
  @inline(__always) static func read(
    _ bytes: Span<UInt8>, at index: Int
  ) -> (scalar: UInt32, count: Int) {
    let lead = bytes[index]
    if lead < 0x80 { return (UInt32(lead), 1) }
    return readLong(bytes, at: index, lead)
  }

  private static func readLong(
    _ bytes: Span<UInt8>, at index: Int, _ lead: UInt8
  ) -> (scalar: UInt32, count: Int) {
    let bad: (UInt32, Int) = (0xFFFD, 1)
    let length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0
    guard length > 0, index + length <= bytes.count else { return bad }
    var scalar = UInt32(lead) & (0xFF >> UInt32(length + 1))
    for offset in 1..<length {
      let byte = bytes[index + offset]
      guard byte & 0xC0 == 0x80 else { return bad }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    let least: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
    guard scalar >= least, scalar < 0x110000, !(0xD800..<0xE000).contains(scalar) else {
      return bad
    }
    return (scalar, length)
  }

  static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    switch scalar {
    case 0..<0x80:
      bytes.append(UInt8(scalar))
    case 0x80..<0x800:
      bytes.append(UInt8(0xC0 | scalar >> 6))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    case 0x800..<0x10000:
      bytes.append(UInt8(0xE0 | scalar >> 12))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    default:
      bytes.append(UInt8(0xF0 | scalar >> 18))
      bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    }
  }
}

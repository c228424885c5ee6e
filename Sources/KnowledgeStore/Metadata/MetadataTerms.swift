import Platform

/// Metadata as filters see it: one byte string, a term, for each value. Terms are in byte order
/// what their values are in theirs, and those of one key stand together, so that each test is a few
/// intervals of terms (``TermIntervals``).
///
/// Byte map: FORMAT.md, section 4.
enum MetadataTerms {
  /// The kind of a value, the first byte after the path.
  enum Kind: UInt8 {
    case flag = 1
    case number = 2
    case text = 3
    /// Text of more than ``textByteLimit`` bytes, by its SHA-256.
    case longText = 4
  }

  /// Ends a path. A zero byte within a key stands as ``escapedZero``, which no UTF-8 has.
  static let pathEnd: UInt8 = 0
  private static let escapedZero: UInt8 = 0xFF
  private static let dot = UInt8(ascii: ".")
  /// Bytes of text that stand in a term as they are.
  static let textByteLimit = 64
  /// The only term of an entry whose values are not listed: too many, or a key that is too long.
  /// No other term is it, for all others have a ``pathEnd``.
  static let unlisted: [UInt8] = [0xFF]

  /// The terms of an entry's metadata, distinct and in byte order; none where it is not the text of
  /// a JSON object.
  ///
  /// - Complexity: O(bytes).
  static func terms(of metadata: ArraySlice<UInt8>) -> [[UInt8]] {
    guard metadata.count > 2 else { return [] }
    var terms: [[UInt8]] = []
    var isListed = true
    forEach(in: metadata) { path, value in
      isListed =
        terms.count < Limits.metadataTermCount && path.count <= Limits.metadataPathByteCount
      if isListed { terms.append(path + [pathEnd] + value) }
      return isListed
    }
    guard isListed else { return [unlisted] }
    terms.sort(by: precedesByBytes)
    var distinct = 0
    for index in terms.indices where index == 0 || terms[index] != terms[distinct - 1] {
      terms[distinct] = terms[index]
      distinct += 1
    }
    terms.removeSubrange(distinct...)
    return terms
  }

  /// Whether the metadata has a term in the intervals, however many it has.
  static func has(_ intervals: TermIntervals, in metadata: ArraySlice<UInt8>) -> Bool {
    var isFound = false
    forEach(in: metadata) { path, value in
      guard path.starts(with: intervals.path) else { return true }
      isFound = intervals.contains(path + [pathEnd] + value)
      return !isFound
    }
    return isFound
  }

  /// Calls `body` with the path and the encoded value of each value until it returns false.
  private static func forEach(
    in metadata: ArraySlice<UInt8>, _ body: (_ path: [UInt8], _ value: [UInt8]) -> Bool
  ) {
    guard let json = try? JSON.parse(Array(metadata), limits: JSONLimits(depth: 512)),
      case .object(let members) = json
    else { return }
    var path: [UInt8] = []
    for (key, value) in members {
      path.removeAll(keepingCapacity: true)
      append(key, to: &path)
      guard walk(value, &path, body) else { return }
    }
  }

  /// - Returns: Whether to go on.
  private static func walk(
    _ json: JSON, _ path: inout [UInt8], _ body: ([UInt8], [UInt8]) -> Bool
  ) -> Bool {
    switch json {
    case .null: return true
    case .bool(let flag): return body(path, encoded(flag))
    case .number(let text): return body(path, encoded(number: text))
    case .string(let text): return body(path, encoded(text))
    case .array(let elements):
      for element in elements { guard walk(element, &path, body) else { return false } }
    case .object(let members):
      let length = path.count
      for (key, value) in members {
        path.append(dot)
        append(key, to: &path)
        guard walk(value, &path, body) else { return false }
        path.removeSubrange(length...)
      }
    }
    return true
  }

  private static func append(_ key: String, to path: inout [UInt8]) {
    for byte in key.utf8 { path.append(byte == 0 ? escapedZero : byte) }
  }

  // MARK: Values

  static func encoded(_ flag: Bool) -> [UInt8] { [Kind.flag.rawValue, flag ? 1 : 0] }

  static func encoded(_ text: String) -> [UInt8] {
    text.utf8.count <= textByteLimit
      ? [Kind.text.rawValue] + text.utf8 : [Kind.longText.rawValue] + SHA256.hash(Array(text.utf8))
  }

  /// The number's place among the Doubles, then what tells it from others that are nearest to the
  /// same one.
  ///
  /// - Parameter text: A JSON number, or the description of a finite Double.
  static func encoded(number text: String) -> [UInt8] {
    var value = [Kind.number.rawValue]
    append(place(of: Double(text) ?? 0), to: &value)
    let digits = DecimalText.canonical(text)
    value += digits.count <= textByteLimit ? digits : SHA256.hash(digits)
    return value
  }

  /// A number that grows with the value; both zeros have the same.
  static func place(of value: Double) -> UInt64 {
    let bits = (value == 0 ? 0 : value).bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }

  static func append(_ place: UInt64, to value: inout [UInt8]) {
    for shift in stride(from: 56, through: 0, by: -8) {
      value.append(UInt8(truncatingIfNeeded: place >> UInt64(shift)))
    }
  }

  /// The path of a key that a filter names, without its end.
  static func path(of key: String) -> [UInt8] {
    var path: [UInt8] = []
    append(key, to: &path)
    return path
  }
}

/// The text of a decimal number in the one form that all texts of the same number share.
enum DecimalText {
  /// `-`, the digits without zeros at their ends, `e`, and the power of ten that they, with a point
  /// before them, are times: `5`, `5.0` and `50e-1` are all `5e1`. Zero is `0`.
  ///
  /// - Parameter text: A JSON number. With an exponent of more than 16 characters it is left as it
  ///   is.
  static func canonical(_ text: String) -> [UInt8] {
    var digits: [UInt8] = []
    var isNegative = false
    var pointOffset: Int?
    var exponent = 0
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "."): pointOffset = digits.count
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte)
      default:
        let rest = bytes[(index + 1)...]
        guard rest.count <= 16, let value = Int(String(decoding: rest, as: UTF8.self)) else {
          return bytes
        }
        exponent = value
      }
      if byte | 0x20 == UInt8(ascii: "e") { break }
    }
    return canonical(digits, isNegative, exponent + (pointOffset ?? digits.count))
  }

  private static func canonical(
    _ digits: [UInt8], _ isNegative: Bool, _ power: Int
  ) -> [UInt8] {
    let zero = UInt8(ascii: "0")
    guard let first = digits.firstIndex(where: { $0 != zero }),
      let last = digits.lastIndex(where: { $0 != zero })
    else { return [zero] }
    var text: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
    text += digits[first...last]
    text.append(UInt8(ascii: "e"))
    text += (power - first).description.utf8
    return text
  }
}

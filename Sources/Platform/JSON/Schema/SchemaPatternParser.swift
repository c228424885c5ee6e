/// A pattern as it is written.
indirect enum SchemaPatternTree {
  case scalar(SchemaPatternClass)
  case start, end
  case sequence([SchemaPatternTree])
  case alternatives([SchemaPatternTree])
  /// At least and at most so often; without end where the most is nil.
  case repetition(SchemaPatternTree, Int, Int?)
}

/// The scalars that one place of a pattern takes.
struct SchemaPatternClass: Sendable {
  enum Part: Sendable {
    case range(ClosedRange<UInt32>)
    case letter, number
    case not(SchemaPatternClass)
  }

  var parts: [Part] = []
  var isNegated = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    parts.contains { part in
      switch part {
      case .range(let range): range.contains(scalar.value)
      case .letter: Self.isLetter(scalar)
      case .number: Self.isNumber(scalar)
      case .not(let other): !other.contains(scalar)
      }
    } != isNegated
  }

  init(_ ranges: ClosedRange<UInt32>..., isNegated: Bool = false) {
    parts = ranges.map { .range($0) }
    self.isNegated = isNegated
  }

  init(_ part: Part) { parts = [part] }

  static let digit = Self(0x30...0x39)
  static let word = Self(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)
  static let space = Self(
    0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
    0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF)
  static let anyButLineEnd = Self(0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029, isNegated: true)

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  private static func isNumber(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }
}

/// Reads a pattern from left to right.
struct SchemaPatternParser {
  private static let groupLimit = 50
  private static let repetitionLimit = 1_000

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var groups = 0

  init(_ source: String) { scalars = Array(source.unicodeScalars) }

  mutating func pattern() throws(SchemaPatternError) -> SchemaPatternTree {
    guard scalars.count <= 4_096 else { throw error("the pattern has more than 4,096 characters") }
    let tree = try alternatives()
    guard position == scalars.count else { throw error("a ) without its (; write \\)") }
    return tree
  }

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private func error(_ message: String) -> SchemaPatternError {
    SchemaPatternError(column: position + 1, message: message)
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func alternatives() throws(SchemaPatternError) -> SchemaPatternTree {
    var parts = [try sequence()]
    while take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .alternatives(parts)
  }

  private mutating func sequence() throws(SchemaPatternError) -> SchemaPatternTree {
    var parts: [SchemaPatternTree] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let atom = try atom()
      parts.append(try repeated(atom))
    }
    return .sequence(parts)
  }

  private mutating func atom() throws(SchemaPatternError) -> SchemaPatternTree {
    guard let scalar = next else { return .sequence([]) }
    switch scalar {
    case "(": return try group()
    case "[": return .scalar(try characterClass())
    case "\\": return .scalar(try escape(inClass: false))
    case "*", "+", "?": throw error("nothing stands before \(scalar) to repeat; write \\\(scalar)")
    case "{", "}", "]": throw error("a bare \(scalar); write \\\(scalar)")
    default: break
    }
    position += 1
    switch scalar {
    case "^": return .start
    case "$": return .end
    case ".": return .scalar(.anyButLineEnd)
    default: return .scalar(SchemaPatternClass(scalar.value...scalar.value))
    }
  }

  private mutating func group() throws(SchemaPatternError) -> SchemaPatternTree {
    groups += 1
    guard groups <= Self.groupLimit else {
      throw error("more than \(Self.groupLimit) groups within each other")
    }
    position += 1
    if take("?"), !take(":") {
      throw error("of groups that begin with (? only (?: is known; leave out what looks around")
    }
    let tree = try alternatives()
    guard take(")") else { throw error("a ( without its )") }
    groups -= 1
    return tree
  }

  private mutating func repeated(
    _ atom: SchemaPatternTree
  ) throws(SchemaPatternError) -> SchemaPatternTree {
    var bounds: (least: Int, most: Int?)
    switch next {
    case "*": bounds = (0, nil)
    case "+": bounds = (1, nil)
    case "?": bounds = (0, 1)
    case "{":
      position += 1
      guard let least = number() else { throw error("a number is missing; write \\{ for a brace") }
      bounds = (least, least)
      if take(",") { bounds.most = number() }
      guard next == "}" else { throw error("a } is missing") }
    default: return atom
    }
    position += 1
    _ = take("?")
    if let most = bounds.most, most < bounds.least { throw error("the greater number comes first") }
    guard max(bounds.least, bounds.most ?? 0) <= Self.repetitionLimit else {
      throw error("repeated more than \(Self.repetitionLimit) times")
    }
    if let next, "*+?{".unicodeScalars.contains(next) { throw error("repeated twice") }
    return .repetition(atom, bounds.least, bounds.most)
  }

  private mutating func number() -> Int? {
    let start = position
    while let scalar = next, ("0"..."9").contains(scalar), position - start < 9 { position += 1 }
    return Int(String(String.UnicodeScalarView(scalars[start..<position])))
  }

  // MARK: Classes and escapes

  private mutating func characterClass() throws(SchemaPatternError) -> SchemaPatternClass {
    position += 1
    var result = SchemaPatternClass()
    result.isNegated = take("^")
    while true {
      guard let scalar = next else { throw error("a [ without its ]") }
      if take("]") { return result }
      let low = try member(scalar)
      guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
        result.parts += low.parts
        continue
      }
      position += 1
      let high = try member(scalars[position])
      guard let first = low.single, let last = high.single, first <= last else {
        throw error("a range that does not go from a character to a later one; write \\- for a -")
      }
      result.parts.append(.range(first...last))
    }
  }

  private mutating func member(
    _ scalar: Unicode.Scalar
  ) throws(SchemaPatternError) -> SchemaPatternClass {
    if scalar == "\\" { return try escape(inClass: true) }
    position += 1
    return SchemaPatternClass(scalar.value...scalar.value)
  }

  private mutating func escape(inClass: Bool) throws(SchemaPatternError) -> SchemaPatternClass {
    position += 1
    guard let scalar = next else { throw error("nothing stands behind the last \\") }
    position += 1
    func one(_ value: UInt32) -> SchemaPatternClass { SchemaPatternClass(value...value) }
    switch scalar {
    case "d": return .digit
    case "D": return SchemaPatternClass(.not(.digit))
    case "w": return .word
    case "W": return SchemaPatternClass(.not(.word))
    case "s": return .space
    case "S": return SchemaPatternClass(.not(.space))
    case "t": return one(0x09)
    case "n": return one(0x0A)
    case "v": return one(0x0B)
    case "f": return one(0x0C)
    case "r": return one(0x0D)
    case "x": return one(try hexadecimal(digits: 2))
    case "u":
      guard take("{") else { return one(try hexadecimal(digits: 4)) }
      let end = scalars[position...].firstIndex(of: "}") ?? position
      let value = try hexadecimal(digits: max(1, min(6, end - position)))
      guard take("}") else { throw error("a } is missing") }
      return one(value)
    case "p", "P":
      for (name, part) in [("{L}", SchemaPatternClass.Part.letter), ("{N}", .number)]
      where scalars[position...].starts(with: name.unicodeScalars) {
        position += 3
        let known = SchemaPatternClass(part)
        return scalar == "p" ? known : SchemaPatternClass(.not(known))
      }
      throw error("of properties only \\p{L} and \\p{N} are known")
    case _ where "^$\\.*+?()[]{}|/-".unicodeScalars.contains(scalar): return one(scalar.value)
    default:
      position -= 1
      throw error("\\\(scalar) is not known here")
    }
  }

  private mutating func hexadecimal(digits: Int) throws(SchemaPatternError) -> UInt32 {
    let text = String(String.UnicodeScalarView(scalars[position...].prefix(digits)))
    guard text.utf8.count == digits, !text.hasPrefix("+"), !text.hasPrefix("-"),
      let value = UInt32(text, radix: 16), Unicode.Scalar(value) != nil
    else { throw error("\(digits) hexadecimal digits of a character are missing") }
    position += digits
    return value
  }
}

extension SchemaPatternClass {
  /// The only scalar that it takes.
  fileprivate var single: UInt32? {
    guard parts.count == 1, case .range(let range) = parts[0], range.count == 1, !isNegated else {
      return nil
    }
    return range.lowerBound
  }

}

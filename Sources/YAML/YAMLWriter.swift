import Platform

/// Writes a value in block style.
struct YAMLWriter {
  private(set) var text = ""

  /// Spaces a level.
  private static let step = 2
  /// The longest key that may stand without a `?` in front is 1,024 characters.
  private static let keyLimit = 500

  mutating func document(_ json: JSON) {
    switch json {
    case .object(let members) where !members.isEmpty: mapping(members, indent: 0, isInline: false)
    case .array(let elements) where !elements.isEmpty:
      sequence(elements, indent: 0, isInline: false)
    default:
      scalar(json, indent: 0)
      text += "\n"
    }
  }

  /// - Parameter isInline: Whether the first member stands on the line that is begun.
  private mutating func mapping(
    _ members: [(key: String, value: JSON)], indent: Int, isInline: Bool
  ) {
    for (index, (key, value)) in members.enumerated() {
      if index > 0 || !isInline { pad(indent) }
      if key.utf8.count > Self.keyLimit {
        text += "? " + Self.quoted(key) + "\n"
        pad(indent)
        text += ":"
      } else {
        text += (Self.isPlain(key) ? key : Self.quoted(key)) + ":"
      }
      switch value {
      case .object(let inner) where !inner.isEmpty:
        text += "\n"
        mapping(inner, indent: indent + Self.step, isInline: false)
      case .array(let inner) where !inner.isEmpty:
        text += "\n"
        sequence(inner, indent: indent + Self.step, isInline: false)
      default:
        text += " "
        scalar(value, indent: indent)
        text += "\n"
      }
    }
  }

  private mutating func sequence(_ elements: [JSON], indent: Int, isInline: Bool) {
    for (index, value) in elements.enumerated() {
      if index > 0 || !isInline { pad(indent) }
      text += "- "
      switch value {
      case .object(let inner) where !inner.isEmpty:
        mapping(inner, indent: indent + Self.step, isInline: true)
      case .array(let inner) where !inner.isEmpty:
        sequence(inner, indent: indent + Self.step, isInline: true)
      default:
        scalar(value, indent: indent)
        text += "\n"
      }
    }
  }

  private mutating func pad(_ indent: Int) { text += String(repeating: " ", count: indent) }

  private mutating func scalar(_ json: JSON, indent: Int) {
    switch json {
    case .object: text += "{}"
    case .array: text += "[]"
    case .string(let value):
      if Self.isPlain(value) {
        text += value
      } else if Self.isLiteral(value) {
        literal(value, indent: indent + Self.step)
      } else {
        text += Self.quoted(value)
      }
    default: text += json.description
    }
  }

  /// The block, its last line without its end.
  private mutating func literal(_ value: String, indent: Int) {
    text += "|"
    // Where the first line does not show how far the block is indented, a number says it.
    if value.hasPrefix(" ") || value.hasPrefix("\n") { text += "\(Self.step)" }
    var lines = value.split(separator: "\n", omittingEmptySubsequences: false)
    if !value.hasSuffix("\n") {
      text += "-"
    } else {
      lines.removeLast()
      if lines.last?.isEmpty == true { text += "+" }
    }
    for line in lines {
      text += "\n"
      if !line.isEmpty {
        pad(indent)
        text += line
      }
    }
  }

  // MARK: Which style

  /// Whether a text can stand as it is: letters first, nothing that YAML could read otherwise.
  static func isPlain(_ value: String) -> Bool {
    guard let first = value.unicodeScalars.first, first.properties.isAlphabetic,
      value.utf8.count <= 1_000, value.utf8.last != UInt8(ascii: " "),
      !["null", "true", "false"].contains(value.lowercased())
    else { return false }
    // What the schema of YAML 1.1 takes for a Boolean stands in quotes for other programs.
    guard !["yes", "no", "on", "off", "y", "n"].contains(value.lowercased()) else { return false }
    var last: Unicode.Scalar = " "
    for scalar in value.unicodeScalars {
      switch scalar {
      case " ", "-", "_", ".", ",", "'", "(", ")", "/", "+", ";", "!", "?", "=", "0"..."9": break
      case ":": if value.unicodeScalars.last == ":" { return false }
      default:
        guard scalar.properties.isAlphabetic, isPrintable(scalar) else { return false }
      }
      if last == ":", scalar == " " { return false }
      last = scalar
    }
    return true
  }

  /// Whether a text of several lines can stand as a literal block.
  private static func isLiteral(_ value: String) -> Bool {
    guard value.utf8.contains(0x0A),
      value.unicodeScalars.allSatisfy({ $0 == "\n" || isPrintable($0) })
    else { return false }
    // Blocks without a word, and lines of spaces at the end, are easily lost.
    let lines = value.split(separator: "\n", omittingEmptySubsequences: true)
    return lines.last.map { !$0.allSatisfy { $0 == " " } } ?? false
  }

  /// Whether libyaml takes a scalar as it is, and not as a line's end.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
      0x10000...0x10FFFF:
      true
    default: false
    }
  }

  private static func quoted(_ value: String) -> String {
    var result = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if isPrintable(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return result + "\""
  }
}

import Platform

/// Puts what others wrote between marks that they cannot know, so that a model can tell it from
/// what we say.
///
/// The marks carry a number of a turn's own, 64 random bits. Inside nothing is left that looks like
/// a mark, like a token of a chat format or like the beginning of somebody's turn, and characters
/// that are not seen (controls, changes of direction, tags) are taken out: a text can neither close
/// its fence nor hide in it. A fence does not stop a model from believing what it reads; what it
/// may do besides answering is limited elsewhere.
public struct DataFence: Sendable, Equatable {
  private let nonce: String

  /// A fence with a number of its own.
  public init() { self.init(nonce: UUID.random().high) }

  /// A fence with a given number.
  public init(nonce: UInt64) {
    let digits = String(nonce, radix: 16)
    self.nonce = String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// A text within marks.
  ///
  /// - Parameters:
  ///   - text: Anything.
  ///   - label: What it is, such as `message`; letters, digits and `_`.
  /// - Complexity: O(bytes).
  public func wrap(_ text: String, label: String) -> String {
    wrap(cleaned: Self.cleaned(text), label: label)
  }

  /// Sections of a prompt within marks. Their items were cleaned when they were made; what parts
  /// them, such as the `Customer:` of a history, is ours and stays.
  ///
  /// - Parameters:
  ///   - text: Of ``BuiltContext``.
  ///   - label: What it is.
  func wrap(cleaned text: String, label: String) -> String {
    let name = label.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    let inside = text.replacing(nonce, with: "…")
    return "<data-\(nonce) \(name)>\n\(inside)\n</data-\(nonce)>"
  }

  /// A text without anything that could be taken for a mark, a role or a token of a chat format,
  /// and without signs that cannot be seen.
  ///
  /// - Complexity: O(bytes).
  static func cleaned(_ text: String) -> String {
    withoutRoles(text.utf8.contains(where: mayBeUnseen) ? withoutUnseen(text) : text)
  }

  /// Whether a byte may belong to a scalar that does not stay: most texts have none.
  private static func mayBeUnseen(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x3C, 0x3E, 0x7F, 0xC2, 0xCD, 0xD8, 0xE1...0xE3, 0xEF, 0xF0, 0xF3: true
    default: false
    }
  }

  private static func withoutUnseen(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where !isInvisible(scalar.value) {
      switch scalar.value {
      case 0x0D, 0x85, 0x2028, 0x2029, 0x0B, 0x0C: out.append("\n")
      // `<data-…>`, `<|im_start|>`, `<<SYS>>`: none begins like that now.
      case 0x3C, 0xFF1C, 0xFE64: out.append("‹")
      case 0x3E, 0xFF1E, 0xFE65: out.append("›")
      default: out.append(scalar)
      }
    }
    return String(out)
  }

  /// A text as ``cleaned(_:)`` leaves it, in one line.
  static func line(_ text: String) -> String {
    cleaned(cleaned(text).split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  /// Signs that are not seen, but for joiners, which scripts need.
  private static func isInvisible(_ value: UInt32) -> Bool {
    switch value {
    case 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85: false
    case 0...0x1F, 0x7F...0x9F, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F,
      0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x3164, 0xFE00...0xFE0E, 0xFEFF,
      0xFFA0, 0xFFF0...0xFFFB, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }

  // MARK: Roles

  /// Whose turn a line may pretend to begin.
  private static let roles: Set<String> = [
    "system", "assistant", "user", "developer", "human", "tool", "function", "agent", "customer",
    "colleague", "admin", "administrator", "operator", "ai", "bot", "instruction", "instructions",
    "model", "role", "prompt", "response", "sys", "inst", "systemprompt", "newinstructions",
    "systemmessage", "systeminstruction", "systeminstructions", "override", "im_start", "im_end",
    "endofprompt", "data",
  ]

  /// Without line beginnings such as `System:`, `### Assistant` and `[INST]`.
  private static func withoutRoles(_ text: String) -> String {
    var text = text
    text.makeContiguousUTF8()
    let bytes = text.utf8
    guard bytes.split(separator: 0x0A).contains(where: mayBeginTurn) else { return text }
    return bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { bytes in
      let line = Substring(bytes)
      guard mayBeginTurn(bytes) else { return String(line) }
      return bytes.contains(0x5B) ? withoutRole(withoutBrackets(line)[...]) : withoutRole(line)
    }.joined(separator: "\n")
  }

  /// Whether a line has a bracket, or begins with what may be a role: most do not.
  private static func mayBeginTurn(_ line: Substring.UTF8View) -> Bool {
    guard let first = line.firstIndex(where: { $0 >= 0x80 || ($0 | 0x20) &- 0x61 < 26 }) else {
      return line.contains(0x5B)
    }
    if line[first] >= 0x80 || line.contains(0x5B) { return true }
    var key: UInt64 = 0
    for byte in line[first...].prefix(3) { key = key << 8 | UInt64(byte | 0x20) }
    return beginnings.contains(key)
  }

  /// The first three letters of each role, or what there are of them.
  private static let beginnings: Set<UInt64> = {
    var keys: Set<UInt64> = []
    for role in roles {
      // Spaces may stand between its words; `ai` is followed by anything.
      let bytes = Array(role.utf8.prefix(3))
      if bytes.count == 3 {
        keys.insert(bytes.reduce(0) { $0 << 8 | UInt64($1 | 0x20) })
      } else {
        let key = bytes.reduce(0) { $0 << 8 | UInt64($1 | 0x20) }
        for byte in UInt64(0x20)...0xFF { keys.insert(key << 8 | byte | 0x20) }
        keys.insert(key)
      }
    }
    return keys
  }()

  private static func withoutRole(_ line: Substring) -> String {
    let body = line.drop { !$0.isLetter }
    let name = body.prefix { $0.isLetter || $0 == " " || $0 == "_" || $0 == "\t" }
    guard !name.isEmpty, name.utf8.count <= 40 else { return String(line) }
    let bare = name.lowercased().filter { !$0.isWhitespace }.drop { $0 == "_" }
    let role = String(bare.reversed().drop { $0 == "_" }.reversed())
    guard roles.contains(role) else { return String(line) }
    let tail = body[name.endIndex...].drop { !$0.isLetter && !$0.isNumber && !colons.contains($0) }
    let before = line[..<body.startIndex]
    // A heading, or a name with a colon: it stays readable and begins nothing. What stands in
    // brackets begins nothing already.
    if let first = tail.first, colons.contains(first) {
      return before + "(" + name.trimmed + ") " + String(tail.dropFirst()).trimmedStart
    }
    return tail.isEmpty && before.last != "(" ? before + "(" + name.trimmed + ")" : String(line)
  }

  private static let colons: Set<Character> = [":", "：", "︰", "꞉", "∶"]

  /// `[INST]`, `[/INST]`, `[system]` and the like in round brackets.
  private static func withoutBrackets(_ line: Substring) -> String {
    var out = ""
    var rest = line
    while let open = rest.firstIndex(of: "[") {
      out += rest[..<open]
      let body = rest[rest.index(after: open)...]
      let name = body.prefix(24).prefix { $0 != "]" }
      let bare = name.lowercased().filter { $0.isLetter || $0 == "_" }
      if roles.contains(bare), body[name.endIndex...].first == "]" {
        out += "(\(name))"
        rest = body[name.endIndex...].dropFirst()
      } else {
        out.append("[")
        rest = body
      }
    }
    return out + rest
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  fileprivate var trimmed: String {
    var rest = Substring(self)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest).trimmedStart
  }

  /// Without white space at the beginning.
  fileprivate var trimmedStart: String { String(drop(while: \.isWhitespace)) }
}

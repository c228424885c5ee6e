/// Links and addresses, as they are compared.
enum Links {
  /// Endings of host names without a scheme; what has a scheme needs none.
  private static let endings: Set<String> = Set(
    """
    com org net info biz eu de at ch fr be nl es it pt ie uk se dk no fi pl cz sk hu ro bg gr tr \
    ru ua us ca au nz jp cn kr in br mx ar za io co me tv ai app dev shop store online site xyz \
    top link click ly gl gg to cc ws tk ml ga cf example test invalid cloud page web zip mov gov \
    edu live life world pro name mobi
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// Signs that end a sentence rather than a link.
  static func isEnding(_ value: UInt32) -> Bool {
    switch value {
    case 0x2E, 0x2C, 0x3B, 0x3A, 0x21, 0x3F, 0x2A, 0x5F, 0x2019, 0x201D, 0x2026: true
    default: false
    }
  }

  /// A link or an address; nil where the text is neither.
  ///
  /// - Parameter text: A run without white space.
  static func read(_ text: String) -> (Lexeme.Kind, String)? {
    let lower = text.lowercased()
    if let colon = lower.firstIndex(of: ":") {
      let scheme = lower[..<colon]
      if isScheme(scheme), lower[colon...].hasPrefix("://") || runs(String(scheme)) {
        return (.url, canonical(text))
      }
    }
    if let at = lower.lastIndex(of: "@") {
      let start = lower[..<at].lastIndex { ":=/".contains($0) }.map(lower.index(after:))
      let address = lower[(start ?? lower.startIndex)...]
      return address.first != "@" && lower[at...].contains(".") ? (.email, String(address)) : nil
    }
    let host = lower.prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != ":" }
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, let last = labels.last, labels.allSatisfy(isLabel),
      labels.dropLast().contains(where: { $0.contains(where: \.isLetter) })
    else { return nil }
    // A sentence that begins without a space is no host: boots.It
    let written = text.prefix(host.count)
    guard
      written.split(separator: ".").last?.first?.isUppercase != true
        || written.allSatisfy({
          !$0.isLowercase
        })
    else { return nil }
    let hasPath = host.utf8.count < lower.utf8.count && last.count >= 2
    guard
      lower.hasPrefix("www.") || hasPath && last.allSatisfy(\.isLetter)
        || endings.contains(String(last))
    else { return nil }
    return (.url, canonical(text))
  }

  private static func isLabel(_ label: Substring) -> Bool {
    !label.isEmpty && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
  }

  /// Whether a scheme runs or holds what follows it.
  static func runs(_ scheme: String) -> Bool {
    ["javascript", "data", "vbscript", "file", "blob"].contains(scheme.lowercased())
  }

  private static func isScheme(_ text: Substring) -> Bool {
    (2...12).contains(text.utf8.count)
      && text.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 == 0x2B || $0 &- 0x30 < 10 }
  }

  /// Without `http`, `www.` and a last slash, the host in small letters. Other schemes stay.
  static func canonical(_ text: String) -> String {
    var rest = text[...]
    for scheme in ["https://", "http://"] where rest.lowercased().hasPrefix(scheme) {
      rest = rest.dropFirst(scheme.count)
    }
    if rest.lowercased().hasPrefix("www.") { rest = rest.dropFirst(4) }
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    var canonical = rest[..<end].lowercased() + rest[end...]
    while canonical.hasSuffix("/") { canonical.removeLast() }
    return canonical
  }

  /// The host of a canonical link.
  static func host(_ canonical: String) -> String {
    String(canonical.prefix { !"/?#".contains($0) })
  }
}

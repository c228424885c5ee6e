import Platform

extension Memory {
  /// How long a conversation is remembered after its last message: 30 minutes.
  public static let lifetimeMicroseconds: Int64 = 1_800_000_000
  /// What ``pendingAction`` says while a customer who is back is asked whether to go on.
  static let resumption = "resume"
  /// How many key facts are kept.
  static let keyFactLimit = 50
  /// Bytes of a key fact at most.
  static let keyFactByteCount = 500

  /// Whether it was written, and its time is up.
  ///
  /// - Parameter now: Microseconds since 1970.
  public func hasExpired(at now: Int64) -> Bool { expiresAt != 0 && expiresAt <= now }

  /// What stays when the time is up: the key facts, and the summary of what was said.
  public func expired() -> Memory {
    var rest = Memory()
    rest.keyFacts = keyFacts
    rest.summary = summary
    rest.summarizedMessages = summarizedMessages
    return rest
  }

  /// Takes up facts: what was said before of the same subject is replaced, and the oldest go where
  /// there are too many.
  ///
  /// Two facts have one subject where their beginnings up to `is`, `are`, `:` or `=` are the same.
  ///
  /// - Parameter facts: Oldest first; empty ones are left out, long ones cut.
  public mutating func learn(_ facts: [KeyFact]) {
    for var fact in facts {
      fact.text = String(fact.text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
      while fact.text.utf8.count > Self.keyFactByteCount { fact.text.removeLast() }
      guard !fact.text.isEmpty else { continue }
      let subject = Self.subject(of: fact.text)
      keyFacts.removeAll { Self.subject(of: $0.text) == subject }
      keyFacts.append(fact)
    }
    if keyFacts.count > Self.keyFactLimit {
      keyFacts.removeFirst(keyFacts.count - Self.keyFactLimit)
    }
  }

  private static func subject(of fact: String) -> String {
    let text = fact.lowercased()
    let ends = [" is ", " are ", ":", "="].compactMap { text.firstRange(of: $0)?.lowerBound }
    return String(text[..<(ends.min() ?? text.endIndex)].filter { !$0.isWhitespace })
  }
}

/// Whether a customer who is back wants to go on where they were.
enum Resumption {
  private static let words: [String: Set<String>] = [
    "en": ["yes", "yeah", "yep", "sure", "ok", "okay", "continue", "go on", "please"],
    "de": ["ja", "jawohl", "gerne", "weiter", "ok", "bitte"],
    "fr": ["oui", "ok", "continuer", "continuons", "volontiers"],
    "es": ["sí", "si", "claro", "ok", "continuar", "vale"],
    "it": ["sì", "si", "certo", "ok", "continua", "continuiamo"],
    "nl": ["ja", "graag", "ok", "oké", "verder"],
    "pt": ["sim", "claro", "ok", "continuar"],
  ]

  /// Whether a short answer says yes.
  static func isAccepted(_ message: String, language: String) -> Bool {
    let bare = message.lowercased().filter { $0.isLetter || $0 == " " || $0 == "\n" }
    let parts = bare.split(whereSeparator: \.isWhitespace).map(String.init)
    guard (1...4).contains(parts.count) else { return false }
    let known = words[String(language.prefix(2))] ?? words["en", default: []]
    return known.contains(parts[0]) || known.contains(parts.prefix(2).joined(separator: " "))
  }
}

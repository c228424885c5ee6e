import Platform

/// One flag of a command: how it is written, what it takes, what it means.
package struct Flag: Sendable {
  /// What follows the flag.
  package enum Value: Sendable, Equatable {
    /// Nothing: the flag is set or not.
    case none
    /// Any text; the associated text stands for it in the help.
    case text(String)
    /// A path of a file.
    case file(String)
    /// A path of a directory.
    case directory(String)
    /// A whole number within bounds.
    case integer(String, ClosedRange<Int>)
    /// A decimal number above 0, at most the bound.
    case number(String, upTo: Double)
    /// One of a few words.
    case choice([String])
    /// Texts with commas between them; the flag may come several times and the texts add up.
    case list(String)
    /// Any text; the flag may come several times.
    case repeated(String)
  }

  /// Without its hyphens. A name of one letter is written with one hyphen.
  package let name: String
  /// What follows it.
  package let value: Value
  /// What it means, beginning with a small letter, without a full stop.
  package let summary: String
  /// The environment variable that stands in where the flag is not given.
  package var environment: String?
  /// What holds where neither is given, in words.
  package var fallback: String?

  /// - Parameters: As the properties say.
  package init(
    _ name: String, _ value: Value, _ summary: String, environment: String? = nil,
    fallback: String? = nil
  ) {
    self.name = name
    self.value = value
    self.summary = summary
    self.environment = environment
    self.fallback = fallback
  }

  /// As it is written: `--json`, `-k`.
  package var spelling: String { name.count == 1 ? "-\(name)" : "--\(name)" }

  /// The word that stands for the value in the help; nil for a flag without one.
  package var placeholder: String? {
    switch value {
    case .none: nil
    case .text(let word), .file(let word), .directory(let word), .list(let word),
      .repeated(let word), .integer(let word, _), .number(let word, _):
      word
    case .choice(let words): words.joined(separator: "|")
    }
  }

  /// Why `text` is no value of this flag, or nil where it is one.
  package func refusal(of text: String) -> String? {
    switch value {
    case .none: return nil
    case .text, .file, .directory, .list, .repeated:
      return text.isEmpty ? "must not be empty" : nil
    case .integer(_, let range):
      guard let number = Int(text) else { return "must be a whole number, not \(quoted(text))" }
      return range.contains(number)
        ? nil : "must be \(range.lowerBound) to \(range.upperBound), not \(number)"
    case .number(_, let limit):
      guard let number = Double(text), number.isFinite, number > 0, number <= limit else {
        return
          "must be a number above 0 and at most \(Quantity.decimal(limit)), not \(quoted(text))"
      }
      return nil
    case .choice(let words):
      guard !words.contains(text) else { return nil }
      let nearest = NearestName.of(text, among: words).map { "; did you mean \($0)?" } ?? ""
      return "must be \(words.formattedAlternatives), not \(quoted(text))\(nearest)"
    }
  }
}

/// Flags that stand under one heading in the help.
package struct FlagGroup: Sendable {
  /// The heading, such as `Filter`; empty for a command's own flags.
  package let title: String
  /// In the order of the help.
  package let flags: [Flag]

  /// - Parameters: As the properties say.
  package init(_ title: String = "", _ flags: [Flag]) {
    self.title = title
    self.flags = flags
  }
}

extension [String] {
  /// `a`, `a or b`, `a, b or c`.
  package var formattedAlternatives: String {
    guard count > 1 else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " or " + self[count - 1]
  }
}

/// A user's text within a message: in quotes, cut when long, without control characters.
package func quoted(_ text: String) -> String {
  let shown = text.count > 60 ? text.prefix(59) + "…" : text[...]
  return "'" + DisplayText.cleaned(String(shown)) + "'"
}

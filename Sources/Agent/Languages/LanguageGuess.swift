/// Guesses what language a message is written in.
public enum LanguageGuess {
  /// Bytes of a message that are read.
  public static let byteLimit = 4_096

  /// The language of a message: by its script where that has one language (`ja`, `ko`, `zh`, `ar`,
  /// `fa`, `he`, `el`, `th`, `hi`), and by its words and letters among those of Latin script (`cs`,
  /// `da`, `de`, `en`, `es`, `fi`, `fr`, `hu`, `it`, `nl`, `no`, `pl`, `pt`, `ro`, `sv`, `tr`) and
  /// of Cyrillic (`ru`, `uk`).
  ///
  /// - Parameter text: Any text; names and numbers in it do no harm.
  /// - Returns: The primary tag of BCP 47; nil when unsure, as with one or two words that more than
  ///   one language may have, or with names alone.
  /// - Complexity: O(bytes), of which at most ``byteLimit`` are read.
  public static func language(of text: String) -> String? {
    let text = String(decoding: text.utf8.prefix(byteLimit), as: UTF8.self)
    var counts: [Script: Int] = [:]
    for scalar in text.unicodeScalars {
      if let script = Script(scalar) { counts[script, default: 0] += script.weight }
    }
    let latin = counts[.latin, default: 0]
    let others = counts.filter { $0.key != .latin }
    let other = others.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }?.key
    guard let other else { return LanguageProfiles.latin.language(of: LetterWords.words(of: text)) }
    let sum = others.values.reduce(0, +)
    if latin > sum {
      // Names of things are often in Latin letters: only words of a language outweigh the rest.
      if let language = LanguageProfiles.latin.language(of: LetterWords.words(of: text)) {
        return language
      }
      guard latin <= sum * 4 else { return nil }
    }
    return language(other, counts, text)
  }

  private static func language(_ script: Script, _ counts: [Script: Int], _ text: String) -> String?
  {
    switch script {
    case .han, .kana:
      // Japanese is written with both; a little kana in a long Chinese text is a name.
      return counts[.kana, default: 0] * 10 >= counts[.han, default: 0] + 1 ? "ja" : "zh"
    case .hangul: return "ko"
    case .hebrew: return "he"
    case .greek: return "el"
    case .thai: return "th"
    case .devanagari: return "hi"
    case .arabic:
      let letters = text.unicodeScalars
      // Letters that Urdu has, and then those that Persian has, but not Arabic.
      if letters.contains(where: { "ٹڈڑںےھہ".unicodeScalars.contains($0) }) { return "ur" }
      return letters.contains { "پچژگکی".unicodeScalars.contains($0) } ? "fa" : "ar"
    case .cyrillic:
      // Serbian, Macedonian and Belarusian.
      if text.unicodeScalars.contains(where: { "ђјљњћџѓќѕўЂЈЉЊЋЏЃЌЅЎ".unicodeScalars.contains($0) })
      {
        return nil
      }
      let words = LetterWords.words(of: text).filter { word in
        word.unicodeScalars.contains { Script($0) == .cyrillic }
      }
      if text.contains(where: { "іїєґІЇЄҐ".contains($0) }) { return "uk" }
      if text.contains(where: { "ыэёъЫЭЁЪ".contains($0) }) { return "ru" }
      return LanguageProfiles.cyrillic.language(of: words)
    case .latin: return nil
    }
  }

  /// The scripts that tell languages apart.
  private enum Script: Int {
    case latin, cyrillic, greek, hebrew, arabic, devanagari, thai, hangul, kana, han

    /// How many letters a letter stands for.
    var weight: Int { self == .han ? 3 : self == .kana || self == .hangul ? 2 : 1 }

    init?(_ scalar: Unicode.Scalar) {
      switch scalar.value {
      case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F, 0x1E00...0x1EFF:
        self = .latin
      case 0x370...0x3FF, 0x1F00...0x1FFF: self = .greek
      case 0x400...0x52F: self = .cyrillic
      case 0x5D0...0x5EA: self = .hebrew
      case 0x620...0x64A, 0x66E...0x6D3, 0x750...0x77F, 0xFB50...0xFDFF, 0xFE70...0xFEFC:
        self = .arabic
      case 0x900...0x97F: self = .devanagari
      case 0xE01...0xE3A, 0xE40...0xE4E: self = .thai
      case 0x1100...0x11FF, 0x3131...0x318E, 0xAC00...0xD7A3: self = .hangul
      case 0x3041...0x30FA, 0x30FD...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D: self = .kana
      case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2FA1F: self = .han
      default: return nil
      }
    }
  }
}

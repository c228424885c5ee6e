import Platform

/// What of a text can be compared: numbers, codes, addresses.
struct Claims: Equatable {
  /// What kind of thing it is.
  enum Kind: String {
    case number, code, address, email, phone
  }

  /// One thing that a text says.
  struct Claim: Equatable {
    /// What kind of thing it is.
    var kind: Kind
    /// As it is written.
    var text: String
    /// What it may mean, in one form; several for numbers whose signs may be read in two ways.
    var values: [String]
    /// Whether it numbers a line, so that it claims nothing.
    var isListMark = false
  }

  /// In the text's order.
  private(set) var all: [Claim] = []

  /// Reads a text.
  ///
  /// - Complexity: O(bytes).
  init(_ text: String) {
    for line in readPhones(text).split(whereSeparator: \.isNewline) {
      var isLineStart = true
      for word in line.split(whereSeparator: { $0.isWhitespace || "()[]{}\"“”„«»|;*_".contains($0) }
      ) {
        read(word, isLineStart: isLineStart)
        isLineStart = false
      }
    }
  }

  private mutating func read(_ word: Substring, isLineStart: Bool) {
    var bare = word
    while let last = bare.last, ".,:!?'’…".contains(last) { bare.removeLast() }
    while let first = bare.first, "'‘’#".contains(first) { bare.removeFirst() }
    guard !bare.isEmpty else { return }
    let lower = bare.lowercased()
    if lower.contains("://") || lower.hasPrefix("www.") {
      let place = lower.firstRange(of: "://").map { lower[$0.upperBound...] } ?? lower[...]
      let value = place.hasPrefix("www.") ? place.dropFirst(4) : place
      add(.address, bare, [String(value.hasSuffix("/") ? value.dropLast() : value)])
    } else if let at = lower.firstIndex(of: "@"), lower[at...].contains(".") {
      add(.email, bare, [lower])
    } else if lower.contains(where: \.isNumber) {
      readNumber(bare, isListMark: isLineStart && word.count <= 3 && word.hasSuffix("."))
    } else if let value = Self.numberWords[lower] {
      // Written out, a number is a source for digits and claims nothing itself.
      all.append(Claim(kind: .number, text: "", values: [String(value)], isListMark: true))
    }
  }

  /// A number, with what currencies and units stand at its ends; else a code.
  private mutating func readNumber(_ word: Substring, isListMark: Bool) {
    // Two numbers with a sign between are two claims: 9-17, 10:30, 2026-11-22, 1/2.
    let letters = word.contains { $0.isLetter }
    if !letters {
      if let values = Self.timeOrDate(word) {
        add(.number, word, values)
        return
      }
      for part in word.split(whereSeparator: { "-–—/:×x+".contains($0) }) {
        let digits = part.filter { $0.isNumber || $0 == "." || $0 == "," }
        let values = Self.values(String(digits))
        if !values.isEmpty {
          all.append(
            Claim(kind: .number, text: String(word), values: values, isListMark: isListMark))
        }
      }
      return
    }
    // 640g, 129EUR, 10am, 60-day, 3rd: a number and a unit.
    let head = word.prefix { $0.isNumber || $0 == "." || $0 == "," }
    let tail = word.dropFirst(head.count)
    if !head.isEmpty, !tail.contains(where: \.isNumber), tail.count <= 12 {
      add(.number, word, Self.values(String(head)))
      return
    }
    // EUR129, €129.
    let front = word.prefix { !$0.isNumber }
    let number = word.dropFirst(front.count)
    if Self.currencies.contains(front.uppercased()),
      number.allSatisfy({ $0.isNumber || $0 == "." || $0 == "," })
    {
      add(.number, word, Self.values(String(number)))
      return
    }
    add(.code, word, [word.uppercased().filter { $0.isLetter || $0.isNumber }])
  }

  private mutating func add(_ kind: Kind, _ text: Substring, _ values: [String]) {
    if !values.isEmpty { all.append(Claim(kind: kind, text: String(text), values: values)) }
  }

  /// Eight digits or more, with a country's code or a zero before them, and signs of telephone
  /// numbers between them.
  ///
  /// - Returns: The text without them: their parts are no numbers.
  private mutating func readPhones(_ text: String) -> String {
    var rest = ""
    var run = ""
    var digits = ""
    for character in text + "\n" {
      let isDigit = character.isASCII && character.isNumber
      if isDigit || " ()-./+".contains(character) {
        run.append(character)
        if isDigit { digits.append(character) }
        continue
      }
      let first = run.first { $0 != " " && $0 != "(" }
      if digits.count >= 8, first == "+" || first == "0" {
        all.append(Claim(kind: .phone, text: run, values: [(first == "+" ? "+" : "") + digits]))
        rest.append("|")
      } else {
        rest += run
      }
      rest.append(character)
      run = ""
      digits = ""
    }
    return rest
  }

  private static let currencies: Set<String> = [
    "€", "$", "£", "¥", "EUR", "USD", "GBP", "CHF", "US$", "₹", "R$", "KR", "SEK", "NOK", "DKK",
  ]

  private static let numberWords: [String: Int] = {
    let words =
      "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
      + "sixteen seventeen eighteen nineteen twenty"
    var values: [String: Int] = [:]
    for (place, word) in words.split(separator: " ").enumerated() {
      values[String(word)] = place + 1
    }
    for (word, value) in [
      ("thirty", 30), ("forty", 40), ("fifty", 50), ("sixty", 60), ("ninety", 90),
      ("hundred", 100),
    ] { values[word] = value }
    return values
  }()

  /// `10:30`, which may also be written `10.30`; `2026-11-22`, `22.11.2026`, `11/22/26`, of which
  /// the last two may be read in two ways. Nil for other things.
  private static func timeOrDate(_ word: Substring) -> [String]? {
    let parts = word.split(omittingEmptySubsequences: false) { ":.-/".contains($0) }
    let signs = Set(word.filter { ":.-/".contains($0) })
    guard signs.count == 1, let sign = signs.first,
      parts.allSatisfy({ (1...4).contains($0.count) && Int($0) != nil })
    else { return nil }
    let numbers = parts.compactMap { Int($0) }
    if sign == ":" {
      guard numbers.count >= 2, parts.dropFirst().allSatisfy({ $0.count == 2 }) else { return nil }
      return [
        numbers.map(String.init).joined(separator: ":"),
        plain(String(numbers[0]), String(parts[1])),
      ]
    }
    guard numbers.count == 3 else { return nil }
    if parts[0].count == 4 { return ["\(numbers[0])-\(numbers[1])-\(numbers[2])"] }
    guard parts[2].count == 4 || parts[2].count == 2 else { return nil }
    let year = parts[2].count == 2 ? 2000 + numbers[2] : numbers[2]
    return ["\(year)-\(numbers[1])-\(numbers[0])", "\(year)-\(numbers[0])-\(numbers[1])"]
  }

  /// What digits with points and commas may mean, without zeros that say nothing: `129,00` is
  /// `129`; `1.299` is `1299` or `1.299`.
  static func values(_ text: String) -> [String] {
    var bare = text[...]
    while let last = bare.last, !last.isNumber { bare.removeLast() }
    while let first = bare.first, !first.isNumber { bare.removeFirst() }
    let signs = bare.filter { !$0.isNumber }
    guard !bare.isEmpty else { return [] }
    guard let last = signs.last else { return [plain(String(bare), "")] }
    let parts = bare.split(separator: last, omittingEmptySubsequences: false)
    let fraction = String(parts.last ?? "").filter(\.isNumber)
    let whole = parts.dropLast().joined().filter(\.isNumber)
    let joined = plain(whole + fraction, "")
    let pointed = plain(whole, fraction)
    let count = signs.count { $0 == last }
    if count > 1 { return [joined] }
    // A sign before three digits may part thousands.
    return fraction.count == 3 && signs.count == 1 ? [joined, pointed] : [pointed]
  }

  private static func plain(_ whole: String, _ fraction: String) -> String {
    let digits = whole.drop { $0 == "0" }
    var rest = fraction[...]
    while rest.last == "0" { rest.removeLast() }
    return (digits.isEmpty ? "0" : String(digits)) + (rest.isEmpty ? "" : "." + rest)
  }
}

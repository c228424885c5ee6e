/// Something that can be true or false in an answer: a number, a date, a link.
struct Fact {
  /// How an hour is said.
  enum Clock: Hashable {
    /// From 1 to 12, of either half of the day.
    case open
    /// From 1 to 12, with the half of the day.
    case half
    /// From 0 to 24.
    case full
  }

  /// One way to read it.
  enum Reading: Hashable {
    /// The digits without grouping, and what is counted.
    case number(String, FactUnit)
    /// Year, month and day; 0 for what is not said.
    case date(Int, Int, Int)
    /// Minutes after midnight, and how the hour was said.
    case time(Int, Clock)
    case code(String)
    /// A word and a number, which together may be a code of a source.
    case named(String)
    case url(String)
    case email(String)
    /// Digits; with `+` where they begin with a country's code.
    case phone(String)
    case mark(Int)
  }

  /// What kind of thing it is.
  enum Kind: String {
    case mark, price, number, date, time, code, url, email, phone
    /// A number as a word that counts nothing, or may be an article: a source and no claim.
    case word
  }

  var kind: Kind
  /// Bytes of the text.
  var range: Range<Int>
  /// It holds where one of them does.
  var readings: [Reading]
}

/// The ways to read digits with signs between them.
enum Digits {
  /// Values without grouping and without zeros that say nothing; more than one where `1.299` may be
  /// either; none where it is no number, such as `1.2.3`.
  static func values(_ text: String) -> [String] {
    if text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) { return text.isEmpty ? [] : [plain(text, "")] }
    let signs = text.filter { !$0.isNumber }
    let groups = text.split { !$0.isNumber }
    guard let last = groups.last, let first = groups.first else { return [] }
    guard let sign = signs.last else { return [plain(String(first), "")] }
    let areThrees = groups.dropFirst().allSatisfy { $0.count == 3 } && first.count <= 3
    if signs.contains(where: { $0 != sign }) {
      // The last of two signs is the decimal one.
      guard signs.filter({ $0 == sign }).count == 1,
        groups.dropFirst().dropLast().allSatisfy({ $0.count == 3 })
      else { return [] }
      return [plain(groups.dropLast().joined(), String(last))]
    }
    if signs.count > 1 || sign == "'" { return areThrees ? [plain(groups.joined(), "")] : [] }
    let decimal = plain(String(first), String(last))
    return areThrees && first != "0" ? [decimal, plain(groups.joined(), "")] : [decimal]
  }

  private static func plain(_ whole: String, _ fraction: String) -> String {
    let whole = whole.drop { $0 == "0" }
    var fraction = fraction[...]
    while fraction.last == "0" { fraction.removeLast() }
    return (whole.isEmpty ? "0" : String(whole)) + (fraction.isEmpty ? "" : "." + fraction)
  }
}

import Platform

/// Dates as people write them, as microseconds since 1970-01-01 UTC.
enum Timestamp {
  /// The first and the last microsecond that `text` can mean: a day (`2026-01-31`), a second
  /// (`2026-01-31T12:00:00Z`) or a fraction of one; `+02:00` in place of `Z` is understood. Nil for
  /// anything else.
  static func range(of text: String) -> ClosedRange<Int64>? {
    var scan = Scan(text)
    guard let year = scan.number(4), scan.take("-"), let month = scan.number(2), scan.take("-"),
      let day = scan.number(2), let days = days(year: year, month: month, day: day)
    else { return nil }
    let midnight = Int64(days) * 86_400_000_000
    if scan.isAtEnd { return midnight...midnight + 86_399_999_999 }
    guard scan.take("T") || scan.take("t") || scan.take(" "), let hour = scan.number(2), hour < 24,
      scan.take(":"), let minute = scan.number(2), minute < 60, scan.take(":"),
      let second = scan.number(2), second < 60
    else { return nil }
    var moment = midnight + Int64(hour * 3600 + minute * 60 + second) * 1_000_000
    var width: Int64 = 1_000_000
    if scan.take(".") {
      guard let first = scan.number(1) else { return nil }
      moment += Int64(first) * 100_000
      width = 100_000
      while let digit = scan.number(1) {
        width /= 10
        guard width > 0 else { return nil }
        moment += Int64(digit) * width
      }
    }
    guard let offset = scan.zone(), scan.isAtEnd else { return nil }
    moment -= Int64(offset) * 60_000_000
    return moment...moment + width - 1
  }

  /// Days since 1970-01-01, nil for a date that is none (Hinnant, days_from_civil).
  private static func days(year: Int, month: Int, day: Int) -> Int? {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private struct Scan {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard let first = rest.first, UInt32(first) == character.value else { return false }
      rest.removeFirst()
      return true
    }

    /// Exactly `digits` decimal digits.
    mutating func number(_ digits: Int) -> Int? {
      let taken = rest.prefix(digits)
      guard taken.count == digits, taken.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return nil
      }
      rest.removeFirst(digits)
      return taken.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// Minutes east of UTC: `Z` or `+hh:mm`.
    mutating func zone() -> Int? {
      if take("Z") || take("z") { return 0 }
      let isEast = take("+")
      guard isEast || take("-"), let hours = number(2), hours < 24, take(":"),
        let minutes = number(2), minutes < 60
      else { return nil }
      return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }
  }
}

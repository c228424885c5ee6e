/// What sources state, in a form in which an answer's facts are looked up.
struct GroundingFacts: Sendable {
  private var numbers: [String: UInt32] = [:]
  /// Numbers that were written as words and count nothing that is known: never money.
  private var words: Set<String> = []
  /// How many items the sources' lists have.
  private var listLengths: Set<String> = []
  private var dates: Set<[Int]> = []
  private var times: Set<Int> = []
  private var codes: Set<String> = []
  private var urls: Set<String> = []
  private var hosts: Set<String> = []
  private var emails: Set<String> = []
  private var phones: [String] = []

  /// Takes up the facts of a text.
  mutating func add(_ text: String) {
    let (facts, listLength) = FactReader.read(text)
    if listLength > 1 { listLengths.insert("\(listLength)") }
    for fact in facts {
      for reading in fact.readings {
        if fact.kind == .word, case .number(let value, .none) = reading {
          words.insert(value)
          continue
        }
        add(reading)
      }
    }
  }

  private mutating func add(_ reading: Fact.Reading) {
    switch reading {
    case .number(let value, let unit): numbers[value, default: 0] |= unit.bit
    case .date(let year, let month, let day):
      for part in [
        [year, month, day], [0, month, day], [year, month, 0], [year, 0, 0], [0, month, 0],
      ] {
        dates.insert(part)
      }
    case .time(let minutes, let clock):
      times.insert(minutes)
      if clock == .open { times.insert((minutes + 720) % 1440) }
    case .code(let code):
      codes.insert(code)
      // Order 1042 may be A-1042.
      let digits = code.reversed().prefix { $0.isNumber }
      if digits.count >= 4 { numbers[String(digits.reversed()), default: 0] |= FactUnit.none.bit }
    case .url(let url):
      urls.insert(url)
      hosts.insert(Links.host(url))
    case .email(let address): emails.insert(address)
    case .phone(let digits): phones.append(digits)
    case .mark, .named: break
    }
  }

  /// Whether the sources state a fact, by one of its readings.
  func state(_ fact: Fact) -> Bool { fact.readings.contains(where: state) }

  private func state(_ reading: Fact.Reading) -> Bool {
    switch reading {
    case .number(let value, let unit): return stateNumber(value, unit)
    case .date(let year, let month, let day):
      if dates.contains([year, month, day]) { return true }
      return year > 0 && dates.contains([0, month, day]) && !hasYear(month, day)
        && (numbers["\(year)"] != nil || dates.contains([year, 0, 0]))
    case .time(let minutes, let clock):
      let other = (minutes + 720) % 1440
      if times.contains(minutes) || clock == .open && times.contains(other) { return true }
      // Opening hours are often written as bare numbers.
      let hours = clock == .full ? [minutes / 60] : [minutes / 60, other / 60]
      return minutes % 60 == 0 && hours.contains { stateBare("\($0)") }
    case .code(let code), .named(let code): return codes.contains(code)
    case .url(let url): return urls.contains(url) || hosts.contains(url)
    case .email(let address): return emails.contains(address)
    case .phone(let number):
      return phones.contains {
        $0 == number || Self.isNational($0, of: number) || Self.isNational(number, of: $0)
      }
    case .mark: return false
    }
  }

  /// Weeks as days, days as weeks, and `12 h` as a time of the day.
  private func stateMeasure(_ value: Int, _ unit: FactUnit) -> Bool {
    switch unit {
    case .week: numbers["\(value * 7)", default: 0] & FactUnit.day.bit != 0
    case .day: value % 7 == 0 && numbers["\(value / 7)", default: 0] & FactUnit.week.bit != 0
    case .hour: value <= 24 && times.contains(value * 60)
    default: false
    }
  }

  /// Whether `0912…` is what `+32912…` is called at home.
  private static func isNational(_ short: String, of whole: String) -> Bool {
    short.hasPrefix("0") && whole.hasPrefix("+") && whole.hasSuffix(short.dropFirst())
      && 1...4 ~= whole.utf8.count - short.utf8.count + 1
  }

  private func hasYear(_ month: Int, _ day: Int) -> Bool {
    dates.contains { $0[0] > 0 && $0[1] == month && $0[2] == day }
  }

  private func stateBare(_ value: String) -> Bool {
    numbers[value, default: 0] & FactUnit.none.bit != 0
  }

  /// The same value, in the same unit where both have one.
  private func stateNumber(_ value: String, _ unit: FactUnit) -> Bool {
    if let units = numbers[value] {
      if unit == .none || units & (unit.bit | FactUnit.none.bit) != 0 { return true }
    }
    if let whole = Int(value), whole <= 1000, stateMeasure(whole, unit) { return true }
    if !unit.isCurrency, words.contains(value) { return true }
    guard unit == .none else { return false }
    if listLengths.contains(value) { return true }
    if value.utf8.count == 4, let year = Int(value), dates.contains([year, 0, 0]) { return true }
    // A long number may have been taken for a phone number.
    return value.utf8.count >= 6
      && phones.contains { $0.hasSuffix(value) && $0.utf8.count <= value.utf8.count + 1 }
  }
}

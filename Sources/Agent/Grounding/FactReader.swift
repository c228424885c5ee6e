/// Reads facts out of a text.
struct FactReader {
  private let lexemes: [Lexeme]
  private var facts: [Fact] = []
  /// How many items the longest list of the text has.
  private let listLength: Int

  /// The facts of a text, in its order.
  ///
  /// - Complexity: O(bytes).
  static func facts(of text: String) -> [Fact] { read(text).facts }

  /// The facts of a text, and how many items its lists have.
  static func read(_ text: String) -> (facts: [Fact], listLength: Int) {
    var reader = FactReader(FactLexer.lexemes(of: text))
    reader.run()
    return (reader.facts, reader.listLength)
  }

  private init(_ lexemes: [Lexeme]) {
    self.lexemes = lexemes
    var items = 0
    for index in lexemes.indices where lexemes[index].beginsLine {
      if case .sign(let sign) = lexemes[index].kind, sign == 0x2D || sign == 0x2A || sign == 0x2022
      {
        items += 1
      } else if Self.isListNumber(lexemes, index) {
        items += 1
      }
    }
    listLength = items
  }

  private static func isListNumber(_ lexemes: [Lexeme], _ index: Int) -> Bool {
    let lexeme = lexemes[index]
    guard lexeme.kind == .number, lexeme.beginsLine, lexeme.text.utf8.count <= 2,
      index + 1 < lexemes.count, case .sign(let sign) = lexemes[index + 1].kind
    else { return false }
    return (sign == 0x2E || sign == 0x29) && !lexemes[index + 1].isSpaced
  }

  // MARK: Looking around

  private func word(_ index: Int) -> FactWord? {
    guard lexemes.indices.contains(index), case .word(let meaning) = lexemes[index].kind else {
      return nil
    }
    return meaning
  }

  private func isSign(_ index: Int, _ sign: UInt32, spaced: Bool? = false) -> Bool {
    guard lexemes.indices.contains(index), lexemes[index].kind == .sign(sign) else { return false }
    return spaced.map { lexemes[index].isSpaced == $0 } ?? true
  }

  /// The digits of a number at an index, where it has no signs in it.
  private func digits(_ index: Int, spaced: Bool? = false) -> String? {
    guard lexemes.indices.contains(index), lexemes[index].kind == .number,
      lexemes[index].text.utf8.allSatisfy({ $0 &- 0x30 < 10 })
    else { return nil }
    return spaced.map { lexemes[index].isSpaced == $0 } ?? true ? lexemes[index].text : nil
  }

  private mutating func add(
    _ kind: Fact.Kind, _ from: Int, _ through: Int, _ readings: [Fact.Reading]
  ) {
    facts.append(
      Fact(
        kind: kind, range: lexemes[from].range.lowerBound..<lexemes[through].range.upperBound,
        readings: readings))
  }

  // MARK: Reading

  private mutating func run() {
    var index = 0
    while index < lexemes.count {
      let lexeme = lexemes[index]
      var next = index + 1
      switch lexeme.kind {
      case .mark(let numbers): add(.mark, index, index, numbers.map { .mark($0) })
      case .url: add(.url, index, index, [.url(lexeme.text)])
      case .email: add(.email, index, index, [.email(lexeme.text)])
      case .code: add(.code, index, index, [.code(lexeme.text)])
      case .sign(0x2B), .sign(0x28): next = phone(index) ?? next
      case .number: next = number(index)
      case .word(.some(.month)): next = monthFirst(index) ?? next
      case .word(.some(.number(let value))): numberWord(index, value)
      case .sign, .word, .lineEnd: break
      }
      index = next
    }
  }

  private mutating func number(_ index: Int) -> Int {
    if let next = date(index) ?? time(index) { return next }
    if lexemes[index].text.hasPrefix("0"), let next = phone(index) { return next }
    if Self.isListNumber(lexemes, index) { return index + 1 }
    var text = lexemes[index].text
    var index = index
    let first = index
    // 20 000 is one number.
    if text.utf8.count <= 3, let thousands = digits(index + 1, spaced: true),
      thousands.utf8.count == 3, digits(index + 2) == nil, digits(index, spaced: nil) != nil
    {
      text += thousands
      index += 1
    }
    if word(index + 1) == .ordinal, !lexemes[index + 1].isSpaced { return index + 2 }
    var last = index
    var unit = FactUnit.none
    if let sign = unitSign(first - 1), sign.isCurrency { unit = sign }
    if unit == .none, let (found, place) = unitAfter(index) {
      unit = found
      last = place
    }
    let values = Digits.values(text)
    if unit == .none, let value = values.first.flatMap(Int.init), value <= 20,
      value == listLength, values.count == 1
    {
      return index + 1
    }
    var readings: [Fact.Reading] = values.map { .number($0, unit) }
    if values.isEmpty { readings = [.code(text)] }
    // 10.30 may be a time.
    if unit == .none, let (hour, minute) = Self.pointedTime(text) {
      readings.append(.time(hour * 60 + minute, hour <= 12 ? .open : .full))
    }
    // 100 Wh is 100Wh.
    if unit == .none, index + 1 < lexemes.count, lexemes[index + 1].kind == .word(nil),
      lexemes[index + 1].range.count <= 3
    {
      readings.append(.code(FactLexer.code(text + lexemes[index + 1].word)))
    }
    // RET 002 is RET-002.
    if first == index, index > 0, case .word = lexemes[index - 1].kind,
      lexemes[index - 1].isCapital || isJoined(index)
    {
      readings.append(.named(FactLexer.code(lexemes[index - 1].word + text)))
    }
    add(
      unit.isCurrency ? .price : .number, index, unit == .none ? index : max(index, last), readings)
    return index + 1
  }

  private static func pointedTime(_ text: String) -> (Int, Int)? {
    guard text.utf8.contains(0x2E) else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].utf8.count == 2, let hour = Int(parts[0]),
      let minute = Int(parts[1]), hour <= 24, minute < 60
    else { return nil }
    return (hour, minute)
  }

  /// Whether a hyphen ties a number to the word before.
  private func isJoined(_ index: Int) -> Bool { !lexemes[index].isSpaced }

  private func unitSign(_ index: Int) -> FactUnit? {
    guard lexemes.indices.contains(index) else { return nil }
    if case .sign(let sign) = lexemes[index].kind { return FactWord.signs[sign] }
    if case .unit(let unit) = word(index) { return unit }
    return nil
  }

  /// The unit behind a number: a sign, a word, or a word behind another one (`5 working days`).
  private func unitAfter(_ index: Int) -> (FactUnit, Int)? {
    var place = index + 1
    // 129,- and 30-day.
    if isSign(place, 0x2C) || isSign(place, 0x2E), isSign(place + 1, 0x2D) { place += 2 }
    if isSign(place, 0x2D), word(place + 1) != nil { place += 1 }
    if let unit = unitSign(place) { return (unit, place) }
    guard lexemes.indices.contains(place), case .word(nil) = lexemes[place].kind,
      case .unit(let unit) = word(place + 1), !unit.isCurrency
    else { return nil }
    return (unit, place + 1)
  }

  /// `two weeks`: a word counts as a number only where something is counted.
  private mutating func numberWord(_ index: Int, _ value: Int) {
    guard let (unit, last) = unitAfter(index) else {
      // It may be what a number in an answer means.
      add(.word, index, index, [.number("\(value)", .none)])
      return
    }
    add(value == 1 ? .word : .number, index, last, [.number("\(value)", unit)])
  }

  // MARK: Dates

  private mutating func date(_ index: Int) -> Int? {
    let lexeme = lexemes[index]
    let isPointed = lexeme.text.utf8.contains(0x2E)
    let parts =
      isPointed ? lexeme.text.split(separator: ".", omittingEmptySubsequences: false) : []
    if parts.count == 3, let day = Int(parts[0]), let month = Int(parts[1]),
      let found = Self.date(Self.year(parts[2]), month, day)
    {
      add(.date, index, index, [found])
      return index + 1
    }
    if let next = separatedDate(index, 0x2D) ?? separatedDate(index, 0x2F) { return next }
    // 22 November 2026, 22nd of November, 22. November
    guard let day = Int(lexeme.text), 1...31 ~= day else { return nil }
    var place = index + 1
    if word(place) == .ordinal, !lexemes[place].isSpaced { place += 1 }
    if isSign(place, 0x2E) || isSign(place, 0xBA) { place += 1 }
    if word(place) == .between { place += 1 }
    guard case .month(let month) = word(place), isMonth(place) else { return nil }
    return dated(index, day, month, place)
  }

  /// `may` is a month only with a capital; so are the names that are other words too.
  private func isMonth(_ index: Int) -> Bool {
    let text = lexemes[index].word
    return lexemes[index].isCapital || text.utf8.count > 4
      || !["may", "mar", "set", "dec", "mai", "jan", "out", "sept", "dez", "mars"].contains(text)
  }

  /// Whether a month without a day is surely one.
  private func isMonthAlone(_ index: Int) -> Bool {
    let lexeme = lexemes[index]
    let text = lexeme.word
    return text.utf8.count > 4 && lexeme.isCapital
      || text.utf8.count > 5 && text != "august"
      || lexeme.isCapital && ["june", "july", "juni", "juli", "juin", "marz"].contains(text)
  }

  /// A day and a month, with the year that may follow.
  private mutating func dated(_ from: Int, _ day: Int, _ month: Int, _ through: Int) -> Int {
    var place = through + 1
    if isSign(place, 0x2C) || isSign(place, 0x2E) { place += 1 }
    if word(place) == .between { place += 1 }
    if let year = digits(place, spaced: true), year.utf8.count == 4, let value = Int(year) {
      add(.date, from, place, [.date(value, month, day)])
      return place + 1
    }
    add(.date, from, through, [.date(0, month, day)])
    return through + 1
  }

  /// November 22, 2026 and November 2026.
  private mutating func monthFirst(_ index: Int) -> Int? {
    guard case .month(let month) = word(index), isMonth(index) else { return nil }
    var place = index + 1
    if isSign(place, 0x2E) { place += 1 }
    if word(place) == .between { place += 1 }
    guard let text = digits(place, spaced: true), let value = Int(text) else {
      guard isMonthAlone(index) else { return nil }
      add(.date, index, index, [.date(0, month, 0)])
      return index + 1
    }
    if text.utf8.count == 4 {
      add(.date, index, place, [.date(value, month, 0)])
      return place + 1
    }
    guard 1...31 ~= value else { return nil }
    if word(place + 1) == .ordinal, !lexemes[place + 1].isSpaced { place += 1 }
    return dated(index, value, month, place)
  }

  /// 2026-11-22, 22-11-2026, 11/22/2026.
  private mutating func separatedDate(_ index: Int, _ sign: UInt32) -> Int? {
    guard let first = digits(index, spaced: nil), isSign(index + 1, sign),
      let second = digits(index + 2), isSign(index + 3, sign), let third = digits(index + 4),
      let a = Int(first), let b = Int(second), let c = Self.year(third[...])
    else { return nil }
    var readings: [Fact.Reading] = []
    if first.utf8.count == 4 {
      readings = [Int(third).flatMap { Self.date(a, b, $0) }].compactMap(\.self)
    } else if third.utf8.count == 4 || sign == 0x2F && third.utf8.count == 2 {
      readings = [Self.date(c, b, a), Self.date(c, a, b)].compactMap(\.self)
    }
    guard !readings.isEmpty else { return nil }
    add(.date, index, index + 4, readings)
    return index + 5
  }

  private static func date(_ year: Int?, _ month: Int, _ day: Int) -> Fact.Reading? {
    guard let year, 1...12 ~= month, 1...31 ~= day, 1...9999 ~= year else { return nil }
    return .date(year, month, day)
  }

  /// Two digits are of this century.
  private static func year(_ text: Substring) -> Int? {
    Int(text).map { text.utf8.count == 2 ? $0 + 2000 : $0 }
  }

  // MARK: Times

  /// 14:30, 2:30 pm, 2 pm, 14 Uhr, 14h30, 5.30 pm.
  private mutating func time(_ index: Int) -> Int? {
    let text = lexemes[index].text
    guard text.utf8.count <= 5 else { return nil }
    let parts =
      text.utf8.contains(0x2E)
      ? text.split(separator: ".").compactMap { Int($0) } : [Int(text)].compactMap(\.self)
    guard parts.count == 1 || parts.count == 2 && text.contains("."),
      let hour = parts.first, hour <= 24
    else { return nil }
    var minute = parts.count == 2 ? parts[1] : 0
    var place = index + 1
    var isTime = false
    if parts.count == 1, isSign(place, 0x3A), let after = digits(place + 1), after.utf8.count == 2 {
      minute = Int(after) ?? 60
      place += 2
      isTime = true
      if isSign(place, 0x3A), digits(place + 1) != nil { place += 2 }
    } else if parts.count == 1, place < lexemes.count, !lexemes[place].isSpaced,
      case .code = lexemes[place].kind, lexemes[place].text.hasPrefix("H"),
      let digits = Int(lexemes[place].text.dropFirst())
    {
      minute = digits
      place += 1
      isTime = true
    }
    var half: Bool?
    if case .afternoon(let isAfternoon) = word(place) {
      half = isAfternoon
      place += 1
    } else if let (isAfternoon, next) = dottedHalf(place) {
      half = isAfternoon
      place = next
    } else if word(place) == .oClock {
      isTime = true
      place += 1
    }
    guard isTime || half != nil || beginsHours(index), minute < 60 else { return nil }
    let minutes: Int
    if let half {
      guard hour <= 12 else { return nil }
      minutes = (hour % 12 + (half ? 12 : 0)) * 60 + minute
    } else {
      minutes = hour * 60 + minute
    }
    let clock: Fact.Clock =
      half != nil ? .half : hour <= 12 && !text.hasPrefix("0") ? .open : .full
    add(.time, index, place - 1, [.time(minutes, clock)])
    return place
  }

  /// Whether a number is the 9 of `9 to 6 pm` or `9–18 Uhr`.
  private func beginsHours(_ index: Int) -> Bool {
    guard index + 3 < lexemes.count, lexemes[index + 2].kind == .number,
      isSign(index + 1, 0x2D, spaced: nil)
        || ["to", "bis", "until", "till", "a", "al", "tot", "as"].contains(lexemes[index + 1].word)
    else { return false }
    if case .afternoon = word(index + 3) { return true }
    return word(index + 3) == .oClock || isSign(index + 3, 0x3A)
  }

  /// `a.m.` and `p.m.`
  private func dottedHalf(_ index: Int) -> (Bool, Int)? {
    guard lexemes.indices.contains(index), ["a", "p"].contains(lexemes[index].word),
      isSign(index + 1, 0x2E), lexemes.indices.contains(index + 2), lexemes[index + 2].word == "m"
    else { return nil }
    return (lexemes[index].word == "p", isSign(index + 3, 0x2E) ? index + 4 : index + 3)
  }

  // MARK: Phone numbers

  private mutating func phone(_ index: Int) -> Int? {
    var digits = ""
    var last = index
    var place = index
    while place < lexemes.count, place - index < 24, digits.utf8.count <= 15 {
      let lexeme = lexemes[place]
      if lexeme.kind == .number {
        digits += lexeme.text.filter(\.isNumber)
        last = place
      } else if case .sign(let sign) = lexeme.kind,
        [0x2B, 0x28, 0x29, 0x2D, 0x2F, 0x2E].contains(sign), sign != 0x2B || place == index
      {
        // A sentence that ends here, and another number behind it.
        if sign == 0x2E, place + 1 < lexemes.count, lexemes[place + 1].isSpaced { break }
      } else {
        break
      }
      place += 1
    }
    guard 7...15 ~= digits.utf8.count, lexemes[index].kind != .sign(0x28) || digits.hasPrefix("0")
    else { return nil }
    let isWhole = lexemes[index].kind == .sign(0x2B)
    if digits.hasPrefix("00"), !isWhole {
      add(.phone, index, last, [.phone("+" + digits.dropFirst(2))])
    } else {
      add(.phone, index, last, [.phone((isWhole ? "+" : "") + digits)])
    }
    return last + 1
  }
}

/// Numbers and units, so that 500gb, 500 GB and 0.5 TB are one size.
enum Quantity {
  /// What a unit measures, and the power of ten that it is of the base unit.
  struct Unit {
    var base: String
    var exponent: Int
  }

  /// Where the letters begin behind a number; nil where it is not one number and then letters.
  static func unitStart(_ text: ArraySlice<UInt8>) -> Int? {
    var place = text.startIndex
    while place < text.endIndex,
      text[place] &- 0x30 < 10 || text[place] == 0x2E || text[place] == 0x2C
    {
      place += 1
    }
    guard place > text.startIndex, place < text.endIndex else { return nil }
    for byte in text[place...] where byte &- 0x61 >= 26 { return nil }
    return place
  }

  /// The unit of that name. Short ones count only right behind a number: "2 in 1" is no length.
  static func unit(_ name: ArraySlice<UInt8>, isApart: Bool) -> Unit? {
    guard name.count <= 10 else { return nil }
    guard let unit = units[Array(name)] else { return nil }
    return isApart && close.contains(Array(name)) ? nil : unit
  }

  /// Writes a number in one form: a decimal comma is a point, `1,000` is 1000.
  static func appendNumber(_ text: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    for place in text.indices {
      let byte = text[place]
      if byte == 0x2C {
        // Three digits behind a comma are thousands.
        if text.endIndex - place - 1 != 3 { bytes.append(0x2E) }
      } else {
        bytes.append(byte)
      }
    }
  }

  /// Writes a quantity as digits without zeros around them, a power of ten and the base unit.
  static func append(_ number: ArraySlice<UInt8>, _ unit: Unit, to bytes: inout [UInt8]) {
    var digits: [UInt8] = []
    appendNumber(number, to: &digits)
    var exponent = unit.exponent
    if let point = digits.firstIndex(of: 0x2E) {
      exponent -= digits.count - point - 1
      digits.removeAll { $0 == 0x2E }
    }
    while digits.count > 1, digits.last == 0x30 {
      digits.removeLast()
      exponent += 1
    }
    // Of 0.5 the zero goes; 005 is written so for a reason.
    let zeros =
      number.first == 0x30 && number.count > 1 && number.dropFirst().first! &- 0x30 > 9
      ? digits.prefix(digits.count - 1).prefix { $0 == 0x30 }.count : 0
    bytes.append(UInt8(ascii: "#"))
    bytes.append(contentsOf: digits[zeros...])
    bytes.append(UInt8(ascii: "e"))
    bytes.append(contentsOf: String(exponent).utf8)
    bytes.append(contentsOf: unit.base.utf8)
  }

  /// Units that are words, too: only right behind a number.
  private static let close: Set<[UInt8]> = Set(
    ["in", "to", "go", "mo", "ko", "m"].map { Array($0.utf8) })

  private static let units: [[UInt8]: Unit] = {
    var units: [[UInt8]: Unit] = [:]
    func add(_ names: String, _ base: String, _ exponent: Int) {
      for name in names.split(separator: " ") {
        units[Array(name.utf8)] = Unit(base: base, exponent: exponent)
      }
    }
    add("kb kib ko", "b", 3)
    add("mb mib mo mbyte", "b", 6)
    add("gb gib go gbyte gig", "b", 9)
    add("tb tib to tbyte", "b", 12)
    add("hz", "hz", 0)
    add("khz", "hz", 3)
    add("mhz", "hz", 6)
    add("ghz", "hz", 9)
    add("mm", "m", -3)
    add("cm", "m", -2)
    add("m", "m", 0)
    add("km", "m", 3)
    add("in inch inches zoll pulgadas pouces pollici", "in", 0)
    add("ft feet", "ft", 0)
    add("ml", "l", -3)
    add("cl", "l", -2)
    add("dl", "l", -1)
    add("l ltr liter liters litre litres litro litros", "l", 0)
    add("mg", "g", -3)
    add("g gram grams gramm", "g", 0)
    // Not grams: 8G may be gigabytes, and 8GR a misspelled 8GB.
    add("gr", "gr", 0)
    add("kg kilo kilos", "g", 3)
    add("lb lbs", "lb", 0)
    add("oz", "oz", 0)
    add("w watt watts", "w", 0)
    add("kw", "w", 3)
    add("wh", "wh", 0)
    add("v volt volts", "v", 0)
    add("mah", "ah", -3)
    add("ah", "ah", 0)
    add("mp mpx mpix megapixel megapixels", "mp", 0)
    add("rpm", "rpm", 0)
    add("fps", "fps", 0)
    add("atm", "atm", 0)
    add("gbps", "bps", 9)
    add("mbps", "bps", 6)
    return units
  }()
}

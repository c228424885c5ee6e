/// Numbers as people read them.
package enum Quantity {
  /// `1,234,567`.
  package static func count(_ value: some BinaryInteger) -> String {
    var digits = String(value.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// `512 B`, `1.5 KiB`, `12 MiB`: two digits, or whole numbers.
  package static func bytes(_ count: some BinaryInteger) -> String {
    var value = Double(count)
    var unit = 0
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1023.95, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return unit == 0 ? "\(count) B" : "\(short(value)) \(units[unit])"
  }

  /// `850 ns`, `12.3 µs`, `4.56 ms`, `7.8 s`: three significant digits.
  package static func duration(nanoseconds: UInt64) -> String {
    let value = Double(nanoseconds)
    switch nanoseconds {
    case ..<1000: return "\(nanoseconds) ns"
    case ..<999_500: return significant(value / 1e3) + " µs"
    case ..<999_500_000: return significant(value / 1e6) + " ms"
    case ..<60_000_000_000: return significant(value / 1e9) + " s"
    default: return clock(seconds: value / 1e9)
    }
  }

  /// As ``duration(nanoseconds:)``; more than the clock can say is the largest it can.
  package static func duration(milliseconds: UInt64) -> String {
    duration(nanoseconds: min(milliseconds, .max / 1_000_000) * 1_000_000)
  }

  /// `1 row`, `2,000 rows`, `3 entries`: the noun must make its plural with an s, or end in a
  /// consonant and y.
  package static func noun(_ count: some BinaryInteger, _ word: String) -> String {
    if count == 1 { return "1 \(word)" }
    return "\(Self.count(count)) " + (word.hasSuffix("y") ? word.dropLast() + "ies" : word + "s")
  }

  /// `0:07`, `12:34`, `3:04:05`.
  package static func clock(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e7 else { return "-:--" }
    let whole = Int(max(0, seconds).rounded())
    let parts = [whole / 3600, whole / 60 % 60, whole % 60]
    let shown = parts[0] > 0 ? parts[...] : parts[1...]
    return shown.enumerated().map { index, part in
      index > 0 && part < 10 ? "0\(part)" : String(part)
    }.joined(separator: ":")
  }

  /// `7`, `0.5`, `1000`: as few digits as say it, at most three after the point.
  package static func decimal(_ value: Double) -> String { fixed(value, 3).trimmingZeros }

  /// Exactly `digits` after the point, half away from zero. Values beyond 2^53 keep no digits.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    let scale = (0..<digits).reduce(1.0) { factor, _ in factor * 10 }
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 9e15 else { return value.description }
    let whole = UInt64(scaled)
    let text = String(whole)
    let filled = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return sign + filled }
    return sign + filled.dropLast(digits) + "." + filled.suffix(digits)
  }

  private static func short(_ value: Double) -> String { fixed(value, value < 9.95 ? 1 : 0) }

  private static func significant(_ value: Double) -> String {
    fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
  }
}

extension String {
  fileprivate var trimmingZeros: String {
    guard contains(".") else { return self }
    var text = self
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

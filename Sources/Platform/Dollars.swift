/// Prices as people write them, as whole numbers that add up exactly.
public enum Dollars {
  /// What one of a million costs, in trillionths of a dollar, where a million cost so many dollars:
  /// `0.02` for a million tokens are 20,000 for one.
  ///
  /// - Parameter text: Digits, and after a point one to six more; at most a million.
  /// - Returns: nil where the text is no such number.
  public static func trillionthsOfEach(perMillion text: some StringProtocol) -> UInt64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = UInt64(parts[0]), whole <= 1_000_000 else { return nil }
    guard parts.count == 2 else { return whole * 1_000_000 }
    guard (1...6).contains(parts[1].count), parts[1].utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
      let fraction = UInt64(parts[1] + String(repeating: "0", count: 6 - parts[1].count))
    else { return nil }
    return whole * 1_000_000 + fraction
  }
}

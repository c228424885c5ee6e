/// How many bad rows an import bears before it stops.
public enum ErrorBudget: Sendable, Equatable {
  /// Rows before a percentage is judged: a bad first row is not 100 % of the input.
  public static let percentageFloor = 1_000

  /// Goes on whatever comes.
  case unlimited
  /// At most so many bad rows.
  case count(Int)
  /// At most so many per cent of the rows read, judged from ``percentageFloor`` rows on and at the
  /// end.
  case percentage(Double)

  /// Reads `100`, `5%`, `0.1%` or `unlimited`.
  ///
  /// - Throws: ``IngestError/badErrorBudget(_:)``.
  public static func parse(_ text: String) throws(IngestError) -> ErrorBudget {
    if text == "unlimited" { return .unlimited }
    if text.hasSuffix("%") {
      guard let share = Double(text.dropLast()), (0...100).contains(share) else {
        throw .badErrorBudget(text)
      }
      return .percentage(share)
    }
    guard let count = Int(text), count >= 0 else { throw .badErrorBudget(text) }
    return .count(count)
  }

  /// Whether `bad` rows of `total` are more than it bears.
  ///
  /// - Parameter isEnd: Whether the input has ended, so that a percentage is final.
  public func isExceeded(bad: Int, total: Int, isEnd: Bool = false) -> Bool {
    switch self {
    case .unlimited: false
    case .count(let limit): bad > limit
    case .percentage(let share):
      (isEnd || total >= Self.percentageFloor) && Double(bad) * 100 > share * Double(total)
    }
  }
}

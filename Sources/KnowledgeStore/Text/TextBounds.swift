/// The most that a score can be, by the most that S of each word of the query can be: terms that
/// count as one word saturate together.
struct TextBounds {
  /// What each clause is worth.
  private let worths: [Double]
  /// By clause: S, and what it is worth.
  private var sums: [Double]
  private var parts: [Double]
  /// The most that a score can be by the cursors before one; the last is by all.
  private var most: [Double]

  /// Bounds are sums in another order than scores: they may be that much less.
  static let slack = 1 + 1e-9

  init(_ worths: [Double], cursorCount: Int) {
    self.worths = worths
    sums = [Double](repeating: 0, count: worths.count)
    parts = sums
    most = [Double](repeating: 0, count: cursorCount + 1)
  }

  /// Takes the greatest S of cursors in their order.
  @unsafe mutating func set(
    _ cursors: UnsafeMutableBufferPointer<TextCursor>, _ greatest: (borrowing TextCursor) -> Double
  ) {
    for clause in sums.indices {
      sums[clause] = 0
      parts[clause] = 0
    }
    var sum = 0.0
    for number in 0..<cursors.count {
      let value = unsafe greatest(cursors[number])
      if value > 0 {
        let clause = unsafe cursors[number].clause
        sums[clause] += value
        let part = worths[clause] * TextScoring.saturated(sums[clause])
        sum += part - parts[clause]
        parts[clause] = part
      }
      most[number + 1] = sum * Self.slack
    }
  }

  /// The most that a score can be by all cursors.
  var all: Double { most[most.count - 1] }

  /// The most that a score can be by the cursors before one.
  @inline(__always) func before(_ cursor: Int) -> Double { most[cursor] }

  /// The first cursor whose documents can reach the threshold with those of the cursors before it;
  /// the number of cursors where there is none.
  func firstEssential(threshold: Double) -> Int {
    var first = 0
    while first < most.count - 1, most[first + 1] < threshold { first += 1 }
    return first
  }
}

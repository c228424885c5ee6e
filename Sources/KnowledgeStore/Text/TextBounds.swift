/// The most that a score can be, by the most that S of each word of the query can be: terms that
/// count as one word saturate together.
struct TextBounds {
  private let worths: [Double]
  /// By clause, of the cursors that are not essential: S, and what it is worth.
  private var sums: [Double]
  private var parts: [Double]
  private var raisedSums: [Double]
  private var raisedParts: [Double]
  /// The greatest S and the clause of each cursor.
  private var greatest: [(value: Double, clause: Int)] = []
  /// The most that a score can be by the cursors before one.
  private var most: [Double] = [0]

  /// - Parameter worths: What each clause is worth.
  init(_ worths: [Double]) {
    self.worths = worths
    sums = [Double](repeating: 0, count: worths.count)
    parts = sums
    raisedSums = sums
    raisedParts = sums
  }

  /// Takes what is left of cursors in their order; all of them count as essential again.
  @unsafe mutating func set(_ cursors: UnsafeBufferPointer<TextCursor>) {
    greatest.removeAll(keepingCapacity: true)
    most.removeAll(keepingCapacity: true)
    for clause in worths.indices {
      (sums[clause], parts[clause]) = (0, 0)
      restore(clause)
    }
    var sum = 0.0
    most.append(0)
    for number in 0..<cursors.count {
      let (value, clause) = unsafe (cursors[number].greatestLeft, cursors[number].clause)
      greatest.append((value, clause))
      sum += raise(clause, by: value)
      most.append(sum)
    }
    for clause in worths.indices { restore(clause) }
  }

  /// The most that a score can be by the cursors before one.
  @inline(__always) func before(_ cursor: Int) -> Double { most[cursor] }

  /// The first cursor whose documents can reach the threshold with those of the cursors before it.
  ///
  /// - Parameter first: What was found before, 0 after ``set(_:)``.
  mutating func firstEssential(from first: Int, threshold: Double) -> Int {
    var first = first
    while first < greatest.count, most[first + 1] < threshold {
      let (value, clause) = greatest[first]
      _ = raise(clause, by: value)
      sums[clause] = raisedSums[clause]
      parts[clause] = raisedParts[clause]
      first += 1
    }
    return first
  }

  /// Adds a greatest S until ``restore(_:)``.
  ///
  /// - Returns: How much greater a score can be by it.
  @inline(__always) mutating func raise(_ clause: Int, by greatest: Double) -> Double {
    let sum = raisedSums[clause] + greatest
    let part = worths[clause] * TextScoring.saturated(sum)
    let increase = part - raisedParts[clause]
    raisedSums[clause] = sum
    raisedParts[clause] = part
    return increase
  }

  /// Takes back what a clause was raised by.
  @inline(__always) mutating func restore(_ clause: Int) {
    raisedSums[clause] = sums[clause]
    raisedParts[clause] = parts[clause]
  }
}

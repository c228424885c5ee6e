/// How probable a word is after another, for common pairs.
struct Bigrams: Sendable {
  private var starts: [UInt32] = [0]
  private var seconds: [UInt32] = []
  /// -30 log10 P(second | first).
  private var costs: [UInt8] = []

  var byteCount: Int { starts.count * 4 + seconds.count * 5 }

  /// Adds the pairs of the next first word, by ascending second word.
  mutating func appendRow(_ row: [(second: UInt32, cost: UInt8)]) {
    for pair in row {
      seconds.append(pair.second)
      costs.append(pair.cost)
    }
    starts.append(UInt32(seconds.count))
  }

  /// Rows so far.
  var rowCount: Int { starts.count - 1 }

  /// The natural logarithm of P(second | first); nil of a pair that is not listed.
  func logProbability(of second: Int, after first: Int) -> Float? {
    guard first >= 0, first < rowCount else { return nil }
    var low = Int(starts[first])
    var high = Int(starts[first + 1])
    while low < high {
      let middle = (low + high) / 2
      if seconds[middle] < UInt32(second) { low = middle + 1 } else { high = middle }
    }
    guard low < Int(starts[first + 1]), seconds[low] == UInt32(second) else { return nil }
    return -Float(costs[low]) / 30 * 2.302585
  }
}

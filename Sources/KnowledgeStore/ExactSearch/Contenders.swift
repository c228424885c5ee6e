/// The rows that may still be among the best for one query, while a scan runs.
///
/// A row is dropped only when its upper bound lies below the `count`-th best lower bound seen (or
/// below the least score asked for), so every row of the answer is here in the end. Where too many
/// rows are too close to tell apart (thousands of equal vectors, say) they must be scored early:
/// ``isCrowded`` says when.
struct Contenders {
  /// A row and the bounds of its score, in the units of the query's scan.
  struct Row {
    var source: UInt32
    var row: UInt32
    var lower: Float
    var upper: Float
  }

  /// Rows whose upper bound is below this are not contenders.
  private(set) var threshold: Float
  /// The contenders so far, among them some that newer thresholds have ruled out.
  private(set) var rows: [Row] = []

  /// Whether dropping rows no longer makes room: the rows are to be scored and released.
  private(set) var isCrowded = false

  private var lowers: Selection<Float>
  private let rowLimit: Int
  private var pruneLimit: Int

  /// - Parameters:
  ///   - count: Rows wanted, at least one.
  ///   - minimum: Scores below it are not wanted; rounded down.
  init(count: Int, minimum: Float) {
    threshold = minimum
    lowers = Selection(count: count)
    rowLimit = 2 * count + 1_024
    pruneLimit = rowLimit
  }

  /// Takes a row that a kernel kept. Amortised O(1).
  mutating func admit(source: Int, row: UInt32, lower: Float, upper: Float) {
    if upper < threshold { return }
    if rows.count >= pruneLimit { prune() }
    rows.append(
      Row(source: UInt32(truncatingIfNeeded: source), row: row, lower: lower, upper: upper))
    // A bound that is not finite says nothing: such rows stay, and do not raise the threshold.
    guard lower > threshold, lower.isFinite else { return }
    lowers.push(lower)
    if let floor = lowers.floor, floor > threshold { threshold = floor }
  }

  /// Brings the threshold up to date with all rows admitted and drops what it rules out.
  mutating func settle() {
    lowers.settle()
    if let floor = lowers.floor, floor > threshold { threshold = floor }
    prune()
  }

  /// Forgets all rows, which have been scored: `floor`, if there is one, is at most the score of
  /// the last row wanted.
  mutating func release(floor: Float?) {
    if let floor, floor > threshold { threshold = floor }
    rows.removeAll(keepingCapacity: true)
    pruneLimit = rowLimit
    isCrowded = false
  }

  /// Forgets the rows that the threshold has ruled out since they came.
  private mutating func prune() {
    let threshold = threshold
    rows.removeAll { $0.upper < threshold }
    isCrowded = 4 * rows.count > 3 * rowLimit
    pruneLimit = max(rowLimit, 2 * rows.count)
  }
}

/// What ways to search cost, in nanoseconds of one thread, and the choice between them.
///
/// Constants are those of docs/decisions/0006-recall-target.md, measured on one processor: a wrong
/// one costs time, never answers.
struct SearchCosts {
  // AVX-512, and what other levels take instead.
  /// For each 64 components: an int8 row from memory in a scan, and one on its own.
  var scanRow = 1.3
  var gatherRow = 2.0
  /// For each 64 components: a row of a scan of one-bit codes.
  var signRow = 0.17
  /// Preparing a query for one source's signs.
  var signSetup = 2_000.0
  /// Taking up, dropping or refining a row that a scan of signs has kept, for each 64 components.
  var refineRow = 8.0

  init(_ level: VectorKernels.Level = VectorKernels.current.level) {
    switch level {
    case .avx512: break
    case .avx2: (scanRow, gatherRow, signRow) = (1.7, 2.4, 0.45)
    case .portable: (scanRow, gatherRow, signRow, refineRow) = (6.5, 7, 6, 12)
    }
  }

  /// The way to search a source.
  ///
  /// - Parameters:
  ///   - rowCount: Rows of the source.
  ///   - admitted: How many of them may be returned.
  ///   - count: Hits wanted.
  func way(
    rowCount: Int, admitted: Int, dimension: Int, count: Int, hasSigns: Bool
  ) -> SearchWay {
    let exact: SearchWay = admitted * 64 >= rowCount * 28 ? .scan : .gather
    guard hasSigns, admitted > 0 else { return exact }
    let words = Double((dimension + 63) / 64)
    let scan = exact == .scan ? Double(rowCount) * scanRow : Double(admitted) * gatherRow
    // With a 64th of the rows admitted at random, two blocks of three still have one.
    let touched = min(Double(rowCount), 64 * Double(admitted))
    // A scan keeps about ten rows for each hit, and as many on the way to its threshold.
    let kept = min(Double(admitted), 100 + 20 * Double(count))
    let signs = signSetup + words * (touched * signRow + kept * refineRow)
    return signs < words * scan ? .signs : exact
  }
}

/// What ways to search cost, in nanoseconds of one thread, and the choice between them.
///
/// Constants are those of docs/decisions/0006-recall-target.md, measured on one processor: a wrong
/// one costs time, never answers.
struct SearchCosts {
  // AVX-512, and what other levels take instead.
  /// For each 64 components: an int8 row from memory in a scan, and one on its own.
  var scanRow = 1.3
  var gatherRow = 2.0
  /// For each 64 components: a row of a scan of outlines.
  var outlineRow = 0.4
  /// Turning a query for a source's outlines, for each 64 components squared.
  var outlineSetup = 150.0
  /// For each 64 components: a row of a scan of one-bit codes.
  var signRow = 0.17
  /// Preparing a query for one source's signs.
  var signSetup = 2_000.0
  /// Taking up, dropping or refining a row that a scan of signs has kept, for each 64 components.
  var refineRow = 8.0

  /// For each 64 components: a row for one of many queries that share a pass. At AVX2 a product
  /// costs more than a scan of one-bit codes.
  var sharedRow = 0.18
  /// Queries from which a pass for all has that cost.
  static let sharedQueryCount = 8

  /// Preparing a query for a graph and coming near, in nanoseconds; and for each 64 components: a
  /// vertex that a walk scores, and a part of one whose neighbours it estimates.
  var graphSetup = 8_000.0
  var graphVisit = 45.0

  /// How much cheaper a walk under a filter has to look than the other way.
  static let filterDoubt = 1.25

  init(_ level: VectorKernels.Level = VectorKernels.current.level) {
    switch level {
    case .avx512: break
    case .avx2:
      (scanRow, gatherRow, signRow, sharedRow) = (1.7, 2.4, 0.45, 1.35)
      (outlineRow, graphVisit) = (0.7, 60)
    case .portable:
      (scanRow, gatherRow, signRow, refineRow, sharedRow) = (6.5, 7, 6, 12, 4)
      (outlineRow, graphVisit) = (20, 400)
    }
  }

  /// The way to search a source.
  ///
  /// - Parameters:
  ///   - rowCount: Rows of the source.
  ///   - admitted: How many of them may be returned.
  ///   - count: Hits wanted.
  ///   - effort: What a walk over the source's graph takes, where it has one.
  func way(
    rowCount: Int, admitted: Int, dimension: Int, count: Int, hasSigns: Bool,
    hasOutlines: Bool = false, effort: GraphEffort? = nil
  ) -> SearchWay {
    best(
      rowCount: rowCount, admitted: admitted, dimension: dimension, count: count,
      hasSigns: hasSigns, hasOutlines: hasOutlines, effort: effort
    ).way
  }

  /// The way to search a source to a recall target, and what it costs.
  ///
  /// - Parameter isBounded: Whether the score of a last hit is known before, from other sources,
  ///   by which nearly all rows are ruled out; no graph is walked then.
  func best(
    of source: VectorRows, count: Int, target: Double, isBounded: Bool = false
  ) -> (way: SearchWay, cost: Double) {
    best(
      rowCount: source.count, admitted: source.admittedCount, dimension: source.dimension,
      count: isBounded ? 0 : count, hasSigns: source.signs != nil && target < 1,
      hasOutlines: source.outlines != nil,
      effort: target < 1 && !isBounded ? source.graph?.header.effort(target: target) : nil)
  }

  /// Whether so many queries are answered sooner by one exact pass than each in its best way.
  func sharePass(
    _ queryCount: Int, in sources: [VectorRows], count: Int, target: Double
  ) -> Bool {
    let isRival = target < 1 || sources.contains { $0.outlines != nil }
    guard queryCount > 1, isRival else { return queryCount > 1 }
    guard queryCount >= Self.sharedQueryCount else { return false }
    var (shared, alone) = (0.0, 0.0)
    for source in sources {
      shared += Double((source.dimension + 63) / 64 * source.count) * sharedRow
      alone += best(of: source, count: count, target: target).cost
    }
    return shared <= alone
  }

  private func best(
    rowCount: Int, admitted: Int, dimension: Int, count: Int, hasSigns: Bool,
    hasOutlines: Bool, effort: GraphEffort?
  ) -> (way: SearchWay, cost: Double) {
    let rival = rival(
      rowCount: rowCount, admitted: admitted, dimension: dimension, count: count,
      hasSigns: hasSigns, hasOutlines: hasOutlines)
    guard let effort, effort.margin < GraphEffort.limit, admitted > 0 else { return rival }
    let words = Double((dimension + 63) / 64)
    // Of the vertices that a walk meets only a part is admitted, so it has to meet more.
    let share = Double(admitted) / Double(rowCount)
    let visits = Double(effort.usual) * max(1, Double(count) / 10) / share
    let walk = graphSetup + words * visits * graphVisit
    // A filter may admit what is far from the query: a walk that looks cheap may not be.
    let isWorth = Self.filterDoubt * walk < rival.cost || share == 1 && walk < rival.cost
    return isWorth ? (.graph, walk) : rival
  }

  /// How many vertices a walk may score before the other way is the better one after all.
  func budget(
    rowCount: Int, admitted: Int, dimension: Int, count: Int, hasSigns: Bool,
    hasOutlines: Bool = false
  ) -> Int {
    let rival = rival(
      rowCount: rowCount, admitted: admitted, dimension: dimension, count: count,
      hasSigns: hasSigns, hasOutlines: hasOutlines)
    return 64 + Int(rival.cost / (Double((dimension + 63) / 64) * graphVisit))
  }

  /// The best way without a graph, and its cost.
  func rival(
    rowCount: Int, admitted: Int, dimension: Int, count: Int, hasSigns: Bool,
    hasOutlines: Bool = false
  ) -> (way: SearchWay, cost: Double) {
    var exact: SearchWay = admitted * 64 >= rowCount * 28 ? .scan : .gather
    let words = Double((dimension + 63) / 64)
    var scan = exact == .scan ? Double(rowCount) * scanRow : Double(admitted) * gatherRow
    guard admitted > 0 else { return (exact, 0) }
    // With a 64th of the rows admitted at random, two blocks of three still have one.
    let touched = min(Double(rowCount), 64 * Double(admitted))
    if hasOutlines {
      // Of real texts one row of a hundred lies within the bounds of the tenth.
      let kept = min(Double(admitted), Double(40 * count) + Double(admitted) / 100)
      let outlines = words * outlineSetup + touched * outlineRow + kept * gatherRow
      if outlines < scan { (exact, scan) = (.outlines, outlines) }
    }
    guard hasSigns else { return (exact, words * scan) }
    // A scan keeps about ten rows for each hit, and as many on the way to its threshold.
    // Where the last hit is known before, `count` is 0.
    let kept = count == 0 ? 10 : min(Double(admitted), 100 + 20 * Double(count))
    let signs = signSetup + words * (touched * signRow + kept * refineRow)
    return signs < words * scan ? (.signs, signs) : (exact, words * scan)
  }
}

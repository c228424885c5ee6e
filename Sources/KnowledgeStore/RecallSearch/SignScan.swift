import CVectorKernels

/// The scan of one-bit codes, over all sources that are searched so.
///
/// Estimates give each row an upper bound that holds with the probability of the recall target, and
/// a lower one that is a guess. Rows are kept while their upper bound reaches the `count`-th
/// greatest lower one; int8 codes then refine those that can still matter. Where the refined
/// threshold turns out to lie below the guess, rows between the two were dropped too early: a
/// second scan takes them up.
///
/// `@safe` holds because the initialiser is `@unsafe`: `codeQuery` stays readable while the value
/// is in use.
@safe struct SignScan: ~Copyable {
  /// A source and the query against its signs.
  struct Part {
    let index: Int
    let source: VectorRows
    let signs: SignRows
    let query: SignQuery
    /// Rows whose int8 codes were looked at.
    var refinedCount = 0
  }

  private(set) var parts: [Part]
  /// Whether there was a second scan.
  private(set) var isRepeated = false
  private let codeQuery: UnsafePointer<ck_query>
  private let kernels: VectorKernels
  private var nominees: Nominees
  private var list: [UInt32] = []

  static let blockLimit = 1_024

  /// - Parameters:
  ///   - codeQuery: The query as the scan of int8 codes takes it.
  ///   - count: Rows wanted, at least one.
  ///   - floor: Scores below it, in the units of the scan, are not wanted.
  @unsafe init(
    _ parts: [Part], codeQuery: UnsafePointer<ck_query>, count: Int, floor: Float,
    kernels: VectorKernels
  ) {
    self.parts = parts
    unsafe self.codeQuery = codeQuery
    self.kernels = kernels
    nominees = Nominees(wanted: count, floor: floor, blockLimit: Self.blockLimit)
  }

  /// Searches the sources and hands what may matter over to `ranking`.
  ///
  /// - Parameter survivors: Has room for ``blockLimit`` rows.
  /// - Returns: false where too many rows are too close for one-bit codes to tell apart: `ranking`
  ///   is as it was, and the sources must be searched in another way.
  mutating func run(survivors: borrowing SurvivorBuffer, ranking: inout Ranking) -> Bool {
    ranking.contenders.settle()
    let proved = ranking.contenders.threshold
    for part in parts {
      nominees.beginSource()
      var first = 0
      // Blocks begin small, because nothing can be dropped before as many rows as are wanted.
      var block = 64
      while first < part.source.count {
        let size = min(block, part.source.count - first)
        guard nominees.reserve(size) else { return false }
        let found = unsafe part.query.scan(
          part.source, part.signs, rows: first..<first + size,
          threshold: max(nominees.threshold, proved), kernels: kernels, into: nominees.columns)
        nominees.take(found)
        first += size
        block = min(2 * block, Self.blockLimit)
      }
    }
    refine(survivors: survivors, ranking: &ranking)
    if ranking.contenders.threshold < nominees.threshold {
      isRepeated = true
      repeatScan(below: nominees.threshold, survivors: survivors, ranking: &ranking)
    }
    return true
  }

  /// Looks at the int8 codes of the nominees: first of the most promising, then of the others that
  /// reach the threshold which those have proved.
  private mutating func refine(survivors: borrowing SurvivorBuffer, ranking: inout Ranking) {
    let guess = nominees.threshold
    func isPromising(_ lower: Float, _ upper: Float) -> Bool {
      // About three times as many as are wanted; those whose very lower bound reaches the guess
      // would be just as many.
      lower + (upper - lower) * 0.2 >= guess
    }
    for place in parts.indices {
      nominees.rows(of: place, into: &list, where: isPromising)
      gather(place, survivors: survivors, ranking: &ranking)
    }
    ranking.contenders.settle()
    let proved = ranking.contenders.threshold
    for place in parts.indices {
      nominees.rows(of: place, into: &list) { lower, upper in
        !isPromising(lower, upper) && !(upper < proved)
      }
      gather(place, survivors: survivors, ranking: &ranking)
    }
    ranking.contenders.settle()
  }

  /// Scans again for rows whose upper bound lies between the proved threshold and `guess`.
  private mutating func repeatScan(
    below guess: Float, survivors: borrowing SurvivorBuffer, ranking: inout Ranking
  ) {
    for place in parts.indices {
      let part = parts[place]
      for first in stride(from: 0, to: part.source.count, by: Self.blockLimit) {
        let found = unsafe part.query.scan(
          part.source, part.signs,
          rows: first..<min(first + Self.blockLimit, part.source.count),
          threshold: ranking.contenders.threshold, kernels: kernels, into: survivors.columns)
        list.removeAll(keepingCapacity: true)
        survivors.forEach(found) { row, _, _, upper in
          if upper < guess { list.append(row) }
        }
        gather(place, survivors: survivors, ranking: &ranking)
      }
    }
  }

  /// Refines the rows of `list`, which are of one part, by their int8 codes.
  private mutating func gather(
    _ place: Int, survivors: borrowing SurvivorBuffer, ranking: inout Ranking
  ) {
    parts[place].refinedCount += list.count
    unsafe list.withUnsafeBufferPointer { list in
      unsafe ExactSearch.gatherCodes(
        parts[place].source, parts[place].index, list: list, query: codeQuery, kernels: kernels,
        survivors: survivors, into: &ranking)
    }
  }
}

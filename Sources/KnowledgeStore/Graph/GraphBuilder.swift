import CVectorKernels
import LinearAlgebra
import Platform

/// Builds the graph over the rows of a segment, on the calling thread.
///
/// 1. Spherical k-means orders the rows: those near each other stand near each other in the file.
/// 2. Each row is compared, by matrix products, with all rows of the clusters nearest to it.
/// 3. Of the nearest found, a row keeps as neighbours those that no kept one is much nearer to
///    (the α-rule of DiskANN), first among its own, then among those that chose it.
/// 4. Vertices that no walk could reach get an edge.
/// 5. The neighbours' residuals are encoded as signs, and searches for rows of the graph itself
///    find out which margin reaches which part of the true answer.
///
/// The same rows give the same graph on one machine: nothing is drawn but from a fixed seed.
struct GraphBuilder {
  /// Rows of a cluster, on average.
  static let clusterSize = 96
  /// Clusters that a row is compared with.
  static let probeCount = 56
  /// Rows that are kept of those compared.
  static let candidateCount = 96
  /// A candidate is dropped where a kept one is nearer to it than it is to the vertex, by this
  /// factor of squared distances.
  static let spread: Float = 1.2

  let rows: VectorRows
  let kernels: GraphKernels
  /// Whether to give up; asked now and then.
  let isStopped: () -> Bool

  init(
    rows: VectorRows, kernels: GraphKernels = .current, isStopped: @escaping () -> Bool = { false }
  ) {
    self.rows = rows
    self.kernels = kernels
    self.isStopped = isStopped
  }

  /// Builds the graph; nil where the caller gave up.
  ///
  /// - Parameters:
  ///   - segment: The number of the segment.
  ///   - segmentChecksum: The CRC of its header.
  /// - Complexity: About 0.25 ms a row of 384 components at 200,000 rows, of which the clusters'
  ///   part grows with their number; 1 KB a row while it works, beside the graph.
  func build(segment: UInt64, segmentChecksum: UInt32) -> GraphImage? {
    guard let clusters = GraphClusters(rows: rows, kernels: kernels, isStopped: isStopped),
      let near = GraphNeighbours(
        rows: rows, clusters: clusters, kernels: kernels, isStopped: isStopped),
      var links = GraphLinks(rows: rows, near: near, kernels: kernels, isStopped: isStopped)
    else { return nil }
    let entries = clusters.entries(rows: rows, kernels: kernels)
    links.connect(from: entries, near: near)
    let image = GraphImage(
      header: GraphHeader(
        segment: segment, segmentChecksum: segmentChecksum, rowCount: rows.count,
        dimension: rows.dimension, entryCount: entries.count,
        efforts: []))
    guard
      image.fill(
        rows: rows, order: clusters.order, links: links, entries: entries, kernels: kernels,
        isStopped: isStopped)
    else { return nil }
    let calibration = GraphCalibration(
      rows: rows, graph: image.graph(), order: clusters.order, kernels: kernels)
    guard let efforts = calibration.efforts(isStopped: isStopped) else { return nil }
    image.seal(efforts: efforts)
    return image
  }
}

/// The greatest few of many scored rows: pushed unsorted, cut when the room is full.
///
/// A key is the score's ordered bits and the complement of the row, so that greater keys are
/// greater scores and, among equal ones, smaller rows.
@safe struct NearestList {
  /// Keys that are kept, and room for more before the next cut.
  let kept: Int
  let room: Int
  @unsafe let keys: UnsafeMutablePointer<UInt64>
  private(set) var count = 0
  /// Scores must be above it to matter.
  private(set) var threshold = -Float.infinity

  /// - Parameter keys: `[room]`; the caller keeps it as long as the value.
  @unsafe init(kept: Int, room: Int, keys: UnsafeMutablePointer<UInt64>) {
    precondition(kept > 0 && room > kept, "no room to gather keys in")
    self.kept = kept
    self.room = room
    unsafe self.keys = keys
  }

  static func key(_ score: Float, _ row: UInt32) -> UInt64 {
    UInt64(orderedBits(score)) << 32 | UInt64(~row)
  }
  static func score(_ key: UInt64) -> Float { floatOfOrdered(UInt32(key >> 32)) }
  static func row(_ key: UInt64) -> UInt32 { ~UInt32(truncatingIfNeeded: key) }

  @inline(__always) mutating func push(_ score: Float, _ row: UInt32) {
    unsafe keys[count] = Self.key(score, row)
    count += 1
    if count == room { cut() }
  }

  /// Sorts, best first, and drops what is beyond ``kept``.
  mutating func cut() {
    var all = unsafe UnsafeMutableBufferPointer(start: keys, count: count)
    unsafe all.sort(by: >)
    count = min(count, kept)
    if count == kept { threshold = unsafe Self.score(keys[kept - 1]) }
  }
}

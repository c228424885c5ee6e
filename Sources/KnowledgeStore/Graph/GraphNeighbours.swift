import CVectorKernels
import LinearAlgebra

/// The nearest rows that were found for each vertex.
///
/// Vertices are numbered by the order of the clusters.
@safe final class GraphNeighbours {
  let count: Int
  /// The row of the segment that each vertex stands for.
  let order: [UInt32]
  private static let kept = GraphBuilder.candidateCount
  private static let room = GraphBuilder.candidateCount + 64
  /// `[count][room]`, of which the first `lengths[vertex]` are set, best first.
  @unsafe private let keys: UnsafeMutablePointer<UInt64>
  private var lists: [NearestList] = []

  deinit { unsafe keys.deallocate() }

  /// - Returns: nil where the caller gave up.
  init?(rows: VectorRows, clusters: GraphClusters, kernels: GraphKernels, isStopped: () -> Bool) {
    count = rows.count
    order = clusters.order
    unsafe keys = .allocate(capacity: max(1, count * Self.room))
    lists.reserveCapacity(count)
    for vertex in 0..<count {
      unsafe lists.append(
        NearestList(kept: Self.kept, room: Self.room, keys: keys + vertex * Self.room))
    }
    var visitors = [[UInt32]](repeating: [], count: clusters.count)
    for vertex in 0..<count {
      let row = Int(clusters.order[vertex])
      for index in 0..<clusters.probeCount {
        let cluster = Int(clusters.probes[row * clusters.probeCount + index])
        visitors[cluster].append(UInt32(vertex))
      }
    }
    let largest = (0..<clusters.count).map { clusters.starts[$0 + 1] - clusters.starts[$0] }.max()
    let work = Work(
      block: GraphClusters.blockSize, members: largest ?? 0,
      stride: VectorLayout.floatStride(rows.dimension))
    for cluster in 0..<clusters.count {
      if isStopped() { return nil }
      let members = clusters.starts[cluster]..<clusters.starts[cluster + 1]
      if members.isEmpty { continue }
      unsafe work.gather(members.lazy.map { clusters.order[$0] }, rows, into: work.members)
      var first = 0
      while first < visitors[cluster].count {
        let size = min(GraphClusters.blockSize, visitors[cluster].count - first)
        let block = visitors[cluster][first..<first + size]
        unsafe work.gather(block.lazy.map { clusters.order[Int($0)] }, rows, into: work.visitors)
        compare(block, members, work, kernels)
        first += size
      }
    }
    for vertex in 0..<count { lists[vertex].cut() }
  }

  private func compare(
    _ block: ArraySlice<UInt32>, _ members: Range<Int>, _ work: Work, _ kernels: GraphKernels
  ) {
    unsafe MatrixProduct.timesTransposed(
      .init(work.visitors, rows: block.count, columns: work.stride, stride: work.stride),
      .init(work.members, rows: members.count, columns: work.stride, stride: work.stride),
      into: work.products)
    for (index, vertex) in block.enumerated() {
      let products = unsafe work.products + index * members.count
      let found = unsafe kernels.table.above(
        products, members.count, lists[Int(vertex)].threshold, work.found)
      for place in 0..<found {
        let member = unsafe Int(work.found[place])
        let other = UInt32(members.lowerBound + member)
        if other != vertex { unsafe lists[Int(vertex)].push(products[member], other) }
      }
    }
  }

  /// The keys of a vertex's nearest (see ``NearestList``), best first.
  func keys(of vertex: Int) -> UnsafeBufferPointer<UInt64> {
    unsafe UnsafeBufferPointer(start: lists[vertex].keys, count: lists[vertex].count)
  }

  /// Memory of one build.
  @safe private final class Work {
    let stride: Int
    @unsafe let visitors: UnsafeMutablePointer<Float>
    @unsafe let members: UnsafeMutablePointer<Float>
    @unsafe let products: UnsafeMutablePointer<Float>
    @unsafe let found: UnsafeMutablePointer<UInt32>

    init(block: Int, members: Int, stride: Int) {
      self.stride = stride
      unsafe visitors = .allocate(capacity: block * stride)
      unsafe self.members = .allocate(capacity: max(1, members * stride))
      unsafe products = .allocate(capacity: max(1, block * members))
      unsafe found = .allocate(capacity: members + Int(CK_SLACK))
    }

    deinit {
      unsafe visitors.deallocate()
      unsafe members.deallocate()
      unsafe products.deallocate()
      unsafe found.deallocate()
    }

    @unsafe func gather(
      _ numbers: some Sequence<UInt32>, _ rows: VectorRows, into target: UnsafeMutablePointer<Float>
    ) {
      for (index, row) in numbers.enumerated() {
        unsafe (target + index * stride).update(
          from: rows.vectors + Int(row) * stride, count: stride)
      }
    }
  }
}

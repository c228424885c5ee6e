import CVectorKernels
import LinearAlgebra

/// Finds out how far a search of a graph has to look, by searches for some of its own rows.
///
/// Each row of the sample is hidden while it is searched for, as if it had come from outside.
struct GraphCalibration {
  private static let sampleLimit = 512
  private static let hitCount = 10
  private static let firstMargin: Float = 0.01
  private static let growth: Float = 1.2
  /// Beyond it a walk sees so much that a scan is better.
  private static let lastMargin: Float = 0.5

  let rows: VectorRows
  let graph: GraphData
  /// The row of each vertex.
  let order: [UInt32]
  let kernels: GraphKernels

  /// What each of ``GraphHeader/targets`` takes, its margin ``GraphEffort/limit`` where none
  /// reaches it; nil where the caller gave up.
  func efforts(isStopped: () -> Bool) -> [GraphEffort]? {
    let hits = min(Self.hitCount, rows.count - 1)
    var efforts = GraphHeader.targets.map { _ in
      GraphEffort(margin: GraphEffort.limit, visits: Float(rows.count))
    }
    guard hits > 0 else { return efforts }
    let size = min(rows.count, Self.sampleLimit)
    let sample = (0..<size).map { UInt32($0 * rows.count / size) }
    guard let floors = truth(sample, hits, isStopped: isStopped) else { return nil }
    var margin = Self.firstMargin
    var before = (effort: GraphEffort(margin: 0, visits: 0), recall: 0.0)
    while margin < Self.lastMargin {
      if isStopped() { return nil }
      var walks = sample.indices.map { index in
        search(sample[index], margin: margin, hits: hits, floor: floors[index])
      }
      let visits = walks.reduce(0) { $0 + $1.visits }
      let effort = GraphEffort(margin: margin, visits: Float(visits) / Float(size))
      // Searches stop there, and so must what is said of them.
      let enough = effort.enough(count: hits)
      for index in sample.indices where walks[index].visits > enough {
        walks[index] = search(
          sample[index], margin: margin, enough: enough, hits: hits, floor: floors[index])
      }
      let recall = Double(walks.reduce(0) { $0 + $1.found }) / Double(size * hits)
      for (index, target) in GraphHeader.targets.enumerated()
      where efforts[index].margin == GraphEffort.limit && recall >= target {
        // Between the last margin and this one, as if recall grew evenly.
        let part = recall > before.recall ? (target - before.recall) / (recall - before.recall) : 1
        efforts[index] = .between(before.effort, effort, part: Float(max(0, part)))
      }
      if recall >= GraphHeader.targets.last! { break }
      before = (effort, recall)
      margin *= Self.growth
    }
    return efforts
  }

  /// How many rows as good as the true ones a search finds, and how many it scores.
  private func search(
    _ vertex: UInt32, margin: Float, enough: Int = .max, hits: Int, floor: Double
  ) -> (found: Int, visits: Int) {
    let stride = VectorLayout.floatStride(rows.dimension)
    let vector = unsafe rows.vectors + Int(order[Int(vertex)]) * stride
    var wide = [Double](repeating: 0, count: stride)
    for index in 0..<stride { unsafe wide[index] = Double(vector[index]) }
    var numbers: [UInt32] = []
    let report = unsafe GraphSearch.search(
      UnsafeBufferPointer(start: vector, count: rows.dimension), in: graph, live: nil,
      count: hits, margin: margin, enough: enough, hidden: vertex, kernels: kernels
    ) { numbers.append($0) }
    var scores = [Double](repeating: 0, count: numbers.count)
    unsafe VectorKernels.current.table.score_f32(
      rows.vectors, stride, numbers, numbers.count, wide, &scores)
    return (min(hits, scores.count { $0 >= floor }), report.scored)
  }

  /// The score of the last true hit of each row of the sample, a little lowered.
  private func truth(_ sample: [UInt32], _ hits: Int, isStopped: () -> Bool) -> [Double]? {
    let stride = VectorLayout.floatStride(rows.dimension)
    var queries: [Float] = []
    for vertex in sample {
      unsafe queries.append(
        contentsOf: UnsafeBufferPointer(
          start: rows.vectors + Int(order[Int(vertex)]) * stride, count: stride))
    }
    let block = 1_024
    let room = 8 * hits
    var products = [Float](repeating: 0, count: sample.count * block)
    var keys = [UInt64](repeating: 0, count: sample.count * room)
    return unsafe keys.withUnsafeMutableBufferPointer { keys in
      var lists = sample.indices.map { index in
        unsafe NearestList(kept: hits, room: room, keys: keys.baseAddress! + index * room)
      }
      var found = [UInt32](repeating: 0, count: block + Int(CK_SLACK))
      var first = 0
      while first < rows.count {
        if isStopped() { return nil }
        let size = min(block, rows.count - first)
        unsafe MatrixProduct.timesTransposed(
          .init(queries, rows: sample.count, columns: stride, stride: stride),
          .init(rows.vectors + first * stride, rows: size, columns: stride, stride: stride),
          into: &products)
        for index in sample.indices {
          let own = order[Int(sample[index])]
          unsafe products.withUnsafeBufferPointer { products in
            let part = unsafe products.baseAddress! + index * size
            let count = unsafe kernels.table.above(part, size, lists[index].threshold, &found)
            for place in 0..<count {
              let row = UInt32(first) + found[place]
              if row != own { unsafe lists[index].push(part[Int(found[place])], row) }
            }
          }
        }
        first += size
      }
      return lists.indices.map { index in
        lists[index].cut()
        return unsafe Double(NearestList.score(lists[index].keys[lists[index].count - 1])) - 1e-6
      }
    }
  }
}

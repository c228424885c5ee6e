import CVectorKernels
import LinearAlgebra
import Platform

/// Finds out how far a search of a graph has to look, by searches of two kinds: for rows of its
/// own, each hidden meanwhile as if it had come from outside, and for what no row is like. A
/// promise has to hold for both: rows may have copies beside them that make them easy to find,
/// and queries have none.
struct GraphCalibration {
  private static let sampleLimit = 512
  private static let hitCount = 10
  private static let firstMargin: Float = 0.01
  private static let growth: Float = 1.2
  /// Beyond it a walk sees so much that a scan is better.
  private static let lastMargin: Float = 0.5
  /// How much of the difference of two other rows is added to a row to make what no row is like:
  /// the row is then as near as 0.8, the nearest text to a customer's question about 0.7.
  private static let strangeness: Float = 0.42

  let rows: VectorRows
  let graph: GraphData
  /// The row of each vertex.
  let order: [UInt32]
  let kernels: GraphKernels

  /// What to search for.
  private struct Sample {
    /// `[count][floatStride]`.
    var vectors: [Float] = []
    /// The vertex that is not to be found, for each vector; nil for none.
    var hidden: [UInt32?] = []

    var count: Int { hidden.count }
  }

  /// What each of ``GraphHeader/targets`` takes, its margin ``GraphEffort/limit`` where none
  /// reaches it; nil where the caller gave up.
  func efforts(isStopped: () -> Bool) -> [GraphEffort]? {
    let rows = ownRows()
    guard let own = efforts(of: rows, isStopped: isStopped),
      let strange = efforts(of: strangers(), isStopped: isStopped)
    else { return nil }
    var efforts = zip(own, strange).map { $0.margin >= $1.margin ? $0 : $1 }
    for index in efforts.indices where efforts[index].margin < GraphEffort.limit {
      if isStopped() { return nil }
      efforts[index].usual = usual(rows, efforts[index])
    }
    return efforts
  }

  /// Vertices that searches for the sample score on average.
  private func usual(_ sample: Sample, _ effort: GraphEffort) -> Float {
    let hits = min(Self.hitCount, rows.count - 1)
    let visits = (0..<sample.count).reduce(0) { sum, index in
      sum
        + search(
          sample, index, margin: effort.margin, enough: effort.enough(count: hits), hits: hits,
          floor: .infinity
        ).visits
    }
    return Float(visits) / Float(max(1, sample.count))
  }

  private var sampleSize: Int { min(rows.count, Self.sampleLimit) }

  private func vector(_ vertex: UInt32) -> UnsafePointer<Float> {
    unsafe rows.vectors + Int(order[Int(vertex)]) * VectorLayout.floatStride(rows.dimension)
  }

  /// Rows at even distances.
  private func ownRows() -> Sample {
    let stride = VectorLayout.floatStride(rows.dimension)
    var sample = Sample()
    for index in 0..<sampleSize {
      let vertex = UInt32(index * rows.count / sampleSize)
      unsafe sample.vectors.append(
        contentsOf: UnsafeBufferPointer(start: vector(vertex), count: stride))
      sample.hidden.append(vertex)
    }
    return sample
  }

  /// Rows moved along the difference of two others, so that what is added lies where rows differ.
  private func strangers() -> Sample {
    let stride = VectorLayout.floatStride(rows.dimension)
    var random = SeededGenerator(seed: UInt64(rows.count))
    var sample = Sample()
    for index in 0..<sampleSize {
      let row = unsafe vector(UInt32(index * rows.count / sampleSize))
      let plus = unsafe vector(UInt32(Int.random(in: 0..<rows.count, using: &random)))
      let minus = unsafe vector(UInt32(Int.random(in: 0..<rows.count, using: &random)))
      var mixed = [Float](repeating: 0, count: stride)
      var length = 0.0
      for place in 0..<stride {
        mixed[place] = unsafe row[place] + Self.strangeness * (plus[place] - minus[place])
        length += Double(mixed[place]) * Double(mixed[place])
      }
      guard length > 0 else { continue }
      let scale = Float(1 / length.squareRoot())
      sample.vectors.append(contentsOf: mixed.map { $0 * scale })
      sample.hidden.append(nil)
    }
    return sample
  }

  private func efforts(of sample: Sample, isStopped: () -> Bool) -> [GraphEffort]? {
    let hits = min(Self.hitCount, rows.count - 1)
    var efforts = GraphHeader.targets.map { _ in
      GraphEffort(
        margin: GraphEffort.limit, visits: Float(rows.count), usual: Float(rows.count))
    }
    guard hits > 0, sample.count > 0 else { return efforts }
    guard let floors = truth(sample, hits, isStopped: isStopped) else { return nil }
    var margin = Self.firstMargin
    var before = (effort: GraphEffort(margin: 0, visits: 0, usual: 0), recall: 0.0)
    while margin < Self.lastMargin {
      if isStopped() { return nil }
      var walks = (0..<sample.count).map { index in
        search(sample, index, margin: margin, hits: hits, floor: floors[index])
      }
      let visits = walks.reduce(0) { $0 + $1.visits }
      let mean = Float(visits) / Float(sample.count)
      let effort = GraphEffort(margin: margin, visits: mean, usual: mean)
      // Searches stop there, and so must what is said of them.
      let enough = effort.enough(count: hits)
      for index in walks.indices where walks[index].visits > enough {
        walks[index] = search(
          sample, index, margin: margin, enough: enough, hits: hits, floor: floors[index])
      }
      let recall = Double(walks.reduce(0) { $0 + $1.found }) / Double(sample.count * hits)
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
    _ sample: Sample, _ index: Int, margin: Float, enough: Int = .max, hits: Int, floor: Double
  ) -> (found: Int, visits: Int) {
    let stride = VectorLayout.floatStride(rows.dimension)
    let place = index * stride
    let wide = sample.vectors[place..<place + stride].map(Double.init)
    var numbers: [UInt32] = []
    let report = unsafe sample.vectors.withUnsafeBufferPointer { vectors in
      unsafe GraphSearch.search(
        UnsafeBufferPointer(rebasing: vectors[place..<place + rows.dimension]), in: graph,
        live: nil, count: hits, margin: margin, enough: enough, hidden: sample.hidden[index],
        kernels: kernels
      ) { numbers.append($0) }
    }
    var scores = [Double](repeating: 0, count: numbers.count)
    unsafe VectorKernels.current.table.score_f32(
      rows.vectors, stride, numbers, numbers.count, wide, &scores)
    return (min(hits, scores.count { $0 >= floor }), report.scored)
  }

  /// The score of the last true hit of each vector of the sample, a little lowered.
  private func truth(_ sample: Sample, _ hits: Int, isStopped: () -> Bool) -> [Double]? {
    let stride = VectorLayout.floatStride(rows.dimension)
    let block = 1_024
    let room = 8 * hits
    var products = [Float](repeating: 0, count: sample.count * block)
    var keys = [UInt64](repeating: 0, count: sample.count * room)
    return unsafe keys.withUnsafeMutableBufferPointer { keys in
      var lists = (0..<sample.count).map { index in
        unsafe NearestList(kept: hits, room: room, keys: keys.baseAddress! + index * room)
      }
      var found = [UInt32](repeating: 0, count: block + Int(CK_SLACK))
      var first = 0
      while first < rows.count {
        if isStopped() { return nil }
        let size = min(block, rows.count - first)
        unsafe MatrixProduct.timesTransposed(
          .init(sample.vectors, rows: sample.count, columns: stride, stride: stride),
          .init(rows.vectors + first * stride, rows: size, columns: stride, stride: stride),
          into: &products)
        for index in 0..<sample.count {
          let own = sample.hidden[index].map { order[Int($0)] }
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

import CVectorKernels
import LinearAlgebra
import Platform

/// The rows of a segment by clusters of near ones, and which clusters are near to each row.
struct GraphClusters {
  /// Points that k-means learns from, for each cluster.
  private static let sampleSize = 12
  private static let rounds = 5
  private static let entryLimit = 128
  /// Rows in one matrix product.
  static let blockSize = 256

  let dimension: Int
  let count: Int
  /// `[count][floatStride]`.
  private(set) var centres: [Float]
  /// The clusters near to each row of the segment, nearest first: `[rows][probes]`.
  private(set) var probes: [UInt32] = []
  private(set) var probeCount = 1
  /// The row of the segment at each place: cluster after cluster.
  private(set) var order: [UInt32] = []
  /// Where in `order` each cluster begins, and the end of the last.
  private(set) var starts: [Int] = []

  init?(rows: VectorRows, kernels: GraphKernels, isStopped: () -> Bool) {
    dimension = rows.dimension
    count = max(1, rows.count / GraphBuilder.clusterSize)
    let stride = VectorLayout.floatStride(dimension)
    // A fixed sample without repetition, in a fixed order.
    let sampleCount = min(rows.count, count * Self.sampleSize)
    var generator = SeededGenerator(seed: 1)
    var picked = Array(0..<UInt32(rows.count))
    for index in 0..<sampleCount {
      picked.swapAt(index, index + Int(generator.next() % UInt64(rows.count - index)))
    }
    picked.removeLast(rows.count - sampleCount)
    centres = []
    for row in picked.prefix(count) { centres += Self.vector(rows, row, stride) }
    centres += [Float](repeating: 0, count: count * stride - centres.count)
    for _ in 0..<Self.rounds where rows.count > 0 && count > 1 {
      if isStopped() { return nil }
      refine(rows: rows, sample: picked, kernels: kernels)
    }
    chain()
    assign(rows: rows, kernels: kernels, isStopped: isStopped)
    if isStopped() { return nil }
  }

  private static func vector(_ rows: VectorRows, _ row: UInt32, _ stride: Int) -> [Float] {
    unsafe Array(UnsafeBufferPointer(start: rows.vectors + Int(row) * stride, count: stride))
  }

  /// Calls `body` with the products of each of some rows with all centres.
  private func forEachProducts(
    _ rows: VectorRows, _ picked: [UInt32], isStopped: () -> Bool = { false },
    _ body: (Int, UnsafePointer<Float>) -> Void
  ) {
    let stride = VectorLayout.floatStride(dimension)
    var block = [Float](repeating: 0, count: Self.blockSize * stride)
    var products = [Float](repeating: 0, count: Self.blockSize * count)
    var first = 0
    while first < picked.count, !isStopped() {
      let size = min(Self.blockSize, picked.count - first)
      unsafe block.withUnsafeMutableBufferPointer { block in
        for index in 0..<size {
          unsafe (block.baseAddress! + index * stride).update(
            from: rows.vectors + Int(picked[first + index]) * stride, count: stride)
        }
      }
      unsafe products.withUnsafeMutableBufferPointer { products in
        unsafe centres.withUnsafeBufferPointer { centres in
          unsafe block.withUnsafeBufferPointer { block in
            unsafe MatrixProduct.timesTransposed(
              .init(block.baseAddress!, rows: size, columns: stride, stride: stride),
              .init(centres.baseAddress!, rows: count, columns: stride, stride: stride),
              into: products.baseAddress!)
          }
        }
        for index in 0..<size {
          unsafe body(first + index, UnsafePointer(products.baseAddress! + index * count))
        }
      }
      first += size
    }
  }

  /// One round of k-means; a cluster that got no point keeps its centre.
  private mutating func refine(rows: VectorRows, sample: [UInt32], kernels: GraphKernels) {
    let stride = VectorLayout.floatStride(dimension)
    var sums = [Float](repeating: 0, count: count * stride)
    unsafe forEachProducts(rows, sample) { index, products in
      let nearest = unsafe kernels.table.best(products, count)
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        let sum = unsafe sums.baseAddress! + nearest * stride
        let vector = unsafe rows.vectors + Int(sample[index]) * stride
        for place in 0..<stride { unsafe sum[place] += vector[place] }
      }
    }
    for cluster in 0..<count {
      var square = 0.0
      for place in 0..<stride {
        square += Double(sums[cluster * stride + place]) * Double(sums[cluster * stride + place])
      }
      guard square > 1e-12, square.isFinite else { continue }
      let scale = Float(1 / square.squareRoot())
      for place in 0..<stride {
        centres[cluster * stride + place] = sums[cluster * stride + place] * scale
      }
    }
  }

  /// Puts the clusters into an order in which each is followed by the nearest that is left.
  private mutating func chain() {
    guard count > 2 else { return }
    let stride = VectorLayout.floatStride(dimension)
    var left = Array(0..<count)
    var current = left.removeFirst()
    var chained = [current]
    var products = [Float](repeating: 0, count: count)
    while !left.isEmpty {
      unsafe centres.withUnsafeBufferPointer { centres in
        unsafe products.withUnsafeMutableBufferPointer { products in
          unsafe MatrixProduct.timesTransposed(
            .init(
              centres.baseAddress! + current * stride, rows: 1, columns: stride, stride: stride),
            .init(centres.baseAddress!, rows: count, columns: stride, stride: stride),
            into: products.baseAddress!)
        }
      }
      var best = 0
      for index in 1..<max(1, left.count) where products[left[index]] > products[left[best]] {
        best = index
      }
      current = left[best]
      left.swapAt(best, left.count - 1)
      left.removeLast()
      chained.append(current)
    }
    let old = centres
    for (place, cluster) in chained.enumerated() {
      centres.replaceSubrange(
        place * stride..<(place + 1) * stride, with: old[cluster * stride..<(cluster + 1) * stride])
    }
  }

  /// Finds the clusters near to each row and sorts the rows by the nearest.
  private mutating func assign(
    rows: VectorRows, kernels: GraphKernels, isStopped: () -> Bool
  ) {
    let probeCount = min(GraphBuilder.probeCount, count)
    let all = Array(0..<UInt32(rows.count))
    let clusters = count
    var probes = [UInt32](repeating: 0, count: rows.count * probeCount)
    var sizes = [Int](repeating: 0, count: count + 1)
    let room = 2 * probeCount + 64
    unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: room) { keys in
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64 + Int(CK_SLACK)) { found in
        unsafe forEachProducts(rows, all, isStopped: isStopped) { row, products in
          var list = unsafe NearestList(kept: probeCount, room: room, keys: keys.baseAddress!)
          var first = 0
          while first < clusters {
            let size = min(64, clusters - first)
            let picked = unsafe kernels.table.above(
              products + first, size, list.threshold, found.baseAddress!)
            for index in 0..<picked {
              let cluster = unsafe first + Int(found[index])
              unsafe list.push(products[cluster], UInt32(cluster))
            }
            first += size
          }
          list.cut()
          for index in 0..<probeCount {
            unsafe probes[row * probeCount + index] =
              index < list.count ? NearestList.row(list.keys[index]) : 0
          }
          sizes[Int(probes[row * probeCount]) + 1] += 1
        }
      }
    }
    for cluster in 0..<count { sizes[cluster + 1] += sizes[cluster] }
    starts = sizes
    var order = [UInt32](repeating: 0, count: rows.count)
    for row in 0..<rows.count where !isStopped() {
      let cluster = Int(probes[row * probeCount])
      order[sizes[cluster]] = UInt32(row)
      sizes[cluster] += 1
    }
    self.order = order
    self.probes = probes
    self.probeCount = probeCount
  }

  /// Vertices that walks may begin at: the middle ones of evenly spaced runs of clusters.
  func entries(rows: VectorRows, kernels: GraphKernels) -> [UInt32] {
    let stride = VectorLayout.floatStride(dimension)
    let wanted = min(Self.entryLimit, count)
    var entries: [UInt32] = []
    for entry in 0..<wanted {
      let (first, last) = (entry * count / wanted, (entry + 1) * count / wanted)
      var middle = [Double](repeating: 0, count: stride)
      for cluster in first..<last {
        let weight = Double(starts[cluster + 1] - starts[cluster])
        for place in 0..<stride {
          middle[place] += weight * Double(centres[cluster * stride + place])
        }
      }
      var best: (score: Double, vertex: UInt32)?
      for vertex in starts[first]..<starts[last] {
        var score = [0.0]
        let row = [order[vertex]]
        unsafe VectorKernels.current.table.score_f32(rows.vectors, stride, row, 1, middle, &score)
        if best == nil || score[0] > best!.score { best = (score[0], UInt32(vertex)) }
      }
      if let best { entries.append(best.vertex) }
    }
    return entries
  }
}

import CVectorKernels

/// The neighbours of each vertex.
@safe struct GraphLinks {
  static let none = UInt32.max
  /// `[vertices][degree]`; what is not used is ``none``.
  private(set) var neighbours: [UInt32]
  private let count: Int

  /// - Returns: nil where the caller gave up.
  init?(rows: VectorRows, near: GraphNeighbours, kernels: GraphKernels, isStopped: () -> Bool) {
    let degree = GraphLayout.degree
    count = rows.count
    neighbours = [UInt32](repeating: Self.none, count: count * degree)
    let pruner = GraphPruner(rows: rows, order: near.order, kernels: kernels)
    // First each vertex chooses among those near to it.
    var chosen = [UInt64](repeating: 0, count: count * degree)
    var sizes = [Int](repeating: 0, count: count)
    var incoming = [[UInt64]](repeating: [], count: count)
    for vertex in 0..<count {
      if vertex % 1_024 == 0, isStopped() { return nil }
      let kept = pruner.prune(unsafe Array(near.keys(of: vertex)))
      sizes[vertex] = kept.count
      for (place, key) in kept.enumerated() {
        chosen[vertex * degree + place] = key
        incoming[Int(NearestList.row(key))].append(
          NearestList.key(NearestList.score(key), UInt32(vertex)))
      }
    }
    // Then among those and the ones that chose it.
    for vertex in 0..<count {
      if vertex % 1_024 == 0, isStopped() { return nil }
      var chosenBy = incoming[vertex]
      incoming[vertex] = []
      chosenBy.sort(by: >)
      var all =
        chosen[vertex * degree..<vertex * degree + sizes[vertex]]
        + chosenBy.prefix(GraphBuilder.candidateCount)
      all.sort(by: >)
      var merged: [UInt64] = []
      for key in all where merged.last != key { merged.append(key) }
      var kept = pruner.prune(merged)
      // What is left of the row costs nothing to fill with the nearest of the others.
      for key in Self.merged(merged, unsafe Array(near.keys(of: vertex))) {
        if kept.count == degree { break }
        if !kept.contains(key) { kept.append(key) }
      }
      for (place, key) in kept.enumerated() {
        neighbours[vertex * degree + place] = NearestList.row(key)
      }
    }
  }

  /// Two descending lists as one.
  private static func merged(_ a: [UInt64], _ b: [UInt64]) -> [UInt64] {
    var all = a + b
    all.sort(by: >)
    return all
  }

  /// Sees to it that every vertex can be reached from an entry.
  mutating func connect(from entries: [UInt32], near: GraphNeighbours) {
    let degree = GraphLayout.degree
    guard let first = entries.first else { return }
    var reached = [Bool](repeating: false, count: count)
    var stack: [UInt32] = []
    func visit(_ vertex: UInt32, _ reached: inout [Bool], _ stack: inout [UInt32]) {
      guard !reached[Int(vertex)] else { return }
      reached[Int(vertex)] = true
      stack.append(vertex)
    }
    func spread(_ reached: inout [Bool], _ stack: inout [UInt32]) {
      while let vertex = stack.popLast() {
        for place in 0..<degree {
          let next = neighbours[Int(vertex) * degree + place]
          if next != Self.none { visit(next, &reached, &stack) }
        }
      }
    }
    for entry in entries { visit(entry, &reached, &stack) }
    spread(&reached, &stack)
    // Places given to lost vertices are not given away again, so none gets lost anew for good.
    var given = Set<Int>()
    for _ in 0..<8 {
      var isWhole = true
      for vertex in 0..<count where !reached[vertex] {
        isWhole = false
        // From the nearest that is reached, in place of its last neighbour.
        let around = unsafe Array(near.keys(of: vertex)).map { Int(NearestList.row($0)) }
        let from = around.first { reached[$0] } ?? Int(first)
        var place = from * degree + degree - 1
        while given.contains(place), place > from * degree { place -= 1 }
        given.insert(place)
        neighbours[place] = UInt32(vertex)
        visit(UInt32(vertex), &reached, &stack)
        spread(&reached, &stack)
      }
      if isWhole { return }
      // An edge that was replaced may have been somebody's only one.
      reached = [Bool](repeating: false, count: count)
      for entry in entries { visit(entry, &reached, &stack) }
      spread(&reached, &stack)
    }
  }
}

/// Chooses neighbours that lie in different directions.
@safe private final class GraphPruner {
  private let rows: VectorRows
  private let order: [UInt32]
  private let kernels: GraphKernels
  private let stride: Int
  /// Squared lengths, and 128 times the sums, of the codes of each vertex.
  private var squares: [Float]
  private var offsets: [Int32]
  @unsafe private let query: UnsafeMutablePointer<Int8>

  init(rows: VectorRows, order: [UInt32], kernels: GraphKernels) {
    self.rows = rows
    self.order = order
    self.kernels = kernels
    stride = VectorLayout.codeStride(rows.dimension)
    squares = [Float](repeating: 0, count: order.count)
    offsets = [Int32](repeating: 0, count: order.count)
    unsafe query = .allocate(capacity: stride)
    var dots = [Int32(0)]
    for vertex in 0..<order.count {
      let row = order[vertex]
      let sum = load(row)
      unsafe kernels.table.dots(rows.codes, stride, [row], 1, query, &dots)
      let scale = unsafe rows.scales[Int(row)]
      offsets[vertex] = sum &* 128
      squares[vertex] = Float(dots[0] &- offsets[vertex]) * scale * scale
    }
  }

  deinit { unsafe query.deallocate() }

  /// Writes the signed codes of a row to `query`; returns their sum.
  private func load(_ row: UInt32) -> Int32 {
    let codes = unsafe rows.codes + Int(row) * stride
    var sum: Int32 = 0
    for index in 0..<stride {
      let code = unsafe Int8(bitPattern: codes[index] ^ 0x80)
      unsafe query[index] = code
      sum &+= Int32(code)
    }
    return sum
  }

  /// - Parameter keys: Candidates, best first, none twice.
  func prune(_ keys: [UInt64]) -> [UInt64] {
    let degree = GraphLayout.degree
    var kept: [UInt64] = []
    kept.reserveCapacity(degree)
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: degree) { keptRows in
      unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: degree) { dots in
        for key in keys {
          if kept.count == degree { break }
          let vertex = Int(NearestList.row(key))
          let row = order[vertex]
          let distance = max(0, 2 - 2 * NearestList.score(key))
          if !kept.isEmpty { _ = load(row) }
          let scale = unsafe 2 * rows.scales[Int(row)]
          var isDropped = false
          var first = 0
          while first < kept.count, !isDropped {
            let size = min(8, kept.count - first)
            unsafe kernels.table.dots(
              rows.codes, stride, keptRows.baseAddress! + first, size, query,
              dots.baseAddress!)
            for index in 0..<size {
              let other = Int(NearestList.row(kept[first + index]))
              let dot = unsafe Float(dots[index] &- offsets[vertex])
              let product = unsafe dot * scale * rows.scales[Int(keptRows[first + index])]
              let between = max(0, squares[vertex] + squares[other] - product)
              if GraphBuilder.spread * between <= distance { isDropped = true }
            }
            first += size
          }
          if isDropped { continue }
          unsafe keptRows[kept.count] = row
          kept.append(key)
        }
      }
    }
    return kept
  }
}

import CVectorKernels

/// Finds rows near a query by walking a graph.
///
/// The walk keeps a pool of vertices by estimated score. It takes the best, scores it by its int8
/// codes, and if it is near enough estimates its neighbours from their signs, all with one read
/// (SymphonyQG, arXiv 2411.12229). Near enough means: not more than a margin below the last of the
/// hits so far; the margin decides what part of the true answer is found.
enum GraphSearch {
  /// What a walk did.
  struct Report: Equatable {
    /// Vertices whose int8 codes were looked at.
    var scored = 0
    /// Vertices whose neighbours were.
    var expanded = 0
    /// Whether the walk came to its end, or far enough; false where it used up its budget.
    var isFinished = true
  }

  /// Entry points that a walk begins with.
  private static let beginnings = 4
  /// Vertices taken from the pool together, so that one is fetched while another is worked on.
  private static let breadth = 3
  /// The margin is counted from the hit of this rank, or of the last wanted if that is later.
  private static let rank = 10

  /// Rows that may be scored exactly at the end, beyond those wanted: int8 codes may have their
  /// order wrong.
  static func candidateCount(_ count: Int) -> Int { max(rank, count) + 6 + count / 4 }

  /// - Parameters:
  ///   - query: `[d]` Float32, unit length.
  ///   - live: A bit for each row of the segment; only rows whose bit is set are found. nil: all.
  ///   - count: Hits wanted.
  ///   - margin: How far below the last hit to look, as a difference of scores.
  ///   - enough: Vertices after which the walk has looked far enough, unless much that it met may
  ///     not be returned.
  ///   - budget: Vertices to score at most: where a filter admits few of those that are near, a
  ///     walk would otherwise go on for ever.
  ///   - hidden: A vertex that is to be overlooked.
  ///   - found: Takes the rows found, best first by their codes: those wanted, and those that may
  ///     be as good but for the rounding of the codes, ``candidateCount(_:)`` at most; fewer where
  ///     fewer were reached.
  @unsafe static func search(
    _ query: UnsafeBufferPointer<Float>, in graph: GraphData, live: UnsafePointer<UInt64>?,
    count: Int, margin: Float, enough: Int = .max, budget: Int = .max, hidden: UInt32? = nil,
    kernels: GraphKernels = .current,
    found: (UInt32) -> Void
  ) -> Report {
    precondition(query.count == graph.header.dimension, "query and graph differ in dimension")
    guard graph.count > 0, count > 0 else { return Report() }
    return graph.scratches.withScratch(graph) { scratch in
      var walk = unsafe GraphWalk(
        graph: graph, scratch: scratch, kernels: kernels, live: live,
        limit: candidateCount(count), rank: max(rank, count), margin: margin)
      if let hidden { walk.hide(hidden) }
      unsafe walk.prepare(query)
      unsafe walk.begin(beginnings)
      unsafe walk.run(breadth: breadth, enough: enough, budget: budget)
      let least = walk.leastScore(count)
      for hit in walk.hits where hit.score >= least {
        if let row = graph.row(of: hit.vertex) { found(row) }
      }
      walk.end()
      return walk.report
    }
  }
}

/// One walk over a graph.
@safe private struct GraphWalk {
  let graph: GraphData
  let columns: ck_graph
  let scratch: GraphScratch
  let kernels: GraphKernels
  let live: UnsafePointer<UInt64>?
  /// Hits that are kept, and the rank of that which the margin is counted from.
  let limit: Int
  let rank: Int
  let margin: Float
  /// What is below is not worth looking at.
  private var threshold = -Float.infinity
  private var poolCount = 0
  /// When the pool is rid of what fell below the threshold.
  private var pruneCount = Self.firstPruneCount
  private static let firstPruneCount = 128
  /// Vertices to look at, by what they seem worth: the scratch's, at hand.
  private var keys: UnsafeMutablePointer<Float>
  private var vertices: UnsafeMutablePointer<UInt32>
  private var poolLimit: Int
  /// Vertices whose bit is set.
  private var marked: [UInt32]
  /// The best so far, best first.
  private(set) var hits: [(score: Float, vertex: UInt32)]
  private var query = unsafe ck_graph_query()
  private(set) var report = GraphSearch.Report()
  /// Vertices that were among the best so far, and those that would have been but for `live`.
  private var keptCount = 0
  private var refusedCount = 0

  @unsafe init(
    graph: GraphData, scratch: GraphScratch, kernels: GraphKernels, live: UnsafePointer<UInt64>?,
    limit: Int, rank: Int, margin: Float
  ) {
    self.graph = graph
    unsafe columns = graph.columns
    self.scratch = scratch
    self.kernels = kernels
    unsafe self.live = live
    self.limit = limit
    self.rank = rank
    self.margin = margin
    unsafe keys = scratch.keys
    unsafe vertices = scratch.vertices
    poolLimit = scratch.poolLimit
    (marked, hits) = scratch.takeLists()
  }

  /// Gives back what was lent.
  mutating func end() {
    scratch.clear(&marked, &hits)
  }

  /// Sets a vertex's bit; false where it was set.
  private mutating func mark(_ vertex: UInt32) -> Bool {
    let (word, bit) = (Int(vertex >> 6), UInt64(1) << UInt64(vertex & 63))
    guard unsafe scratch.seen[word] & bit == 0 else { return false }
    unsafe scratch.seen[word] |= bit
    marked.append(vertex)
    return true
  }

  mutating func hide(_ vertex: UInt32) {
    precondition(Int(vertex) < graph.count, "vertex outside the graph")
    _ = mark(vertex)
  }

  /// Turns the query into tables and codes.
  @unsafe mutating func prepare(_ values: UnsafeBufferPointer<Float>) {
    let width = unsafe columns.width
    let stride = unsafe columns.stride
    unsafe scratch.rotated.update(repeating: 0, count: width)
    unsafe scratch.rotated.update(from: values.baseAddress!, count: values.count)
    unsafe graph.rotation.apply(
      scratch.rotated, spare: scratch.spare, kernels: kernels.vectors)
    let scale = unsafe kernels.table.tables(scratch.rotated, width, scratch.tables)
    let factors = unsafe VectorCodec.encode(
      values.baseAddress!, dimension: values.count, codes: scratch.codes)
    var sum: Int32 = 0
    for index in 0..<stride {
      let code = unsafe Int8(truncatingIfNeeded: Int(scratch.codes[index]) - 128)
      sum &+= Int32(code)
      unsafe scratch.codes[index] = UInt8(bitPattern: code)
    }
    unsafe query = ck_graph_query(
      tables: scratch.tables,
      codes: UnsafeRawPointer(scratch.codes).assumingMemoryBound(to: Int8.self), step: scale.step,
      base: scale.base, scale: factors.scale, offset: UInt32(bitPattern: 128 &* sum))
  }

  /// Puts the best entry points into the pool.
  @unsafe mutating func begin(_ beginnings: Int) {
    let entries = graph.header.entryCount
    let (codes, scales) = unsafe graph.entryColumns
    let stride = unsafe columns.stride
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: entries) { scores in
      unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: entries) { dots in
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: entries) { indices in
          for index in 0..<entries { unsafe indices[index] = UInt32(index) }
          unsafe kernels.table.dots(
            codes, stride, indices.baseAddress!, entries, query.codes, dots.baseAddress!)
          for index in 0..<entries {
            let dot = unsafe Int32(bitPattern: UInt32(bitPattern: dots[index]) &- query.offset)
            let score = unsafe Float(dot) * query.scale * scales[index]
            unsafe scores[index] = score.isFinite ? score : -.greatestFiniteMagnitude
          }
        }
      }
      for _ in 0..<min(beginnings, entries) {
        let index = unsafe kernels.table.best(scores.baseAddress!, entries)
        if let vertex = graph.entry(index), mark(vertex) {
          unsafe keys[poolCount] = scores[index]
          unsafe vertices[poolCount] = vertex
          poolCount += 1
        }
        unsafe scores[index] = -.infinity
      }
    }
  }

  /// Walks until nothing in the pool reaches the threshold.
  ///
  /// Memory is what a walk waits for, so it is asked for early: codes of the next vertices before
  /// the rows of those that passed are worked on, and rows only of those whose score passes.
  @unsafe mutating func run(breadth: Int, enough: Int, budget: Int) {
    var graph = unsafe columns
    var query = unsafe self.query
    unsafe withUnsafeTemporaryAllocation(of: (vertex: UInt32, score: Float).self, capacity: breadth)
    { passed in
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: breadth) { taken in
        var passedCount = 0
        while true {
          var size = 0
          while size < breadth, let vertex = takeBest() {
            unsafe ck_graph_fetch_codes(&graph, vertex)
            unsafe taken[size] = vertex
            size += 1
          }
          if size == 0 && passedCount == 0 { return }
          for index in 0..<passedCount {
            let (vertex, score) = unsafe passed[index]
            guard score >= threshold else { continue }
            if poolCount + 2 * GraphLayout.degree > poolLimit { grow() }
            let added = unsafe kernels.table.expand(
              &graph, vertex, &query, score, threshold, scratch.seen, keys + poolCount,
              vertices + poolCount)
            unsafe marked.append(
              contentsOf: UnsafeBufferPointer(start: vertices + poolCount, count: added))
            poolCount += added
            report.expanded += 1
          }
          passedCount = 0
          for index in 0..<size {
            let vertex = unsafe taken[index]
            let score = unsafe kernels.table.score(&graph, vertex, &query)
            note(vertex, score)
            guard score >= threshold else { continue }
            unsafe ck_graph_fetch_row(&graph, vertex)
            unsafe passed[passedCount] = (vertex, score)
            passedCount += 1
          }
          report.scored += size
          if report.scored >= enough, refusedCount * 4 <= keptCount { return }
          if report.scored >= budget {
            report.isFinished = false
            return
          }
          if poolCount > pruneCount {
            unsafe poolCount = kernels.table.keep(
              keys, vertices, poolCount, threshold)
            pruneCount = max(Self.firstPruneCount, 2 * poolCount)
          }
        }
      }
    }
  }

  /// What a hit scores that may be one of the `count` best, though its codes say less.
  ///
  /// A code is wrong by up to half a step in each component, as if at random: the difference of two
  /// scores has a deviation of 0.41 steps of vertex and query taken together, and four of them are
  /// allowed.
  func leastScore(_ count: Int) -> Float {
    guard hits.count > count else { return -.infinity }
    let last = hits[count - 1]
    let (own, other) = unsafe (columns.scales[Int(last.vertex)], query.scale)
    return last.score - 1.64 * (own * own + other * other).squareRoot()
  }

  private mutating func grow() {
    scratch.grow(used: poolCount)
    unsafe keys = scratch.keys
    unsafe vertices = scratch.vertices
    poolLimit = scratch.poolLimit
  }

  /// Removes the best vertex from the pool; nil where none is worth looking at.
  @inline(__always) private mutating func takeBest() -> UInt32? {
    guard poolCount > 0 else { return nil }
    let index = unsafe kernels.table.best(keys, poolCount)
    guard unsafe keys[index] >= threshold else { return nil }
    let vertex = unsafe vertices[index]
    poolCount -= 1
    unsafe keys[index] = keys[poolCount]
    unsafe vertices[index] = vertices[poolCount]
    return vertex
  }

  /// Keeps a scored vertex if it is one of the best and may be returned.
  @inline(__always) private mutating func note(_ vertex: UInt32, _ score: Float) {
    let count = hits.count
    // Not a number: from a damaged file.
    guard score > (count < limit ? -.infinity : hits[count - 1].score) else { return }
    if let live = unsafe live {
      guard let row = graph.row(of: vertex),
        unsafe live[Int(row >> 6)] >> UInt64(row & 63) & 1 != 0
      else {
        refusedCount += 1
        return
      }
    }
    keptCount += 1
    if count == limit { hits.removeLast() }
    var place = hits.count
    while place > 0, hits[place - 1].score < score { place -= 1 }
    hits.insert((score, vertex), at: place)
    if hits.count >= rank { threshold = hits[rank - 1].score - margin }
  }
}

import KnowledgeStore
import Platform

/// One set of rows, one set of queries, timed.
struct SearchRun {
  let options: Options
  let rows: EncodedRows
  let queries: [Float]

  private var queryCount: Int { queries.count / options.dimension }

  /// Times calls of `batch` queries for as long as the options say; at least three calls, after
  /// one that is not counted. Returns a JSON object; times are of one call.
  func measure(batch: Int) -> String {
    var times = LatencyHistogram()
    var leastProcessor = UInt64.max
    var first = 0
    _ = call(batch: batch, first: first)
    let end = Clock.monotonicNanoseconds + UInt64(options.milliseconds) * 1_000_000
    while times.count < 3 || Clock.monotonicNanoseconds < end {
      first = first + 2 * batch <= queryCount ? first + batch : 0
      let (start, processor) = (Clock.monotonicNanoseconds, Clock.threadNanoseconds)
      let found = call(batch: batch, first: first)
      times.record(Clock.monotonicNanoseconds - start)
      leastProcessor = min(leastProcessor, Clock.threadNanoseconds - processor)
      precondition(found == min(batch, queryCount), "a query went unanswered")
    }
    var json = JSONWriter()
    json.beginObject()
    for (name, value) in [
      ("rows", rows.count), ("dimension", options.dimension), ("count", options.count),
      ("batch", min(batch, queryCount)), ("calls", Int(times.count)),
    ] {
      json.key(name)
      json.integer(value)
    }
    json.key("kernels")
    json.string(VectorKernels.current.level.rawValue)
    for (name, nanoseconds) in [
      ("best_ms", times.minNanoseconds), ("p50_ms", times.percentile(0.5)),
      ("p99_ms", times.percentile(0.99)), ("p999_ms", times.percentile(0.999)),
      ("best_cpu_ms", leastProcessor),
    ] {
      json.key(name)
      json.doubleOrNull(Double(nanoseconds) / 1e6)
    }
    json.key("best_queries_per_second")
    json.doubleOrNull(Double(min(batch, queryCount)) * 1e9 / Double(times.minNanoseconds))
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// Row numbers found for every query, a line each: first by single searches, then by one batch.
  func answers() -> String {
    let single = (0..<queryCount).map { query in
      ExactSearch.search(query: vector(query), in: [rows.rows], count: options.count)
    }
    let batch = ExactSearch.searchBatch(
      queries: queries, queryCount: queryCount, in: [rows.rows], count: options.count)
    var text = ""
    for found in single + batch {
      text += found.map { String($0.row) }.joined(separator: " ") + "\n"
    }
    return text
  }

  private func call(batch: Int, first: Int) -> Int {
    if batch == 1 {
      let found = ExactSearch.search(query: vector(first), in: [rows.rows], count: options.count)
      return found.isEmpty ? 0 : 1
    }
    let size = min(batch, queryCount)
    let part = Array(queries[first * options.dimension..<(first + size) * options.dimension])
    return ExactSearch.searchBatch(
      queries: part, queryCount: size, in: [rows.rows], count: options.count
    ).count
  }

  private func vector(_ query: Int) -> [Float] {
    Array(queries[query * options.dimension..<(query + 1) * options.dimension])
  }
}

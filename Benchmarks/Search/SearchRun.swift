import KnowledgeStore
import Platform

/// One collection, one set of queries, timed.
final class SearchRun {
  let options: Options
  private let rows: StoredRows
  private let directory: String
  private let queries: [Float]

  private var queryCount: Int { queries.count / options.dimension }

  /// Fills a store in a new directory, which ends with the value.
  init(options: Options) throws {
    self.options = options
    let file = try FloatFile(path: options.queries, dimension: options.dimension)
    queries = file[0..<file.count]
    directory = "\(options.directory)/search-benchmark-\(UUID.random())"
    rows = try StoredRows(
      directory: directory, filledFrom: options.vectors, dimension: options.dimension)
  }

  deinit {
    rows.store.close()
    try? FileSystem.removeTree(directory)
  }

  /// Times calls of `batch` queries for as long as the options say; at least three calls, after
  /// one that is not counted. Returns a JSON object; times are of one call.
  func measure(batch: Int) throws -> String {
    var times = LatencyHistogram()
    var leastProcessor = UInt64.max
    var processorTimes = LatencyHistogram()
    var first = 0
    let size = min(batch, queryCount)
    _ = try search(first, size)
    let end = Clock.monotonicNanoseconds + UInt64(options.milliseconds) * 1_000_000
    while times.count < 3 || Clock.monotonicNanoseconds < end {
      first = first + 2 * size <= queryCount ? first + size : 0
      let (start, processor) = (Clock.monotonicNanoseconds, Clock.threadNanoseconds)
      let found = try search(first, size)
      times.record(Clock.monotonicNanoseconds - start)
      let used = Clock.threadNanoseconds - processor
      processorTimes.record(used)
      leastProcessor = min(leastProcessor, used)
      precondition(found.count == size, "a query went unanswered")
    }
    var json = JSONWriter()
    json.beginObject()
    for (name, value) in [
      ("rows", rows.collection.entryCount), ("dimension", options.dimension),
      ("count", options.count),
      ("batch", size), ("calls", Int(times.count)),
    ] {
      json.key(name)
      json.integer(value)
    }
    json.key("kernels")
    json.string(Environment.value("KNOWLEDGE_KERNELS") ?? "best")
    for (name, nanoseconds) in [
      ("best_ms", times.minNanoseconds), ("p50_ms", times.percentile(0.5)),
      ("p99_ms", times.percentile(0.99)), ("p999_ms", times.percentile(0.999)),
      ("best_cpu_ms", leastProcessor), ("p50_cpu_ms", processorTimes.percentile(0.5)),
      ("p99_cpu_ms", processorTimes.percentile(0.99)),
    ] {
      json.key(name)
      json.doubleOrNull(Double(nanoseconds) / 1e6)
    }
    json.key("best_queries_per_second")
    json.doubleOrNull(Double(size) * 1e9 / Double(times.minNanoseconds))
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// Row numbers found for every query, a line each: first by single searches, then by one batch.
  func answers() throws -> String {
    var text = ""
    let single = try (0..<queryCount).flatMap { try search($0, 1) }
    for result in single + (try searchBatch(0, queryCount)) {
      text += result.hits.map { String($0.id.low) }.joined(separator: " ") + "\n"
    }
    return text
  }

  private func search(_ first: Int, _ size: Int) throws -> [SearchResult] {
    guard size == 1 else { return try searchBatch(first, size) }
    let request = SearchRequest(
      vector: part(first, 1), count: options.count, recallTarget: options.recall)
    return [try rows.collection.search(request)]
  }

  private func searchBatch(_ first: Int, _ size: Int) throws -> [SearchResult] {
    try rows.collection.searchBatch(
      part(first, size), queryCount: size, count: options.count, recallTarget: options.recall)
  }

  private func part(_ first: Int, _ size: Int) -> [Float] {
    Array(queries[first * options.dimension..<(first + size) * options.dimension])
  }
}

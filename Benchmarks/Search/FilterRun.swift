import KnowledgeStore
import Platform

/// What filters of several kinds and selectivities cost a search, beside the same search without
/// one: `--shares 0.001,0.01`.
final class FilterRun {
  private let options: Options
  private let rows: StoredRows
  private let queries: [[Float]]
  private let recall: Double

  /// Queries whose exact answers are compared with those to the target.
  private static let checkedCount = 100
  private static let warmCount = 20

  /// Opens the store of `--store`, or fills it with the rows where it is not there yet.
  init(options: Options) throws {
    guard let directory = options.store else {
      throw BenchmarkError.usage("--shares needs --store DIRECTORY")
    }
    self.options = options
    recall = options.recall ?? 0.99
    let file = try FloatFile(path: options.queries, dimension: options.dimension)
    queries = (0..<file.count).map { file[$0] }
    if FileSystem.exists(directory) {
      rows = try StoredRows(directory: directory)
    } else {
      rows = try StoredRows(
        directory: directory, filledFrom: options.vectors, dimension: options.dimension,
        isDescribed: true)
    }
    try rows.collection.warm()
  }

  private func request(_ query: [Float], _ filter: Filter?, exact: Bool = false) -> SearchRequest {
    SearchRequest(
      vector: query, count: options.count, filter: filter, recallTarget: exact ? nil : recall)
  }

  /// Measures every kind at every share; a line of JSON each.
  func run() throws {
    for share in options.shares {
      for kind in StoredRows.FilterKind.allCases {
        print(try measure(kind, share))
      }
    }
  }

  /// Searches alternate between none and the filter, so that both meet the same machine. The first
  /// search with a filter that never came before is timed apart: bounds differ by a row or two.
  private func measure(_ kind: StoredRows.FilterKind, _ share: Double) throws -> String {
    let filter = StoredRows.filter(kind, share: share)
    var times = [Filter?: [UInt64]]()
    for query in queries.prefix(Self.warmCount) {
      _ = try rows.collection.search(request(query, nil))
      _ = try rows.collection.search(request(query, filter))
    }
    let end = Clock.monotonicNanoseconds + UInt64(options.milliseconds) * 1_000_000
    var index = 0
    while index < queries.count, index < 50 || Clock.monotonicNanoseconds < end {
      // Different queries, so that neither finds in the cache what the other one has fetched.
      let other = queries[(index + queries.count / 2) % queries.count]
      let pair: [([Float], Filter?)] = [(queries[index], nil), (other, filter)]
      for (query, asked) in pair {
        let start = Clock.threadNanoseconds
        _ = try rows.collection.search(request(query, asked))
        times[asked, default: []].append(Clock.threadNanoseconds - start)
      }
      index += 1
    }
    var fresh: [UInt64] = []
    for step in 1...20 {
      let unseen = StoredRows.filter(kind, share: share, step: step)
      let start = Clock.threadNanoseconds
      _ = try rows.collection.search(request(queries[step], unseen))
      fresh.append(Clock.threadNanoseconds - start)
    }
    var json = JSONWriter()
    json.beginObject()
    json.key("filter")
    json.string(kind.rawValue)
    json.key("share")
    json.doubleOrNull(share)
    let sample = try rows.collection.search(request(queries[0], filter))
    json.key("matches")
    json.integer(sample.matchCount)
    json.key("way")
    json.string(sample.explanation.map(\.way.rawValue).joined(separator: " "))
    json.key("recall")
    json.doubleOrNull(try measuredRecall(filter))
    json.key("rows")
    json.integer(sample.explanation.reduce(0) { $0 + $1.codeRowCount })
    json.key("pairs")
    json.integer(index)
    let (without, with) = (times[nil]!.sorted(), times[filter]!.sorted())
    for (name, sorted) in [
      ("unfiltered", without), ("filtered", with), ("new_filter", fresh.sorted()),
    ] {
      for (rank, share) in [("p50", 0.5), ("p99", 0.99)] {
        json.key("\(name)_\(rank)_cpu_us")
        let place = min(sorted.count - 1, Int(Double(sorted.count) * share))
        json.doubleOrNull(Double(sorted[place]) / 1_000)
      }
    }
    json.key("speed_against_unfiltered")
    json.doubleOrNull(
      Double(without[without.count / 2]) / Double(with[with.count / 2]))
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// The part of the exact answers that is in those to the target.
  private func measuredRecall(_ filter: Filter) throws -> Double {
    var (found, wanted) = (0, 0)
    for query in queries.prefix(Self.checkedCount) {
      let exact = try rows.collection.search(request(query, filter, exact: true))
      let near = try rows.collection.search(request(query, filter))
      guard near.hits.count == min(options.count, near.matchCount) else {
        throw BenchmarkError.usage("an answer has fewer hits than there are")
      }
      let last = exact.hits.last?.score ?? 0
      found += near.hits.count { $0.score >= last }
      wanted += exact.hits.count
    }
    return Double(found) / Double(max(1, wanted))
  }
}

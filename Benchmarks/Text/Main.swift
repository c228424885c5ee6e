import KnowledgeStore
import Platform

/// Measures searches by words over lines of text, on one thread.
///
///     swift run -c release TextBenchmark --texts FILE --queries FILE [--hits FILE] [--rounds N]
///       [--directory DIR]
///
/// Texts and queries stand one on a line. `--hits` gets the numbers of the ten best texts of each
/// query, a line each.
@main struct TextBenchmark {
  private static let hitCount = 10
  private static let batchCount = 1000

  private var files: [String: String] = [:]
  private var rounds = 5

  static func main() {
    var benchmark = TextBenchmark()
    guard benchmark.parse() else {
      print(
        "usage: TextBenchmark --texts FILE --queries FILE [--hits FILE] [--rounds N]"
          + " [--directory DIR]")
      return
    }
    do { try benchmark.run() } catch { print("failed: \(error)") }
  }

  private mutating func parse() -> Bool {
    var arguments = CommandLine.arguments.dropFirst()
    while let name = arguments.popFirst() {
      guard let value = arguments.popFirst() else { return false }
      switch name {
      case "--rounds":
        guard let number = Int(value), number > 0 else { return false }
        rounds = number
      case "--texts", "--queries", "--hits", "--directory": files[name] = value
      default: return false
      }
    }
    return files["--texts"] != nil && files["--queries"] != nil
  }

  private func lines(_ path: String) throws(SystemError) -> [String] {
    let bytes = try FileSystem.readAll(path, limit: 1 << 30)
    return bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
      .dropLast(bytes.last == 0x0A ? 1 : 0)
  }

  private func run() throws {
    let texts = try lines(files["--texts"]!)
    let queries = try lines(files["--queries"]!)
    guard !texts.isEmpty, !queries.isEmpty else {
      print("there are no texts or no queries")
      return
    }
    let directory = files["--directory"] ?? "/tmp/knowledge-text-benchmark-\(UUID.random())"
    defer { try? FileSystem.removeTree(directory) }
    // Graphs would be made meanwhile, and take the time and the caches.
    var options = StoreOptions()
    options.graphRowLimit = .max
    let store = try Store.open(directory: directory, options: options)
    defer { store.close() }
    let collection = try store.collection(
      CollectionKey(owner: .random(), name: "texts"),
      configuration: CollectionConfiguration(dimension: 1, model: "none", modelFingerprint: 1))
    for start in stride(from: 0, to: texts.count, by: Self.batchCount) {
      try collection.apply(
        (start..<min(texts.count, start + Self.batchCount)).map { number in
          Change.upsert(
            Entry(
              id: UUID(high: 0, low: UInt64(number)), version: 1, stamp: 0, vector: [1],
              content: texts[number]))
        })
    }
    try store.commit(position: [])
    // All rows are written anew, texts and index, by this thread.
    let begin = Clock.threadNanoseconds
    try collection.compact()
    let seconds = Double(Clock.threadNanoseconds - begin) / 1e9
    print(
      "\(texts.count) texts written and indexed: \(Int(Double(texts.count) / seconds)) a second of"
        + " processor time")
    try search(collection, queries)
  }

  private func search(_ collection: Collection, _ queries: [String]) throws {
    var times: [UInt64] = []
    var found = ""
    for round in 0...rounds {
      for query in queries {
        let begin = Clock.threadNanoseconds
        let result = try collection.searchText(TextRequest(query, count: Self.hitCount))
        // The first round fills what stays in memory.
        if round > 0 { times.append(Clock.threadNanoseconds - begin) }
        if round == 0 {
          found += result.hits.map { "\($0.hit.id.low)" }.joined(separator: " ") + "\n"
        }
      }
    }
    times.sort()
    func share(_ part: Double) -> String {
      let nanoseconds = times[min(times.count - 1, Int(part * Double(times.count)))]
      return "\(Double(nanoseconds / 100) / 10) µs"
    }
    print(
      "\(queries.count) queries, \(Self.hitCount) hits with contents and highlights, processor time:"
        + " p50 \(share(0.5)), p95 \(share(0.95)), p99 \(share(0.99)), p99.9 \(share(0.999))")
    if let path = files["--hits"] {
      try FileSystem.replace(path, with: Array(found.utf8), syncingDirectory: false)
    }
  }
}

import KnowledgeStore
import Platform

/// Measures searches by words over lines of text, on one thread.
///
///     swift run -c release TextBenchmark --texts FILE --queries FILE [--words N] [--hits FILE]
///       [--rounds N] [--slowest N] [--directory DIR]
///
/// Texts and queries stand one on a line, or as the key text of a JSON object on each line where a
/// file is called so (`.jsonl`). `--words` asks for so many words side by side of each query, and
/// leaves out those that have fewer. `--hits` gets the numbers of the ten best texts of each query,
/// a line each; `--slowest` says which queries took longest.
@main struct TextBenchmark {
  private static let hitCount = 10
  private static let batchCount = 1000

  private var files: [String: String] = [:]
  private var numbers = ["--rounds": 5, "--words": 0, "--slowest": 0]

  static func main() {
    var benchmark = TextBenchmark()
    guard benchmark.parse() else {
      print(
        "usage: TextBenchmark --texts FILE --queries FILE [--words N] [--hits FILE] [--rounds N]"
          + " [--slowest N] [--directory DIR]")
      Environment.exit(2)
    }
    do { try benchmark.run() } catch {
      print("failed: \(error)")
      Environment.exit(1)
    }
  }

  private mutating func parse() -> Bool {
    var arguments = CommandLine.arguments.dropFirst()
    while let name = arguments.popFirst() {
      guard let value = arguments.popFirst() else { return false }
      switch name {
      case "--rounds", "--words", "--slowest":
        guard let number = Int(value), number > 0 else { return false }
        numbers[name] = number
      case "--texts", "--queries", "--hits", "--directory": files[name] = value
      default: return false
      }
    }
    return files["--texts"] != nil && files["--queries"] != nil
  }

  private func lines(_ path: String) throws -> [String] {
    let bytes = try FileSystem.readAll(path, limit: 1 << 30)
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .dropLast(bytes.last == 0x0A ? 1 : 0)
    guard path.hasSuffix(".jsonl") else { return lines.map { String(decoding: $0, as: UTF8.self) } }
    return try lines.map { try JSON.parse(Array($0))["text"]?.string ?? "" }
  }

  /// `count` words side by side of a text, others for each number; nil where it has fewer.
  private func words(_ count: Int, of text: String, _ number: Int) -> String? {
    let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
    guard words.count >= count else { return nil }
    let start = number * 7919 % (words.count - count + 1)
    return words[start..<start + count].joined(separator: " ")
  }

  private func run() throws {
    let texts = try lines(files["--texts"]!)
    var queries = try lines(files["--queries"]!)
    if let count = numbers["--words"], count > 0 {
      queries = queries.enumerated().compactMap { words(count, of: $1, $0) }
    }
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
    var wallTimes: [UInt64] = []
    var slowest = [UInt64](repeating: .max, count: queries.count)
    var found = ""
    for round in 0...numbers["--rounds"]! {
      for (number, query) in queries.enumerated() {
        let wall = Clock.monotonicNanoseconds
        let begin = Clock.threadNanoseconds
        let result = try collection.searchText(TextRequest(query, count: Self.hitCount))
        let time = Clock.threadNanoseconds - begin
        // The first round fills what stays in memory.
        if round > 0 {
          times.append(time)
          wallTimes.append(Clock.monotonicNanoseconds - wall)
          slowest[number] = min(slowest[number], time)
        } else {
          found += result.hits.map { "\($0.hit.id.low)" }.joined(separator: " ") + "\n"
        }
      }
    }
    print("\(queries.count) queries, \(Self.hitCount) hits with contents and highlights:")
    print("  processor time: \(shares(of: times))")
    print("  by the clock:   \(shares(of: wallTimes))")
    let order = queries.indices.sorted { slowest[$0] > slowest[$1] }
    for number in order.prefix(numbers["--slowest"]!) {
      print("  \(microseconds(slowest[number])): \(queries[number])")
    }
    if let path = files["--hits"] {
      try FileSystem.replace(path, with: Array(found.utf8), syncingDirectory: false)
    }
  }

  private func microseconds(_ nanoseconds: UInt64) -> String {
    "\(Double(nanoseconds / 100) / 10) µs"
  }

  private func shares(of times: [UInt64]) -> String {
    let times = times.sorted()
    return [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999)].map { name, part in
      "\(name) \(microseconds(times[min(times.count - 1, Int(part * Double(times.count)))]))"
    }.joined(separator: ", ")
  }
}

import KnowledgeStore
import Platform

/// Measures thousands of small collections in one process: how long the store takes to open, what
/// an idle one costs, and what the first search of each does.
///
///     swift run -c release TenantsBenchmark [--businesses N] [--entries N] [--dimension N]
///       [--directory DIR] [--memory MIB]
@main struct TenantsBenchmark {
  private var businessCount = 10_000
  private var entryCount = 1_000
  private var dimension = 64
  private var mebibytes = 512
  private var directory = "/tmp/knowledge-tenants-benchmark"

  static func main() {
    var benchmark = TenantsBenchmark()
    guard benchmark.parse() else {
      print(
        "usage: TenantsBenchmark [--businesses N] [--entries N] [--dimension N] [--memory MIB]"
          + " [--directory DIR]")
      return
    }
    do { try benchmark.run() } catch { print("failed: \(error)") }
    try? FileSystem.removeTree(benchmark.directory)
  }

  private mutating func parse() -> Bool {
    var arguments = CommandLine.arguments.dropFirst()
    while let name = arguments.popFirst() {
      guard let value = arguments.popFirst() else { return false }
      if name == "--directory" {
        directory = value
        continue
      }
      guard let number = Int(value), number > 0 else { return false }
      switch name {
      case "--businesses": businessCount = number
      case "--entries": entryCount = number
      case "--dimension": dimension = number
      case "--memory": mebibytes = number
      default: return false
      }
    }
    return true
  }

  private func measured(_ what: String, _ body: () throws(StoreError) -> Void) throws(StoreError) {
    let (wall, cpu) = (Clock.monotonicNanoseconds, Clock.threadNanoseconds)
    let resident = Resources.residentByteCount
    try body()
    let grown = Int64(Resources.residentByteCount) - Int64(resident)
    func seconds(_ nanoseconds: UInt64) -> String { "\(Double(nanoseconds / 100_000) / 10_000) s" }
    print(
      "\(what): \(seconds(Clock.monotonicNanoseconds - wall)), processor "
        + "\(seconds(Clock.threadNanoseconds - cpu)); memory \(grown / 1024) KiB more")
  }

  private func run() throws(StoreError) {
    print("\(businessCount) businesses of \(entryCount) entries of \(dimension) dimensions")
    var generator = SeededGenerator(seed: 1)
    let configuration = CollectionConfiguration(
      dimension: dimension, model: "none", modelFingerprint: 1)
    let keys = (0..<businessCount).map { _ in CollectionKey(owner: .random(), name: "knowledge") }
    var options = StoreOptions()
    options.segmentByteLimit = mebibytes << 20
    try measured("made") { () throws(StoreError) in
      let store = try Store.open(directory: directory, options: options)
      defer { store.close() }
      for (place, key) in keys.enumerated() {
        let collection = try store.collection(key, configuration: configuration)
        var changes: [Change] = []
        changes.reserveCapacity(entryCount)
        for number in 0..<entryCount {
          let vector = (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
          changes.append(
            .upsert(
              Entry(
                id: .random(), version: 1, stamp: 1, vector: vector, title: "entry \(number)",
                content: "what business \(place) knows")))
        }
        try collection.apply(changes)
        if place % 500 == 499 { try store.commit(position: []) }
      }
      try store.commit(position: [])
    }
    var store: Store?
    try measured("opened") { () throws(StoreError) in
      store = try Store.open(directory: directory, options: options)
    }
    guard let store else { return }
    defer { store.close() }
    try measured("figures of all") { () throws(StoreError) in
      var total = 0
      for key in keys { total += try store.statistics(of: key)?.entryCount ?? 0 }
      print("  \(total) entries, \(store.statistics.open.count) collections open")
    }
    let query = (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
    for round in ["first", "second"] {
      try measured("\(round) search of each") { () throws(StoreError) in
        for key in keys {
          _ = try store.existing(key)?.search(SearchRequest(vector: query, count: 10))
        }
      }
      let figures = store.statistics
      print(
        "  \(figures.open.count) open, \(figures.copiedSegmentCount) segments of "
          + "\(figures.copiedSegmentByteCount >> 20) MiB in memory, "
          + "\(figures.evictedSegmentCount) had to leave")
    }
    try measured("a commit of one change") { () throws(StoreError) in
      try store.existing(keys[0])?.apply([
        .upsert(Entry(id: .random(), version: 1, stamp: 1, vector: query))
      ])
      try store.commit(position: [])
    }
  }
}

import Platform
import Postgres
import Truth

/// Measures the truth alone, without service or RPC, on a private cluster with the settings of
/// production: what a row costs to write and to follow, what it takes to compare files with it, and
/// how late a change at rest is.
///
///     swift run -c release TruthBenchmark [--rows N] [--directory DIR] [--changes N]
///
/// Processor time is counted besides the clock: on a busy machine it is the figure to trust.
@main struct TruthBenchmark {
  private var rowCount = 100_000
  private var changeCount = 200
  private var directory = "/tmp/knowledge-truth-benchmark"
  private static let batchCount = 1000

  static func main() {
    var benchmark = TruthBenchmark()
    do throws(TruthError) {
      guard benchmark.parse() else {
        print("usage: TruthBenchmark [--rows N] [--changes N] [--directory DIR]")
        return
      }
      try benchmark.run()
    } catch {
      print("failed: \(error)")
    }
  }

  private mutating func parse() -> Bool {
    var arguments = CommandLine.arguments.dropFirst()
    while let name = arguments.popFirst() {
      guard let value = arguments.popFirst() else { return false }
      switch name {
      case "--rows": rowCount = Int(value) ?? rowCount
      case "--changes": changeCount = Int(value) ?? changeCount
      case "--directory": directory = value
      default: return false
      }
    }
    return true
  }

  private func run() throws(TruthError) {
    let cluster = try PrivateCluster.start(.init(directory: directory + "/postgres"))
    defer {
      try? cluster.stop(mode: .immediate)
      try? FileSystem.removeTree(directory)
    }
    var administrator: PostgresConnection
    do throws(PostgresError) {
      administrator = try PostgresConnection(connectionInfo: cluster.connectionInfo)
    } catch { throw .postgres(error) }
    try Migrator.apply(to: &administrator)
    var configuration = EntryStore.poolConfiguration(connectionInfo: cluster.connectionInfo)
    configuration.connectionLimit = 1
    let store = EntryStore(pool: PostgresPool(configuration))
    let backends = try store.backendProcesses()
    let business = try store.createBusiness(named: "benchmark").businessID
    let feed = ChangeFeed(.init(connectionInfo: cluster.connectionInfo, node: .random()))
    var position: Truth.Position = try feed.rebuild { (_) throws(TruthError) in }.position
    print("\(rowCount) rows of about 100 bytes, batches of \(Self.batchCount), one writer")
    print("what                          rows/s   client us/row   server us/row")

    func write(_ what: String, _ revision: Int) throws(TruthError) {
      let meter = Meter(processes: backends)
      var done = 0
      while done < rowCount {
        let count = min(Self.batchCount, rowCount - done)
        let drafts = (done..<done + count).map { Self.draft($0, revision) }
        _ = try store.upsert(drafts, business: business, collection: "knowledge")
        done += count
      }
      meter.report(what, rows: rowCount)
    }
    func follow(_ what: String) throws(TruthError) {
      let meter = Meter(processes: [])
      let step = try feed.step(from: position, force: true) { (_) throws(TruthError) in }
      if let step { position = step.position }
      meter.report(what, rows: (step?.changeCount ?? 0) + (step?.scannedCount ?? 0))
      try feed.pin(position)
      try feed.register(oldest: position)
      _ = try feed.prune()
    }
    try write("new rows", 0)
    try follow("followed")
    try write("unchanged rows", 0)
    try write("changed rows", 1)
    try follow("followed")
    for (what, trigger) in [
      ("without notes", "zz_knowledge_note"), ("and stamps", "zz_knowledge_stamp"),
    ] {
      do throws(PostgresError) {
        try administrator.query("alter table knowledge_entries disable trigger \(trigger)")
        try administrator.query("truncate knowledge_entries cascade")
      } catch { throw .postgres(error) }
      try write("new rows \(what)", 0)
    }
    do throws(PostgresError) {
      for trigger in ["zz_knowledge_note", "zz_knowledge_stamp"] {
        try administrator.query("alter table knowledge_entries enable always trigger \(trigger)")
      }
    } catch { throw .postgres(error) }
    try follow("read again after TRUNCATE")
    try write("new rows", 0)
    try follow("followed")
    try ParityRun(feed: feed, connectionInfo: cluster.connectionInfo, directory: directory).run(
      &position, business: business, collection: "knowledge")
    try measureLag(store, business, feed, &position)
  }

  /// One change at a time, at rest: from the moment its transaction is acknowledged until the feed
  /// has handed it over, found by polling every 20 ms and by a poke.
  private func measureLag(
    _ store: EntryStore, _ business: UUID, _ feed: ChangeFeed, _ position: inout Truth.Position
  ) throws(TruthError) {
    for isPoked in [false, true] {
      var lags: [Double] = []
      for number in 0..<changeCount {
        // The writer is another thread in life: here its moment within the interval is drawn.
        let phase = isPoked ? 0 : Int.random(in: 0..<20)
        _ = try store.upsert(
          [Self.draft(number, isPoked ? 2000 : 1000)], business: business, collection: "lag")
        let acknowledged = Clock.monotonicNanoseconds
        Thread.sleep(milliseconds: phase)
        while true {
          var isThere = false
          let step = try feed.step(from: position) { (event) throws(TruthError) in
            if case .changes = event { isThere = true }
          }
          if let step { position = step.position }
          if isThere { break }
          Thread.sleep(milliseconds: 20)
        }
        lags.append(Double(Clock.monotonicNanoseconds - acknowledged) / 1e6)
      }
      lags.sort()
      func percentile(_ share: Double) -> Double {
        (lags[min(lags.count - 1, Int(Double(lags.count) * share))] * 100).rounded() / 100
      }
      print(
        "lag \(isPoked ? "poked" : "polled every 20 ms"): p50 \(percentile(0.5)) ms, "
          + "p99 \(percentile(0.99)) ms, worst \(percentile(1)) ms of \(changeCount)")
    }
  }

  private static let words = [
    "return", "shoes", "within", "thirty", "days", "of", "delivery", "and", "we", "refund", "the",
    "price", "by", "card", "sizes", "run", "small", "for", "wide", "feet", "waterproof",
  ]

  private static func draft(_ number: Int, _ revision: Int) -> EntryDraft {
    var random = SeededGenerator(seed: UInt64(number))
    var text = "\(number) \(revision)"
    while text.utf8.count < 75 { text += " " + words.randomElement(using: &random)! }
    return EntryDraft(externalID: "row-\(number)", title: "Entry \(number)", content: text)
  }
}

/// Counts time between its birth and its report.
private struct Meter {
  private let processes: [Int32]
  private let start = Clock.monotonicNanoseconds
  private let thread = Clock.threadNanoseconds
  private let ticks: Int

  init(processes: [Int32]) {
    self.processes = processes
    ticks = Self.ticks(of: processes)
  }

  /// Processor time of other processes in ticks of 10 ms, from `/proc/PID/stat`.
  private static func ticks(of processes: [Int32]) -> Int {
    processes.reduce(0) { sum, process in
      guard let file = try? File(path: "/proc/\(process)/stat", mode: .read) else { return sum }
      var bytes = [UInt8](repeating: 0, count: 1024)
      guard let count = try? file.read(into: &bytes, at: 0) else { return sum }
      let text = String(decoding: bytes[..<count], as: UTF8.self)
      let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
      guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else {
        return sum
      }
      return sum + user + system
    }
  }

  func report(_ what: String, rows: Int) {
    let seconds = Double(Clock.monotonicNanoseconds - start) / 1e9
    let client = Double(Clock.threadNanoseconds - thread) / 1000 / Double(max(1, rows))
    let server = Double(Self.ticks(of: processes) - ticks) * 10_000 / Double(max(1, rows))
    func column(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(1, width - text.count)) + text
    }
    func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
    print(
      what + column("\(Int(Double(rows) / seconds))", 36 - what.count) + column(rounded(client), 16)
        + column(processes.isEmpty ? "-" : rounded(server), 16))
  }
}

extension EntryStore {
  /// The server's process of the pool's only connection.
  fileprivate func backendProcesses() throws(TruthError) -> [Int32] {
    do throws(PostgresError) {
      return try pool.lend { (connection) throws(PostgresError) in
        [try connection.query("select pg_backend_pid()").value(0, 0)]
      }
    } catch { throw .postgres(error) }
  }
}

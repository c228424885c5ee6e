import Glibc
import KnowledgeStore
import Platform

/// Does a job and writes its result; the peers' counterpart is `Benchmarks/peers/worker.py`.
struct JobRun {
  private let job: Job
  private let queries: [[Float]]

  /// Queries asked before those that count, and the fewest that count whatever the time.
  private static let warmCount = 50
  private static let leastCount = 100

  init(_ job: Job) throws {
    self.job = job
    guard job.mode != .build else {
      queries = []
      return
    }
    let file = try FloatFile(path: job.queries, dimension: job.dimension)
    queries = (0..<file.count).map { file[$0] }
  }

  /// Does the job between two pauses, in which the caller looks at the memory of this process.
  func run() throws {
    try pause("ready")
    let opened: StoredRows
    var result: [(String, JSON)]
    switch job.mode {
    case .build:
      let (wall, processor) = (Clock.monotonicNanoseconds, Self.processNanoseconds)
      opened = try StoredRows(
        directory: job.index, filledFrom: job.vectors, dimension: job.dimension)
      result = [
        ("wall_s", Self.seconds(Clock.monotonicNanoseconds - wall)),
        ("cpu_s", Self.seconds(Self.processNanoseconds - processor)),
      ]
    case .search:
      (opened, result) = try open()
      result += try search(opened.collection)
    case .update:
      (opened, result) = try open()
      result += try update(opened)
    }
    try FileSystem.replace(job.result, with: Array(JSON.object(result).description.utf8))
    try withExtendedLifetime(opened) { try pause("done") }
  }

  private func pause(_ word: String) throws {
    try StandardStream.output.write(Array((word + "\n").utf8))
    _ = try StandardStream.input.read(atMost: 1)
  }

  /// Opens the store and asks one query.
  private func open() throws -> (StoredRows, [(String, JSON)]) {
    let start = Clock.monotonicNanoseconds
    let rows = try StoredRows(
      directory: job.index, byteLimit: job.memory, index: job.isScanning ? .scan : .graph)
    let opening = Clock.monotonicNanoseconds - start
    _ = try rows.collection.search(request(queries[0], recall: job.recallTargets()[0]))
    let answer = Clock.monotonicNanoseconds - start
    return (rows, [("open_s", Self.seconds(opening)), ("first_answer_s", Self.seconds(answer))])
  }

  private func request(_ query: [Float], recall: Double? = nil) -> SearchRequest {
    SearchRequest(
      vector: query, count: job.count, filter: job.share.map(StoredRows.filter(share:)),
      recallTarget: recall)
  }

  // MARK: Searching

  private func search(_ collection: KnowledgeStore.Collection) throws -> [(String, JSON)] {
    var answers: [UInt8] = []
    var runs: [JSON] = []
    try collection.warm()
    for recall in try job.recallTargets() {
      runs.append(try measure(collection, recall, seconds: job.seconds(), into: &answers))
    }
    try FileSystem.replace(try job.path("answers"), with: answers)
    return [("runs", .array(runs)), ("call_ns", .integer(0))]
  }

  /// Asks one query after the other, for so many seconds of processor time or until all were
  /// asked, and appends the rows found.
  private func measure(
    _ collection: KnowledgeStore.Collection, _ recall: Double?, seconds: Double,
    into answers: inout [UInt8]
  ) throws -> JSON {
    for query in queries.prefix(Self.warmCount) {
      _ = try collection.searchIDs(request(query, recall: recall))
    }
    var walls: [JSON] = []
    var processors: [JSON] = []
    var total: UInt64 = 0
    let process = Self.processNanoseconds
    for query in queries {
      let (start, before) = (Clock.monotonicNanoseconds, Clock.threadNanoseconds)
      let found = try collection.searchIDs(request(query, recall: recall))
      let spent = Clock.threadNanoseconds - before
      walls.append(.integer(Clock.monotonicNanoseconds - start))
      processors.append(.integer(spent))
      append(found, to: &answers)
      total += spent
      if Double(total) > seconds * 1e9 && walls.count >= Self.leastCount { break }
    }
    return .object([
      ("wall_ns", .array(walls)), ("thread_ns", .array(processors)),
      ("process_ns", .integer(Self.processNanoseconds - process)),
    ])
  }

  /// Row numbers as little-endian Int32, −1 where fewer than `count` were found.
  private func append(_ found: IDSearchResult, to answers: inout [UInt8]) {
    for rank in 0..<job.count {
      let row = rank < found.hits.count ? Int32(found.hits[rank].id.low) : -1
      unsafe withUnsafeBytes(of: row.littleEndian) { unsafe answers.append(contentsOf: $0) }
    }
  }

  // MARK: Inserting meanwhile

  /// Searches alone, then while rows are inserted; then asks for some of those rows.
  private func update(_ opened: StoredRows) throws -> [(String, JSON)] {
    var answers: [UInt8] = []
    let recall = try job.recallTargets()[0]
    try opened.collection.warm()
    let alone = try measure(opened.collection, recall, seconds: job.seconds(), into: &answers)
    let inserter = try Inserter(job, opened)
    inserter.start()
    var walls: [JSON] = []
    var processors: [JSON] = []
    while !inserter.isDone {
      for query in queries.prefix(Self.leastCount) {
        let (start, before) = (Clock.monotonicNanoseconds, Clock.threadNanoseconds)
        _ = try opened.collection.searchIDs(request(query, recall: recall))
        processors.append(.integer(Clock.threadNanoseconds - before))
        walls.append(.integer(Clock.monotonicNanoseconds - start))
      }
    }
    let (inserted, nanoseconds) = try inserter.finish()
    let asked = Array(stride(from: 0, to: inserted, by: max(1, inserted / 200)))
    let file = try FloatFile(path: try job.path("inserts"), dimension: job.dimension)
    var foundCount = 0
    for row in asked {
      let hits = try opened.collection.search(request(file[row])).hits
      if hits.contains(where: { $0.id.low == UInt64(job.rowCount + row) }) { foundCount += 1 }
    }
    return [
      ("alone_ns", alone["wall_ns"] ?? .null), ("during_ns", .array(walls)),
      ("alone_thread_ns", alone["thread_ns"] ?? .null), ("during_thread_ns", .array(processors)),
      ("inserted", .integer(inserted)), ("seconds", Self.seconds(nanoseconds)),
      ("found_share", .double(Double(foundCount) / Double(max(1, asked.count))) ?? .null),
    ]
  }

  private static func seconds(_ nanoseconds: UInt64) -> JSON {
    .double(Double(nanoseconds) / 1e9) ?? .null
  }

  private static var processNanoseconds: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

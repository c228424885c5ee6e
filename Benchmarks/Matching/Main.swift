import Glibc
import Matching
import Platform

/// Matches the queries of a file with the names of another, writes what came out, and prints what
/// it cost as one JSON object.
@main struct MatchBenchmark {
  static func main() {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      print(try Run(options).measure())
    } catch {
      let lines = "\(error)\n\(Options.usage)\n"
      try? StandardStream.error.write(Array(lines.utf8))
      Environment.exit(2)
    }
  }
}

/// What the command line asks for.
struct Options {
  var names = ""
  var queries = ""
  var results: String?
  var features: String?
  var meanings: String?
  var limit = 5
  var rounds = 1
  var threshold = MatchOptions().threshold
  var floor = MatchOptions().floor

  static let usage = """
    usage: MatchBenchmark --names FILE --queries FILE [--results FILE] [--features FILE]
             [--limit 5] [--rounds 1] [--threshold 0.6] [--floor 0.1]
             [--meanings FILE]
    Names: a JSON object with the key name a line; their numbers from 0 are the identifiers.
    Queries: objects with the key text, and without: the numbers of names that may not answer.
    Meanings: for each query as many names that are near in meaning: number (u32) and similarity
    (f32); to find them is not part of the time.
    Results: for each query the numbers, their confidences and the verdict. Features: for each
    scored name the query's number and the name's (u32) and the features (f32), for training.
    """

  init(_ arguments: [String]) throws(BenchmarkError) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { throw BenchmarkError("\(name) needs a value") }
      switch name {
      case "--names": names = value
      case "--queries": queries = value
      case "--results": results = value
      case "--features": features = value
      case "--meanings": meanings = value
      case "--limit": limit = try Self.number(name, value)
      case "--threshold": threshold = Float(value) ?? threshold
      case "--floor": floor = Float(value) ?? floor
      case "--rounds": rounds = try Self.number(name, value)
      default: throw BenchmarkError("unknown argument \(name)")
      }
    }
    if names.isEmpty || queries.isEmpty { throw BenchmarkError("--names and --queries are needed") }
  }

  private static func number(_ name: String, _ text: String) throws(BenchmarkError) -> Int {
    guard let value = Int(text), value > 0 else { throw BenchmarkError("\(name): no number") }
    return value
  }
}

/// Why the benchmark did not run.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// One catalogue and its queries.
struct Run {
  let options: Options
  var catalogue = Catalogue<UInt32>()
  let queries: [(text: String, without: Set<UInt32>)]
  /// For each query the similarities of its nearest names; empty without vectors.
  var meanings: [[UInt32: Float]] = []
  let buildNanoseconds: UInt64
  let residentMegabytes: Double

  init(_ options: Options) throws {
    self.options = options
    let names = try Self.lines(options.names).map { $0["name"]?.string ?? "" }
    queries = try Self.lines(options.queries).map { line in
      (
        line["text"]?.string ?? "",
        Set((line["without"]?.array ?? []).compactMap { $0.int.map { UInt32($0) } })
      )
    }
    let start = Self.threadNanoseconds
    let before = Resources.residentByteCount
    for (number, name) in names.enumerated() {
      try catalogue.put(UInt32(number), CatalogueItem(name: name))
    }
    buildNanoseconds = Self.threadNanoseconds - start
    residentMegabytes = Double(Resources.residentByteCount - before) / 1e6
    if let path = options.meanings {
      meanings = try Self.meanings(path, queries: queries.count)
    }
  }

  private static func meanings(_ path: String, queries: Int) throws -> [[UInt32: Float]] {
    var reader = ByteReader(try FileSystem.readAll(path, limit: 1 << 32))
    let each = reader.remaining / 8 / max(queries, 1)
    return try (0..<queries).map { _ in
      var meanings: [UInt32: Float] = [:]
      for _ in 0..<each {
        guard let number = reader.u32(), let similarity = reader.float() else {
          throw BenchmarkError("\(path) ends early")
        }
        meanings[number] = similarity
      }
      return meanings
    }
  }

  /// How a query is answered.
  private func limits(
    _ number: Int
  ) -> (accepts: ((UInt32) -> Bool)?, semantic: ((UInt32) -> Float?)?) {
    let without = queries[number].without
    return (
      without.isEmpty ? nil : { !without.contains($0) },
      meanings.isEmpty ? nil : { meanings[number][$0] }
    )
  }

  private static func lines(_ path: String) throws -> [JSON] {
    try FileSystem.readAll(path, limit: 1 << 30).split(separator: 0x0A).map {
      try JSON.parse(Array($0))
    }
  }

  func measure() throws -> String {
    var times: [UInt64] = []
    var lines: [UInt8] = []
    var work = MatchWork()
    for round in 0..<options.rounds {
      for (number, query) in queries.enumerated() {
        let (accepts, semantic) = limits(number)
        let start = Self.threadNanoseconds
        let answer = try catalogue.match(
          query.text,
          MatchOptions(limit: options.limit, threshold: options.threshold, floor: options.floor),
          accepts: accepts, semantic: semantic)
        times.append(Self.threadNanoseconds - start)
        guard round == 0 else { continue }
        work.postings += answer.work.postings
        work.touched += answer.work.touched
        work.scored += answer.work.scored
        if options.results != nil { lines += Array((Self.line(answer) + "\n").utf8) }
      }
    }
    if let path = options.results { try FileSystem.replace(path, with: lines) }
    if let path = options.features { try writeFeatures(path) }
    times.sort()
    func microseconds(_ share: Double) -> JSON {
      .double(Double(times[min(times.count - 1, Int(Double(times.count) * share))]) / 1e3) ?? .null
    }
    let mean = Double(times.reduce(0, +)) / Double(max(times.count, 1)) / 1e3
    func perQuery(_ count: Int) -> JSON {
      .double((Double(count) / Double(max(queries.count, 1))).rounded()) ?? .null
    }
    return JSON.object([
      ("kernels", .string(Matching.kernels)), ("names", .integer(catalogue.count)),
      ("queries", .integer(queries.count)),
      (
        "build_us_per_name",
        .double(Double(buildNanoseconds) / 1e3 / Double(catalogue.count)) ?? .null
      ),
      ("index_mb", .double(Double(catalogue.byteCount) / 1e6) ?? .null),
      ("resident_mb", .double(residentMegabytes) ?? .null),
      ("mean_us", .double(mean) ?? .null), ("p50_us", microseconds(0.5)),
      ("p99_us", microseconds(0.99)), ("postings", perQuery(work.postings)),
      ("touched", perQuery(work.touched)), ("scored", perQuery(work.scored)),
    ]).description
  }

  private static func line(_ answer: MatchAnswer<UInt32>) -> String {
    let verdict =
      switch answer.verdict {
      case .match: "match"
      case .ambiguous: "ambiguous"
      case .none: "none"
      }
    return JSON.object([
      ("ids", .array(answer.candidates.map { .integer(Int($0.id)) })),
      ("confidence", .array(answer.candidates.map { .double(Double($0.confidence)) ?? .null })),
      ("verdict", .string(verdict)),
    ]).description
  }

  private func writeFeatures(_ path: String) throws {
    var bytes = ByteWriter()
    for (number, query) in queries.enumerated() {
      let (accepts, semantic) = limits(number)
      let rows = try catalogue.features(query.text, accepts: accepts, semantic: semantic)
      for row in rows {
        bytes.append(UInt32(number))
        bytes.append(row.id)
        for value in row.features { bytes.append(value) }
      }
    }
    try FileSystem.replace(path, with: bytes.bytes)
  }

  private static var threadNanoseconds: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

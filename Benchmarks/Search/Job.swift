import KnowledgeStore
import Platform

/// What `Benchmarks/peers/jobs.py` asks for, read from a JSON file.
struct Job {
  enum Mode: String {
    case build, search, update
  }

  let mode: Mode
  let index: String
  let vectors: String
  let queries: String
  let dimension: Int
  let rowCount: Int
  let count: Int
  let result: String
  private let json: JSON

  init(path: String) throws {
    json = try JSON.parse(try FileSystem.readAll(path, limit: 1 << 20))
    guard let mode = Mode(rawValue: try Self.text(json, "mode")) else { throw Self.missing("mode") }
    self.mode = mode
    index = try Self.text(json, "index")
    vectors = try Self.text(json, "vectors")
    queries = try Self.text(json, "queries")
    result = try Self.text(json, "result")
    dimension = try Self.number(json, "dimension")
    rowCount = try Self.number(json, "rows")
    count = try Self.number(json, "count")
  }

  /// The recall target of each setting; nil where every answer is to be proven.
  func recallTargets() throws -> [Double?] {
    guard let settings = json["settings"]?.array, !settings.isEmpty else {
      throw Self.missing("settings")
    }
    return settings.map { $0["recall"]?.double }
  }

  /// Seconds of processor time for a setting, of the clock for updates.
  func seconds() throws -> Double {
    guard let value = json["seconds"]?.double, value > 0 else { throw Self.missing("seconds") }
    return value
  }

  /// The share of rows that the filter admits; nil for no filter.
  var share: Double? { json["share"]?.double }

  /// Bytes of segments that may stand in memory; nil for the default.
  var memory: Int? { json["memory"]?.int }

  /// Whether the store is to have no graphs.
  var isScanning: Bool { json["kind"]?.string == SearchIndex.scan.rawValue }

  /// A path that only some modes have.
  func path(_ name: String) throws -> String { try Self.text(json, name) }

  /// A number that only some modes have.
  func number(_ name: String) throws -> Int { try Self.number(json, name) }

  private static func text(_ json: JSON, _ name: String) throws -> String {
    guard let value = json[name]?.string else { throw missing(name) }
    return value
  }

  private static func number(_ json: JSON, _ name: String) throws -> Int {
    guard let value = json[name]?.int, value > 0 else { throw missing(name) }
    return value
  }

  private static func missing(_ name: String) -> BenchmarkError { .usage("the job has no \(name)") }
}

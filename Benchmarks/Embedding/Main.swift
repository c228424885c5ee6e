import Embedding
import Glibc
import Platform

/// Embeds the texts of a file with a local model and prints how long that took, as one JSON object.
@main struct EmbeddingBenchmark {
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
  var model = ""
  var texts = ""
  var precision = ModelPrecision.bf16
  var threads = 2
  var count = Int.max
  var rounds = 1
  var single: String?
  var vectors: String?
  var tokens: String?

  static let usage = """
    usage: EmbeddingBenchmark --model DIRECTORY --texts FILE [--precision fp32|bf16|int8]
             [--threads 2] [--count N] [--rounds 1] [--single TEXT] [--vectors FILE] [--tokens FILE]
    FILE of texts holds one JSON object with the key text a line. --single times one text on one
    thread as well, 100 times a round. --vectors writes little-endian Float32, row after row;
    --tokens writes the numbers of every text, a line each.
    """

  init(_ arguments: [String]) throws(BenchmarkError) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { throw BenchmarkError("\(name) needs a value") }
      switch name {
      case "--model": model = value
      case "--texts": texts = value
      case "--single": single = value
      case "--vectors": vectors = value
      case "--tokens": tokens = value
      case "--threads": threads = try Self.number(name, value)
      case "--count": count = try Self.number(name, value)
      case "--rounds": rounds = try Self.number(name, value)
      case "--precision":
        guard let level = ModelPrecision(rawValue: value) else {
          throw BenchmarkError("--precision: \(value) is none of fp32, bf16, int8")
        }
        precision = level
      default: throw BenchmarkError("unknown argument \(name)")
      }
    }
    if model.isEmpty || texts.isEmpty { throw BenchmarkError("--model and --texts are needed") }
  }

  private static func number(_ name: String, _ text: String) throws(BenchmarkError) -> Int {
    guard let value = Int(text), value > 0 else { throw BenchmarkError("\(name): no size") }
    return value
  }
}

/// Why the benchmark did not run.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// One model, timed.
struct Run {
  let options: Options
  let model: LocalModel
  let texts: [String]
  let load: (wall: UInt64, cpu: UInt64)

  init(_ options: Options) throws {
    self.options = options
    texts = try FileSystem.readAll(options.texts, limit: 1 << 30)
      .split(separator: 0x0A).prefix(options.count).map { line in
        guard let text = try JSON.parse(Array(line))["text"]?.string else {
          throw BenchmarkError("a line of \(options.texts) has no text")
        }
        return text
      }
    let start = (Clock.monotonicNanoseconds, Self.processNanoseconds)
    model = try LocalModel(
      directory: options.model, precision: options.precision, threadCount: options.threads)
    load = (Clock.monotonicNanoseconds - start.0, Self.processNanoseconds - start.1)
  }

  func measure() throws -> String {
    var best = (wall: UInt64.max, cpu: UInt64.max)
    var single = (wall: UInt64.max, cpu: UInt64.max)
    var vectors: [Float] = []
    for _ in 0..<options.rounds {
      if let text = options.single {
        for _ in 0..<100 {
          let (wall, cpu) = try time { _ = try model.embed([text], as: .passage) }
          single = (min(single.wall, wall), min(single.cpu, cpu))
        }
      }
      let (wall, cpu) = try time { vectors = try model.embed(texts, as: .passage) }
      best = (min(best.wall, wall), min(best.cpu, cpu))
    }
    if let path = options.vectors {
      try FileSystem.replace(path, with: unsafe vectors.withUnsafeBytes { unsafe Array($0) })
    }
    if let path = options.tokens {
      let lines = texts.map { model.tokens(of: $0).map(String.init).joined(separator: " ") + "\n" }
      try FileSystem.replace(path, with: Array(lines.joined().utf8))
    }
    func milliseconds(_ value: UInt64) -> JSON {
      value == .max ? .null : .double(Double(value) / 1e6) ?? .null
    }
    return JSON.object([
      ("kernels", .string(model.kernels)), ("model", .string("\(model.model)")),
      ("load_ms", milliseconds(load.wall)), ("load_cpu_ms", milliseconds(load.cpu)),
      ("texts", .integer(texts.count)),
      ("bulk_ms", milliseconds(best.wall)), ("bulk_cpu_ms", milliseconds(best.cpu)),
      ("single_ms", milliseconds(single.wall)), ("single_cpu_ms", milliseconds(single.cpu)),
      ("resident_mb", .integer(Int(Resources.residentByteCount >> 20))),
    ]).description
  }

  /// Nanoseconds of the clock and of all threads' processor time.
  private func time(_ body: () throws -> Void) rethrows -> (wall: UInt64, cpu: UInt64) {
    let (wall, cpu) = (Clock.monotonicNanoseconds, Self.processNanoseconds)
    try body()
    return (Clock.monotonicNanoseconds - wall, Self.processNanoseconds - cpu)
  }

  private static var processNanoseconds: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

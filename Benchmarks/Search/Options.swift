/// What the command line asks for.
struct Options {
  var vectors = ""
  var queries = ""
  var dimension = 384
  var count = 10
  var batches = [1, 64, 512]
  var milliseconds = 2_000
  var answers: String?
  var directory = "/tmp"
  /// Part of the exact answer wanted; nil for all of it, with proof.
  var recall: Double?
  /// Shares of the rows that filters admit; empty measures searches without filters.
  var shares: [Double] = []
  /// Where the store of a measurement of filters stands, and stays.
  var store: String?

  static let usage = """
    usage: SearchBenchmark --vectors FILE --queries FILE [--dimension 384] [--count 10]
             [--batches 1,64,512] [--milliseconds 2000] [--answers FILE] [--directory /tmp]
             [--recall 0.99]
    FILE holds little-endian Float32, row after row. Prints one JSON object a batch size.
    --answers writes the rows found for every query, one line of row numbers each: first as found
    by single searches, then by one batch. --directory is where the store is made, for the run.
    --recall searches to that target instead of exactly.
    --shares 0.001,0.01 --store DIRECTORY instead measures searches with filters that admit such
    shares of the rows, beside searches without; the store is made where it is not there, and kept.
    """

  /// - Throws: ``BenchmarkError`` naming the argument.
  init(_ arguments: [String]) throws(BenchmarkError) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { throw .usage("\(name) needs a value") }
      switch name {
      case "--vectors": vectors = value
      case "--queries": queries = value
      case "--answers": answers = value
      case "--directory": directory = value
      case "--dimension": dimension = try Self.number(name, value)
      case "--count": count = try Self.number(name, value)
      case "--milliseconds": milliseconds = try Self.number(name, value)
      case "--recall":
        guard let target = Double(value), (0...1).contains(target) else {
          throw .usage("\(name): \(value) is not 0 to 1")
        }
        recall = target
      case "--store": store = value
      case "--shares":
        shares = []
        for part in value.split(separator: ",") {
          guard let share = Double(part), share > 0, share <= 1 else {
            throw .usage("\(name): \(part) is not above 0 and at most 1")
          }
          shares.append(share)
        }
      case "--batches":
        batches = []
        for part in value.split(separator: ",") { batches.append(try Self.number(name, part)) }
      default: throw .usage("unknown argument \(name)")
      }
    }
    if vectors.isEmpty || queries.isEmpty { throw .usage("--vectors and --queries are needed") }
  }

  private static func number(_ name: String, _ text: some StringProtocol) throws(BenchmarkError)
    -> Int
  {
    guard let value = Int(text), value > 0 else { throw .usage("\(name): \(text) is no size") }
    return value
  }
}

/// Why the benchmark did not run.
enum BenchmarkError: Error {
  case usage(String)
  case shape(path: String, byteCount: Int)
}

import CommandInterface
import Platform
import RPC

/// What a benchmark measures: one line of its table for each load.
struct BenchPlan: Sendable {
  /// How requests are sent.
  enum Load: Sendable, Equatable {
    /// Each connection asks again as soon as it is answered.
    case closed(connections: Int)
    /// Requests begin at a steady rate, whether or not earlier ones are answered; latency counts
    /// from the intended moment.
    case open(ratePerSecond: Double, connections: Int)

    var connections: Int {
      switch self {
      case .closed(let connections), .open(_, let connections): connections
      }
    }
  }

  var loads: [Load]
  /// Texts to search for, in turn.
  var texts: [String] = []
  var collection = ""
  var k = 10
  /// Queries of one request; 1 asks by Search, more by SearchBatch.
  var batch = 1
  var filter: Filter?
  var isExact = false
  var recallTarget = 0.0
  var omitsContent = false
  var seconds = 5.0
  var warmupSeconds = 1.0
  /// Queries whose recall is measured against exact answers; 0 measures none.
  var recallSample = 200

  /// Reads the flags of `knowledge bench`, all but the texts.
  static func of(_ arguments: Arguments) throws(CommandError) -> BenchPlan {
    let connections = try numbers(arguments, "connections", default: [1]).map(Int.init)
    guard connections.allSatisfy({ (1...1024).contains($0) }) else {
      throw .usage("--connections must be 1 to 1024 each")
    }
    let rates = try numbers(arguments, "rate", default: [])
    guard rates.isEmpty || connections.count == 1 || arguments.list("connections").isEmpty else {
      throw .usage("several rates need one number of --connections")
    }
    // A request that waits for its turn on a connection is late by our fault, not the service's.
    let lanes = arguments.isSet("connections") ? connections[0] : 16
    var plan = BenchPlan(
      loads: rates.isEmpty
        ? connections.map { .closed(connections: $0) }
        : rates.map { .open(ratePerSecond: $0, connections: lanes) })
    plan.collection = arguments.text("collection") ?? ""
    plan.k = arguments.integer("k") ?? plan.k
    plan.batch = arguments.integer("batch") ?? plan.batch
    plan.filter = try FilterFlags.filter(arguments)
    plan.isExact = arguments.isSet("exact")
    plan.recallTarget = arguments.number("recall") ?? 0
    plan.omitsContent = arguments.isSet("ids-only")
    plan.seconds = arguments.number("duration") ?? plan.seconds
    plan.warmupSeconds = arguments.number("warmup") ?? plan.warmupSeconds
    plan.recallSample = arguments.integer("recall-sample") ?? plan.recallSample
    return plan
  }

  private static func numbers(
    _ arguments: Arguments, _ name: String, default fallback: [Double]
  ) throws(CommandError) -> [Double] {
    let texts = arguments.list(name)
    guard !texts.isEmpty else { return fallback }
    var numbers: [Double] = []
    for text in texts {
      guard let number = Double(text), number > 0, number <= 10_000_000 else {
        throw .usage("--\(name) must be numbers above 0, not \(quoted(text))")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// The request for the queries that begin at `index`, by turns.
  func searchRequest(_ index: Int) -> SearchRequest {
    var request = SearchRequest()
    request.collection = collection
    request.query = .text(texts[index % texts.count])
    request.k = UInt32(k)
    request.filter = filter
    request.exact = isExact
    request.recallTarget = recallTarget
    request.omitContent = omitsContent
    return request
  }

  /// As ``searchRequest(_:)`` for ``batch`` queries at once.
  func batchRequest(_ index: Int) -> SearchBatchRequest {
    var request = SearchBatchRequest()
    request.collection = collection
    request.texts = (0..<batch).map { texts[(index * batch + $0) % texts.count] }
    request.k = UInt32(k)
    request.filter = filter
    request.exact = isExact
    request.recallTarget = recallTarget
    request.omitContent = omitsContent
    return request
  }
}

import CEpollEcho
import Glibc
import Platform
import RPC

/// What the RPC costs over a bare epoll echo in C of the same sizes: the same C client drives both,
/// in one run, on one machine; and what Hybrid, Match and Spell take over the service's socket.
/// `--only service` and `--only words` measure the running service, a server's name that one. Use:
///
///     swift run -c release RPCBenchmark [--count N] [--repeats N] [--only PART]
///       [--placement "one CPU"|"two CPUs"|unpinned] [--json]
@main struct Main {
  static func main() {
    var count = 20_000
    var repeats = 5
    var json = false
    var only: String?
    var placements = Placement.allCases
    var arguments = CommandLine.arguments.dropFirst()
    while let argument = arguments.popFirst() {
      switch argument {
      case "--count": count = arguments.popFirst().flatMap { Int($0) } ?? count
      case "--repeats": repeats = arguments.popFirst().flatMap { Int($0) } ?? repeats
      case "--json": json = true
      case "--only": only = arguments.popFirst()
      case "--placement":
        placements = arguments.popFirst().flatMap(Placement.init).map { [$0] } ?? placements
      default:
        print(
          "unknown argument \(argument); known: --count N, --repeats N, --only PART, "
            + "--placement PLACEMENT, --json")
        exit(2)
      }
    }
    Log.level = .warning
    do {
      let count = max(100, count)
      let repeats = max(1, repeats)
      let isServed = only == nil || only == "service"
      let served =
        try isServed
        ? ServedSearch(count: count, repeats: repeats, placements: placements).run() : []
      let words =
        try only == nil || only == "words" ? ServedWords(count: max(100, count / 4)).run() : []
      let rows = try Benchmark(
        count: count, repeats: repeats, only: only, placements: placements
      ).run()
      print(
        json ? Report.json(rows, served, words) : Report.table(rows, served, words))
    } catch {
      print("the benchmark failed: \(error)")
      exit(1)
    }
  }
}

/// Which processors the server's and the client's threads may use.
enum Placement: String, CaseIterable {
  case sameProcessor = "one CPU"
  case twoProcessors = "two CPUs"
  case unpinned

  var server: Int32 { self == .unpinned ? -1 : 0 }
  var client: Int32 { self == .unpinned ? -1 : self == .twoProcessors ? 1 : 0 }
}

/// The system call in which a client waits for its answer.
enum Waiting: String, CaseIterable {
  case poll
  case recv
}

/// Times of one load on one server.
struct Row {
  let load: String
  let server: String
  let placement: Placement
  let connections: Int
  /// Of all exchanges of the best repeat, the one with the lowest median.
  let times: LatencyHistogram
  let requestsPerSecond: Double
}

/// Answers Ping with its payload and Search as a search of ten hits would, without searching.
struct EchoService: RequestHandler {
  let reply: SearchReply

  init() {
    let hits = (0..<10).map { index in
      Hit(
        entry: Entry(
          id: UUID.named([UInt8(index)], in: .zero).bytes, externalID: "sku-\(index)",
          title: "Returning shoes", content: String(repeating: "text ", count: 24),
          category: "returns"),
        score: 0.9 - Double(index) / 100)
    }
    reply = SearchReply(
      hits: hits, exact: true, position: Position(snapshot: "10:20:", sequence: 9),
      tookMicroseconds: 20, rowsConsidered: 1_000)
  }

  func handle(_ exchange: Exchange, _ message: RawSpan) {
    do throws(ProtoError) {
      switch exchange.method {
      case .ping: exchange.reply(PingReply(payload: try PingRequest(decoding: message).payload))
      case .search:
        let request = try SearchRequest(decoding: message)
        var reply = reply
        reply.rowsConsidered = UInt64(request.k)
        exchange.reply(reply)
      default: exchange.fail(RPCRefusal(.unimplemented, "not here", remediation: "Ping."))
      }
    } catch { exchange.fail(error) }
  }
}

/// Lets everybody in.
struct OpenDoor: Authenticator {
  func authenticate(
    _ hello: HelloRequest, _ peer: Peer,
    _ decide: @escaping @Sendable (Result<Principal, RPCRefusal>) -> Void
  ) { decide(.success(.operator())) }
}

import CEpollEcho
import KnowledgeService
import KnowledgeStore
import Platform
import RPC

/// A search over the socket of the whole service, beside its two floors in the same run: an echo in
/// C of the same sizes, and the same search in process. The bar is 1.3 times their sum.
struct ServedSearch {
  static let entryCount = 1_000
  static let hitCount = 10

  let count: Int
  let repeats: Int
  let placements: [Placement]
  private let data = "/tmp/rpc-bench-\(UUID.random())"

  /// The three in one round, each the median of its exchanges in nanoseconds.
  struct Round {
    let echo: UInt64
    let inProcess: UInt64
    let served: UInt64

    /// What serving costs over the floors' sum.
    var ratio: Double { Double(served) / Double(max(1, echo + inProcess)) }
  }

  /// The rounds of one placement. Where the kernel places the threads, a round may cost five times
  /// as much as the next: so each figure is the median over the rounds.
  struct Medians {
    let placement: Placement
    let waiting: Waiting
    var rounds: [Round] = []

    var echo: UInt64 { middle(\.echo) }
    var inProcess: UInt64 { middle(\.inProcess) }
    var served: UInt64 { middle(\.served) }
    var ratio: Double { middle(\.ratio) }

    private func middle<Value: Comparable>(_ value: (Round) -> Value) -> Value {
      rounds.map(value).sorted()[rounds.count / 2]
    }
  }

  func run() throws -> [Medians] {
    let copy = data + "-copy"
    defer { for path in [data, copy] { try? FileSystem.removeTree(path) } }
    let (vector, replyByteCount) = try fill()
    // The files of a running service are locked; a copy answers in process.
    let status = try Subprocess.run(
      ["/bin/cp", "-a", data + "/store", copy], environment: [], outputPath: data + "/cp.log")
    guard status == 0 else { throw BenchmarkFailed("cp ended with \(status)") }
    let store = try Store.open(directory: copy)
    defer { store.close() }
    guard let key = try store.collectionKeys().first, let collection = try store.existing(key),
      collection.entryCount == Self.entryCount
    else { throw BenchmarkFailed("the copy does not hold \(Self.entryCount) entries") }
    return try placements.flatMap { placement in
      try Waiting.allCases.map { waiting in
        try measure(placement, waiting, vector, replyByteCount, collection)
      }
    }
  }

  // MARK: Parts

  private var socket: String { data + "/knowledge.sock" }

  /// A service whose threads run where `processor` says.
  private func start(_ processor: Int32) throws -> KnowledgeNode {
    _ = ce_pin(processor)
    defer { _ = ce_pin(-1) }
    return try KnowledgeNode.start(KnowledgeNode.Configuration(dataDirectory: data))
  }

  /// Makes the collection; returns a query between its entries and the size of the answer's frame.
  private func fill() throws -> (vector: [Float], replyByteCount: Int) {
    let node = try start(-1)
    defer { node.stop() }
    let address = RPCAddress.unix(path: socket)
    _ = try RPCClient(address).businessCreate(BusinessCreateRequest(name: "bench"))
    var options = RPCClient.Options()
    options.business = "bench"
    let client = try RPCClient(address, options: options)
    var random = SeededGenerator(seed: 1)
    let entries = (0..<Self.entryCount).map { index in
      RPC.Entry(
        externalID: "entry-\(index)", title: sentence(of: 4, &random),
        content: sentence(of: 20, &random), category: "returns")
    }
    let written = try client.upsert(
      UpsertRequest(collection: "knowledge", entries: entries, onConflict: .update))
    let near = try client.search(
      RPC.SearchRequest(
        collection: "knowledge", query: .text(sentence(of: 6, &random)), k: 3,
        minXID: written.xid, waitMilliseconds: 10_000, includeVector: true))
    var vector = near.hits.first?.entry?.vector ?? []
    for hit in near.hits.dropFirst() {
      for (place, value) in (hit.entry?.vector ?? []).enumerated() { vector[place] += value }
    }
    let reply = try client.search(request(vector))
    guard reply.hits.count == Self.hitCount, reply.exact else {
      throw BenchmarkFailed("the service found \(reply.hits.count) entries")
    }
    return (vector, 20 + reply.encoded().count)
  }

  private func sentence(of count: Int, _ random: inout SeededGenerator) -> String {
    let words = [
      "return", "shoes", "within", "thirty", "days", "refund", "order", "delivery", "size", "trail",
      "waterproof", "exchange", "store", "receipt", "label", "courier", "jacket", "warranty",
      "discount", "invoice", "payment", "address", "parcel", "gift", "season", "sole", "laces",
    ]
    return (0..<count).map { _ in words.randomElement(using: &random)! }.joined(separator: " ")
  }

  private func request(_ vector: [Float]) -> RPC.SearchRequest {
    RPC.SearchRequest(
      collection: "knowledge", query: .vector(FloatVector(values: vector)),
      k: UInt32(Self.hitCount))
  }

  /// The three by turns, so that they meet the same machine.
  private func measure(
    _ placement: Placement, _ waiting: Waiting, _ vector: [Float], _ replyByteCount: Int,
    _ collection: KnowledgeStore.Collection
  ) throws -> Medians {
    let node = try start(placement.server)
    defer { node.stop() }
    let driver = Driver(count: count, waiting: waiting)
    let load = Driver.Load(
      name: "served", request: Driver.frame(.search, request(vector)),
      replyByteCount: replyByteCount)
    var medians = Medians(placement: placement, waiting: waiting)
    for _ in 0..<repeats {
      let echo = try driver.bare(load, placement, 1)
      let inProcess = try inProcess(placement, vector, collection)
      let served = try driver.drive(
        load, placement, socket, 1, greeting: Driver.hello(business: "bench"))
      medians.rounds.append(
        Round(
          echo: echo.0.percentile(0.5), inProcess: inProcess.percentile(0.5),
          served: served.0.percentile(0.5)))
    }
    return medians
  }

  private func inProcess(
    _ placement: Placement, _ vector: [Float], _ collection: KnowledgeStore.Collection
  ) throws -> LatencyHistogram {
    _ = ce_pin(placement.server)
    defer { _ = ce_pin(-1) }
    let request = KnowledgeStore.SearchRequest(
      vector: vector, count: Self.hitCount, filter: .active(true))
    var times = LatencyHistogram()
    for index in 0..<count + count / 10 {
      let start = Clock.monotonicNanoseconds
      let result = try collection.search(request)
      if index >= count / 10 { times.record(Clock.monotonicNanoseconds - start) }
      guard result.hits.count == Self.hitCount else { throw BenchmarkFailed("hits are missing") }
    }
    return times
  }
}

/// What went wrong, for people.
struct BenchmarkFailed: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

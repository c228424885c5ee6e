import Agent
import AgentService
import KnowledgeService
import Platform
import RPC
import Synchronization
import Truth

/// What a turn costs besides its model: the whole agent over a running knowledge service and a
/// private Postgres, with a model that answers at once.
///
///     swift run -c release AgentBenchmark [--turns N] [--conversations N] [--think MILLISECONDS]
///
/// 500 entries, 100 products, 20 hits a search, histories of 200 messages. First one turn after the
/// other, by step; then so many conversations at once, whose model thinks for a while.
@main struct AgentBenchmark {
  private var turns = 300
  private var conversations = 500
  private var think = 500
  private let data = "/tmp/agent-bench-\(UUID.random())"

  static func main() {
    var benchmark = AgentBenchmark()
    guard benchmark.parse() else {
      print("usage: AgentBenchmark [--turns N] [--conversations N] [--think MILLISECONDS]")
      return
    }
    do { try benchmark.run() } catch { print("failed: \(error)") }
  }

  private mutating func parse() -> Bool {
    var arguments = CommandLine.arguments.dropFirst()
    while let name = arguments.popFirst() {
      guard let value = arguments.popFirst().flatMap({ Int($0) }), value > 0 else { return false }
      switch name {
      case "--turns": turns = value
      case "--conversations": conversations = value
      case "--think": think = value
      default: return false
      }
    }
    return true
  }

  private func run() throws {
    defer { try? FileSystem.removeTree(data) }
    let node = try KnowledgeNode.start(KnowledgeNode.Configuration(dataDirectory: data))
    defer { node.stop() }
    let shop = try Shop(data: data)
    defer { shop.store.close() }
    try report(shop.alone(turns: turns))
    try shop.together(conversations: conversations, thinkMilliseconds: think)
  }

  private func report(_ measured: Shop.Alone) throws {
    func milliseconds(_ nanoseconds: UInt64) -> String {
      let tenths = (nanoseconds + 5_000) / 10_000
      return "\(tenths / 100).\(tenths % 100 < 10 ? "0" : "")\(tenths % 100)"
    }
    print("\(turns) turns, one after the other, milliseconds: p50 p95 p99")
    for (name, times) in measured.times {
      let figures = [0.5, 0.95, 0.99].map { milliseconds(times.percentile($0)) }
      let column = name + String(repeating: " ", count: max(1, 22 - name.count))
      print(column + figures.joined(separator: "  "))
    }
  }
}

/// A business that is served, and its agent.
final class Shop: Sendable {
  struct Alone {
    /// By step, and in all.
    var times: [(name: String, times: LatencyHistogram)]
  }

  private struct Failed: Error { let what: String }

  let store: AgentStore
  private let business: UUID
  private let knowledge: KnowledgeClient
  private static let historyCount = 200

  init(data: String) throws {
    let path = data + "/knowledge.sock"
    let made = try RPCClient(.unix(path: path))
      .businessCreate(BusinessCreateRequest(name: "bench"))
    guard let id = UUID(bytes: made.businessID) else {
      throw Failed(what: "no business")
    }
    business = id
    var options = RPCClient.Options()
    options.business = "bench"
    try Self.fill(try RPCClient(.unix(path: path), options: options))
    knowledge = KnowledgeClient(.unix(path: path))
    let cluster = try PrivateCluster.at(.init(directory: data + "/postgres")).connectionInfo
    store = AgentStore(connectionInfo: cluster, connectionLimit: 16)
    var configuration = AgentConfiguration()
    configuration.defaultModel = "bench/instant"
    configuration.confidenceThreshold = 0
    configuration.promptTokenLimit = 30_000
    _ = try store.replace(
      AgentSetup(
        business: Business(id: business, name: "bench"), configuration: configuration,
        stages: [
          Stage(id: .random(), name: "Help", description: "Everything.", type: .firstInteraction)
        ]))
  }

  private static func fill(_ client: RPCClient) throws {
    let things = ["boots", "jackets", "tents", "socks", "ropes", "stoves", "maps", "bottles"]
    let verbs = ["return", "clean", "repair", "exchange", "order", "cancel", "store", "lend"]
    let entries = (0..<500).map { number in
      let thing = things[number % 8]
      let verb = verbs[number / 8 % 8]
      return RPC.Entry(
        externalID: "E-\(number)", title: "How do I \(verb) \(thing) of kind \(number / 64)?",
        content: "To \(verb) \(thing) of kind \(number / 64), write to us within \(number + 10) "
          + "days. Keep the receipt, tell us the reason, and wait for the label that we send you. "
          + "The \(thing) must be dry and clean, and all their parts must be there.")
    }
    let products = (0..<100).map { number in
      RPC.Entry(
        externalID: "P-\(number)", title: "\(things[number % 8]) model \(number)",
        content: "The \(things[number % 8]) for every day, light and strong.",
        metadataJSON: #"{"price":\#(number + 20),"stock":3}"#, category: things[number % 8])
    }
    for (collection, rows) in [("knowledge", entries), ("products", products)] {
      let written = try client.upsert(
        UpsertRequest(collection: collection, entries: rows, onConflict: .update))
      _ = try client.hybrid(
        RPC.HybridRequest(
          collection: collection, text: "boots", minXID: written.xid, waitMilliseconds: 60_000))
    }
  }

  private static func question(_ number: Int) -> String {
    let things = ["boots", "jackets", "tents", "socks", "ropes", "stoves", "maps", "bottles"]
    return "How do I return \(things[number % 8]) of kind \(number % 7)?"
  }

  private func receive(_ text: String, from customer: String) throws -> ConversationKey {
    let receipt = try store.receive(
      InboundMessage(
        businessID: business, channel: "api", identity: customer, text: text,
        quietMilliseconds: 0))
    return ConversationKey(businessID: business, conversationID: receipt.conversation.id)
  }

  /// Turns of one conversation whose history is full.
  func alone(turns: Int) throws -> Alone {
    let runner = AgentRunner(
      store: store, pipeline: TurnPipeline(knowledge: knowledge, models: Instant(think: 0)))
    defer { runner.close() }
    for number in 0..<Self.historyCount / 2 + turns / 10 {
      let key = try receive(Self.question(number), from: "one")
      guard case .answered = try runner.answer(key, evenIfNotDue: true) else {
        throw Failed(what: "no answer")
      }
    }
    var whole = LatencyHistogram()
    var received = LatencyHistogram()
    var steps: [TurnStep: LatencyHistogram] = [:]
    var rest = LatencyHistogram()
    for number in 0..<turns {
      let begun = Clock.monotonicNanoseconds
      let key = try receive(Self.question(number), from: "one")
      let stored = Clock.monotonicNanoseconds
      guard case .answered(let answer) = try runner.answer(key, evenIfNotDue: true) else {
        throw Failed(what: "no answer")
      }
      let ended = Clock.monotonicNanoseconds
      received.record(stored - begun)
      whole.record(ended - stored)
      var inSteps: UInt64 = 0
      for step in answer.steps {
        let time = UInt64(step.microseconds) * 1_000
        inSteps += time
        steps[step.step, default: LatencyHistogram()].record(time)
      }
      rest.record(ended - stored - min(inSteps, ended - stored))
      guard answer.steps.flatMap(\.retrievedHits).count >= 20 else {
        throw Failed(what: "fewer than 20 hits")
      }
    }
    var times: [(String, LatencyHistogram)] = [("turn", whole)]
    times += TurnStep.allCases.map { ("  " + $0.rawValue, steps[$0] ?? LatencyHistogram()) }
    times += [("  claim, store, send", rest), ("receiving a message", received)]
    return Alone(times: times)
  }

  /// Many conversations at once, whose model takes its time.
  func together(conversations: Int, thinkMilliseconds: Int) throws {
    let runner = AgentRunner(
      store: store,
      pipeline: TurnPipeline(knowledge: knowledge, models: Instant(think: thinkMilliseconds)))
    let workers = AgentWorkers(runner, threadCount: conversations, share: conversations) { _ in }
    let thread = Thread.spawn(name: "workers") { workers.run() }
    let begun = Clock.monotonicNanoseconds
    var keys: [ConversationKey] = []
    for number in 0..<conversations {
      keys.append(try receive(Self.question(number), from: "many \(number)"))
    }
    let stored = Clock.monotonicNanoseconds
    var waiting = keys
    while !waiting.isEmpty {
      Thread.sleep(milliseconds: 20)
      waiting = try waiting.filter { key in
        try store.turns(of: key, limit: 1).first.map { $0.status != .sent } ?? true
      }
      guard Clock.monotonicNanoseconds - begun < 300_000_000_000 else {
        throw Failed(what: "\(waiting.count) conversations without an answer")
      }
    }
    let ended = Clock.monotonicNanoseconds
    workers.stop()
    thread.join()
    runner.close()
    print(
      "\(conversations) conversations at once, the model thinks \(thinkMilliseconds) ms: "
        + "received in \((stored - begun) / 1_000_000) ms, all answered in "
        + "\((ended - begun) / 1_000_000) ms")
  }
}

/// A model that says the same after a while.
private struct Instant: LanguageModel, ModelProviding {
  let name = "bench/instant"
  let think: Int

  func model(_ names: [String]) throws(ModelError) -> any LanguageModel { self }

  func reply(
    to request: ModelRequest, cancellation: ModelCancellation, receive: (ModelDelta) -> Bool
  ) throws(ModelError) -> ModelReply {
    Thread.sleep(milliseconds: think)
    return ModelReply(text: "Keep the receipt and tell us the reason [1].", model: name)
  }
}

import Agent
import AgentService
import Platform
import Synchronization
import TestSupport
import Testing
import Truth

/// A model that does something before it answers.
private struct ActingModel: LanguageModel, ModelProviding {
  let name = "test/acting"
  let act: @Sendable (ModelRequest) -> String

  func model(_ names: [String]) throws(ModelError) -> any LanguageModel { self }

  func reply(
    to request: ModelRequest, cancellation: ModelCancellation, receive: (ModelDelta) -> Bool
  ) throws(ModelError) -> ModelReply {
    let text = act(request)
    if cancellation.isCancelled { throw ModelError(.cancelled, model: name) }
    _ = receive(.text(text))
    return ModelReply(text: text, model: name)
  }
}

/// A business that knows nothing.
private struct NoKnowledge: KnowledgeSearching {
  func search(
    _ query: KnowledgeQuery, business: UUID
  ) throws(KnowledgeError) -> KnowledgeAnswer { KnowledgeAnswer(hits: [], nothingRelevant: true) }

  func match(
    _ text: String, business: UUID, limit: Int
  ) throws(KnowledgeError) -> CatalogueMatch { CatalogueMatch(candidates: []) }

  func correct(
    _ text: String, language: String, business: UUID
  ) throws(KnowledgeError) -> SpellingCorrections { SpellingCorrections(text: text) }
}

@Suite struct RunnerTests {
  private let fixture: Fixture

  init() throws {
    fixture = try Fixture()
    try Self.setUp(fixture.store, fixture.business)
  }

  private static func setUp(_ store: AgentStore, _ business: UUID) throws {
    var configuration = AgentConfiguration()
    configuration.defaultModel = "test/acting"
    configuration.confidenceThreshold = 0
    _ = try store.replace(
      AgentSetup(
        business: Business(id: business, name: ""), configuration: configuration,
        stages: [
          Stage(id: .random(), name: "welcome", description: "all", type: .firstInteraction)
        ]))
  }

  private func runner(
    _ store: AgentStore? = nil, _ act: @escaping @Sendable (ModelRequest) -> String
  ) -> AgentRunner {
    AgentRunner(
      store: store ?? fixture.store,
      pipeline: TurnPipeline(knowledge: NoKnowledge(), models: ActingModel(act: act)))
  }

  private func answer(_ ending: AgentRunner.Ending) throws -> AgentRunner.Answer {
    guard case .answered(let answer) = ending else {
      Issue.record("\(ending)")
      throw TestFailure()
    }
    return answer
  }

  private struct TestFailure: Error {}

  @Test func `a message is answered, and the trace has every step`() throws {
    let runner = runner { _ in "Good day to you." }
    defer { runner.close() }
    let key = try fixture.store.receive(fixture.inbound("which way to the shop?")).key
    var shown = ""
    let ending = try runner.answer(key) { if case .text(let text) = $0 { shown += text } }
    let answer = try answer(ending)
    #expect(answer.message?.content == "Good day to you." && shown == "Good day to you.")
    let trace = try #require(
      try fixture.store.trace(turn: answer.turnID, business: fixture.business))
    #expect(trace.steps.map(\.step) == TurnStep.allCases)
    #expect(trace.answer == answer.message)
    #expect(try runner.answer(key) == .nothingDue)
  }

  @Test func `what comes while a model thinks is answered with the rest, once`() throws {
    let inbound = fixture.inbound("and the price of it?")
    let store = fixture.store
    let calls = Mutex(0)
    let runner = runner { request in
      let call = calls.withLock { calls in
        calls += 1
        return calls
      }
      if call == 1 { _ = try? store.receive(inbound) }
      return "\(request.messages)".contains("and the price of it?") ? "Both." : "One."
    }
    defer { runner.close() }
    let key = try fixture.store.receive(fixture.inbound("how big is the shop?")).key
    var pieces: [AgentRunner.Piece] = []
    let answer = try answer(try runner.answer(key) { pieces.append($0) })
    #expect(answer.message?.content == "Both.")
    #expect(pieces == [.text("One."), .restarted, .text("Both.")])
    #expect(calls.withLock { $0 } == 2)
    #expect(
      try fixture.count(
        "select count(*)::int from messages where business_id = $1 and sender_type = 'assistant'")
        == 1)
  }

  @Test func `once a person has taken over, the agent says nothing`() throws {
    let store = fixture.store
    let taken = Mutex<ConversationKey?>(nil)
    let runner = runner { _ in
      if let key = taken.withLock({ $0 }) { _ = try? store.takeOver(key, by: "Kim") }
      return "Too late."
    }
    defer { runner.close() }
    let key = try store.receive(fixture.inbound("how old is the shop?")).key
    taken.withLock { $0 = key }
    #expect(try runner.answer(key) == .nothingDue)
    #expect(
      try fixture.count(
        "select count(*)::int from messages where business_id = $1 and sender_type = 'assistant'")
        == 0)
    #expect(try store.conversation(key)?.conversation.status == .handedOff)
  }

  @Test func `a turn that a killed process left is gone on with, and given up in the end`() throws {
    let store = fixture.store
    let key = try store.receive(fixture.inbound("what are your hours?")).key
    for attempt in 1...3 {
      // Whoever claims for a millisecond and says nothing more is gone.
      let claim = try store.claim(conversation: key, owner: .random(), leaseMilliseconds: 1)
      #expect(try #require(claim).attempt == attempt)
      Thread.sleep(milliseconds: 3)
    }
    let runner = runner { _ in "never asked" }
    defer { runner.close() }
    let answer = try answer(try runner.answer(key))
    #expect(
      answer.outcome.handoff?.category == .failure && answer.message?.content.isEmpty == false)
    #expect(try store.conversation(key)?.conversation.status == .handedOff)
  }

  @Test func `two processes answer bursts, and never one of them twice`() throws {
    let people = 8
    let bursts = 4
    // Workers answer all businesses of a database: this one is their own.
    let database = try TestCluster.migratedDatabase()
    let entries = EntryStore(connectionInfo: database.connectionInfo, connectionLimit: 1)
    defer { entries.close() }
    let business = try entries.createBusiness(named: "bursts").businessID
    let stores = (0..<2).map { _ in
      AgentStore(connectionInfo: database.connectionInfo, connectionLimit: 10)
    }
    let front = stores[0]
    try Self.setUp(front, business)
    func count(_ sql: String) throws -> Int {
      var connection = try database.connect()
      return try connection.query(sql, [.uuid(business)]).value(0, 0)
    }
    let workers = stores.map { store in
      let runner = runner(store) { _ in "Yes." }
      let workers = AgentWorkers(runner, threadCount: 6, share: 6) { _ in }
      let thread = Thread.spawn(name: "workers") { workers.run() }
      return (runner, workers, thread)
    }
    let failures = Failures()
    let customers = (0..<people).map { person in
      Thread.spawn(name: "person") {
        failures.catching {
          for burst in 0..<bursts {
            for line in 0..<(1 + (person + burst) % 3) {
              _ = try front.receive(
                InboundMessage(
                  businessID: business, channel: "api", identity: "p\(person)",
                  text: "\(burst).\(line) is it?", quietMilliseconds: 5 * line))
            }
            Thread.sleep(milliseconds: (person * 7 + burst * 13) % 30)
          }
        }
      }
    }
    for customer in customers { customer.join() }
    let waiting =
      "select count(*)::int from message_queue where business_id = $1 and status = 'queued'"
    for _ in 0..<600 where try count(waiting) > 0 { Thread.sleep(milliseconds: 20) }
    for (runner, workers, thread) in workers {
      workers.stop()
      thread.join()
      runner.close()
    }
    for store in stores { store.close() }
    #expect(failures.all == [])
    #expect(try count(waiting) == 0)
    // Two answers with no message between them would be two for one epoch.
    let doubled = """
      select count(*)::int from (
        select sender_type, lag(sender_type) over (
          partition by conversation_id order by epoch) as before
        from messages where business_id = $1) as m
      where sender_type = 'assistant' and before is distinct from 'user'
      """
    #expect(try count(doubled) == 0)
    let last = """
      select count(*)::int from (
        select distinct on (conversation_id) sender_type from messages where business_id = $1
        order by conversation_id, epoch desc) as m where sender_type <> 'assistant'
      """
    #expect(try count(last) == 0)
    #expect(
      try count("select count(*)::int from conversations where business_id = $1") == people)
  }
}

import Agent
import AgentService
import Platform
import Postgres
import Testing
import Truth

@Suite struct TurnTests {
  private static let step = StepRecord(
    step: .corrected,
    input: .object([("z", .number("1.50")), ("a", .string("nul \0 and \u{1F600}"))]),
    output: .object([("text", .string("é"))]),
    calls: [
      ModelCallRecord(
        purpose: "summary", model: "m", prompt: "user: \0", reply: "r",
        usage: ModelUsage(inputTokens: 10, cachedInputTokens: 2, outputTokens: 3),
        picodollars: 18_446_744_073_709_551_615, milliseconds: 12),
      ModelCallRecord(purpose: "p", model: "m", prompt: "", failure: "timeout"),
    ],
    microseconds: 1234)

  @Test func `a claim has all that a turn begins with, and nobody else gets it`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    for number in 0..<3 {
      let claim = try fixture.claimed("question \(number)")
      _ = try store.send(TurnOutcome("answer \(number)"), for: claim)
    }
    let receipt = try store.receive(fixture.inbound("one"))
    _ = try store.receive(fixture.inbound("two"))
    let user = receipt.conversation.userID
    let order = Order(
      id: .random(), number: "A-1042", status: "paid", amount: "129.00", currency: "EUR",
      lines: .array([.object([("name", .string("shoe")), ("quantity", .integer(1))])]),
      createdAt: 5_000_000)
    try store.put(order, of: user, business: fixture.business)
    let appointment = Appointment(
      id: .random(), service: "fitting", status: "booked", startsAt: 7_000_000)
    try store.put(appointment, of: user, business: fixture.business)

    let owner = UUID.random()
    let claim = try #require(
      try store.claim(conversation: receipt.key, owner: owner, leaseMilliseconds: 60_000))
    #expect(claim.input.burst.map(\.content) == ["one", "two"])
    #expect(
      claim.input.history.map(\.content) == (0..<3).flatMap { ["question \($0)", "answer \($0)"] })
    #expect(claim.input.customer.orders == [order])
    #expect(claim.input.customer.appointments == [appointment])
    #expect(claim.input.customer.firstName == "Anna")
    #expect(claim.input.conversation.epoch == 8 && claim.steps == [] && claim.attempt == 1)
    #expect(abs(claim.input.now - Clock.wallMicroseconds) < 60_000_000)
    #expect(try store.claim(conversation: receipt.key, owner: owner, leaseMilliseconds: 1) == nil)
    #expect(!(try store.dueConversations(limit: 1000).contains(receipt.key)))
    #expect(try store.renew(claim, leaseMilliseconds: 60_000))
    try store.release(claim)
    #expect(try store.dueConversations(limit: 1000).contains(receipt.key))
    #expect(!(try store.renew(claim, leaseMilliseconds: 60_000)))
  }

  @Test func `a turn whose owner is gone is gone on with, step by step`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let first = try fixture.claimed(lease: 1)
    #expect(try store.record([Self.step], of: first))
    Thread.sleep(milliseconds: 5)
    #expect(try store.dueConversations(limit: 1000).contains(first.key))
    let second = try #require(
      try store.claim(conversation: first.key, owner: .random(), leaseMilliseconds: 60_000))
    #expect(second.input.turnID == first.input.turnID && second.attempt == 2)
    #expect(second.steps == [Self.step])
    // The first one wakes up: it may say the same, once.
    var other = Self.step
    other.output = .object([])
    #expect(try store.record([other], of: first))
    let answer = try store.send(TurnOutcome("first"), for: first)
    #expect(answer.message?.content == "first")
    #expect(try store.send(TurnOutcome("second"), for: second) == answer)
    #expect(!(try store.record([Self.step], of: second)))
    let trace = try #require(
      try store.trace(turn: first.input.turnID, business: fixture.business))
    #expect(trace.steps == [Self.step] && trace.answer == answer.message)
    #expect(trace.turn.status == .sent && trace.turn.attempts == 2)
  }

  @Test func `a message in the middle of a turn supersedes it`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let claim = try fixture.claimed("I want shoes")
    #expect(try store.record([Self.step], of: claim))
    _ = try store.receive(fixture.inbound("red ones"))
    var later = Self.step
    later.step = .staged
    #expect(!(try store.record([later], of: claim)))
    var outcome = TurnOutcome("here are shoes")
    outcome.events = [TurnEvent("stage_selected")]
    #expect(try store.send(outcome, for: claim) == .superseded)
    #expect(
      try store.messages(of: claim.key).map(\.message.content) == ["I want shoes", "red ones"])
    #expect(try store.events(business: fixture.business).isEmpty)
    #expect(try store.interactions(business: fixture.business).isEmpty)
    // It is due at once: the claim has ended.
    let next = try #require(
      try store.claim(conversation: claim.key, owner: .random(), leaseMilliseconds: 1000))
    #expect(next.input.turnID != claim.input.turnID && next.steps == [])
    #expect(next.input.burst.map(\.content) == ["I want shoes", "red ones"])
    // A turn that died in the middle is superseded by the claim itself.
    _ = try store.receive(fixture.inbound("size 43"))
    try store.release(next)
    let last = try #require(
      try store.claim(conversation: claim.key, owner: .random(), leaseMilliseconds: 1000))
    #expect(try store.send(TurnOutcome("late"), for: next) == .superseded)
    #expect(try store.send(TurnOutcome("red, 43"), for: last).message?.content == "red, 43")
    #expect(
      try store.turns(of: claim.key).map(\.status) == [.sent, .superseded, .superseded])
  }

  @Test func `an answer is stored with all that belongs to it`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let setup = try store.replace(fixture.setup())
    let claim = try fixture.claimed("shoes, pleese")
    #expect(try store.record([Self.step], of: claim))
    var outcome = TurnOutcome("Here. [1]")
    outcome.citations = [
      Citation(
        number: 1, entryID: .random(), collection: "products", externalID: "S-1", title: "Shoe")
    ]
    outcome.answeredInStageID = setup.stages[1].id
    outcome.nextStageID = setup.stages[0].id
    outcome.language = "de"
    outcome.intents = ["buy", "ask"]
    outcome.confidence = 0.75
    outcome.messageType = "question"
    outcome.model = "extractive"
    outcome.usage = ModelUsage(inputTokens: 5, outputTokens: 6, reasoningTokens: 1)
    outcome.picodollars = 1_234_567
    outcome.suggestion = Suggestion(
      id: .random(), collection: "products", name: "Socks", reason: "They go with it.")
    outcome.corrections = [.init(original: "pleese", replacement: "please", confidence: 0.5)]
    outcome.events = [TurnEvent("stage_selected", .object([("stage", .string("order"))]))]
    outcome.memory.currentTopic = "shoes"
    outcome.memory.pendingAction = "choose a size"
    outcome.memory.extractedEntities = .object([("z", .number("1.0")), ("a", .null)])
    outcome.memory.lastProductViewed = .random()
    outcome.memory.summary = ConversationSummary(
      overview: "o", keyPoints: ["k"], decisions: ["d"], pendingItems: ["p"], nextSteps: ["n"],
      sentiment: .positive, confidenceScore: 0.5)
    outcome.memory.summarizedMessages = 3
    outcome.memory.keyFacts = [KeyFact(text: "size 43", messageID: .random(), learnedAt: 9)]
    outcome.memory.lowConfidenceCount = 1
    outcome.memory.expiresAt = 1_700_000_000_000_000

    let message = try #require(try store.send(outcome, for: claim).message)
    #expect(message.sender == .assistant && message.epoch == 2)
    let record = try #require(try store.conversation(claim.key))
    #expect(record.conversation.stageID == setup.stages[0].id)
    #expect(record.conversation.language == "de" && record.conversation.epoch == 2)
    #expect(record.dueAt == nil && record.handoff == nil)
    #expect(try store.memory(of: claim.key) == outcome.memory)
    let trace = try #require(
      try store.trace(turn: claim.input.turnID, business: fixture.business))
    #expect(trace.burst.map(\.content) == ["shoes, pleese"] && trace.answer == message)
    #expect(trace.turn.status == .sent && trace.turn.finishedAt != nil)
    let seen = try #require(trace.interaction)
    #expect(seen.customerMessage == "shoes, pleese" && seen.agentResponse == "Here. [1]")
    #expect(seen.citations == outcome.citations && seen.suggestion == outcome.suggestion)
    #expect(seen.corrections == outcome.corrections && seen.detectedIntents == ["buy", "ask"])
    #expect(seen.tokenUsage == outcome.usage && seen.picodollars == 1_234_567)
    #expect(seen.stepLatencies == ["corrected": 1234] && seen.confidenceScore == 0.75)
    #expect(seen.stageID == setup.stages[1].id && seen.messageType == "question")
    #expect(seen.handoff == nil && seen.modelUsed == "extractive")
    let event = try #require(try store.events(business: fixture.business).first)
    #expect(event.type == "stage_selected" && event.conversationID == claim.key.conversationID)
    #expect(event.userID == claim.input.customer.id && event.details["stage"]?.string == "order")
    let second = try fixture.claimed("and now")
    #expect(second.input.memory == outcome.memory)
    #expect(second.input.conversation.stageID == setup.stages[0].id)
  }

  @Test func `an answer does not fail for what a model made of it`() throws {
    let fixture = try Fixture()
    let claim = try fixture.claimed()
    let long = String(repeating: "é\0", count: 150_000)
    var outcome = TurnOutcome(long)
    outcome.nextStageID = .random()
    outcome.agentID = .random()
    outcome.language = long
    outcome.intents = Array(repeating: long, count: 60)
    outcome.confidence = .nan
    outcome.messageType = ""
    outcome.model = long
    outcome.picodollars = .max
    outcome.memory.currentTopic = long
    outcome.memory.extractedEntities = .string(long)
    outcome.memory.keyFacts = (0..<60).map { KeyFact(text: "\($0)\0\(long)") }
    outcome.memory.lowConfidenceCount = -1
    outcome.handoff = Handoff(.failure, long)
    outcome.events = [TurnEvent("", .null), TurnEvent(long, .object([("x", .string(long))]))]
    let message = try #require(try fixture.store.send(outcome, for: claim).message)
    #expect(message.content.utf8.count == AgentLimits.messageByteCount)
    #expect(!message.content.utf8.contains(0))
    let memory = try fixture.store.memory(of: claim.key)
    #expect(memory.keyFacts.count == 50 && memory.keyFacts.last?.text.hasPrefix("59é") == true)
    #expect(memory.extractedEntities == .object([]))
    #expect(try fixture.store.conversation(claim.key)?.conversation.status == .handedOff)
    let again = try fixture.claimed("x", from: "b")
    var step = Self.step
    step.output = .object([("x", .string(String(repeating: "x", count: 17 << 20)))])
    #expect(
      refusedField { () throws(TruthError) in _ = try fixture.store.record([step], of: again) }
        == "output")
  }

  @Test func `long queues are answered in parts, and long histories are cut`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    var key: ConversationKey?
    for number in 0..<AgentLimits.burstCount + 3 {
      key = try store.receive(fixture.inbound("\(number)")).key
    }
    let conversation = try #require(key)
    let first = try #require(
      try store.claim(conversation: conversation, owner: .random(), leaseMilliseconds: 1000))
    #expect(first.input.burst.count == AgentLimits.burstCount)
    #expect(try store.send(TurnOutcome("a"), for: first).message != nil)
    let second = try #require(
      try store.claim(conversation: conversation, owner: .random(), leaseMilliseconds: 1000))
    #expect(second.input.burst.map(\.content) == ["100", "101", "102"])
    #expect(second.input.history.count == AgentLimits.burstCount)
    #expect(try store.send(TurnOutcome("b"), for: second).message != nil)
    #expect(
      try store.claim(conversation: conversation, owner: .random(), leaseMilliseconds: 1) == nil)
  }

  @Test func `a turn that cannot be answered is handed off with its reason`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let claim = try fixture.claimed()
    let sent = try store.fail(claim, reason: "the model is away", reply: "A colleague will answer.")
    #expect(sent.message?.content == "A colleague will answer.")
    let record = try #require(try store.conversation(claim.key))
    #expect(record.conversation.status == .handedOff)
    #expect(record.handoff?.category == "failure")
    #expect(record.handoff?.reason == "the model is away")
    let trace = try #require(
      try store.trace(turn: claim.input.turnID, business: fixture.business))
    #expect(trace.turn.status == .handedOff && trace.turn.failure == "the model is away")
    #expect(try store.events(business: fixture.business, type: "error").count == 1)
    // Its words still leave, though the conversation is no longer the agent's.
    let delivery = try store.nextDelivery(
      of: claim.key, owner: .random(), leaseMilliseconds: 1000)
    #expect(delivery?.message.content == "A colleague will answer.")
    // What comes now is kept for the person.
    let more = try store.receive(fixture.inbound("hello?"))
    #expect(!more.isQueued && more.conversation.status == .handedOff)
    #expect(try store.conversation(claim.key)?.dueAt == nil)
  }

  @Test func `old traces go, and what turns came to stays`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    for number in 0..<3 {
      let claim = try fixture.claimed("\(number)")
      _ = try store.record([Self.step], of: claim)
      var outcome = TurnOutcome("a")
      outcome.events = [TurnEvent("error")]
      _ = try store.send(outcome, for: claim)
    }
    let running = try fixture.claimed("running")
    let now = Clock.wallMicroseconds + 60_000_000
    #expect(try store.prune(olderThan: now - 3_600_000_000, business: fixture.business) == 0)
    #expect(try store.prune(olderThan: now, business: fixture.business, limit: 2) == 4)
    #expect(try store.prune(olderThan: now, business: fixture.business) == 2)
    #expect(try store.prune(olderThan: now, business: fixture.business) == 0)
    #expect(try store.turns(of: running.key).map(\.status) == [.running])
    #expect(try store.interactions(business: fixture.business).count == 3)
    #expect(try fixture.count("select count(*) from turn_steps where business_id = $1") == 0)
    #expect(try store.send(TurnOutcome("late"), for: running).message != nil)
  }
}

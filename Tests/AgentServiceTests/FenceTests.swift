import Agent
import AgentService
import Platform
import Postgres
import Synchronization
import Testing
import Truth

/// What a person did, by the epoch that it made.
private struct PersonsAct: Sendable {
  enum Kind: Sendable { case took, gaveBack }
  var conversation: UUID
  var epoch: Int64
  var kind: Kind
}

/// Customers, two owners and people at random on one database, and what must hold afterwards.
private final class FenceRun: Sendable {
  private static let conversationCount = 24
  let fixture: Fixture
  private let acts = Mutex<[PersonsAct]>([])
  private let keys = Mutex<Set<ConversationKey>>([])
  let failures = Failures()
  let sent = Mutex(0)
  let lost = Mutex(0)

  init() throws { fixture = try Fixture() }

  /// Runs `operationCount` random operations on each of several threads.
  func run(threadCount: Int, operationCount: Int, seed: UInt64) {
    let owners = [UUID.random(), UUID.random()]
    let threads = (0..<threadCount).map { number in
      Thread.spawn(name: "fence-\(number)") {
        self.failures.catching {
          var random = SeededGenerator(seed: seed &+ UInt64(number))
          for _ in 0..<operationCount {
            try self.step(owner: owners[number % 2], &random)
          }
        }
      }
    }
    for thread in threads { thread.join() }
  }

  private func step(owner: UUID, _ random: inout SeededGenerator) throws {
    let store = fixture.store
    let identity = "c\(Int.random(in: 0..<Self.conversationCount, using: &random))"
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<8:
      let receipt = try store.receive(fixture.inbound("m", from: identity))
      _ = keys.withLock { $0.insert(receipt.key) }
    case 8..<16: try answer(owner, &random)
    default:
      guard let key = keys.withLock({ $0.randomElement(using: &random) }) else { return }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: note(try store.takeOver(key, by: "Bea")?.epoch, key, .took)
      case 1: note(try store.humanReply("h", to: key, by: "Bea")?.epoch, key, .took)
      default: note(try store.giveBack(key)?.epoch, key, .gaveBack)
      }
    }
  }

  private func note(_ epoch: Int64?, _ key: ConversationKey, _ kind: PersonsAct.Kind) {
    guard let epoch else { return }
    acts.withLock {
      $0.append(PersonsAct(conversation: key.conversationID, epoch: epoch, kind: kind))
    }
  }

  /// Claims something due and sends, fails, gives back, or dies with the claim in its hands.
  private func answer(_ owner: UUID, _ random: inout SeededGenerator) throws {
    let store = fixture.store
    let due = try store.dueConversations(limit: 100).filter { $0.businessID == fixture.business }
    guard let key = due.randomElement(using: &random) else { return }
    let lease = Int.random(in: 1...3, using: &random)
    guard
      let claim = try store.claim(conversation: key, owner: owner, leaseMilliseconds: lease)
    else { return }
    let step = StepRecord(step: .received, input: .object([]), output: .object([]))
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return
    case 1: return try store.release(claim)
    case 2: _ = try store.record([step], of: claim)
    case 3:
      // Long enough to lose the lease to somebody else.
      Thread.sleep(milliseconds: 5)
    default: break
    }
    var outcome = TurnOutcome("answer to \(claim.input.burst.count)")
    if Int.random(in: 0..<12, using: &random) == 0 { outcome.handoff = Handoff(.topic, "t") }
    switch try store.send(outcome, for: claim) {
    case .sent: sent.withLock { $0 += 1 }
    case .superseded: lost.withLock { $0 += 1 }
    }
  }

  /// Answers all that is left.
  func finish() throws {
    let store = fixture.store
    while true {
      // Leases of the dead run out.
      Thread.sleep(milliseconds: 5)
      let left = try store.conversations(business: fixture.business, limit: 1000)
        .filter { $0.dueAt != nil }
      if left.isEmpty { return }
      for record in left {
        let key = ConversationKey(
          businessID: fixture.business, conversationID: record.conversation.id)
        if let claim = try store.claim(
          conversation: key, owner: .random(), leaseMilliseconds: 1000)
        {
          _ = try store.send(TurnOutcome("last"), for: claim)
        }
      }
    }
  }

  /// What does not hold, each in a sentence.
  func findings() throws -> [String] {
    var findings: [String] = []
    for (what, sql) in Self.rules where try fixture.count(sql) > 0 { findings.append(what) }
    // An answer between a takeover and the return after it.
    var connection = try fixture.connect()
    let rows = try connection.query(
      """
      select conversation_id, epoch from messages
      where business_id = $1 and sender_type = 'assistant'
      """, [.uuid(fixture.business)])
    let acts = Dictionary(grouping: acts.withLock { $0 }, by: \.conversation)
    for row in 0..<rows.count {
      let epoch = try rows.value(row, 1, as: Int64.self)
      let before = acts[try rows.value(row, 0)]?.filter { $0.epoch < epoch }
      if before?.max(by: { $0.epoch < $1.epoch })?.kind == .took {
        findings.append("the agent spoke after a person took over")
      }
    }
    return findings
  }

  /// Queries that count what must not be; `$1` is the business.
  private static let rules = [
    (
      "two answers for one epoch",
      """
      select count(*) from (select 1 from turns
        where business_id = $1 and status in ('sent', 'handed_off') and message_id is not null
        group by conversation_id, epoch having count(*) > 1) as x
      """
    ),
    (
      "an answer whose turn had seen another epoch than the one before it",
      """
      select count(*) from turns t join messages m using (business_id, message_id)
      where t.business_id = $1 and m.epoch <> t.epoch + 1
      """
    ),
    (
      "an answer without a turn",
      """
      select count(*) from messages m where m.business_id = $1 and m.sender_type = 'assistant'
        and not exists (select from turns t where t.business_id = m.business_id
          and t.message_id = m.message_id)
      """
    ),
    (
      "a message that nobody answers",
      "select count(*) from message_queue where business_id = $1 and status = 'queued'"
    ),
    (
      "a message that was answered before it came",
      """
      select count(*) from message_queue q join messages a on a.business_id = q.business_id
        and a.message_id = q.answer_id
      where q.business_id = $1
        and (a.epoch <= q.queue_position or a.conversation_id <> q.conversation_id)
      """
    ),
    (
      "a message that counts as answered without an answer",
      """
      select count(*) from message_queue
      where business_id = $1 and status = 'processed' and answer_id is null
      """
    ),
    (
      "an answer that is not in the outbox",
      """
      select count(*) from messages m where m.business_id = $1 and m.sender_type <> 'user'
        and not exists (select from outbox o where o.business_id = m.business_id
          and o.conversation_id = m.conversation_id and o.position = m.epoch)
      """
    ),
    (
      "a turn that runs for ever",
      "select count(*) from turns where business_id = $1 and status = 'running'"
    ),
  ]
}

@Suite struct FenceTests {
  @Test
  func `customers, two owners and people at random: one answer an epoch, none after a person`()
    throws
  {
    let run = try FenceRun()
    let seed = UInt64.random(in: 0...UInt64.max)
    run.run(threadCount: 6, operationCount: 350, seed: seed)
    #expect(run.failures.all == [], "seed \(seed)")
    try run.finish()
    #expect(try run.findings() == [], "seed \(seed)")
    #expect(run.sent.withLock { $0 } > 50)
    // Races were lost, or the test has tried nothing.
    #expect(run.lost.withLock { $0 } > 0)
  }

  @Test func `the check finds an answer past the fence`() throws {
    let run = try FenceRun()
    run.run(threadCount: 2, operationCount: 60, seed: 7)
    try run.finish()
    let claim = try run.fixture.claimed("one", from: "new")
    _ = try run.fixture.store.send(TurnOutcome("answer"), for: claim)
    #expect(run.failures.all == [])
    #expect(try run.findings() == [])
    var connection = try run.fixture.connect()
    // What a store without a fence would leave behind.
    try connection.query(
      """
      with moved as (update conversations set epoch = epoch + 1
        where business_id = $1 and conversation_id = $2 returning epoch),
      said as (insert into messages (business_id, conversation_id, epoch, sender_type,
          message_content, channel)
        select $1, $2, epoch, 'assistant', 'twice', 'api' from moved returning message_id)
      insert into turns (business_id, turn_id, conversation_id, epoch, burst_start, burst_end,
        status, message_id, finished_at)
      select $1, gen_random_uuid(), $2, 1, 1, 1, 'sent', message_id, now() from said
      """, [.uuid(run.fixture.business), .uuid(claim.key.conversationID)])
    let findings = try run.findings()
    #expect(findings.contains("two answers for one epoch"))
    #expect(findings.contains { $0.hasPrefix("an answer whose turn had seen") })
    #expect(findings.contains("an answer that is not in the outbox"))
  }
}

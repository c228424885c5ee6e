import Agent
import AgentService
import Platform
import Postgres
import Testing
import TestSupport
import Truth

/// A business whose every table holds a canary.
private struct Canary {
  let fixture: Fixture
  let claim: Claim
  let delivery: Delivery
  let order: UUID
  let appointment: UUID
  let event: UUID
  var key: ConversationKey { claim.key }
  var user: UUID { claim.input.customer.id }

  init() throws {
    fixture = try Fixture()
    let store = fixture.store
    _ = try store.replace(fixture.setup())
    let answered = try fixture.claimed("canary")
    _ = try store.record(
      [StepRecord(step: .received, input: .object([]), output: .object([]))], of: answered)
    var outcome = TurnOutcome("canary")
    outcome.memory.currentTopic = "canary"
    outcome.events = [TurnEvent("canary")]
    _ = try store.send(outcome, for: answered)
    let delivery = try #require(
      try store.nextDelivery(of: answered.key, owner: .random(), leaseMilliseconds: 600_000))
    self.delivery = delivery
    claim = try fixture.claimed("canary again")
    let order = Order(
      id: .random(), number: "canary", status: "paid", amount: "", currency: "",
      lines: .array([]), createdAt: 0)
    self.order = order.id
    try store.put(order, of: claim.input.customer.id, business: fixture.business)
    let appointment = Appointment(
      id: .random(), service: "canary", status: "booked", startsAt: 1)
    self.appointment = appointment.id
    try store.put(appointment, of: claim.input.customer.id, business: fixture.business)
    event = try #require(try store.events(business: fixture.business).first).id
  }

  /// All rows of the business, as text.
  func snapshot() throws -> [String] {
    var connection = try fixture.connect()
    var rows: [String] = []
    for table in TenantTests.tables {
      let found = try connection.query(
        "select t::text from \(table) t where business_id = $1 order by 1",
        [.uuid(fixture.business)])
      for row in 0..<found.count { rows.append(try table + found.value(row, 0, as: String.self)) }
    }
    return rows
  }
}

@Suite struct TenantTests {
  static let tables = [
    "users", "user_identities", "agent_configurations", "agents", "templates", "stages",
    "conversations", "messages", "conversation_contexts", "message_queue", "turns", "turn_steps",
    "outbox", "agent_interactions", "events", "orders", "appointments",
  ]

  @Test func `ids of another business are unknown to every method, and change nothing`() throws {
    let theirs = try Canary()
    let mine = try Fixture()
    let (store, business) = (mine.store, mine.business)
    let before = try theirs.snapshot()
    #expect(before.count > 20)
    let key = ConversationKey(businessID: business, conversationID: theirs.key.conversationID)
    var input = theirs.claim.input
    input.conversation.businessID = business
    var claim = theirs.claim
    claim.input = input
    var delivery = theirs.delivery
    delivery.key = key

    #expect(
      try store.claim(
        conversation: key, owner: .random(), leaseMilliseconds: 1, evenIfNotDue: true) == nil)
    #expect(!(try store.renew(claim, leaseMilliseconds: 1)))
    try store.release(claim)
    let step = StepRecord(step: .corrected, input: .object([]), output: .object([]))
    #expect(!(try store.record([step], of: claim)))
    #expect(try store.send(TurnOutcome("mine"), for: claim) == .superseded)
    #expect(try store.fail(claim, reason: "mine") == .superseded)
    #expect(try store.takeOver(key, by: "eve") == nil)
    #expect(try store.humanReply("x", to: key, by: "eve") == nil)
    #expect(try store.giveBack(key) == nil && store.pause(key) == nil)
    #expect(try store.complete(key) == nil)
    #expect(try store.handOff(key, Handoff(.topic, "x")) == nil)
    #expect(try store.nextDelivery(of: key, owner: .random(), leaseMilliseconds: 1) == nil)
    #expect(try !store.delivered(delivery) && !store.deliveryUnknown(delivery, reason: "x"))
    #expect(try !store.deliveryRefused(delivery, reason: "x", retryAfterMilliseconds: 0))
    #expect(try store.conversation(key) == nil && store.messages(of: key).isEmpty)
    #expect(try store.memory(of: key) == Memory() && store.turns(of: key).isEmpty)
    #expect(try store.trace(turn: theirs.claim.input.turnID, business: business) == nil)
    #expect(
      try store.interactions(business: business, conversation: key.conversationID).isEmpty)
    #expect(try store.conversations(business: business, user: theirs.user).isEmpty)
    #expect(try store.events(business: business, conversation: key.conversationID).isEmpty)
    #expect(try store.prune(olderThan: Int64.max / 2, business: business) == 0)
    #expect(try store.user(theirs.user, business: business) == nil)
    #expect(
      try store.user(UserIdentity(channel: "api", identity: "anna"), business: business) == nil)
    #expect(try store.updateUser(theirs.user, UserDraft(), business: business) == nil)
    #expect(try !store.deleteUser(theirs.user, business: business))
    let web = UserIdentity(channel: "web", identity: "eve")
    #expect(try store.addIdentity(web, to: theirs.user, business: business) == nil)
    #expect(try store.order(theirs.order, business: business) == nil)
    #expect(try !store.deleteOrder(theirs.order, business: business))
    #expect(try store.orders(business: business, user: theirs.user).isEmpty)
    #expect(try store.appointment(theirs.appointment, business: business) == nil)
    #expect(try !store.deleteAppointment(theirs.appointment, business: business))
    #expect(try !store.deleteEvent(theirs.event, business: business))
    let order = Order(
      id: theirs.order, number: "x", status: "x", amount: "", currency: "", lines: .array([]),
      createdAt: 0)
    #expect(
      refusedField { () throws(TruthError) in
        try store.put(order, of: theirs.user, business: business)
      } == "user_id")
    #expect(
      refusedField { () throws(TruthError) in
        try store.record(
          EventRecord(type: "x", conversationID: key.conversationID), business: business)
      } == "event")
    // A set-up with their ids makes rows of mine.
    var setup = try store.setup(business: theirs.fixture.business)
    setup.business.id = business
    #expect(try store.replace(setup).stages.count == 2)
    // A message with their channel's id is another message.
    #expect(!(try store.receive(mine.inbound("x", id: "shared")).isDuplicate))
    #expect(try theirs.snapshot() == before)
    #expect(try store.setup(business: business).templates.map(\.name) == ["fallback", "select"])
  }

  @Test func `without a business, or with garbage for one, there are no rows and no errors`()
    throws
  {
    let theirs = try Canary()
    for setting in [
      nil, "", "garbage", "null", "' or true --", "\(theirs.fixture.business)x",
      UUID.zero.description, theirs.fixture.business.description,
    ] {
      var connection = try theirs.fixture.connect()
      try connection.query("set role \(Roles.agent)")
      if let setting {
        try connection.query("select set_config('app.business_id', $1, false)", [.text(setting)])
      }
      let isTheirs = setting == theirs.fixture.business.description
      for table in Self.tables + ["businesses"] {
        let count = try connection.query("select count(*) from \(table)").value(0, 0, as: Int.self)
        // The control: with the right business each table has rows.
        #expect((count > 0) == isTheirs, "\(table) with \(setting ?? "nothing")")
        if isTheirs || table == "businesses" { continue }
        let deleted = try connection.query("delete from \(table)").affectedCount
        #expect(deleted == 0)
      }
      for sql in [
        "select * from knowledge_entries", "select * from knowledge_api_keys",
        "update businesses set business_name = 'x'", "truncate messages cascade",
        "insert into agents (business_id, agent_name) values ('\(UUID.random())', 'x')",
      ] {
        #expect(throws: PostgresError.self) { try connection.query(sql) }
      }
    }
  }

  @Test func `the dispatcher sees keys of what is due and nothing else`() throws {
    let theirs = try Canary()
    try theirs.fixture.store.release(theirs.claim)
    #expect(try theirs.fixture.store.dueConversations(limit: 1000).contains(theirs.key))
    #expect(try theirs.fixture.store.dueConversations(limit: 0).isEmpty)
    let quiet = try Canary()
    _ = try quiet.fixture.store.takeOver(quiet.key, by: "Bea")
    var connection = try theirs.fixture.connect()
    try connection.query("set role \(Roles.dispatcher)")
    let seen = try connection.query(
      "select count(*) from conversations where conversation_id = any($1)",
      [.uuidArray([theirs.key.conversationID, quiet.key.conversationID])])
    #expect(try seen.value(0, 0, as: Int.self) == 1)
    let refused =
      Self.tables.filter { $0 != "conversations" && $0 != "outbox" }.map {
        "select * from \($0)"
      } + [
        "select session_id from conversations", "select identity from conversations",
        "select failure from outbox", "update conversations set due_at = null",
        "delete from outbox", "select * from businesses",
      ]
    for sql in refused {
      let error = #expect(throws: PostgresError.self) { try connection.query(sql) }
      #expect(error?.code == .permissionDenied, "\(sql)")
    }
  }

  @Test func `a business goes with all that is its own`() throws {
    let theirs = try Canary()
    var connection = try theirs.fixture.connect()
    try connection.query(
      "delete from businesses where business_id = $1", [.uuid(theirs.fixture.business)])
    #expect(try theirs.snapshot() == [])
    #expect(
      try theirs.fixture.store.claim(
        conversation: theirs.key, owner: .random(), leaseMilliseconds: 1) == nil)
  }
}

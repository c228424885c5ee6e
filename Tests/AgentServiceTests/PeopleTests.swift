import Agent
import AgentService
import Platform
import Postgres
import Testing
import Truth

@Suite struct PeopleTests {
  @Test func `after a takeover the agent says nothing until it is given back`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let answered = try fixture.claimed("first")
    _ = try store.send(TurnOutcome("not delivered yet"), for: answered)
    let claim = try fixture.claimed("second")
    let taken = try #require(try store.takeOver(claim.key, by: "Bea"))
    #expect(taken.status == .handedOff && taken.epoch == 4)
    #expect(try store.send(TurnOutcome("too late"), for: claim) == .superseded)
    #expect(try store.fail(claim, reason: "too late") == .superseded)
    #expect(
      try store.nextDelivery(of: claim.key, owner: .random(), leaseMilliseconds: 1000) == nil)
    #expect(
      try store.messages(of: claim.key).map(\.delivery) == [nil, .cancelled, nil])
    #expect(try store.conversation(claim.key)?.takenBy == "Bea")
    #expect(!(try store.receive(fixture.inbound("third")).isQueued))
    #expect(
      try store.claim(
        conversation: claim.key, owner: .random(), leaseMilliseconds: 1, evenIfNotDue: true) == nil)
    let reply = try #require(try store.humanReply("I am Bea.", to: claim.key, by: "Bea"))
    #expect(reply.sender == .human && reply.epoch == 6)
    let delivery = try #require(
      try store.nextDelivery(of: claim.key, owner: .random(), leaseMilliseconds: 1000))
    #expect(delivery.message == reply && delivery.identity == "anna" && delivery.channel == "api")
    #expect(try store.messages(of: claim.key).last?.senderName == "Bea")

    #expect(try store.giveBack(claim.key)?.status == .active)
    #expect(try store.giveBack(claim.key) == nil)
    let again = try store.receive(fixture.inbound("fourth"))
    let next = try #require(
      try store.claim(conversation: again.key, owner: .random(), leaseMilliseconds: 1000))
    #expect(next.input.burst.map(\.content) == ["fourth"])
    #expect(
      next.input.history.map(\.content)
        == ["first", "not delivered yet", "second", "third", "I am Bea."])
    #expect(
      try store.events(business: fixture.business, conversation: claim.key.conversationID)
        .map(\.type) == ["given_back", "human_replied", "taken_over"])
  }

  @Test func `a reply of a person takes over, and low confidence is forgotten at the return`()
    throws
  {
    let fixture = try Fixture()
    let store = fixture.store
    let first = try fixture.claimed("1")
    var outcome = TurnOutcome("not sure")
    outcome.memory.lowConfidenceCount = 2
    outcome.memory.currentTopic = "shoes"
    outcome.handoff = Handoff(.repeatedLowConfidence, "twice")
    _ = try store.send(outcome, for: first)
    _ = try store.humanReply("hello", to: first.key, by: "Bea")
    let record = try #require(try store.conversation(first.key))
    #expect(record.handoff?.category == "repeated_low_confidence" && record.takenBy == "Bea")
    _ = try store.giveBack(first.key)
    let after = try #require(try store.conversation(first.key))
    #expect(after.handoff == nil && after.takenBy == nil)
    let memory = try store.memory(of: first.key)
    #expect(memory.lowConfidenceCount == 0 && memory.currentTopic == "shoes")
    let second = try fixture.claimed("2")
    _ = try store.humanReply("I know", to: second.key, by: "Bea")
    #expect(try store.send(outcome, for: second) == .superseded)
  }

  @Test func `a pause, an end and a handoff without a turn`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let claim = try fixture.claimed("1")
    #expect(try store.pause(claim.key)?.status == .paused)
    #expect(try store.pause(claim.key) == nil)
    #expect(try store.send(TurnOutcome("late"), for: claim) == .superseded)
    #expect(!(try store.receive(fixture.inbound("2")).isQueued))
    let handed = try store.handOff(claim.key, Handoff(.topic, "legal action"))
    #expect(handed?.status == .handedOff)
    #expect(try store.handOff(claim.key, Handoff(.topic, "again")) == nil)
    #expect(try store.conversation(claim.key)?.handoff?.reason == "legal action")
    #expect(try store.complete(claim.key)?.status == .completed)
    #expect(try store.complete(claim.key) == nil)
    #expect(try store.takeOver(claim.key, by: "Bea") == nil)
    #expect(try store.humanReply("x", to: claim.key, by: "Bea") == nil)
    for (text, person, field) in [("", "b", "message"), ("x", "", "by"), ("x\0", "b", "message")] {
      let refused = refusedField { () throws(TruthError) in
        _ = try store.humanReply(text, to: claim.key, by: person)
      }
      #expect(refused == field)
    }
  }

  @Test func `conversations are listed newest first by what is asked for`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let receipts = try ["a", "b", "c"].map { try store.receive(fixture.inbound($0, from: $0)) }
    _ = try store.takeOver(receipts[0].key, by: "Bea")
    let business = fixture.business
    let ids = { (records: [ConversationRecord]) in records.map(\.conversation.id) }
    let all = receipts.map(\.conversation.id)
    #expect(ids(try store.conversations(business: business)) == [all[0], all[2], all[1]])
    #expect(ids(try store.conversations(business: business, offset: 1, limit: 1)) == [all[2]])
    #expect(ids(try store.conversations(business: business, status: .handedOff)) == [all[0]])
    #expect(
      ids(
        try store.conversations(
          business: business, status: .active, user: receipts[1].conversation.userID,
          channel: "api")) == [all[1]])
    #expect(try store.conversations(business: business, channel: "web").isEmpty)
    #expect(try store.conversations(business: business, limit: -1).isEmpty)
    for number in 0..<4 { _ = try store.receive(fixture.inbound("\(number)", from: "b")) }
    let key = receipts[1].key
    #expect(try store.messages(of: key, limit: 2).map(\.message.content) == ["2", "3"])
    #expect(
      try store.messages(of: key, before: 4, limit: 2).map(\.message.content) == ["0", "1"])
  }

  // MARK: The outbox

  @Test func `messages leave in order, one at a time`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let owner = UUID.random()
    for text in ["1", "2"] {
      _ = try store.send(TurnOutcome("answer \(text)"), for: try fixture.claimed(text))
    }
    let key = try #require(try store.conversations(business: fixture.business).first).conversation
    let conversation = ConversationKey(businessID: key.businessID, conversationID: key.id)
    let next = { () throws(TruthError) in
      try store.nextDelivery(of: conversation, owner: owner, leaseMilliseconds: 60_000)
    }
    #expect(try store.dueDeliveries(limit: 1000).contains(conversation))
    let first = try #require(try next())
    #expect(first.message.content == "answer 1" && first.attempt == 1)
    #expect(try next() == nil)
    #expect(!(try store.dueDeliveries(limit: 1000).contains(conversation)))
    // Refused for a while: the next one waits behind it.
    #expect(try store.deliveryRefused(first, reason: "429", retryAfterMilliseconds: 60_000))
    #expect(try next() == nil)
    #expect(!(try store.dueDeliveries(limit: 1000).contains(conversation)))
    var connection = try fixture.connect()
    try connection.query(
      "update outbox set due_at = now() where business_id = $1 and status = 'pending'",
      [.uuid(fixture.business)])
    let again = try #require(try next())
    #expect(again.message == first.message && again.attempt == 2)
    #expect(!(try store.delivered(first)))
    #expect(try store.delivered(again, channelMessageID: "wamid"))
    #expect(!(try store.delivered(again)))
    let second = try #require(try next())
    #expect(second.message.content == "answer 2")
    #expect(try store.delivered(second))
    #expect(try next() == nil)
    #expect(try store.messages(of: conversation).compactMap(\.delivery) == [.sent, .sent])
  }

  @Test func `what nobody knows the outcome of is never sent again, and a person comes`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    for isToldUnknown in [true, false] {
      let identity = "\(isToldUnknown)"
      let claim = try fixture.claimed("1", from: identity)
      _ = try store.send(TurnOutcome("perhaps"), for: claim)
      _ = try store.send(TurnOutcome("behind"), for: try fixture.claimed("2", from: identity))
      let delivery = try #require(
        try store.nextDelivery(of: claim.key, owner: .random(), leaseMilliseconds: 1))
      if isToldUnknown {
        #expect(try store.deliveryUnknown(delivery, reason: "connection reset"))
      } else {
        Thread.sleep(milliseconds: 5)
        #expect(try store.dueDeliveries(limit: 1000).contains(claim.key))
      }
      #expect(
        try store.nextDelivery(of: claim.key, owner: .random(), leaseMilliseconds: 1000) == nil)
      #expect(!(try store.delivered(delivery)))
      let record = try #require(try store.conversation(claim.key))
      #expect(record.conversation.status == .handedOff)
      #expect(record.handoff?.category == "unknown_delivery")
      #expect(
        try store.messages(of: claim.key).compactMap(\.delivery) == [.unknown, .cancelled])
      // A person's words leave all the same.
      _ = try store.humanReply("sorry", to: claim.key, by: "Bea")
      let next = try store.nextDelivery(of: claim.key, owner: .random(), leaseMilliseconds: 1000)
      #expect(next?.message.content == "sorry")
    }
  }

  @Test func `a goodbye leaves, unless a person has come before`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let claim = try fixture.claimed("1")
    _ = try store.send(TurnOutcome("normal"), for: claim)
    let last = try fixture.claimed("2")
    _ = try store.fail(last, reason: "r", reply: "goodbye")
    for words in ["normal", "goodbye"] {
      let delivery = try #require(
        try store.nextDelivery(of: claim.key, owner: .random(), leaseMilliseconds: 1000))
      #expect(delivery.message.content == words)
      #expect(try store.delivered(delivery))
    }
    let other = try fixture.claimed("1", from: "b")
    _ = try store.fail(other, reason: "r", reply: "goodbye")
    _ = try store.takeOver(other.key, by: "Bea")
    #expect(
      try store.nextDelivery(of: other.key, owner: .random(), leaseMilliseconds: 1000) == nil)
  }
}

import Agent
import AgentService
import Platform
import Postgres
import Synchronization
import Testing
import Truth

@Suite struct ReceiveTests {
  @Test func `a first message makes customer, conversation, message and queue`() throws {
    let fixture = try Fixture()
    let receipt = try fixture.store.receive(fixture.inbound("hello", id: "m1"))
    #expect(receipt.isQueued && !receipt.isDuplicate && receipt.answer == nil)
    #expect(receipt.conversation.epoch == 1 && receipt.message.epoch == 1)
    #expect(receipt.message.content == "hello" && receipt.message.sender == .user)
    #expect(receipt.conversation.channel == "api" && receipt.conversation.status == .active)
    let user = try fixture.store.user(
      UserIdentity(channel: "api", identity: "anna"), business: fixture.business)
    #expect(user?.id == receipt.conversation.userID && user?.draft.firstName == "Anna")
    #expect(try fixture.store.dueConversations(limit: 1000).contains(receipt.key))

    let second = try fixture.store.receive(fixture.inbound("again"))
    #expect(second.conversation.id == receipt.conversation.id)
    #expect(second.conversation.epoch == 2)
    // Another session, another person and another channel are other conversations.
    var other = fixture.inbound("x")
    other.sessionID = "2"
    #expect(try fixture.store.receive(other).conversation.id != receipt.conversation.id)
    let stranger = try fixture.store.receive(fixture.inbound("x", from: "bert"))
    #expect(stranger.conversation.userID != receipt.conversation.userID)
    other.channel = "web"
    #expect(try fixture.store.receive(other).conversation.userID != receipt.conversation.userID)
  }

  @Test func `a burst waits until the customer is quiet, but not for ever`() throws {
    let fixture = try Fixture()
    let receipt = try fixture.store.receive(fixture.inbound("1", quiet: 60_000))
    let owner = UUID.random()
    #expect(
      try fixture.store.claim(
        conversation: receipt.key, owner: owner, leaseMilliseconds: 1000) == nil)
    let first = try #require(try fixture.store.conversation(receipt.key)?.dueAt)
    Thread.sleep(milliseconds: 5)
    _ = try fixture.store.receive(fixture.inbound("2", quiet: 60_000))
    let second = try #require(try fixture.store.conversation(receipt.key)?.dueAt)
    #expect(second > first)
    #expect(!(try fixture.store.dueConversations(limit: 1000).contains(receipt.key)))
    var patient = fixture.inbound("3", quiet: 1000)
    patient.longestWaitMilliseconds = 1000
    _ = try fixture.store.receive(patient)
    let third = try #require(try fixture.store.conversation(receipt.key)?.dueAt)
    #expect(third < first)
    let claim = try #require(
      try fixture.store.claim(
        conversation: receipt.key, owner: owner, leaseMilliseconds: 1000, evenIfNotDue: true))
    #expect(claim.input.burst.map(\.content) == ["1", "2", "3"])
    #expect(claim.input.message == "1\n2\n3")
  }

  @Test func `a message that comes fifty times at once is stored once`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let message = fixture.inbound("only once", id: "wamid.1")
    let failures = Failures()
    let receipts = Mutex<[Receipt]>([])
    let threads = (0..<50).map { _ in
      Thread.spawn(name: "duplicate") {
        failures.catching {
          let receipt = try store.receive(message)
          receipts.withLock { $0.append(receipt) }
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(failures.all == [])
    let all = receipts.withLock { $0 }
    #expect(all.count == 50 && all.count { !$0.isDuplicate } == 1)
    #expect(Set(all.map(\.message.id)).count == 1)
    #expect(try store.conversation(all[0].key)?.conversation.epoch == 1)
    #expect(try fixture.count("select count(*) from messages where business_id = $1") == 1)
    #expect(try fixture.count("select count(*) from users where business_id = $1") == 1)

    let claim = try #require(
      try store.claim(conversation: all[0].key, owner: .random(), leaseMilliseconds: 1000))
    #expect(try store.receive(message).answer == nil)
    let sent = try store.send(TurnOutcome("the answer"), for: claim)
    let again = try store.receive(message)
    #expect(again.isDuplicate && !again.isQueued && again.answer == sent.message)
    #expect(try store.conversation(all[0].key)?.conversation.epoch == 2)
    // After the conversation is over, too: nothing begins anew.
    _ = try store.complete(all[0].key)
    #expect(try store.receive(message).answer == sent.message)
    // The same id from somebody else is refused, and tells nothing.
    let foreign = fixture.inbound("only once", from: "eve", id: "wamid.1")
    #expect(
      refusedField { () throws(TruthError) in _ = try store.receive(foreign) }
        == "channel_message_id")
  }

  @Test func `first messages of one customer at once make one customer`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let failures = Failures()
    let threads = (0..<12).map { number in
      Thread.spawn(name: "first") {
        failures.catching { _ = try store.receive(fixture.inbound("\(number)", id: "\(number)")) }
      }
    }
    for thread in threads { thread.join() }
    #expect(failures.all == [])
    #expect(try fixture.count("select count(*) from users where business_id = $1") == 1)
    #expect(try fixture.count("select count(*) from conversations where business_id = $1") == 1)
    #expect(try fixture.count("select max(epoch) from conversations where business_id = $1") == 12)
  }

  @Test func `a completed conversation is followed by another`() throws {
    let fixture = try Fixture()
    let first = try fixture.store.receive(fixture.inbound("1"))
    #expect(try fixture.store.complete(first.key)?.status == .completed)
    let second = try fixture.store.receive(fixture.inbound("2"))
    #expect(second.conversation.id != first.conversation.id)
    #expect(second.conversation.userID == first.conversation.userID)
    #expect(second.conversation.epoch == 1)
  }

  @Test func `bad messages are refused by their field, and nothing is stored`() throws {
    let fixture = try Fixture()
    let cases: [(String, (inout InboundMessage) -> Void)] = [
      ("message", { $0.text = "" }),
      ("message", { $0.text = "a\0b" }),
      ("message", { $0.text = String(repeating: "x", count: 1 << 20) }),
      ("channel", { $0.channel = "What's up" }),
      ("channel", { $0.channel = "" }),
      ("identity", { $0.identity = "" }),
      ("identity", { $0.identity = String(repeating: "x", count: 401) }),
      ("session_id", { $0.sessionID = "\0" }),
      ("channel_message_id", { $0.channelMessageID = "" }),
      ("first_name", { $0.firstName = String(repeating: "x", count: 401) }),
      ("quiet_milliseconds", { $0.quietMilliseconds = -1 }),
      ("longest_wait_milliseconds", { $0.longestWaitMilliseconds = .max }),
      ("unknown business", { $0.businessID = .random() }),
    ]
    for (field, change) in cases {
      var message = fixture.inbound("hello")
      change(&message)
      let refused = refusedField { () throws(TruthError) in _ = try fixture.store.receive(message) }
      #expect(refused == field)
    }
    #expect(try fixture.count("select count(*) from users where business_id = $1") == 0)
    let largest = String(repeating: "\u{1F600}", count: AgentLimits.messageByteCount / 4)
    #expect(try fixture.store.receive(fixture.inbound(largest)).message.content == largest)
  }
}

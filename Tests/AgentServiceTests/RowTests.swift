import Agent
import AgentService
import Platform
import Postgres
import Testing
import Truth

@Suite struct RowTests {
  @Test func `people are created, found, changed and deleted with all that is theirs`() throws {
    let fixture = try Fixture()
    let (store, business) = (fixture.store, fixture.business)
    let phone = UserIdentity(channel: "whatsapp", identity: "+49 170 1")
    let draft = UserDraft(
      firstName: "Ada", lastName: "L", email: "Ada@example.com", username: "ada", role: .admin)
    let ada = try store.createUser(draft, identities: [phone], business: business)
    #expect(ada.draft == draft && ada.identities == [phone])
    #expect(try store.user(ada.id, business: business) == ada)
    #expect(try store.user(phone, business: business) == ada)
    #expect(
      try store.user(UserIdentity(channel: "x\0", identity: "y"), business: business) == nil)
    var message = fixture.inbound("hello", from: phone.identity)
    message.channel = phone.channel
    let receipt = try store.receive(message)
    #expect(receipt.conversation.userID == ada.id)
    #expect(try store.users(business: business) == [ada])
    #expect(try store.users(business: business, after: ada.id).isEmpty)

    var changed = draft
    changed.firstName = "Augusta"
    changed.username = nil
    #expect(try store.updateUser(ada.id, changed, business: business)?.draft == changed)
    #expect(try store.updateUser(.random(), UserDraft(), business: business) == nil)
    let web = UserIdentity(channel: "web", identity: "s1")
    #expect(try store.addIdentity(web, to: ada.id, business: business)?.identities == [web, phone])
    #expect(
      try store.addIdentity(
        UserIdentity(channel: "web", identity: "s2"), to: .random(), business: business) == nil)

    let cases: [(String, UserDraft, [UserIdentity])] = [
      ("email", UserDraft(email: "ADA@EXAMPLE.COM"), []),
      ("email", UserDraft(email: "nobody"), []),
      ("email", UserDraft(email: "@@\0@"), []),
      ("first_name", UserDraft(firstName: String(repeating: "x", count: 401)), []),
      ("username", UserDraft(username: ""), []),
      ("identity", UserDraft(), [phone]),
      ("channel", UserDraft(), [UserIdentity(channel: "A", identity: "x")]),
      ("identities", UserDraft(), Array(repeating: phone, count: 21)),
    ]
    for (field, draft, identities) in cases {
      let refused = refusedField { () throws(TruthError) in
        _ = try store.createUser(draft, identities: identities, business: business)
      }
      #expect(refused == field)
    }
    _ = try store.createUser(UserDraft(username: "bob"), business: business)
    #expect(
      refusedField { () throws(TruthError) in
        _ = try store.updateUser(ada.id, UserDraft(username: "bob"), business: business)
      } == "username")
    #expect(
      refusedField { () throws(TruthError) in
        _ = try store.createUser(UserDraft(), business: .random())
      } == "unknown business")
    // Another business may have somebody of the same name.
    _ = try store.createUser(draft, identities: [phone], business: try Fixture().business)

    try store.put(order(), of: ada.id, business: business)
    #expect(try store.deleteUser(ada.id, business: business))
    #expect(!(try store.deleteUser(ada.id, business: business)))
    for table in ["user_identities", "conversations", "messages", "message_queue", "orders"] {
      #expect(try fixture.count("select count(*) from \(table) where business_id = $1") == 0)
    }
  }

  private func order(number: String = "A-1", amount: String = "129.00") -> Order {
    Order(
      id: .random(), number: number, status: "paid", amount: amount, currency: "EUR",
      lines: .array([]), createdAt: 1_000_000)
  }

  @Test func `orders are stored, changed, listed newest first and deleted`() throws {
    let fixture = try Fixture()
    let (store, business) = (fixture.store, fixture.business)
    let users = try (0..<2).map { _ in
      try store.createUser(UserDraft(), business: business).id
    }
    var first = order()
    try store.put(first, of: users[0], business: business)
    first.status = "shipped"
    first.amount = "-0.5"
    try store.put(first, of: users[0], business: business)
    #expect(try store.order(first.id, business: business)?.row == first)
    var second = order(number: "", amount: "")
    second.createdAt = 2_000_000
    try store.put(second, of: users[1], business: business)
    var third = order(number: "", amount: "99999999999999.9999")
    third.createdAt = 0
    try store.put(third, of: users[1], business: business)
    #expect(try store.orders(business: business).map(\.row.id) == [third.id, second.id, first.id])
    #expect(try store.orders(business: business, user: users[0]).map(\.row) == [first])
    #expect(
      try store.orders(business: business, offset: 1, limit: 1).map(\.userID) == [users[1]])
    #expect(try store.deleteOrder(second.id, business: business))
    #expect(!(try store.deleteOrder(second.id, business: business)))
    #expect(try store.order(second.id, business: business) == nil)
    let cases: [(String, (inout Order) -> Void)] = [
      ("order_number", { $0.number = "A-1" }), ("status", { $0.status = "" }),
      ("amount", { $0.amount = "1e9" }), ("amount", { $0.amount = "NaN" }),
      ("amount", { $0.amount = "1." }), ("amount", { $0.amount = "1.00001" }),
      ("amount", { $0.amount = "-" }), ("amount", { $0.amount = "100000000000000" }),
      ("currency", { $0.currency = "eur" }), ("lines", { $0.lines = .object([]) }),
    ]
    for (field, change) in cases {
      var bad = order(number: "")
      change(&bad)
      let refused = refusedField { () throws(TruthError) in
        try store.put(bad, of: users[0], business: business)
      }
      #expect(refused == field)
    }
    #expect(
      refusedField { () throws(TruthError) in
        try store.put(order(number: ""), of: .random(), business: business)
      } == "user_id")
  }

  @Test func `appointments are stored, changed, listed latest first and deleted`() throws {
    let fixture = try Fixture()
    let (store, business) = (fixture.store, fixture.business)
    let user = try store.createUser(UserDraft(), business: business).id
    var first = Appointment(id: .random(), service: "cut", status: "booked", startsAt: 1_000_000)
    try store.put(first, of: user, business: business)
    first.endsAt = 2_000_000
    try store.put(first, of: user, business: business)
    let second = Appointment(id: .random(), service: "dye", status: "booked", startsAt: 3_000_000)
    try store.put(second, of: user, business: business)
    #expect(try store.appointment(first.id, business: business)?.row == first)
    #expect(try store.appointments(business: business).map(\.row) == [second, first])
    #expect(try store.appointments(business: business, user: .random()).isEmpty)
    var bad = second
    bad.endsAt = 0
    #expect(
      refusedField { () throws(TruthError) in try store.put(bad, of: user, business: business) }
        == "ends_at")
    #expect(try store.deleteAppointment(first.id, business: business))
    #expect(try store.appointment(first.id, business: business) == nil)
  }

  @Test func `events are kept, listed newest first by what is asked for, and deleted`() throws {
    let fixture = try Fixture()
    let (store, business) = (fixture.store, fixture.business)
    let conversation = try store.receive(fixture.inbound("x")).conversation
    var click = EventRecord(
      type: "button_clicked", details: .object([("z", .number("1.0")), ("a", .null)]),
      userID: conversation.userID, conversationID: conversation.id, timestamp: 5_000_000)
    try store.record(click, business: business)
    let error = EventRecord(type: "error")
    try store.record(error, business: business)
    click.type = "changed"
    try store.record(click, business: business)
    click.type = "button_clicked"
    #expect(try store.events(business: business).map(\.id) == [error.id, click.id])
    #expect(try store.events(business: business, type: "button_clicked") == [click])
    #expect(try store.events(business: business, conversation: conversation.id) == [click])
    #expect(try store.events(business: business, offset: 1, limit: 5) == [click])
    #expect(try store.events(business: business, type: "a\0").isEmpty)
    let cases: [(String, EventRecord)] = [
      ("type", EventRecord(type: "")), ("details", EventRecord(type: "x", details: .null)),
      ("event", EventRecord(type: "x", userID: .random())),
      ("event", EventRecord(type: "x", conversationID: .random())),
    ]
    for (field, event) in cases {
      let refused = refusedField { () throws(TruthError) in
        try store.record(event, business: business)
      }
      #expect(refused == field)
    }
    #expect(try store.deleteEvent(click.id, business: business))
    #expect(!(try store.deleteEvent(click.id, business: business)))
  }
}

import Platform
import Testing

@testable import Agent

@Suite struct ContextBuilderTests {
  private func item(_ name: String, words: Int, relevance: Double? = nil) -> ContextItem {
    ContextItem(
      name: name, text: ([name] + [String](repeating: "word", count: words)).joined(separator: " "),
      relevance: relevance)
  }

  @Test func `sections are filled by priority, each item whole, within both budgets`() {
    var random = SeededGenerator(seed: 9)
    for _ in 0..<100 {
      let sections = (0..<4).map { number in
        ContextSection(
          source: "s\(number)", priority: Int.random(in: 0...3, using: &random),
          tokenBudget: Int.random(in: 0...120, using: &random),
          items: (0..<6).map {
            item("i\(number)\($0)", words: Int.random(in: 0...40, using: &random))
          })
      }
      let builder = ContextBuilder(tokenBudget: Int.random(in: 0...250, using: &random))
      let built = builder.build(sections)
      #expect(built.tokens <= builder.tokenBudget)
      for (section, given) in zip(built.sections, sections) {
        #expect(section.tokens <= given.tokenBudget)
        #expect(TokenCounter.estimate.count(section.text) <= section.tokens)
        for item in section.items { #expect(given.items.contains(item)) }
      }
      // Every item is either there or in the record, never both.
      let taken = built.sections.flatMap(\.items).map(\.name)
      #expect((taken + built.leftOut.map(\.name)).sorted() == sections.flatMap(\.items).map(\.name))
    }
  }

  @Test func `what has the higher priority is there when not all fits`() {
    let low = ContextSection(
      source: "low", priority: 1, tokenBudget: 100, items: [item("a", words: 20)])
    let high = ContextSection(
      source: "high", priority: 2, tokenBudget: 100, items: [item("b", words: 20)])
    let built = ContextBuilder(tokenBudget: 30).build([low, high])
    #expect(built["high"]?.items.map(\.name) == ["b"])
    #expect(built["low"]?.items.isEmpty == true)
    #expect(built.leftOut.map(\.reason) == [.promptBudget])
    #expect(built.sections.map(\.source) == ["low", "high"])
  }

  @Test func `each reason to leave something out is recorded`() {
    let same = item("same", words: 1)
    let section = ContextSection(
      source: "s", priority: 1, tokenBudget: 40,
      items: [
        same, same, item("weak", words: 1, relevance: 0.1), item("big", words: 60),
        item("small", words: 2, relevance: 0.9),
      ], threshold: 0.3)
    let built = ContextBuilder(tokenBudget: 1000).build([section])
    #expect(built["s"]?.items.map(\.name) == ["same", "small"])
    #expect(built.leftOut.map(\.reason) == [.duplicate, .belowThreshold, .sectionBudget])
    let left = built.json["left_out"]?.array ?? []
    #expect(left.compactMap { $0["reason"]?.string }.count == 3)
    #expect(left.last?["item"]?.string == "big")
    #expect((left.last?["tokens"]?.int ?? 0) > 40)
  }

  @Test func `the newest of the history is kept, without holes, and shown oldest first`() {
    let messages = (0..<30).map { number in
      Message(
        id: UUID(high: 1, low: UInt64(number)), sender: number % 2 == 0 ? .user : .assistant,
        content: number == 25
          ? String(repeating: "long ", count: 300) : "message number \(number)")
    }
    let built = ContextBuilder(tokenBudget: 10_000).build([.history(messages, tokenBudget: 100)])
    #expect(
      built.text("history").split(separator: "\n").map(String.init) == [
        "Customer: message number 26", "Agent: message number 27", "Customer: message number 28",
        "Agent: message number 29",
      ])
    #expect(built.leftOut.count == 26)
    #expect(built.leftOut.first?.reason == .sectionBudget)
    #expect(built.leftOut.dropFirst().allSatisfy { $0.reason == .cutBefore })
  }

  @Test func `hits carry numbers, names and facts, and can be cited`() {
    let returns = KnowledgeHit(
      id: UUID(high: 2, low: 1), externalID: "RET-001", title: "How long?", content: "60 days.",
      relevance: 0.9)
    let boot = KnowledgeHit(
      id: UUID(high: 2, low: 2), collection: "products", externalID: "BT-101", title: "Kilbride",
      content: "A boot.",
      metadata: .object([
        ("price", .number("219.0")), ("currency", .string("EUR")), ("stock", .integer(34)),
      ]), relevance: 0.8)
    let built = ContextBuilder(tokenBudget: 1000).build([
      .knowledge([returns], tokenBudget: 300),
      .catalogue([boot], tokenBudget: 300, firstNumber: 2),
    ])
    #expect(built.text("knowledge") == "[1] How long? (RET-001)\n60 days.")
    #expect(built.text("catalog") == "[2] Kilbride (BT-101)\nPrice: 219.0 EUR\nStock: 34\nA boot.")
    #expect(built.citations.map(\.externalID) == ["RET-001", "BT-101"])
    #expect(built.sources.map(\.number) == [1, 2])
  }

  @Test func `orders and appointments read as a person would write them`() {
    let customer = Customer(
      id: .zero,
      orders: [
        Order(
          id: .zero, number: "A-1042", status: "shipped", amount: "129.00", currency: "EUR",
          lines: .array([
            .object([("name", .string("Burren W")), ("quantity", .integer(1))])
          ]), createdAt: 1_790_000_000_000_000)
      ],
      appointments: [
        Appointment(
          id: .zero, service: "Boot fitting", status: "booked", startsAt: 1_790_000_000_000_000)
      ])
    let built = ContextBuilder(tokenBudget: 500).build([.customer(customer, tokenBudget: 200)])
    #expect(
      built.text("customer") == """
        Order A-1042 of 2026-09-21: shipped, 129.00 EUR (1 × Burren W)
        Appointment: Boot fitting on 2026-09-21 at 14:13 UTC: booked
        """)
  }

  @Test func `days before 1970 and leap days are right`() {
    #expect("\(CalendarDay(microseconds: 0))" == "1970-01-01")
    #expect("\(CalendarDay(microseconds: -1))" == "1969-12-31")
    #expect("\(CalendarDay(microseconds: 951_782_400_000_000))" == "2000-02-29")
  }

  @Test func `a summary's open points come before its others`() {
    let summary = ConversationSummary(
      overview: "About boots.", keyPoints: ["size 43"], pendingItems: ["a refund"])
    let built = ContextBuilder(tokenBudget: 500).build([
      .summary(summary, tokenBudget: 200),
      .keyFacts([KeyFact(text: "one"), KeyFact(text: "two")], tokenBudget: 200),
    ])
    #expect(built.text("summary") == "About boots.\n- pending: a refund\n- point: size 43")
    #expect(built.text("key_facts") == "- one\n- two")
  }
}

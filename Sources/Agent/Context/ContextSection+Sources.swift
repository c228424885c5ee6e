import Platform

extension ContextSection {
  /// What was said, the newest kept first and shown oldest first, a message a line.
  ///
  /// - Parameters:
  ///   - messages: Oldest first.
  ///   - tokenBudget: Tokens at most.
  /// - Note: Like all sections here, its texts are cleaned: see ``DataFence``.
  public static func history(_ messages: [Message], tokenBudget: Int) -> ContextSection {
    let items = messages.reversed().map { message -> ContextItem in
      let name =
        switch message.sender {
        case .user: "Customer"
        case .assistant: "Agent"
        case .human: "Colleague"
        }
      return ContextItem(
        name: "message \(message.id)", text: "\(name): \(DataFence.cleaned(message.content))",
        key: "\(message.id)")
    }
    return ContextSection(
      source: "history", priority: 80, tokenBudget: tokenBudget, items: items, order: .reversed,
      stopsAtFirstCut: true)
  }

  /// The summary of what is no longer in the history.
  ///
  /// - Parameters:
  ///   - summary: Nil gives no item.
  ///   - tokenBudget: Tokens at most.
  public static func summary(_ summary: ConversationSummary?, tokenBudget: Int) -> ContextSection {
    var items: [ContextItem] = []
    if let summary {
      items.append(ContextItem(name: "overview", text: DataFence.cleaned(summary.overview)))
      let lists = [
        ("pending", summary.pendingItems), ("decision", summary.decisions),
        ("next", summary.nextSteps), ("point", summary.keyPoints),
      ]
      for (name, list) in lists {
        for (place, text) in list.enumerated() {
          items.append(
            ContextItem(name: "\(name) \(place + 1)", text: "- \(name): \(DataFence.line(text))"))
        }
      }
    }
    return ContextSection(
      source: "summary", priority: 60, tokenBudget: tokenBudget, items: items)
  }

  /// What search found, each with its number, title, own name and content.
  ///
  /// - Parameters:
  ///   - hits: Best first.
  ///   - tokenBudget: Tokens at most.
  ///   - firstNumber: The number of the first one's mark.
  ///   - threshold: Hits less relevant are left out; nil takes all.
  /// - Note: Numbers are given to hits by their place, so that one left out leaves a gap.
  public static func knowledge(
    _ hits: [KnowledgeHit], tokenBudget: Int, firstNumber: Int = 1, threshold: Double? = nil
  ) -> ContextSection {
    ContextSection(
      source: "knowledge", priority: 90, tokenBudget: tokenBudget,
      items: items(hits, firstNumber), threshold: threshold)
  }

  /// Products and services, each with its number, price, stock or availability.
  ///
  /// - Parameters:
  ///   - hits: Hits of `products` and `services`, best first.
  ///   - tokenBudget: Tokens at most.
  ///   - firstNumber: The number of the first one's mark: behind those of the knowledge.
  ///   - threshold: Hits less relevant are left out; nil takes all.
  public static func catalogue(
    _ hits: [KnowledgeHit], tokenBudget: Int, firstNumber: Int, threshold: Double? = nil
  ) -> ContextSection {
    ContextSection(
      source: "catalog", priority: 70, tokenBudget: tokenBudget, items: items(hits, firstNumber),
      threshold: threshold)
  }

  private static func items(_ hits: [KnowledgeHit], _ firstNumber: Int) -> [ContextItem] {
    hits.enumerated().map { place, hit in
      let number = firstNumber + place
      return ContextItem(
        name: hit.externalID.isEmpty ? "\(hit.id)" : hit.externalID, text: text(hit, number),
        citation: Citation(
          number: number, entryID: hit.id, collection: hit.collection,
          externalID: hit.externalID, title: hit.title),
        relevance: hit.relevance, key: "\(hit.collection) \(hit.id)")
    }
  }

  private static func text(_ hit: KnowledgeHit, _ number: Int) -> String {
    var head = "[\(number)]"
    if !hit.title.isEmpty { head += " \(DataFence.line(hit.title))" }
    if !hit.externalID.isEmpty { head += " (\(DataFence.line(hit.externalID)))" }
    let facts = CatalogueFacts(hit.metadata).lines
    return ([head] + facts + [DataFence.cleaned(hit.content)])
      .filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// What the customer ordered and booked, the newest first.
  ///
  /// - Parameters:
  ///   - customer: With the newest of each first.
  ///   - tokenBudget: Tokens at most.
  public static func customer(_ customer: Customer, tokenBudget: Int) -> ContextSection {
    let orders = customer.orders.map { order -> ContextItem in
      var text = "Order \(order.number.isEmpty ? "\(order.id)" : order.number)"
      text += " of \(CalendarDay(microseconds: order.createdAt)): \(order.status)"
      if !order.amount.isEmpty { text += ", \(order.amount) \(order.currency)" }
      let lines = (order.lines.array ?? []).compactMap { line -> String? in
        guard let name = line["name"]?.string else { return nil }
        let quantity = line["quantity"]?.numberText.map { "\($0) × " } ?? ""
        let price = line["price"]?.numberText ?? line["price"]?.string
        return quantity + name + (price.map { " at \($0)" } ?? "")
      }
      if !lines.isEmpty { text += " (\(lines.joined(separator: ", ")))" }
      return ContextItem(
        name: "order \(order.id)", text: DataFence.line(text), key: "order \(order.id)")
    }
    let appointments = customer.appointments.map { appointment in
      let time = CalendarDay.time(microseconds: appointment.startsAt)
      return ContextItem(
        name: "appointment \(appointment.id)",
        text: "Appointment: \(DataFence.line(appointment.service)) on "
          + "\(CalendarDay(microseconds: appointment.startsAt)) at \(time) UTC: "
          + DataFence.line(appointment.status),
        key: "appointment \(appointment.id)")
    }
    return ContextSection(
      source: "customer", priority: 75, tokenBudget: tokenBudget, items: orders + appointments)
  }

  /// What is known of the customer, the newest kept first and shown oldest first.
  ///
  /// - Parameters:
  ///   - facts: Oldest first.
  ///   - tokenBudget: Tokens at most.
  public static func keyFacts(_ facts: [KeyFact], tokenBudget: Int) -> ContextSection {
    let items = facts.enumerated().reversed().map {
      ContextItem(name: "fact \($0.offset + 1)", text: "- \(DataFence.line($0.element.text))")
    }
    return ContextSection(
      source: "key_facts", priority: 65, tokenBudget: tokenBudget, items: items, order: .reversed)
  }
}

/// Price, stock and availability of a product or service, out of its metadata.
struct CatalogueFacts {
  /// A line each, as far as they are there.
  let lines: [String]

  init(_ metadata: JSON) {
    func text(_ key: String) -> String? {
      guard let value = metadata[key] else { return nil }
      let text = value.string ?? value.numberText ?? value.bool.map { $0 ? "yes" : "no" }
      return text?.isEmpty == false ? text.map(DataFence.line) : nil
    }
    var lines: [String] = []
    if let price = text("price") {
      lines.append("Price: \(price)" + (text("currency").map { " \($0)" } ?? ""))
    }
    if let stock = text("stock") {
      lines.append(stock == "0" ? "Stock: 0 (out of stock)" : "Stock: \(stock)")
    }
    if let availability = text("availability") { lines.append("Availability: \(availability)") }
    self.lines = lines
  }
}

/// A day of the Gregorian calendar.
struct CalendarDay: Equatable, Hashable, CustomStringConvertible {
  var year: Int
  /// 1...12.
  var month: Int
  /// 1...31.
  var day: Int

  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day in UTC.
  ///
  /// - Parameter microseconds: Since 1970.
  /// - Source: Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
  init(microseconds: Int64) {
    let seconds = microseconds / 1_000_000 - (microseconds % 1_000_000 < 0 ? 1 : 0)
    let days = Int(seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0))
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let inEra = shifted - era * 146_097
    let yearOfEra = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
    let inYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * inYear + 2) / 153
    day = inYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// `2026-11-22`.
  var description: String { "\(year)-\(Self.two(month))-\(Self.two(day))" }

  /// The time of the day in UTC, `03:14`.
  static func time(microseconds: Int64) -> String {
    let minutes = ((microseconds / 60_000_000) % 1440 + 1440) % 1440
    return "\(two(Int(minutes / 60))):\(two(Int(minutes % 60)))"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

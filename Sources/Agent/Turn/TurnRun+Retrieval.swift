import Platform

/// What the answer may rest on.
extension TurnRun {
  private static let searchLimit = 4
  private static let knowledgeLimit = 20
  private static let catalogueLimit = 8
  private static let questionConfidence = 0.4

  /// Knowledge by meaning and words, catalogue by names too, and what the stage asks for.
  mutating func retrievedStep() -> (JSON, any StepValue) {
    let queries = retrievalQueries()
    let about = JSON.object([("queries", .texts(queries))])
    guard handoff == nil else { return (about, RetrievedStep()) }
    var value = RetrievedStep()
    for query in queries { search(query, into: &value) }
    value.knowledge = Self.best(value.knowledge, Self.knowledgeLimit)
    value.catalogue = Self.best(value.catalogue, Self.catalogueLimit)
    // A question about names is beside the point where the knowledge answers.
    if value.knowledge.first?.relevance ?? 0 >= 0.35 { value.question = nil }
    readStageData(into: &value)
    if configuration.pipeline == .agent && configuration.enableProactiveSuggestions {
      value.suggestion = suggestion(beside: value.catalogue, &value.failures)
    }
    return (about, value)
  }

  /// One text for each request; those that say little by themselves get what was spoken of.
  private func retrievalQueries() -> [String] {
    let intents = (corrected?.intents ?? []).prefix(Self.searchLimit)
    return intents.map { intent in
      let words = intent.split(whereSeparator: \.isWhitespace)
      guard words.count <= 4, received?.isReturning == false, !memory.currentTopic.isEmpty else {
        return intent
      }
      return intent + " " + memory.currentTopic
    }
  }

  private func search(_ query: String, into value: inout RetrievedStep) {
    let business = conversation.businessID
    for collection in ["knowledge", "products", "services"] {
      do throws(KnowledgeError) {
        let isKnowledge = collection == "knowledge"
        var wanted = KnowledgeQuery(
          collection: collection, text: query,
          limit: isKnowledge ? Self.knowledgeLimit : Self.catalogueLimit, language: language)
        var answer = try knowledge.search(wanted, business: business)
        // The customer's own numbers stand in no entry, and weigh as the rarest of words.
        if answer.nothingRelevant, let bare = Self.withoutCodes(query) {
          wanted.text = bare
          answer = try knowledge.search(wanted, business: business)
        }
        if !answer.nothingRelevant { value.nothingRelevant = false }
        if isKnowledge {
          value.knowledge += answer.hits
        } else if !answer.nothingRelevant {
          value.catalogue += answer.hits
        }
      } catch { value.failures.append("\(collection): \(error.description)") }
    }
    do throws(KnowledgeError) {
      let match = try knowledge.match(query, business: business, limit: 5)
      // Names that are far from what was said are no choice to offer.
      if match.candidates.first?.confidence ?? 0 >= Self.questionConfidence {
        value.question = value.question ?? match.question
      }
      for candidate in match.candidates where candidate.confidence >= 0.5 {
        value.nothingRelevant = false
        guard let place = value.catalogue.firstIndex(where: { $0.id == candidate.id }) else {
          continue
        }
        value.catalogue[place].relevance = max(
          value.catalogue[place].relevance, candidate.confidence)
      }
    } catch { value.failures.append("names: \(error.description)") }
  }

  /// A text without its words with a digit; nil where there are none, or nothing else.
  static func withoutCodes(_ text: String) -> String? {
    let words = text.split(whereSeparator: \.isWhitespace)
    let rest = words.filter { !$0.contains(where: \.isNumber) }
    guard rest.count < words.count, rest.count >= 2 else { return nil }
    return rest.joined(separator: " ")
  }

  /// Each entry once, with its best relevance, best first; equal ones in the order they were found.
  private static func best(_ hits: [KnowledgeHit], _ limit: Int) -> [KnowledgeHit] {
    var places: [UUID: Int] = [:]
    var distinct: [KnowledgeHit] = []
    for hit in hits {
      if let place = places[hit.id] {
        distinct[place].relevance = max(distinct[place].relevance, hit.relevance)
      } else {
        places[hit.id] = distinct.count
        distinct.append(hit)
      }
    }
    let order = distinct.indices.sorted {
      (distinct[$1].relevance, $0) < (distinct[$0].relevance, $1)
    }
    return order.prefix(limit).map { distinct[$0] }
  }

  /// What the stage's own retrieval brings, as text.
  private func readStageData(into value: inout RetrievedStep) {
    guard let retrieval = stage?.retrieval else { return }
    switch retrieval.method {
    case .none, .promptUser: break
    case .databaseQuery:
      let limit = max(1, min(20, retrieval.config["limit"]?.int ?? 5))
      switch retrieval.config["source"]?.string {
      case "orders":
        value.data = input.customer.orders.prefix(limit).map(\.line).joined(separator: "\n")
      case "appointments":
        value.data = input.customer.appointments.prefix(limit).map(\.line)
          .joined(separator: "\n")
      case "products", "services": break  // They are in the catalogue's part of every answer.
      case let source:
        value.failures.append("the stage asks for \(source ?? "nothing"), which is no source")
      }
    case .apiCall:
      guard let fetcher, let template = retrieval.config["url"]?.string else {
        value.failures.append("no calls of addresses are allowed here")
        return
      }
      do {
        let data = extracted?.data ?? .null
        guard let address = try FetchAddress.fill(template, templateScope(), data: data) else {
          return  // What it asks with is not known yet.
        }
        value.data = try fetcher.fetch(address)
      } catch { value.failures.append("api_call: \(error)") }
    }
  }

  /// Whether one is bought instead of the other: `hiking boots` and `children's boots`.
  private static func isSameKind(_ left: KnowledgeHit, _ right: KnowledgeHit) -> Bool {
    func kind(_ hit: KnowledgeHit) -> String {
      String(hit.category.lowercased().split(whereSeparator: \.isWhitespace).last ?? "")
    }
    return left.id == right.id || kind(left) == kind(right)
  }

  /// What goes with the item that is spoken of: another kind of thing, to be had, and not bought
  /// already.
  private func suggestion(
    beside catalogue: [KnowledgeHit], _ failures: inout [String]
  ) -> Suggestion? {
    guard let main = catalogue.first, main.relevance >= 0.5 else { return nil }
    let bought = Set(
      input.customer.orders.flatMap { $0.lines.array ?? [] }.compactMap { $0["name"]?.string })
    do throws(KnowledgeError) {
      let found = try knowledge.search(
        KnowledgeQuery(
          collection: "products", text: main.title + " " + main.category, limit: 20,
          language: language), business: conversation.businessID)
      guard !found.nothingRelevant else { return nil }
      let fitting = found.hits.first {
        !Self.isSameKind($0, main) && !bought.contains($0.title) && $0.isAvailable
      }
      return fitting.map {
        Suggestion(
          id: $0.id, collection: $0.collection, name: $0.title,
          reason: Phrases.of(language).goesWith(main.title))
      }
    } catch {
      failures.append("suggestions: \(error.description)")
      return nil
    }
  }
}

extension KnowledgeHit {
  /// Whether it can be had: in stock, or not counted; available, or not said.
  var isAvailable: Bool {
    (metadata["stock"]?.int ?? 1) > 0 && (metadata["available"]?.bool ?? true)
  }
}

extension Order {
  /// The order in one line, for a prompt.
  var line: String {
    let items = (lines.array ?? []).compactMap { line -> String? in
      guard let name = line["name"]?.string else { return nil }
      return (line["quantity"]?.int).map { "\($0) × \(name)" } ?? name
    }
    let day = Clock.iso8601(microseconds: createdAt).prefix(10)
    let sum = amount.isEmpty ? "" : ", \(amount) \(currency)"
    return "Order \(number.isEmpty ? id.description : number) of \(day): \(status)\(sum)"
      + (items.isEmpty ? "" : " (\(items.joined(separator: ", ")))")
  }
}

extension Appointment {
  /// The appointment in one line, for a prompt.
  var line: String {
    let time = Clock.iso8601(microseconds: startsAt)
    return "\(service), \(time.prefix(10)) \(time.dropFirst(11).prefix(5)) UTC: \(status)"
  }
}

import Platform

/// An answer that quotes the business's own texts, and needs no model.
struct ExtractiveAnswer: Equatable {
  /// Paragraphs, one for each request, each with the mark of its source.
  var text: String
  /// The sources, by number.
  var citations: [Citation]
  /// How sure it is, 0...1: the relevance of what is quoted, on average over the requests.
  var confidence: Double

  /// Bytes of a quotation at most, whole sentences and list items.
  static let quotationByteLimit = 600
  /// What is less likely to answer is not quoted: without a model nobody reads it once more.
  static let leastRelevance = 0.2

  /// Makes an answer.
  ///
  /// - Parameters:
  ///   - question: The message.
  ///   - intents: What is wanted, most urgent first; empty for greetings and the like.
  ///   - hits: What was found in the knowledge, best first.
  ///   - nothingRelevant: Whether nothing that was found is good enough.
  ///   - catalogue: Products and services that were found, best first.
  ///   - language: BCP 47.
  static func compose(
    question: String, intents: [String], hits: [KnowledgeHit], nothingRelevant: Bool,
    catalogue: [KnowledgeHit], language: String, configuration: AgentConfiguration,
    business: Business
  ) -> ExtractiveAnswer {
    let phrases = Phrases.of(language)
    if intents.isEmpty {
      let text =
        switch SmallTalk.kind(of: question, language: language) {
        case .thanks: phrases.thanks
        case .goodbye: phrases.goodbye
        case .greeting, nil:
          phrases.greeting(agent: configuration.agentName, business: business.name)
        }
      return ExtractiveAnswer(text: text, citations: [], confidence: 0.9)
    }
    if nothingRelevant {
      return ExtractiveAnswer(text: phrases.nothingFound, citations: [], confidence: 0.1)
    }
    var writer = Quoting(language: language, sources: catalogue + hits)
    for intent in intents.prefix(3) { writer.answer(intent) }
    guard !writer.paragraphs.isEmpty else {
      return ExtractiveAnswer(text: phrases.nothingFound, citations: [], confidence: 0.1)
    }
    return ExtractiveAnswer(
      text: writer.paragraphs.joined(separator: "\n\n"), citations: writer.citations,
      confidence: writer.relevances.reduce(0, +) / Double(writer.relevances.count))
  }
}

/// Chooses what to quote.
private struct Quoting: ~Copyable {
  private let sources: [KnowledgeHit]
  private var stems: Stems
  private var quoted: Set<UUID> = []
  var paragraphs: [String] = []
  var citations: [Citation] = []
  var relevances: [Double] = []

  init(language: String, sources: [KnowledgeHit]) {
    self.sources = sources
    stems = Stems(language: language)
  }

  /// A paragraph for a request: of the source that has its words and is relevant.
  mutating func answer(_ intent: String) {
    let asked = stems.of(intent)
    var best: (hit: KnowledgeHit, score: Double)?
    for hit in sources where hit.relevance >= ExtractiveAnswer.leastRelevance {
      let about = stems.of(hit.title + "\n" + hit.content + "\n" + hit.externalID)
      let covered = Double(asked.intersection(about).count) / Double(max(1, asked.count))
      let score = hit.relevance * (0.1 + 0.9 * covered)
      if score > best?.score ?? 0 { best = (hit, score) }
    }
    guard let hit = best?.hit, quoted.insert(hit.id).inserted else { return }
    let number = citations.count + 1
    citations.append(
      Citation(
        number: number, entryID: hit.id, collection: hit.collection, externalID: hit.externalID,
        title: hit.title))
    relevances.append(hit.relevance)
    paragraphs.append(quotation(of: hit, asked) + " [\(number)]")
  }

  private mutating func quotation(of hit: KnowledgeHit, _ asked: Set<[UInt8]>) -> String {
    var text = passage(of: hit.content, asked)
    if hit.collection != "knowledge" {
      let price = hit.metadata["price"]?.numberText.map { price in
        " (\(price) \(hit.metadata["currency"]?.string ?? ""))".replacing(" )", with: ")")
      }
      text = hit.title + (price ?? "") + (text.isEmpty ? "" : ": " + text)
    }
    return text.isEmpty ? hit.title : text
  }

  /// The whole text where it is short, else the stretch of sentences that has most of the words.
  private mutating func passage(of content: String, _ asked: Set<[UInt8]>) -> String {
    let limit = ExtractiveAnswer.quotationByteLimit
    let bare = Self.trimmed(content)
    if bare.utf8.count <= limit { return bare }
    let parts = Self.parts(of: bare)
    var counts: [Int] = []
    for part in parts { counts.append(stems.of(part).intersection(asked).count) }
    var best = (start: 0, end: 1, score: -1.0)
    for start in parts.indices {
      var size = 0
      var score = 0.0
      for end in start..<parts.count {
        size += parts[end].utf8.count
        if size > limit && end > start { break }
        score += Double(counts[end])
        // Of equal stretches the one that begins first, and the longer one.
        if score > best.score || (score == best.score && start == best.start) {
          best = (start, end + 1, score)
        }
      }
    }
    var text = Self.trimmed(parts[best.start..<best.end].joined())
    while text.utf8.count > limit { text.removeLast() }
    return text
  }

  /// Sentences and lines, with the white space behind them.
  private static func parts(of text: String) -> [String] {
    var parts: [String] = []
    var gate = SentenceGate()
    _ = gate.take(text) { part in
      parts.append(part)
      return true
    }
    _ = gate.finish { part in
      parts.append(part)
      return true
    }
    return parts
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    while text.first?.isWhitespace == true { text.removeFirst() }
    return String(text)
  }
}

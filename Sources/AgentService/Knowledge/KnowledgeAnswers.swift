import Agent
import Platform
import RPC

// What the service says, in the agent's words.

extension KnowledgeAnswer {
  init(_ reply: HybridReply) {
    self.init(
      hits: reply.hits.compactMap(KnowledgeHit.init), nothingRelevant: reply.nothingRelevant)
  }
}

extension KnowledgeHit {
  /// Nil for a hit without an id, which no service sends.
  init?(_ hit: HybridHit) {
    guard let entry = hit.entry, let id = UUID(bytes: entry.id) else { return nil }
    self.init(
      id: id, collection: entry.collection, externalID: entry.externalID, title: entry.title,
      content: entry.content, category: entry.category, language: entry.language,
      metadata: Self.metadata(entry), relevance: hit.relevance.isFinite ? hit.relevance : 0)
  }

  /// An object; an empty one where the entry has none. The database holds nothing else.
  private static func metadata(_ entry: Entry) -> JSON {
    guard !entry.metadataJSON.isEmpty else { return .object([]) }
    do throws(JSONError) {
      let json = try JSON.parse(entry.metadataJSON)
      return json.object == nil ? .object([]) : json
    } catch { return .object([]) }
  }
}

extension CatalogueMatch {
  init(_ reply: MatchReply) {
    self.init(
      candidates: reply.candidates.compactMap(Candidate.init),
      question: reply.verdict == .ambiguous ? reply.question.flatMap(Self.words) : nil)
  }

  /// `There is no X210. Do you mean X200 or X220?`; nil where there is nothing to choose from, or
  /// where the service is only not sure: most messages name no product at all.
  static func words(of question: MatchQuestion) -> String? {
    guard question.reason == .code || question.reason == .similar else { return nil }
    // Two products of one name look the same to a customer.
    var labels: [String] = []
    for option in question.options where !labels.contains(option.label) && option.label != "" {
      labels.append(option.label)
    }
    guard let last = labels.last else { return nil }
    // Somebody's order number is no product's code: names without one are nothing to choose from.
    let hasCodes = question.options.contains { option in
      option.label.contains(where: \.isNumber)
    }
    if question.reason == .code && !hasCodes { return nil }
    let choice =
      labels.count == 1 ? last : labels.dropLast().joined(separator: ", ") + " or \(last)"
    let missing =
      question.reason == .code && !question.code.isEmpty ? "There is no \(question.code). " : ""
    return "\(missing)Do you mean \(choice)?"
  }
}

extension CatalogueMatch.Candidate {
  /// Nil for a candidate without an id, which no service sends.
  fileprivate init?(_ candidate: MatchCandidate) {
    guard let entry = candidate.entry, let id = UUID(bytes: entry.id) else { return nil }
    self.init(
      id: id, collection: entry.collection,
      name: entry.title.isEmpty ? candidate.name : entry.title, externalID: entry.externalID,
      confidence: candidate.confidence.isFinite ? candidate.confidence : 0)
  }
}

extension SpellingCorrections {
  /// - Parameter rest: What followed the text that was sent, which stays as it is.
  init(_ reply: SpellReply, rest: Substring.UTF8View) {
    self.init(
      text: reply.text + String(Substring(rest)), changes: reply.changes.map(Correction.init),
      questions: reply.questions.map(Correction.init), language: reply.language)
  }
}

extension SpellingCorrections.Correction {
  fileprivate init(_ correction: SpellingCorrection) {
    self.init(
      original: correction.original, replacement: correction.replacement,
      confidence: correction.confidence.isFinite ? correction.confidence : 0)
  }
}

extension String {
  /// The longest beginning of whole characters of at most so many bytes.
  func beginning(byteCount: Int) -> String {
    guard utf8.count > byteCount else { return self }
    var end = utf8.index(startIndex, offsetBy: byteCount)
    while end > startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
    return String(decoding: utf8[..<end], as: UTF8.self)
  }
}

import Platform

/// Why a model's summary is none.
public struct UnusableSummary: Error, Sendable, Equatable, CustomStringConvertible {
  /// In words.
  public let description: String
}

extension ConversationSummary {
  /// Items of a list, and bytes of an item, at most; what is beyond is left out or cut.
  private static let itemLimit = 20
  private static let byteLimit = 1_000

  /// Reads a model's answer, alone or within a code fence.
  ///
  /// - Throws: ``UnusableSummary``: then the history stays as it is.
  public init(_ answer: String) throws(UnusableSummary) {
    guard let open = answer.firstIndex(of: "{"), let close = answer.lastIndex(of: "}"),
      open < close, let json = try? JSON.parse(String(answer[open...close]))
    else { throw UnusableSummary(description: "the summary is no JSON object") }
    try self.init(json)
  }

  /// Reads an object as ``json`` writes it.
  ///
  /// - Throws: ``UnusableSummary``.
  public init(_ json: JSON) throws(UnusableSummary) {
    guard let overview = json["overview"]?.string, !overview.allSatisfy(\.isWhitespace) else {
      throw UnusableSummary(description: "the summary has no overview")
    }
    func list(_ key: String) throws(UnusableSummary) -> [String] {
      guard let value = json[key], !value.isNull else { return [] }
      guard let items = value.array else {
        throw UnusableSummary(description: "\(key) is no list")
      }
      return items.compactMap(\.string).filter { !$0.isEmpty }.prefix(Self.itemLimit)
        .map(Self.cut)
    }
    let sentiment = json["sentiment"]?.string?.lowercased() ?? "neutral"
    guard let feeling = Sentiment(rawValue: sentiment) else {
      throw UnusableSummary(description: "the sentiment is none of positive, neutral, negative")
    }
    self.init(
      overview: Self.cut(overview), keyPoints: try list("key_points"),
      decisions: try list("decisions"), pendingItems: try list("pending_items"),
      nextSteps: try list("next_steps"), sentiment: feeling,
      confidenceScore: min(1, max(0, json["confidence_score"]?.double ?? 0)))
  }

  private static func cut(_ text: String) -> String {
    var text = text
    while text.utf8.count > byteLimit { text.removeLast() }
    return text
  }
}

extension ConversationSummary {
  /// The members of ``json``.
  static let fieldNames = [
    "overview", "key_points", "decisions", "pending_items", "next_steps", "sentiment",
    "confidence_score",
  ]

  /// An object, as the summary's template asks for it.
  public var json: JSON {
    func list(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }
    let values: [JSON] = [
      .string(overview), list(keyPoints), list(decisions), list(pendingItems), list(nextSteps),
      .string(sentiment.rawValue), .double(confidenceScore) ?? .null,
    ]
    return .object(zip(Self.fieldNames, values).map { (key: $0, value: $1) })
  }
}

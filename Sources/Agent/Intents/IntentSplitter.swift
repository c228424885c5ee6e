/// Parts a message into the requests in it.
public enum IntentSplitter {
  /// How many requests there are at most.
  public static let limit = 5

  /// The requests of a message, most urgent first: emergencies, complaints, cancellations, payment,
  /// then the rest in the order of the message.
  ///
  /// Sentences, list items, lines and clauses such as `and can you…` are requests; a line that only
  /// goes on with the one before belongs to it. What asks for nothing (`My order is A-1042.`)
  /// belongs to the request after it, or else to the one before; a message that asks for nothing
  /// at all is one intent, and one that only greets, thanks and takes leave is none. Where there
  /// are more than five, the fifth and those after it are one, a line each. A language without a
  /// list of words (see ``SmallTalk``) is parted at its sentences only.
  ///
  /// - Parameters:
  ///   - text: The message, or the messages of a burst, a line each. What is beyond 16 KiB is left
  ///     out.
  ///   - language: BCP 47.
  /// - Returns: At most five, in the customer's words.
  /// - Complexity: O(bytes).
  public static func intents(in text: String, language: String) -> [String] {
    let lists = CustomerWords.of(language)
    let sentences = MessageSentences.sentences(of: text)
    let clauses = lists.map { MessageClauses($0).clauses(of: sentences) } ?? sentences
    return bounded(gathered(clauses.map { Piece($0, language: language, lists) }))
  }

  /// A sentence or clause, with what is known of it.
  struct Piece {
    var text: String
    /// Whether it asks for something.
    var isRequest: Bool
    /// 0 for an emergency up to 4 for a question like any other.
    var urgency: Int

    init(_ clause: MessageSentences.Sentence, language: String, _ lists: CustomerWords?) {
      text = clause.text
      urgency = 4
      isRequest = true
      guard let lists else { return }
      let words = MessageWords(text)
      let stems = MessageStems.stems(of: words.texts, language: language)
      urgency = lists.urgencies.firstIndex { $0.occurs(in: stems) } ?? 4
      isRequest =
        clause.start == .item || urgency < 4 || MessageClauses(lists).isRequest(words)
    }
  }

  /// The requests with what belongs to them, most urgent first.
  private static func gathered(_ pieces: [Piece]) -> [String] {
    var requests: [Piece] = []
    var waiting: [String] = []
    for piece in pieces {
      guard piece.isRequest else {
        waiting.append(piece.text)
        continue
      }
      var request = piece
      request.text = (waiting + [piece.text]).joined(separator: " ")
      waiting.removeAll()
      requests.append(request)
    }
    if !waiting.isEmpty {
      let rest = waiting.joined(separator: " ")
      guard !requests.isEmpty else { return [rest] }
      requests[requests.count - 1].text += " " + rest
    }
    return (0...4).flatMap { urgency in
      requests.filter { $0.urgency == urgency }.map(\.text)
    }
  }

  private static func bounded(_ intents: [String]) -> [String] {
    guard intents.count > limit else { return intents }
    return intents[..<(limit - 1)] + [intents[(limit - 1)...].joined(separator: "\n")]
  }
}

/// When a person takes over from the agent, as far as rules decide it.
public enum HandoffRules {
  /// Whether a message brings a person: its customer asks for one, or it names a topic that the
  /// business hands over.
  ///
  /// A request is recognized in English, German, French, Spanish, Italian, Dutch and Portuguese. A
  /// topic is found by the stems of its words, in their order, with at most one word between two.
  ///
  /// - Parameters:
  ///   - text: The message, or the messages of a burst, a line each.
  ///   - configuration: Its `handoffTopics` count, and its language for their stems.
  ///   - language: The conversation's, BCP 47.
  /// - Returns: Why, `requested` before `topic`; nil where the agent goes on.
  /// - Complexity: O(bytes) for each topic, of which at most 16 KiB are read.
  public static func handoff(
    for text: String, configuration: AgentConfiguration, language: String
  ) -> Handoff? {
    let message = MessageWords(text)
    if let lists = CustomerWords.of(language), PersonRequest.occurs(in: message, lists) {
      return Handoff(.requested, "The customer asks for a person.")
    }
    guard let topic = topic(of: message, configuration, language) else { return nil }
    return Handoff(.topic, "The message is about “\(topic)”, which is handed over.")
  }

  /// Whether an answer brings a person because it is the last of several that are not sure.
  ///
  /// - Parameters:
  ///   - confidence: Of the answer, 0...1.
  ///   - earlier: Answers below the threshold in a row before this one.
  ///   - configuration: Its `confidenceThreshold` and `lowConfidenceLimit` count.
  public static func handoff(
    confidence: Double, earlier: Int, configuration: AgentConfiguration
  ) -> Handoff? {
    // A confidence that is no number is none.
    let isSure = confidence >= configuration.confidenceThreshold
    let limit = max(1, configuration.lowConfidenceLimit)
    guard !isSure, earlier >= limit - 1 else { return nil }
    let reason =
      limit == 1
      ? "The answer is not sure enough." : "\(limit) answers in a row are not sure enough."
    return Handoff(.repeatedLowConfidence, reason)
  }

  /// The first of the configured topics that the message names.
  private static func topic(
    of message: MessageWords, _ configuration: AgentConfiguration, _ language: String
  ) -> String? {
    guard !configuration.handoffTopics.isEmpty else { return nil }
    var languages = [LanguageTag.primary(of: language)]
    let own = LanguageTag.primary(of: configuration.language)
    if !languages.contains(own) { languages.append(own) }
    let topics = configuration.handoffTopics.map { ($0, MessageWords($0).texts) }
    for language in languages {
      let stems = MessageStems.stems(of: message.texts, language: language)
      for (topic, words) in topics
      where occurs(MessageStems.stems(of: words, language: language), in: stems, message) {
        return topic
      }
    }
    return nil
  }

  /// Whether the stems of a topic stand in those of a message, in order, within one sentence.
  private static func occurs(
    _ topic: [String], in stems: [String], _ message: MessageWords
  ) -> Bool {
    guard let first = topic.first else { return false }
    return stems.indices.contains { start in
      guard stems[start] == first else { return false }
      var index = start
      for stem in topic.dropFirst() {
        // Of the two places where it may stand, the nearer one.
        guard
          let next = [index + 1, index + 2].first(where: {
            $0 < stems.count && stems[$0] == stem
              && ($0 == index + 1 || !message.words[index + 1].isUnspaced)
          }), !(index + 1...next).contains(where: { message.hasSign(sentenceEnds, before: $0) })
        else { return false }
        index = next
      }
      return true
    }
  }

  private static let sentenceEnds = Array(".!?;\n".utf8)
}

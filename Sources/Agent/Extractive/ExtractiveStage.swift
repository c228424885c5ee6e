/// Which stage fits a message, without a model.
enum ExtractiveStage {
  /// The stage whose name, description and examples have most of the message's words, those of its
  /// name twice.
  ///
  /// - Parameters:
  ///   - previous: The stage of the last answer; it stays where no other fits better.
  ///   - language: BCP 47.
  /// - Returns: The stage, and the part of the message's words that it has beyond what other
  ///   stages have, 0...1.
  static func select(
    message: String, stages: [Stage], previous: Stage, language: String
  ) -> (stage: Stage, confidence: Double) {
    var stems = Stems(language: language)
    let asked = stems.of(message)
    guard !asked.isEmpty else { return (previous, 0) }
    var scores: [(stage: Stage, score: Double)] = []
    for stage in stages {
      let name = stems.of(stage.name)
      let rest = stems.of(
        stage.description + "\n" + stage.exampleConversations.joined(separator: "\n"))
      var score = 0.0
      for word in asked { score += name.contains(word) ? 2 : rest.contains(word) ? 1 : 0 }
      scores.append((stage, score))
    }
    guard let best = scores.max(by: { $0.score < $1.score }), best.score > 0 else {
      return (previous, 0)
    }
    let stays = scores.first { $0.stage.id == previous.id }?.score ?? 0
    if stays >= best.score { return (previous, 0) }
    // Words that several stages have decide nothing; one word of a name is half of certainty.
    let second = scores.filter { $0.stage.id != best.stage.id }.map(\.score).max() ?? 0
    return (best.stage, min(1, (best.score - second) / 4 + (best.score >= 2 ? 0.25 : 0)))
  }
}

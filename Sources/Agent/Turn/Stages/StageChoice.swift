import Platform

/// What a model answered when it was asked for a stage.
struct StageChoice: Equatable {
  /// The stage that it named.
  var stageID: UUID
  /// How sure it says it is, 0...1; 0.7 where it does not say.
  var confidence: Double

  /// Reads `{"stage": "Order Assistance", "confidence": 0.95}`, or
  /// `Order Assistance, confidence: 0.95`, or the name alone, whatever the case.
  ///
  /// - Returns: nil where no stage has that name: then the conversation stays where it is.
  init?(_ answer: String, among stages: [Stage]) {
    var name = answer
    var confidence: Double?
    if let json = try? JSON.parse(Array(answer.utf8)), json.object != nil {
      name = json["stage"]?.string ?? ""
      confidence = json["confidence"]?.double
    } else {
      let lower = answer.lowercased()
      if let mark = lower.firstRange(of: "confidence") {
        name = String(lower[..<mark.lowerBound])
        let digits = lower[mark.upperBound...].drop { !$0.isNumber }
          .prefix { $0.isNumber || $0 == "." }
        confidence = Double(digits.last == "." ? digits.dropLast() : digits)
      }
    }
    let wanted = Self.bare(name)
    guard let stage = stages.first(where: { Self.bare($0.name) == wanted }) else { return nil }
    stageID = stage.id
    self.confidence = min(1, max(0, confidence ?? 0.7))
  }

  /// A name without case, quotes and punctuation around it.
  private static func bare(_ name: String) -> String {
    let outside: Set<Character> = [
      " ", "(", ")", "[", "]", "\n", "\t", "\r", "\"", "'", "`", ".", ",", ":", ";", "*",
    ]
    var text = name.lowercased()[...]
    while let last = text.last, outside.contains(last) { text.removeLast() }
    while let first = text.first, outside.contains(first) { text.removeFirst() }
    return String(text)
  }
}

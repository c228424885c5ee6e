/// "Did you forget my question?": which one is meant.
enum ForgottenQuestion {
  /// What says that an answer is missing, in small letters.
  private static let reproaches: [String: [String]] = [
    "en": [
      "did you forget", "you forgot", "didn't answer", "did not answer", "haven't answered",
      "have not answered", "never answered", "still waiting for an answer",
      "what about my question",
      "ignored my question",
    ],
    "de": [
      "hast du vergessen", "haben sie vergessen", "nicht geantwortet", "nicht beantwortet",
      "warte noch auf", "meine frage vergessen", "was ist mit meiner frage",
    ],
    "fr": [
      "avez-vous oublié", "as-tu oublié", "vous avez oublié", "pas répondu", "j'attends toujours",
    ],
    "es": [
      "has olvidado", "ha olvidado", "olvidaste", "no has respondido", "no respondió",
      "no respondiste", "sigo esperando",
    ],
    "it": [
      "hai dimenticato", "ha dimenticato", "non hai risposto", "non ha risposto",
      "aspetto ancora",
    ],
    "nl": [
      "ben je vergeten", "bent u vergeten", "niet beantwoord", "geen antwoord gekregen",
      "wacht nog op",
    ],
    "pt": ["esqueceu", "esqueceste", "não respondeu", "não respondeste", "ainda estou à espera"],
  ]

  /// The question that a message says was not answered: of the customer's questions so far the one
  /// of which the replies say least, the latest of equal ones.
  ///
  /// - Parameters:
  ///   - text: The message.
  ///   - history: What was said before, oldest first.
  ///   - language: BCP 47.
  /// - Returns: nil where nothing is missed, or there was no question.
  static func find(in text: String, history: [Message], language: String) -> String? {
    let lower = text.lowercased().replacing("’", with: "'")
    let own = reproaches[String(language.prefix(2))] ?? []
    guard (own + reproaches["en", default: []]).contains(where: lower.contains) else { return nil }
    var best: (question: String, covered: Double)?
    for (place, message) in history.enumerated() where message.sender == .user {
      // What came before the customer's next message answers it.
      let replies = history[(place + 1)...].filter { $0.sender != .user }.map(\.content)
      let said = Set(replies.flatMap(words))
      for question in questions(in: message.content) {
        let asked = words(question)
        let covered = Double(asked.count { said.contains($0) }) / Double(max(1, asked.count))
        if best.map({ covered <= $0.covered }) ?? true { best = (question, covered) }
      }
    }
    return best?.question
  }

  private static func questions(in text: String) -> [String] {
    var found: [String] = []
    var sentence = ""
    for character in text {
      sentence.append(character)
      if ".!?\n？".contains(character) {
        if "?？".contains(character) {
          found.append(sentence.split(whereSeparator: \.isWhitespace).joined(separator: " "))
        }
        sentence = ""
      }
    }
    return found.filter { words($0).count >= 2 }
  }

  /// Words that say something: four letters or more, or with a digit.
  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
      .filter { $0.count >= 4 || $0.contains(where: \.isNumber) }
  }
}

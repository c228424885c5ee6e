/// Messages that ask for nothing.
public enum SmallTalk {
  /// What such a message is.
  public enum Kind: String, Sendable, CaseIterable {
    case greeting, thanks, goodbye
  }

  /// What a message is that greets, thanks or takes leave and does nothing else; nil where it does
  /// more, or where the language has no list (English, German, French, Spanish, Italian, Dutch and
  /// Portuguese have one). Of several kinds the last to come in a conversation: `thanks, bye` is a
  /// goodbye.
  ///
  /// - Parameters:
  ///   - text: The message.
  ///   - language: BCP 47.
  /// - Complexity: O(bytes); what is longer than 16 KiB is no small talk.
  public static func kind(of text: String, language: String) -> Kind? {
    guard text.utf8.count <= MessageWords.byteLimit, let lists = CustomerWords.of(language) else {
      return nil
    }
    let words = MessageWords(text)
    return kind(of: words.texts[...], lists)
  }

  /// The kind of some words of a message.
  static func kind(of words: ArraySlice<String>, _ lists: CustomerWords) -> Kind? {
    let words = Array(words)
    var kinds: Set<Kind> = []
    var index = 0
    while index < words.count {
      let taken = [
        (Kind?.some(.greeting), lists.greetings.length(at: index, in: words)),
        (.thanks, lists.thanks.length(at: index, in: words)),
        (.goodbye, lists.goodbyes.length(at: index, in: words)),
        (nil, lists.fillers.length(at: index, in: words)),
      ].max { $0.1 < $1.1 }
      guard let taken, taken.1 > 0 else { return nil }
      if let kind = taken.0 { kinds.insert(kind) }
      index += taken.1
    }
    return [.goodbye, .thanks, .greeting].first(where: kinds.contains)
  }
}

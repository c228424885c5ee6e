/// Holds a streamed answer back until a sentence is whole, so that it is checked before anybody
/// reads it.
struct SentenceGate {
  private var pending = ""
  /// All that has been let through.
  private(set) var passed = ""

  /// Takes a piece of the answer.
  ///
  /// - Parameter check: Whether a sentence, with the white space behind it, may pass.
  /// - Returns: What may be shown now; empty where no sentence ended.
  mutating func take(_ piece: String, check: (String) -> Bool) -> String {
    pending += piece
    var shown = ""
    while let end = Self.end(of: pending) {
      let sentence = String(pending[..<end])
      pending.removeSubrange(..<end)
      if check(sentence) { shown += sentence }
    }
    passed += shown
    return shown
  }

  /// The answer is over: the rest is a sentence.
  mutating func finish(check: (String) -> Bool) -> String {
    defer { pending = "" }
    guard !pending.isEmpty, check(pending) else { return "" }
    passed += pending
    return pending
  }

  /// Behind the first line's end, or behind a sentence's mark and the white space after it.
  private static func end(of text: String) -> String.Index? {
    var previousEnds = false
    var isListMark = true
    var index = text.startIndex
    while index < text.endIndex {
      let character = text[index]
      let next = text.index(after: index)
      if character.isNewline { return next }
      if character.isWhitespace && previousEnds { return next }
      if "。！？".contains(character) { return next }
      // The point behind the number that a line begins with is a list's.
      previousEnds =
        (".!?…".contains(character) && !(character == "." && isListMark))
        || (previousEnds && "\"”')]".contains(character))
      isListMark = isListMark && character.isNumber
      index = next
    }
    return nil
  }
}

/// Joins lines that belong together, parts sentences into clauses that ask for one thing each, and
/// takes small talk off them, by the words of a language.
struct MessageClauses {
  private let lists: CustomerWords

  init(_ lists: CustomerWords) { self.lists = lists }

  /// The clauses of a message that are more than small talk, in order, each as a sentence.
  func clauses(of sentences: [MessageSentences.Sentence]) -> [MessageSentences.Sentence] {
    var clauses: [MessageSentences.Sentence] = []
    for sentence in joined(sentences) {
      for clause in parts(of: sentence.text) {
        let clause = withoutSmallTalk(clause)
        guard !MessageWords(clause).words.isEmpty else { continue }
        clauses.append(
          MessageSentences.Sentence(
            text: clause, start: sentence.start, isEnded: sentence.isEnded))
      }
    }
    return clauses
  }

  /// Whether some words ask for something: by a question mark, or because they begin as requests
  /// do, at their start or behind a sign or conjunction.
  func isRequest(_ message: MessageWords) -> Bool {
    if message.bytes.contains(0x3F) { return true }
    return hasOpener(message)
  }

  private func hasOpener(_ message: MessageWords) -> Bool {
    openings(message).contains(true)
  }

  /// For each word whether a request begins with it.
  private func openings(_ message: MessageWords) -> [Bool] {
    let words = message.texts
    var openings = [Bool](repeating: false, count: words.count)
    var isStart = true
    for index in words.indices {
      if message.hasSign(clauseSigns, before: index) { isStart = true }
      if isStart {
        openings[index] =
          lists.openers.length(at: index, in: words) > 0
          && lists.subordinators.length(at: index, in: words) == 0
        isStart =
          lists.fillers.length(at: index, in: words) > 0
          || lists.greetings.length(at: index, in: words) > 0
      }
      if lists.conjunctions.length(at: index, in: words) > 0
        || lists.additions.length(at: index, in: words) > 0
      {
        isStart = true
      }
    }
    return openings
  }

  private let clauseSigns = Array(",;:.!?¿(".utf8)

  // MARK: Lines

  /// The sentences, with lines that only go on joined to the one before.
  private func joined(
    _ sentences: [MessageSentences.Sentence]
  ) -> [MessageSentences.Sentence] {
    var joined: [MessageSentences.Sentence] = []
    for sentence in sentences {
      if let last = joined.last, sentence.start == .line, !last.isEnded, goesOn(last, sentence) {
        joined[joined.count - 1].text += " " + sentence.text
        joined[joined.count - 1].isEnded = sentence.isEnded
      } else {
        joined.append(sentence)
      }
    }
    return joined
  }

  /// Whether a line has no end without the next: `do you have`, `waterproof boots?`.
  private func goesOn(
    _ line: MessageSentences.Sentence, _ next: MessageSentences.Sentence
  ) -> Bool {
    let words = MessageWords(line.text).texts
    guard let last = words.indices.last, SmallTalk.kind(of: words[...], lists) == nil else {
      return false
    }
    if lists.unfinished.length(at: last, in: words) > 0 { return true }
    let following = MessageWords(next.text)
    guard let first = next.text.unicodeScalars.first, first.properties.isLowercase,
      SmallTalk.kind(of: following.texts[...], lists) == nil
    else { return false }
    return !hasOpener(following) && hasOpener(MessageWords(line.text))
  }

  // MARK: Clauses

  /// A sentence parted where another request begins: `and can you`, `and also`, `, do you`.
  private func parts(of sentence: String) -> [String] {
    let message = MessageWords(sentence)
    let texts = message.texts
    var parts: [String] = []
    var start = 0
    var startByte = 0
    var index = 1
    let openings = openings(message)
    var isAsking = openings.first ?? false
    while index < texts.count {
      if let next = requestStart(message, at: index), texts.count - next >= 2, index - start >= 2,
        isAsking,
        lists.subordinators.length(at: start, in: texts) == 0,
        !isOnlyOpener(texts, index - 1)
      {
        parts.append(text(message, startByte, message.words[index - 1].range.upperBound))
        startByte = message.words[next].range.lowerBound
        start = next
        isAsking = openings[next]
        index = next + 1
      } else {
        isAsking = isAsking || openings[index]
        index += 1
      }
    }
    parts.append(text(message, startByte, message.bytes.count))
    return parts
  }

  /// The first word of the request that begins at a word, behind what joins it to the one before;
  /// nil where none does.
  private func requestStart(_ message: MessageWords, at index: Int) -> Int? {
    let texts = message.texts
    let addition = lists.additions.length(at: index, in: texts)
    if addition > 0, index + addition < texts.count,
      addition > 1 || message.hasSign(clauseSigns, before: index)
    {
      return index + addition
    }
    let conjunction = lists.conjunctions.length(at: index, in: texts)
    let next = index + conjunction
    guard conjunction > 0 || message.hasSign(clauseSigns, before: index),
      lists.openers.length(at: next, in: texts) > 0,
      lists.subordinators.length(at: next, in: texts) == 0
    else { return nil }
    return next
  }

  /// Whether a word asks by itself, so that what follows belongs to it: `when and where`.
  private func isOnlyOpener(_ texts: [String], _ index: Int) -> Bool {
    lists.openers.length(at: index, in: texts) == 1
  }

  private func text(_ message: MessageWords, _ start: Int, _ end: Int) -> String {
    String(decoding: message.bytes[start..<max(start, end)], as: UTF8.self)
  }

  // MARK: Small talk

  /// A clause without the greeting before it and the thanks behind it.
  func withoutSmallTalk(_ clause: String) -> String {
    let message = MessageWords(clause)
    let texts = message.texts
    if texts.isEmpty || SmallTalk.kind(of: texts[...], lists) != nil { return "" }
    var start = greetingEnd(message)
    let addition = lists.additions.length(at: start, in: texts)
    if start + addition < texts.count { start += addition }
    var end = texts.count
    // What is behind the last comma, or the last word but one, if it only thanks or takes leave.
    for index in stride(from: texts.count - 1, to: start, by: -1).prefix(8)
    where SmallTalk.kind(of: texts[index...], lists).map({ $0 != .greeting }) == true
      && (message.hasSign(clauseSigns, before: index) || texts.count - index <= 3)
    {
      end = index
    }
    let first = start > 0 ? message.words[start].range.lowerBound : 0
    guard end < texts.count else { return text(message, first, message.bytes.count) }
    return text(message, first, message.words[end - 1].range.upperBound)
  }

  /// The first word behind a greeting and the name in it: `Hi Anna, `.
  private func greetingEnd(_ message: MessageWords) -> Int {
    let texts = message.texts
    var end = 0
    while end < texts.count {
      let length = lists.greetings.length(at: end, in: texts)
      guard length > 0, end + length < texts.count else { break }
      end += length
    }
    if end > 0, end + 1 < texts.count, message.hasSign(Array(",!".utf8), before: end + 1) {
      let name = message.bytes[message.words[end].range]
      if name.first.map({ (0x41...0x5A).contains($0) }) == true,
        name.dropFirst().allSatisfy({ $0 >= 0x61 && $0 <= 0x7A })
      {
        end += 1
      }
    }
    return end
  }
}

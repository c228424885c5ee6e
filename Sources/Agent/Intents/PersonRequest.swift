/// Finds out whether a customer asks for a person, clause by clause.
///
/// A clause asks where it has a verb of contact and leads to a person (`talk … to a human`), where
/// it wishes for one (`give me a real person`), where it will not have to do with a machine, or
/// where it is one of the phrases that say so. What only mentions a person does not ask.
struct PersonRequest {
  private let words: [String]
  private let lists: PersonRequestWords

  /// Whether one of the message's clauses asks for a person.
  static func occurs(in message: MessageWords, _ lists: CustomerWords) -> Bool {
    var clause: [String] = []
    for index in message.words.indices {
      if message.hasSign(clauseEnds, before: index) {
        if PersonRequest(clause, lists).isRequest { return true }
        clause.removeAll(keepingCapacity: true)
      }
      clause.append(message.words[index].text)
    }
    return PersonRequest(clause, lists).isRequest || isOnlyPerson(message.texts, lists)
  }

  private static let clauseEnds = Array(".,!?;:\n".utf8)

  private init(_ words: [String], _ lists: CustomerWords) {
    self.words = words
    self.lists = lists.requests
  }

  private var isRequest: Bool {
    guard !words.isEmpty else { return false }
    return asksForContact || wishesForPerson || refusesMachine || hasPhrase
  }

  /// `I want to talk to a human`.
  private var asksForContact: Bool {
    guard lists.askers.occurs(in: words) || lists.contacts.length(at: 0, in: words) > 0 else {
      return false
    }
    return words.indices.contains { index in
      let link = lists.links.length(at: index, in: words)
      let start = afterDeterminers(index + link)
      let person = personLength(at: start)
      guard person > 0 else { return false }
      let end = start + person
      let isFinal = lists.finals.length(at: end, in: words) > 0
      guard isFinal || link > 0 && hasContact(outside: start..<end) else { return false }
      return !isNegated(before: start)
    }
  }

  /// `give me a real person`.
  private var wishesForPerson: Bool {
    words.indices.contains { index in
      let wish = lists.wishes.length(at: index, in: words)
      guard wish > 0 else { return false }
      let start = afterDeterminers(index + wish)
      let person = lists.people.length(at: start, in: words)
      return person > 0 && endsRequest(start + person) && !isNegated(before: start)
    }
  }

  /// `I do not want to talk to a bot`.
  private var refusesMachine: Bool {
    words.indices.contains { index in
      let link = lists.links.length(at: index, in: words)
      guard link > 0 else { return false }
      let start = afterDeterminers(index + link)
      let machine = lists.robots.length(at: start, in: words)
      guard machine > 0, hasContact(outside: start..<start + machine) else { return false }
      return lists.negations.occurs(in: words) || occurs(lists.exclusions, before: start)
    }
  }

  private var hasPhrase: Bool {
    words.indices.contains {
      lists.phrases.length(at: $0, in: words) > 0 && !isNegated(before: $0)
    }
  }

  /// Whether a message names a person and does little else: `agent please`.
  private static func isOnlyPerson(_ words: [String], _ lists: CustomerWords) -> Bool {
    var index = 0
    while index < words.count {
      let taken = [lists.greetings, lists.thanks, lists.fillers].map {
        $0.length(at: index, in: words)
      }
      guard let longest = taken.max(), longest > 0 else { break }
      index += longest
    }
    let request = PersonRequest(Array(words[index...]), lists)
    let start = request.afterDeterminers(0)
    let person = request.lists.people.length(at: start, in: request.words)
    guard person > 0, request.words.count <= start + person + 3 else { return false }
    return request.endsRequest(start + person)
  }

  /// The first word from `index` on that is none of a few determiners.
  private func afterDeterminers(_ index: Int) -> Int {
    var index = index
    for _ in 0..<4 {
      let length = lists.determiners.length(at: index, in: words)
      // What stands before a person may be one elsewhere: `human agent`.
      let person = personLength(at: index)
      guard length > 0, person == 0 || personLength(at: index + person) > 0 else { break }
      index += length
    }
    return index
  }

  /// The words of whoever is spoken to, from `index` on; 0 where nobody is named.
  private func personLength(at index: Int) -> Int {
    max(lists.people.length(at: index, in: words), lists.others.length(at: index, in: words))
  }

  private func endsRequest(_ index: Int) -> Bool {
    index >= words.count || lists.followers.length(at: index, in: words) > 0
  }

  private func hasContact(outside range: Range<Int>) -> Bool {
    words.indices.contains { !range.contains($0) && lists.contacts.length(at: $0, in: words) > 0 }
  }

  private func isNegated(before index: Int) -> Bool {
    occurs(lists.exclusions, before: index)
      || occurs(lists.negations, before: index) && lists.wishes.occurs(in: words)
  }

  private func occurs(_ phrases: PhraseSet, before index: Int) -> Bool {
    (0..<min(index, words.count)).contains { phrases.length(at: $0, in: words) > 0 }
  }
}

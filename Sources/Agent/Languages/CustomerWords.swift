import TextAnalysis

/// What customers say in one language, as far as the agent must recognize it without a model.
struct CustomerWords: Sendable {
  /// `hello`, `good morning`.
  let greetings: PhraseSet
  /// `thank you`.
  let thanks: PhraseSet
  /// `bye`, `see you`.
  let goodbyes: PhraseSet
  /// What stands beside those and asks for nothing: `very much`, `there`.
  let fillers: PhraseSet
  /// What joins two requests: `and`, `but`.
  let conjunctions: PhraseSet
  /// What begins another request whatever follows: `and also`.
  let additions: PhraseSet
  /// How requests begin: `where`, `can i`.
  let openers: PhraseSet
  /// What a clause begins with that is no request, though it looks like one: `when i`.
  let subordinators: PhraseSet
  /// Words that do not end a sentence: `the`, `do you have`.
  let unfinished: PhraseSet
  /// What is urgent, as stems, most urgent first: emergencies, complaints, cancellations, payment.
  let urgencies: [PhraseSet]
  /// How a person is asked for.
  let requests: PersonRequestWords

  /// What ``IntentSplitter`` and ``SmallTalk`` read, each a list with commas.
  struct Lists {
    var greetings = ""
    var thanks = ""
    var goodbyes = ""
    var fillers = ""
    var conjunctions = ""
    var additions = ""
    var openers = ""
    var subordinators = ""
    var unfinished = ""
    var emergencies = ""
    var complaints = ""
    var cancellations = ""
    var payments = ""
  }

  init(language: String, _ lists: Lists, _ requests: PersonRequestWords) {
    greetings = PhraseSet(lists.greetings)
    thanks = PhraseSet(lists.thanks)
    goodbyes = PhraseSet(lists.goodbyes)
    fillers = PhraseSet(lists.fillers)
    conjunctions = PhraseSet(lists.conjunctions)
    additions = PhraseSet(lists.additions)
    openers = PhraseSet(lists.openers)
    subordinators = PhraseSet(lists.subordinators)
    unfinished = PhraseSet(lists.unfinished)
    urgencies = [lists.emergencies, lists.complaints, lists.cancellations, lists.payments].map {
      PhraseSet($0.split(whereSeparator: { $0 == "," || $0 == "\n" }).map(String.init)) {
        MessageStems.stems(of: $0, language: language)
      }
    }
    self.requests = requests
  }

  /// The words of a language by its primary tag or a longer one; nil where there is no list.
  static func of(_ language: String) -> CustomerWords? {
    switch LanguageTag.primary(of: language) {
    case "en": english
    case "de": german
    case "fr": french
    case "es": spanish
    case "it": italian
    case "nl": dutch
    case "pt": portuguese
    default: nil
    }
  }
}

/// How customers ask for a person in one language. See ``HandoffRules``.
struct PersonRequestWords: Sendable {
  /// Verbs of contact: `talk`, `connect`.
  let contacts: PhraseSet
  /// What leads from them to a person: `to`, `with`.
  let links: PhraseSet
  /// Verbs of contact that follow the person, where the language has them at the end.
  let finals: PhraseSet
  /// What the customer wants or is to be given: `want`, `get me`.
  let wishes: PhraseSet
  /// What may stand before a person: `a`, `real`.
  let determiners: PhraseSet
  /// Who: `human`, `customer service`.
  let people: PhraseSet
  /// Who, where somebody is to be spoken to, and anybody's help elsewhere: `someone`, `staff`.
  let others: PhraseSet
  /// What makes a clause the customer's own request: `i`, `me`, `possible`.
  let askers: PhraseSet
  /// What may follow a person that is wished for: `please`, `now`.
  let followers: PhraseSet
  /// What turns a wish round: `not`, `do not want`.
  let negations: PhraseSet
  /// What turns everything behind it round: `without`.
  let exclusions: PhraseSet
  /// What customers do not want to talk to: `bot`, `machine`.
  let robots: PhraseSet
  /// Whole sentences or their beginnings that ask for a person by themselves.
  let phrases: PhraseSet

  init(
    contacts: String, links: String, finals: String, wishes: String, determiners: String,
    people: String, others: String, askers: String, followers: String, negations: String,
    exclusions: String, robots: String, phrases: String
  ) {
    self.contacts = PhraseSet(contacts)
    self.links = PhraseSet(links)
    self.finals = PhraseSet(finals)
    self.wishes = PhraseSet(wishes)
    self.determiners = PhraseSet(determiners)
    self.people = PhraseSet(people)
    self.others = PhraseSet(others)
    self.askers = PhraseSet(askers)
    self.followers = PhraseSet(followers)
    self.negations = PhraseSet(negations)
    self.exclusions = PhraseSet(exclusions)
    self.robots = PhraseSet(robots)
    self.phrases = PhraseSet(phrases)
  }
}

/// Tags of BCP 47.
enum LanguageTag {
  /// `pt` of `pt-BR` and `PT_br`; empty where there is none.
  static func primary(of tag: String) -> String {
    TextFolding.fold(String(tag.prefix { $0 != "-" && $0 != "_" }))
  }
}

/// Stems of words that are folded already.
enum MessageStems {
  /// The stems by the language's stemmer, in order; the words themselves where it has none.
  static func stems(of words: [String], language: String) -> [String] {
    guard let language = StemmingLanguage(language) else { return words }
    let stemmer = Stemmer(language)
    return words.map { word in
      let bytes = Array(word.utf8)
      var stem: [UInt8] = []
      stemmer.append(bytes.span, to: &stem)
      return String(decoding: stem, as: UTF8.self)
    }
  }
}

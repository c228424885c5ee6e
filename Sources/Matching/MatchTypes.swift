/// One thing that customers ask for by name.
public struct CatalogueItem: Sendable {
  /// Its name as the shop writes it: 1...``MatchLimits/nameByteCount`` bytes.
  public var name: String
  /// Other names for it, each as long as a name may be; its code or article number is one.
  public var aliases: [String]
  /// Words that describe it (a brand, a colour, a size): they support a match and never make one.
  public var attributes: [String]

  /// - Throws: Nothing here; ``Catalogue/put(_:_:)`` checks the lengths.
  public init(name: String, aliases: [String] = [], attributes: [String] = []) {
    self.name = name
    self.aliases = aliases
    self.attributes = attributes
  }

  func check() throws(MatchError) {
    guard aliases.count <= MatchLimits.aliasCount else {
      throw .tooManyAliases(count: aliases.count, limit: MatchLimits.aliasCount)
    }
    for text in [name] + aliases {
      guard 1...MatchLimits.nameByteCount ~= text.utf8.count else {
        throw .nameLength(byteCount: text.utf8.count, limit: MatchLimits.nameByteCount)
      }
    }
    let bytes = attributes.reduce(0) { $0 + $1.utf8.count }
    guard bytes <= MatchLimits.attributeByteCount else {
      throw .attributesTooLong(byteCount: bytes, limit: MatchLimits.attributeByteCount)
    }
  }
}

/// What may come in.
public enum MatchLimits {
  /// Items of a catalogue, aliases counted.
  public static let itemCount = 4_000_000
  /// Bytes of a name or an alias.
  public static let nameByteCount = 4_096
  /// Aliases of an item.
  public static let aliasCount = 64
  /// Bytes of all attributes of an item.
  public static let attributeByteCount = 2_048
  /// Bytes of a query.
  public static let queryByteCount = 4_096
  /// Candidates of an answer.
  public static let resultCount = 50
}

/// Why nothing was done.
public enum MatchError: Error, Equatable, Sendable, CustomStringConvertible {
  case queryTooLong(byteCount: Int, limit: Int)
  case nameLength(byteCount: Int, limit: Int)
  case tooManyAliases(count: Int, limit: Int)
  case attributesTooLong(byteCount: Int, limit: Int)
  case limitOutOfRange(Int)
  case catalogueFull

  /// What is wrong and what to do; holds no text of the caller's.
  public var description: String {
    switch self {
    case .queryTooLong(let count, let limit):
      "the query has \(count) bytes, and \(limit) are allowed: send the product's name only"
    case .nameLength(let count, let limit):
      "a name or alias has \(count) bytes, and 1 to \(limit) are allowed: shorten it"
    case .tooManyAliases(let count, let limit):
      "an item has \(count) aliases, and \(limit) are allowed: keep the ones customers use"
    case .attributesTooLong(let count, let limit):
      "the attributes of an item have \(count) bytes, and \(limit) are allowed: keep the short ones"
    case .limitOutOfRange(let limit):
      "\(limit) candidates were asked for: 1 to \(MatchLimits.resultCount) can be"
    case .catalogueFull:
      "a catalogue holds \(MatchLimits.itemCount) names: remove some, or use more catalogues"
    }
  }
}

/// How a query is answered.
public struct MatchOptions: Sendable {
  /// Candidates at most, 1...``MatchLimits/resultCount``.
  public var limit: Int
  /// The confidence from which the best candidate is taken for the one that is meant.
  public var threshold: Float
  /// The confidence below which a candidate is not worth a question.
  public var floor: Float

  /// Five candidates; a match from 0.6, nothing below 0.1.
  public init(limit: Int = 5, threshold: Float = 0.6, floor: Float = 0.1) {
    self.limit = limit
    self.threshold = threshold
    self.floor = floor
  }
}

/// What a query was answered.
public struct MatchAnswer<ID: Hashable & Comparable & Sendable>: Sendable {
  /// Best first; equal ones by ascending identifier.
  public var candidates: [MatchCandidate<ID>]
  /// What to do with them.
  public var verdict: MatchVerdict<ID>
  /// What it cost.
  public var work: MatchWork
}

/// What was looked at for an answer.
public struct MatchWork: Sendable {
  /// Entries of inverted lists that were read.
  public var postings = 0
  /// Names that got a first score.
  public var touched = 0
  /// Names whose letters were compared.
  public var scored = 0

  /// No work yet.
  public init() {}
}

/// One item that may be meant.
public struct MatchCandidate<ID: Hashable & Comparable & Sendable>: Sendable {
  /// The item.
  public var id: ID
  /// How sure it is that this item is meant, 0...1, calibrated on queries that were not trained on.
  public var confidence: Float
  /// The name or alias that matched.
  public var name: String
  /// What speaks for it.
  public var parts: MatchParts
  /// How the query becomes the name, in the order of the name.
  public var edits: [MatchEdit]
}

/// The similarities behind a confidence, each 0...1.
public struct MatchParts: Sendable, Equatable {
  /// Letters in common and in order, of both (Indel ratio).
  public var edit: Float = 0
  /// Words in common, weighted by rarity, fuzzy ones in part.
  public var tokenSet: Float = 0
  /// ``edit`` after both were sorted by words.
  public var tokenSort: Float = 0
  /// Grams of three bytes in common, of the distinct ones of both (Dice's coefficient).
  public var ngram: Float = 0
  /// How much of the query stands at the beginning of the name.
  public var prefix: Float = 0
  /// Share of words that an abbreviation or initials explain.
  public var initialism: Float = 0
  /// 1 where an alias matched and not the name.
  public var alias: Float = 0
  /// Share of the codes asked for that the name has; 1 where none was asked for.
  public var code: Float = 1
  /// The caller's, where there is one.
  public var semantic: Float?
}

/// One step from the query to the name.
public struct MatchEdit: Sendable, Equatable {
  /// What happens to a word.
  public enum Kind: String, Sendable {
    /// It is in both.
    case keep
    /// It is spelled otherwise.
    case replace
    /// Only the name has it.
    case insert
    /// Only the query has it.
    case delete
  }
  /// What happens.
  public var kind: Kind
  /// What the word is.
  public var tokenClass: TokenClass
  /// The query's bytes; empty at an insertion.
  public var query: Range<Int>
  /// The name's bytes; empty at a deletion.
  public var name: Range<Int>
  /// Letters that are inserted, deleted, replaced or exchanged with their neighbour.
  public var distance: Int
}

/// What a word of a name is, which says how it may be misspelled.
public enum TokenClass: UInt8, Sendable {
  /// Letters: may have typing errors.
  case word
  /// Digits: never edited.
  case number
  /// A unit without a number.
  case unit
  /// Letters and digits: never edited.
  case code
  /// A number with its unit: compared as a quantity.
  case size
}

/// What to do with the candidates.
public enum MatchVerdict<ID: Hashable & Comparable & Sendable>: Sendable {
  /// The first candidate is meant.
  case match(ID)
  /// The customer has to say which.
  case ambiguous(MatchQuestion<ID>)
  /// Nothing like it.
  case none
}

/// Which of these?
public struct MatchQuestion<ID: Hashable & Comparable & Sendable>: Sendable {
  /// Why it has to be asked.
  public enum Reason: Sendable, Equatable {
    /// The code asked for is not there; these are near it.
    case code(String)
    /// Several items fit alike.
    case similar
    /// The best candidate is not sure enough.
    case unsure
  }
  /// Why.
  public var reason: Reason
  /// The choices, best first: what to call each (a code where codes tell them apart, as in "X200 or
  /// X220?", else the name).
  public var options: [(id: ID, label: String)]
}

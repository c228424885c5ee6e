import Glibc

/// Where in an entry a word stands.
public enum TextField: Int, CaseIterable, Sendable {
  /// The title.
  case title
  /// Keywords and tags.
  case keywords
  /// The content.
  case content
  /// The external id, where it is one that people write: see ``TextWords/isSearched(externalID:)``.
  case externalID
}

/// How much words count by the field that they stand in.
public struct TextWeights: Hashable, Sendable {
  /// Of a word in the title, greater than 0.
  public var title: Double
  /// Of a word in keywords and tags.
  public var keywords: Double
  /// Of a word in the content.
  public var content: Double
  /// Of a word of the external id, such as the `BT` and the `102` of `BT-102`.
  public var externalID: Double

  /// A word of the title counts twice, one of the keywords half as much more; one of the external
  /// id three times, so that a code leads to its entry before those that speak of it.
  public static let standard = TextWeights(title: 2, keywords: 1.5, content: 1, externalID: 3)

  /// Makes weights.
  public init(title: Double, keywords: Double, content: Double, externalID: Double = 3) {
    self.title = title
    self.keywords = keywords
    self.content = content
    self.externalID = externalID
  }

  /// The weights by field.
  var all: [Double] { [title, keywords, content, externalID] }
}

/// How often a word stands in the fields of an entry, in 16 bits; more counts as the most. Of the
/// external id they say whether it is there.
enum FieldCounts {
  static let contentLimit: UInt16 = 511
  static let otherLimit: UInt16 = 7
  static let titleShift: UInt16 = 9
  static let keywordsShift: UInt16 = 12
  static let externalIDBit: UInt16 = 1 << 15

  /// The code with one more word in a field.
  @inline(__always) static func adding(_ field: TextField, to code: UInt16) -> UInt16 {
    switch field {
    case .content: code & contentLimit == contentLimit ? code : code + 1
    case .title: code >> titleShift & otherLimit == otherLimit ? code : code + 1 << titleShift
    case .keywords:
      code >> keywordsShift & otherLimit == otherLimit ? code : code + 1 << keywordsShift
    case .externalID: code | externalIDBit
    }
  }
}

/// The words in the fields of an entry, in 8 bytes; more counts as the most.
struct FieldLengths: Equatable {
  var title: UInt16 = 0
  var keywords: UInt16 = 0
  var content: UInt32 = 0

  init() {}

  /// As the index keeps it.
  init(_ first: UInt32, _ second: UInt32) {
    content = first
    title = UInt16(truncatingIfNeeded: second)
    keywords = UInt16(truncatingIfNeeded: second >> 16)
  }

  var words: (UInt32, UInt32) { (content, UInt32(title) | UInt32(keywords) << 16) }

  mutating func add(_ count: Int, to field: TextField) {
    switch field {
    case .title: title = UInt16(clamping: Int(title) + count)
    case .keywords: keywords = UInt16(clamping: Int(keywords) + count)
    case .content: content = UInt32(clamping: Int(content) + count)
    // Its length takes nothing away: codes are as long as their makers want.
    case .externalID: break
    }
  }

  subscript(field: TextField) -> Int {
    switch field {
    case .title: Int(title)
    case .keywords: Int(keywords)
    case .content: Int(content)
    case .externalID: 0
    }
  }

  /// All words.
  var sum: UInt64 { UInt64(title) + UInt64(keywords) + UInt64(content) }
}

/// Entries, and words by field: what scores are relative to. Counted are all entries that stand in
/// the files and in memory, those that were deleted and not yet merged away included.
struct TextStatistics: Equatable, Sendable {
  var entryCount = 0
  /// Words by ``TextField``; those of external ids are not counted.
  var wordCounts = [0, 0, 0, 0]

  mutating func add(_ other: TextStatistics) {
    entryCount += other.entryCount
    for field in wordCounts.indices { wordCounts[field] += other.wordCounts[field] }
  }

  /// Mean words of a field, at least one.
  func mean(_ field: TextField) -> Double {
    max(1, Double(wordCounts[field.rawValue]) / Double(max(1, entryCount)))
  }
}

/// BM25F: the weighted frequencies of a word in the fields, each relative to the field's length,
/// add up before they saturate.
///
///     S = Σ weight · count / (1 − b + b · length / mean length)    over the fields
///     score = Σ idf · S / (S + k1)                                 over the query's words
///     idf = ln(1 + (N − n + ½) / (n + ½))
///
/// - Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, section 3.6.
struct TextScoring: Sendable {
  static let saturation = 1.2
  /// b by ``TextField``: how much a longer field takes away. Lists of keywords are long by chance.
  static let lengthEffects = [0.5, 0.3, 0.75, 0]

  private let title: (base: Double, slope: Double, weight: Double)
  private let keywords: (base: Double, slope: Double, weight: Double)
  private let content: (base: Double, slope: Double, weight: Double)
  private let externalIDWeight: Double
  /// What one word in a content of so many words is worth.
  private let contentWorth: [Double]

  init(_ statistics: TextStatistics, _ weights: TextWeights) {
    func part(_ field: TextField) -> (Double, Double, Double) {
      let effect = Self.lengthEffects[field.rawValue]
      return (1 - effect, effect / statistics.mean(field), weights.all[field.rawValue])
    }
    title = part(.title)
    keywords = part(.keywords)
    content = part(.content)
    externalIDWeight = weights.externalID
    let (base, slope, weight) = part(.content)
    contentWorth = (0..<Self.tableCount).map { weight / (base + slope * Double($0)) }
  }

  private static let tableCount = 512
  /// Counts, from 1, and lengths of ``table``.
  static let tableCounts: UInt16 = 4
  static let tableLengths: UInt32 = 255

  /// What a word is worth that stands so often in a content of so many words, and nowhere else.
  func table() -> [Double] {
    (1...Self.tableCounts).flatMap { count in
      (0..<Self.tableLengths).map { length in
        Self.saturated(Double(count) * worth(ofContent: length))
      }
    }
  }

  @inline(__always) private func worth(ofContent length: UInt32) -> Double {
    length < UInt32(Self.tableCount)
      ? contentWorth[Int(length)]
      : content.weight / (content.base + content.slope * Double(length))
  }

  /// S of one word in an entry.
  @inline(__always) func frequency(_ code: UInt16, _ lengths: FieldLengths) -> Double {
    var sum = Double(code & FieldCounts.contentLimit) * worth(ofContent: lengths.content)
    if code > FieldCounts.contentLimit {
      sum +=
        title.weight * Double(code >> FieldCounts.titleShift & FieldCounts.otherLimit)
        / (title.base + title.slope * Double(lengths.title))
      sum +=
        keywords.weight * Double(code >> FieldCounts.keywordsShift & FieldCounts.otherLimit)
        / (keywords.base + keywords.slope * Double(lengths.keywords))
      if code >= FieldCounts.externalIDBit { sum += externalIDWeight }
    }
    return sum
  }

  /// What S is worth, 0..<1.
  @inline(__always) static func saturated(_ frequency: Double) -> Double {
    frequency / (frequency + saturation)
  }

  static func rarity(entryCount: Int, matching count: Int) -> Double {
    let count = Double(min(count, entryCount))
    return log(1 + (Double(entryCount) - count + 0.5) / (count + 0.5))
  }

  /// By how much S can be greater under these statistics and weights than under those of an index.
  static func growth(
    from index: TextStatistics, to all: TextStatistics, weights: TextWeights
  ) -> Double {
    var growth = 0.0
    for field in TextField.allCases {
      let weight = weights.all[field.rawValue] / TextWeights.standard.all[field.rawValue]
      growth = max(growth, weight * max(1, all.mean(field) / index.mean(field)))
    }
    return growth
  }
}

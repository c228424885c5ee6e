import Glibc

/// Where in an entry a word stands.
public enum TextField: Int, CaseIterable, Sendable {
  /// The title.
  case title
  /// Keywords and tags.
  case keywords
  /// The content.
  case content
}

/// How much words count by the field that they stand in.
public struct TextWeights: Hashable, Sendable {
  /// Of a word in the title, greater than 0.
  public var title: Double
  /// Of a word in keywords and tags.
  public var keywords: Double
  /// Of a word in the content.
  public var content: Double

  /// A word of the title counts twice, one of the keywords one and a half times.
  public static let standard = TextWeights(title: 2, keywords: 1.5, content: 1)

  /// Makes weights.
  public init(title: Double, keywords: Double, content: Double) {
    self.title = title
    self.keywords = keywords
    self.content = content
  }

  /// The weights by field.
  var all: [Double] { [title, keywords, content] }
}

/// How often a word stands in the fields of an entry, in 16 bits; more counts as the most.
enum FieldCounts {
  static let contentBits = 10
  static let contentLimit: UInt16 = 1023
  static let otherLimit: UInt16 = 7
  static let shifts = [10, 13, 0]

  /// The code with one more word in a field.
  @inline(__always) static func adding(_ field: TextField, to code: UInt16) -> UInt16 {
    switch field {
    case .content: code & contentLimit == contentLimit ? code : code + 1
    case .title: code >> 10 & otherLimit == otherLimit ? code : code + 1 << 10
    case .keywords: code >> 13 == otherLimit ? code : code + 1 << 13
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
    }
  }

  subscript(field: TextField) -> Int {
    switch field {
    case .title: Int(title)
    case .keywords: Int(keywords)
    case .content: Int(content)
    }
  }
}

/// Entries, and words by field: what scores are relative to. Counted are all entries that stand in
/// the files and in memory, those that were deleted and not yet merged away included.
struct TextStatistics: Equatable, Sendable {
  var entryCount = 0
  /// Words by ``TextField``.
  var wordCounts = [0, 0, 0]

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
  static let lengthEffects = [0.5, 0.3, 0.75]

  private let title: (base: Double, slope: Double, weight: Double)
  private let keywords: (base: Double, slope: Double, weight: Double)
  private let content: (base: Double, slope: Double, weight: Double)
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
    let (base, slope, weight) = part(.content)
    contentWorth = (0..<Self.tableCount).map { weight / (base + slope * Double($0)) }
  }

  private static let tableCount = 512
  /// Counts, from 1, and lengths of ``table``.
  static let tableCounts: UInt16 = 4
  static let tableLengths: UInt32 = 256

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
        title.weight * Double(code >> 10 & FieldCounts.otherLimit)
        / (title.base + title.slope * Double(lengths.title))
      sum +=
        keywords.weight * Double(code >> 13)
        / (keywords.base + keywords.slope * Double(lengths.keywords))
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

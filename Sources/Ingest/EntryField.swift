/// The fields of an entry that an input's columns can fill.
public enum EntryField: String, Sendable, CaseIterable {
  /// The owner's own identity of the entry, unique in the collection.
  case externalID = "external_id"
  /// The kind of entry: `faq`, `policy`, `product`, …
  case entryType = "type"
  /// The title or question.
  case title
  /// The text or answer.
  case content
  /// A JSON object, merged into the entry's metadata.
  case metadata
  /// Words that a search should find the entry by.
  case keywords
  /// Labels for filters.
  case tags
  /// One category, for filters.
  case category
  /// An integer; larger is more important.
  case priority
  /// A BCP 47 tag such as `en` or `pt-BR`.
  case language
  /// Whether the entry can be found.
  case isActive = "active"

  /// The member of an export that holds what only the service knows of an entry (its id, version
  /// and times); an import leaves it out.
  public static let systemMember = "_entry"

  /// Column names that mean the field, best first; compared in lower case without spaces, hyphens
  /// and underscores.
  public var synonyms: [String] {
    switch self {
    case .externalID:
      ["external_id", "id", "sku", "entry_id", "product_id", "item_id", "article_number", "slug"]
    case .entryType: ["entry_type", "type", "kind"]
    case .title: ["title", "name", "question", "product_name", "heading", "subject"]
    case .content: ["content", "answer", "body", "text", "description", "details"]
    case .metadata: ["metadata", "meta"]
    case .keywords: ["keywords", "keyword", "search_terms", "aliases", "alias", "synonyms"]
    case .tags: ["tags", "tag", "labels"]
    case .category: ["category", "topic", "section", "department"]
    case .priority: ["priority", "importance"]
    case .language: ["language", "lang", "locale"]
    case .isActive: ["is_active", "active", "enabled", "published"]
    }
  }

  /// Whether several columns can fill the field together.
  var takesSeveral: Bool {
    switch self {
    case .content, .metadata, .keywords, .tags: true
    default: false
    }
  }

  /// A field by its own name or one of its synonyms.
  init?(named name: String) {
    let plain = Self.plain(name)
    guard
      let field = Self.allCases.first(where: {
        Self.plain($0.rawValue) == plain || $0.synonyms.contains { Self.plain($0) == plain }
      })
    else { return nil }
    self = field
  }

  static func plain(_ name: String) -> String {
    String(
      decoding: name.lowercased().utf8.filter { ![0x20, 0x2D, 0x5F, 0x2E].contains($0) },
      as: UTF8.self)
  }

  /// For each plain column name, the field it means and its rank among the field's synonyms.
  static let bySynonym: [String: (field: EntryField, rank: Int)] = {
    var table: [String: (EntryField, Int)] = [:]
    for field in allCases {
      for (rank, name) in field.synonyms.enumerated() { table[plain(name)] = (field, rank) }
    }
    return table
  }()
}

/// What a row becomes: the fields of one entry.
public struct MappedEntry: Sendable, Equatable {
  /// The owner's own identity; `nil` when the row has none.
  public var externalID: String?
  /// The kind of entry.
  public var entryType: String
  /// The title; may be empty, but not together with the content.
  public var title: String
  /// The text; may be empty, but not together with the title.
  public var content: String
  /// A JSON object in UTF-8, `{}` at least.
  public var metadataJSON: [UInt8]
  /// Without repetitions, in the order of the input.
  public var keywords: [String]
  /// Without repetitions, in the order of the input.
  public var tags: [String]
  /// Empty when the row has none.
  public var category: String
  /// 0 when the row has none.
  public var priority: Int32
  /// A BCP 47 tag, or empty.
  public var language: String
  /// `true` unless the row says otherwise.
  public var isActive: Bool
}

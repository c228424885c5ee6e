import Platform

/// One piece of knowledge with its vector, as the store keeps it.
public struct Entry: Equatable, Sendable {
  /// The entry's identity within its collection.
  public var id: UUID
  /// Grows with every change of the entry: a lower one than the stored is ignored.
  public var version: UInt64
  /// 64 bits that the caller derives from the whole row; kept for parity with the truth.
  public var stamp: UInt64
  /// `[dimension]`, or `[spans.count][dimension]` where the entry has chunks; finite, none zero.
  /// Stored at unit length (unchanged where it is so already).
  public var vector: [Float]
  /// Which bytes of ``content`` each vector stands for, in order; empty where there is one vector,
  /// for all of it. A search finds the entry by the nearest of its chunks.
  public var spans: [Range<Int>]
  /// The owner's name for the entry.
  public var externalID: String?
  /// For example `faq`, `product`.
  public var entryType: String
  /// One category; may be empty.
  public var category: String
  /// For example `en`; may be empty.
  public var language: String
  /// Greater is more important.
  public var priority: Int32
  /// Whether searches for active entries find it.
  public var isActive: Bool
  /// Words a filter finds it by, whatever their case.
  public var keywords: [String]
  /// Labels a filter finds it by, whatever their case.
  public var tags: [String]
  /// Microseconds since 1970.
  public var createdAt: Int64
  /// Microseconds since 1970.
  public var updatedAt: Int64
  /// The title.
  public var title: String
  /// The text.
  public var content: String
  /// Any bytes; by convention the UTF-8 text of a JSON object.
  public var metadata: [UInt8]

  /// Makes an entry; all but identity, version, stamp and vector have plain defaults.
  public init(
    id: UUID, version: UInt64, stamp: UInt64, vector: [Float], spans: [Range<Int>] = [],
    externalID: String? = nil, entryType: String = "", category: String = "",
    language: String = "", priority: Int32 = 0, isActive: Bool = true, keywords: [String] = [],
    tags: [String] = [], createdAt: Int64 = 0, updatedAt: Int64 = 0, title: String = "",
    content: String = "", metadata: [UInt8] = []
  ) {
    self.id = id
    self.version = version
    self.stamp = stamp
    self.vector = vector
    self.spans = spans
    self.externalID = externalID
    self.entryType = entryType
    self.category = category
    self.language = language
    self.priority = priority
    self.isActive = isActive
    self.keywords = keywords
    self.tags = tags
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.title = title
    self.content = content
    self.metadata = metadata
  }
}

/// One step of ``Collection/apply(_:)``.
public enum Change: Sendable {
  /// Puts the entry in place of whatever has its id, unless that has a higher version.
  case upsert(Entry)
  /// Removes the entry, if it is there.
  case delete(UUID)
}

/// What parity compares: one live entry without its contents.
public struct EntryState: Hashable, Sendable {
  /// The entry's identity.
  public let id: UUID
  /// Its version.
  public let version: UInt64
  /// The caller's 64 bits about the row.
  public let stamp: UInt64

  /// Makes a state, as from a row of the truth.
  public init(id: UUID, version: UInt64, stamp: UInt64) {
    self.id = id
    self.version = version
    self.stamp = stamp
  }

  /// The entry's part of ``Collection/checksum``, which is the sum of them all modulo 2⁶⁴.
  /// The formula stands in FORMAT.md, section 7.
  public var hash64: UInt64 {
    Self.mixed(
      Self.mixed(Self.mixed(Self.mixed(0x4B4E_4F57_4C45_4447 ^ id.high) ^ id.low) ^ version)
        ^ stamp)
  }

  /// One step of SplitMix64.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var numbers = SeededGenerator(seed: value)
    return numbers.next()
  }
}

import Platform

/// An entry as somebody wants it to be; the database adds version, hash and times.
public struct EntryDraft: Equatable, Sendable {
  /// The owner's own identity of the entry, unique within its collection. Nil: the entry is known
  /// by its title and content, so that the same text is the same entry.
  public var externalID: String?
  /// The entry's id, where the caller knows it; nil lets the id follow from the identity.
  public var entryID: UUID?
  /// For example `text`, `faq`, `product`.
  public var entryType = "text"
  /// May be empty.
  public var title: String
  /// May be empty where the title is not.
  public var content: String
  /// The text of a JSON object; empty means `{}`.
  public var metadata = ""
  /// Words that it should be found by.
  public var keywords: [String] = []
  /// Labels for filters.
  public var tags: [String] = []
  /// May be empty.
  public var category = ""
  /// Greater is more important.
  public var priority: Int32 = 0
  /// BCP 47, such as `en`; may be empty.
  public var language = ""
  /// Whether searches find it.
  public var isActive = true

  /// - Parameters:
  ///   - externalID: The owner's own identity, if there is one.
  ///   - title: May be empty.
  ///   - content: May be empty where the title is not.
  public init(externalID: String? = nil, title: String = "", content: String) {
    self.externalID = externalID
    self.title = title
    self.content = content
  }

  /// The first thing that the schema does not allow; nil where all is well.
  ///
  /// - Parameter collection: Where it is to go: `products` and `services` have rules of their own.
  /// - Complexity: O(bytes).
  public func violation(in collection: String) -> EntryViolation? {
    generalViolation() ?? CatalogueCheck.violation(self, in: collection)
  }

  private func generalViolation() -> EntryViolation? {
    if let externalID {
      if externalID.isEmpty { return EntryViolation("external_id", "is empty; leave it out") }
      if let found = Self.check(externalID, "external_id", EntryLimits.externalIDByteCount) {
        return found
      }
    }
    if title.isEmpty && content.isEmpty {
      return EntryViolation("content", "is empty, and so is the title")
    }
    if title.utf8.count > EntryLimits.titleCharacterCount,
      title.unicodeScalars.count > EntryLimits.titleCharacterCount
    {
      return EntryViolation(
        "title",
        "has \(title.unicodeScalars.count) characters, more than "
          + "\(EntryLimits.titleCharacterCount)")
    }
    return Self.check(title, "title", Int.max)
      ?? Self.check(content, "content", EntryLimits.contentByteCount)
      ?? Self.check(entryType, "entry_type", EntryLimits.entryTypeByteCount)
      ?? Self.check(category, "category", EntryLimits.categoryByteCount)
      ?? Self.check(language, "language", EntryLimits.languageByteCount)
      ?? Self.check(keywords, "keywords") ?? Self.check(tags, "tags")
      ?? MetadataCheck.violation(metadata)
  }

  private static func check(_ text: String, _ field: String, _ limit: Int) -> EntryViolation? {
    let byteCount = text.utf8.count
    if byteCount > limit {
      return EntryViolation(field, "has \(byteCount) bytes, more than \(limit)")
    }
    if let place = text.utf8.firstIndex(of: 0) {
      let offset = text.utf8.distance(from: text.utf8.startIndex, to: place)
      return EntryViolation(field, "holds a NUL character at byte \(offset)")
    }
    return nil
  }

  private static func check(_ words: [String], _ field: String) -> EntryViolation? {
    if words.count > EntryLimits.keywordCount {
      return EntryViolation(
        field, "has \(words.count) elements, more than \(EntryLimits.keywordCount)")
    }
    for word in words {
      if let found = check(word, field, EntryLimits.keywordByteCount) { return found }
    }
    return nil
  }

  /// The id that follows from the identity: of the external id, else of title and content, within
  /// one business and collection. The same for the same on every machine.
  func derivedID(business: UUID, collection: String) -> UUID {
    var writer = ByteWriter(capacity: 32 + collection.utf8.count + content.utf8.count)
    writer.append(collection)
    if let externalID {
      writer.append(UInt8(ascii: "x"))
      writer.append(externalID)
    } else {
      writer.append(UInt8(ascii: "c"))
      writer.append(title)
      writer.append(content)
    }
    return UUID.named(writer.bytes, in: business)
  }
}

/// Why an entry was not taken.
public struct EntryViolation: Error, Equatable, Sendable {
  /// The column's name.
  public let field: String
  /// What is wrong with it, to be read after the field's name.
  public let reason: String

  /// - Parameters:
  ///   - field: The column's name.
  ///   - reason: Read after the field's name.
  public init(_ field: String, _ reason: String) {
    self.field = field
    self.reason = reason
  }
}

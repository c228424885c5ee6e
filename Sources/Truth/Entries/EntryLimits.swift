/// The largest values that an entry may hold, in one place. The schema's own checks are a little
/// wider (bytes where these count characters), so that no statement of ours meets them.
public enum EntryLimits {
  /// Characters of a title (Unicode scalars).
  public static let titleCharacterCount = 1000
  /// Bytes of the content.
  public static let contentByteCount = 1 << 20
  /// Bytes of the metadata's JSON text.
  public static let metadataByteCount = 256 << 10
  /// Arrays and objects inside each other in the metadata.
  public static let metadataDepth = 64
  /// Digits and exponent of a number in the metadata; Postgres keeps all of them.
  public static let metadataNumberExtent = 1000
  /// Digits that the exponents of all numbers in the metadata stand for, which Postgres writes out.
  public static let metadataWrittenDigits = 1 << 20
  /// Keywords of an entry, and tags of an entry.
  public static let keywordCount = 100
  /// Bytes of one keyword or tag.
  public static let keywordByteCount = 200
  /// Bytes of an external id.
  public static let externalIDByteCount = 1000
  /// Bytes of a collection's name, each of a-z 0-9 _ -: it names a directory of every node.
  public static let collectionByteCount = 64
  /// Bytes of a type.
  public static let entryTypeByteCount = 200
  /// Bytes of a category.
  public static let categoryByteCount = 400
  /// Bytes of a language (BCP 47).
  public static let languageByteCount = 35
  /// Bytes of a business's name.
  public static let businessNameByteCount = 400
  /// Entries in one call of `upsert`; callers with more call again.
  public static let batchCount = 10_000
}

/// The sizes that the engine accepts; each is checked before anything is allocated.
public enum Limits {
  /// Components of a vector.
  public static let dimension = 4096
  /// Results of one search.
  public static let resultCount = 10_000
  /// UTF-8 bytes of a collection's name.
  public static let nameByteCount = 64
  /// UTF-8 bytes of a model's name.
  public static let modelByteCount = 512
  /// Bytes of an entry's texts and metadata together.
  public static let entryByteCount = 16 << 20
  /// Vectors of an entry.
  public static let chunkCount = 4096
  /// Bytes of a feed position.
  public static let positionByteCount = 1 << 20
  /// Nesting of a filter.
  public static let filterDepth = 32
  /// Conditions of a filter, those inside others included.
  public static let filterPartCount = 4_096
  /// Values in one list of a filter.
  public static let filterValueCount = 65_536
  /// UTF-8 bytes of a metadata key in a filter.
  public static let filterKeyByteCount = 4_096
  /// Of a field in a text search.
  public static let fieldWeight = 1000.0
  /// Values of an entry's metadata that are listed for filters; entries with more are looked at one
  /// by one.
  static let metadataTermCount = 512
  /// Bytes of a metadata key, with those that it is nested in, that is listed for filters.
  static let metadataPathByteCount = 512
  /// Rows of one segment: row numbers are 32-bit.
  static let segmentRowCount = 1 << 31
}

import Platform

/// The texts of one entry as they lie in a content block, decoded field by field on demand.
///
/// Byte map: FORMAT.md, section 5.
public struct EntryRecord: Sendable, Equatable {
  /// Marks an entry without external id in place of its byte count.
  private static let absent = UInt32.max

  /// The record; the ranges below lie in it, and what they hold of text is UTF-8. For writers that
  /// need no `String`.
  public let bytes: [UInt8]
  /// The owner's name for the entry, nil where it has none.
  public let externalIDRange: Range<Int>?
  /// The title.
  public let titleRange: Range<Int>
  /// The text.
  public let contentRange: Range<Int>
  /// The metadata.
  public let metadataRange: Range<Int>
  private let listStart: Int

  /// - Returns: nil where a length does not fit `bytes`.
  init?(_ bytes: [UInt8]) {
    var reader = FieldReader(bytes: bytes)
    guard let external = reader.optionalField(), let title = reader.field(),
      let content = reader.field(), let metadata = reader.field()
    else { return nil }
    listStart = reader.offset
    for _ in 0..<2 {
      guard let count = reader.u32(), Int(count) <= bytes.count / 4 else { return nil }
      for _ in 0..<count { guard reader.field() != nil else { return nil } }
    }
    guard reader.offset == bytes.count else { return nil }
    self.bytes = bytes
    externalIDRange = external
    titleRange = title
    contentRange = content
    metadataRange = metadata
  }

  /// The owner's name for the entry.
  public var externalID: String? {
    externalIDRange.map { String(decoding: bytes[$0], as: UTF8.self) }
  }
  /// The title.
  public var title: String { String(decoding: titleUTF8, as: UTF8.self) }
  /// The text.
  public var content: String { String(decoding: contentUTF8, as: UTF8.self) }
  /// The metadata as it was given.
  public var metadata: [UInt8] { Array(metadataBytes) }
  /// The keywords, in the order and case in which they were given.
  public var keywords: [String] {
    var texts: [String] = []
    forEachKeyword { texts.append(String(decoding: bytes[$0], as: UTF8.self)) }
    return texts
  }
  /// The tags, in the order and case in which they were given.
  public var tags: [String] {
    var texts: [String] = []
    forEachTag { texts.append(String(decoding: bytes[$0], as: UTF8.self)) }
    return texts
  }

  /// The external id's UTF-8, without a `String` made of it.
  public var externalIDUTF8: ArraySlice<UInt8>? { externalIDRange.map { bytes[$0] } }
  /// The title's UTF-8, without a `String` made of it.
  public var titleUTF8: ArraySlice<UInt8> { bytes[titleRange] }
  /// The text's UTF-8, without a `String` made of it.
  public var contentUTF8: ArraySlice<UInt8> { bytes[contentRange] }
  /// The metadata, not copied.
  public var metadataBytes: ArraySlice<UInt8> { bytes[metadataRange] }

  /// Calls `body` with where each keyword stands in ``bytes``, in order.
  public func forEachKeyword(_ body: (Range<Int>) -> Void) { _ = eachText(from: listStart, body) }

  /// Calls `body` with where each tag stands in ``bytes``, in order.
  public func forEachTag(_ body: (Range<Int>) -> Void) {
    _ = eachText(from: eachText(from: listStart) { _ in }, body)
  }

  /// - Returns: Where the list that begins at `start` ends.
  private func eachText(from start: Int, _ body: (Range<Int>) -> Void) -> Int {
    var reader = FieldReader(bytes: bytes)
    reader.offset = start
    for _ in 0..<(reader.u32() ?? 0) {
      guard let range = reader.field() else { break }
      body(range)
    }
    return reader.offset
  }

  /// Bytes that ``encode(_:into:)`` will append; cheap, so that limits are checked first.
  static func byteCount(of entry: Entry) -> Int {
    var count = 6 * 4 + (entry.externalID?.utf8.count ?? 0) + entry.title.utf8.count
    count += entry.content.utf8.count + entry.metadata.count
    for keyword in entry.keywords { count += 4 + keyword.utf8.count }
    for tag in entry.tags { count += 4 + tag.utf8.count }
    return count
  }

  /// Appends the record of `entry`.
  static func encode(_ entry: Entry, into bytes: inout [UInt8]) {
    if let externalID = entry.externalID {
      append(externalID, to: &bytes)
    } else {
      append(absent, to: &bytes)
    }
    append(entry.title, to: &bytes)
    append(entry.content, to: &bytes)
    append(UInt32(entry.metadata.count), to: &bytes)
    bytes.append(contentsOf: entry.metadata)
    for list in [entry.keywords, entry.tags] {
      append(UInt32(list.count), to: &bytes)
      for text in list { append(text, to: &bytes) }
    }
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    append(UInt32(text.utf8.count), to: &bytes)
    bytes.append(contentsOf: text.utf8)
  }

  private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    bytes.append(UInt8(truncatingIfNeeded: value))
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    bytes.append(UInt8(truncatingIfNeeded: value >> 16))
    bytes.append(UInt8(truncatingIfNeeded: value >> 24))
  }

  /// Takes length-prefixed fields off the front as ranges.
  private struct FieldReader {
    let bytes: [UInt8]
    var offset = 0

    mutating func u32() -> UInt32? {
      guard bytes.count - offset >= 4 else { return nil }
      defer { offset += 4 }
      return UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8
        | UInt32(bytes[offset + 2]) << 16 | UInt32(bytes[offset + 3]) << 24
    }

    mutating func field() -> Range<Int>? {
      guard let count = u32(), Int(count) <= bytes.count - offset else { return nil }
      defer { offset += Int(count) }
      return offset..<offset + Int(count)
    }

    /// A field that may be absent: nil past the end, `.some(nil)` where absent.
    mutating func optionalField() -> Range<Int>?? {
      let start = offset
      guard let count = u32() else { return nil }
      if count == EntryRecord.absent { return .some(nil) }
      offset = start
      guard let range = field() else { return nil }
      return .some(range)
    }
  }
}

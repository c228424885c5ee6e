/// The texts by which an entry is embedded: one, or one for each chunk of long content.
///
/// Each text begins with what names the entry (``PassageText``), so that a chunk from the middle of
/// a manual still says what it is about.
public struct Passages: Sendable, Equatable {
  /// Raised whenever the same entry may give other texts; vectors are made anew then.
  public static let version: UInt64 = 1
  /// Chunks of one entry at most. What content has beyond them is in no vector; Latin script gets
  /// there at about a megabyte.
  public static let chunkLimit = 1_024

  /// At least one.
  public private(set) var texts: [String]
  /// Which bytes of the content each text holds, ascending and overlapping; empty where the entry
  /// is one chunk, whose only text has all of it.
  public private(set) var spans: [Range<Int>]
  /// Whether the end of the content is in no text, because of ``chunkLimit``.
  public private(set) var isCut: Bool

  /// - Parameters:
  ///   - title: The title or question; may be empty.
  ///   - keywords: In the owner's order; may be empty.
  ///   - content: The text; may be empty.
  ///   - size: How much the model reads.
  /// - Complexity: O(bytes), and a count of the tokens where the text is not short.
  public init(title: String, keywords: [String] = [], content: String, size: ChunkSize) {
    let whole = PassageText.make(title: title, keywords: keywords, content: content)
    (texts, spans, isCut) = ([whole], [], false)
    if size.fits(whole) { return }
    let name = Self.shortened(PassageText.make(title: title, keywords: keywords, content: ""), size)
    let taken = name.isEmpty ? 0 : size.tokenCount(name)
    let splitter = ChunkSplitter(
      limit: size.tokenLimit - taken, chunkLimit: Self.chunkLimit, measure: size.measure)
    let bytes = Array(content.utf8)
    let found = splitter.split(bytes)
    guard found.spans.count > 1 else { return }
    (spans, isCut) = (found.spans, found.isCut)
    texts = spans.map { span in
      let part = String(decoding: bytes[span], as: UTF8.self)
      return name.isEmpty ? part : name + "\n" + part
    }
  }

  /// The beginning of what names an entry, so that half of a passage is left for the content.
  private static func shortened(_ name: String, _ size: ChunkSize) -> String {
    let half = size.tokenLimit / 2
    var name = name
    if name.utf8.count > half * ChunkSize.tokenByteCount {
      name = String(name.prefix(half * ChunkSize.tokenByteCount))
    }
    while name.unicodeScalars.count > 1, size.measure(name) > half {
      let scalars = name.unicodeScalars
      name = String(scalars.prefix(scalars.count * 3 / 4))
    }
    return name
  }
}

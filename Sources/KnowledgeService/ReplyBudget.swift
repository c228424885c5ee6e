import RPC

/// Counts what an answer holds while it is made, so that one too large is refused before it fills
/// the memory.
struct ReplyBudget {
  /// What an entry takes beside its texts and its vector, at most: identity, numbers, and the tags
  /// and lengths of the fields around them.
  private static let entryByteCount = 192

  /// Bytes that the answer may have.
  let limit: Int
  private var byteCount = 0

  init(limit: Int) { self.limit = limit }

  /// Counts one more entry.
  ///
  /// - Parameter others: Bytes of what stands beside it.
  /// - Throws: ``RPCRefusal`` naming the limit once it is passed.
  mutating func add(_ entry: WireEntry, others: Int = 0) throws(RPCRefusal) {
    byteCount += others + Self.entryByteCount + entry.title.utf8.count + entry.content.utf8.count
    byteCount += entry.metadataJSON.utf8.count + entry.externalID.utf8.count
    byteCount += entry.collection.utf8.count + entry.entryType.utf8.count
    byteCount += entry.category.utf8.count + entry.language.utf8.count
    byteCount += entry.vector.count * MemoryLayout<Float>.size
    for text in entry.keywords { byteCount += 6 + text.utf8.count }
    for text in entry.tags { byteCount += 6 + text.utf8.count }
    guard byteCount <= limit else { throw .replyTooLarge(limit: limit) }
  }
}

/// What the segments of a store share: nothing in it is needed but for speed.
struct SegmentCaches: Sendable {
  let contents: BlockCache
  let filters: FilterCache

  /// Caches that keep nothing.
  static var none: SegmentCaches {
    SegmentCaches(contents: BlockCache(byteLimit: 0), filters: FilterCache(byteLimit: 0))
  }
}

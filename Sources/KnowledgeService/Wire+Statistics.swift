import KnowledgeStore
import RPC

extension StoreStats {
  /// The message of what stands in memory of the files.
  init(_ figures: StoreStatistics) {
    self.init()
    collections = UInt64(figures.collectionCount)
    open = UInt64(figures.open.count)
    closed = UInt64(figures.closedCollectionCount)
    segments = UInt64(figures.copiedSegmentCount)
    segmentBytes = UInt64(max(0, figures.copiedSegmentByteCount))
    evicted = UInt64(figures.evictedSegmentCount)
    mapped = UInt64(figures.mappedSegmentCount)
    mappedBytes = UInt64(max(0, figures.mappedSegmentByteCount))
  }
}

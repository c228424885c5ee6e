/// Which part of its entry a row is.
struct ChunkPart {
  /// From 0.
  var chunk: UInt32
  /// Bytes of the content; 0 and 0 for a whole entry.
  var start: UInt32
  var end: UInt32
  /// Rows of the entry.
  var count: UInt32

  /// An entry that is one row.
  static let whole = ChunkPart(chunk: 0, start: 0, end: 0, count: 1)

  private init(chunk: UInt32, start: UInt32, end: UInt32, count: UInt32) {
    (self.chunk, self.start, self.end, self.count) = (chunk, start, end, count)
  }

  /// Chunk `index` of an entry whose spans were checked.
  init(_ entry: Entry, _ index: Int) {
    let span = entry.spans[index]
    self.init(
      chunk: UInt32(index), start: UInt32(span.lowerBound), end: UInt32(span.upperBound),
      count: UInt32(entry.spans.count))
  }
}

extension Entry {
  /// Vectors, and rows of the store.
  public var chunkCount: Int { max(1, spans.count) }

  /// `[dimension]`: the vector of one chunk; empty where there is no such chunk.
  public func vector(ofChunk chunk: Int) -> [Float] {
    guard (0..<chunkCount).contains(chunk) else { return [] }
    let dimension = vector.count / chunkCount
    return Array(vector[chunk * dimension..<(chunk + 1) * dimension])
  }

  /// Checks that the spans are ranges of the content, each beginning past the one before.
  func checkSpans() throws(StoreError) {
    if spans.isEmpty { return }
    guard (2...Limits.chunkCount).contains(spans.count) else {
      throw .invalidSpans(
        entry: id, reason: "\(spans.count) chunks; there may be 2 to \(Limits.chunkCount), or none")
    }
    var last = -1
    for (index, span) in spans.enumerated() {
      guard span.lowerBound > last, !span.isEmpty, span.upperBound <= content.utf8.count else {
        throw .invalidSpans(
          entry: id,
          reason: "chunk \(index) is bytes \(span.lowerBound) to \(span.upperBound) of"
            + " \(content.utf8.count)")
      }
      last = span.lowerBound
    }
  }

  /// Row `index` of an entry with chunks: texts stand in the first one only.
  func row(_ index: Int) -> Entry {
    var row = self
    row.vector = vector(ofChunk: index)
    if index > 0 {
      row.externalID = nil
      row.keywords = []
      row.tags = []
      row.title = ""
      row.content = ""
      row.metadata = []
    }
    return row
  }
}

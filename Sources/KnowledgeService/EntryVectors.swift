import Embedding
import KnowledgeStore
import Platform
import Truth

/// The vectors of one entry, and what of its content each stands for.
struct EntryVectors: Equatable {
  /// `[dimension]`, or `[spans.count][dimension]`.
  var vector: [Float] = []
  /// Bytes of the content; empty where there is one vector, for all of it.
  var spans: [Range<Int>] = []

  init(vector: [Float] = [], spans: [Range<Int>] = []) {
    self.vector = vector
    self.spans = spans
  }

  /// Those that the store holds.
  init(_ entry: StoredEntry) { self.init(vector: entry.vector, spans: entry.spans) }

  /// Those that the truth keeps for the row's present text; nil where any is missing.
  ///
  /// - Parameter kept: Vectors of the row's entry, in the order of chunks for each model.
  init?(_ kept: [EmbeddingRow], of row: EntryRow, model: String) {
    let rows = kept.lazy.filter { $0.model == model && $0.contentHash == row.contentHash }
    guard let first = rows.first else { return nil }
    if first.chunkCount == 1 {
      guard first.chunk == 0 else { return nil }
      self.init(vector: first.vector)
      return
    }
    self.init()
    for row in rows.prefix(Int(first.chunkCount)) {
      guard Int(row.chunk) == spans.count else { return nil }
      vector += row.vector
      spans.append(row.span)
    }
    guard spans.count == Int(first.chunkCount) else { return nil }
  }

  /// What a model made of the texts of an entry, or why it refuses one of them.
  static func joining(
    _ vectors: some Sequence<Result<[Float], EmbeddingError>>, spans: [Range<Int>]
  ) -> Result<EntryVectors, EmbeddingError> {
    var joined = EntryVectors(spans: spans)
    for vector in vectors {
      switch vector {
      case .success(let vector): joined.vector += vector
      case .failure(let error): return .failure(error)
      }
    }
    return .success(joined)
  }

  /// The rows that keep them in the truth.
  func rows(entry: UUID, model: String, contentHash: [UInt8]) -> [EmbeddingRow] {
    let count = max(1, spans.count)
    let dimension = vector.count / count
    return (0..<count).map { chunk in
      EmbeddingRow(
        entryID: entry, chunk: Int32(chunk), chunkCount: Int32(count),
        span: spans.isEmpty ? 0..<0 : spans[chunk], model: model, contentHash: contentHash,
        vector: Array(vector[chunk * dimension..<(chunk + 1) * dimension]))
    }
  }

  /// These vectors for another text of the entry, until it has its own: spans end with the content,
  /// between two scalars, and what lies beyond it goes.
  func fitted(to content: String) -> EntryVectors {
    if spans.isEmpty { return self }
    let text = content.utf8
    let dimension = vector.count / spans.count
    func boundary(_ offset: Int) -> Int {
      if offset >= text.count { return text.count }
      let index = content.unicodeScalars.index(
        before: content.unicodeScalars.index(
          after: text.index(text.startIndex, offsetBy: offset)))
      return text.distance(from: text.startIndex, to: index)
    }
    var fitted = EntryVectors()
    for (chunk, span) in spans.enumerated() {
      let (start, end) = (boundary(span.lowerBound), boundary(span.upperBound))
      guard start < end, start > fitted.spans.last?.lowerBound ?? -1 else { continue }
      fitted.spans.append(start..<end)
      fitted.vector += vector[chunk * dimension..<(chunk + 1) * dimension]
    }
    if fitted.spans.count > 1 { return fitted }
    return EntryVectors(vector: Array(vector[..<dimension]))
  }
}

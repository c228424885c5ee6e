import Embedding
import KnowledgeStore
import Platform
import Truth

/// Turns rows of the truth into entries of one model's collections: finds their vectors, or makes
/// them.
struct RowEmbedding {
  /// A living row, with its vector where the truth has one of the model for its present text.
  struct Row {
    let row: EntryRow
    let kept: EntryVectors?
  }

  /// What brings a collection to the state of some rows.
  struct Result {
    /// In the order of the rows, then what is removed.
    var changes: [Change] = []
    /// Entries whose vector is to be made in the background: the collection holds them with the
    /// vector of their older text, or not yet.
    var lacking: [UUID] = []
    /// Vectors that were made here and are worth keeping.
    var made: [EmbeddingRow] = []
    /// Entries that were embedded here without the end of their content, which is too long.
    var cutCount = 0
  }

  /// Texts of one batch that are embedded at once by a model whose vectors are worth keeping, so
  /// that a writer of a few entries finds them; the rest of an import goes to the background, and
  /// so does all that may wait for a server: nobody's changes wait for it.
  static let inlineCount = 16

  let model: ServedModel
  /// Rows come in the order of a scan, which looks for missing rows: one that the collection holds
  /// in the same state is not looked at further.
  var isScan = false
  /// Writes every row, whatever the collection holds.
  var isRewriting = false
  /// Texts to embed at once, where the model's vectors are worth keeping.
  var inlineLimit = RowEmbedding.inlineCount
  /// Told of the time that embedding takes; the thread is at indexing.
  var stages: StageTimes?

  /// The row of a feed's entry with this model's vectors; nil where it does not live.
  func row(of entry: FeedEntry) -> Row? {
    guard let row = entry.row, row.deletedAt == nil else { return nil }
    guard model.keepsVectors else { return Row(row: row, kept: nil) }
    return Row(row: row, kept: EntryVectors(entry.embeddings, of: row, model: model.label))
  }

  /// The changes that bring a collection to the state of `rows`, and the ids of `removed`.
  ///
  /// A row that the collection holds in the same version and with the same stamp gives no change,
  /// but for a vector that has come since. One whose text is the same keeps its vector.
  ///
  /// - Parameters:
  ///   - rows: Living rows of the collection.
  ///   - removed: Entries that it should not hold.
  ///   - collection: What holds the present state.
  ///   - refuse: Told of each row whose text the model refuses, and why: the collection will not
  ///     hold it, for its older text is not what it says.
  /// - Throws: ``ApplyError`` of the model, or of a damaged file.
  func changes(
    rows: [Row], removed: [UUID], in collection: Collection, refuse: (UUID, String) -> Void
  ) throws(ApplyError) -> Result {
    var result = Result()
    result.changes.reserveCapacity(rows.count + removed.count)
    var texts: [String] = []
    var pending: [Pending] = []
    for row in rows {
      if try isOlder(row.row, in: collection) { result.changes.append(.delete(row.row.entryID)) }
      let held = isRewriting ? Held.nothing : try held(row.row, in: collection)
      switch (held, row.kept) {
      case (.same, nil): continue
      case (.same, let kept?):
        if isScan { continue }
        if try vectors(of: row.row, in: collection) != kept {
          result.changes.append(.upsert(StoredEntry(row.row, kept)))
        }
      case (_, let kept?): result.changes.append(.upsert(StoredEntry(row.row, kept)))
      case (.sameText(let vectors), nil):
        result.changes.append(.upsert(StoredEntry(row.row, vectors)))
      case (.otherText, nil), (.nothing, nil):
        var older: EntryVectors?
        if case .otherText(let vectors) = held { older = vectors.fitted(to: row.row.content) }
        if let passages = inlinePassages(of: row.row, besides: texts.count) {
          pending.append(
            Pending(
              index: result.changes.count, row: row.row, spans: passages.spans, older: older))
          texts += passages.texts
          if passages.isCut { result.cutCount += 1 }
          // The vectors follow below, all texts in one call.
          result.changes.append(.upsert(StoredEntry(row.row, EntryVectors())))
        } else {
          result.lacking.append(row.row.entryID)
          if let older { result.changes.append(.upsert(StoredEntry(row.row, older))) }
        }
      }
    }
    try embed(texts, pending, &result, refuse)
    for id in removed { result.changes.append(.delete(id)) }
    return result
  }

  /// The texts of a row that is embedded at once; nil leaves it to the background.
  private func inlinePassages(of row: EntryRow, besides textCount: Int) -> Passages? {
    guard model.keepsVectors else { return model.passages(of: row) }
    guard textCount < inlineLimit else { return nil }
    let passages = model.passages(of: row)
    return textCount + passages.texts.count <= inlineLimit ? passages : nil
  }

  /// A row whose text is embedded at once.
  private struct Pending {
    /// Its place among the changes.
    let index: Int
    let row: EntryRow
    let spans: [Range<Int>]
    /// The vectors of the text that the collection holds.
    let older: EntryVectors?
  }

  /// Puts the vectors of the texts into the changes that wait for them.
  private func embed(
    _ texts: [String], _ pending: [Pending], _ result: inout Result,
    _ refuse: (UUID, String) -> Void
  ) throws(ApplyError) {
    if texts.isEmpty { return }
    let vectors: [Swift.Result<[Float], EmbeddingError>]
    do throws(ApplyError) { vectors = try made(of: texts) } catch {
      guard model.keepsVectors, case .embedding = error else { throw error }
      // A model that is away must not hold up deletes and everybody's other changes.
      result.lacking += pending.map(\.row.entryID)
      for place in pending.reversed() {
        if let older = place.older {
          result.changes[place.index] = .upsert(StoredEntry(place.row, older))
        } else {
          result.changes.remove(at: place.index)
        }
      }
      return
    }
    var rest = vectors[...]
    for place in pending {
      let own = rest.prefix(max(1, place.spans.count))
      rest = rest.dropFirst(own.count)
      switch EntryVectors.joining(own, spans: place.spans) {
      case .success(let vectors):
        result.changes[place.index] = .upsert(StoredEntry(place.row, vectors))
        if model.keepsVectors {
          result.made += vectors.rows(
            entry: place.row.entryID, model: model.label, contentHash: place.row.contentHash)
        }
      case .failure(let error):
        refuse(place.row.entryID, error.description)
        result.changes[place.index] = .delete(place.row.entryID)
      }
    }
  }

  private func made(
    of texts: [String]
  ) throws(ApplyError) -> [Swift.Result<[Float], EmbeddingError>] {
    guard let stages else { return try model.passages.vectors(of: texts) }
    return try stages.indexing.pause { () throws(ApplyError) in
      try stages.embedding.measure { () throws(ApplyError) in
        try model.passages.vectors(of: texts)
      }
    }
  }

  /// Whether the collection holds a later version than the truth does. That happens where a
  /// database was restored to its past: the engine would keep the row of the lost future, so it
  /// goes first.
  private func isOlder(_ row: EntryRow, in collection: Collection) throws(ApplyError) -> Bool {
    do throws(StoreError) {
      return try collection.state(of: row.entryID).map { $0.version > row.version } ?? false
    } catch { throw .store(error) }
  }

  private enum Held {
    case nothing
    case same
    case sameText(EntryVectors)
    case otherText(EntryVectors)
  }

  private func held(_ row: EntryRow, in collection: Collection) throws(ApplyError) -> Held {
    do throws(StoreError) {
      guard let held = try collection.state(of: row.entryID) else { return .nothing }
      if held.version == row.version && held.stamp == row.stamp { return .same }
      guard let entry = try collection.get(row.entryID) else { return .nothing }
      let isSame =
        ByteText(entry.title) == ByteText(row.title)
        && ByteText(entry.content) == ByteText(row.content)
        && entry.keywords.map(ByteText.init(_:)) == row.keywords.map(ByteText.init(_:))
      let vectors = EntryVectors(entry)
      return isSame ? .sameText(vectors) : .otherText(vectors)
    } catch { throw .store(error) }
  }

  private func vectors(
    of row: EntryRow, in collection: Collection
  ) throws(ApplyError) -> EntryVectors? {
    do throws(StoreError) { return try collection.get(row.entryID).map(EntryVectors.init) } catch {
      throw .store(error)
    }
  }
}

extension Embedder {
  /// The vector of each text, or why the model refuses it: one bad text must not hold up others.
  ///
  /// - Throws: ``ApplyError/embedding(_:)`` where the model fails for another reason.
  func vectors(
    of texts: [String]
  ) throws(ApplyError) -> [Result<[Float], EmbeddingError>] {
    do throws(EmbeddingError) {
      let all = try embed(texts, as: .passage)
      let dimension = model.dimension
      return texts.indices.map { text in
        let vector = Array(all[text * dimension..<(text + 1) * dimension])
        guard ModelTrial.unusableRow(of: vector, dimension: dimension) == nil else {
          return .failure(
            .noVector(model: model.name, detail: "it is zero or holds a NaN or an infinity"))
        }
        return .success(vector)
      }
    } catch {
      guard error.isOfOneText else { throw .embedding(error) }
      if texts.count == 1 { return [.failure(error)] }
      let middle = texts.count / 2
      return try vectors(of: Array(texts[..<middle])) + vectors(of: Array(texts[middle...]))
    }
  }
}

extension StoredEntry {
  /// The engine's entry for a row of the truth.
  init(_ row: EntryRow, _ vectors: EntryVectors) {
    self.init(
      id: row.entryID, version: row.version, stamp: row.stamp, vector: vectors.vector,
      spans: vectors.spans, externalID: row.externalID, entryType: row.entryType,
      category: row.category,
      language: row.language, priority: row.priority, isActive: row.isActive,
      keywords: row.keywords, tags: row.tags, createdAt: row.createdAt, updatedAt: row.updatedAt,
      title: row.title, content: row.content, metadata: Array(row.metadata.utf8))
  }
}

import Embedding
import KnowledgeStore
import Platform
import Truth

/// Turns rows of the truth into entries of the engine: embeds what has to be embedded.
struct RowEmbedding: Sendable {
  let embedder: any Embedder

  /// The embedding space of the collections that it fills.
  var space: CollectionConfiguration {
    CollectionConfiguration(
      dimension: embedder.model.dimension, model: embedder.model.name,
      modelFingerprint: embedder.model.fingerprint)
  }

  /// The changes that bring a collection to the state of `rows`, and the ids of `removed`.
  ///
  /// A row that the collection holds in the same version and with the same stamp gives no change.
  /// One whose text is the same keeps its vector.
  ///
  /// - Parameters:
  ///   - rows: Living rows of the collection.
  ///   - removed: Entries that it should not hold.
  ///   - collection: What holds the present state.
  ///   - rewriting: Embeds and writes every row, whatever the collection holds.
  ///   - refuse: Told of each row whose text the model refuses, and why: the collection will not
  ///     hold it, for its older text is not what it says.
  /// - Throws: ``ApplyError`` of the model, or of a damaged file.
  func changes(
    rows: [EntryRow], removed: [UUID], in collection: Collection, rewriting: Bool = false,
    refuse: (UUID, String) -> Void
  ) throws(ApplyError) -> [Change] {
    var changes: [Change] = []
    changes.reserveCapacity(rows.count + removed.count)
    var texts: [String] = []
    var pending: [(index: Int, row: Int)] = []
    for (index, row) in rows.enumerated() {
      if try isOlder(row, in: collection) { changes.append(.delete(row.entryID)) }
      if !rewriting {
        switch try held(row, in: collection) {
        case .same: continue
        case .sameText(let vector):
          changes.append(.upsert(StoredEntry(row, vector: vector)))
          continue
        case .otherText: break
        }
      }
      pending.append((changes.count, index))
      texts.append(
        PassageText.make(title: row.title, keywords: row.keywords, content: row.content))
      // The vector follows below, all texts in one call.
      changes.append(.upsert(StoredEntry(row, vector: [])))
    }
    if !texts.isEmpty {
      let vectors = try vectors(of: texts)
      for (vector, place) in zip(vectors, pending) {
        let row = rows[place.row]
        switch vector {
        case .success(let vector):
          changes[place.index] = .upsert(StoredEntry(row, vector: vector))
        case .failure(let error):
          refuse(row.entryID, error.description)
          changes[place.index] = .delete(row.entryID)
        }
      }
    }
    for id in removed { changes.append(.delete(id)) }
    return changes
  }

  /// The vector of each text, or why the model refuses it: one bad text must not hold up others.
  private func vectors(
    of texts: [String]
  ) throws(ApplyError) -> [Result<[Float], EmbeddingError>] {
    do throws(EmbeddingError) {
      let all = try embedder.embed(texts, as: .passage)
      let dimension = embedder.model.dimension
      return texts.indices.map { .success(Array(all[$0 * dimension..<($0 + 1) * dimension])) }
    } catch {
      guard case .refused = error else { throw .embedding(error) }
      if texts.count == 1 { return [.failure(error)] }
      let middle = texts.count / 2
      return try vectors(of: Array(texts[..<middle])) + vectors(of: Array(texts[middle...]))
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
    case same
    case sameText(vector: [Float])
    case otherText
  }

  private func held(_ row: EntryRow, in collection: Collection) throws(ApplyError) -> Held {
    do throws(StoreError) {
      guard let held = try collection.state(of: row.entryID) else { return .otherText }
      if held.version == row.version && held.stamp == row.stamp { return .same }
      guard let entry = try collection.get(row.entryID), entry.title == row.title,
        entry.content == row.content, entry.keywords == row.keywords
      else { return .otherText }
      return .sameText(vector: entry.vector)
    } catch { throw .store(error) }
  }
}

extension StoredEntry {
  /// The engine's entry for a row of the truth.
  init(_ row: EntryRow, vector: [Float]) {
    self.init(
      id: row.entryID, version: row.version, stamp: row.stamp, vector: vector,
      externalID: row.externalID, entryType: row.entryType, category: row.category,
      language: row.language, priority: row.priority, isActive: row.isActive,
      keywords: row.keywords, tags: row.tags, createdAt: row.createdAt, updatedAt: row.updatedAt,
      title: row.title, content: row.content, metadata: Array(row.metadata.utf8))
  }
}

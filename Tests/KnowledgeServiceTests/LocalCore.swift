import Embedding
import KnowledgeStore
import Platform
import RPC
import TestSupport
import Truth

@testable import KnowledgeService

/// The methods over a store of its own, with a database that is away.
final class LocalCore {
  let folder: TestFolder
  let store: Store
  let core: KnowledgeCore
  let owner = UUID.random()
  var principal: Principal { .business(owner) }

  init(replyByteCount: Int = 64 << 20) throws {
    folder = try TestFolder()
    store = try Store.open(directory: folder.path + "/store")
    core = KnowledgeCore(
      store: store, served: ServedModels(ModelSet(target: HashedEmbedder())),
      entries: EntryStore(connectionInfo: "host=/nowhere"), freshness: Freshness(),
      limits: ServiceLimits(), replyByteCount: replyByteCount, poke: {})
  }

  deinit {
    store.close()
    folder.close()
  }

  /// Fills a collection with entries of a title and so many bytes of content.
  func fill(_ name: String, _ count: Int, contentByteCount: Int = 10) throws -> [UUID] {
    let model = core.models.target.model
    let collection = try store.collection(
      CollectionKey(owner: owner, name: name),
      configuration: CollectionConfiguration(
        dimension: model.dimension, model: model.name, modelFingerprint: model.fingerprint))
    let texts = (0..<count).map { "title \($0)" }
    let vectors = try core.models.target.passages.embed(texts, as: .passage)
    let ids = (0..<count).map { UUID(high: 1, low: UInt64($0 + 1)) }
    try collection.apply(
      ids.indices.map { index in
        .upsert(
          StoredEntry(
            id: ids[index], version: 1, stamp: 0,
            vector: Array(vectors[index * model.dimension..<(index + 1) * model.dimension]),
            externalID: "row-\(index)", title: texts[index],
            content: String(repeating: "x", count: contentByteCount)))
      })
    return ids
  }
}

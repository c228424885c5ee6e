import Embedding
import KnowledgeStore
import Platform
import Truth

/// A model as the service uses it.
struct ServedModel: Sendable {
  /// Embeds queries, and remembers them.
  let queries: CachingEmbedder
  /// Embeds passages; nothing is remembered, for they stand in the files.
  let passages: any Embedder

  /// How much of a text it reads.
  private let chunkSize: ChunkSize

  init(_ embedder: any Embedder) {
    passages = embedder
    chunkSize = embedder.chunkSize
    queries = CachingEmbedder(embedder)
  }

  /// Whether embedding may wait for a server.
  var mayWait: Bool { passages.mayWait }

  /// Its embedding space.
  var model: EmbeddingModel { passages.model }

  /// Whether its vectors are worth keeping in the truth: making them again takes long, or money.
  var keepsVectors: Bool { passages.keepsVectors }

  /// What its vectors are called in the truth (`EmbeddingRow.model`).
  var label: String { model.description }

  /// The embedding space of its collections.
  var configuration: CollectionConfiguration {
    CollectionConfiguration(
      dimension: model.dimension, model: model.name, modelFingerprint: model.fingerprint)
  }

  /// The texts by which an entry is embedded.
  func passages(title: String, keywords: [String], content: String) -> Passages {
    Passages(title: title, keywords: keywords, content: content, size: chunkSize)
  }

  /// The texts by which a row of the truth is embedded.
  func passages(of row: EntryRow) -> Passages {
    passages(title: row.title, keywords: row.keywords, content: row.content)
  }

  /// The collection of this name that has its vectors. The built-in model's has the plain name.
  func key(_ name: String, of business: UUID) -> CollectionKey {
    CollectionKey(owner: business, name: name, space: space)
  }

  /// What its collections are told by from other models'.
  var space: UInt64 { keepsVectors ? max(1, model.fingerprint) : 0 }
}

/// The models of a node: the one that every collection is to have, and those that some still have
/// while their entries are embedded anew.
///
/// A class, though a value: Swift 6.3 with optimisation may read a copy of a struct that holds an
/// `any Embedder` from where it was copied, after another value was put there and the first one
/// was freed (temp-rvalue-elimination; AddressSanitizer showed it).
final class ModelSet: Sendable {
  /// What every collection is to have.
  let target: ServedModel
  /// All of them, the target first.
  let all: [ServedModel]

  /// - Parameters:
  ///   - target: What every collection is to have.
  ///   - others: Models that collections may have from before.
  init(target: any Embedder, others: [any Embedder] = []) {
    self.target = ServedModel(target)
    all =
      [self.target]
      + others.filter { $0.model.fingerprint != target.model.fingerprint }.map(ServedModel.init)
  }

  private init(target: ServedModel, others: [ServedModel]) {
    self.target = target
    all = [target] + others
  }

  /// The set with another target.
  ///
  /// - Parameter keeps: Whether one of the present models is needed still.
  func changed(to embedder: any Embedder, keeping keeps: (ServedModel) -> Bool) -> ModelSet {
    ModelSet(
      target: ServedModel(embedder),
      others: all.filter {
        $0.model.fingerprint != embedder.model.fingerprint && (!$0.keepsVectors || keeps($0))
      })
  }

  /// The model that made a collection's vectors; nil where this node does not have it.
  func model(of configuration: CollectionConfiguration) -> ServedModel? {
    all.first { $0.model.fingerprint == configuration.modelFingerprint }
  }

  /// Where entries of a collection of the truth belong: the target's collection, and each other one
  /// of that name that is there and answers until the target's is whole.
  func destinations(
    _ name: String, of business: UUID, in store: Store
  ) throws(StoreError) -> [(model: ServedModel, key: CollectionKey)] {
    var found: [(ServedModel, CollectionKey)] = [(target, target.key(name, of: business))]
    for model in all.dropFirst() {
      let key = model.key(name, of: business)
      if store.contains(key) { found.append((model, key)) }
    }
    return found
  }

  /// The key of the collection that ``serving(_:of:in:)`` gives; nothing is opened.
  func servingKey(_ name: String, of business: UUID, in store: Store) -> CollectionKey {
    let wanted = target.key(name, of: business)
    guard all.count > 1, store.isIncomplete(wanted) || !store.contains(wanted) else {
      return wanted
    }
    let others = all.dropFirst().map { $0.key(name, of: business) }
    return others.first { store.contains($0) && !store.isIncomplete($0) } ?? wanted
  }

  /// The collection that answers: the target's as soon as it is whole, until then another model's
  /// that is.
  ///
  /// - Throws: What opening it throws.
  func serving(
    _ name: String, of business: UUID, in store: Store
  ) throws(StoreError) -> Collection? {
    try store.existing(servingKey(name, of: business, in: store))
  }
}

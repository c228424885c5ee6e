import Embedding
import KnowledgeStore
import Platform
import RPC
import Truth

/// Who asks, and for which business: fixed when the connection was authenticated.
struct Scope: Sendable, Equatable {
  /// The business whose collections the connection may use; nil for an operator without one.
  let business: UUID?
  /// Whether operator methods are allowed.
  let isOperator: Bool
}

/// What every method needs: the files, the model, the truth, and how fresh the files are.
///
/// The methods stand in extensions, one file a group. They take decoded messages and a ``Scope``
/// and give messages; nothing here knows a socket.
final class KnowledgeCore: Sendable {
  /// The collection that an empty name means.
  static let defaultCollection = "knowledge"

  let store: Store
  let embedder: any Embedder
  let entries: EntryStore
  let freshness: Freshness
  let limits: ServiceLimits
  /// Wakes the feed, so that a writer reads its own write soon.
  let poke: @Sendable () -> Void
  let startedNanoseconds = Clock.monotonicNanoseconds

  init(
    store: Store, embedder: any Embedder, entries: EntryStore, freshness: Freshness,
    limits: ServiceLimits, poke: @escaping @Sendable () -> Void
  ) {
    self.store = store
    self.embedder = embedder
    self.entries = entries
    self.freshness = freshness
    self.limits = limits
    self.poke = poke
  }

  /// The embedding space of new collections.
  var configuration: CollectionConfiguration {
    CollectionConfiguration(
      dimension: embedder.model.dimension, model: embedder.model.name,
      modelFingerprint: embedder.model.fingerprint)
  }

  /// The caller's business.
  func business(of scope: Scope) throws(ServiceFault) -> UUID {
    guard let business = scope.business else { throw .noBusiness }
    return business
  }

  /// The key of a collection that the caller names; nothing else ever makes a key from a request,
  /// so a request cannot reach another business's files.
  func key(_ name: String, scope: Scope) throws(ServiceFault) -> CollectionKey {
    CollectionKey(
      owner: try business(of: scope), name: name.isEmpty ? Self.defaultCollection : name)
  }

  /// The open collection that the caller names.
  func collection(named name: String, scope: Scope) throws(ServiceFault) -> Collection {
    let key = try key(name, scope: scope)
    do {
      if let collection = try store.existing(key) { return collection }
    } catch { throw ServiceFault(error) }
    throw ServiceFault(
      .notFound, "there is no collection \"\(key.name)\"",
      remediation: "import something into it, or see knowledge stats for the names",
      details: ["collection": key.name])
  }
}

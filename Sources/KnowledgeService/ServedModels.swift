import Embedding
import KnowledgeStore
import Platform
import Synchronization
import Truth

/// The models of a running node, with what embeds in the background; an operator may change them.
///
/// The applier's thread alone changes them, between two steps, so that a step has one set. Searches
/// read them at any moment: each finds a set that is whole.
final class ServedModels: Sendable {
  private struct State {
    var set: ModelSet
    var backlog: EmbeddingBacklog?
    /// Threads of earlier backlogs, which may be in the middle of a request.
    var ended: [Thread] = []
    /// What instances of models that are gone were asked, by the model's name.
    var past: [(model: String, usage: EmbeddingUsage)] = []
  }

  private let entries: EntryStore?
  private let state: Mutex<State>
  let stages = StageTimes()
  /// What collections lack until it is embedded.
  let pending = PendingEntries()

  /// - Parameters:
  ///   - set: What the node begins with.
  ///   - entries: The truth; nil embeds nothing in the background.
  init(_ set: ModelSet, entries: EntryStore? = nil) {
    self.entries = entries
    state = Mutex(State(set: set, backlog: Self.backlog(set.target, entries, stages)))
  }

  /// The models now.
  var set: ModelSet { state.withLock { $0.set } }

  /// What embeds in the background; nil where the model leaves nothing to it.
  var backlog: EmbeddingBacklog? { state.withLock { $0.backlog } }

  private static func backlog(
    _ model: ServedModel, _ entries: EntryStore?, _ stages: StageTimes
  ) -> EmbeddingBacklog? {
    guard model.keepsVectors, let entries else { return nil }
    return EmbeddingBacklog(entries: entries, model: model, busy: stages.embedding)
  }

  /// Makes `embedder` what every collection is to have. Called on the applier's thread.
  ///
  /// - Parameters:
  ///   - store: Whose collections say which of the present models are needed still.
  ///   - owner: Whom the new background tells of its work.
  func change(to embedder: any Embedder, in store: Store, owner: any EmbeddingBacklogOwner) {
    abandon(besides: ServedModel(embedder), in: store)
    let spaces = Set(((try? store.collectionKeys()) ?? []).map(\.space))
    // This thread alone changes the set, so it is made outside the lock.
    let before = set
    let next = before.changed(to: embedder) { spaces.contains($0.key("", of: .zero).space) }
    let gone = before.all.filter { model in !next.all.contains { $0.queries === model.queries } }
    let backlog = Self.backlog(next.target, entries, stages)
    state.withLock { state in
      state.set = next
      state.past += gone.map { ($0.model.name, $0.passages.usage) }
      if let thread = state.backlog?.end() { state.ended.append(thread) }
      state.backlog = backlog
    }
    backlog?.start(for: owner)
  }

  /// Removes collections that were being filled for a model that nobody wants any more, while
  /// another one answers: nothing is to be embedded for them.
  private func abandon(besides next: ServedModel, in store: Store) {
    let keys = ((try? store.collectionKeys()) ?? []) + store.pendingRepairs.compactMap(\.key)
    for key in Set(keys) where key != next.key(key.name, of: key.owner) {
      let serving = set.servingKey(key.name, of: key.owner, in: store)
      guard key != serving, store.contains(serving), !store.isIncomplete(serving) else { continue }
      do throws(StoreError) { try store.remove(key) } catch {
        Log.warning("an abandoned model's files stay", ["reason": .string(error.description)])
      }
    }
  }

  /// Stops what embeds in the background, and returns then.
  func stop() {
    let (backlog, ended) = state.withLock { state in
      defer { state.ended = [] }
      return (state.backlog, state.ended)
    }
    backlog?.stop()
    for thread in ended { thread.join() }
  }

  /// What each model was asked since the node began, the target first; none that was asked nothing.
  var usage: [(model: String, usage: EmbeddingUsage)] {
    var sums: [(model: String, usage: EmbeddingUsage)] = []
    let (set, past) = state.withLock { ($0.set, $0.past) }
    for (model, usage) in set.all.map({ ($0.model.name, $0.passages.usage) }) + past {
      if let place = sums.firstIndex(where: { $0.model == model }) {
        sums[place].usage += usage
      } else {
        sums.append((model, usage))
      }
    }
    return sums.filter { $0.usage.texts > 0 || $0.usage.requests > 0 }
  }
}

/// How long the stages behind a write were at work, all writers together.
struct StageTimes: Sendable {
  /// Bringing changes of the truth into the files.
  let indexing = BusyTime()
  /// Making vectors of entries.
  let embedding = BusyTime()
}

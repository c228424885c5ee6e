import KnowledgeStore
import Platform
import Truth

/// What collections lack until it is embedded, after a start: the files do not say it.
extension Applier {
  /// Entries of one collection that the truth names.
  private static let namedLimit = 200_000

  /// Has the truth say what collections lack, where that is not known. The step that follows brings
  /// the files to what the list says.
  func listPending(_ follower: Follower) throws(ApplyError) {
    for model in models.all where model.keepsVectors && pending.needsList(of: model.space) {
      do throws(TruthError) {
        let found = try follower.feed.unembedded(model: model.label, limit: Self.namedLimit)
        pending.take(
          found.map { (model.key($0.collection, of: $0.business), $0.entries, $0.count) },
          of: model.space)
      } catch { throw .truth(error) }
    }
  }
}

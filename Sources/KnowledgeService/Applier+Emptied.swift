import KnowledgeStore
import Platform
import Truth

/// What the truth no longer has leaves no files behind.
extension Applier {
  /// Removes the collections among `follower.emptied` that hold nothing, and of which the truth has
  /// nothing either, and all that is left of a business with its last one.
  ///
  /// What the disk refuses is tried again when the node connects anew.
  func removeEmptied(_ follower: inout Follower) throws(ApplyError) {
    // A collection that is being read again is not known to be empty.
    for key in follower.emptied where !store.isIncomplete(key) {
      follower.emptied.remove(key)
      do throws(StoreError) {
        guard let collection = try store.existing(key), collection.entryCount == 0 else { continue }
      } catch { continue }
      do throws(TruthError) {
        // Entries may be there and wait for their vectors.
        let scope = FeedScope(business: key.owner, collection: key.name)
        if try follower.feed.hasEntries(in: scope) { continue }
      } catch { throw .truth(error) }
      do throws(StoreError) {
        try store.remove(key)
        if !(try store.collectionKeys().contains { $0.owner == key.owner }) {
          try store.removeAll(of: key.owner)
          words.drop(key.owner)
        }
        Log.info("a collection without entries was removed", ["key": .string("\(key)")])
      } catch {
        Log.warning(
          "an empty collection could not be removed", ["reason": .string(error.description)])
      }
    }
  }

  /// Has a look at collections of the store that the truth does not name: whatever ended an earlier
  /// process before their removal.
  func noteEmptied(besides scopes: [FeedScope], _ follower: inout Follower) throws(StoreError) {
    let named = Set(scopes)
    for key in try store.collectionKeys()
    where !named.contains(FeedScope(business: key.owner, collection: key.name)) {
      follower.emptied.insert(key)
    }
  }
}

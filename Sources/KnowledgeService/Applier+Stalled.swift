import KnowledgeStore
import Platform
import Truth

/// Collections whose files refuse rows: everybody else's go on, and theirs are read again once the
/// files take them.
extension Applier {
  /// When a collection is tried again.
  struct Stall {
    let reason: StoreError
    var pauseMilliseconds: Int
    var due: UInt64
  }

  /// Pauses between attempts, in milliseconds: doubled up to the last.
  private static let stallMilliseconds = 250...4_000

  /// Notes what a session left out, and what scans of these parts have read again.
  func noteStalled(
    _ stalled: [CollectionKey: StoreError], within scopes: Set<FeedScope>,
    _ follower: inout Follower
  ) {
    if stalled.isEmpty && follower.stalled.isEmpty { return }
    let now = Clock.monotonicNanoseconds
    for (key, reason) in stalled {
      let isScanned = scopes.contains { $0.contains(business: key.owner, collection: key.name) }
      var pause = Self.stallMilliseconds.lowerBound
      if let before = follower.stalled[key] {
        // Changes that come meanwhile are refused as well, and are no attempt.
        pause = before.pauseMilliseconds
        if isScanned { pause = min(pause * 2, Self.stallMilliseconds.upperBound) }
      } else {
        Log.error(
          "a collection falls behind: its files refuse",
          ["collection": .string("\(key)"), "reason": .string(reason.description)])
      }
      follower.stalled[key] = Stall(
        reason: reason, pauseMilliseconds: pause, due: now + UInt64(pause) * 1_000_000)
    }
    for key in follower.stalled.keys where stalled[key] == nil {
      if scopes.contains(where: { $0.contains(business: key.owner, collection: key.name) }) {
        follower.stalled[key] = nil
      }
    }
    tellStalled(follower)
  }

  /// Has collections whose time has come read again.
  func retryStalled(_ follower: inout Follower) {
    let now = Clock.monotonicNanoseconds
    for (key, stall) in follower.stalled where stall.due <= now {
      if !store.isIncomplete(key) {
        // Read again by another scan, or gone.
        follower.stalled[key] = nil
        tellStalled(follower)
      } else if (try? store.existing(key))?.statistics.parked != nil {
        // What it holds in memory must find room first; the store tries that by itself.
        follower.stalled[key]?.due = now + UInt64(stall.pauseMilliseconds) * 1_000_000
      } else {
        follower.repairs.insert(FeedScope(business: key.owner, collection: key.name))
      }
    }
  }

  private func tellStalled(_ follower: Follower) {
    let reasons = follower.stalled.mapValues(\.reason.description)
    note { $0.stalled = reasons }
  }
}

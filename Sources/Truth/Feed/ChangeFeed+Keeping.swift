import Platform
import Postgres

/// What the database keeps for a node: tokens of positions that it may come back with, and the
/// changes since the oldest of them.
extension ChangeFeed {
  /// Announces that files with this position are about to be written: the database keeps its token,
  /// so that they can be resumed from. Call it before the files are published.
  ///
  /// - Parameters:
  ///   - position: Of the files that are to come.
  ///   - kept: Of the files that are there: their tokens stay, however often publishing fails. What
  ///     the database does not know any more is left out.
  /// - Throws: ``TruthError``: `.positionLost` where the database does not know the position.
  public func pin(_ position: Position, keeping kept: [Position] = []) throws(TruthError) {
    let session = try connected()
    let pinned = try guarded { () throws(PostgresError) in
      try session.writer.prepared(
        FeedStatements.pin,
        [.uuid(configuration.node), .uuid(position.token), .uuidArray(kept.map(\.token))]
      ).affectedCount
    }
    if pinned != 1 {
      throw .positionLost(reason: "the database does not know the position to be kept")
    }
  }

  /// Registers the oldest position that the node may still resume from: the older of its two kept
  /// manifests'. Changes before it may be deleted. Call it after the files are published.
  ///
  /// - Throws: ``TruthError/postgres(_:)``.
  public func register(oldest position: Position) throws(TruthError) {
    let session = try connected()
    _ = try guarded { () throws(PostgresError) in
      try session.writer.query(
        """
        update knowledge_nodes set registered = $2::text::pg_snapshot, registered_at = now(),
          last_seen = now() where node_id = $1
        """, [.uuid(configuration.node), .text(position.snapshot.text)])
    }
    isPruning = true
  }

  /// Takes the node off the list, for one that is given up: nothing is kept for it any more.
  ///
  /// - Throws: ``TruthError/postgres(_:)``.
  public func unregister() throws(TruthError) {
    let session = try connected()
    _ = try guarded { () throws(PostgresError) in
      try session.writer.query(
        "delete from knowledge_nodes where node_id = $1", [.uuid(configuration.node)])
    }
  }

  /// Rows deleted at a time: about 10 ms, so that a change that waits meanwhile is not late.
  private static let pruneCount = 5000
  /// How often silent nodes are looked for, and pruning starts again.
  private static let housekeepingNanoseconds: UInt64 = 10_000_000_000

  /// A little work at the end of a step: old notes are deleted, silent nodes forgotten.
  func keepHouse(_ session: Session) throws(TruthError) {
    let now = Clock.monotonicNanoseconds
    if now - lastHousekeeping >= Self.housekeepingNanoseconds {
      lastHousekeeping = now
      isPruning = true
      let forgotten = try guarded { () throws(PostgresError) in
        try session.writer.prepared(
          """
          delete from knowledge_nodes
          where last_seen < now() - make_interval(secs => $1) and node_id <> $2
          """, [.float8(Double(configuration.silenceLimitSeconds)), .uuid(configuration.node)]
        ).affectedCount
      }
      if forgotten > 0 { Log.warning("feed.nodes_forgotten", ["count": .integer(forgotten)]) }
    }
    if isPruning { isPruning = try prune(session) == Self.pruneCount }
  }

  private func prune(_ session: Session) throws(TruthError) -> Int {
    try guarded { () throws(PostgresError) in
      try session.writer.prepared(FeedStatements.prune, [.int8(Int64(Self.pruneCount))])
        .affectedCount
    }
  }

  /// Deletes all notes that every registered position has seen, now.
  ///
  /// - Returns: How many.
  /// - Throws: ``TruthError/postgres(_:)``.
  @discardableResult
  public func prune() throws(TruthError) -> Int {
    var total = 0
    while true {
      let count = try prune(try connected())
      total += count
      if count < Self.pruneCount { return total }
    }
  }
}

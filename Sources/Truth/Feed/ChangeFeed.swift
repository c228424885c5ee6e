import Platform
import Postgres

/// Follows the truth: hands over what changed since a position, each commit exactly once, whatever
/// the order of commits.
///
/// A step reads in one repeatable-read transaction, whose snapshot becomes the next position.
/// Before anything of it is handed over, a second connection writes a fresh token with a
/// synchronous commit. That commit forces everything that the snapshot saw onto the server's disk,
/// so that nothing is ever applied that the server could lose; and a history without the token is
/// not the one that the position belongs to. The position is adopted only after the reader's
/// transaction has ended well, which proves that both connections spoke to one uncrashed server.
///
/// Not `Sendable`: one thread owns it, the applier's.
public final class ChangeFeed {
  /// How a node follows.
  public struct Configuration: Sendable {
    /// Of a login role that may act as ``Roles/feed``; never logged.
    public var connectionInfo: String
    /// Who follows; kept with the files.
    public var node: UUID
    /// Entries handed over at a time.
    public var batchCount = 1000
    /// Bytes of texts and metadata handed over at a time; an entry that has more comes alone.
    public var batchByteCount = 16 << 20
    /// What ``ChangeFeed/models`` begin as.
    public var models: [String]?
    /// An idle node moves on this often.
    public var heartbeatMilliseconds = 1000
    /// A node that has been silent for longer is forgotten, and what was kept for it deleted.
    public var silenceLimitSeconds = 7 * 86_400
    /// For one attempt to connect.
    public var connectTimeoutMilliseconds = 5000
    /// For one statement; a cursor's first row of a large scan may take seconds.
    public var statementTimeoutMilliseconds = 600_000

    /// - Parameters:
    ///   - connectionInfo: A libpq keyword string or URI.
    ///   - node: Who follows.
    public init(connectionInfo: String, node: UUID) {
      self.connectionInfo = connectionInfo
      self.node = node
    }
  }

  /// Whether a node may go on from a position that it kept.
  public enum Resumption: Equatable, Sendable {
    /// Go on from this one.
    case resumed(Position)
    /// None is of use: build the files again with ``ChangeFeed/rebuild(_:)``.
    case lost(reason: String)
  }

  /// What a step did.
  public struct Step: Equatable, Sendable {
    /// Where the files are once they hold what was handed over.
    public var position: Position
    /// Entries handed over as changes.
    public var changeCount: Int
    /// Entries handed over by scans.
    public var scannedCount: Int
  }

  /// The two connections of one visit to the server.
  final class Session {
    var reader: PostgresConnection
    var writer: PostgresConnection
    let systemIdentifier: UInt64
    let database: UInt32
    /// Whether the position was checked against this server since the connections were made.
    var isChecked = false

    init(
      reader: consuming PostgresConnection, writer: consuming PostgresConnection,
      systemIdentifier: UInt64, database: UInt32
    ) {
      self.reader = reader
      self.writer = writer
      self.systemIdentifier = systemIdentifier
      self.database = database
    }
  }

  /// What the feed was made with.
  public let configuration: Configuration
  /// Models whose vectors are handed over, of their first chunk; nil for all there are. They may
  /// change between two steps.
  public var models: [String]?
  private var session: Session?
  private var lastStep: UInt64 = 0
  var lastHousekeeping: UInt64 = 0
  /// Told the name of the next step's snapshot while it can be adopted by other connections.
  private var share: ((String) -> Void)?
  var isPruning = false

  /// Makes a feed; it connects when it is first used.
  public init(_ configuration: Configuration) {
    self.configuration = configuration
    models = configuration.models
  }

  /// Ends the connections; the next call makes new ones.
  public func disconnect() { session = nil }

  /// Has the next step tell the name of its snapshot (`pg_export_snapshot`), which other
  /// connections can adopt while `share` runs: they then see exactly what its position says.
  public func shareNextSnapshot(_ share: @escaping (String) -> Void) { self.share = share }

  // MARK: Beginning

  /// Decides which of the kept positions the node may go on from.
  ///
  /// - Parameter positions: Newest first: those of the kept manifests.
  /// - Throws: ``TruthError``: `.standby` or `.postgres`.
  public func resume(from positions: [Position]) throws(TruthError) -> Resumption {
    let session = try connected()
    var reason = "no position was kept"
    for (index, position) in positions.enumerated() {
      switch try refusal(of: position, session) {
      case nil: return .resumed(position)
      case let found?: if index == 0 { reason = found }
      }
    }
    return .lost(reason: reason)
  }

  /// Why the database cannot be followed from `position`; nil where it can.
  private func refusal(
    of position: Position, _ session: Session
  ) throws(TruthError) -> String? {
    if position.systemIdentifier != session.systemIdentifier {
      return "the database is another cluster than before"
    }
    if position.database != session.database { return "the database is another one than before" }
    return try wrap { () throws(PostgresError) in
      let registration =
        "select $2 = any(tokens || kept), registered::text from knowledge_nodes where node_id = $1"
      let parameters: [PostgresValue] = [.uuid(configuration.node), .uuid(position.token)]
      var rows = try session.writer.query(registration, parameters)
      if rows.count == 0 {
        // Files of another node, as from a snapshot: what is kept for that one serves this one too.
        try session.writer.query(FeedStatements.inherit, parameters)
        rows = try session.writer.query(registration, parameters)
      }
      if rows.count == 0 {
        return "the node is not registered; it may have been away for too long"
      }
      guard try rows.value(0, 0, as: Bool.self) else {
        return "the database's history does not contain the position: it was restored to an "
          + "earlier time, or lost transactions in a crash"
      }
      guard let registered = TransactionSnapshot(try rows.value(0, 1)),
        position.snapshot.includes(registered)
      else { return "the changes since the position have been deleted" }
      return nil
    }
  }

  /// Reads everything, for files that begin anew; whatever the node had registered is forgotten.
  ///
  /// - Parameter receive: Takes one `.scanBegan`, the `.scanned` batches, and `.scanEnded`.
  /// - Returns: The position that the files have once they hold all of it.
  /// - Throws: ``TruthError`` carried by `Failure`, or what `receive` threw.
  public func rebuild<Failure: TruthErrorCarrying>(
    _ receive: (FeedEvent) throws(Failure) -> Void
  ) throws(Failure) -> Step {
    let token = UUID.random()
    do throws(TruthError) {
      let session = try connected()
      // Before the scan, so that no change after its snapshot can be pruned.
      try wrap { () throws(PostgresError) in
        try session.writer.query(
          """
          insert into knowledge_nodes (node_id, tokens, registered)
          values ($1, array[$2::uuid], pg_current_snapshot())
          on conflict (node_id) do update set tokens = excluded.tokens, kept = '{}',
            registered = excluded.registered, registered_at = now(), last_seen = now()
          """, [.uuid(configuration.node), .uuid(token)])
        // Notes that a restored dump brought along, of another history's transactions.
        try session.writer.query(
          """
          delete from knowledge_changes c
          where not pg_visible_in_snapshot(c.xid, (select pg_current_snapshot()))
          """)
      }
    } catch { throw Failure(error) }
    return try transaction(leaving: token) { (session, _) throws(Failure) in
      (0, try self.scan(.everything, session, receive))
    }
  }

  // MARK: Following

  /// Hands over what has changed since `position`, if anything has.
  ///
  /// - Parameters:
  ///   - position: What the files reflect. After a new connection it is checked as by
  ///     ``resume(from:)``.
  ///   - scopes: Parts to hand over as a whole, in the same snapshot: for repairs.
  ///   - force: Adopts a new snapshot although nothing has changed and no heartbeat is due.
  ///   - receive: Takes the events. What it was given is real and durable even where the step fails
  ///     later, but then comes again.
  /// - Returns: Where the files are now; nil where nothing has changed since `position`, as of the
  ///   time of the call.
  /// - Throws: ``TruthError`` carried by `Failure`: `.positionLost` where the files must be built
  ///   again, `.standby`, `.postgres`; or what `receive` threw. The position then stays.
  public func step<Failure: TruthErrorCarrying>(
    from position: Position, scanning scopes: [FeedScope] = [], force: Bool = false,
    _ receive: (FeedEvent) throws(Failure) -> Void
  ) throws(Failure) -> Step? {
    let parameters: [PostgresValue] = [
      .xid8(position.snapshot.xmax), .xid8Array(position.snapshot.running),
    ]
    do throws(TruthError) {
      let session = try connected()
      if !session.isChecked {
        if let reason = try refusal(of: position, session) {
          throw .positionLost(reason: reason)
        }
        session.isChecked = true
      }
      let hasChanges = try guarded { () throws(PostgresError) in
        try session.reader.prepared(FeedStatements.probe, parameters).value(0, 0, as: Bool.self)
      }
      let idle = Clock.monotonicNanoseconds - lastStep
      let isDue = idle >= UInt64(configuration.heartbeatMilliseconds) * 1_000_000
      if !hasChanges && !isDue && !force && scopes.isEmpty {
        try keepHouse(session)
        return nil
      }
    } catch { throw Failure(error) }
    let step = try transaction(leaving: position.token) { (session, snapshot) throws(Failure) in
      try self.handOver(parameters, scopes, session, receive)
    }
    do throws(TruthError) { try keepHouse(try connected()) } catch {
      // The step stands; whatever is wrong will show in the next one.
      Log.warning("feed.housekeeping", ["reason": .string("\(error)")])
    }
    return step
  }

  private func handOver<Failure: TruthErrorCarrying>(
    _ parameters: [PostgresValue], _ scopes: [FeedScope], _ session: Session,
    _ receive: (FeedEvent) throws(Failure) -> Void
  ) throws(Failure) -> (changes: Int, scanned: Int) {
    var wanted = scopes
    do throws(PostgresError) {
      let rows = try session.reader.prepared(FeedStatements.scopes, parameters)
      for row in 0..<rows.count {
        let scope = FeedScope(
          business: try rows.optional(row, 0), collection: try rows.optional(row, 1))
        if !wanted.contains(scope) { wanted.append(scope) }
      }
      if wanted.contains(.everything) { wanted = [.everything] }
    } catch { throw Failure(.postgres(error)) }
    var scanned = 0
    for scope in wanted { scanned += try scan(scope, session, receive) }
    let changes = try stream(FeedStatements.changes, parameters, session) {
      (batch) throws(Failure) in try receive(.changes(batch))
    }
    return (changes, scanned)
  }

  private func scan<Failure: TruthErrorCarrying>(
    _ scope: FeedScope, _ session: Session, _ receive: (FeedEvent) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    try receive(.scanBegan(scope))
    do throws(PostgresError) {
      // Rows in key order by way of a sort: room for it, and no index that would read at random.
      try session.reader.run(script: FeedStatements.scanSettings)
    } catch { throw Failure(.postgres(error)) }
    let count = try stream(
      FeedStatements.scan, [.optional(scope.business), .optional(scope.collection)], session
    ) { (batch) throws(Failure) in try receive(.scanned(batch)) }
    do throws(PostgresError) {
      try session.reader.run(script: FeedStatements.stepSettings)
    } catch { throw Failure(.postgres(error)) }
    try receive(.scanEnded(scope))
    return count
  }

  // MARK: The transaction

  /// Takes a snapshot, makes it durable with a fresh token, runs `body` in it, and returns the new
  /// position once the reader's transaction has ended well.
  private func transaction<Failure: TruthErrorCarrying>(
    leaving token: UUID,
    _ body: (Session, TransactionSnapshot) throws(Failure) -> (changes: Int, scanned: Int)
  ) throws(Failure) -> Step {
    let fresh = UUID.random()
    let session: Session
    let snapshot: TransactionSnapshot
    do throws(TruthError) {
      session = try connected()
      snapshot = try guarded { () throws(PostgresError) in
        try session.reader.query("begin isolation level repeatable read read only")
        let text = try session.reader.prepared("select pg_current_snapshot()::text")
          .value(0, 0, as: String.self)
        guard let snapshot = TransactionSnapshot(text) else {
          throw PostgresError(.unexpectedReply, "pg_current_snapshot() said \(text)")
        }
        if let share {
          self.share = nil
          share(try session.reader.query("select pg_export_snapshot()").value(0, 0))
        }
        return snapshot
      }
      let advanced = try guarded { () throws(PostgresError) in
        try session.writer.prepared(
          FeedStatements.advance, [.uuid(configuration.node), .uuid(fresh), .uuid(token)]
        ).affectedCount
      }
      if advanced != 1 {
        session.reader.rollback()
        throw .positionLost(
          reason: "the node is not registered with the position that it is at")
      }
    } catch { throw Failure(error) }
    let counts: (changes: Int, scanned: Int)
    do throws(Failure) {
      counts = try body(session, snapshot)
    } catch {
      // Whatever it was, the next call starts on new connections and checks the position again.
      self.session = nil
      throw error
    }
    do throws(TruthError) {
      _ = try guarded { () throws(PostgresError) in try session.reader.query("commit") }
    } catch { throw Failure(error) }
    lastStep = Clock.monotonicNanoseconds
    return Step(
      position: Position(
        snapshot: snapshot, token: fresh, systemIdentifier: session.systemIdentifier,
        database: session.database),
      changeCount: counts.changes, scannedCount: counts.scanned)
  }

  /// Runs `body`; where it fails the connections are given up.
  func guarded<Value>(
    _ body: () throws(PostgresError) -> Value
  ) throws(TruthError) -> Value {
    do throws(PostgresError) {
      return try body()
    } catch {
      session = nil
      throw .postgres(error)
    }
  }

  func connected() throws(TruthError) -> Session {
    if let session { return session }
    let made = try FeedSession.open(configuration)
    session = made
    return made
  }
}

import Platform
import Postgres

/// What the truth refused: the database, its schema, or the private cluster that holds it.
public enum TruthError: Error, Sendable {
  /// Postgres, or the way to it.
  case postgres(PostgresError)
  /// A system call around the private cluster.
  case system(SystemError)
  /// No PostgreSQL server programs of version 13 or later were found.
  case postgresNotInstalled(searched: [String])
  /// The operating system has no user to run Postgres as, and root may not run it.
  case noDatabaseUser(name: String)
  /// The user that Postgres runs as may not enter this directory.
  case directoryNotSearchable(path: String, user: String)
  /// The socket's path would have this many bytes; the kernel's limit is 107.
  case socketPathTooLong(path: String, byteCount: Int)
  /// `initdb`, `pg_ctl` or the server itself failed; `output` is the end of what it said.
  case clusterFailed(program: String, status: Int32, output: String)
  /// The database was made by a newer program.
  case schemaTooNew(found: Int, known: Int)
  /// An applied migration is not the one that this program holds.
  case migrationChanged(number: Int, name: String)
  /// The schema has not been migrated as far as this program needs.
  case schemaTooOld(found: Int, needed: Int)
  /// The login role lacks something; `remedy` is SQL for whoever administers the database.
  case rightMissing(what: String, remedy: String)
  /// The server is older than PostgreSQL 13, or the database is not in UTF-8.
  case unsuitableServer(reason: String)
  /// The server is a standby: its snapshots omit running transactions.
  case standby
  /// Row-level security is not as the migrations left it.
  case isolationBroken([String])
  /// The business does not exist, or is not the caller's.
  case unknownBusiness(String)
  /// A value that the schema does not allow; the reason names the field and the limit.
  case invalid(field: String, reason: String)
  /// The feed's position is of no use any more: the files must be built again.
  case positionLost(reason: String)
}

extension TruthError: PostgresErrorCarrying {
  /// What Postgres refused.
  public init(_ error: PostgresError) { self = .postgres(error) }

  /// Whether a commit was under way when the database went away: it may have happened.
  public var isOutcomeUnknown: Bool {
    if case .postgres(let error) = self { error.code == .commitOutcomeUnknown } else { false }
  }

  /// Whether the cause is the database being away, not the request.
  public var isOutage: Bool {
    switch self {
    case .postgres(let error): error.isOutage || error.code == .timedOut
    case .clusterFailed, .standby: true
    default: false
    }
  }
}

extension TruthError: CustomStringConvertible {
  /// Says what happened and what to do next; safe to log.
  public var description: String {
    switch self {
    case .postgres(let error): return error.description
    case .system(let error): return error.description
    case .postgresNotInstalled(let searched):
      return "PostgreSQL is not installed (looked in \(searched.joined(separator: ", "))): "
        + "install it with `apt-get install postgresql`, or name a database with --database"
    case .noDatabaseUser(let name):
      return "PostgreSQL does not run as root and the user \"\(name)\" does not exist: "
        + "install the package postgresql, or start as another user"
    case .directoryNotSearchable(let path, let user):
      return "the user \"\(user)\", as which PostgreSQL runs, may not enter \(path): "
        + "run `chmod o+x \(path)`, or choose another data directory with --data"
    case .socketPathTooLong(let path, let byteCount):
      return "the socket path \(path) has \(byteCount) bytes, more than the 107 that the kernel "
        + "allows: choose a shorter data directory with --data"
    case .clusterFailed(let program, let status, let output):
      return "\(program) failed with status \(status): \(output)"
    case .schemaTooNew(let found, let known):
      return "the database has schema version \(found), and this program knows \(known): "
        + "run the newer program, or restore a backup from before the upgrade"
    case .migrationChanged(let number, let name):
      return "migration \(number) (\(name)) was applied with another content than this program "
        + "has: the database belongs to another build"
    case .schemaTooOld(let found, let needed):
      return "the database has schema version \(found), and \(needed) is needed: "
        + "run `knowledge migrate`"
    case .rightMissing(let what, let remedy):
      return "the database user lacks \(what); an administrator can run: \(remedy)"
    case .unsuitableServer(let reason): return reason
    case .standby:
      return "the database is a standby, which cannot be followed: name the primary"
    case .isolationBroken(let findings):
      return "row-level security is not in force: " + findings.joined(separator: "; ")
        + ". Run `knowledge migrate` on an empty database, or restore the policies"
    case .unknownBusiness(let name):
      return "no business \"\(name)\": see `knowledge business list`"
    case .invalid(let field, let reason): return "\(field): \(reason)"
    case .positionLost(let reason):
      return "the position in the change feed is lost (\(reason)): the files are built again"
    }
  }
}

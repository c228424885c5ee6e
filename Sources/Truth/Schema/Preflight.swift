import Postgres

/// Looks at a database before migrating it, so that what is missing is said in words.
enum Preflight {
  /// What a query tells of the server and the login role.
  private struct Facts {
    var isStandby = false
    var encoding = ""
    var schema: String?
    var user = ""
    var database = ""
    var createsObjects = false
    var createsTemporaryTables = false
    var createsRoles = false
    /// Roles of ours that do not exist, or that the login role may not act as.
    var missingRoles: [String] = []
  }

  /// Checks the server and the login role.
  ///
  /// - Returns: The schema that is to be filled: the first of the search path that exists.
  /// - Throws: ``TruthError``: `.standby`, `.unsuitableServer`, `.rightMissing` or `.postgres`.
  static func check(_ connection: inout PostgresConnection) throws(TruthError) -> String {
    guard connection.serverVersion >= 130_000 else {
      throw .unsuitableServer(
        reason: "PostgreSQL 13 or later is needed; the server says \(connection.serverVersion)")
    }
    let facts: Facts
    do throws(PostgresError) { facts = try self.facts(&connection) } catch {
      throw .postgres(error)
    }
    if facts.isStandby { throw .standby }
    guard facts.encoding == "UTF8" else {
      throw .unsuitableServer(
        reason: "the database has the encoding \(facts.encoding): make one with "
          + "`create database … encoding 'UTF8' template template0`")
    }
    guard let schema = facts.schema, facts.createsObjects else {
      throw .rightMissing(
        what: "the right to create tables in the schema \(facts.schema ?? "of its search path")",
        remedy: "grant create on schema \(facts.schema ?? "public") to \"\(facts.user)\"")
    }
    guard schema.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || isLetterOrDigit($0) }) else {
      throw .unsuitableServer(
        reason: "the schema \"\(schema)\" has a name with other signs than letters, digits and _")
    }
    guard facts.createsTemporaryTables else {
      throw .rightMissing(
        what: "the right to create temporary tables",
        remedy: "grant temporary on database \"\(facts.database)\" to public")
    }
    guard facts.createsRoles || facts.missingRoles.isEmpty else {
      let remedies = facts.missingRoles.map { role in
        "create role \(role) nologin; grant \(role) to \"\(facts.user)\""
      }
      throw .rightMissing(
        what: "the right to create roles, or the roles "
          + facts.missingRoles.joined(separator: ", "),
        remedy: remedies.joined(separator: "; ") + "; alter role \"\(facts.user)\" noinherit")
    }
    return "\"\(schema)\""
  }

  private static func facts(
    _ connection: inout PostgresConnection
  ) throws(PostgresError) -> Facts {
    let rows = try connection.query(
      """
      select pg_is_in_recovery(), getdatabaseencoding()::text, current_schema()::text,
        current_user::text, current_database()::text,
        coalesce(has_schema_privilege(current_schema(), 'create'), false),
        has_database_privilege(current_database(), 'temporary'),
        (select rolsuper or rolcreaterole from pg_roles where rolname = current_user),
        array(select wanted from unnest($1::text[]) as wanted
          where not exists (select from pg_roles where rolname = wanted
            and pg_has_role(current_user, oid, 'member')))
      """, [.textArray(Roles.all)])
    return Facts(
      isStandby: try rows.value(0, 0), encoding: try rows.value(0, 1),
      schema: try rows.optional(0, 2), user: try rows.value(0, 3), database: try rows.value(0, 4),
      createsObjects: try rows.value(0, 5), createsTemporaryTables: try rows.value(0, 6),
      createsRoles: try rows.value(0, 7), missingRoles: try rows.value(0, 8))
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

/// The roles that the migrations make; none logs in.
public enum Roles {
  /// What the service's statements run as: one business at a time.
  public static let service = "knowledge_service"
  /// What the change feed runs as: reads all businesses' entries, writes none.
  public static let feed = "knowledge_feed"
  /// What creates and lists businesses and looks up keys.
  public static let operations = "knowledge_operator"
  /// What the agent's statements run as: one business at a time.
  public static let agent = "agent_service"
  /// What looks for conversations that have something due: of all businesses, and no contents.
  public static let dispatcher = "agent_dispatcher"

  static let all = [service, feed, operations, agent, dispatcher]
}

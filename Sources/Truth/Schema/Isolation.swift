import Postgres

/// Whether row-level security and the triggers are as the migrations left them.
///
/// A dropped policy or a forgotten FORCE shows nowhere until rows leak; so the service asks at its
/// start, and the tests of each mutant ask too.
public enum Isolation {
  /// Tables that belong to businesses.
  static let tables =
    [
      "businesses", "knowledge_api_keys", "knowledge_collections", "knowledge_entries",
      "knowledge_embeddings", "knowledge_changes", "products", "services",
      "corrections",
    ] + agentTables

  /// Those of them that the agent reads and writes.
  static let agentTables = [
    "users", "user_identities", "agent_configurations", "agents", "templates", "stages",
    "conversations", "messages", "conversation_contexts", "message_queue", "turns", "turn_steps",
    "outbox", "agent_interactions", "events", "orders", "appointments",
  ]

  /// Every policy there may be: table, role, command, USING, WITH CHECK.
  private static let policies: Set<String> = {
    let own = "(business_id=(SELECTknowledge_current_business()ASknowledge_current_business))"
    var all: Set<String> = [
      "businesses|knowledge_operator|ALL|true|true",
      "knowledge_api_keys|knowledge_operator|ALL|true|true",
      "knowledge_collections|knowledge_feed|SELECT|true|",
      "knowledge_entries|knowledge_feed|SELECT|true|",
      "knowledge_embeddings|knowledge_feed|SELECT|true|",
      "products|knowledge_feed|SELECT|true|",
      "services|knowledge_feed|SELECT|true|",
      "knowledge_changes|knowledge_feed|ALL|true|",
      "knowledge_changes|public|INSERT||true",
      "businesses|agent_service|SELECT|\(own)|",
      "conversations|agent_dispatcher|SELECT|(due_atISNOTNULL)|",
      "outbox|agent_dispatcher|SELECT|(status=ANY(ARRAY['pending'::text,'sending'::text]))|",
    ]
    for table in agentTables { all.insert("\(table)|agent_service|ALL|\(own)|\(own)") }
    for table in tables where table != "knowledge_changes" && !agentTables.contains(table) {
      all.insert("\(table)|knowledge_service|ALL|\(own)|\(own)")
    }
    return all
  }()

  /// Triggers that note changes; each must be enabled ALWAYS.
  private static let triggers: Set<String> = [
    "knowledge_entries.zz_knowledge_stamp", "knowledge_entries.zz_knowledge_note",
    "knowledge_entries.zz_knowledge_note_all", "knowledge_embeddings.zz_knowledge_note",
    "knowledge_embeddings.zz_knowledge_note_all", "knowledge_collections.zz_knowledge_note",
    "knowledge_collections.zz_knowledge_note_all",
    "products.zz_knowledge_stamp", "products.zz_knowledge_note",
    "products.zz_knowledge_note_all", "services.zz_knowledge_stamp",
    "services.zz_knowledge_note", "services.zz_knowledge_note_all",
  ]

  /// What is wrong, each in a sentence; empty where all is in force.
  ///
  /// - Throws: ``TruthError/postgres(_:)``.
  /// - Complexity: Four catalogue queries, about 5 ms.
  public static func findings(
    _ connection: inout PostgresConnection
  ) throws(TruthError) -> [String] {
    do throws(PostgresError) {
      return try tableFindings(&connection) + policyFindings(&connection)
        + roleFindings(&connection) + triggerFindings(&connection)
    } catch { throw .postgres(error) }
  }

  /// Refuses to go on where ``findings(_:)`` has any.
  ///
  /// - Throws: ``TruthError/isolationBroken(_:)`` or `.postgres`.
  public static func check(_ connection: inout PostgresConnection) throws(TruthError) {
    let findings = try findings(&connection)
    if !findings.isEmpty { throw .isolationBroken(findings) }
  }

  private static func tableFindings(
    _ connection: inout PostgresConnection
  ) throws(PostgresError) -> [String] {
    // Also tables that a later hand has added: whatever has a business_id belongs to a business.
    let rows = try connection.query(
      """
      select c.relname::text, c.relrowsecurity, c.relforcerowsecurity,
        exists (select from unnest($1::text[]) r where pg_has_role(r, c.relowner, 'member'))
      from pg_class c
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
        and exists (select from pg_attribute a where a.attrelid = c.oid
          and a.attname = 'business_id' and not a.attisdropped)
      """, [.textArray([Roles.service, Roles.feed, Roles.agent, Roles.dispatcher])])
    var findings: [String] = []
    var seen: Set<String> = []
    for row in 0..<rows.count {
      let table = try rows.value(row, 0, as: String.self)
      seen.insert(table)
      if try !rows.value(row, 1, as: Bool.self) { findings.append("\(table) has no row security") }
      if try !rows.value(row, 2, as: Bool.self) {
        findings.append("\(table) does not force row security on its owner")
      }
      if try rows.value(row, 3, as: Bool.self) {
        findings.append("a service role owns \(table)")
      }
    }
    for table in tables where !seen.contains(table) { findings.append("\(table) is missing") }
    return findings
  }

  private static func policyFindings(
    _ connection: inout PostgresConnection
  ) throws(PostgresError) -> [String] {
    let rows = try connection.query(
      """
      select tablename::text, array_to_string(roles, ','), cmd::text,
        coalesce(qual, ''), coalesce(with_check, ''), permissive::text
      from pg_policies where schemaname = current_schema() and tablename = any($1)
      """, [.textArray(tables)])
    var found: Set<String> = []
    for row in 0..<rows.count {
      // A restrictive policy can only take rows away; it is somebody's own addition.
      if try rows.value(row, 5, as: String.self) != "PERMISSIVE" { continue }
      var parts: [String] = []
      for column in 0..<5 { parts.append(try rows.value(row, column, as: String.self)) }
      let text = parts.joined(separator: "|").filter { $0 != " " && $0 != "\n" }
      // Where the function's schema is not in the search path, Postgres names it.
      found.insert(Self.withoutSchema(text))
    }
    return policies.subtracting(found).sorted().map { "policy missing: \($0)" }
      + found.subtracting(policies).sorted().map { "policy not ours: \($0)" }
  }

  private static func withoutSchema(_ text: String) -> String {
    guard let name = text.firstRange(of: ".knowledge_current_business()") else { return text }
    let before = text[..<name.lowerBound]
    guard let start = before.lastIndex(where: { "T(".contains($0) }) else { return text }
    let cut = String(text[...start] + text[text.index(after: name.lowerBound)...])
    return withoutSchema(cut)
  }

  private static func roleFindings(
    _ connection: inout PostgresConnection
  ) throws(PostgresError) -> [String] {
    let rows = try connection.query(
      """
      select rolname::text, rolsuper, rolbypassrls, rolcanlogin from pg_roles
      where rolname = any($1)
      """, [.textArray(Roles.all)])
    var findings: [String] = []
    for row in 0..<rows.count {
      let role = try rows.value(row, 0, as: String.self)
      if try rows.value(row, 1, as: Bool.self) { findings.append("\(role) is a superuser") }
      if try rows.value(row, 2, as: Bool.self) { findings.append("\(role) bypasses row security") }
      if try rows.value(row, 3, as: Bool.self) { findings.append("\(role) can log in") }
    }
    if rows.count < Roles.all.count { findings.append("a role is missing") }
    return findings
  }

  private static func triggerFindings(
    _ connection: inout PostgresConnection
  ) throws(PostgresError) -> [String] {
    let rows = try connection.query(
      """
      select c.relname || '.' || t.tgname, t.tgenabled::text
      from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where c.relnamespace = current_schema()::regnamespace and t.tgname like 'zz\\_knowledge%'
      """)
    var always: Set<String> = []
    for row in 0..<rows.count where try rows.value(row, 1, as: String.self) == "A" {
      always.insert(try rows.value(row, 0, as: String.self))
    }
    return triggers.subtracting(always).sorted().map { "trigger \($0) is not enabled always" }
  }
}

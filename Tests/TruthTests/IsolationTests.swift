import Platform
import Postgres
import Testing
import TestSupport

@testable import Truth

/// Two businesses with an entry, a vector and a key each.
private struct TwoBusinesses {
  let database: TestDatabase
  let store: EntryStore
  let mine: UUID
  let theirs: UUID
  let theirEntry: UUID

  init() throws {
    let fixture = try StoreFixture(connectionLimit: 1)
    database = fixture.database
    store = fixture.store
    mine = fixture.business
    theirs = try store.createBusiness(named: "theirs").businessID
    var entries: [UUID] = []
    for business in [mine, theirs] {
      let text = business == mine ? "my text" : "canary of theirs"
      let record = CollectionRecord(name: "knowledge", model: "m", dimension: 2)
      _ = try store.ensureCollection(record, business: business)
      let id = try store.upsert(
        [EntryDraft(externalID: "shared", content: text)], business: business,
        collection: "knowledge"
      ).outcomes[0].entryID!
      let row = try store.get(ids: [id], business: business, collection: "knowledge")[0]
      try store.storeEmbeddings(
        [EmbeddingRow(entryID: id, model: "m", contentHash: row.contentHash, vector: [1, 0])],
        business: business)
      for collection in ["products", "services"] {
        _ = try store.upsert(
          [EntryDraft(externalID: "shared", title: text, content: "")], business: business,
          collection: collection)
      }
      _ = try store.createAPIKey(business: business)
      entries.append(id)
    }
    theirEntry = entries[1]
  }

  /// A connection as the service, for one business or with whatever setting is given.
  func service(_ setting: String?) throws -> PostgresConnection {
    var connection = try database.connect()
    try connection.query("set role \(Roles.service)")
    if let setting {
      try connection.query("select set_config('app.business_id', $1, false)", [.text(setting)])
    }
    return connection
  }
}

private func code(
  _ sql: String, _ connection: inout PostgresConnection
) -> PostgresError.Code? {
  do throws(PostgresError) {
    try connection.query(sql)
    return nil
  } catch { return error.code }
}

@Suite struct IsolationTests {
  private static let readable = [
    "businesses", "knowledge_collections", "knowledge_entries", "knowledge_embeddings",
    "products", "services",
  ]

  @Test func `without a business, or with garbage for one, there are no rows and no errors`() throws
  {
    let two = try TwoBusinesses()
    let settings = [
      nil, "", " ", "garbage", "null", "%", "' or true --", "{\(two.theirs)}",
      "\(two.theirs)x", String(two.theirs.description.dropLast()), UUID.zero.description,
    ]
    for setting in settings {
      var connection = try two.service(setting)
      for table in Self.readable {
        let count = try connection.query("select count(*) from \(table)")
          .value(0, 0, as: Int.self)
        #expect(count == 0, "\(table) with \(setting ?? "nothing")")
        let copied = try connection.copyOut(
          "copy (select * from \(table)) to stdout (format binary)"
        ) { (_) throws(PostgresError) in }
        #expect(copied == 0)
      }
      let updated = try connection.query("update knowledge_entries set title = 'x'")
      let deleted = try connection.query("delete from knowledge_entries")
      #expect(updated.affectedCount == 0 && deleted.affectedCount == 0)
      #expect(
        code(
          "insert into knowledge_entries (business_id, content) values ('\(two.theirs)', 'x')",
          &connection) == .permissionDenied)
    }
  }

  @Test func `a business reaches its own rows and nobody else's`() throws {
    let two = try TwoBusinesses()
    var connection = try two.service(two.mine.description.uppercasedASCII)
    for table in Self.readable {
      let rows = try connection.query(
        "select count(*), count(*) filter (where business_id = $1) from \(table)",
        [.uuid(two.mine)])
      #expect(try rows.value(0, 0, as: Int.self) == 1, "\(table)")
      #expect(try rows.value(0, 1, as: Int.self) == 1, "\(table)")
    }
    let refused = [
      "insert into knowledge_entries (business_id, content) values ('\(two.theirs)', 'x')",
      "update knowledge_entries set business_id = '\(two.theirs)'",
      """
      insert into knowledge_embeddings (business_id, entry_id, model, content_hash, vector)
      values ('\(two.theirs)', '\(two.theirEntry)', 'x', '', '{1}')
      """,
      "select * from knowledge_api_keys", "select * from knowledge_changes",
      "select * from knowledge_nodes", "insert into knowledge_changes (business_id) values (null)",
      "truncate knowledge_entries cascade", "insert into businesses (business_name) values ('x')",
      "alter table knowledge_entries disable row level security",
    ]
    for sql in refused { #expect(code(sql, &connection) == .permissionDenied, "\(sql)") }
    // An entry of theirs and one that does not exist are refused in the same way.
    let codes = [two.theirEntry, UUID.random()].map { id in
      code(
        """
        insert into knowledge_embeddings (business_id, entry_id, model, content_hash, vector)
        values ('\(two.mine)', '\(id)', 'x', '', '{1}')
        """, &connection)
    }
    #expect(codes == [.foreignKeyViolation, .foreignKeyViolation])
    for (table, name) in [("products", "name"), ("services", "name")] {
      let sql = "insert into \(table) (business_id, \(name)) values ('\(two.theirs)', 'x')"
      #expect(code(sql, &connection) == .permissionDenied)
      #expect(code("truncate \(table) cascade", &connection) == .permissionDenied)
    }
    let through = try connection.query(
      "select count(*), count(*) filter (where business_id = $1) from knowledge_rows()",
      [.uuid(two.mine)])
    #expect(try through.value(0, 0, as: Int.self) == 3 && through.value(0, 1, as: Int.self) == 3)
    // A condition with a side effect is not evaluated on rows that the business may not see.
    let length = "canary of theirs".utf8.count
    #expect(
      code(
        "select * from knowledge_entries where 1 / (length(content) - \(length)) >= 0",
        &connection) == nil)
    #expect(
      code(
        "select * from knowledge_rows() where 1 / (length(title) - \(length)) >= 0",
        &connection) == nil)
    let statistics = try connection.query(
      "select count(*) from pg_stats where tablename like 'knowledge%' or tablename = 'businesses'")
    #expect(try statistics.value(0, 0, as: Int.self) == 0)
    let copy = "copy knowledge_entries (business_id, content) from stdin (format binary)"
    let error = #expect(throws: PostgresError.self) {
      try connection.copyIn(copy) { (writer) throws(PostgresError) in
        try writer.beginRow(fieldCount: 2)
        writer.fields.append(two.theirs)
        writer.fields.append("x" as String)
      }
    }
    // COPY FROM is not offered on tables with row security; INSERT is.
    #expect(error != nil)
  }

  @Test func `a pooled session forgets the business, after an error too`() throws {
    let two = try TwoBusinesses()
    #expect(throws: TruthError.self) {
      try two.store.transaction(for: two.mine) { (connection) throws(TruthError) in
        try wrap { () throws(PostgresError) in try connection.query("select 1 / 0") }
      }
    }
    _ = try? two.store.count(business: two.mine, collection: "knowledge")
    try two.store.pool.lend { (connection) throws(PostgresError) in
      let rows = try connection.query(
        """
        select coalesce(current_setting('app.business_id', true), ''), current_user::text,
          (select count(*) from knowledge_entries)
        """)
      #expect(try rows.value(0, 0, as: String.self) == "")
      #expect(try rows.value(0, 1, as: String.self) == Roles.service)
      #expect(try rows.value(0, 2, as: Int.self) == 0)
      let staged = try connection.query("select count(*) from pg_temp.knowledge_staging")
      #expect(try staged.value(0, 0, as: Int.self) == 0)
    }
  }

  @Test func `the store gives foreign ids the same answer as unknown ones`() throws {
    let two = try TwoBusinesses()
    #expect(
      try two.store.get(ids: [two.theirEntry], business: two.mine, collection: "knowledge").isEmpty)
    let result = try two.store.delete(
      ids: [two.theirEntry], business: two.mine, collection: "knowledge")
    #expect(result.deletedCount == 0 && result.missingCount == 1)
    var draft = EntryDraft(content: "mine now")
    draft.entryID = two.theirEntry
    _ = try two.store.upsert([draft], business: two.mine, collection: "knowledge")
    let theirs = try two.store.get(
      ids: [two.theirEntry], business: two.theirs, collection: "knowledge")
    #expect(theirs.map(\.content) == ["canary of theirs"])
    var seen: [String] = []
    try two.store.export(business: two.mine, collection: "knowledge") {
      (batch) throws(TruthError) in
      seen += batch.map(\.content)
      return true
    }
    #expect(seen.sorted() == ["mine now", "my text"])
  }

  @Test func `the feed reads what it follows and writes no content`() throws {
    let two = try TwoBusinesses()
    var connection = try two.database.connect()
    try connection.query("set role \(Roles.feed)")
    let count = try connection.query("select count(*) from knowledge_entries")
    #expect(try count.value(0, 0, as: Int.self) == 2)
    for sql in [
      "select * from businesses", "select * from knowledge_api_keys",
      "update knowledge_entries set title = 'x'", "delete from knowledge_embeddings",
      "insert into knowledge_changes (xid) values ('1')", "truncate knowledge_changes",
      "update knowledge_changes set xid = '1'",
    ] { #expect(code(sql, &connection) == .permissionDenied, "\(sql)") }
    try connection.query("set role \(Roles.operations)")
    for sql in [
      "select * from knowledge_entries", "select * from knowledge_embeddings",
      "select * from products", "select * from services", "select * from knowledge_rows()",
    ] {
      #expect(code(sql, &connection) == .permissionDenied, "\(sql)")
    }
  }

  @Test func `definer functions only note changes, and there are no views`() throws {
    let two = try TwoBusinesses()
    var connection = try two.database.connect()
    let functions = try connection.query(
      """
      select count(*) filter (where prorettype <> 'trigger'::regtype), count(*) from pg_proc
      where prosecdef and pronamespace = 'public'::regnamespace
      """)
    #expect(try functions.value(0, 0, as: Int.self) == 0)
    #expect(try functions.value(0, 1, as: Int.self) == 6)
    let views = try connection.query(
      "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')"
    )
    #expect(try views.value(0, 0, as: Int.self) == 0)
  }

  @Test func `the caller's search path cannot turn the triggers aside`() throws {
    let two = try TwoBusinesses()
    var owner = try two.database.connect()
    try owner.run(
      script: """
        create schema evil; grant usage, create on schema evil to \(Roles.service);
        create table evil.knowledge_changes (like public.knowledge_changes);
        grant all on evil.knowledge_changes to \(Roles.service);
        """)
    var connection = try two.service(two.mine.description)
    try connection.run(
      script: """
        create function evil.always(text, text) returns boolean language plpgsql as
          $$ begin raise exception 'evil ran as %', current_user; end $$;
        create operator evil.= (leftarg = text, rightarg = text, function = evil.always);
        create operator evil.<> (leftarg = text, rightarg = text, function = evil.always);
        set search_path = evil, pg_catalog, public;
        """)
    try connection.query("update public.knowledge_entries set title = 'x', collection = 'y'")
    try connection.query("delete from public.knowledge_embeddings")
    try owner.query("set role none")
    let noted = try owner.query(
      "select (select count(*) from evil.knowledge_changes), count(*) from knowledge_changes where collection = 'y'"
    )
    #expect(try noted.value(0, 0, as: Int.self) == 0)
    #expect(try noted.value(0, 1, as: Int.self) == 1)
  }

  /// Each takes one protection away; the check must see every one of them.
  private static let mutants =
    [
      "alter table knowledge_entries no force row level security",
      "alter table businesses no force row level security",
      "alter table knowledge_embeddings disable row level security",
      "alter table knowledge_changes no force row level security",
      "drop policy of_this_business on knowledge_entries",
      "drop policy of_this_business on knowledge_collections",
      "drop policy of_all on knowledge_api_keys",
      "create policy hole on knowledge_entries to knowledge_service using (true)",
      "create policy hole on knowledge_embeddings using (true)",
      "alter policy of_this_business on knowledge_entries using (true)",
      """
      alter policy of_this_business on knowledge_entries
        using (business_id = (select knowledge_current_business()) or true)
      """,
      "alter policy of_this_business on knowledge_entries with check (true)",
      "alter policy of_this_business on businesses to public",
      "create table knowledge_notes (business_id uuid, note text)",
      "alter table knowledge_entries disable trigger zz_knowledge_note",
      "alter table knowledge_entries enable trigger zz_knowledge_note",
      "alter table knowledge_entries disable trigger zz_knowledge_stamp",
      "alter table knowledge_embeddings disable trigger zz_knowledge_note_all",
      "drop trigger zz_knowledge_note on knowledge_collections",
      "alter table knowledge_entries owner to knowledge_service",
      "alter table products no force row level security",
      "drop policy of_this_business on services",
      "create policy hole on products to knowledge_service using (true)",
      "alter table services enable trigger zz_knowledge_note",
      "drop trigger zz_knowledge_stamp on products",
      "drop policy agent_of_this_business on businesses",
      "alter policy due on conversations using (true)",
      "alter policy due on conversations to agent_service",
      "create policy hole on messages for select to agent_dispatcher using (true)",
      "alter policy undelivered on outbox to public",
      "alter table users owner to agent_service",
    ]
    + Isolation.agentTables.flatMap { table in
      [
        "drop policy of_this_business on \(table)",
        "alter policy of_this_business on \(table) using (true)",
        "alter table \(table) no force row level security",
        "alter table \(table) disable row level security",
      ]
    }

  @Test func `every protection that is taken away is found`() throws {
    let database = try TestCluster.migratedDatabase()
    var connection = try database.connect()
    #expect(try Isolation.findings(&connection) == [])
    for mutant in Self.mutants {
      try connection.query("begin")
      try connection.query(mutant)
      let findings = try Isolation.findings(&connection)
      #expect(!findings.isEmpty, "not found: \(mutant)")
      #expect(throws: TruthError.self) { try Isolation.check(&connection) }
      try connection.query("rollback")
    }
    #expect(try Isolation.findings(&connection) == [])
  }

  @Test func `the owner sees nothing while FORCE stands, and everything without it`() throws {
    let database = try TestCluster.database()
    var administrator = try database.connect()
    let owner = "owner_\(hexadecimal(SecureRandom.bytes(4)))"
    try administrator.query("create role \(owner) noinherit")
    defer {
      _ = try? administrator.run(
        script: "reset role; reassign owned by \(owner) to knowledge; drop owned by \(owner)")
      _ = try? administrator.query("drop role \(owner)")
    }
    try administrator.query("grant create on schema public to \(owner)")
    try Migrator.apply(to: &administrator)  // Makes the roles, in the wrong owner's name.
    let own = try TestCluster.database()
    var connection = try own.connect()
    try connection.query("grant create on schema public to \(owner)")
    for role in Roles.all { try connection.query("grant \(role) to \(owner)") }
    try connection.query("set role \(owner)")
    try Migrator.apply(to: &connection)
    try connection.run(
      script: """
        reset role;
        insert into businesses (business_name) values ('x');
        insert into knowledge_entries (business_id, content) select business_id, 'c' from businesses;
        set role \(owner);
        """)
    func counts() throws -> [Int] {
      let rows = try connection.query(
        "select (select count(*) from businesses), (select count(*) from knowledge_entries)")
      return [try rows.value(0, 0), try rows.value(0, 1)]
    }
    #expect(try counts() == [0, 0])
    // Unless it inherits the feed's policy: which is why the documentation asks for NOINHERIT.
    // The control: the same question, without the protection.
    try connection.query("alter table knowledge_entries no force row level security")
    #expect(try counts() == [0, 1])
    try connection.run(
      script: "reset role; reassign owned by \(owner) to knowledge; drop owned by \(owner)")
  }
}

extension String {
  fileprivate var uppercasedASCII: String {
    String(decoding: utf8.map { (97...122).contains($0) ? $0 - 32 : $0 }, as: UTF8.self)
  }
}

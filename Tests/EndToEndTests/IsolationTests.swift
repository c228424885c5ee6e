import Glibc
import Platform
import Postgres
import RPC
import TestSupport
import Testing

extension EndToEnd {
  /// T40 to T42: what belongs to one business is nowhere in what another gets.
  @Suite struct IsolationTests {
    /// Stands in every text of the other business, and nowhere else.
    static let canary = "zanzibarcanary"

    @Test func `no method gives one business a byte of another's`() throws {
      try KnowledgeServer.serving { server in
        let (mine, other, foreign) = try twoBusinesses(server)
        let connection = try server.connect(mine)
        connection.received = []

        // Reading, with the other's identities, names, words and vectors.
        for collection in [
          "", "knowledge", "secrets", "SECRETS", "../\(other.id)/knowledge", other.name,
        ] {
          var get = GetRequest()
          get.collection = collection
          get.ids = foreign.map(\.id.bytes)
          get.externalIDs = foreign.map(\.externalID)
          get.includeVector = true
          expectNothing(of: foreign) {
            try connection.call(.get, get, for: GetReply.self).entries
          }
          var search = SearchRequest()
          search.collection = collection
          search.query = .text("\(Self.canary) vault")
          search.k = 1000
          search.exact = true
          search.includeVector = true
          expectNothing(of: foreign) {
            try connection.call(.search, search, for: SearchReply.self).hits.compactMap(\.entry)
          }
          var batch = SearchBatchRequest()
          batch.collection = collection
          batch.texts = ["\(Self.canary) vault", "vault"]
          batch.k = 1000
          expectNothing(of: foreign) {
            try connection.call(.searchBatch, batch, for: SearchBatchReply.self).results
              .flatMap(\.hits).compactMap(\.entry)
          }
          var export = ExportRequest()
          export.collection = collection
          expectNothing(of: foreign) {
            try connection.stream(.export, export).filter { $0.kind == WireConnection.item }
              .flatMap { try ExportItem(decoding: $0.message).entries }
          }
        }
        let collections = try connection.call(
          .collections, CollectionsRequest(), for: CollectionsReply.self)
        #expect(!collections.collections.contains { $0.name == "secrets" })
        let stats = try connection.call(.stats, StatsRequest(), for: StatsReply.self)
        #expect(stats.collections.allSatisfy { $0.businessID == mine.id.bytes })
        #expect(stats.rpc == nil, "the whole server's counters are the operator's")

        // Writing over the other's identities.
        var theft = Entry()
        theft.id = foreign[0].id.bytes
        theft.externalID = foreign[0].externalID
        theft.content = "overwritten"
        _ = try? connection.call(.upsert, UpsertRequest(entries: [theft]), for: UpsertReply.self)
        let deleted = try? connection.call(
          .delete,
          DeleteRequest(ids: foreign.map(\.id.bytes), externalIDs: foreign.map(\.externalID)),
          for: DeleteReply.self)
        // At most its own row of that external id, never the other's.
        #expect(deleted.map { $0.deleted <= 2 } ?? true)

        // What only the operator may do.
        for method in [Method.businessCreate, .businessList] {
          let failure = #expect(throws: WireConnection.Failure.self) {
            _ = try connection.stream(method, BusinessListRequest())
          }
          #expect(failure?.code == .permissionDenied)
        }

        let all = try #require(connection.received)
        let leaked = contains(all, Array(Self.canary.utf8))
        #expect(!leaked, "the other's text came over the wire")
        // The first one's id was given to an entry of my own above.
        for entry in foreign.dropFirst() {
          let leaked = contains(all, entry.id.bytes)
          #expect(!leaked, "the other's id came over the wire")
        }

        // The other business has lost nothing.
        let oracle = TruthOracle(server)
        let theirs = try server.connect(other)
        try oracle.expectEqual(theirs, business: other.id, "the other's knowledge")
        try oracle.expectEqual(theirs, business: other.id, collection: "secrets", "the other's")
        let rows = try oracle.rows(business: other.id, collection: "secrets")
        #expect(rows.count == 50 && rows.values.allSatisfy { $0.content.contains(Self.canary) })
      }
    }

    @Test func `absent and not yours have one answer`() throws {
      try KnowledgeServer.serving { server in
        let (mine, _, foreign) = try twoBusinesses(server)
        let connection = try server.connect(mine)
        func answer(_ id: UUID, _ externalID: String, _ collection: String) -> String {
          var request = GetRequest()
          request.collection = collection
          request.ids = [id.bytes]
          request.externalIDs = [externalID]
          do {
            let reply = try connection.call(.get, request, for: GetReply.self)
            return "\(reply.entries.count) entries"
          } catch let failure as WireConnection.Failure {
            return "\(failure.code.map { "\($0)" } ?? "lost")"
          } catch { return "\(error)" }
        }
        #expect(
          answer(foreign[0].id, foreign[0].externalID, "")
            == answer(.random(), "nobody's", ""))
        #expect(
          answer(foreign[0].id, foreign[0].externalID, "secrets")
            == answer(.random(), "nobody's", "nobodys"))
      }
    }

    @Test func `wrong keys open nothing`() throws {
      try KnowledgeServer.serving { server in
        let business = try server.createBusiness("mine")
        let wrong = [
          String(business.key.dropLast()), business.key + "0", String(business.key.reversed()),
          business.key.uppercased() == business.key
            ? business.key.lowercased() : business.key.uppercased(),
          business.id.description, String(repeating: "k", count: 3000), "\u{0}", "' or 1=1 --",
        ]
        for key in wrong {
          let failure = #expect(throws: WireConnection.Failure.self) {
            try WireConnection(socket: server.socket, key: key)
          }
          #expect(failure?.code == .unauthenticated, "\(String(describing: failure))")
        }
        #expect(throws: Never.self) { try server.connect(business) }
        // A key stays what it is whatever business the hello names.
        let other = try server.createBusiness("other")
        let bound = try WireConnection(socket: server.socket)
        let reply = try? bound.sayHello(business: other.name, key: business.key)
        #expect(reply == nil || reply?.businessID == business.id.bytes)
      }
    }

    @Test func `files swapped between businesses are not served`() throws {
      try KnowledgeServer.serving { server in
        let (mine, other, _) = try twoBusinesses(server)
        for business in [mine, other] {
          var writer = BulkWriter(connection: try server.connect(business), first: 10_000)
          try writer.write(5000)
        }
        let oracle = TruthOracle(server)
        try oracle.expectEqual(try server.connect(mine), business: mine.id, "before")
        try oracle.expectEqual(try server.connect(other), business: other.id, "before")
        #expect(server.stop() == 0)
        let store = server.data + "/store/"
        let places = [mine, other].map { store + $0.id.description }
        try #require(places.allSatisfy(FileSystem.isDirectory), "not one directory a business")
        try FileSystem.rename(places[0], to: store + "swap")
        try FileSystem.rename(places[1], to: places[0])
        try FileSystem.rename(store + "swap", to: places[1])
        try server.start(acceptDegraded: true)
        let connection = try server.connect(mine)
        connection.received = []
        // Whatever it answers meanwhile, it is not the other's.
        for _ in 0..<20 {
          var search = SearchRequest()
          search.query = .text("\(Self.canary) vault")
          search.k = 100
          _ = try? connection.stream(.search, search)
        }
        #expect(!contains(connection.received ?? [], Array(Self.canary.utf8)))
        try oracle.expectEqual(connection, business: mine.id, "mine, made again")
        try oracle.expectEqual(try server.connect(other), business: other.id, "other, made again")
      }
    }

    @Test func `a directory that names no business is not served`() throws {
      try KnowledgeServer.serving { server in
        let (mine, other, _) = try twoBusinesses(server)
        try TruthOracle(server).expectEqual(try server.connect(other), business: other.id, "before")
        #expect(server.stop() == 0)
        // A link from one business's place to another's.
        let store = server.data + "/store/"
        try FileSystem.removeTree(store + mine.id.description)
        #expect(symlink(store + other.id.description, store + mine.id.description) == 0)
        try server.start(acceptDegraded: true)
        let connection = try server.connect(mine)
        connection.received = []
        try TruthOracle(server).expectEqual(connection, business: mine.id, "mine, made again")
        #expect(!contains(connection.received ?? [], Array(Self.canary.utf8)))
        try TruthOracle(server).expectEqual(
          try server.connect(other), business: other.id, "the other's, untouched")
      }
    }

    @Test func `SQL sees one business, or none`() throws {
      try KnowledgeServer.serving { server in
        let (mine, _, _) = try twoBusinesses(server)
        var connection = try TruthOracle(server).connect()
        func count(_ setting: String?) throws(PostgresError) -> Int64 {
          try connection.query("begin")
          defer { _ = try? connection.query("rollback") }
          try connection.query("set local role knowledge_service")
          if let setting {
            try connection.query("select set_config('app.business_id', $1, true)", [.text(setting)])
          }
          return try connection.query("select count(*) from knowledge_entries").value(0, 0)
        }
        #expect(try count(nil) == 0, "no business set: nothing")
        #expect(try count("") == 0, "an empty one: nothing")
        #expect(try count(UUID.random().description) == 0, "a stranger: nothing")
        #expect(try count(mine.id.description) == 50)
        #expect(try count("not a uuid") == 0, "no identity: nothing")
        // The roles of the service cannot lift the rules.
        let roles = try connection.query(
          "select rolname from pg_roles where rolname like 'knowledge\\_%' and (rolsuper or rolbypassrls)"
        )
        #expect(roles.count == 0)
        let unforced = try connection.query(
          """
          select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
          where c.relkind = 'r' and a.attname = 'business_id' and c.relname not like 'pg\\_%'
            and not (c.relrowsecurity and c.relforcerowsecurity)
          """)
        #expect(unforced.count == 0, "tables with a business_id and no forced row-level security")
      }
    }

    // ---------------------------------------------------------------- inside

    /// Two businesses with 50 entries each, the second one's all with the canary, in two
    /// collections.
    private func twoBusinesses(
      _ server: KnowledgeServer
    ) throws -> (mine: TestBusiness, other: TestBusiness, foreign: [TruthOracle.Row]) {
      let mine = try server.createBusiness("mine")
      let other = try server.createBusiness("other")
      func write(_ business: TestBusiness, _ collection: String, _ word: String) throws {
        let entries = (0..<50).map { number in
          var entry = Entry()
          entry.externalID = "\(word)-\(number)"
          entry.title = "\(word) \(number)"
          entry.content = "the \(word) vault \(number) holds \(word)"
          entry.category = word
          entry.keywords = [word]
          entry.metadataJSON = #"{"owner": "\#(word)"}"#
          return entry
        }
        let reply = try server.connect(business).call(
          .upsert, UpsertRequest(collection: collection, entries: entries), for: UpsertReply.self)
        try #require(reply.outcomes.allSatisfy { $0.kind == .inserted })
      }
      try write(mine, "", "plain")
      try write(other, "", Self.canary)
      try write(other, "secrets", Self.canary)
      let oracle = TruthOracle(server)
      try oracle.expectEqual(try server.connect(mine), business: mine.id, "mine")
      try oracle.expectEqual(try server.connect(other), business: other.id, "other")
      let foreign =
        try Array(oracle.rows(business: other.id).values)
        + oracle.rows(business: other.id, collection: "secrets").values
      return (mine, other, foreign.sorted { $0.id < $1.id })
    }

    private func expectNothing(
      of foreign: [TruthOracle.Row], sourceLocation: SourceLocation = #_sourceLocation,
      _ ask: () throws -> [Entry]
    ) {
      let ids = Set(foreign.map(\.id))
      do {
        for entry in try ask() {
          #expect(
            UUID(bytes: entry.id).map { !ids.contains($0) } ?? false, "\(entry)",
            sourceLocation: sourceLocation)
          #expect(!"\(entry)".contains(Self.canary), sourceLocation: sourceLocation)
        }
      } catch let failure as WireConnection.Failure {
        #expect(
          failure.code == .notFound || failure.code == .invalidArgument, "\(failure)",
          sourceLocation: sourceLocation)
        #expect(!"\(failure)".contains(Self.canary), sourceLocation: sourceLocation)
      } catch { Issue.record(error, sourceLocation: sourceLocation) }
    }

    private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
      guard let first = part.first, bytes.count >= part.count else { return false }
      return (0...bytes.count - part.count).contains { start in
        bytes[start] == first && bytes[start..<start + part.count].elementsEqual(part)
      }
    }
  }
}

import Platform
import Postgres
import RPC
import TestSupport
import Testing
import Truth

@testable import KnowledgeService

/// What becomes of connections when keys, businesses and the database go.
@Suite struct KeyTests {
  @Test func `a revoked key's connections end, others of its business go on`() throws {
    let node = try TestNode { $0.limits.keyCheckMilliseconds = 100 }
    let tenant = try node.tenant("shop")
    let second = TestNode.Tenant(
      id: tenant.id, key: try node.entries.createAPIKey(business: tenant.id, label: "second"))
    let (old, new) = (try node.client(tenant), try node.client(second))
    try node.fill(old, 3)
    let stream = try old.bulkImport(ImportRequest())
    #expect(try node.entries.revokeAPIKey(tenant.key.keyID, business: tenant.id))
    // What is open on the connection ends with it.
    var reply: ErrorReply?
    #expect(
      eventually {
        do { _ = try stream.acknowledgements(timeoutMilliseconds: 100) } catch {
          reply = refusal { throw error }
          return true
        }
        return false
      })
    #expect(reply == nil || reply?.code == .unauthenticated, "\(String(describing: reply))")
    #expect(throws: RPCError.self) { try old.ping() }
    #expect(refusal { try node.client(tenant) }?.code == .unauthenticated)
    #expect(try node.hits(new, "entry") == 3)
    #expect(try node.refusals()["unauthenticated"] ?? 0 >= 2)
  }

  @Test func `a key made while the service runs counts at once, and goes with its business`() throws
  {
    let node = try TestNode { $0.limits.keyCheckMilliseconds = 100 }
    let tenant = try node.tenant("shop")
    let client = try node.client(tenant)
    _ = try client.ping()
    var connection = try node.connect()
    try connection.query("delete from businesses where business_id = $1", [.uuid(tenant.id)])
    #expect(eventually { (try? client.ping()) == nil })
    #expect(refusal { try node.client(tenant) }?.code == .unauthenticated)
    // The operator who names it is told, and finds the one that is made again.
    #expect(refusal { try node.client(business: "shop") }?.code == .notFound)
    let again = try node.tenant("shop")
    #expect(try node.client(again).hello.businessID == again.id.bytes)
    #expect(try node.client(business: "shop").hello.businessID == again.id.bytes)
  }

  @Test func `what a business leaves behind is removed, and one of the same name begins anew`()
    throws
  {
    let node = try TestNode()
    let (shop, other) = (try node.tenant("shop"), try node.tenant("other"))
    let client = try node.client(shop)
    try node.fill(client, 20)
    try node.fill(try node.client(other), 20)
    var rich = UpsertRequest(entries: [RPC.Entry(externalID: "x", content: "x")])
    rich.collection = "extra"
    _ = try client.upsert(rich)
    #expect(try eventually { try client.collections().collections.count == 2 })
    // On disk, not in memory alone.
    _ = try node.client(business: "shop").rebuild(RebuildRequest())
    #expect(FileSystem.isDirectory(node.directory(of: shop.id) + "/extra"))
    // A collection goes with its last entry.
    var connection = try node.connect()
    try connection.query("delete from knowledge_entries where collection = 'extra'")
    #expect(eventually { !FileSystem.exists(node.directory(of: shop.id) + "/extra") })
    #expect(try client.collections().collections.map(\.name) == ["knowledge"])
    #expect(try node.hits(client, "entry") == 10)
    // A business goes with all it had.
    try connection.query("delete from businesses where business_id = $1", [.uuid(shop.id)])
    #expect(eventually { !FileSystem.exists(node.directory(of: shop.id)) })
    let stats = try node.client().stats()
    #expect(stats.collections.map(\.businessID) == [other.id.bytes])
    #expect(try node.hits(try node.client(other), "entry") == 10)
    // The next one has nothing of it.
    let again = try node.tenant("shop")
    let fresh = try node.client(again)
    #expect(refusal { try node.hits(fresh, "entry") }?.code == .notFound)
    try node.fill(fresh, 5)
    #expect(try node.hits(fresh, "entry") == 5)
    // Its last entry was deleted softly, and comes back.
    let soft = try fresh.delete(
      DeleteRequest(externalIDs: (0..<5).map { "entry-\($0)" }, soft: true))
    #expect(soft.deleted == 5)
    #expect(eventually { !FileSystem.exists(node.directory(of: again.id)) })
    try node.fill(fresh, 5)
  }

  @Test func `while the database is away keys seen before count on, for a bounded time`() throws {
    let cluster = try TestCluster.start("keys")
    let node = try TestNode(in: cluster) { $0.limits.keyCheckMilliseconds = 100 }
    let strict = try TestNode(in: cluster) {
      $0.limits.keyCheckMilliseconds = 100
      $0.limits.keyOutageMilliseconds = 1_000
    }
    let (seen, unseen) = (try node.tenant("seen"), try node.tenant("unseen"))
    let open = try node.client(seen)
    try node.fill(open, 3)
    let strictOpen = try strict.client(seen)
    _ = try strictOpen.ping()
    try cluster.stop(mode: .immediate)
    #expect(try node.hits(try node.client(seen), "entry") == 3)
    #expect(refusal { try node.client(unseen) }?.code == .unavailable)
    // The other node may not trust so long.
    #expect(eventually { (try? strictOpen.ping()) == nil })
    #expect(refusal { try strict.client(seen) }?.code == .unavailable)
    #expect(try node.hits(open, "entry") == 3)
    _ = try cluster.ensureRunning()
    #expect(eventually { (try? strict.client(seen)) != nil && (try? node.client(unseen)) != nil })
  }

  @Test func `while the database is away, names that only look the same are other businesses`()
    throws
  {
    let cluster = try TestCluster.start("names")
    let node = try TestNode(in: cluster) { $0.limits.keyCheckMilliseconds = 100 }
    let names = ["caf\u{E9}", "cafe\u{301}", "\u{AC00}", "\u{1100}\u{1161}"]
    let tenants = try names.map { try node.tenant($0) }
    for (name, tenant) in zip(names, tenants) {
      #expect(try node.client(business: name).hello.businessID == tenant.id.bytes)
    }
    try cluster.stop(mode: .immediate)
    for (name, tenant) in zip(names, tenants) {
      #expect(try node.client(business: name).hello.businessID == tenant.id.bytes)
    }
    _ = try cluster.ensureRunning()
  }
}

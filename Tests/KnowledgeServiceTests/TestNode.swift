import Platform
import Postgres
import RPC
import TestSupport
import Truth

@testable import KnowledgeService

/// A node in this process, on a socket and a database of its own.
final class TestNode {
  /// A tenant with a key.
  struct Tenant {
    let id: UUID
    let key: NewAPIKey
  }

  let folder: TestFolder
  let entries: EntryStore
  let node: KnowledgeNode
  private let socket: String
  private let database: TestDatabase?

  /// - Parameters:
  ///   - cluster: Where to make the database; nil takes the tests' shared one.
  ///   - adjust: Changes what the node is started with.
  init(
    in cluster: PrivateCluster? = nil,
    _ adjust: (inout KnowledgeNode.Configuration) -> Void = { _ in }
  ) throws {
    folder = try TestFolder()
    let connectionInfo: String
    if let cluster {
      database = nil
      connectionInfo = cluster.connectionInfo
      var connection = try PostgresConnection(connectionInfo: connectionInfo)
      try Migrator.apply(to: &connection)
    } else {
      let made = try TestCluster.migratedDatabase()
      database = made
      connectionInfo = made.connectionInfo
    }
    entries = EntryStore(connectionInfo: connectionInfo)
    var configuration = KnowledgeNode.Configuration(dataDirectory: folder.path + "/data")
    configuration.databaseURL = connectionInfo
    socket = configuration.socketPath
    adjust(&configuration)
    node = try KnowledgeNode.start(configuration)
  }

  deinit {
    node.stop()
    entries.close()
    folder.close()
  }

  /// The directory of a business's files.
  func directory(of business: UUID) -> String { "\(folder.path)/data/store/\(business)" }

  func tenant(_ name: String) throws -> Tenant {
    let business = try entries.createBusiness(named: name).businessID
    return Tenant(id: business, key: try entries.createAPIKey(business: business))
  }

  func client(
    _ tenant: Tenant? = nil, business: String = "", streamWindow: Int = 1 << 20
  ) throws -> RPCClient {
    var options = RPCClient.Options()
    options.apiKey = tenant?.key.secret ?? ""
    options.business = business
    options.streamWindow = streamWindow
    return try RPCClient(.unix(path: socket), options: options)
  }

  /// A new connection as the database's owner.
  func connect() throws -> PostgresConnection {
    try PostgresConnection(connectionInfo: entries.pool.configuration.connectionInfo)
  }

  func refusals() throws -> [String: UInt64] {
    try client().stats().rpc?.refusals ?? [:]
  }

  /// Writes entries and waits until they can be searched.
  func fill(_ client: RPCClient, _ count: Int, named name: String = "entry") throws {
    let entries = (0..<count).map { number in
      RPC.Entry(externalID: "\(name)-\(number)", content: "the \(name) of number \(number)")
    }
    let reply = try client.upsert(UpsertRequest(entries: entries))
    guard try hits(client, name, after: reply.xid) > 0 else {
      throw TestSupportError("nothing is found")
    }
  }

  func hits(_ client: RPCClient, _ text: String, after xid: UInt64 = 0) throws -> Int {
    var request = RPC.SearchRequest()
    request.query = .text(text)
    request.minXID = xid
    request.waitMilliseconds = 30_000
    return try client.search(request).hits.count
  }
}

/// Waits until something another thread does has happened.
func eventually(seconds: Int = 30, _ condition: () throws -> Bool) rethrows -> Bool {
  let end = Clock.monotonicNanoseconds + UInt64(seconds) * 1_000_000_000
  while Clock.monotonicNanoseconds < end {
    if try condition() { return true }
    Thread.sleep(milliseconds: 10)
  }
  return try condition()
}

/// The refusal that a call ends with; nil where it ends otherwise.
func refusal<Value>(_ body: () throws -> Value) -> ErrorReply? {
  do {
    _ = try body()
    return nil
  } catch {
    if case .refused(let reply)? = error as? RPCError { return reply }
    return nil
  }
}

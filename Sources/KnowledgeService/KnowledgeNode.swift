import Embedding
import Glibc
import KnowledgeStore
import Platform
import RPC
import Truth

/// A running knowledge service: the files, the truth that they follow, and the socket that answers.
///
///     let node = try KnowledgeNode.start(configuration)
///     defer { node.stop() }
///
/// Start to finish: the store is opened (and locked), the truth is found or started and its schema
/// checked, the applier begins to follow, the server listens. A database that is away is no reason
/// not to start: searches are answered from the files, and say how old they are.
public final class KnowledgeNode: Sendable {
  /// The program's version.
  public static let version = "0.1.0"

  /// What a node is started with.
  public struct Configuration: Sendable {
    /// Where files and the private cluster stand; created where missing.
    public var dataDirectory: String
    /// A libpq keyword string or URI; nil runs a private cluster below the data directory.
    public var databaseURL: String?
    /// Path of the Unix socket.
    public var socketPath: String
    /// Host and port to listen on besides; nil for none.
    public var tcp: (host: String, port: UInt16)?
    /// What the TCP side proves its name with; nil speaks plainly there.
    public var tls: TLSServerIdentity?
    /// Loop threads; nil chooses by the processors.
    public var loopThreadCount: Int?
    /// How long a loop thread looks for the next request before it sleeps.
    public var spinMicroseconds = 50
    /// What every collection's vectors are to be of.
    public var model: any Embedder = HashedEmbedder()
    /// Models that collections may have vectors of from before; they answer with those until all
    /// their entries are embedded anew. The built-in one need not be named.
    public var earlierModels: [any Embedder] = []
    /// Loads the model that the operator has chosen meanwhile, when asked to change over to it; nil
    /// where the model cannot be changed while the node runs.
    public var loadModel: (@Sendable () throws(ModelUnavailable) -> any Embedder)?
    /// What peers may do.
    public var rpcLimits = RPCLimits()
    /// What one request may ask for.
    public var limits = ServiceLimits()
    /// Bytes for the files of collections and what is cached of them: small files that were not
    /// used lately leave memory first, and where large ones are more than this, no more of them is
    /// read than searches touch.
    public var memoryByteCount = max(256 << 20, Resources.physicalByteCount / 4)
    /// Whether large collections get graphs: without, they take a third of the vectors' bytes in
    /// memory in place of twice as many, and searches of them are slower.
    public var buildsGraphs = true
    /// Milliseconds between looks at the feed while nobody writes here.
    public var pollMilliseconds = 20
    /// Milliseconds after which what was applied is committed; ten times as long where the database
    /// has moved on without anything new for the files.
    public var commitMilliseconds = 60_000

    /// - Parameter dataDirectory: Where files and the private cluster stand.
    public init(dataDirectory: String) {
      self.dataDirectory = dataDirectory
      socketPath = dataDirectory + "/knowledge.sock"
    }
  }

  /// Why a model cannot be changed to.
  public struct ModelUnavailable: Error {
    let reason: String
    let remedy: String

    /// - Parameters:
    ///   - reason: What is wrong, with the file or setting that it is about.
    ///   - remedy: What to do.
    public init(_ reason: String, remedy: String) {
      self.reason = reason
      self.remedy = remedy
    }
  }

  /// Where the server listens on TCP, if it does.
  public var tcpPort: UInt16? { server.tcpPort }

  private let cluster: PrivateCluster?
  private let store: Store
  private let entries: EntryStore
  private let freshness: Freshness
  private let applier: Applier
  private let scrub: Scrub
  private let parity: Parity
  private let pools: ServicePools
  private let keyEntries: EntryStore
  private let keyWatch: KeyWatch
  private let server: RPCServer

  private init(
    cluster: PrivateCluster?, store: Store, entries: EntryStore, freshness: Freshness,
    applier: Applier, scrub: Scrub, parity: Parity, pools: ServicePools, keyEntries: EntryStore,
    keyWatch: KeyWatch, server: RPCServer
  ) {
    self.cluster = cluster
    self.store = store
    self.entries = entries
    self.freshness = freshness
    self.applier = applier
    self.scrub = scrub
    self.parity = parity
    self.pools = pools
    self.keyEntries = keyEntries
    self.keyWatch = keyWatch
    self.server = server
  }

  /// Starts a node and returns once it listens.
  ///
  /// - Throws: ``ServiceError``, with nothing left running, but for a cluster that ran before.
  public static func start(_ configuration: Configuration) throws(ServiceError) -> KnowledgeNode {
    try systemCall { () throws(SystemError) in
      try FileSystem.createDirectories(configuration.dataDirectory)
    }
    let node = try node(beside: configuration.dataDirectory)
    let store: Store
    do throws(StoreError) {
      var options = StoreOptions()
      let caches = options.contentCacheByteLimit + options.filterCacheByteLimit
      options.segmentByteLimit = max(
        configuration.memoryByteCount / 2, configuration.memoryByteCount - caches)
      options.index = configuration.buildsGraphs ? .graph : .scan
      store = try Store.open(directory: configuration.dataDirectory + "/store", options: options)
    } catch { throw ServiceError(error) }
    let (cluster, connectionInfo) = try truth(configuration, store: store)
    let limits = configuration.limits
    let entries = EntryStore(
      connectionInfo: connectionInfo,
      connectionLimit: min(24, limits.writes.threads + limits.imports.threads))
    // One connection more than threads that check keys, for the watch.
    let keyEntries = EntryStore(
      connectionInfo: connectionInfo, connectionLimit: limits.keys.threads + 1,
      statementTimeoutMilliseconds: 5_000)
    let freshness = Freshness()
    // The built-in model costs nothing to have, and collections may be of it from before.
    let served = ServedModels(
      ModelSet(
        target: configuration.model, others: configuration.earlierModels + [HashedEmbedder()]),
      entries: entries)
    let words = WordIndexes(byteLimit: configuration.memoryByteCount / 4)
    let applier = Applier(
      store: store, served: served, freshness: freshness, words: words,
      connectionInfo: connectionInfo, cluster: cluster,
      node: node,
      pollMilliseconds: configuration.pollMilliseconds,
      commitMilliseconds: configuration.commitMilliseconds)
    let core = KnowledgeCore(
      store: store, served: served, entries: entries, freshness: freshness,
      limits: limits, replyByteCount: configuration.rpcLimits.replyByteCount, words: words,
      poke: { applier.poke() })
    let businesses = BusinessDirectory(entries: keyEntries, limits: limits)
    let pools = ServicePools(limits)
    let scrub = Scrub(store: store, limits: limits) { applier.poke() }
    let parity = Parity(
      store: store, applier: applier, freshness: freshness, connectionInfo: connectionInfo,
      limits: limits)
    let operations = Operations(
      core: core, applier: applier, scrub: scrub, parity: parity, loadModel: configuration.loadModel
    )
    var listening = RPCServerConfiguration()
    listening.unixPath = configuration.socketPath
    listening.tcp = configuration.tcp
    listening.tls = configuration.tls
    listening.threadCount = configuration.loopThreadCount ?? listening.threadCount
    listening.spinMicroseconds = configuration.spinMicroseconds
    listening.serverName = "knowledge \(version)"
    listening.limits = configuration.rpcLimits
    let server: RPCServer
    do throws(RPCError) {
      server = try RPCServer(
        listening,
        authenticator: ServiceAuthenticator(
          businesses: businesses, workers: pools.keys, operators: [geteuid(), 0]),
        handler: ServiceHandler(core: core, operations: operations, pools: pools))
    } catch {
      pools.shutdown()
      keyEntries.close()
      entries.close()
      store.close()
      try? cluster?.stop()
      throw ServiceError(error)
    }
    operations.serverStatistics { server.statistics }
    freshness.start()
    applier.start()
    scrub.start()
    parity.start()
    let keyWatch = KeyWatch(businesses, server: server, limits: limits)
    keyWatch.start()
    Log.info(
      "serving",
      [
        "version": .string(version), "data": .string(configuration.dataDirectory),
        "socket": .string(configuration.socketPath), "port": .integer(Int(server.tcpPort ?? 0)),
      ])
    return KnowledgeNode(
      cluster: cluster, store: store, entries: entries, freshness: freshness, applier: applier,
      scrub: scrub, parity: parity,
      pools: pools, keyEntries: keyEntries, keyWatch: keyWatch, server: server)
  }

  /// The truth's connection string: a private cluster's that now runs, or the given one. Brings the
  /// private cluster's schema up to date; an external one is only checked, by the applier.
  private static func truth(
    _ configuration: Configuration, store: Store
  ) throws(ServiceError) -> (PrivateCluster?, String) {
    if let url = configuration.databaseURL { return (nil, url) }
    var started: PrivateCluster?
    do throws(TruthError) {
      let place = PrivateCluster.Configuration(
        directory: configuration.dataDirectory + "/postgres")
      let wasRunning = try PrivateCluster.at(place).processID != nil
      let cluster = try PrivateCluster.start(place)
      if wasRunning {
        Log.info(
          "adopted the private cluster",
          ["reason": .string("it was running: the last service was ended without stopping it")])
      } else {
        started = cluster
      }
      let report = try Migrator.apply(connectionInfo: cluster.connectionInfo)
      if !report.applied.isEmpty {
        Log.info("migrated", ["version": .integer(report.version)])
      }
      return (cluster, cluster.connectionInfo)
    } catch {
      try? started?.stop()
      store.close()
      throw ServiceError(error)
    }
  }

  /// Who this node is to the feed: kept beside the files, so that they can be followed up.
  private static func node(beside directory: String) throws(ServiceError) -> UUID {
    let path = directory + "/node"
    if let bytes = try? FileSystem.readAll(path, limit: 64),
      let node = UUID(String(decoding: bytes, as: UTF8.self).prefix(36))
    {
      return node
    }
    let node = UUID.random()
    try systemCall { () throws(SystemError) in
      try FileSystem.replace(path, with: Array("\(node)\n".utf8))
    }
    return node
  }

  /// Stops cleanly: no new connections, requests in flight are answered, what is applied is
  /// committed, the private cluster is stopped. Returns when all of it is done.
  public func stop() {
    // First, so that no scan holds up the workers that wait for it, and nobody waits for freshness.
    applier.requestStop()
    scrub.stop()
    parity.stop()
    freshness.close()
    server.shutdown()
    keyWatch.stop()
    pools.shutdown()
    applier.stop()
    keyEntries.close()
    entries.close()
    store.close()
    do throws(TruthError) { try cluster?.stop() } catch {
      Log.error("the private cluster did not stop", ["error": .string("\(error)")])
    }
    Log.info("stopped")
  }
}

import CommandInterface
import KnowledgeService
import ModelFetch
import Platform
import RPC

extension CommandTable {
  static let serve = Command(
    name: "serve", summary: "run the service until it is asked to stop",
    details: """
      Keeps its files in the data directory and follows Postgres: the one that --database names, or \
      a private cluster in the data directory that it makes, starts and stops. SIGTERM or Ctrl-C \
      stops it cleanly; a second one ends it at once, and the next start recovers.

      The Unix socket is for processes of the same user, and of root: they are the operator. \
      Everyone else calls over TCP (--listen), with a key.

      Texts are embedded by the model that knowledge model use chose, else by the built-in one; \
      another choice is taken up while the service runs.

      The log goes to the error stream, a JSON object a line; KNOWLEDGE_LOG sets its level (debug, \
      info, warning, error).
      """,
    groups: [
      FlagGroup(
        "",
        [
          CommonFlags.data, CommonFlags.database,
          Flag(
            "socket", .file("PATH"), "Unix socket to listen on",
            fallback: "knowledge.sock in --data"),
          Flag("listen", .text("HOST:PORT"), "listen on TCP too, for clients with a key"),
          Flag("tls-certificate", .file("FILE"), "PEM chain to speak TLS with on TCP"),
          Flag("tls-key", .file("FILE"), "PEM private key of the certificate"),
          Flag(
            "threads", .integer("N", 1...256), "threads that answer requests",
            fallback: "by the processors"),
          Flag(
            "memory", .integer("MIB", 16...16_777_216),
            "memory for files of collections: small ones not used lately leave it, large ones are read where they are searched",
            fallback: "a quarter of the machine's"),
          Flag(
            "index", .choice(["graph", "scan"]),
            "how large collections are searched: by a graph, the quickest, with twice the vectors' bytes in memory; or by scans, with a third",
            fallback: "graph"),
          Flag(
            "parity-every", .integer("SECONDS", 0...31_536_000),
            "compare all files with Postgres this often, and repair; 0 for never",
            fallback: "3600"),
        ])
    ],
    examples: [
      Example("knowledge serve", "Serves the default data directory with a private Postgres."),
      Example(
        "knowledge serve --data /srv/knowledge --database postgres://knowledge@db/knowledge",
        "Follows a database of your own; knowledge migrate prepares it."),
      Example(
        "knowledge serve --data /srv/knowledge --listen 127.0.0.1:7700", "Answers TCP clients too."),
    ],
    run: { (arguments, context) throws(CommandError) in
      do throws(SystemError) { try TerminationSignals.listen() } catch {
        throw CommandError(.failed, "signals cannot be caught: \(error)")
      }
      TerminationSignals.ignoreBrokenPipes()
      let configuration = try configuration(arguments, context)
      let node: KnowledgeNode
      do throws(ServiceError) {
        node = try KnowledgeNode.start(configuration)
      } catch {
        throw CommandError(
          error.isOutage ? .unreachable : .failed, "the service cannot start: \(error)",
          remedy: remedy(for: error, configuration))
      }
      if context.console.errorIsTerminal {
        context.console.remark(
          "serving \(configuration.dataDirectory) at \(configuration.socketPath); Ctrl-C stops it")
      }
      let signal = TerminationSignals.wait()
      Log.info("stopping", ["signal": .integer(Int(signal))])
      _ = Thread.spawn(name: "signals") {
        _ = TerminationSignals.wait()
        Log.warning("ended at once by a second signal")
        Environment.exit(ExitCode.interrupted.rawValue)
      }
      node.stop()
      return .ok
    })

  /// What to do where the service cannot start; mostly, one runs already.
  private static func remedy(
    for error: ServiceError, _ configuration: KnowledgeNode.Configuration
  ) -> String {
    let data = shellQuoted(configuration.dataDirectory)
    if let process = RPCAddress.unix(path: configuration.socketPath).listeningProcessID {
      return "process \(process) serves \(configuration.socketPath) already: use it, as with "
        + "knowledge health --data \(data), or stop it with kill \(process)"
    }
    if error.isAboutListening {
      return "name another with --socket, --listen, --tls-certificate or --tls-key"
    }
    if error.isOutage, configuration.databaseURL != nil {
      return
        "check that the database runs and that --database names it; knowledge migrate prepares it"
    }
    return "the data directory is \(data); --data names another"
  }

  private static func configuration(
    _ arguments: Arguments, _ context: Context
  ) throws(CommandError) -> KnowledgeNode.Configuration {
    let data = try DataDirectory.path(arguments, context)
    var configuration = KnowledgeNode.Configuration(dataDirectory: data)
    configuration.databaseURL = arguments.text("database")
    let store = ModelStore(dataDirectory: data)
    let models = try ServiceModels.configured(store, context)
    configuration.model = models.model
    configuration.earlierModels = models.earlier
    configuration.loadModel = { () throws(KnowledgeNode.ModelUnavailable) in
      do throws(CommandError) { return try ServiceModels.chosen(store, context) } catch {
        throw KnowledgeNode.ModelUnavailable(error.message, remedy: error.remedy)
      }
    }
    if let socket = arguments.text("socket") { configuration.socketPath = socket }
    let byteCount = configuration.socketPath.utf8.count
    guard byteCount <= ServiceAddress.socketPathByteLimit else {
      throw .usage(
        "the socket's path has \(byteCount) bytes, and an address holds "
          + "\(ServiceAddress.socketPathByteLimit)", remedy: "choose a shorter --data or --socket")
    }
    if let listen = arguments.text("listen") {
      configuration.tcp = try ServiceAddress.hostAndPort(
        listen, flag: "--listen", allowsAnyPort: true)
    }
    for flag in ["tls-certificate", "tls-key"] {
      if let file = arguments.text(flag), !FileSystem.exists(file) {
        throw .usage("there is no file \(quoted(file))", remedy: "--\(flag) names a PEM file")
      }
    }
    switch (arguments.text("tls-certificate"), arguments.text("tls-key")) {
    case (let certificate?, let key?):
      configuration.tls = TLSServerIdentity(certificateChainPath: certificate, privateKeyPath: key)
    case (nil, nil): break
    default: throw .usage("--tls-certificate and --tls-key go together", remedy: "give both")
    }
    if configuration.tls != nil && configuration.tcp == nil {
      throw .usage("TLS is for TCP, and there is no --listen", remedy: "add --listen HOST:PORT")
    }
    configuration.loopThreadCount = arguments.integer("threads")
    if let mebibytes = arguments.integer("memory") {
      configuration.memoryByteCount = mebibytes << 20
    }
    configuration.buildsGraphs = arguments.text("index") != "scan"
    if let seconds = arguments.integer("parity-every") {
      configuration.limits.paritySeconds = seconds
    }
    return configuration
  }
}

import KnowledgeService
import Platform
import Truth

extension Command {
  static let serve = Command(
    name: "serve", summary: "run the knowledge service",
    details: """
      Answers on a Unix socket in the data directory and, with --listen, on TCP. Without --database \
      it runs a private Postgres cluster below the data directory, and stops it at the end. \
      It logs JSON lines on standard error and runs until SIGINT, SIGTERM or SIGHUP.

      Over the Unix socket, processes of the same user (and root) are the operator. Everyone else, \
      and everyone over TCP, needs a key.
      """,
    groups: [
      FlagGroup(
        "",
        [
          CommonFlags.data, CommonFlags.database,
          Flag(
            "socket", .file("PATH"), "Unix socket to answer on", fallback: "knowledge.sock in --data"
          ),
          Flag("listen", .text("HOST:PORT"), "answer on TCP too; callers need a key"),
          Flag(
            "threads", .integer("N", 1...64), "threads that answer", fallback: "one a processor"),
        ])
    ],
    examples: [
      Example("knowledge serve", "Everything in the default data directory."),
      Example(
        "knowledge serve --data /srv/kb --database postgres://kb@db/kb",
        "Follows a database of your own, prepared with knowledge migrate."),
    ],
    run: { (arguments, context) throws(CommandError) in
      TerminationSignals.block()
      TerminationSignals.ignoreBrokenPipes()
      var configuration = KnowledgeNode.Configuration(
        dataDirectory: try DataDirectory.path(arguments, context))
      configuration.databaseURL = arguments.text("database")
      if let socket = arguments.text("socket") { configuration.socketPath = socket }
      if let address = arguments.text("listen") { configuration.tcp = try listening(address) }
      configuration.loopThreadCount = arguments.integer("threads")
      let node: KnowledgeNode
      do throws(ServiceError) { node = try KnowledgeNode.start(configuration) } catch {
        throw CommandError(error.isOutage ? .unreachable : .failed, error.description)
      }
      let number = TerminationSignals.wait()
      Log.info("stopping", ["signal": .integer(Int(number))])
      node.stop()
      return .ok
    })

  private static func listening(_ address: String) throws(CommandError) -> (String, UInt16) {
    guard let colon = address.lastIndex(of: ":"),
      let port = UInt16(address[address.index(after: colon)...])
    else {
      throw .usage(
        "--listen \(address) is not HOST:PORT", remedy: "write it as 127.0.0.1:7400 or [::1]:7400")
    }
    var host = address[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    return (String(host), port)
  }

  static let migrate = Command(
    name: "migrate", summary: "bring the database's schema up to date",
    details: """
      Applies the migrations that the database lacks, one transaction each, under a lock: running \
      it twice, or in two places at once, does no harm. A schema that is newer than the program is \
      refused. Without --database it starts the private cluster, migrates it, and stops it again \
      where it did not run before.
      """,
    groups: [FlagGroup("", [CommonFlags.data, CommonFlags.database])],
    examples: [
      Example(
        "knowledge migrate --database postgres://admin@db/kb",
        "As a user who may create roles, once and after each upgrade.")
    ],
    run: { (arguments, context) throws(CommandError) in
      do {
        let report: Migrator.Report
        if let url = arguments.text("database") {
          report = try Migrator.apply(connectionInfo: url)
        } else {
          let directory = try DataDirectory.path(arguments, context)
          let place = PrivateCluster.Configuration(directory: directory + "/postgres")
          let wasRunning = try PrivateCluster.at(place).processID != nil
          let cluster = try PrivateCluster.start(place)
          defer { if !wasRunning { try? cluster.stop() } }
          report = try Migrator.apply(connectionInfo: cluster.connectionInfo)
        }
        for name in report.applied { context.console.print("applied \(name)") }
        context.console.print("the schema is at version \(report.version)")
        return .ok
      } catch let error as CommandError {
        throw error
      } catch let error as TruthError {
        throw CommandError(error.isOutage ? .unreachable : .failed, error.description)
      } catch { throw CommandError(.failed, "\(error)") }
    })
}

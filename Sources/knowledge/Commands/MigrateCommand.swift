import CommandInterface
import Platform
import Truth

extension CommandTable {
  static let migrate = Command(
    name: "migrate", summary: "bring a database to the schema that this program needs",
    details: """
      Speaks to Postgres itself, so that no service need run. Only what is missing is applied, each \
      step in a transaction of its own, under a lock that several processes respect. A database \
      that a newer program made is left alone. The private cluster needs no migrating by hand: \
      knowledge serve does it.
      """,
    groups: [
      FlagGroup("", [CommonFlags.database, CommonFlags.data, CommonFlags.json])
    ],
    examples: [
      Example(
        "knowledge migrate --database postgres://owner@db/knowledge",
        "Prepares or updates a database of your own."),
      Example("knowledge migrate --data /srv/knowledge", "Migrates the private cluster there."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let url = arguments.text("database")
      let data = url == nil ? try DataDirectory.path(arguments, context) : ""
      let report: Migrator.Report
      do throws(TruthError) {
        report =
          if let url {
            try Migrator.apply(connectionInfo: url)
          } else {
            try migratePrivateCluster(in: data)
          }
      } catch {
        throw CommandError(
          error.isOutage ? .unreachable : .failed, "\(error)",
          remedy: url == nil
            ? "the cluster stands in \(shellQuoted(data))/postgres, its log too; --data names another"
            : "check that the database runs, that --database names it, and what its user may do")
      }
      context.console.print(
        migrated: report.applied, version: report.version, asJSON: arguments.isSet("json"))
      return .ok
    })

  /// The cluster is started where it does not run, and then stopped again.
  private static func migratePrivateCluster(in data: String) throws(TruthError) -> Migrator.Report {
    do throws(SystemError) { try FileSystem.createDirectories(data) } catch {
      throw .system(error)
    }
    let cluster = try PrivateCluster.at(.init(directory: data + "/postgres"))
    let wasRunning = cluster.processID != nil
    let started = try PrivateCluster.start(.init(directory: data + "/postgres"))
    defer { if !wasRunning { try? started.stop() } }
    return try Migrator.apply(connectionInfo: started.connectionInfo)
  }
}

import CommandInterface
import Platform
import Truth

/// Where the database is: the one that is named, or the private cluster of a running service.
enum DatabaseAddress {
  /// The flags that say it.
  static let flags = FlagGroup("Database", [CommonFlags.database, CommonFlags.data])

  /// The keyword string or URL to connect by.
  ///
  /// - Throws: ``CommandError`` with ``ExitCode/unreachable`` where no cluster runs: the agent
  ///   starts none, for the service that owns it starts and stops it.
  static func of(_ arguments: Arguments, _ context: Context) throws(CommandError) -> String {
    if let url = arguments.text("database") { return url }
    let data = try DataDirectory.path(arguments, context)
    let place = shellQuoted(data)
    let remedy =
      "start it with: knowledge serve --data \(place); --data names another directory, --database "
      + "a database of your own"
    guard FileSystem.exists(data + "/postgres") else {
      throw CommandError(
        .unreachable, "no knowledge service has kept anything in \(place)", remedy: remedy)
    }
    let cluster: PrivateCluster
    do throws(TruthError) { cluster = try .at(.init(directory: data + "/postgres")) } catch {
      throw CommandError(.failed, "\(error)", remedy: "--database names a database of your own")
    }
    guard cluster.processID != nil else {
      throw CommandError(
        .unreachable, "the knowledge service of \(place) does not run, nor does its Postgres",
        remedy: remedy)
    }
    return cluster.connectionInfo
  }
}

extension Context {
  /// What stands in the database that the flags name.
  func desk(_ arguments: Arguments) throws(CommandError) -> any Desk {
    desk(try DatabaseAddress.of(arguments, self))
  }
}

extension CommandError {
  /// What an error of the database means to the user of the command line.
  init(_ error: TruthError) {
    switch error {
    case .unknownBusiness(let name):
      self.init(
        .exceptions, "there is no business \(quoted(name))",
        remedy: "knowledge business list shows who there is")
    case .invalid(let field, let reason):
      self.init(
        .usage, DisplayText.cleaned("\(field): \(reason)"), remedy: "correct it and try again")
    case .schemaTooOld, .rightMissing:
      self.init(.failed, "\(error)", remedy: "agent migrate prepares the database")
    case .postgres(let cause) where cause.code == .undefinedObject:
      self.init(
        .failed, "the database lacks the agent's tables", remedy: "agent migrate makes them")
    default:
      self.init(
        error.isOutage ? .unreachable : .failed, "\(error)",
        remedy: "check that the database runs, that --database names it, and what its user may do")
    }
  }
}

/// Runs a call of the database and translates its error.
func asking<Value>(
  _ body: () throws(TruthError) -> Value
) throws(CommandError) -> Value {
  do throws(TruthError) { return try body() } catch { throw CommandError(error) }
}

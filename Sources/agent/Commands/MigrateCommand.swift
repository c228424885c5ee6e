import CommandInterface
import Truth

extension CommandTable {
  static let migrate = Command(
    name: "migrate", summary: "bring the database to the schema that this program needs",
    details: """
      The agent keeps what it knows in the same database as the knowledge service: the one that \
      --database names, or the private cluster of the running service. Only what is missing is \
      applied, each step in a transaction of its own, under a lock that several processes respect. \
      A database that a newer program made is left alone.
      """,
    groups: [
      FlagGroup("", [CommonFlags.json]), DatabaseAddress.flags,
    ],
    examples: [
      Example("agent migrate", "Prepares the database of the service that runs on this machine."),
      Example(
        "agent migrate --database postgres://owner@db/knowledge", "Prepares one of your own."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let address = try DatabaseAddress.of(arguments, context)
      let report = try asking { () throws(TruthError) in try context.migrate(address) }
      context.console.print(
        migrated: report.applied, version: report.version, asJSON: arguments.isSet("json"))
      return .ok
    })
}

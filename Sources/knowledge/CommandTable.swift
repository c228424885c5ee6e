import CommandInterface

typealias Command = CommandInterface.Command<Context>

/// Every command of the program.
enum CommandTable {
  static let program = "knowledge"

  static let commands = CommandSet(
    program: program, summary: "a vector search and knowledge service for businesses",
    firstSteps: [
      "knowledge serve &", "knowledge business create demo",
      "knowledge import faq.csv --business demo",
      "knowledge search \"how do I return shoes\" --business demo",
    ],
    exitCodes: [
      (.ok, "done"),
      (
        .exceptions,
        "done with exceptions: rows rejected, but no more than --max-errors, nothing found, faults "
          + "found"
      ), (.usage, "the command or its arguments are wrong; nothing was done"),
      (.errorBudget, "import stopped: more rows were rejected than --max-errors allows"),
      (.unreachable, "the service or the database cannot be reached; an import can be resumed"),
      (.failed, "refused by the service or by the disk"),
      (.interrupted, "stopped by a signal; an import can be resumed"),
    ], all: all)

  /// In the order of the help.
  static let all: [Command] = [
    serve, businessCreate, businessList, importRows, export, search, match, spell, get, delete,
    stats, health, verify, rebuild, snapshotCreate, snapshotList, snapshotRestore, migrate,
    modelFetch, modelList, modelInfo, modelUse, embed, describe, bench, completion, version, help,
  ]
}

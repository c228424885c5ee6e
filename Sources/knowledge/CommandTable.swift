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
    ], all: all)

  /// In the order of the help.
  static let all: [Command] = [
    serve, businessCreate, businessList, importRows, export, search, match, spell, get, delete,
    stats, health, verify, rebuild, snapshotCreate, snapshotList, snapshotRestore, migrate,
    modelFetch, modelList, modelInfo, modelUse, embed, describe, bench, completion, version, help,
  ]
}

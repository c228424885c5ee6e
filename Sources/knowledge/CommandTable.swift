/// Every command of the program, in the order of the help.
enum CommandTable {
  static let all: [Command] = [
    .serve, .businessCreate, .businessList, .importRows, .export, .search, .match, .spell, .get,
    .delete, .stats,
    .health, .verify, .rebuild, .snapshotCreate, .snapshotList, .snapshotRestore, .migrate,
    .modelFetch, .modelList, .modelInfo, .modelUse, .embed,
    .describe, .bench, .completion, .version, .help,
  ]
}

/// Every command of the program, in the order of the help.
enum CommandTable {
  static let all: [Command] = [
    .serve, .migrate, .importRows, .search, .get, .delete, .stats, .verify, .rebuild, .businessCreate, .businessList,
    .health,
    .describe, .completion, .version, .help,
  ]
}

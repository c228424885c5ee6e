/// Every command of the program, in the order of the help.
enum CommandTable {
  static let all: [Command] = [.completion, .version, .help]
}

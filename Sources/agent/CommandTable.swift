import CommandInterface

typealias Command = CommandInterface.Command<Context>

/// Every command of the program.
enum CommandTable {
  static let program = "agent"

  static let commands = CommandSet(
    program: program, summary: "answers the customers of businesses",
    firstSteps: [
      "agent migrate", "agent configure --business demo agent.yaml",
      "agent ask \"how do I return shoes\" --business demo", "agent chat --business demo",
    ],
    exitCodes: [
      (.ok, "done"),
      (.exceptions, "no answer, a person takes over, nothing found, or a bound is not kept"),
      (.usage, "the command, its arguments or a file are wrong; nothing was done"),
      (.unreachable, "the database, the service or a provider cannot be reached"),
      (.failed, "refused by the database or by the disk"),
      (.interrupted, "stopped by a signal"),
    ], all: all)

  /// In the order of the help.
  static let all: [Command] = [
    migrate, configure, models, chat, ask, eval, work, conversations, conversation, takeOver, reply,
    giveBack, trace, interactions,
    completion, version, help,
  ]
}

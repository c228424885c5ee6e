/// The commands of a program, and what its help says of it as a whole.
package struct CommandSet<Context: CommandContext>: Sendable {
  /// What calls the program, such as `knowledge`.
  package let program: String
  /// What it is, in a line that begins with a small letter.
  package let summary: String
  /// Command lines that show a beginner around.
  package let firstSteps: [String]
  /// How the program ends, in the order of the help.
  package let exitCodes: [(code: ExitCode, meaning: String)]
  /// Every command, in the order of the help.
  package let all: [Command<Context>]

  /// - Parameters: As the properties say.
  package init(
    program: String, summary: String = "", firstSteps: [String] = [],
    exitCodes: [(code: ExitCode, meaning: String)] = [], all: [Command<Context>]
  ) {
    self.program = program
    self.summary = summary
    self.firstSteps = firstSteps
    self.exitCodes = exitCodes
    self.all = all
  }
}

/// What a command meets outside of its arguments; each program adds to it what its commands need.
package protocol CommandContext: Sendable {
  /// Where results and remarks go.
  var console: Console { get }
  /// A variable of the environment, nil where it is unset.
  var environment: @Sendable (String) -> String? { get }
}

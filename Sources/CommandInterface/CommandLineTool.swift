/// A program without its process: words in, an exit code out.
package struct CommandLineTool<Context: CommandContext>: Sendable {
  private let commands: CommandSet<Context>
  private let context: Context

  /// - Parameters:
  ///   - commands: What the program can do.
  ///   - context: What its commands meet outside of their arguments.
  package init(_ commands: CommandSet<Context>, context: Context) {
    self.commands = commands
    self.context = context
  }

  /// Does what the words ask for and tells of errors.
  ///
  /// - Parameter words: The command line without the program's name.
  package func run(_ words: [String]) -> ExitCode {
    do throws(CommandError) {
      let asked = words.isEmpty ? ["--help"] : words == ["--version"] ? ["version"] : words
      switch try ArgumentParser(commands, environment: context.environment).parse(asked) {
      case .help(let topic):
        let help = HelpText(
          commands, columns: context.console.columns, style: context.console.style)
        context.console.print(lines: help.lines(topic: topic))
        return words.isEmpty ? .usage : .ok
      case .run(let command, let arguments):
        return try command.run(arguments, context)
      }
    } catch {
      context.console.report(error, asJSON: words.contains("--json"))
      return error.exit
    }
  }
}

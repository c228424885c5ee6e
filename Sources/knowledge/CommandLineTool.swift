/// The program without its process: words in, an exit code out.
struct CommandLineTool: Sendable {
  let table: [Command]
  let context: Context

  /// Does what the words ask for and tells of errors.
  ///
  /// - Parameter words: The command line without the program's name.
  func run(_ words: [String]) -> ExitCode {
    do throws(CommandError) {
      let asked = words.isEmpty ? ["--help"] : words == ["--version"] ? ["version"] : words
      switch try ArgumentParser(table: table, environment: context.environment).parse(asked) {
      case .help(let topic):
        let help = HelpText(
          table: table, columns: context.console.columns, style: context.console.style)
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

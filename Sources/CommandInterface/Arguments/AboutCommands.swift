/// Commands that every program has.
extension Command {
  /// `version`.
  ///
  /// - Parameters:
  ///   - program: What calls the program.
  ///   - text: The version, such as `0.6.0`.
  ///   - details: What else the help says.
  package static func version(of program: String, _ text: String, details: String = "") -> Command {
    Command(
      name: "version", summary: "show the version of this program", details: details,
      groups: [FlagGroup("", [CommonFlags.json])],
      examples: [Example("\(program) version", "Prints the name and the number.")],
      run: { (arguments, context) throws(CommandError) in
        if arguments.isSet("json") {
          context.console.print(#"{"name":"\#(program)","version":"\#(text)"}"#)
        } else {
          context.console.print("\(program) \(text)")
        }
        return .ok
      })
  }

  /// `help`, which the parser answers itself, as it answers `--help`.
  ///
  /// - Parameters:
  ///   - program: What calls the program.
  ///   - command: One of its commands, for the example.
  package static func help(of program: String, such command: String) -> Command {
    Command(
      name: "help", summary: "show help on a command",
      operands: Operands("[COMMAND]", 0...2, completion: .commands), groups: [],
      examples: [
        Example("\(program) help \(command)", "The same as \(program) \(command) --help.")
      ],
      run: { (_, _) throws(CommandError) in .ok })
  }

  /// `completion`.
  ///
  /// - Parameters:
  ///   - program: What calls the program.
  ///   - commands: All its commands.
  package static func completion(
    of program: String, _ commands: @escaping @Sendable () -> CommandSet<Context>
  ) -> Command {
    let shells = Shell.allCases.map(\.rawValue)
    return Command(
      name: "completion", summary: "print a script that completes command lines in your shell",
      operands: Operands("bash|zsh|fish", 1...1, completion: .words(shells)), groups: [],
      examples: [
        Example(
          "source <(\(program) completion bash)",
          "Completes in this shell; put it into ~/.bashrc."),
        Example(
          "\(program) completion zsh > \"${fpath[1]}/_\(program)\"", "Completes in every new zsh."),
        Example(
          "\(program) completion fish > ~/.config/fish/completions/\(program).fish",
          "Completes in every new fish."),
      ],
      run: { (arguments, context) throws(CommandError) in
        let name = arguments.operands[0]
        guard let shell = Shell(rawValue: name) else {
          throw .usage(
            "no completion for \(quoted(name))",
            remedy: "the shells are \(shells.formattedAlternatives)")
        }
        context.console.print(lines: Completion(commands()).script(for: shell))
        return .ok
      })
  }
}

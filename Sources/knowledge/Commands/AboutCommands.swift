import KnowledgeService

/// The version of the program.
enum Version {
  static let text = KnowledgeNode.version
}

extension Command {
  static let version = Command(
    name: "version", summary: "show the version of this program",
    details: "The version of a running service is shown by knowledge health.",
    groups: [FlagGroup("", [CommonFlags.json])],
    examples: [Example("knowledge version", "Prints the name and the number.")],
    run: { (arguments, context) throws(CommandError) in
      if arguments.isSet("json") {
        context.console.print(#"{"name":"knowledge","version":"\#(Version.text)"}"#)
      } else {
        context.console.print("knowledge \(Version.text)")
      }
      return .ok
    })

  static let help = Command(
    name: "help", summary: "show help on a command",
    operands: Operands("[COMMAND]", 0...2, completion: .commands), groups: [],
    examples: [Example("knowledge help import", "The same as knowledge import --help.")],
    // The parser answers `help` itself, as it answers `--help`.
    run: { (_, _) throws(CommandError) in .ok })

  static let completion = Command(
    name: "completion", summary: "print a script that completes command lines in your shell",
    operands: Operands("bash|zsh|fish", 1...1, completion: .words(Completion.shells)),
    groups: [],
    examples: [
      Example(
        "source <(knowledge completion bash)", "Completes in this shell; put it into ~/.bashrc."),
      Example(
        "knowledge completion zsh > \"${fpath[1]}/_knowledge\"", "Completes in every new zsh."),
      Example(
        "knowledge completion fish > ~/.config/fish/completions/knowledge.fish",
        "Completes in every new fish."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let shell = arguments.operands[0]
      guard Completion.shells.contains(shell) else {
        throw .usage(
          "no completion for \(quoted(shell))",
          remedy: "the shells are \(Completion.shells.formattedAlternatives)")
      }
      context.console.print(lines: Completion.script(shell: shell, table: CommandTable.all))
      return .ok
    })
}

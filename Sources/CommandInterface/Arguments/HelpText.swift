/// The help, made from the table of commands.
package struct HelpText<Context: CommandContext>: Sendable {
  private let commands: CommandSet<Context>
  private let columns: Int
  private let style: Style

  private var name: String { commands.program }
  private var table: [Command<Context>] { commands.all }

  /// - Parameters:
  ///   - commands: What there is to explain.
  ///   - columns: Columns of a line; 100 at most are used.
  ///   - style: How headings and names may be dressed.
  package init(_ commands: CommandSet<Context>, columns: Int, style: Style) {
    self.commands = commands
    self.columns = columns
    self.style = style
  }

  private var width: Int { min(max(columns, 50), 100) }

  /// What to show for a topic: nil is the program, else a command or the first word of several.
  package func lines(topic: String?) -> [String] {
    guard let topic else { return program() }
    guard let command = table.first(where: { $0.name == topic }) else { return group(topic) }
    return lines(of: command)
  }

  // MARK: The program

  private func program() -> [String] {
    heading("\(name): \(commands.summary)")
      + ["", "Usage: \(name) COMMAND [FLAGS]", ""]
      + heading("Commands") + summaries(table) + [""]
      + heading("First steps")
      + commands.firstSteps.map { "  " + $0 } + [""] + heading("Exit codes") + exitCodes() + [""]
      + DisplayText.wrapped("\(name) COMMAND --help tells more about a command.", to: width)
  }

  private func group(_ word: String) -> [String] {
    heading("\(name) \(word)") + [""] + summaries(table.filter { $0.name.hasPrefix(word + " ") })
      + ["", "\(name) \(word) WORD --help tells more."]
  }

  private func summaries(_ commands: [Command<Context>]) -> [String] {
    let indent = (table.map(\.name.count).max() ?? 0) + 4
    return commands.flatMap { entry($0.name, $0.summary, indent: indent) }
  }

  private func exitCodes() -> [String] {
    commands.exitCodes.flatMap { entry(String($0.code.rawValue), $0.meaning, indent: 7) }
  }

  // MARK: A command

  private func lines(of command: Command<Context>) -> [String] {
    var lines = heading("\(name) \(command.name): \(command.summary)")
    lines.append("")
    let operands = command.operands.placeholder
    lines.append(
      "Usage: \(name) \(command.name)" + (operands.isEmpty ? "" : " \(operands)") + " [FLAGS]")
    for paragraph in command.details.split(separator: "\n\n") {
      lines.append("")
      lines += DisplayText.wrapped(String(paragraph), to: width)
    }
    let indent = indent(of: command)
    for group in command.groups where !group.flags.isEmpty {
      lines.append("")
      lines += heading(group.title.isEmpty ? "Flags" : group.title)
      lines += group.flags.flatMap { entry(signature($0), describe($0), indent: indent) }
    }
    lines.append("")
    lines += heading("Examples")
    for example in command.examples {
      lines.append("  " + style.accent(example.line))
      lines += DisplayText.wrapped(example.meaning, to: width - 6).map { "      " + $0 }
    }
    return lines
  }

  /// Where the meanings begin: after the longest signature that is not extreme.
  private func indent(of command: Command<Context>) -> Int {
    let longest = command.flags.map { signature($0).count }.filter { $0 <= 30 }.max() ?? 0
    return longest + 4
  }

  private func signature(_ flag: Flag) -> String {
    flag.spelling + (flag.placeholder.map { " \($0)" } ?? "")
  }

  private func describe(_ flag: Flag) -> String {
    var text = flag.summary
    if let fallback = flag.fallback { text += " (default: \(fallback))" }
    if let variable = flag.environment { text += " [\(variable)]" }
    return text
  }

  // MARK: Layout

  private func heading(_ text: String) -> [String] {
    DisplayText.wrapped(text, to: width).map(style.bold)
  }

  private func entry(_ name: String, _ meaning: String, indent: Int) -> [String] {
    let lines = DisplayText.wrapped(meaning, to: width - indent)
    let space = String(repeating: " ", count: indent)
    guard name.count + 4 <= indent else {
      return ["  " + style.accent(name)] + lines.map { space + $0 }
    }
    let first =
      "  " + style.accent(name) + String(repeating: " ", count: indent - 2 - name.count)
    return [first + (lines.first ?? "")] + lines.dropFirst().map { space + $0 }
  }
}

import Platform

/// Reads a command line by a table of commands. Pure: the environment is handed in.
package struct ArgumentParser<Context: CommandContext>: Sendable {
  /// What a command line asks for.
  package enum Invocation {
    case run(Command<Context>, Arguments)
    /// Help on the program; on one command, or on those that begin with the word (`business`).
    case help(topic: String?)
  }

  private let commands: CommandSet<Context>
  private let environment: @Sendable (String) -> String?

  private var program: String { commands.program }
  private var table: [Command<Context>] { commands.all }

  /// - Parameters:
  ///   - commands: What the words may ask for.
  ///   - environment: A variable of the environment, nil where it is unset.
  package init(
    _ commands: CommandSet<Context>, environment: @escaping @Sendable (String) -> String?
  ) {
    self.commands = commands
    self.environment = environment
  }

  /// Reads the command line.
  ///
  /// Flags may stand anywhere, before the command too; `--` makes operands of all that follows.
  /// - Parameter words: The command line without the program's name.
  /// - Throws: ``CommandError`` with ``ExitCode/usage`` that names the nearest spelling.
  package func parse(_ words: [String]) throws(CommandError) -> Invocation {
    var line = try tokens(of: words)
    if line.words.first == "help" { return .help(topic: try topic(Array(line.words.dropFirst()))) }
    if line.wantsHelp, line.words.isEmpty { return .help(topic: nil) }
    let found = command(in: line.words)
    if line.wantsHelp {
      if let found { return .help(topic: found.name) }
      return .help(topic: try topic([line.words[0]]))
    }
    if let unknown = line.unknownFlag { throw refusal(ofFlag: unknown, command: found) }
    guard let command = found else { throw refusal(ofCommand: line.words) }
    line.words.removeFirst(command.name.split(separator: " ").count)
    var values: [String: [String]] = [:]
    for (name, text) in line.values {
      guard let flag = command.flag(named: name) else {
        throw refusal(ofFlag: name.count == 1 ? "-\(name)" : "--\(name)", command: command)
      }
      if let text, let reason = flag.refusal(of: text) {
        throw .usage("\(flag.spelling) \(reason)", remedy: seeHelp(of: command))
      }
      values[name, default: []].append(text ?? "")
    }
    try takeEnvironment(into: &values, command)
    try check(operands: line.words, of: command)
    return .run(command, Arguments(values: values, operands: line.words))
  }

  // MARK: Tokens

  private struct Line {
    var words: [String] = []
    var values: [(name: String, text: String?)] = []
    var wantsHelp = false
    var unknownFlag: String?
  }

  /// Parts flags from words. Whether a flag takes a value is the same in all commands that have it
  /// (a test holds the table to that), so the command need not be known yet.
  private func tokens(of words: [String]) throws(CommandError) -> Line {
    var line = Line()
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        line.words += rest
        break
      }
      guard word.hasPrefix("-"), word != "-" else {
        line.words.append(word)
        continue
      }
      if word == "-h" || word == "--help" {
        line.wantsHelp = true
        continue
      }
      guard let (flag, inline) = flag(writtenAs: word) else {
        line.unknownFlag = line.unknownFlag ?? String(word.prefix { $0 != "=" })
        continue
      }
      guard flag.value != .none else {
        if inline != nil { throw .usage("\(flag.spelling) takes no value") }
        line.values.append((flag.name, nil))
        continue
      }
      if let inline {
        line.values.append((flag.name, inline))
      } else if let next = rest.first, !(next.hasPrefix("--") && next.count > 2) {
        line.values.append((flag.name, next))
        rest.removeFirst()
      } else {
        throw .usage(
          "\(flag.spelling) needs a value: \(flag.spelling) \(flag.placeholder ?? "")",
          remedy: "a value that begins with -- is written \(flag.spelling)=VALUE")
      }
    }
    return line
  }

  /// `--name`, `--name=value`, `-n`, `-n=value` or `-nvalue`.
  private func flag(writtenAs word: String) -> (flag: Flag, inline: String?)? {
    let body = word.drop { $0 == "-" }
    let hyphens = word.count - body.count
    guard hyphens <= 2, !body.isEmpty else { return nil }
    let equals = body.firstIndex(of: "=")
    var name = String(body[..<(equals ?? body.endIndex)])
    var inline = equals.map { String(body[body.index(after: $0)...]) }
    if hyphens == 1, name.count > 1 {
      inline = String(body.dropFirst())
      name = String(body.prefix(1))
    } else if hyphens == 1, name.count != 1 {
      return nil
    }
    let candidates = table.lazy.compactMap { $0.flag(named: name) }
    guard let flag = candidates.first, hyphens == 2 || name.count == 1 else { return nil }
    return (flag, inline)
  }

  // MARK: Commands

  private func command(in words: [String]) -> Command<Context>? {
    guard let first = words.first else { return nil }
    if words.count > 1, let command = table.first(where: { $0.name == "\(first) \(words[1])" }) {
      return command
    }
    return table.first { $0.name == first }
  }

  /// What `help …` is about; the words must name a command or begin one.
  private func topic(_ words: [String]) throws(CommandError) -> String? {
    guard let first = words.first else { return nil }
    if let command = command(in: words) { return command.name }
    if words.count == 1, table.contains(where: { $0.name.hasPrefix(first + " ") }) { return first }
    throw refusal(ofCommand: words)
  }

  private func refusal(ofCommand words: [String]) -> CommandError {
    guard let first = words.first else {
      return .usage("no command given", remedy: "\(program) help lists the commands")
    }
    let second = table.filter { $0.name.hasPrefix(first + " ") }.map(\.name)
    if !second.isEmpty {
      let missing = words.count < 2
      return .usage(
        missing ? "'\(first)' needs a word more" : "unknown command '\(first) \(words[1])'",
        remedy: "the commands are \(second.map { "\(program) \($0)" }.formattedAlternatives)")
    }
    if let nearest = NearestName.of(first, among: table.map(\.name) + ["help"]) {
      return .usage(
        "unknown command \(quoted(first))", remedy: "did you mean \(program) \(nearest)?")
    }
    return .usage(
      "unknown command \(quoted(first))", remedy: "\(program) help lists the commands")
  }

  // MARK: Checks

  private func refusal(ofFlag spelling: String, command: Command<Context>?) -> CommandError {
    let name = String(spelling.drop { $0 == "-" })
    let known = (command?.flags ?? table.flatMap(\.flags)).map(\.name)
    let subject = command.map { " of \(program) \($0.name)" } ?? ""
    let message = "unknown flag \(quoted(spelling))\(subject)"
    if let nearest = NearestName.of(name, among: known) {
      return .usage(message, remedy: "did you mean \(Flag(nearest, .none, "").spelling)?")
    }
    if let owner = table.first(where: { $0.flag(named: name) != nil }) {
      return .usage(message, remedy: "it belongs to \(program) \(owner.name)")
    }
    return .usage(message, remedy: command.map(seeHelp) ?? "\(program) help lists the commands")
  }

  private func takeEnvironment(
    into values: inout [String: [String]], _ command: Command<Context>
  ) throws(CommandError) {
    for flag in command.flags where values[flag.name] == nil {
      guard let variable = flag.environment, let text = environment(variable), !text.isEmpty else {
        continue
      }
      if let reason = flag.refusal(of: text) {
        throw .usage("the environment variable \(variable) \(reason)")
      }
      values[flag.name] = [text]
    }
  }

  private func check(operands: [String], of command: Command<Context>) throws(CommandError) {
    let count = command.operands.count
    guard !count.contains(operands.count) else { return }
    if operands.count < count.lowerBound {
      throw .usage(
        "\(program) \(command.name) needs \(command.operands.placeholder)",
        remedy: seeHelp(of: command))
    }
    throw .usage(
      "\(program) \(command.name) has no use for \(quoted(operands[count.upperBound]))",
      remedy: seeHelp(of: command))
  }

  private func seeHelp(of command: Command<Context>) -> String {
    "see \(program) \(command.name) --help"
  }
}

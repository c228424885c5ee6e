/// One command of a program. A ``CommandSet`` of these is all that parsing, help and shell
/// completion know.
package struct Command<Context: CommandContext>: Sendable {
  /// What calls it: `search`, or `business create`.
  package let name: String
  /// One line, beginning with a small letter, without a full stop.
  package let summary: String
  /// What it does in more words; paragraphs have an empty line between them.
  package let details: String
  /// What stands after the flags.
  package let operands: Operands
  /// Its own flags first, then the groups it shares with others.
  package let groups: [FlagGroup]
  /// At least one, the plainest first.
  package let examples: [Example]
  /// Does the work. It prints results by the context's console; errors are thrown.
  package let run: @Sendable (Arguments, Context) throws(CommandError) -> ExitCode

  /// All its flags, and `--help`.
  package var flags: [Flag] { groups.flatMap(\.flags) + [Flag.help] }

  /// Its flag of this name.
  package func flag(named name: String) -> Flag? { flags.first { $0.name == name } }

  /// - Parameters: As the properties say.
  package init(
    name: String, summary: String, details: String = "", operands: Operands = .none,
    groups: [FlagGroup], examples: [Example],
    run: @escaping @Sendable (Arguments, Context) throws(CommandError) -> ExitCode
  ) {
    self.name = name
    self.summary = summary
    self.details = details
    self.operands = operands
    self.groups = groups
    self.examples = examples
    self.run = run
  }
}

/// What stands after the flags' names: files, texts, ids.
package struct Operands: Sendable {
  /// As the usage line shows them, such as `FILE...`; empty for none.
  package let placeholder: String
  /// How many there must be.
  package let count: ClosedRange<Int>
  /// What a shell should offer.
  package let completion: Completion

  /// What a shell offers for them.
  package enum Completion: Sendable, Equatable {
    case nothing
    case files
    case words([String])
    case commands
  }

  /// No operands.
  package static let none = Operands("", 0...0)

  /// - Parameters: As the properties say.
  package init(
    _ placeholder: String, _ count: ClosedRange<Int>, completion: Completion = .nothing
  ) {
    self.placeholder = placeholder
    self.count = count
    self.completion = completion
  }
}

/// A command line and what it does.
package struct Example: Sendable {
  /// As it is typed.
  package let line: String
  /// A sentence.
  package let meaning: String

  /// - Parameters: As the properties say.
  package init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

extension Flag {
  /// `--help`, which every command has.
  package static let help = Flag("help", .none, "show this help")
}

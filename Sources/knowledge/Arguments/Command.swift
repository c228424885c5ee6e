/// One command of the program. The table of these (``CommandTable``) is all that parsing, help and
/// shell completion know.
struct Command: Sendable {
  /// What stands after the flags' names: files, texts, ids.
  struct Operands: Sendable {
    /// As the usage line shows them, such as `FILE...`; empty for none.
    let placeholder: String
    /// How many there must be.
    let count: ClosedRange<Int>
    /// What a shell should offer.
    let completion: Completion

    enum Completion: Sendable, Equatable {
      case nothing
      case files
      case words([String])
      case commands
    }

    static let none = Operands("", 0...0)

    init(_ placeholder: String, _ count: ClosedRange<Int>, completion: Completion = .nothing) {
      self.placeholder = placeholder
      self.count = count
      self.completion = completion
    }
  }

  /// A command line and what it does.
  struct Example: Sendable {
    let line: String
    let meaning: String

    init(_ line: String, _ meaning: String) {
      self.line = line
      self.meaning = meaning
    }
  }

  /// What calls it: `search`, or `business create`.
  let name: String
  /// One line, beginning with a small letter, without a full stop.
  let summary: String
  /// What it does in more words; paragraphs have an empty line between them.
  var details = ""
  var operands = Operands.none
  /// Its own flags first, then the groups it shares with others.
  let groups: [FlagGroup]
  let examples: [Example]
  /// Does the work. It prints results by the context's console; errors are thrown.
  let run: @Sendable (Arguments, Context) throws(CommandError) -> ExitCode

  /// All its flags, and `--help`.
  var flags: [Flag] { groups.flatMap(\.flags) + [Flag.help] }

  func flag(named name: String) -> Flag? { flags.first { $0.name == name } }
}

extension Flag {
  static let help = Flag("help", .none, "show this help")
}

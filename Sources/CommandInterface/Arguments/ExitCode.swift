/// How the process ends. The numbers are part of the command line's contract and never change.
package enum ExitCode: Int32, Sendable, CaseIterable {
  case ok = 0
  case exceptions = 1
  case usage = 2
  case errorBudget = 3
  case unreachable = 4
  // 5 is reserved for a plan that no longer matches the data.
  case failed = 6
  case interrupted = 130
}

/// Why a command did not do what it was asked: for a person, with what to do next.
package struct CommandError: Error, Equatable, Sendable {
  /// How the process ends.
  package let exit: ExitCode
  /// What happened, in one sentence without a full stop.
  package let message: String
  /// What to do next; empty where there is nothing to advise.
  package let remedy: String

  /// - Parameters: As the properties say.
  package init(_ exit: ExitCode, _ message: String, remedy: String = "") {
    self.exit = exit
    self.message = message
    self.remedy = remedy
  }

  /// The same for a command of many rows, of which none is to blame: an unknown business is no
  /// exception among others.
  package var ofAll: CommandError {
    CommandError(exit == .exceptions ? .failed : exit, message, remedy: remedy)
  }

  /// An error of the command line itself.
  package static func usage(_ message: String, remedy: String = "") -> CommandError {
    CommandError(.usage, message, remedy: remedy)
  }
}

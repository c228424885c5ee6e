import CommandInterface

/// What a command meets outside of its arguments. Tests hand in their own.
struct Context: CommandContext {
  let console: Console
  /// A variable of the environment, nil where it is unset.
  let environment: @Sendable (String) -> String?
  /// Connects to a service; throws with ``ExitCode/unreachable`` where none answers.
  let connect: @Sendable (ServiceAddress) throws(CommandError) -> any Service
  /// Begins to listen for signals that ask to stop, and tells whether one came.
  var watchInterruption: @Sendable () -> @Sendable () -> Bool = {
    let interruption = Interruption.listen()
    return { interruption.isAsked }
  }
}

/// What a command meets outside of its arguments. Tests hand in their own.
struct Context: Sendable {
  let console: Console
  /// A variable of the environment, nil where it is unset.
  let environment: @Sendable (String) -> String?
}

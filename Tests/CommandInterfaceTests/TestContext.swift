import CommandInterface

/// A context without anything of a program's own.
struct TestContext: CommandContext {
  let console: Console
  let environment: @Sendable (String) -> String?
}

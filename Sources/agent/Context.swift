import AgentService
import CommandInterface
import Truth

/// What a command meets outside of its arguments. Tests hand in their own.
struct Context: CommandContext {
  let console: Console
  /// A variable of the environment, nil where it is unset.
  let environment: @Sendable (String) -> String?
  /// The next line of the input without its end; nil where there is none.
  let readLine: @Sendable () throws(CommandError) -> String?
  /// Begins a conversation, or goes on with it.
  let converse: @Sendable (ConversationRequest) throws(CommandError) -> any Conversing
  /// What stands in a database; connects when it is first asked.
  let desk: @Sendable (_ connectionInfo: String) -> any Desk
  /// Brings a database to the schema that this program needs.
  let migrate: @Sendable (_ connectionInfo: String) throws(TruthError) -> Migrator.Report
}

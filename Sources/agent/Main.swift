import CommandInterface
import Platform
import Truth

/// `agent`: answers the customers of businesses.
@main struct Main {
  static func main() {
    let input = InputLines()
    let conversations = Conversations(environment: { Environment.value($0) })
    let tool = CommandLineTool(
      CommandTable.commands,
      context: Context(
        console: .standard(program: CommandTable.program),
        environment: { Environment.value($0) },
        readLine: { () throws(CommandError) in try input.next() },
        converse: { (request) throws(CommandError) in try conversations.begin(request) },
        desk: { PostgresDesk(connectionInfo: $0) },
        migrate: { (address) throws(TruthError) in try Migrator.apply(connectionInfo: address) }))
    Environment.exit(tool.run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }
}

import CommandInterface
import Platform

/// `knowledge`: serves, fills and searches the knowledge of businesses.
@main struct Main {
  static func main() {
    let tool = CommandLineTool(
      CommandTable.commands,
      context: Context(
        console: .standard(program: CommandTable.program), environment: { Environment.value($0) },
        connect: { (address) throws(CommandError) in try RPCService(address) }))
    Environment.exit(tool.run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }
}

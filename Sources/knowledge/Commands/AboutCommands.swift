import CommandInterface
import KnowledgeService

/// The version of the program.
enum Version {
  static let text = KnowledgeNode.version
}

extension CommandTable {
  static let version = Command.version(
    of: program, Version.text,
    details: "The version of a running service is shown by knowledge health.")

  static let help = Command.help(of: program, such: "import")

  static let completion = Command.completion(of: program) { commands }
}

import CommandInterface

/// The version of the program.
enum Version {
  static let text = "0.1.0"
}

extension CommandTable {
  static let version = Command.version(of: program, Version.text)

  static let help = Command.help(of: program, such: "trace")

  static let completion = Command.completion(of: program) { commands }
}

import CommandInterface
import Platform
import Testing

@testable import knowledge

@Suite struct HelpTextTests {
  static let table = CommandTable.all
  static let golden =
    #filePath.prefix { _ in true }.split(separator: "/").dropLast()
    .map { "/" + $0 }.joined() + "/Golden"

  static func lines(_ topic: String?, columns: Int = 80) -> [String] {
    HelpText(CommandTable.commands, columns: columns, style: .plain).lines(topic: topic)
  }

  /// The help of the program and of every command, as it was last agreed on. After a change that
  /// is meant, run the tests once with KNOWLEDGE_UPDATE_GOLDEN=1 and read the difference.
  @Test(arguments: [nil] + table.map { Optional($0.name) })
  func `the help is the one that was agreed on`(topic: String?) throws {
    let name = (topic ?? "program").replacing(" ", with: "-")
    let path = "\(Self.golden)/\(name).txt"
    let text = Self.lines(topic).joined(separator: "\n") + "\n"
    if Environment.value("KNOWLEDGE_UPDATE_GOLDEN") == "1" {
      try FileSystem.replace(path, with: Array(text.utf8))
    }
    let agreed = String(decoding: try FileSystem.readAll(path), as: UTF8.self)
    #expect(text == agreed)
  }

  @Test(arguments: [50, 64, 80, 100, 200])
  func `lines of the help fit the terminal`(columns: Int) {
    for topic in [nil] + Self.table.map({ Optional($0.name) }) {
      for line in Self.lines(topic, columns: columns)
      where !line.hasPrefix("  knowledge") && !line.hasPrefix("Usage") && !line.contains(" | ")
        && !line.contains("> ") && !line.contains("source")
      {
        #expect(DisplayText.width(line) <= columns, "\(topic ?? "") \(line)")
      }
    }
  }

  @Test func `every flag of a command stands in its help`() {
    for command in Self.table {
      let text = Self.lines(command.name).joined(separator: "\n")
      for group in command.groups {
        for flag in group.flags { #expect(text.contains(flag.spelling), "\(command.name)") }
      }
    }
  }
}

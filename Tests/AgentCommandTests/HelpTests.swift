import CommandInterface
import Platform
import TestSupport
import Testing

@testable import agent

@Suite struct HelpTests {
  static let table = CommandTable.all
  static let golden =
    #filePath.prefix { _ in true }.split(separator: "/").dropLast()
    .map { "/" + $0 }.joined() + "/Golden"

  /// As for `knowledge`: after a change that is meant, run once with KNOWLEDGE_UPDATE_GOLDEN=1.
  @Test(arguments: [nil] + table.map { Optional($0.name) })
  func `the help is the one that was agreed on`(topic: String?) throws {
    let lines = HelpText(CommandTable.commands, columns: 80, style: .plain).lines(topic: topic)
    let text = lines.joined(separator: "\n") + "\n"
    let path = "\(Self.golden)/\(topic ?? "program").txt"
    if Environment.value("KNOWLEDGE_UPDATE_GOLDEN") == "1" {
      try FileSystem.replace(path, with: Array(text.utf8))
    }
    #expect(text == String(decoding: try FileSystem.readAll(path), as: UTF8.self))
  }

  @Test(arguments: table.map(\.name))
  func `a command has a summary, and examples that it takes`(name: String) throws {
    let command = try #require(Self.table.first { $0.name == name })
    #expect(command.summary.first?.isLowercase == true && !command.summary.hasSuffix("."))
    #expect(!command.examples.isEmpty)
    let flags = command.flags.map(\.name)
    #expect(Set(flags).count == flags.count, "\(name) has a flag twice: \(flags)")
    for example in command.examples {
      #expect(example.line.contains("agent \(name)") && example.meaning.hasSuffix("."))
      for words in ShellWords.commands(of: "agent", in: example.line) {
        let parser = ArgumentParser(CommandTable.commands, environment: { _ in nil })
        #expect(throws: Never.self, "\(example.line)") { try parser.parse(words) }
      }
    }
  }

  @Test func `a flag takes a value in all commands or in none`() {
    var takesValue: [String: Bool] = [:]
    for flag in Self.table.flatMap(\.flags) {
      let takes = flag.value != .none
      #expect(takesValue[flag.name, default: takes] == takes, "\(flag.spelling)")
      takesValue[flag.name] = takes
    }
  }
}

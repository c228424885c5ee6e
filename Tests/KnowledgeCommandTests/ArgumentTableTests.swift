import CommandInterface
import TestSupport
import Testing

@testable import knowledge

@Suite struct ArgumentTableTests {
  static let table = CommandTable.all

  @Test func `command names differ and are words in small letters`() {
    let names = Self.table.map(\.name)
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(name.allSatisfy { $0 == " " || ("a"..."z").contains($0) }, "\(name)")
    }
  }

  @Test(arguments: table.map(\.name))
  func `a command has a summary, examples that begin with its name, and flags that differ`(
    name: String
  ) throws {
    let command = try #require(Self.table.first { $0.name == name })
    #expect(!command.summary.isEmpty && !command.summary.hasSuffix("."))
    #expect(command.summary.first?.isLowercase == true)
    #expect(!command.examples.isEmpty)
    for example in command.examples {
      #expect(example.line.contains("knowledge \(name)"), "\(example.line)")
      #expect(example.meaning.hasSuffix("."), "\(example.meaning)")
    }
    let flags = command.flags.map(\.name)
    #expect(Set(flags).count == flags.count, "\(name) has a flag twice: \(flags)")
    for flag in command.flags {
      #expect(!flag.summary.isEmpty && !flag.summary.hasSuffix("."), "\(flag.spelling)")
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

  @Test(arguments: table.map(\.name))
  func `the examples of a command are command lines that it takes`(name: String) throws {
    let command = try #require(Self.table.first { $0.name == name })
    for example in command.examples {
      for words in ShellWords.commands(of: "knowledge", in: example.line) {
        let parser = ArgumentParser(CommandTable.commands, environment: { _ in nil })
        #expect(throws: Never.self, "\(example.line)") { try parser.parse(words) }
      }
    }
  }
}

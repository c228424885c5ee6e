import TestSupport
import Testing

@testable import knowledge

/// The program itself, run as its users run it.
@Suite struct BinaryTests {
  static let clean = [
    "KNOWLEDGE_DATA": "", "KNOWLEDGE_BUSINESS": "", "KNOWLEDGE_API_KEY": "", "NO_COLOR": "",
    "COLUMNS": "80",
  ]

  static func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(Built.knowledge(), arguments, environment: clean)
  }

  static func shell(_ script: String, _ argument: String = "") throws -> Program.Outcome {
    try Program.run(
      "/bin/bash", ["-c", script, "bash", Built.knowledge(), argument], environment: clean)
  }

  @Test func `results go to the output, remarks to the error stream, the code to the shell`() throws
  {
    let version = try Self.run(["version"])
    #expect(version.status == 0)
    #expect(version.text == "knowledge \(Version.text)\n")
    #expect(version.errors.isEmpty)
    let typo = try Self.run(["verison"])
    #expect(typo.status == 2)
    #expect(typo.output.isEmpty)
    #expect(
      typo.errorText == "knowledge: unknown command 'verison'\n  did you mean knowledge version?\n")
    #expect(try Self.run([]).status == 2)
    #expect(try Self.run(["help"]).status == 0)
  }

  @Test func `no service is exit 4 with the command that starts it`() throws {
    let folder = try TestFolder()
    let outcome = try Self.run(["health", "--data", folder.path])
    #expect(outcome.status == 4)
    #expect(outcome.errorText.contains("start it with: knowledge serve --data \(folder.path)"))
  }

  @Test func `a full disk under the output is an error`() throws {
    let outcome = try Self.shell("\"$1\" help > /dev/full")
    #expect(outcome.status == 6, "\(outcome)")
    #expect(outcome.errorText.contains("the output cannot be written"))
  }

  @Test func `the end of a pipe ends the program quietly`() throws {
    let outcome = try Self.shell("\"$1\" completion fish | head -1 > /dev/null; echo ok")
    #expect(outcome.text == "ok\n")
    #expect(outcome.errors.isEmpty, "\(outcome)")
  }

  @Test(arguments: [
    ("knowledge sea", "search"), ("knowledge business ", "create list"),
    ("knowledge search --cat", "--category"), ("knowledge --json exp", "export"),
    ("knowledge import --on-conflict s", "skip"), ("knowledge completion ", "bash zsh fish"),
    ("knowledge bench --tex", "--texts"), ("knowledge search x --active ", "true false any"),
  ])
  func `bash completes commands, flags and values`(line: String, expected: String) throws {
    let outcome = try Self.shell(
      """
      source <("$1" completion bash) || exit 9
      COMP_WORDS=($2); [[ $2 == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=(); _knowledge; echo "${COMPREPLY[*]}"
      """, line)
    #expect(outcome.text == expected + "\n", "\(outcome)")
  }

  @Test func `serve refuses what it cannot serve, and leaves nothing running`() throws {
    let long = "/tmp/" + String(repeating: "x", count: 120)
    let outcome = try Self.run(["serve", "--data", long])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("an address holds 107"))
    #expect(try Self.run(["serve", "--listen", "nowhere", "--data", "/tmp/x"]).status == 2)
  }

  @Test(arguments: [
    ["--socket", "/nowhere/knowledge.sock"], ["--listen", "192.0.2.1:7700"],
    ["--listen", "127.0.0.1:0", "--tls-certificate", "/dev/null", "--tls-key", "/dev/null"],
  ])
  func `a place that cannot be listened at is told of, with the flags that name it`(
    flags: [String]
  ) throws {
    let folder = try TestFolder()
    let outcome = try Self.run(
      ["serve", "--data", folder.path, "--database", "host=/nowhere"] + flags)
    #expect(outcome.status == 6, "\(outcome)")
    #expect(outcome.errorText.contains("knowledge: the service cannot start: "), "\(outcome)")
    #expect(outcome.errorText.contains("name another with --socket, --listen"), "\(outcome)")
  }

  @Test func `a data directory that cannot be made is told of`() throws {
    let outcome = try Self.run(["serve", "--data", "/dev/null/data"])
    #expect(outcome.status == 6)
    #expect(outcome.errorText.contains("--data names another"), "\(outcome)")
  }
}

import CommandInterface
import Glibc
import Platform
import RPC
import TestSupport
import Testing

@testable import knowledge

/// What an import says where the input is not what it takes: once, with the place and the remedy.
@Suite struct ImportAdviceTests {
  let folder: TestFolder
  let service = FakeService()

  init() throws {
    folder = try TestFolder()
    service.answer(.get, GetReply())
  }

  /// Imports a text.
  private func run(
    _ name: String, _ text: String, _ flags: String...
  ) throws -> (exit: ExitCode, output: String, error: String) {
    let path = folder.path + "/" + name
    try FileSystem.replace(path, with: Array(text.utf8))
    let captured = CapturedConsole()
    let tool = CommandLineTool(
      CommandTable.commands,
      context: service.context(captured, environment: ["XDG_STATE_HOME": folder.path + "/state"]))
    let exit = tool.run(["import", path, "--business", "demo"] + flags)
    return (exit, captured.output, captured.error)
  }

  // MARK: Text

  @Test(arguments: [
    ("a.csv", "Nr,Frage,Antwort\n1,q,a\n2,q,a\n"),
    ("a.jsonl", #"{"Nr":1,"Frage":"q","Antwort":"a"}"# + "\n{}\n"),
    ("a.json", #"[{"Nr":1,"Frage":"q","Antwort":"a"}]"#),
  ])
  func `an input without title and content is refused once, with the map to give`(
    name: String, text: String
  ) throws {
    for flags in [[], ["--dry-run"]] {
      let found = try run(name, text, flags.first ?? "--no-wait")
      #expect(found.exit == .usage)
      #expect(found.error.contains("it has: Nr, Frage, Antwort"), "\(found.error)")
      #expect(found.error.contains(#"--map "Frage=title,Antwort=content""#), "\(found.error)")
      #expect(!found.error.contains("rejected"), "\(found.error)")
    }
    #expect(service.store.rows.isEmpty)
    let mapped = try run(name, text, "--map", "Frage=title,Antwort=content")
    #expect(mapped.exit == (name == "a.jsonl" ? .exceptions : .ok))
    #expect(service.store.rows.values.contains { $0.title == "q" && $0.content == "a" })
  }

  @Test func `rows that lack a text among others are rejected alone`() throws {
    let lines =
      (0..<90).map { #"{"n":\#($0)}"# } + [#"{"id":"x","title":"t"}"#]
      + (0..<200).map { #"{"m":\#($0)}"# }
    let found = try run("b.jsonl", lines.joined(separator: "\n"), "--max-errors", "1000")
    #expect(found.exit == .exceptions)
    #expect(found.output.contains("290 rejected"))
    #expect(Array(service.store.rows.keys) == ["x"])
  }

  @Test func `a hundred rows without a text end an import of millions`() throws {
    let lines = String(repeating: #"{"n":1}"# + "\n", count: 5_000)
    let found = try run("c.jsonl", lines, "--max-errors", "unlimited")
    #expect(found.exit == .usage)
    #expect(found.error.contains("it has: n."))
  }

  // MARK: Files

  @Test func `a FIFO is opened once, and what its writer says arrives`() throws {
    let path = folder.path + "/fifo"
    #expect(mkfifo(path, 0o600) == 0)
    let writer = Platform.Thread.spawn(name: "writer") {
      try? FileSystem.append("id,title\n1,from a pipe\n", to: path)
    }
    let captured = CapturedConsole()
    let tool = CommandLineTool(
      CommandTable.commands,
      context: service.context(captured, environment: ["XDG_STATE_HOME": folder.path + "/state"]))
    #expect(tool.run(["import", path, "--business", "demo"]) == .ok)
    writer.join()
    #expect(service.store.rows["1"]?.title == "from a pipe")
    #expect(tool.run(["import", path, "--business", "demo", "--resume"]) == .usage)
    #expect(captured.error.contains("only a plain file can be resumed"))
  }

  @Test func `a directory is no file`() throws {
    let captured = CapturedConsole()
    let tool = CommandLineTool(
      CommandTable.commands, context: service.context(captured))
    #expect(tool.run(["import", folder.path, "--business", "demo"]) == .usage)
    #expect(captured.error.contains("is a directory"))
  }

  // MARK: Keys

  @Test func `rows that repeat an id are named with both lines`() throws {
    let text = "id,title\na,one\nb,two\na,three\n,same\n,same\n"
    let found = try run("d.csv", text)
    #expect(
      found.error.contains(
        "line 4 has the same id 'a' as line 2; they are one entry, and the later line stands"))
    #expect(found.error.contains("line 6 has the same title and content, and no id, as line 5"))
    #expect(found.output.contains("2 rows stand for the same entries as earlier ones"))
    let json = try JSON.parse(try run("d.csv", text, "--json").output)
    #expect(json["files"]?[0]?["repeated"]?.int == 2)
  }

  @Test func `repeats are found over batches, and only some of them are told`() throws {
    let rows = (0..<40).map { "r\($0 % 20),t\($0)\n" }.joined()
    let found = try run("e.csv", "id,title\n" + rows, "--batch", "7")
    #expect(found.output.contains("20 rows stand for the same entries"))
    #expect(found.error.ranges(of: "has the same id").count == 5)
  }

  @Test func `a key is the external id and nothing else`() throws {
    #expect(try run("f.csv", "Nr,title,id\n7,t,9\n", "--key", "Nr").exit == .ok)
    #expect(service.store.rows["7"]?.metadataJSON == #"{"id":9}"#)
    #expect(try run("g.csv", "id,title\n8,t\n", "--key", "id").exit == .ok)
    #expect(service.store.rows["8"]?.metadataJSON == "{}")
    #expect(try run("h.csv", "shop,nr,title\ns,1,t\n", "--key", "shop,nr").exit == .ok)
    #expect(service.store.rows["s:1"]?.metadataJSON == #"{"shop":"s","nr":1}"#)
    #expect(try run("i.csv", "title,content\nt,c\n", "--key", "title").exit == .ok)
    #expect(service.store.rows["t"]?.title == "t")
  }

  // MARK: Budget

  @Test func `too many bad rows are counted beside what is allowed`() throws {
    let bad = "title,priority\nx,1\n" + String(repeating: "x,high\n", count: 3)
    let given = try run("j.csv", bad, "--max-errors", "2")
    #expect(given.exit == .errorBudget)
    #expect(given.error.contains("3 rows of 4 were rejected, and --max-errors allows 2"))
    #expect(given.error.contains("--max-errors N, P% or unlimited"))
    let many = "title,priority\n" + String(repeating: "x,high\n", count: 101)
    let usual = try run("k.csv", many)
    #expect(usual.error.contains("101 rows of 101 were rejected"))
    #expect(usual.error.contains("without --max-errors 100 are allowed"))
    #expect(usual.error.contains("96 more rejected; all stand in \(folder.path)/k.csv.rejects.csv"))
    #expect(!usual.error.contains("the rest was not read"))
    #expect(try !run("k.csv", many, "--dry-run").error.contains("the rest was not read"))
    let rest = many + String(repeating: "y,1\n", count: 20_000)
    #expect(try run("k.csv", rest, "--dry-run").error.contains("the rest was not read"))
  }

  @Test func `an input of which nothing was imported is told of as such`() throws {
    let bad = "title,active\nx,perhaps\n"
    let found = try run("l.csv", bad)
    #expect(found.exit == .exceptions)
    #expect(found.error.contains("nothing was imported of \(folder.path)/l.csv"))
    #expect(found.error.contains("must be true, yes or 1, false, no or 0, or empty"))
    #expect(!found.error.contains("more rejected"))
    #expect(try run("l.csv", bad, "--dry-run").error.contains("nothing would be imported of"))
    #expect(try !run("m.csv", bad + "y,1\n").error.contains("nothing was imported"))
  }

  @Test(arguments: ["n.csv", "n.jsonl"])
  func `a file of rejected rows is recognised`(name: String) throws {
    let rejects = folder.path + "/" + name
    let first = try run("source.csv", "title,priority\nx,high\n", "--reject-file", rejects)
    #expect(first.exit == .exceptions)
    let text = String(decoding: try FileSystem.readAll(rejects), as: UTF8.self)
    for flags in [[], ["--map", "title=content"]] {
      let found = try run(
        "again-" + name, text, flags.first ?? "--no-wait", flags.last ?? "--no-wait")
      #expect(found.exit == .usage)
      #expect(found.error.contains("it is a file of rejected rows"), "\(found.error)")
    }
  }
}

extension FileSystem {
  fileprivate static func append(_ text: String, to path: String) throws {
    try File(path: path, mode: .append).write(Array(text.utf8))
  }
}

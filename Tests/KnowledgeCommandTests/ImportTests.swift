import CommandInterface
import Platform
import RPC
import TestSupport
import Testing

@testable import knowledge

/// Whole imports, from a file to a service that breaks on command.
@Suite struct ImportTests {
  let folder: TestFolder
  let service = FakeService()

  init() throws {
    folder = try TestFolder()
    service.answer(.get, GetReply())
  }

  func file(_ name: String, _ text: String) throws -> String {
    let path = folder.path + "/" + name
    try File(path: path, mode: .create).write(Array(text.utf8))
    return path
  }

  func rows(_ count: Int) -> String {
    (0..<count).map { #"{"id":"e\#($0)","title":"title \#($0)","content":"text \#($0)"}"# + "\n" }
      .joined()
  }

  func run(_ path: String, _ flags: String...) throws -> (exit: ExitCode, json: JSON, error: String)
  {
    let captured = CapturedConsole()
    let tool = CommandLineTool(
      CommandTable.commands,
      context: service.context(captured, environment: ["XDG_STATE_HOME": folder.path + "/state"]))
    let exit = tool.run(["import", path, "--business", "demo", "--json"] + flags)
    let output = captured.output
    return (exit, output.isEmpty ? .null : try JSON.parse(output), captured.error)
  }

  func count(_ json: JSON, _ key: String) -> Int { json[key]?.int ?? -1 }

  func expectSum(_ json: JSON, _ total: Int) {
    let parts = ["inserted", "updated", "unchanged", "skipped", "rejected"].map { count(json, $0) }
    #expect(parts.reduce(0, +) == total)
    #expect(count(json, "rows") == total)
  }

  @Test(arguments: [1, 999, 1000, 1001, 5000])
  func `every row arrives once, whatever the batches`(total: Int) throws {
    let (exit, json, _) = try run(try file("a.jsonl", rows(total)))
    #expect(exit == .ok)
    #expect(count(json, "inserted") == total)
    expectSum(json, total)
    #expect(Set(service.store.rows.keys) == Set((0..<total).map { "e\($0)" }))
    #expect(service.store.state.withLock { $0.batchSizes.allSatisfy { $0 <= 1000 } })
    #expect(json["searchable"] == .bool(true))
    #expect(json["exit_code"]?.int == 0)
  }

  private func pending(_ count: UInt64, trouble: String = "") -> StatsReply {
    var embedding = EmbeddingStats()
    embedding.pending = count
    embedding.trouble = trouble
    var stats = StatsReply()
    stats.embedding = embedding
    return stats
  }

  @Test func `an import returns when its entries are embedded`() throws {
    service.answer(.stats, pending(2))
    let file = try file("a.jsonl", rows(2))
    let (service, done) = (service, pending(0))
    let thread = Thread.spawn(name: "embedding") {
      Thread.sleep(milliseconds: 700)
      service.answer(.stats, done)
    }
    let (exit, json, _) = try run(file)
    thread.join()
    #expect(exit == .ok && json["searchable"] == .bool(true))
    #expect(count(json, "pending_embeddings") == 0)
    #expect(service.asked.count { $0.method == .stats } >= 2)
    let asked = service.asked.count
    _ = try run(file, "--no-wait")
    #expect(service.asked.count == asked)
  }

  @Test func `the wait ends where nothing is embedded any more, and says why`() throws {
    service.answer(.stats, pending(1, trouble: "the server says 401"))
    let wait = EmbeddingWait(
      service: service, display: ProgressDisplay(CapturedConsole().console()), asJSON: false,
      isInterrupted: { false }, troubledMilliseconds: 50)
    let (left, trouble) = wait.run()
    #expect(left == 1 && trouble == "the server says 401")
    var report = ImportReport()
    report.pendingEmbeddings = left
    report.embeddingTrouble = trouble
    let text = report.lines(style: .plain).joined(separator: " ")
    #expect(text.contains("1 entry is not embedded yet") && text.contains("401"))
    service.answer(.stats, pending(5))
    let stopped = EmbeddingWait(
      service: service, display: ProgressDisplay(CapturedConsole().console()), asJSON: false,
      isInterrupted: { true })
    #expect(stopped.run().pending == 5)
  }

  @Test func `a second import changes nothing`() throws {
    let path = try file("a.jsonl", rows(2500))
    _ = try run(path)
    let (exit, json, _) = try run(path)
    #expect(exit == .ok)
    #expect(count(json, "unchanged") == 2500)
    expectSum(json, 2500)
  }

  @Test(arguments: [
    ("a.csv", "id,title\n1,a\n2,b\n3,\"c\n4,d\n", "line 4"),
    ("a.json", "[{\"id\":1,\"title\":\"a\"},\n{\"id\":2,\"title\":\"b\"},\n{\"id\":3", "line 3"),
    ("a.jsonl", "{\"id\":1,\"title\":\"a\"}\n{\"id\":2,\"title\":\"b\"}\n{\"id\":3,\"ti", "line 3"),
  ])
  func `an input without its end fails, and the rows before are sent`(
    name: String, text: String, line: String
  ) throws {
    let (exit, json, error) = try run(try file(name, text), "--max-errors", "unlimited")
    #expect(exit == .failed)
    #expect(count(json, "inserted") == 2 && service.store.rows.count == 2)
    #expect(error.contains("the end of the input is missing or damaged") && error.contains(line))
  }

  @Test func `with --json every line of the error stream is JSON`() throws {
    // More bad rows than are shown, and rows that stand for the same entry.
    let bad = (0..<9).map { "{\"id\":\"e\($0)\",\"titl\n" }.joined()
    let text = rows(3) + rows(2) + bad
    let (exit, json, error) = try run(try file("bad.jsonl", text))
    #expect(exit == .exceptions && count(json, "rejected") == 9)
    let lines = error.split(separator: "\n")
    #expect(lines.count >= 7)
    for line in lines {
      let value = try JSON.parse(String(line))
      #expect(value["remark"] != nil, "\(line)")
    }
    #expect(error.contains("bad.jsonl: rejected: "))
    #expect(error.contains("more rejected"))
  }

  @Test func `rows longer than a batch travel alone and in order`() throws {
    let long = String(repeating: "x", count: 700 << 10)
    let text = (0..<5).map { #"{"id":"l\#($0)","content":"\#(long)"}"# + "\n" }.joined()
    let (exit, json, _) = try run(try file("long.jsonl", text))
    #expect(exit == .ok)
    expectSum(json, 5)
    #expect(service.store.state.withLock { $0.batchSizes } == [1, 1, 1, 1, 1])
  }

  @Test(arguments: [0, 1, 3])
  func `acknowledgements may come late and in any order`(lag: Int) throws {
    service.store.lag.withLock { $0 = lag }
    let (exit, json, _) = try run(try file("a.jsonl", rows(7300)), "--batch", "500")
    #expect(exit == .ok)
    expectSum(json, 7300)
    #expect(service.store.rows.count == 7300)
  }

  @Test(arguments: [1, 2, 5, 10], [true, false])
  func `a lost connection loses and doubles nothing`(batch: Int, committed: Bool) throws {
    service.store.lag.withLock { $0 = 2 }
    service.store.state.withLock {
      $0.faults = [committed ? .loseAfterCommit(batch: batch) : .loseBeforeCommit(batch: batch)]
    }
    let (exit, json, _) = try run(try file("a.jsonl", rows(1000)), "--batch", "100")
    #expect(exit == .ok)
    expectSum(json, 1000)
    #expect(service.store.rows.count == 1000)
    #expect((json["files"]?[0]?["resent_batches"]?.int ?? 0) > 0)
    #expect(service.store.state.withLock { $0.opened } == 2)
  }

  @Test func `rows written before a loss are no conflicts when they are sent again`() throws {
    service.store.state.withLock { $0.faults = [.loseAfterCommit(batch: 2)] }
    let (exit, json, _) = try run(
      try file("a.jsonl", rows(500)), "--batch", "100", "--on-conflict", "fail")
    #expect(exit == .ok)
    #expect(count(json, "rejected") == 0)
    expectSum(json, 500)
    #expect(service.store.state.withLock { $0.onConflict.filter { $0 == .skip }.count } >= 1)
  }

  @Test func `a service that ends early is asked again for the rest`() throws {
    service.store.state.withLock { $0.faults = [.endEarly(after: 3)] }
    let (exit, json, _) = try run(try file("a.jsonl", rows(1000)), "--batch", "100")
    #expect(exit == .ok)
    expectSum(json, 1000)
    #expect(service.store.rows.count == 1000)
  }

  @Test func `a service that stays away ends with exit 4, and --resume goes on`() throws {
    let path = try file("a.jsonl", rows(1000))
    service.store.state.withLock { $0.faults = [.stayAway(from: 6)] }
    let first = try run(path, "--batch", "100", "--retry", "0.2")
    #expect(first.exit == .unreachable)
    #expect(first.json["stopped"] == .string("unreachable"))
    #expect(first.error.contains("--resume"))
    expectSum(first.json, count(first.json, "rows"))
    let done = count(first.json, "rows")
    #expect(done <= 500)
    service.store.state.withLock {
      $0.faults = []
      $0.isAway = false
    }
    let second = try run(path, "--batch", "100", "--resume")
    #expect(second.exit == .ok)
    #expect(count(second.json, "rows") == 1000 - done)
    #expect(second.json["files"]?[0]?["resumed_after_line"]?.int == done)
    #expect(service.store.rows.count == 1000)
    let third = try run(path, "--batch", "100", "--resume")
    #expect(count(third.json, "unchanged") == 1000, "a finished import leaves no journal")
  }

  @Test func `a refusal for good is not tried again`() throws {
    service.store.state.withLock { $0.faults = [.refuse(batch: 2)] }
    let (exit, json, error) = try run(try file("a.jsonl", rows(1000)), "--batch", "100")
    #expect(exit == .failed)
    #expect(json["stopped"] == .string("refused"))
    #expect(error.contains("the disk is full"))
    #expect(service.store.state.withLock { $0.opened } == 1)
  }

  @Test func `an error of the service is no rejected row`() throws {
    service.store.state.withLock {
      $0.openRefusal = CommandError(.exceptions, "there is no business \"nobody\"", remedy: "x")
    }
    let (exit, _, error) = try run(try file("a.jsonl", rows(10)))
    #expect(exit == .failed && error.contains("nobody"))
  }

  @Test func `an acknowledgement that does not add up is not believed`() throws {
    service.store.state.withLock { $0.faults = [.miscount(batch: 2)] }
    let (exit, _, error) = try run(try file("a.jsonl", rows(300)), "--batch", "100")
    #expect(exit == .failed)
    #expect(error.contains("do not add up"))
  }

  @Test func `bad rows go to the reject file in order, with line and reason`() throws {
    var lines = rows(10).split(separator: "\n").map(String.init)
    lines[2] = "broken"
    lines[7] = #"{"id":"e7","content":""}"#
    service.store.refused.withLock { $0 = ["e4"] }
    let path = try file("a.jsonl", lines.joined(separator: "\n"))
    let (exit, json, _) = try run(path, "--batch", "3")
    #expect(exit == .exceptions)
    #expect(count(json, "rejected") == 3)
    expectSum(json, 10)
    let rejects = String(decoding: try FileSystem.readAll(path + ".rejects.csv"), as: UTF8.self)
    let rows = rejects.split(separator: "\n").dropFirst()
    #expect(rows.map { $0.prefix { $0 != "," } } == ["3", "5", "8"])
    #expect(rejects.contains("broken"))
    #expect(rejects.contains("not wanted"))
  }

  @Test func `the error budget stops an import, and zero bears nothing`() throws {
    let text = (0..<5000).map { #"{"id":\#($0),"content":""}"# + "\n" }.joined()
    let bad = try file("bad.jsonl", text)
    let (exit, json, _) = try run(bad, "--max-errors", "10", "--batch", "10")
    #expect(exit == .errorBudget)
    #expect(json["stopped"] == .string("error_budget"))
    #expect(count(json, "rows") < 5000)
    expectSum(json, count(json, "rows"))
    let one = try file("one.jsonl", rows(5) + "bad\n")
    #expect(try run(one, "--max-errors", "0").exit == .errorBudget)
    #expect(try run(one, "--max-errors", "1").exit == .exceptions)
    #expect(try run(one, "--max-errors", "10%").exit == .errorBudget)
    #expect(try run(one, "--max-errors", "unlimited").exit == .exceptions)
  }

  @Test func `a dry run sends nothing and tells the same rejects`() throws {
    let path = try file("a.jsonl", rows(50) + "bad\n")
    let (exit, json, _) = try run(path, "--dry-run")
    #expect(exit == .exceptions)
    #expect(count(json, "valid") == 50)
    #expect(count(json, "rejected") == 1)
    #expect(service.store.rows.isEmpty)
    #expect(service.store.state.withLock { $0.opened } == 0)
  }

  @Test func `a journal that cannot be written does not stop an import`() throws {
    let path = try file("a.jsonl", rows(300))
    service.store.state.withLock { $0.faults = [.stayAway(from: 2)] }
    let captured = CapturedConsole()
    let tool = CommandLineTool(
      CommandTable.commands,
      context: service.context(captured, environment: ["XDG_STATE_HOME": "/dev/null"]))
    let flags = ["import", path, "--business", "demo", "--batch", "100", "--retry", "0.1"]
    #expect(tool.run(flags) == .unreachable)
    #expect(captured.error.contains("this import cannot be resumed"))
    #expect(!captured.error.contains("--resume"))
    service.store.state.withLock {
      $0.faults = []
      $0.isAway = false
    }
    #expect(tool.run(flags) == .ok)
    #expect(service.store.rows.count == 300)
  }

  @Test func `several files add up`() throws {
    let first = try file("a.jsonl", rows(30))
    let second = try file("b.csv", "id,question,answer\nx1,q,a\nx2,q2,a2\n")
    let (exit, json, _) = try run(first, second)
    #expect(exit == .ok)
    expectSum(json, 32)
    #expect(json["files"]?.array?.count == 2)
    #expect(json["files"]?[1]?["format"] == .string("csv"))
    #expect(service.store.rows["x2"]?.title == "q2")
  }

  @Test(arguments: [
    (["--key", "nope"], "no column \"nope\""), (["--map", "a=b=nope"], "no field"),
    (["--encoding", "ebcdic"], "--encoding must be"),
    (["--delimiter", "ab"], "--delimiter must be"),
    (["--max-errors", "few"], "no error budget"),
    (["--resume", "--on-conflict", "fail"], "--resume cannot tell"),
    (["--resume", "--dry-run"], "--dry-run writes nothing"),
  ])
  func `wrong flags are refused before anything is sent`(flags: [String], message: String) throws {
    let path = try file("a.csv", "id,question,answer\n1,q,a\n")
    let captured = CapturedConsole()
    let tool = CommandLineTool(
      CommandTable.commands, context: service.context(captured))
    #expect(tool.run(["import", path, "--business", "demo"] + flags) == .usage)
    #expect(captured.error.contains(message), "\(captured.error)")
    #expect(service.store.rows.isEmpty)
  }
}

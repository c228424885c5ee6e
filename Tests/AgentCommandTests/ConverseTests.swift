import Agent
import AgentService
import CommandInterface
import Platform
import TestSupport
import Testing

@testable import agent

@Suite struct ConverseTests {
  let desk = FakeDesk()

  init() {
    desk.answer(
      "returns?", "Within thirty days. [1]", citing: ["RET-1"], finding: ["RET-1", "RET-2"])
    desk.answer("moon?", "I do not know.", handoff: Handoff(.lowConfidence, "Nobody knows."))
  }

  @Test func `an answer comes whole, with its sources, and a person is told of`() {
    let (exit, output, error) = desk.run(["ask", "returns?", "--business", "demo"])
    #expect(exit == .ok && error.isEmpty, "\(error)")
    #expect(output == "Within thirty days. [1]\n  [1] RET-1 Returns\n")
    let moon = desk.run(["ask", "moon?", "--business", "demo", "--why"])
    #expect(moon.exit == .exceptions)
    #expect(moon.output.contains("a person takes over: Nobody knows."))
    #expect(moon.output.contains("sure 0.90 · extractive · 12.0 ms · $0.002"), "\(moon.output)")
    desk.answer("nothing?", "I found nothing.", confidence: 0.1)
    #expect(desk.run(["ask", "nothing?", "--business", "demo"]).exit == .exceptions)
    let failed = desk.run(["ask", "what", "else", "--business", "demo"])
    #expect(failed.exit == .unreachable && failed.error.contains("start it"))
    #expect(desk.state.withLock { $0.asked.last } == "what else")
  }

  @Test func `an answer is one JSON object for a program`() throws {
    let (exit, output, _) = desk.run(["ask", "returns?", "--business", "demo", "--json"])
    let json = try JSON.parse(Array(output.utf8))
    #expect(exit == .ok && json["reply"]?.string == "Within thirty days. [1]")
    #expect(json["citations"]?[0]?["external_id"]?.string == "RET-1")
    #expect(json["retrieved"]?.array?.count == 2 && json["picodollars"]?.int == 2_000_000_000)
  }

  @Test func `a chat takes lines as messages and words behind a slash as commands`() {
    let (exit, output, error) = desk.run(
      ["chat", "--business", "demo", "--session", "monday"],
      input: ["/why", "", "returns?", "/why", "/trace", "/wy", "/quit", "moon?"])
    #expect(exit == .ok)
    #expect(error.contains("there is no answer yet") && error.contains("did you mean /why?"))
    #expect(output.contains("Within thirty days. [1]\n  [1] RET-1 Returns\n"), "\(output)")
    #expect(output.contains("0.80 RET-2 Returns") && output.contains("the trace is not stored"))
    #expect(desk.state.withLock { $0.asked } == ["returns?"])
    #expect(desk.state.withLock { $0.sessions } == ["monday"])
    let lost = desk.run(["chat", "--business", "demo"], input: ["lost"])
    #expect(lost.exit == .unreachable)
    #expect(desk.run(["chat"]).exit == .usage)
    #expect(desk.run(["chat", "--business", "nobody"]).exit == .exceptions)
  }

  @Test func `what could steer a terminal does not reach it`() {
    #expect(ReplyOutput.harmless("a\u{1B}[31mb\nc\td\u{202E}") == "a[31mb\nc d")
  }
}

@Suite struct EvalTests {
  static func questions(_ text: String) throws(CommandError) -> [EvalQuestion] {
    try EvalQuestion.read(Array(text.utf8), name: "file")
  }

  @Test(arguments: [
    ("", "holds no question"), ("{", "line 1"), ("\n[]", "line 2 of file: it is"),
    (#"{"question": " "}"#, "must be a text"), (#"{"question": "x", "source": []}"#, "sources?"),
    (#"{"question": "x", "sources": [1]}"#, "list of texts"),
    (#"{"question": "x", "no_answer": 1}"#, "true or false"),
    (#"{"question": "x", "no_answer": true, "text": "y"}"#, "neither"),
  ])
  func `a line that is no question is named`(text: String, words: String) {
    do {
      _ = try Self.questions(text)
      Issue.record("\(text) was taken")
    } catch { #expect(error.message.contains(words) && error.exit == .usage, "\(error)") }
  }

  @Test func `the report counts sources, answers, texts and what rests on nothing`() throws {
    let desk = FakeDesk()
    desk.answer("a", "Thirty DAYS.", citing: ["R-1"], finding: ["R-1", "R-2"])
    desk.answer("b", "Perhaps.", finding: ["R-9"], violations: ["a price"])
    desk.answer("c", "Surely.")
    desk.answer("d", "", handoff: Handoff(.lowConfidence, "No."))
    let folder = try TestFolder()
    defer { folder.close() }
    let path = folder.path + "/questions.jsonl"
    let lines = """
      # what customers ask
      {"question": "a", "sources": ["R-1", "R-2"], "text": "thirty days"}

      {"question": "b", "sources": "R-3", "text": ["no"], "note": "hard"}
      {"question": "c", "no_answer": true}
      {"question": "d", "no_answer": true}
      """
    try FileSystem.replace(path, with: Array(lines.utf8))
    let (exit, output, error) = desk.run(
      ["eval", path, "--business", "demo", "--json", "--min-recall", "0.7", "--min-answered", "1"])
    #expect(exit == .exceptions && error.contains("--min-recall 0.7 is not kept: it is 0.667"))
    #expect(!error.contains("--min-answered"))
    let json = try JSON.parse(Array(output.utf8))
    #expect(json["questions"]?.int == 4 && json["answered"]?.double == 1)
    #expect(abs((json["recall"]?.double ?? 0) - 2.0 / 3) < 1e-9)
    #expect(abs((json["cited_recall"]?.double ?? 0) - 1.0 / 3) < 1e-9)
    #expect(json["false_answers"]?.double == 0.5 && json["correct"]?.double == 0.5)
    #expect(abs((json["grounded"]?.double ?? 0) - 2.0 / 3) < 1e-9)
    #expect(json["picodollars"]?.int == 8_000_000_000 && json["p95_ms"]?.int == 12)
    // Each question has a conversation of its own.
    #expect(Set(desk.state.withLock { $0.sessions }).count == 4)
    let shown = desk.run(["eval", path, "--business", "demo", "--max-false-answers", "0.5"])
    #expect(shown.exit == .ok && shown.output.contains("line 5: c"), "\(shown)")
    #expect(shown.output.contains("0 of 1 source found"))
    #expect(desk.run(["eval", folder.path + "/none", "--business", "demo"]).exit == .usage)
  }
}

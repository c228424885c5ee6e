import Agent
@testable import AgentService
import CommandInterface
import Platform
import TestSupport
import Testing

@testable import agent

@Suite struct OperatorTests {
  let desk = FakeDesk()
  let id = "\(FakeDesk.conversationID)"

  @Test func `conversations are listed and shown, and nothing of them steers the terminal`() throws
  {
    let list = desk.run(["conversations"])
    #expect(list.exit == .ok && list.output.contains(id) && !list.output.contains("\u{1B}"))
    #expect(desk.run(["conversations", "--status", "paused"]).error.contains("no conversations"))
    let json = try JSON.parse(Array(desk.run(["conversations", "--json"]).output.utf8))
    #expect(json["conversations"]?[0]?["business_name"]?.string == "demo")
    let shown = desk.run(["conversation", id])
    #expect(shown.output.contains("customer\n  Can I return it?"), "\(shown.output)")
    #expect(shown.output.contains("agent  (unknown)"))
    #expect(desk.run(["conversation", id, "--business", "other"]).exit == .exceptions)
    #expect(desk.run(["conversation", "x"]).exit == .usage)
  }

  @Test func `a person takes a conversation over, answers, and gives it back`() {
    #expect(desk.run(["takeover", id]).exit == .usage)
    let taken = desk.run(["takeover", id], environment: ["USER": "ada"])
    #expect(taken.exit == .ok && taken.output == "ada has it; the agent is silent\n")
    #expect(desk.run(["conversations"]).output.contains("topic: A lawyer."))
    #expect(desk.run(["reply", id, "It", "leaves today.", "--user", "Ben"]).exit == .ok)
    #expect(desk.state.withLock { $0.said } == ["Ben: It leaves today."])
    #expect(desk.run(["return", id]).exit == .ok)
    let again = desk.run(["return", id])
    #expect(again.exit == .exceptions && again.error.contains("nobody has taken"))
    desk.state.withLock { $0.status = .completed }
    #expect(desk.run(["takeover", id, "--user", "a"]).error.contains("is completed"))
  }

  @Test func `a trace is a tree of steps, calls, what was found and left out, and costs`() throws {
    let hit = JSON.object([
      ("title", .string("Returns")), ("external_id", .string("RET-1")),
      ("relevance", .number("0.934")), ("content", .string("long")),
    ])
    let call = ModelCallRecord(
      purpose: "response_generation", model: "openai/tiny", prompt: "system: Be\nkind",
      reply: "Within\u{1B} 30 days.", failure: nil,
      usage: ModelUsage(inputTokens: 1200, cachedInputTokens: 1000, outputTokens: 30),
      picodollars: 5_000_000_000, milliseconds: 1500)
    let trace = TurnTrace(
      turn: TurnRecord(
        id: FakeDesk.turnID, conversationID: FakeDesk.conversationID, epoch: 2, status: .sent,
        attempts: 2, failure: nil, startedAt: 0, finishedAt: 2_000_000),
      burst: [Message(id: .zero, sender: .user, content: "returns?")],
      steps: [
        StepRecord(
          step: .retrieved, input: .object([]),
          output: .object([("knowledge", .array([hit])), ("question", .null)]), microseconds: 1500),
        StepRecord(
          step: .composed, input: .object([]),
          output: .object([
            (
              "left_out",
              .array([.object([("what", .string("history")), ("tokens", .number("900"))])])
            )
          ]), calls: [call], microseconds: 1_510_000),
      ], answer: Message(id: .zero, sender: .assistant, content: "Within 30 days."),
      interaction: nil)
    desk.state.withLock { $0.trace = trace }
    for id in ["\(FakeDesk.turnID)", id] {
      let (exit, output, _) = desk.run(["trace", id])
      #expect(exit == .ok)
      #expect(
        output == """
          turn \(FakeDesk.turnID) · sent · 1970-01-01 00:00:00 · 2 attempts · 2.00 s
          ├─ customer: returns?
          ├─ retrieved 1.50 ms
          │  └─ knowledge
          │     └─ 0.93 RET-1 Returns
          ├─ composed 1.51 s
          │  ├─ call response_generation · openai/tiny · 1.50 s · 1,200 tokens in (1,000 cached), 30 out · $0…
          │  │  └─ reply: Within 30 days.
          │  └─ left out
          │     └─ what history, tokens 900
          └─ answer: Within 30 days.

          """, "\(output)")
    }
    #expect(desk.run(["trace", id, "--prompts"]).output.contains("$0.005"))
    #expect(desk.run(["trace", id, "--prompts"]).output.contains("system: Be"))
    let json = try JSON.parse(Array(desk.run(["trace", id, "--json"]).output.utf8))
    let calls = json["turns"]?[0]?["steps"]?[1]?["calls"]
    #expect(calls?[0]?["prompt"]?.string == "system: Be\nkind")
    #expect(desk.run(["trace", id, "--business", "other"]).exit == .exceptions)
  }

  @Test func `a file is applied as a whole, checked alone, or refused with every reason`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    func file(_ text: String) throws -> String {
      let path = folder.path + "/agent.yaml"
      try FileSystem.replace(path, with: Array(text.utf8))
      return path
    }
    let good = try file("configuration:\n  agent_name: Fionn\nagents: [Shop]\n")
    let checked = desk.run(["configure", good, "--business", "demo", "--dry-run"])
    #expect(checked.exit == .ok && checked.output.contains("nothing was changed"), "\(checked)")
    #expect(desk.state.withLock { $0.setup.agents.isEmpty })
    let applied = desk.run(["configure", good, "--business", "demo"])
    #expect(applied.output == "demo is set up: 1 agent, 0 stages, 0 templates, model extractive\n")
    #expect(desk.state.withLock { $0.setup.configuration.agentName } == "Fionn")
    let exported = desk.run(["configure", "--export", "--business", "demo"]).output
    #expect(exported.contains("agent_name: Fionn"))
    #expect(desk.run(["configure", try file(exported), "--business", "demo"]).exit == .ok)
    let json = desk.run(["configure", "--export", "--format", "json", "--business", "demo"]).output
    #expect(try JSON.parse(Array(json.utf8))["agents"]?.array?.count == 1)
    for bad in ["a: [", "configuraton: {}", "configuration: {tone: 1}"] {
      let refused = desk.run(["configure", try file(bad), "--business", "demo"])
      #expect(refused.exit == .usage && refused.error.contains("nothing was changed"), "\(refused)")
    }
    #expect(desk.run(["configure", "--business", "demo"]).exit == .usage)
    #expect(desk.run(["configure", "x", "--export", "--business", "demo"]).exit == .usage)
  }

  @Test func `the schema, providers and interactions are told of`() throws {
    #expect(desk.run(["migrate"]).output == "applied 0009_agent\nthe schema is at version 9\n")
    let models = try JSON.parse(
      Array(desk.run(["models", "--json"], environment: ["OPENAI_API_KEY": "k"]).output.utf8))
    #expect(models["providers"]?[0]?["configured"]?.bool == true)
    let missing = desk.run(["models", "--provider", "openai"])
    #expect(missing.exit == .usage && missing.error.contains("OPENAI_API_KEY"))
    #expect(desk.run(["interactions"]).exit == .usage)
    #expect(desk.run(["interactions", "--business", "demo"]).error.contains("no interactions"))
  }

  @Test(arguments: [(UInt64(0), "$0.00"), (123_000_000, "$0.000123"), (1_500_000_000_000, "$1.50")])
  func `money has as few digits as say it`(picodollars: UInt64, text: String) {
    #expect(Money.dollars(picodollars) == text)
  }
}

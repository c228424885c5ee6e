import Platform
import Testing

@testable import Agent

@Suite struct PlanTests {
  private func configuration(_ models: [String], small: String? = nil, large: String? = nil)
    -> AgentConfiguration
  {
    var configuration = AgentConfiguration()
    configuration.defaultModel = models[0]
    configuration.fallbackModels = Array(models.dropFirst())
    configuration.smallModel = small
    configuration.largeModel = large
    return configuration
  }

  @Test func `a task's models stand in the order of asking, up to the one that quotes`() {
    let usual = configuration(["a/1", "b/2", "extractive", "c/3"], small: "a/0", large: "a/9")
    #expect(ModelPlan(.stageSelection, usual).names == ["a/0", "a/1", "b/2"])
    #expect(ModelPlan(.responseGeneration, usual).names == ["a/1", "b/2"])
    #expect(
      ModelPlan(.responseGeneration, usual, complexity: .hard).names == ["a/9", "a/1", "b/2"])
    #expect(
      ModelPlan(.responseGeneration, usual, complexity: .simple).names == ["a/0", "a/1", "b/2"])
    #expect(ModelPlan(.summary, usual).mayQuote)
    var stage = Stage(id: .random(), name: "S", description: "", type: .response)
    stage.model.name = "b/2"
    #expect(ModelPlan(.responseGeneration, usual, stage: stage).names == ["b/2", "a/1"])
    let none = ModelPlan(.responseGeneration, AgentConfiguration())
    #expect(none.names.isEmpty && none.mayQuote)
    #expect(!ModelPlan(.responseGeneration, configuration(["a/1"])).mayQuote)
  }

  @Test func `many requests, long messages and processing are hard`() {
    let stage = Stage(id: .random(), name: "S", description: "", type: .processing)
    #expect(TaskComplexity.of(intents: 1, messageBytes: 20, stage: nil) == .simple)
    #expect(TaskComplexity.of(intents: 1, messageBytes: 200, stage: nil) == .ordinary)
    #expect(TaskComplexity.of(intents: 2, messageBytes: 20, stage: nil) == .ordinary)
    #expect(TaskComplexity.of(intents: 3, messageBytes: 20, stage: nil) == .hard)
    #expect(TaskComplexity.of(intents: 1, messageBytes: 2_000, stage: nil) == .hard)
    #expect(TaskComplexity.of(intents: 1, messageBytes: 20, stage: stage) == .hard)
  }
}

@Suite struct SentenceGateTests {
  private let text = "One (1.5 kg) is. \"Two?\" Three!\nFour... five 。六。 rest"

  @Test func `however an answer is cut, the same sentences come out, and nothing is lost`() {
    var whole: [String] = []
    var gate = SentenceGate()
    _ = gate.take(text) { sentence in
      whole.append(sentence)
      return true
    }
    _ = gate.finish { sentence in
      whole.append(sentence)
      return true
    }
    #expect(whole.joined() == text && gate.passed == text)
    #expect(whole.first == "One (1.5 kg) is. ")
    for size in 1...7 {
      var gate = SentenceGate()
      var seen: [String] = []
      var shown = ""
      var rest = text[...]
      while !rest.isEmpty {
        shown += gate.take(String(rest.prefix(size))) { sentence in
          seen.append(sentence)
          return true
        }
        rest = rest.dropFirst(size)
      }
      shown += gate.finish { sentence in
        seen.append(sentence)
        return true
      }
      #expect(shown == text)
      #expect(seen == whole, "pieces of \(size)")
    }
  }

  @Test func `a sentence that does not pass is not shown`() {
    var gate = SentenceGate()
    let shown = gate.take("Good. Bad 99. Good again.") { !$0.contains("99") }
    #expect(shown == "Good. ")
    #expect(gate.finish { !$0.contains("99") } == "Good again.")
    #expect(gate.passed == "Good. Good again.")
  }
}

@Suite struct QuietWindowTests {
  private func history(_ gaps: [(milliseconds: Int64, sender: Message.Sender)]) -> [Message] {
    var time: Int64 = 0
    return gaps.map { gap in
      time += gap.milliseconds * 1000
      return Message(id: .random(), sender: gap.sender, content: "x", createdAt: time)
    }
  }

  @Test func `who writes one message at a time waits a quarter of a second`() {
    #expect(QuietWindow.milliseconds(history: [], message: "hello") == 250)
    #expect(QuietWindow.milliseconds(history: [], message: "do you have boots?") == 125)
    let single = history((0..<20).map { (60_000, $0 % 2 == 0 ? .user : .assistant) })
    #expect(QuietWindow.milliseconds(history: single, message: "hello") == 250)
  }

  @Test func `who writes in bursts is given the time of their pauses`() {
    var gaps: [(Int64, Message.Sender)] = []
    for _ in 0..<8 { gaps += [(60_000, .user), (2_000, .user), (1_000, .assistant)] }
    let window = QuietWindow.milliseconds(history: history(gaps), message: "and")
    #expect(window == 2_500)
    for _ in 0..<8 { gaps += [(60_000, .user), (4_900, .user), (1_000, .assistant)] }
    #expect(QuietWindow.milliseconds(history: history(gaps), message: "and") == 5_000)
  }
}

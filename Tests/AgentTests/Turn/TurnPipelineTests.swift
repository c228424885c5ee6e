import Agent
import Platform
import Testing

@Suite struct TurnPipelineTests {
  @Test func `without a model the best entry is quoted, with its source`() {
    let shop = Shop()
    let (outcome, steps) = shop.run(shop.input("How long do I have to return something?"))
    #expect(outcome.reply.contains("60 days"))
    #expect(outcome.reply.contains("[1]"))
    #expect(outcome.citations.map(\.externalID) == ["RET-001"])
    #expect(outcome.model == "extractive" && outcome.usage == nil)
    #expect(outcome.answeredInStageID == shop.greeting && outcome.handoff == nil)
    #expect(steps.map(\.step) == TurnStep.allCases)
    #expect(outcome.memory.expiresAt == Shop.now + 1_800_000_000)
  }

  @Test func `a model answers from the sources, sentence by sentence`() {
    let shop = Shop(model: "test/scripted")
    let model = ScriptedModel("You have 60 days [1]. Sale items have 30 days [1].")
    var shown: [String] = []
    let input = shop.input("How long do I have to return something?")
    let (outcome, steps) = shop.run(input, model) { shown.append($0) }
    #expect(outcome.reply == "You have 60 days [1]. Sale items have 30 days [1].")
    #expect(shown == ["You have 60 days [1]. ", "Sale items have 30 days [1]."])
    #expect(outcome.confidence == 0.9 && outcome.model == "test/scripted")
    #expect(outcome.usage?.inputTokens == 100 && outcome.picodollars == 7)
    #expect(model.asked.count == 1)
    #expect(model.read.contains("You have 60 days from the day of delivery"))
    #expect(model.read.contains("How long do I have to return something?"))
    #expect(steps.flatMap(\.calls).map(\.purpose) == ["response_generation"])
  }

  @Test func `what no source says is neither shown nor sent`() {
    let shop = Shop(model: "test/scripted")
    let model = ScriptedModel("You have 60 days [1]. Shipping costs 4.95 EUR.")
    var shown = ""
    let (outcome, _) = shop.run(shop.input("How long can I return it?"), model) { shown += $0 }
    #expect(!outcome.reply.contains("4.95") && !shown.contains("4.95"))
    #expect(outcome.reply.contains("60 days"))
    #expect(outcome.events.contains { $0.type == "error" })
    let alone = ScriptedModel("It costs 4.95 EUR.")
    let (handed, _) = shop.run(shop.input("What does shipping cost?"), alone)
    #expect(handed.handoff?.category == .ungrounded && !handed.reply.contains("4.95"))
  }

  @Test func `the previous stage's prompt selects the stage, and its schema what is extracted`() {
    let (shop, history) = Shop(model: "test/scripted").inStage(Shop().greeting)
    var here = shop
    here.conversation.stageID = here.setup.stages[0].id
    let model = ScriptedModel(
      #"{"stage": "Order help", "confidence": 0.9}"#, #"{"order_number": "A-1042"}"#,
      "I will look at order A-1042.")
    let input = here.input("Where is my order A-1042?", history: history)
    let (outcome, steps) = here.run(input, model)
    #expect(outcome.answeredInStageID == here.setup.stages[1].id)
    #expect(outcome.nextStageID == here.setup.stages[2].id)
    #expect(outcome.memory.extractedEntities["order_number"]?.string == "A-1042")
    #expect(
      steps.flatMap(\.calls).map(\.purpose)
        == ["stage_selection", "data_extraction", "response_generation"])
    #expect(outcome.usage?.inputTokens == 300 && outcome.picodollars == 21)
    #expect(outcome.events.contains { $0.type == "stage_selected" })
  }

  @Test(arguments: [
    "Chekout", #"{"stage": "Order help", "confidence": 0.1}"#, "",
  ]) func `a choice that is unknown or unsure changes nothing`(answer: String) {
    let base = Shop(model: "test/scripted")
    let (shop, history) = base.inStage(base.greeting)
    let model = ScriptedModel(answer, "Yes.")
    let (outcome, _) = shop.run(shop.input("xyzzy", history: history), model)
    #expect(outcome.answeredInStageID == base.greeting)
    #expect(outcome.events.contains { $0.type == "error" })
  }

  @Test func `an extraction that does not fit is asked for once more, and then said`() {
    let base = Shop(model: "test/scripted")
    let (shop, history) = base.inStage(base.orders)
    let stay = #"{"stage": "Order help", "confidence": 0.9}"#
    let bad = #"{"order_number": "far too long a number"}"#
    let mended = ScriptedModel(stay, bad, #"{"order_number": "A-1"}"#, "Fine.")
    let first = shop.run(shop.input("A-1", history: history), mended).outcome
    #expect(first.memory.extractedEntities["order_number"]?.string == "A-1")
    #expect(mended.read.contains("does not fit the schema"))
    let broken = ScriptedModel(stay, bad, "no JSON", "Which order is it?")
    let second = shop.run(shop.input("A-1", history: history), broken).outcome
    #expect(second.memory.extractedEntities["order_number"] == nil)
    #expect(second.memory.pendingAction == "order_number")
    #expect(second.nextStageID == base.orders)
    #expect(second.reply == "Which order is it?")
    #expect(second.events.contains { "\($0.details)".contains("JSON object") })
  }

  @Test func `without a model a form asks for its fields and takes the answers`() {
    let base = Shop()
    let (shop, history) = base.inStage(base.orders)
    let asked = shop.run(shop.input("I have a question about it", history: history)).outcome
    #expect(asked.messageType == "question" && asked.reply.contains("order number"))
    #expect(asked.memory.pendingAction == "order_number" && asked.nextStageID == base.orders)
    let input = shop.input("A-1042", history: history, memory: asked.memory)
    let told = shop.run(input).outcome
    #expect(told.memory.extractedEntities["order_number"]?.string == "A-1042")
    #expect(told.nextStageID == base.done)
    let long = shop.input("it is a number far too long", history: history, memory: asked.memory)
    let again = shop.run(long).outcome
    #expect(again.messageType == "question" && again.memory.pendingAction == "order_number")
    #expect(again.memory.extractedEntities["order_number"] == nil)
  }

  @Test func `where no model answers, what is found is quoted, or a person comes`() {
    let failure = ModelError(.exhaustedCredit, model: "test/scripted")
    var shop = Shop(model: "test/scripted")
    let alone = shop.run(
      shop.input("How long can I return it?"), ScriptedModel([.failure(failure)]))
    #expect(alone.outcome.handoff?.category == .failure && !alone.outcome.reply.isEmpty)
    shop.setup.configuration.fallbackModels = ["extractive"]
    let quoted = shop.run(
      shop.input("How long do I have to return something?"), ScriptedModel([.failure(failure)]))
    #expect(quoted.outcome.handoff == nil && quoted.outcome.reply.contains("60 days"))
    #expect(quoted.outcome.events.contains { "\($0.details)".contains("credit") })
    let refused = ModelError(.refused, model: "test/scripted")
    let person = shop.run(shop.input("How do I return it?"), ScriptedModel([.failure(refused)]))
    #expect(person.outcome.handoff?.category == .refused)
  }

  @Test func `a business without stages says what to do`() {
    var shop = Shop()
    shop.setup.stages = []
    let (outcome, _) = shop.run(shop.input("hello"))
    #expect(outcome.reply.contains("configure stages") && outcome.messageType == "setup_missing")
  }

  @Test func `who asks for a person gets one`() {
    let shop = Shop(model: "test/scripted")
    let model = ScriptedModel("never asked")
    let (outcome, _) = shop.run(shop.input("I want to talk to a human being please"), model)
    #expect(outcome.handoff?.category == .requested && !outcome.reply.isEmpty)
    #expect(model.asked.isEmpty)
  }

  @Test func `a model can bring a person, and nothing else`() {
    let shop = Shop(model: "test/scripted")
    func reply(_ tool: String, _ text: String) -> ScriptedModel {
      let arguments = JSON.object([("reason", .string("the customer is upset"))])
      return ScriptedModel([
        .success(
          ModelReply(
            text: text, toolCalls: [ToolCall(id: "1", name: tool, arguments: arguments)],
            model: "test/scripted"))
      ])
    }
    let handed = shop.run(shop.input("This is a shame"), reply("hand_over", "")).outcome
    #expect(handed.handoff?.category == .requested && !handed.reply.isEmpty)
    let foreign = shop.run(shop.input("Refund me"), reply("refund_order", "You have 60 days [1]."))
    #expect(foreign.outcome.handoff == nil)
    #expect(foreign.outcome.events.contains { "\($0.details)".contains("refund_order") })
  }

  @Test func `a knowledge service that is late is said, and the turn goes on`() {
    var shop = Shop()
    shop.knowledge.failure = KnowledgeError(.unavailable, "the service did not answer in time")
    let (outcome, _) = shop.run(shop.input("How do I return shoes?"))
    #expect(!outcome.reply.isEmpty)
    #expect(outcome.events.contains { "\($0.details)".contains("did not answer") })
  }

  @Test func `after a crash a turn goes on behind its last step, to the same end`() {
    let base = Shop(model: "test/scripted")
    let (shop, history) = base.inStage(base.greeting)
    let script = [
      #"{"stage": "Order help", "confidence": 0.9}"#, #"{"order_number": "A-1042"}"#,
      "Your order A-1042 is on its way.",
    ]
    func model(from call: Int) -> ScriptedModel {
      ScriptedModel(
        script[call...].map { .success(ModelReply(text: $0, model: "test/scripted")) })
    }
    let input = shop.input("Where is my order A-1042?", history: history)
    let whole = shop.run(input, model(from: 0))
    for count in 0...whole.steps.count {
      let done = Array(whole.steps.prefix(count))
      let rest = shop.run(input, model(from: done.flatMap(\.calls).count), done: done)
      #expect(rest.outcome == whole.outcome, "after \(count) steps")
      #expect(rest.steps.map(\.step) == TurnStep.allCases)
    }
    var unreadable = Array(whole.steps.prefix(4))
    unreadable[2].output = .null
    let again = shop.run(input, model(from: 0), done: unreadable)
    #expect(again.outcome.reply == whole.outcome.reply)
  }

  @Test func `a turn's calls stay within its tokens, its money and its time`() {
    var shop = Shop(model: "test/scripted")
    shop = shop.inStage(shop.orders).shop
    let history = shop.inStage(shop.orders).history
    func outcome(_ change: (inout AgentConfiguration) -> Void) -> (TurnOutcome, Int) {
      var limited = shop
      change(&limited.setup.configuration)
      let model = ScriptedModel(
        #"{"stage": "Order help", "confidence": 0.9}"#, #"{"order_number": "A-1"}"#, "Fine.")
      let result = limited.run(limited.input("A-1", history: history), model).outcome
      return (result, model.asked.count)
    }
    #expect(outcome { _ in }.1 == 3)
    let tokens = outcome { $0.turnTokenLimit = 200 }
    #expect(tokens.1 == 2 && tokens.0.handoff?.category == .failure)
    let money = outcome { $0.turnPicodollars = 7 }
    #expect(money.1 == 1 && money.0.handoff?.category == .failure)
    let time = outcome { $0.turnMilliseconds = 0 }
    #expect(time.1 == 0 && !time.0.reply.isEmpty)
  }

  @Test func `a template that cannot be filled is a stated failure, never silence`() {
    var shop = Shop(model: "test/scripted")
    shop.setup.stages[0].prompts.response = "Answer {no_such_variable}"
    let (outcome, _) = shop.run(
      shop.input("hello there, how are returns done?"), ScriptedModel("x"))
    #expect(!outcome.reply.isEmpty && outcome.handoff?.category == .failure)
    #expect(outcome.events.contains { "\($0.details)".contains("no_such_variable") })
  }

  @Test func `the answer ends with its disclaimers and may propose what goes with it`() {
    var shop = Shop()
    shop.setup.configuration.requiredDisclaimers = ["Prices include VAT."]
    shop.setup.configuration.enableProactiveSuggestions = true
    var boot = Shop.boot
    boot.relevance = 0.9
    var socks = Shop.boot
    socks.id = .random()
    socks.title = "Merino Sock"
    socks.category = "socks"
    shop.knowledge.products = [boot, socks]
    let (outcome, _) = shop.run(shop.input("How long can I return the Kilbride GTX?"))
    #expect(outcome.reply.hasSuffix("Prices include VAT."))
    #expect(outcome.suggestion?.name == "Merino Sock" && outcome.reply.contains("Merino Sock"))
    socks.metadata = .object([("stock", .integer(0))])
    shop.knowledge.products = [boot, socks]
    #expect(
      shop.run(shop.input("How long can I return the Kilbride GTX?")).outcome.suggestion == nil)
  }
}

import Platform

/// What is understood of a message before anything is answered.
extension TurnRun {
  /// Language, memory, and whether a person must take over at once.
  func receivedStep() -> (JSON, any StepValue) {
    let text = input.message
    let guess = LanguageGuess.language(of: text)
    let language = guess ?? conversation.language
    let spoken = language.isEmpty ? configuration.language : language
    let isReturning = input.memory.hasExpired(at: input.now)
    let value = ReceivedStep(
      language: language, isFirst: !input.history.contains { $0.sender != .user },
      isReturning: isReturning,
      resumes: input.memory.pendingAction == Memory.resumption
        && Resumption.isAccepted(text, language: spoken),
      forgotten: ForgottenQuestion.find(in: text, history: input.history, language: spoken),
      handoff: HandoffRules.handoff(for: text, configuration: configuration, language: spoken))
    let about = JSON.object([
      ("message", .string(text)), ("messages", .integer(input.burst.count)),
      ("epoch", .integer(conversation.epoch)), ("history", .integer(input.history.count)),
      ("stage_id", .id(conversation.stageID)),
    ])
    return (about, value)
  }

  /// Spelling, and what is wanted.
  func correctedStep() -> (JSON, any StepValue) {
    let written = input.message
    var value = CorrectedStep(text: written)
    if handoff == nil && configuration.enableSpellingCorrection {
      do throws(KnowledgeError) {
        let found = try knowledge.correct(
          written, language: received?.language ?? "", business: conversation.businessID)
        value.text = found.text
        value.changes = found.changes
        value.questions = found.questions
      } catch { value.failure = error.description }
    }
    if configuration.pipeline == .agent {
      value.intents = IntentSplitter.intents(in: value.text, language: language)
      if let forgotten = received?.forgotten, !value.intents.contains(forgotten) {
        value.intents.insert(forgotten, at: 0)
      }
    } else {
      value.intents = [value.text]
    }
    return (.object([("message", .string(written))]), value)
  }
}

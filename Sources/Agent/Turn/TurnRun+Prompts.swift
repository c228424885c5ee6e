import Platform

/// Prompts, filled in.
extension TurnRun {
  /// What variables stand for at this step: all that others wrote stands behind a fence.
  func templateScope() -> TemplateScope {
    var scope = TemplateScope(input, stage: stage)
    scope.extractedData = extracted?.data
    scope.intents = corrected?.intents ?? []
    scope.message = fence.wrap(message, label: "message")
    scope.fence = { [fence] label, text in fence.wrap(text, label: label) }
    return scope
  }

  /// The request of a step, from the stage's own prompt, its template, or a default.
  func prompt(
    _ task: PromptSource.Step, _ stage: Stage, _ scope: TemplateScope
  ) -> Result<ModelRequest, PromptProblem> {
    let source = PromptSource.of(stage: stage, step: task, setup: setup, language: language)
    do throws(TemplateError) {
      let prompt = try source.render(scope)
      return .success(ModelRequest([.system(prompt.system), .user(prompt.content)]))
    } catch { return .failure(PromptProblem(words: "\(source.name): \(error)")) }
  }
}

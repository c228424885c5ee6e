import Embedding
import Platform
import RPC

/// What an operator asks of models.
extension Operations {
  func embedding(for principal: Principal) -> EmbeddingStats {
    let target = core.models.target
    var stats = EmbeddingStats()
    stats.model = target.model.name
    stats.dimension = UInt32(target.model.dimension)
    let status = applier.backlog?.status
    stats.pending = UInt64(core.served.pending.count(in: target.space, of: principal.business))
    guard principal.isOperator else { return stats }
    if let status {
      stats.embedded = status.embeddedCount
      stats.trouble = status.trouble ?? ""
    }
    stats.cutEntries = applier.status.cutCount
    let queries = target.queries.statistics
    stats.queryHits = UInt64(queries.hits)
    stats.queryMisses = UInt64(queries.misses)
    stats.queriesKept = UInt64(queries.count)
    stats.usage = core.served.usage.map { RPC.EmbeddingUsage($0.usage, of: $0.model) }
    return stats
  }

  /// Changes over to the model that the operator has chosen, if it can be loaded and embeds.
  func changeModel(for principal: Principal) throws(RPCRefusal) -> ChangeModelReply {
    guard principal.isOperator else { throw .operatorOnly }
    guard let loadModel else {
      throw RPCRefusal(
        .unimplemented, "this service cannot change its model while it runs",
        remediation: "stop it and start it again")
    }
    let before = core.models.target.model
    let next: any Embedder
    do throws(KnowledgeNode.ModelUnavailable) { next = try loadModel() } catch {
      throw RPCRefusal(
        .unavailable, "\(error.reason); the service goes on with \(before.name)",
        remediation: error.remedy)
    }
    do throws(EmbeddingError) { try ModelTrial.run(next) } catch {
      throw RPCRefusal(
        .unavailable, "\(error); the service goes on with \(before.name)",
        remediation: "mend what is wrong and choose the model again")
    }
    try applier.change(to: next)
    return ChangeModelReply(
      model: next.model.name, dimension: UInt32(next.model.dimension),
      changed: next.model.fingerprint != before.fingerprint)
  }
}

extension RPC.EmbeddingUsage {
  /// The message of what a model was asked.
  init(_ usage: Embedding.EmbeddingUsage, of model: String) {
    self.init(
      model: model, texts: usage.texts, tokens: usage.tokens,
      estimatedTokens: usage.estimatedTokens, cutTexts: usage.cutTexts, requests: usage.requests,
      retries: usage.retries, failures: usage.failures, picodollars: usage.picodollars)
  }
}

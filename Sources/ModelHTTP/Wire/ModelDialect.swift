import Agent
import Platform

/// One protocol: what is sent, and what answers mean. Pure.
protocol ModelDialect: Sendable {
  /// The body of a request.
  ///
  /// - Parameters:
  ///   - request: What is asked, without a fault.
  ///   - model: The provider's name of the model.
  ///   - name: The ``LanguageModel/name``, by which turns of the model's own are known.
  ///   - traits: What the model takes.
  func body(
    _ request: ModelRequest, model: String, name: String, traits: ModelTraits
  ) -> [UInt8]

  /// Reads a whole answer.
  func read(_ answer: JSON, into builder: inout ReplyBuilder) throws(ModelFault)

  /// Reads one event of a stream.
  ///
  /// - Returns: The deltas that it brings.
  func read(
    _ event: ServerSentEvent, into builder: inout ReplyBuilder
  ) throws(ModelFault) -> [ModelDelta]
}

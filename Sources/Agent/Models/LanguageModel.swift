/// A model that answers a conversation: a provider's, a local server's, or several in a row.
///
/// A call blocks the thread that makes it until the reply is whole, so it is made on a thread of
/// ours; any number of threads may call at once.
public protocol LanguageModel: Sendable {
  /// What traces call it: provider and model, such as `openai/gpt-5-mini`. Safe to log.
  var name: String { get }

  /// Asks for one reply.
  ///
  /// - Parameters:
  ///   - request: The conversation and what may be done with it.
  ///   - cancellation: Ends the call from another thread, at once.
  ///   - receive: Gets the reply piece by piece on the calling thread, where the request is
  ///     streamed. Nothing more is read from the server before it returns, and its time counts as
  ///     the call's; false ends the call as cancelled.
  /// - Returns: The whole reply.
  /// - Throws: ``ModelError``; pieces may have come before.
  func reply(
    to request: ModelRequest, cancellation: ModelCancellation, receive: (ModelDelta) -> Bool
  ) throws(ModelError) -> ModelReply
}

extension LanguageModel {
  /// Asks for one reply and waits until it is whole.
  ///
  /// - Throws: ``ModelError``.
  public func reply(to request: ModelRequest) throws(ModelError) -> ModelReply {
    var whole = request
    whole.isStreamed = false
    return try reply(to: whole, cancellation: ModelCancellation()) { _ in true }
  }
}

/// A piece of a reply, in the order of its making.
public enum ModelDelta: Sendable, Equatable {
  /// More of the text, or of the JSON where a schema was asked for; never empty.
  case text(String)
  /// A tool call begins; calls are counted from 0.
  case toolCall(index: Int, name: String)
  /// More of the JSON text of a call's arguments.
  case toolArguments(index: Int, fragment: String)
  /// All that came before is void: another attempt begins. Comes only where the request
  /// ``ModelRequest/mayRestart``.
  case restarted
}

import Agent
import HTTP
import Platform

/// Reads one answer as its bytes come: a stream of events, or a body that is whole at the end.
struct AnswerReader {
  /// Bytes of a refusal that are kept.
  private static let refusalByteLimit = 64 << 10

  private(set) var builder: ReplyBuilder
  /// What came of an answer that is no stream.
  private(set) var body: [UInt8] = []
  private let dialect: any ModelDialect
  private var parser: EventStreamParser
  /// Why the reading was ended from here.
  private var fault: ModelFault?

  init(_ builder: ReplyBuilder, _ dialect: any ModelDialect) {
    self.builder = builder
    self.dialect = dialect
    parser = EventStreamParser(
      lineByteLimit: builder.limits.lineBytes, eventByteLimit: builder.limits.lineBytes)
  }

  /// Takes a piece of the answer.
  ///
  /// - Returns: Whether to read on.
  mutating func take(_ head: HTTPHead, _ bytes: RawSpan, _ receive: (ModelDelta) -> Bool) -> Bool {
    guard head.status == 200, Self.isEventStream(head) else {
      // A refusal of any length is read to its end, for the connection's sake, but not kept.
      if head.status == 200 || body.count < Self.refusalByteLimit {
        unsafe bytes.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
      }
      return true
    }
    parser.append(bytes)
    do throws(ModelFault) {
      while let event = try nextEvent() {
        for delta in try dialect.read(event, into: &builder) where !receive(delta) {
          throw ModelFault(.cancelled, "by the receiver")
        }
      }
      return true
    } catch {
      fault = error
      return false
    }
  }

  /// Some servers that cannot stream answer a request for a stream as a whole.
  private static func isEventStream(_ head: HTTPHead) -> Bool {
    head["content-type"]?.lowercased().hasPrefix("text/event-stream") == true
  }

  private mutating func nextEvent() throws(ModelFault) -> ServerSentEvent? {
    do throws(EventStreamParser.Fault) { return try parser.next() } catch {
      switch error {
      case .lineTooLong(let limit):
        throw ModelFault(.invalidResponse, "a line of more than \(limit) bytes")
      case .eventTooLong(let limit):
        throw ModelFault(.invalidResponse, "an event of more than \(limit) bytes")
      }
    }
  }

  /// Ends the reading of an answer with status 200, or of one that was cut short.
  ///
  /// - Throws: ``ModelFault`` where it is not whole.
  mutating func finish(
    _ failure: HTTPError?, _ receive: (ModelDelta) -> Bool
  ) throws(ModelFault) {
    if let fault { throw fault }
    // What fails after the last event has taken nothing from the answer.
    if builder.isEnded { return }
    if let failure { throw ModelFault(failure) }
    if !body.isEmpty {
      let json = try builder.parse(body, "the answer")
      if let error = json["error"], !error.isNull {
        throw ProviderRefusal(json).fault(answerStatus: nil, key: builder.key)
      }
      try dialect.read(json, into: &builder)
      if builder.request.isStreamed, !builder.text.isEmpty, !builder.isRefused,
        !receive(.text(builder.text))
      {
        throw ModelFault(.cancelled, "by the receiver")
      }
      return
    }
    // Servers that never say [DONE] end their streams with a reason.
    guard builder.finish != nil || builder.isRefused else {
      throw ModelFault(.cutOff, "the stream ended before the answer did")
    }
  }
}

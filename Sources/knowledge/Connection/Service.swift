import CommandInterface
import RPC

/// A service that answers, as commands see it. Tests answer in its place.
protocol Service: Sendable {
  /// Asks one thing and waits for the answer.
  ///
  /// - Parameter timeoutMilliseconds: Instead of the address's own, for what may take long.
  func call<Reply: ProtoMessage>(
    _ method: RPC.Method, _ request: some ProtoMessage, for reply: Reply.Type,
    timeoutMilliseconds: Int?
  ) throws(CommandError) -> Reply

  /// Takes every entry that the request keeps, some at a time.
  func export(
    _ request: ExportRequest, each: ([Entry]) throws(CommandError) -> Void
  ) throws(CommandError) -> ExportSummary

  /// Opens a bulk import, on a connection that is made again where it was lost.
  ///
  /// - Throws: ``CommandError`` with ``ExitCode/unreachable`` where trying again may help.
  func openImport(_ request: ImportRequest) throws(CommandError) -> any ImportStream
}

/// A bulk import that is open. One thread uses it.
///
/// An error with ``ExitCode/unreachable`` means that the connection is lost or the service cannot
/// do it now: what is not acknowledged is sent again on a new stream.
protocol ImportStream: Sendable {
  /// Sends a batch once the service has room for it.
  ///
  /// - Returns: Acknowledgements that have arrived meanwhile.
  func send(_ batch: ImportBatch) throws(CommandError) -> [ImportAck]

  /// Waits for acknowledgements; none when the time is up.
  func acknowledgements(timeoutMilliseconds: Int) throws(CommandError) -> [ImportAck]

  /// Says that no batch follows, and waits for the rest of the acknowledgements.
  func finish() throws(CommandError) -> [ImportAck]
}

extension Service {
  func call<Reply: ProtoMessage>(
    _ method: RPC.Method, _ request: some ProtoMessage, for reply: Reply.Type
  ) throws(CommandError) -> Reply {
    try call(method, request, for: reply, timeoutMilliseconds: nil)
  }
}

extension ServiceAddress {
  /// An address for a command that is about one business.
  ///
  /// - Throws: ``CommandError`` where neither a business nor a key that belongs to one is given.
  static func ofBusiness(
    _ arguments: Arguments, _ context: Context
  ) throws(CommandError) -> ServiceAddress {
    let address = try of(arguments, context)
    guard !address.business.isEmpty || !address.apiKey.isEmpty else {
      throw .usage(
        "whose knowledge? --business is missing",
        remedy: arguments.isSet("host")
          ? "over TCP the business's key says it: --api-key or KNOWLEDGE_API_KEY"
          : "knowledge business list shows who there is; KNOWLEDGE_BUSINESS saves the flag")
    }
    return address
  }
}

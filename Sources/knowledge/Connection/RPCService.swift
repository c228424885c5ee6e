import CommandInterface
import Platform
import RPC

/// A running service, spoken to by its binary protocol. The connection is made when it is needed,
/// and anew after it was lost.
final class RPCService: Service {
  private let address: ServiceAddress
  private let client = Condition<RPCClient?>(nil)

  /// Connects once, so that a service that does not answer is told of at once.
  init(_ address: ServiceAddress) throws(CommandError) {
    self.address = address
    _ = try connected()
  }

  func call<Reply: ProtoMessage>(
    _ method: RPC.Method, _ request: some ProtoMessage, for reply: Reply.Type,
    timeoutMilliseconds: Int?
  ) throws(CommandError) -> Reply {
    let timeout = timeoutMilliseconds ?? address.timeoutMilliseconds
    let client = try connected()
    return try translating(timeout: timeout) { () throws(RPCError) in
      try client.call(method, request, deadlineMilliseconds: timeout, returning: reply)
    }
  }

  func export(
    _ request: ExportRequest, each: ([Entry]) throws(CommandError) -> Void
  ) throws(CommandError) -> ExportSummary {
    let client = try connected()
    let stream = try translating { () throws(RPCError) in try client.export(request) }
    while let entries = try translating({ () throws(RPCError) in try stream.next() }) {
      try each(entries)
    }
    return stream.summary ?? ExportSummary()
  }

  func openImport(_ request: ImportRequest) throws(CommandError) -> any ImportStream {
    let client = try connected()
    let stream = try translating { () throws(RPCError) in try client.bulkImport(request) }
    return RPCImportStream(stream, service: self)
  }

  /// The connection, made where there is none.
  func connected() throws(CommandError) -> RPCClient {
    if let ready = client.withLock({ $0 }) { return ready }
    var options = RPCClient.Options()
    options.apiKey = address.apiKey
    options.business = address.business
    options.client = "knowledge-cli \(Version.text)"
    options.connectMilliseconds = min(address.timeoutMilliseconds, 10_000)
    if let authorities = address.tlsAuthorities {
      options.tls = TLSTrust(authoritiesPath: authorities == "system" ? nil : authorities)
    }
    let endpoint: RPCAddress =
      switch address.endpoint {
      case .unix(let path): .unix(path: path)
      case .tcp(let host, let port): .tcp(host: host, port: port)
      }
    do throws(RPCError) {
      let made = try RPCClient(endpoint, options: options)
      client.withLock { $0 = made }
      return made
    } catch {
      throw refusal(of: error, whileConnecting: true, timeout: options.connectMilliseconds)
    }
  }

  /// Runs a call and translates its error; a connection that is lost is forgotten.
  func translating<Value>(
    timeout: Int? = nil, _ body: () throws(RPCError) -> Value
  ) throws(CommandError) -> Value {
    do throws(RPCError) { return try body() } catch {
      if error.endsConnection { client.withLock { $0 = nil } }
      throw refusal(of: error, whileConnecting: false, timeout: timeout)
    }
  }

  private func refusal(
    of error: RPCError, whileConnecting: Bool, timeout: Int?
  ) -> CommandError {
    switch error {
    case .refused(let reply): return CommandError(refusal: reply)
    case .system(let system) where whileConnecting && system.isPermissionDenied:
      return CommandError(
        .unreachable, "the socket \(address.place) belongs to somebody else",
        remedy: "run as the user who runs the service, or connect by --host with --api-key")
    case .system(let system) where whileConnecting:
      return address.unreachable(system.reason)
    case .connectionClosed where whileConnecting:
      return address.unreachable("it closed the connection at once", isConnected: true)
    case .deadlineExceeded where whileConnecting:
      return address.unreachable("it does not answer", isConnected: true)
    case .tls(let reason): return address.refusedTLS(DisplayText.cleaned(reason))
    case .system, .connectionClosed:
      return CommandError(
        .unreachable, "the connection to the service at \(address.place) is lost",
        remedy: "knowledge health tells whether it runs")
    case .deadlineExceeded:
      let seconds = timeout.map { " within \(Quantity.decimal(Double($0) / 1000)) s" } ?? ""
      return CommandError(
        .unreachable, "the service did not answer\(seconds)", remedy: "wait longer with --timeout")
    case .unusableAddress, .addressInUse:
      return .usage("\(error)", remedy: "check the name or path given with --host or --socket")
    case .frame, .message, .unexpectedFrame:
      return CommandError(
        .failed, "what answers at \(address.place) does not speak as a knowledge service: \(error)",
        remedy: "compare knowledge version with knowledge health")
    }
  }
}

/// A bulk import on a connection.
private struct RPCImportStream: ImportStream {
  private let stream: BulkImportStream
  private let service: RPCService

  init(_ stream: BulkImportStream, service: RPCService) {
    self.stream = stream
    self.service = service
  }

  func send(_ batch: ImportBatch) throws(CommandError) -> [ImportAck] {
    try service.translating { () throws(RPCError) in try stream.send(batch) }
  }

  func acknowledgements(timeoutMilliseconds: Int) throws(CommandError) -> [ImportAck] {
    try service.translating { () throws(RPCError) in
      try stream.acknowledgements(timeoutMilliseconds: timeoutMilliseconds)
    }
  }

  func finish() throws(CommandError) -> [ImportAck] {
    try service.translating { () throws(RPCError) in try stream.finish().acks }
  }
}

extension RPCError {
  /// Whether nothing more can be asked on the connection.
  fileprivate var endsConnection: Bool {
    switch self {
    case .refused(let reply): reply.code == .shuttingDown || reply.code == .protocolViolation
    case .deadlineExceeded, .message: false
    default: true
    }
  }
}

extension CommandError {
  /// What a service's refusal means to the user of the command line.
  init(refusal reply: ErrorReply) {
    let exit: ExitCode =
      switch reply.code {
      case .notFound, .alreadyExists, .stale: .exceptions
      case .invalidArgument, .dimensionMismatch, .frameTooLarge: .usage
      case .unavailable, .shuttingDown, .timedOut, .deadlineExceeded: .unreachable
      default: .failed
      }
    self.init(
      exit, DisplayText.cleaned(reply.message.withoutFullStop),
      remedy: DisplayText.cleaned(reply.remediation))
  }
}

extension String {
  fileprivate var withoutFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}

import CommandInterface
import KnowledgeService
import Platform
import RPC

/// A request whose answer can be asked to hold a transaction, or what an earlier answer reflected.
protocol DemandingRequest: ProtoMessage {
  var minXID: UInt64 { get set }
  var minPosition: Position? { get set }
  var waitMilliseconds: UInt32 { get set }
}

extension SearchRequest: DemandingRequest {}
extension HybridRequest: DemandingRequest {}
extension MatchRequest: DemandingRequest {}
extension SpellRequest: DemandingRequest {}
extension GetRequest: DemandingRequest {}

extension Context {
  /// Asks with what `--min-xid` and `--min-position` demand. The service has the last word on
  /// whether it came, so we wait a little longer than it does.
  func ask<Reply: ProtoMessage>(
    _ method: RPC.Method, _ request: some DemandingRequest, for reply: Reply.Type,
    _ arguments: Arguments, _ address: ServiceAddress
  ) throws(CommandError) -> Reply {
    var request = request
    request.minXID = try arguments.transaction("min-xid")
    request.minPosition = try arguments.position("min-position")
    guard request.minXID != 0 || request.minPosition != nil else {
      return try connect(address).call(method, request, for: reply)
    }
    request.waitMilliseconds = UInt32(address.timeoutMilliseconds)
    let service = try connect(address)
    do throws(CommandError) {
      return try service.call(
        method, request, for: reply, timeoutMilliseconds: address.timeoutMilliseconds + 1_000)
    } catch {
      guard error.exit == .exceptions else { throw error }
      throw CommandError(
        error.exit, error.message,
        remedy: "compare it with what the write or the earlier answer reported; where that is "
          + "right, knowledge health tells how far the service has come")
    }
  }

  /// Prints an answer as `--json` asks, or in lines, and says where it is stale.
  func show(
    _ reply: some DatedAnswer, _ arguments: Arguments, json: () -> JSONWriter,
    lines: (_ columns: Int, _ style: Style) -> [String]
  ) {
    if arguments.isSet("json") {
      console.print(json: json())
    } else {
      console.print(lines: lines(console.columns, console.style))
    }
    if reply.isStale { console.remark(AnswerOutput.staleRemark) }
  }
}

extension Arguments {
  /// A position as `--json` shows it, its two parts joined by `@`; nil where the flag is not given.
  func position(_ name: String) throws(CommandError) -> Position? {
    guard let text = text(name) else { return nil }
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts[0].utf8.count(where: { $0 == UInt8(ascii: ":") }) == 2,
      parts.count == 1 || UInt64(parts[1]) != nil
    else {
      throw .usage(
        "--\(name) must be a position such as 740:744:741@7412345678901234567, not "
          + quoted(text),
        remedy: "--json of a search shows it: position.snapshot, @, position.system_identifier")
    }
    return Position(
      snapshot: String(parts[0]), systemIdentifier: parts.count == 1 ? "" : String(parts[1]))
  }

  /// A transaction's number; 0 where the flag is not given.
  func transaction(_ name: String) throws(CommandError) -> UInt64 {
    guard let text = text(name) else { return 0 }
    guard let value = UInt64(text), value > 0 else {
      throw .usage("--\(name) must be a transaction's number, not \(quoted(text))")
    }
    return value
  }
}

import CommandInterface
import Platform
import Truth

/// With whom to converse, as whom, and where what it needs is.
struct ConversationRequest: Sendable {
  /// The tenant.
  let business: UUID
  /// Who writes, as the channel `cli` knows them.
  let customer: String
  /// Conversations of different sessions are different ones.
  let session: String
  /// Of the database.
  let connectionInfo: String
  /// The knowledge service.
  let knowledge: ServiceAddress

  /// The flags that say it.
  static let flags = FlagGroup(
    "",
    [
      BusinessChoice.flag,
      Flag(
        "customer", .text("NAME"), "write as this customer; the same name is the same customer",
        environment: "AGENT_CUSTOMER", fallback: "cli"),
    ])

  /// - Parameter session: Conversations of different sessions are different ones.
  static func of(
    _ arguments: Arguments, _ context: Context, session: String
  ) throws(CommandError) -> ConversationRequest {
    let address = try DatabaseAddress.of(arguments, context)
    let business = try BusinessChoice.one(arguments, context.desk(address))
    let knowledge = try knowledge(arguments, context)
    return ConversationRequest(
      business: business.businessID, customer: arguments.text("customer") ?? "cli",
      session: session, connectionInfo: address, knowledge: knowledge)
  }

  /// Where the knowledge service is.
  static func knowledge(
    _ arguments: Arguments, _ context: Context
  ) throws(CommandError) -> ServiceAddress {
    try ServiceAddress.of(
      Arguments(
        values: ["data": arguments.all("data"), "socket": arguments.all("socket")]
          .filter { !$0.value.isEmpty }, operands: []), context)
  }

  /// The same customer in another session.
  func inSession(_ session: String) -> ConversationRequest {
    ConversationRequest(
      business: business, customer: customer, session: session, connectionInfo: connectionInfo,
      knowledge: knowledge)
  }
}

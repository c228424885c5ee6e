import Agent
import Platform
import Postgres
import Truth

/// Something that happened.
public struct EventRecord: Sendable, Equatable {
  /// Its id.
  public var id: UUID
  /// Such as `stage_selected` or `button_clicked`; 1 to 100 bytes.
  public var type: String
  /// An object, at most 64 KiB as JSON.
  public var details: JSON
  /// Whom it is about; nil for nobody.
  public var userID: UUID?
  /// Where it happened; nil for nowhere.
  public var conversationID: UUID?
  /// Microseconds since 1970.
  public var timestamp: Int64

  /// - Parameters: As the properties say; `timestamp` 0 stands for now.
  public init(
    id: UUID = .timeOrdered(), type: String, details: JSON = .object([]), userID: UUID? = nil,
    conversationID: UUID? = nil, timestamp: Int64 = 0
  ) {
    self.id = id
    self.type = type
    self.details = details
    self.userID = userID
    self.conversationID = conversationID
    self.timestamp = timestamp
  }
}

extension AgentStore {
  /// Keeps an event; one whose id is there already stays as it is.
  ///
  /// - Throws: ``TruthError``: `.invalid` with the field, also where the user or the conversation
  ///   is none of the business's; or `.postgres`.
  public func record(_ event: EventRecord, business: UUID) throws(TruthError) {
    try Check.text(event.type, "type", 1...100)
    try Check.json(event.details, "details", kind: "object", limit: 65_536)
    do throws(TruthError) {
      try transaction(for: business) { (connection) throws(PostgresError) in
        _ = try connection.prepared(
          """
          insert into events
            (business_id, event_id, user_id, conversation_id, type, details, event_timestamp)
          values ($1, $2, $3, $4, $5, $6::json, coalesce($7, clock_timestamp()))
          on conflict do nothing
          """,
          [
            .uuid(business), .uuid(event.id), .optional(event.userID),
            .optional(event.conversationID), .text(event.type), .text(event.details.description),
            .optionalMoment(event.timestamp == 0 ? nil : event.timestamp),
          ])
      }
    } catch {
      if case .postgres(let refusal) = error, refusal.code == .foreignKeyViolation {
        throw .invalid(
          field: "event", reason: "the business has no such user or conversation, or is unknown")
      }
      throw error
    }
  }

  /// Events, newest first.
  ///
  /// - Parameters:
  ///   - business: The tenant.
  ///   - type: Only of this type; nil for all.
  ///   - conversation: Only of this conversation; nil for all.
  ///   - offset: How many to pass over.
  ///   - limit: How many, at most 1,000.
  /// - Throws: ``TruthError``.
  public func events(
    business: UUID, type: String? = nil, conversation: UUID? = nil, offset: Int = 0,
    limit: Int = 100
  ) throws(TruthError) -> [EventRecord] {
    if type?.utf8.contains(0) == true { return [] }
    var filter = Filter(business)
    if let type { filter.add("e.type = ", .text(type)) }
    if let conversation { filter.add("e.conversation_id = ", .uuid(conversation)) }
    let page = filter.page(offset, limit)
    return try transaction(for: business) { (connection) throws(PostgresError) in
      try connection.prepared(
        """
        select e.event_id, e.type, e.details, e.user_id, e.conversation_id, e.event_timestamp
        from events e where e.business_id = $1 \(filter.sql)
        order by e.event_timestamp desc, e.event_id desc \(page)
        """, filter.parameters
      ).map { (rows, row) throws(PostgresError) in
        EventRecord(
          id: try rows.value(row, 0), type: try rows.value(row, 1),
          details: try Coding.json(rows, row, 2), userID: try rows.optional(row, 3),
          conversationID: try rows.optional(row, 4), timestamp: try Coding.time(rows, row, 5))
      }
    }
  }

  /// Deletes an event.
  ///
  /// - Returns: Whether the business had one of this id.
  /// - Throws: ``TruthError``.
  @discardableResult
  public func deleteEvent(_ id: UUID, business: UUID) throws(TruthError) -> Bool {
    try transaction(for: business) { (connection) throws(PostgresError) in
      try connection.prepared(
        "delete from events where business_id = $1 and event_id = $2",
        [.uuid(business), .uuid(id)]
      ).affectedCount > 0
    }
  }
}

/// Conditions of a listing, with their parameters; `$1` is the business.
struct Filter {
  private(set) var sql = ""
  private(set) var parameters: [PostgresValue]

  init(_ business: UUID) { parameters = [.uuid(business)] }

  /// - Parameter condition: Up to the parameter, such as `c.status = `.
  mutating func add(_ condition: String, _ value: PostgresValue) {
    parameters.append(value)
    sql += "and \(condition)$\(parameters.count) "
  }

  /// The end of the statement; adds its parameters, so it comes last.
  mutating func page(_ offset: Int, _ limit: Int) -> String {
    parameters += [Check.limit(limit), .int8(Int64(max(0, offset)))]
    return "limit $\(parameters.count - 1) offset $\(parameters.count)"
  }
}

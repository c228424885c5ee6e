import Agent
import Platform
import Postgres

/// Rows as values, each with the columns that it reads.
extension Conversation {
  /// Of a table or alias `c`.
  static let columns = """
    c.conversation_id, c.business_id, c.user_id, c.agent_id, c.stage_id, c.session_id, c.channel,
    c.status, c.language, c.epoch, c.start_time, c.last_updated
    """
  /// How many ``columns`` are.
  static let columnCount = 12

  init(_ rows: PostgresRows, _ row: Int) throws(PostgresError) {
    self.init(
      id: try rows.value(row, 0), businessID: try rows.value(row, 1),
      userID: try rows.value(row, 2), agentID: try rows.optional(row, 3),
      stageID: try rows.optional(row, 4), sessionID: try rows.value(row, 5),
      channel: try rows.value(row, 6), status: try Coding.raw(rows, row, 7),
      language: try rows.value(row, 8), epoch: try rows.value(row, 9),
      startedAt: try Coding.time(rows, row, 10), updatedAt: try Coding.time(rows, row, 11))
  }
}

extension Message {
  /// Of a table or alias `m`.
  static let columns = "m.message_id, m.sender_type, m.message_content, m.created_at, m.epoch"
  /// How many ``columns`` are.
  static let columnCount = 5

  init(_ rows: PostgresRows, _ row: Int, from first: Int = 0) throws(PostgresError) {
    self.init(
      id: try rows.value(row, first), sender: try Coding.raw(rows, row, first + 1),
      content: try rows.value(row, first + 2), createdAt: try Coding.time(rows, row, first + 3),
      epoch: try rows.value(row, first + 4))
  }
}

extension Order {
  /// Of a table or alias `o`.
  static let columns = """
    o.order_id, coalesce(o.order_number, ''), o.status, coalesce(o.amount::text, ''), o.currency,
    o.lines, o.created_at
    """

  init(_ rows: PostgresRows, _ row: Int) throws(PostgresError) {
    self.init(
      id: try rows.value(row, 0), number: try rows.value(row, 1), status: try rows.value(row, 2),
      amount: try rows.value(row, 3), currency: try rows.value(row, 4),
      lines: try Coding.json(rows, row, 5), createdAt: try Coding.time(rows, row, 6))
  }
}

extension Appointment {
  /// Of a table or alias `a`.
  static let columns = "a.appointment_id, a.service, a.status, a.starts_at, a.ends_at"

  init(_ rows: PostgresRows, _ row: Int) throws(PostgresError) {
    self.init(
      id: try rows.value(row, 0), service: try rows.value(row, 1),
      status: try rows.value(row, 2), startsAt: try Coding.time(rows, row, 3),
      endsAt: try Coding.optionalTime(rows, row, 4))
  }
}

extension PostgresRows {
  /// Each row as a value, in order.
  func map<Value>(
    _ value: (PostgresRows, Int) throws(PostgresError) -> Value
  ) throws(PostgresError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(count)
    for row in 0..<count { values.append(try value(self, row)) }
    return values
  }

  /// The first row as a value; nil where there is none.
  func first<Value>(
    _ value: (PostgresRows, Int) throws(PostgresError) -> Value
  ) throws(PostgresError) -> Value? {
    count == 0 ? nil : try value(self, 0)
  }
}

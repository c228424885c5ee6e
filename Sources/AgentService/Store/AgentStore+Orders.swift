import Agent
import Platform
import Postgres
import Truth

/// A stored row with the customer whose it is.
public struct Owned<Row: Sendable & Equatable>: Sendable, Equatable {
  /// The customer.
  public var userID: UUID
  /// The row.
  public var row: Row
}

extension AgentStore {
  // MARK: Orders

  /// Stores an order: a new one, or instead of the one with its id.
  ///
  /// - Parameters:
  ///   - order: `number` is unique within the business unless it is empty; `amount` is empty or a
  ///     number with at most 4 places; `createdAt` 0 stands for now.
  ///   - user: The customer.
  ///   - business: The tenant.
  /// - Throws: ``TruthError``: `.invalid` with the field, or `.postgres`.
  public func put(_ order: Order, of user: UUID, business: UUID) throws(TruthError) {
    try Check.text(order.number, "order_number", 0...AgentLimits.nameByteCount)
    try Check.text(order.status, "status", 1...100)
    guard order.amount.isEmpty || Self.isAmount(order.amount) else {
      throw .invalid(
        field: "amount", reason: "is no number such as 129.00 with at most 14 digits and 4 places")
    }
    let isCurrency =
      order.currency.utf8.count == 3
      && order.currency.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    guard order.currency.isEmpty || isCurrency else {
      throw .invalid(field: "currency", reason: "is no ISO 4217 code such as EUR")
    }
    try Check.json(order.lines, "lines", kind: "array", limit: 262_144)
    try put(
      business, user: user,
      """
      insert into orders as o (business_id, order_id, user_id, order_number, status, amount,
        currency, lines, created_at)
      values ($1, $2, $3, nullif($4, ''), $5, nullif($6::text, '')::numeric, $7, $8::json,
        coalesce($9, now()))
      on conflict (business_id, order_id) do update
      set user_id = excluded.user_id, order_number = excluded.order_number,
        status = excluded.status, amount = excluded.amount, currency = excluded.currency,
        lines = excluded.lines, created_at = coalesce($9, o.created_at), updated_at = now()
      """,
      [
        .uuid(order.id), .uuid(user), .text(order.number), .text(order.status),
        .text(order.amount), .text(order.currency), .text(order.lines.description),
        .optionalMoment(order.createdAt == 0 ? nil : order.createdAt),
      ])
  }

  /// An order by id; nil where the business has none of this id.
  ///
  /// - Throws: ``TruthError``.
  public func order(_ id: UUID, business: UUID) throws(TruthError) -> Owned<Order>? {
    try list(
      """
      select \(Order.columns), o.user_id from orders o
      where o.business_id = $1 and o.order_id = $2
      """,
      [.uuid(business), .uuid(id)], business, userColumn: 7, Order.init
    ).first
  }

  /// Orders, newest first.
  ///
  /// - Parameters:
  ///   - business: The tenant.
  ///   - user: Only this customer's; nil for all.
  ///   - offset: How many to pass over.
  ///   - limit: How many, at most 1,000.
  /// - Throws: ``TruthError``.
  public func orders(
    business: UUID, user: UUID? = nil, offset: Int = 0, limit: Int = 100
  ) throws(TruthError) -> [Owned<Order>] {
    try list(
      """
      select \(Order.columns), o.user_id from orders o
      where o.business_id = $1 \(user == nil ? "" : "and o.user_id = $4")
      order by o.created_at desc, o.order_id desc limit $2 offset $3
      """, Self.page(business, offset, limit, user), business, userColumn: 7, Order.init)
  }

  /// - Returns: Whether the business had an order of this id.
  /// - Throws: ``TruthError``.
  @discardableResult
  public func deleteOrder(_ id: UUID, business: UUID) throws(TruthError) -> Bool {
    try delete("orders", "order_id", id, business)
  }

  // MARK: Appointments

  /// Stores an appointment: a new one, or instead of the one with its id.
  ///
  /// - Throws: ``TruthError``: `.invalid` with the field, or `.postgres`.
  public func put(
    _ appointment: Appointment, of user: UUID, business: UUID
  ) throws(TruthError) {
    try Check.text(appointment.service, "service", 1...4000)
    try Check.text(appointment.status, "status", 1...100)
    if let end = appointment.endsAt, end < appointment.startsAt {
      throw .invalid(field: "ends_at", reason: "is before starts_at")
    }
    try put(
      business, user: user,
      """
      insert into appointments (business_id, appointment_id, user_id, service, status, starts_at,
        ends_at)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (business_id, appointment_id) do update
      set user_id = excluded.user_id, service = excluded.service, status = excluded.status,
        starts_at = excluded.starts_at, ends_at = excluded.ends_at, updated_at = now()
      """,
      [
        .uuid(appointment.id), .uuid(user), .text(appointment.service),
        .text(appointment.status), Coding.moment(appointment.startsAt),
        .optionalMoment(appointment.endsAt),
      ])
  }

  /// An appointment by id; nil where the business has none of this id.
  ///
  /// - Throws: ``TruthError``.
  public func appointment(
    _ id: UUID, business: UUID
  ) throws(TruthError) -> Owned<Appointment>? {
    try list(
      """
      select \(Appointment.columns), a.user_id from appointments a
      where a.business_id = $1 and a.appointment_id = $2
      """, [.uuid(business), .uuid(id)], business, userColumn: 5, Appointment.init
    ).first
  }

  /// Appointments, latest first.
  ///
  /// - Parameters: As those of ``orders(business:user:offset:limit:)``.
  /// - Throws: ``TruthError``.
  public func appointments(
    business: UUID, user: UUID? = nil, offset: Int = 0, limit: Int = 100
  ) throws(TruthError) -> [Owned<Appointment>] {
    try list(
      """
      select \(Appointment.columns), a.user_id from appointments a
      where a.business_id = $1 \(user == nil ? "" : "and a.user_id = $4")
      order by a.starts_at desc, a.appointment_id desc limit $2 offset $3
      """, Self.page(business, offset, limit, user), business, userColumn: 5, Appointment.init)
  }

  /// - Returns: Whether the business had an appointment of this id.
  /// - Throws: ``TruthError``.
  @discardableResult
  public func deleteAppointment(_ id: UUID, business: UUID) throws(TruthError) -> Bool {
    try delete("appointments", "appointment_id", id, business)
  }

  // MARK: Shared

  /// Digits, perhaps with a sign, a point and at most 4 places: what `numeric` takes as it stands.
  private static func isAmount(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    let isDigits = parts.allSatisfy { part in
      part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    return isDigits && parts.count <= 2 && (1...14).contains(parts[0].utf8.count)
      && (parts.count == 1 || (1...4).contains(parts[1].utf8.count))
  }

  private static func page(
    _ business: UUID, _ offset: Int, _ limit: Int, _ user: UUID?
  ) -> [PostgresValue] {
    [.uuid(business), Check.limit(limit), .int8(Int64(max(0, offset)))]
      + (user.map { [.uuid($0)] } ?? [])
  }

  private func put(
    _ business: UUID, user: UUID, _ sql: String, _ parameters: [PostgresValue]
  ) throws(TruthError) {
    do throws(TruthError) {
      try transaction(for: business) { (connection) throws(PostgresError) in
        _ = try connection.prepared(sql, [.uuid(business)] + parameters)
      }
    } catch {
      guard case .postgres(let refusal) = error else { throw error }
      switch refusal.code {
      case .foreignKeyViolation:
        throw .invalid(field: "user_id", reason: "the business has no user \(user)")
      case .uniqueViolation:
        throw .invalid(field: "order_number", reason: "is another order's already")
      default: throw error
      }
    }
  }

  private func list<Row>(
    _ sql: String, _ parameters: [PostgresValue], _ business: UUID, userColumn: Int,
    _ row: (PostgresRows, Int) throws(PostgresError) -> Row
  ) throws(TruthError) -> [Owned<Row>] {
    try transaction(for: business) { (connection) throws(PostgresError) in
      try connection.prepared(sql, parameters).map { (rows, index) throws(PostgresError) in
        Owned(userID: try rows.value(index, userColumn), row: try row(rows, index))
      }
    }
  }

  private func delete(
    _ table: String, _ key: String, _ id: UUID, _ business: UUID
  ) throws(TruthError) -> Bool {
    try transaction(for: business) { (connection) throws(PostgresError) in
      try connection.prepared(
        "delete from \(table) where business_id = $1 and \(key) = $2",
        [.uuid(business), .uuid(id)]
      ).affectedCount > 0
    }
  }
}

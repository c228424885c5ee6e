import Agent
import Platform
import Postgres
import Truth

/// What may be changed of a person.
public struct UserDraft: Sendable, Equatable {
  /// What somebody may do.
  public enum Role: String, Sendable, CaseIterable { case customer, agent, admin, owner }

  /// At most 400 bytes.
  public var firstName: String
  /// At most 400 bytes.
  public var lastName: String
  /// Unique within the business, whatever its case; nil for none.
  public var email: String?
  /// Unique within the business; nil for none.
  public var username: String?
  /// What they may do.
  public var role: Role

  /// - Parameters: As the properties say.
  public init(
    firstName: String = "", lastName: String = "", email: String? = nil, username: String? = nil,
    role: Role = .customer
  ) {
    self.firstName = firstName
    self.lastName = lastName
    self.email = email
    self.username = username
    self.role = role
  }
}

/// Who somebody is on a channel.
public struct UserIdentity: Sendable, Hashable {
  /// Such as `whatsapp`.
  public var channel: String
  /// Such as a phone number.
  public var identity: String

  /// - Parameters: As the properties say.
  public init(channel: String, identity: String) {
    self.channel = channel
    self.identity = identity
  }
}

/// A person of a business: a customer or somebody who works there.
public struct UserRecord: Sendable, Equatable {
  /// Their id.
  public var id: UUID
  /// What may be changed.
  public var draft: UserDraft
  /// Who they are on which channel, by channel and identity.
  public var identities: [UserIdentity]
  /// Microseconds since 1970.
  public var createdAt: Int64

  /// Of a table or alias `u`.
  fileprivate static let columns = """
    u.user_id, u.first_name, u.last_name, u.email, u.username, u.role, u.created_at,
    array(select i.channel || ' ' || i.identity from user_identities i
      where i.business_id = u.business_id and i.user_id = u.user_id
      order by i.channel collate "C", i.identity collate "C")
    """

  fileprivate init(_ rows: PostgresRows, _ row: Int) throws(PostgresError) {
    id = try rows.value(row, 0)
    draft = UserDraft(
      firstName: try rows.value(row, 1), lastName: try rows.value(row, 2),
      email: try rows.optional(row, 3), username: try rows.optional(row, 4),
      role: try Coding.raw(rows, row, 5))
    createdAt = try Coding.time(rows, row, 6)
    identities = []
    for text in try rows.value(row, 7, as: [String].self) {
      // A channel's name has no space in it.
      guard let space = text.utf8.firstIndex(of: UInt8(ascii: " ")) else { continue }
      identities.append(
        UserIdentity(
          channel: String(text[..<space]), identity: String(text[text.utf8.index(after: space)...]))
      )
    }
  }
}

extension AgentStore {
  /// Creates a person.
  ///
  /// - Parameters:
  ///   - draft: What is known of them.
  ///   - identities: Who they are on which channel; at most 20.
  ///   - business: The tenant.
  /// - Throws: ``TruthError``: `.invalid` with the field that is not in order or taken,
  ///   `.unknownBusiness`, or `.postgres`.
  public func createUser(
    _ draft: UserDraft, identities: [UserIdentity] = [], business: UUID
  ) throws(TruthError) -> UserRecord {
    try check(draft, identities)
    let user = try namingWhatIsTaken(business) { () throws(TruthError) in
      try transaction(for: business) { (connection) throws(PostgresError) in
        let id = UUID.timeOrdered()
        try connection.pipeline(
          [
            .init(
              """
              insert into users (business_id, user_id, first_name, last_name, email, username, role)
              values ($1, $2, $3, $4, $5, $6, $7)
              """, [.uuid(business), .uuid(id)] + draft.parameters)
          ] + identities.map { Self.link($0, id, business) })
        return try Self.user(id, business, &connection)
      }
    }
    guard let user else { throw .unknownBusiness(business.description) }
    return user
  }

  /// A person by id; nil where the business has none of this id.
  ///
  /// - Throws: ``TruthError``.
  public func user(_ id: UUID, business: UUID) throws(TruthError) -> UserRecord? {
    try transaction(for: business) { (connection) throws(PostgresError) in
      try Self.user(id, business, &connection)
    }
  }

  /// A person by who they are on a channel; nil where nobody of the business is.
  ///
  /// - Throws: ``TruthError``.
  public func user(_ identity: UserIdentity, business: UUID) throws(TruthError) -> UserRecord? {
    if identity.channel.utf8.contains(0) || identity.identity.utf8.contains(0) { return nil }
    return try transaction(for: business) { (connection) throws(PostgresError) in
      try connection.prepared(
        """
        select \(UserRecord.columns) from user_identities x
          join users u on u.business_id = x.business_id and u.user_id = x.user_id
        where x.business_id = $1 and x.channel = $2 and x.identity = $3
        """, [.uuid(business), .text(identity.channel), .text(identity.identity)]
      ).first { (rows, row) throws(PostgresError) in try UserRecord(rows, row) }
    }
  }

  /// People in the order of their ids.
  ///
  /// - Parameters:
  ///   - business: The tenant.
  ///   - last: Begins after this id; nil begins with the first.
  ///   - limit: How many, at most 1,000.
  /// - Throws: ``TruthError``.
  public func users(
    business: UUID, after last: UUID? = nil, limit: Int = 100
  ) throws(TruthError) -> [UserRecord] {
    try transaction(for: business) { (connection) throws(PostgresError) in
      try connection.prepared(
        """
        select \(UserRecord.columns) from users u where u.business_id = $1 and u.user_id > $2
        order by u.user_id limit $3
        """, [.uuid(business), .uuid(last ?? .zero), Check.limit(limit)]
      ).map { (rows, row) throws(PostgresError) in try UserRecord(rows, row) }
    }
  }

  /// Makes what is known of a person this.
  ///
  /// - Returns: Nil where the business has none of this id.
  /// - Throws: ``TruthError``, as ``createUser(_:identities:business:)``.
  public func updateUser(
    _ id: UUID, _ draft: UserDraft, business: UUID
  ) throws(TruthError) -> UserRecord? {
    try check(draft, [])
    return try namingWhatIsTaken(business) { () throws(TruthError) in
      try transaction(for: business) { (connection) throws(PostgresError) in
        try connection.prepared(
          """
          update users set first_name = $3, last_name = $4, email = $5, username = $6, role = $7,
            updated_at = now()
          where business_id = $1 and user_id = $2
          """, [.uuid(business), .uuid(id)] + draft.parameters)
        return try Self.user(id, business, &connection)
      }
    }
  }

  /// Lets an identity be this person; messages that come in by it are theirs from now on.
  ///
  /// - Returns: Nil where the business has nobody of this id.
  /// - Throws: ``TruthError``, as ``createUser(_:identities:business:)``.
  public func addIdentity(
    _ identity: UserIdentity, to id: UUID, business: UUID
  ) throws(TruthError) -> UserRecord? {
    try check(UserDraft(), [identity])
    do throws(TruthError) {
      return try namingWhatIsTaken(business) { () throws(TruthError) in
        try transaction(for: business) { (connection) throws(PostgresError) in
          let link = Self.link(identity, id, business)
          try connection.prepared(link.sql, link.parameters)
          return try Self.user(id, business, &connection)
        }
      }
    } catch {
      if case .unknownBusiness = error { return nil }
      throw error
    }
  }

  /// Deletes a person with their conversations, orders and all else of theirs.
  ///
  /// - Returns: Whether the business had one of this id.
  /// - Throws: ``TruthError``.
  /// - Complexity: O(rows of theirs).
  @discardableResult
  public func deleteUser(_ id: UUID, business: UUID) throws(TruthError) -> Bool {
    try transaction(for: business) { (connection) throws(PostgresError) in
      try connection.prepared(
        "delete from users where business_id = $1 and user_id = $2", [.uuid(business), .uuid(id)]
      ).affectedCount > 0
    }
  }

  private static func user(
    _ id: UUID, _ business: UUID, _ connection: inout PostgresConnection
  ) throws(PostgresError) -> UserRecord? {
    try connection.prepared(
      "select \(UserRecord.columns) from users u where u.business_id = $1 and u.user_id = $2",
      [.uuid(business), .uuid(id)]
    ).first { (rows, row) throws(PostgresError) in try UserRecord(rows, row) }
  }

  private static func link(
    _ identity: UserIdentity, _ id: UUID, _ business: UUID
  ) -> PostgresConnection.Statement {
    .init(
      """
      insert into user_identities (business_id, channel, identity, user_id)
      values ($1, $2, $3, $4)
      """, [.uuid(business), .text(identity.channel), .text(identity.identity), .uuid(id)])
  }

  private func check(
    _ draft: UserDraft, _ identities: [UserIdentity]
  ) throws(TruthError) {
    try Check.text(draft.firstName, "first_name", 0...AgentLimits.nameByteCount)
    try Check.text(draft.lastName, "last_name", 0...AgentLimits.nameByteCount)
    try Check.text(draft.email, "email", 3...AgentLimits.nameByteCount)
    if let email = draft.email, !email.dropFirst().dropLast().contains("@") {
      throw .invalid(field: "email", reason: "is no address such as name@example.com")
    }
    try Check.text(draft.username, "username", 1...AgentLimits.nameByteCount)
    guard identities.count <= 20 else {
      throw .invalid(field: "identities", reason: "are \(identities.count); 20 are allowed")
    }
    for identity in identities {
      try Check.channel(identity.channel)
      try Check.text(identity.identity, "identity", 1...AgentLimits.nameByteCount)
    }
  }

  /// Says which field another row has already.
  private func namingWhatIsTaken<Value>(
    _ business: UUID, _ body: () throws(TruthError) -> Value
  ) throws(TruthError) -> Value {
    do throws(TruthError) { return try body() } catch {
      guard case .postgres(let refusal) = error else { throw error }
      switch refusal.code {
      case .foreignKeyViolation: throw .unknownBusiness(business.description)
      case .uniqueViolation:
        let field =
          refusal.message.contains("users_email")
          ? "email" : refusal.message.contains("users_username") ? "username" : "identity"
        throw .invalid(field: field, reason: "is somebody else's already")
      default: throw error
      }
    }
  }
}

extension UserDraft {
  fileprivate var parameters: [PostgresValue] {
    [
      .text(firstName), .text(lastName), .optional(email), .optional(username),
      .text(role.rawValue),
    ]
  }
}

import Platform
import Postgres

/// A tenant.
public struct BusinessRecord: Equatable, Sendable {
  /// Its id, which stands in every row, key, file and frame.
  public var businessID: UUID
  /// Unique among businesses.
  public var name: String
  /// May be empty.
  public var description: String
  /// Microseconds since 1970.
  public var createdAt: Int64
}

/// A key as it is shown once, when it is made.
public struct NewAPIKey: Sendable {
  /// The key's id, to revoke it by.
  public let keyID: UUID
  /// The secret: `knw_`, 12 hexadecimal digits that find it, `_`, 64 that prove it.
  public let secret: String
}

extension EntryStore {
  /// Creates a business.
  ///
  /// - Throws: ``TruthError``: `.invalid` where the name is empty, too long or taken.
  public func createBusiness(
    named name: String, description: String = ""
  ) throws(TruthError) -> BusinessRecord {
    try creatingBusiness(name, description) { record, _ in record }
  }

  /// Creates a business and its first key, both or neither.
  ///
  /// - Throws: As ``createBusiness(named:description:)``.
  public func createBusiness(
    named name: String, description: String = "", keyLabel: String
  ) throws(TruthError) -> (business: BusinessRecord, key: NewAPIKey) {
    try creatingBusiness(name, description) { (record, connection) throws(PostgresError) in
      let key = try Self.insertAPIKey(
        business: record.businessID, label: keyLabel, &connection)
      return (record, key)
    }
  }

  private func creatingBusiness<Value>(
    _ name: String, _ description: String,
    _ body: (BusinessRecord, inout PostgresConnection) throws(PostgresError) -> Value
  ) throws(TruthError) -> Value {
    let limit = EntryLimits.businessNameByteCount
    guard (1...limit).contains(name.utf8.count), !name.utf8.contains(0),
      !description.utf8.contains(0)
    else {
      throw .invalid(field: "business_name", reason: "needs 1 to \(limit) bytes without NUL")
    }
    do throws(TruthError) {
      return try operatorTransaction { (connection) throws(TruthError) in
        try wrap { () throws(PostgresError) in
          let rows = try connection.query(
            """
            insert into businesses (business_name, business_description) values ($1, $2)
            returning business_id, business_name, business_description, created_at
            """, [.text(name), .text(description)])
          return try body(try BusinessRecord(rows, 0), &connection)
        }
      }
    } catch {
      if case .postgres(let refusal) = error, refusal.code == .uniqueViolation {
        throw .invalid(field: "business_name", reason: "\"\(name)\" exists already")
      }
      throw error
    }
  }

  /// All businesses in the order of their names.
  ///
  /// - Throws: ``TruthError``.
  public func businesses() throws(TruthError) -> [BusinessRecord] {
    try operatorTransaction { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        let rows = try connection.query(
          """
          select business_id, business_name, business_description, created_at from businesses
          order by business_name collate "C"
          """)
        return try (0..<rows.count).map { (row) throws(PostgresError) in
          try BusinessRecord(rows, row)
        }
      }
    }
  }

  /// The business with this name or, where the text is a UUID, with this id.
  ///
  /// - Throws: ``TruthError``: `.unknownBusiness`.
  public func business(_ nameOrID: String) throws(TruthError) -> BusinessRecord {
    let found = try operatorTransaction { (connection) throws(TruthError) -> BusinessRecord? in
      if nameOrID.utf8.contains(0) { return nil }
      return try wrap { () throws(PostgresError) in
        let rows = try connection.query(
          """
          select business_id, business_name, business_description, created_at from businesses
          where business_name = $1 or business_id = $2 order by business_name = $1 desc
          """, [.text(nameOrID), .optional(UUID(nameOrID))])
        return rows.count == 0 ? nil : try BusinessRecord(rows, 0)
      }
    }
    guard let found else { throw .unknownBusiness(nameOrID) }
    return found
  }

  // MARK: Keys

  /// Makes a key for a business. The database keeps only its hash.
  ///
  /// - Throws: ``TruthError``: `.unknownBusiness`.
  public func createAPIKey(
    business: UUID, label: String = ""
  ) throws(TruthError) -> NewAPIKey {
    do throws(TruthError) {
      return try operatorTransaction { (connection) throws(TruthError) in
        try wrap { () throws(PostgresError) in
          try Self.insertAPIKey(business: business, label: label, &connection)
        }
      }
    } catch {
      if case .postgres(let refusal) = error, refusal.code == .foreignKeyViolation {
        throw .unknownBusiness(business.description)
      }
      throw error
    }
  }

  private static func insertAPIKey(
    business: UUID, label: String, _ connection: inout PostgresConnection
  ) throws(PostgresError) -> NewAPIKey {
    let prefix = hexadecimal(SecureRandom.bytes(6))
    let secret = "knw_" + prefix + "_" + hexadecimal(SecureRandom.bytes(32))
    let rows = try connection.query(
      """
      insert into knowledge_api_keys (business_id, prefix, key_hash, label)
      values ($1, $2, $3, $4) returning key_id
      """,
      [.uuid(business), .text(prefix), .bytes(SHA256.hash(Array(secret.utf8))), .text(label)])
    return NewAPIKey(keyID: try rows.value(0, 0), secret: secret)
  }

  /// The business that a key belongs to; nil where it is wrong, unknown or revoked. Compared in
  /// constant time, and an unknown key costs what a wrong one does.
  ///
  /// - Throws: ``TruthError/postgres(_:)``.
  public func business(forKey secret: String) throws(TruthError) -> UUID? {
    let parts = secret.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "knw", parts[1].utf8.count == 12,
      parts[2].utf8.count == 64, !secret.utf8.contains(0)
    else { return nil }
    let given = SHA256.hash(Array(secret.utf8))
    let found = try operatorTransaction {
      (connection) throws(TruthError) -> (business: UUID, hash: [UInt8])? in
      try wrap { () throws(PostgresError) in
        let rows = try connection.prepared(
          """
          select business_id, key_hash from knowledge_api_keys
          where prefix = $1 and revoked_at is null
          """, [.text(String(parts[1]))])
        return rows.count == 0 ? nil : (try rows.value(0, 0), try rows.value(0, 1))
      }
    }
    let expected = found?.hash ?? [UInt8](repeating: 0, count: 32)
    let isRight = constantTimeEqual(given, expected)
    return isRight ? found?.business : nil
  }

  /// The SHA-256 of every key in force of these businesses, in no order.
  ///
  /// - Throws: ``TruthError/postgres(_:)``.
  /// - Complexity: One index probe for each business.
  public func keyHashes(of businesses: [UUID]) throws(TruthError) -> [[UInt8]] {
    try operatorTransaction { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        let rows = try connection.prepared(
          """
          select key_hash from knowledge_api_keys
          where business_id = any($1) and revoked_at is null
          """, [.uuidArray(businesses)])
        return try (0..<rows.count).map { (row) throws(PostgresError) in try rows.value(row, 0) }
      }
    }
  }

  /// Revokes a key.
  ///
  /// - Returns: Whether there was such a key in force.
  /// - Throws: ``TruthError/postgres(_:)``.
  @discardableResult
  public func revokeAPIKey(_ keyID: UUID, business: UUID) throws(TruthError) -> Bool {
    try operatorTransaction { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        try connection.query(
          """
          update knowledge_api_keys set revoked_at = now()
          where business_id = $1 and key_id = $2 and revoked_at is null
          """, [.uuid(business), .uuid(keyID)]
        ).affectedCount > 0
      }
    }
  }
}

extension BusinessRecord {
  fileprivate init(_ rows: PostgresRows, _ row: Int) throws(PostgresError) {
    businessID = try rows.value(row, 0)
    name = try rows.value(row, 1)
    description = try rows.value(row, 2)
    createdAt = try rows.value(row, 3, as: PostgresTimestamp.self).unixMicroseconds
  }
}

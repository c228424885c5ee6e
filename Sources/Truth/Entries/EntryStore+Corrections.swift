import Platform
import Postgres

/// What became of one spelling correction: the words alone, and nothing around them.
public struct CorrectionRecord: Equatable, Sendable {
  /// Bytes of a word at most; two words that were joined count as one.
  public static let wordByteCount = 100

  /// What was written.
  public var original: String
  /// What was proposed.
  public var replacement: String
  /// `respelled`, `split` or `joined`.
  public var kind: String
  /// As it was said, 0…1.
  public var confidence: Float
  /// `accepted`, `rejected` or `changed`.
  public var outcome: String
  /// What was right instead; nil unless the outcome is `changed`.
  public var changedTo: String?
  /// BCP 47; may be empty.
  public var language: String

  /// Makes a record.
  public init(
    original: String, replacement: String, kind: String, confidence: Float, outcome: String,
    changedTo: String? = nil, language: String = ""
  ) {
    self.original = original
    self.replacement = replacement
    self.kind = kind
    self.confidence = confidence
    self.outcome = outcome
    self.changedTo = changedTo
    self.language = language
  }

  /// The first thing that the schema does not allow, or that is more than a word: a record must not
  /// hold what a customer wrote besides. Nil where all is well.
  public func violation() -> EntryViolation? {
    guard (0...1).contains(confidence) else {
      return EntryViolation("confidence", "is not 0 to 1")
    }
    if (outcome == "changed") != (changedTo != nil) {
      return EntryViolation(
        "changed_to", changedTo == nil ? "is missing" : "is only for the outcome changed")
    }
    if language.utf8.count > EntryLimits.languageByteCount || language.utf8.contains(0) {
      return EntryViolation("language", "is no language tag such as en")
    }
    return Self.check(original, "original") ?? Self.check(replacement, "replacement")
      ?? changedTo.flatMap { Self.check($0, "changed_to") }
  }

  private static func check(_ word: String, _ field: String) -> EntryViolation? {
    guard (1...wordByteCount).contains(word.utf8.count) else {
      return EntryViolation(
        field, "has \(word.utf8.count) bytes; send the word alone, 1 to \(wordByteCount)")
    }
    for scalar in word.unicodeScalars {
      let isNumber = scalar.properties.generalCategory == .decimalNumber
      if isNumber || scalar == "@" || scalar.value < 0x20 {
        return EntryViolation(field, "holds more than letters: codes and addresses are not kept")
      }
    }
    guard word.split(whereSeparator: \.isWhitespace).count <= 3 else {
      return EntryViolation(field, "has more than three words; send the correction alone")
    }
    return nil
  }
}

extension EntryStore {
  /// Keeps what became of corrections, in one transaction.
  ///
  /// - Parameters:
  ///   - records: Each without ``CorrectionRecord/violation()``.
  ///   - business: The tenant.
  /// - Returns: The transaction's id.
  /// - Throws: ``TruthError``: `.invalid` with the place of a record that is not in order,
  ///   `.unknownBusiness`, or `.postgres`.
  public func record(
    _ records: [CorrectionRecord], business: UUID
  ) throws(TruthError) -> UInt64? {
    for (place, record) in records.enumerated() {
      if let found = record.violation() {
        throw .invalid(field: "outcomes[\(place)].\(found.field)", reason: found.reason)
      }
    }
    if records.isEmpty { return nil }
    do throws(TruthError) {
      return try transaction(for: business) { (connection) throws(TruthError) in
        try wrap { () throws(PostgresError) in
          try connection.prepared(
            """
            insert into corrections (business_id, original, replacement, kind, confidence, outcome,
              changed_to, language)
            select $1, r.original, r.replacement, r.kind, r.confidence, r.outcome,
              nullif(r.changed_to, ''), r.language
            from unnest($2::text[], $3::text[], $4::text[], $5::real[], $6::text[], $7::text[],
              $8::text[]) as r (original, replacement, kind, confidence, outcome, changed_to,
              language)
            """,
            [
              .uuid(business), .textArray(records.map(\.original)),
              .textArray(records.map(\.replacement)), .textArray(records.map(\.kind)),
              .float4Array(records.map(\.confidence)), .textArray(records.map(\.outcome)),
              .textArray(records.map { $0.changedTo ?? "" }), .textArray(records.map(\.language)),
            ])
          return try transactionID(&connection)
        }
      }
    } catch {
      if case .postgres(let refusal) = error, refusal.code == .foreignKeyViolation {
        throw .unknownBusiness(business.description)
      }
      throw error
    }
  }

  /// The newest outcomes of a business's corrections, newest first.
  ///
  /// - Parameter limit: How many at most.
  /// - Throws: ``TruthError``.
  public func corrections(
    business: UUID, limit: Int
  ) throws(TruthError) -> [CorrectionRecord] {
    try transaction(for: business) { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        let rows = try connection.prepared(
          """
          select original, replacement, kind, confidence, outcome, changed_to, language
          from corrections where business_id = $1 order by created_at desc limit $2
          """, [.uuid(business), .int8(Int64(max(0, limit)))])
        return try (0..<rows.count).map { (row) throws(PostgresError) in
          CorrectionRecord(
            original: try rows.value(row, 0), replacement: try rows.value(row, 1),
            kind: try rows.value(row, 2), confidence: try rows.value(row, 3),
            outcome: try rows.value(row, 4), changedTo: try rows.optional(row, 5),
            language: try rows.value(row, 6))
        }
      }
    }
  }

  /// Corrections whose newest outcome is that they were wrong, case aside.
  ///
  /// - Parameter limit: As many at most.
  /// - Returns: Original and replacement as they were reported, in no order.
  /// - Throws: ``TruthError``: `.postgres`.
  public func rejections(
    business: UUID, limit: Int
  ) throws(TruthError) -> [(original: String, replacement: String)] {
    try transaction(for: business) { (connection) throws(TruthError) in
      try wrap { () throws(PostgresError) in
        let rows = try connection.prepared(
          """
          select original, replacement from (
            select distinct on (lower(original), lower(replacement))
              original, replacement, outcome
            from corrections where business_id = $1
            order by lower(original), lower(replacement), created_at desc) as newest
          where outcome <> 'accepted' limit $2
          """, [.uuid(business), .int8(Int64(max(0, limit)))])
        return try (0..<rows.count).map { (row) throws(PostgresError) in
          (try rows.value(row, 0), try rows.value(row, 1))
        }
      }
    }
  }
}

/// What an entry must be to take part in a search. Text is compared byte by byte, except
/// keywords, whose case does not matter.
public indirect enum Filter: Hashable, Sendable {
  /// The category is one of these.
  case category(anyOf: [String])
  /// The type is one of these.
  case entryType(anyOf: [String])
  /// One of the keywords or tags is one of these, whatever the case.
  case keyword(anyOf: [String])
  /// The language is one of these.
  case language(anyOf: [String])
  /// Active entries, or inactive ones.
  case active(Bool)
  /// The priority lies in the range.
  case priority(ClosedRange<Int32>)
  /// Born in the range, in microseconds since 1970.
  case createdAt(ClosedRange<Int64>)
  /// Last changed in the range, in microseconds since 1970.
  case updatedAt(ClosedRange<Int64>)
  /// The metadata has such a value under the key: the names of nested objects joined by dots
  /// (`size.eu`), arrays passed through, so that one element that fits is enough.
  case metadata(key: String, MetadataTest)
  /// All of these hold; an empty list always does.
  case and([Filter])
  /// One of these holds; an empty list never does.
  case or([Filter])
  /// This does not hold.
  case not(Filter)

  /// Checks what a caller may ask for, before anything is allocated for it.
  ///
  /// - Throws: ``StoreError/requestOutOfRange(what:value:limit:)`` past ``Limits/filterDepth``,
  ///   ``Limits/filterPartCount``, ``Limits/filterValueCount`` or ``Limits/filterKeyByteCount``,
  ///   and ``StoreError/invalidFilter(_:)`` for a bound that is not a number.
  func check() throws(StoreError) {
    var partCount = 0
    try check(depth: 1, &partCount)
  }

  private func check(depth: Int, _ partCount: inout Int) throws(StoreError) {
    guard depth <= Limits.filterDepth else {
      throw .requestOutOfRange(
        what: "the filter's nesting", value: depth, limit: Limits.filterDepth)
    }
    partCount += 1
    guard partCount <= Limits.filterPartCount else {
      throw .requestOutOfRange(
        what: "the number of the filter's parts", value: partCount, limit: Limits.filterPartCount)
    }
    switch self {
    case .category(let texts), .entryType(let texts), .keyword(let texts), .language(let texts):
      try Self.check(valueCount: texts.count)
    case .metadata(let key, let test):
      guard key.utf8.count <= Limits.filterKeyByteCount else {
        throw .requestOutOfRange(
          what: "the number of bytes in a metadata key of the filter", value: key.utf8.count,
          limit: Limits.filterKeyByteCount)
      }
      try test.check()
    case .and(let parts), .or(let parts):
      for part in parts { try part.check(depth: depth + 1, &partCount) }
    case .not(let part): try part.check(depth: depth + 1, &partCount)
    case .active, .priority, .createdAt, .updatedAt: break
    }
  }

  static func check(valueCount: Int) throws(StoreError) {
    guard valueCount <= Limits.filterValueCount else {
      throw .requestOutOfRange(
        what: "the number of values in a list of the filter", value: valueCount,
        limit: Limits.filterValueCount)
    }
  }
}

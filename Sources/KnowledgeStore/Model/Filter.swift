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
  /// All of these hold; an empty list always does.
  case and([Filter])
  /// One of these holds; an empty list never does.
  case or([Filter])
  /// This does not hold.
  case not(Filter)

  /// - Throws: ``StoreError/requestOutOfRange(what:value:limit:)`` past ``Limits/filterDepth``.
  func checkDepth(_ depth: Int = 1) throws(StoreError) {
    guard depth <= Limits.filterDepth else {
      throw .requestOutOfRange(
        what: "the filter's nesting", value: depth, limit: Limits.filterDepth)
    }
    switch self {
    case .and(let parts), .or(let parts):
      for part in parts { try part.checkDepth(depth + 1) }
    case .not(let part): try part.checkDepth(depth + 1)
    default: break
    }
  }
}

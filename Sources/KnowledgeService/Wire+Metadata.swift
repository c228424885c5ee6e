import KnowledgeStore
import RPC

extension MetadataCondition {
  /// The engine's filters for the condition; all of them must hold.
  ///
  /// - Throws: ``RPCRefusal`` for a missing or overlong key, a condition that says nothing, a list
  ///   that is too long, a value without a kind, and bounds that are no numbers or swapped.
  func filters(limits: ServiceLimits) throws(RPCRefusal) -> [StoreFilter] {
    guard !key.isEmpty else {
      throw .invalid(
        "filter.metadata.key", "is missing", remediation: "name a key, such as size.eu")
    }
    guard key.utf8.count <= KnowledgeStore.Limits.filterKeyByteCount else {
      throw .outOfRange(
        "bytes of filter.metadata.key", actual: key.utf8.count,
        limit: KnowledgeStore.Limits.filterKeyByteCount)
    }
    guard anyOf.count <= limits.filterValueCount else {
      throw .outOfRange(
        "filter.metadata.any_of", actual: anyOf.count, limit: limits.filterValueCount)
    }
    var filters: [StoreFilter] = []
    if let exists {
      let asked = StoreFilter.metadata(key: key, .exists)
      filters.append(exists ? asked : .not(asked))
    }
    if !anyOf.isEmpty {
      var values: [KnowledgeStore.MetadataValue] = []
      for value in anyOf { values.append(try value.stored()) }
      filters.append(.metadata(key: key, .anyOf(values)))
    }
    if let bounds = try bounds() { filters.append(.metadata(key: key, .number(bounds))) }
    guard !filters.isEmpty else {
      throw .invalid(
        "filter.metadata", "says nothing about its key",
        remediation: "set any_of, gt, gte, lt, lte or exists")
    }
    return filters
  }

  private func bounds() throws(RPCRefusal) -> NumberBounds? {
    for (name, bound) in [("gt", gt), ("gte", gte), ("lt", lt), ("lte", lte)] {
      guard bound?.isNaN != true else {
        throw .invalid("filter.metadata.\(name)", "is not a number")
      }
    }
    // Of two lower bounds the greater one, of equal ones the stricter.
    let lower: NumberBounds.Bound? =
      if let gt, gte.map({ $0 <= gt }) ?? true { .excluded(gt) } else { gte.map { .included($0) } }
    let upper: NumberBounds.Bound? =
      if let lt, lte.map({ $0 >= lt }) ?? true { .excluded(lt) } else { lte.map { .included($0) } }
    guard lower != nil || upper != nil else { return nil }
    if let low = [gt, gte].compactMap(\.self).max(), let high = [lt, lte].compactMap(\.self).min(),
      low > high
    {
      throw .invalid(
        "filter.metadata", "the lower bound \(low) is above the upper bound \(high)")
    }
    return NumberBounds(lower: lower, upper: upper)
  }
}

extension RPC.MetadataValue {
  fileprivate func stored() throws(RPCRefusal) -> KnowledgeStore.MetadataValue {
    switch value {
    case .text(let text): return .text(text)
    case .integer(let number): return .integer(number)
    case .flag(let flag): return .flag(flag)
    case .number(let number):
      guard number.isFinite else {
        throw .invalid("filter.metadata.any_of", "holds a number that is not finite")
      }
      return .number(number)
    case nil:
      throw .invalid(
        "filter.metadata.any_of", "holds an empty value",
        remediation: "set text, number, integer or flag; exists asks whether there is one")
    }
  }
}

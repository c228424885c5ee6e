import KnowledgeStore
import Platform
import RPC

/// Messages to the engine's values and back.

typealias WireEntry = RPC.Entry
typealias WireFilter = RPC.Filter
typealias StoredEntry = KnowledgeStore.Entry
typealias StoreFilter = KnowledgeStore.Filter

extension WireEntry {
  /// The message of a stored entry.
  ///
  /// - Parameters:
  ///   - entry: What the store holds.
  ///   - collection: The collection's name.
  ///   - includeContent: Whether title, content and metadata are wanted.
  ///   - includeVector: Whether the embedding is wanted.
  init(
    _ entry: StoredEntry, collection: String, includeContent: Bool, includeVector: Bool
  ) {
    self.init()
    id = entry.id.bytes
    externalID = entry.externalID ?? ""
    self.collection = collection
    entryType = entry.entryType
    category = entry.category
    language = entry.language
    priority = entry.priority
    isActive = entry.isActive
    keywords = entry.keywords
    tags = entry.tags
    version = entry.version
    createdAt = entry.createdAt
    updatedAt = entry.updatedAt
    if includeContent {
      title = entry.title
      content = entry.content
      metadataJSON = String(decoding: entry.metadata, as: UTF8.self)
    }
    if includeVector { vector = entry.vector(ofChunk: 0) }
  }
}

extension StoreFilter {
  /// Nesting that a request's filter may have.
  static let wireDepthLimit = 8

  /// The engine's filter for a message; nil keeps everything.
  ///
  /// - Throws: ``RPCRefusal`` for a range whose ends are swapped, a list that is too long, filters
  ///   nested too deep, or a condition on metadata that says nothing.
  static func decoding(
    _ filter: WireFilter?, limits: ServiceLimits, depth: Int = 1
  ) throws(RPCRefusal) -> StoreFilter? {
    guard let filter else { return nil }
    guard depth <= wireDepthLimit else {
      throw .outOfRange("filter nesting", actual: depth, limit: wireDepthLimit)
    }
    if depth == 1 {
      let partCount = partCount(of: filter)
      guard partCount <= limits.filterPartCount else {
        throw .outOfRange("filter parts", actual: partCount, limit: limits.filterPartCount)
      }
    }
    var parts: [StoreFilter] = []
    func list(_ name: String, _ values: [String]) throws(RPCRefusal) -> [String]? {
      guard values.count <= limits.filterValueCount else {
        throw .outOfRange("filter.\(name)", actual: values.count, limit: limits.filterValueCount)
      }
      return values.isEmpty ? nil : values
    }
    if let values = try list("categories", filter.categories) {
      parts.append(.category(anyOf: values))
    }
    if let values = try list("entry_types", filter.entryTypes) {
      parts.append(.entryType(anyOf: values))
    }
    if let values = try list("keywords", filter.keywords) { parts.append(.keyword(anyOf: values)) }
    if let values = try list("languages", filter.languages) {
      parts.append(.language(anyOf: values))
    }
    if let isActive = filter.isActive { parts.append(.active(isActive)) }
    if let range = try range("priority", filter.priorityLowest, filter.priorityHighest) {
      parts.append(.priority(range))
    }
    if let range = try range("created", filter.createdFrom, filter.createdTo) {
      parts.append(.createdAt(range))
    }
    if let range = try range("updated", filter.updatedFrom, filter.updatedTo) {
      parts.append(.updatedAt(range))
    }
    for condition in filter.metadata { parts += try condition.filters(limits: limits) }
    for part in filter.allOf {
      if let part = try decoding(part, limits: limits, depth: depth + 1) { parts.append(part) }
    }
    if !filter.anyOf.isEmpty {
      var alternatives: [StoreFilter] = []
      for part in filter.anyOf {
        alternatives.append(try decoding(part, limits: limits, depth: depth + 1) ?? .and([]))
      }
      parts.append(.or(alternatives))
    }
    for part in filter.noneOf {
      parts.append(.not(try decoding(part, limits: limits, depth: depth + 1) ?? .and([])))
    }
    return parts.isEmpty ? nil : parts.count == 1 ? parts[0] : .and(parts)
  }

  /// The filter and all filters inside it.
  private static func partCount(of filter: WireFilter) -> Int {
    [filter.allOf, filter.anyOf, filter.noneOf].joined()
      .reduce(1 + filter.metadata.count) { $0 + partCount(of: $1) }
  }

  private static func range<Bound: FixedWidthInteger>(
    _ name: String, _ lowest: Bound?, _ highest: Bound?
  ) throws(RPCRefusal) -> ClosedRange<Bound>? {
    if lowest == nil && highest == nil { return nil }
    let (low, high) = (lowest ?? .min, highest ?? .max)
    guard low <= high else {
      throw .invalid("filter.\(name)", "the lower bound \(low) is above the upper bound \(high)")
    }
    return low...high
  }

  /// Whether the filter says anything about active entries, so that no default is added.
  static func mentionsActive(_ filter: WireFilter?) -> Bool {
    guard let filter else { return false }
    return filter.isActive != nil || filter.allOf.contains(where: { mentionsActive($0) })
      || filter.anyOf.contains(where: { mentionsActive($0) })
      || filter.noneOf.contains(where: { mentionsActive($0) })
  }
}

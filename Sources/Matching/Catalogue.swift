// The shape of this target, for whoever calls it:
//
//   var catalogue = Catalogue<UUID>()
//   try catalogue.put(id, CatalogueItem(name: "Samsung 850 EVO 250 GB", aliases: ["evo 250"],
//                                       attributes: ["black"]))
//   catalogue.remove(id)
//   let answer = try catalogue.match("samsng evo 250gb", MatchOptions(limit: 5))
//   answer.candidates   best first: id, confidence, parts, name, edits
//   answer.verdict      .match(id), .ambiguous(question) or .none
//
// `Catalogue` is a value: `put` and `remove` are for one writer, a copy of it that searches hold
// stays as it was, and `match` may run on many threads at once. It is made from the entries of a
// business whenever its service starts: about 8 microseconds a name.

/// The names that customers may mean, and what finds them.
public struct Catalogue<ID: Hashable & Comparable & Sendable>: Sendable {
  var index = NameIndex()
  /// The item that a slot belongs to.
  var owners: [ID] = []
  /// The slots of an item: its name, then its aliases.
  var slots: [ID: [UInt32]] = [:]

  /// A catalogue without items.
  public init() {}

  /// Items in it.
  public var count: Int { slots.count }

  /// Bytes that the index holds, without the identifiers.
  public var byteCount: Int { index.byteCount }

  /// Adds an item, or puts it in the place of the one with the same identifier.
  ///
  /// - Throws: ``MatchError`` where a text is too long or empty, or the catalogue is full; nothing
  ///   has changed then.
  /// - Complexity: about 8 µs a name; every fourth removal of all pays for a rebuild.
  public mutating func put(_ id: ID, _ item: CatalogueItem) throws(MatchError) {
    try item.check()
    let byteCount = item.aliases.reduce(item.name.utf8.count) { $0 + $1.utf8.count }
    guard index.liveCount < MatchLimits.itemCount, index.hasRoom(byteCount: byteCount) else {
      throw .catalogueFull
    }
    remove(id)
    var places = [index.add(item.name, attributes: item.attributes, isAlias: false)]
    for alias in item.aliases {
      places.append(index.add(alias, attributes: item.attributes, isAlias: true))
    }
    for _ in places { owners.append(id) }
    slots[id] = places
  }

  /// Takes an item out; whether it was there.
  @discardableResult
  public mutating func remove(_ id: ID) -> Bool {
    guard let places = slots.removeValue(forKey: id) else { return false }
    for slot in places { index.remove(slot) }
    if index.wantsCompaction { compact() }
    return true
  }

  /// Finds the items that a customer's words mean.
  ///
  /// - Parameters:
  ///   - query: At most ``MatchLimits/queryByteCount`` bytes of any text.
  ///   - options: How many candidates, from where confidence counts, which items may answer.
  ///   - accepts: Which items may answer; called for the candidates that are looked at.
  ///   - semantic: A similarity of meaning in 0...1 for an item, where the caller has one; called
  ///     for the candidates that are scored.
  /// - Returns: Candidates best first (equal ones by identifier) with one verdict.
  /// - Throws: ``MatchError/queryTooLong(byteCount:limit:)``, ``MatchError/limitOutOfRange(_:)``.
  /// - Complexity: about 0.1 ms at 5,000 names; looks at a bounded number of names however many
  ///   there are.
  public func match(
    _ query: String, _ options: MatchOptions = MatchOptions(),
    accepts: ((ID) -> Bool)? = nil, semantic: ((ID) -> Float?)? = nil
  ) throws(MatchError) -> MatchAnswer<ID> {
    guard query.utf8.count <= MatchLimits.queryByteCount else {
      throw .queryTooLong(byteCount: query.utf8.count, limit: MatchLimits.queryByteCount)
    }
    guard 1...MatchLimits.resultCount ~= options.limit else {
      throw .limitOutOfRange(options.limit)
    }
    var scratch = MatchScratch.take()
    defer { MatchScratch.give(scratch) }
    index.search(
      query, &scratch, accepts: accepts.map { accepts in { accepts(owners[Int($0)]) } },
      semantic: semantic.map { semantic in { semantic(owners[Int($0)]) } })
    return answer(query, options, &scratch)
  }

  private mutating func compact() {
    var renumbered: [UInt32] = []
    index = index.compacted(&renumbered)
    var kept: [ID] = []
    kept.reserveCapacity(index.slotCount)
    for (slot, place) in renumbered.enumerated() where place != .max { kept.append(owners[slot]) }
    for (id, places) in slots { slots[id] = places.map { renumbered[Int($0)] } }
    owners = kept
  }
}

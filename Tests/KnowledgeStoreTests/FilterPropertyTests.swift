import Platform
import Testing

@testable import KnowledgeStore

/// Filters of all kinds against a brute force over a dictionary, wherever rows stand: in memory, in
/// segments with one-bit codes, beside deleted rows, after merges and after opening again.
@Suite struct FilterPropertyTests {
  static let dimension = 64

  /// One collection, and what it must be equal to.
  private final class Subject {
    let directory: ScratchDirectory
    let options: StoreOptions
    var store: Store
    var collection: KnowledgeStore.Collection
    var oracle = Oracle()
    var maker: EntryMaker
    var checks = 0

    init(seed: UInt64) throws {
      directory = try ScratchDirectory()
      var options = StoreOptions.manual
      options.graphRowLimit = 1_000
      self.options = options
      store = try Store.open(directory: directory.path, options: options)
      collection = try store.collection(.test, configuration: .test(dimension))
      maker = EntryMaker(seed: seed, dimension: dimension)
    }

    func apply(_ changes: [Change]) throws {
      try collection.apply(changes)
      oracle.apply(changes)
    }

    /// New entries, some changed ones, some deleted ones.
    func change(new: Int, changed: Int, deleted: Int) throws {
      var changes: [Change] = (0..<new).map { _ in .upsert(maker.entry()) }
      let known = oracle.entries.keys.sorted().shuffled(using: &maker.generator)
      for id in known.prefix(changed) { changes.append(.upsert(maker.entry(id, version: 2))) }
      for id in known.dropFirst(changed).prefix(deleted) { changes.append(.delete(id)) }
      try apply(changes)
    }

    /// Random filters, and the same number at chosen selectivities.
    func filters() -> [Filter] {
      var filters = (0..<10).map { _ in Oracle.filter(&maker.generator) }
      for share in [0.0001, 0.001, 0.01, 0.1, 0.5, 1] {
        // Stamps are random words.
        let bound = Int64(share * 1_000_000)
        filters.append(.createdAt(0...bound))
        filters.append(
          .metadata(
            key: "n",
            .number(NumberBounds(lower: .included(0), upper: .excluded(1_000 * share)))))
      }
      return filters
    }

    func check() throws {
      let query = maker.vector()
      let length = query.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let unit = query.map { $0 * Float(1 / length) }
      var scores: [UUID: Double] = [:]
      try collection.forEachEntry { entry in
        var score = 0.0
        for index in unit.indices { score += Double(entry.vector[index]) * Double(unit[index]) }
        scores[entry.id] = score
        return true
      }
      #expect(scores.count == oracle.entries.count)
      for filter in filters() {
        let matching = oracle.matching(filter).map(\.id)
        let order = matching.sorted { left, right in
          let (a, b) = (scores[left]!, scores[right]!)
          return a != b ? a > b : left < right
        }
        // Once looked up, once from what was remembered.
        for count in [10, 40] {
          let exact = try collection.search(
            SearchRequest(vector: query, count: count, filter: filter))
          guard exact.hits.map(\.id) == Array(order.prefix(count)), exact.isExact,
            exact.matchCount == order.count
          else {
            Issue.record("exact answer differs: \(filter), \(exact.matchCount) of \(order.count)")
            return
          }
          let near = try collection.search(
            SearchRequest(vector: query, count: count, filter: filter, recallTarget: 0.9))
          let admitted = Set(matching)
          guard near.hits.count == min(count, order.count), near.matchCount == order.count,
            Set(near.hits.map(\.id)).count == near.hits.count,
            near.hits.allSatisfy({ admitted.contains($0.id) })
          else {
            Issue.record("\(near.hits.count) of \(order.count) hits to a target: \(filter)")
            return
          }
          checks += 1
        }
        var walked: [UUID] = []
        try collection.forEachEntry(matching: filter) { entry in
          walked.append(entry.id)
          return true
        }
        #expect(walked == matching.sorted(), "\(filter)")
      }
    }

    func reopen() throws {
      try store.commit(position: [1])
      store.close()
      store = try Store.open(directory: directory.path, options: options)
      collection = try #require(try store.existing(.test))
    }
  }

  @Test(arguments: isLongRun ? Array(1...20) : [1, 2])
  func `filters keep what a brute force keeps, wherever rows stand`(seed: UInt64) throws {
    print("filters: seed \(seed)")
    let subject = try Subject(seed: seed)
    try subject.change(new: 700, changed: 0, deleted: 0)
    try subject.check()
    try subject.change(new: 2_000, changed: 100, deleted: 60)
    try subject.collection.sealInBackground()
    try subject.check()
    try subject.change(new: 500, changed: 200, deleted: 300)
    try subject.check()
    try subject.collection.sealInBackground()
    try subject.change(new: 40, changed: 20, deleted: 20)
    try subject.collection.compact()
    try subject.check()
    try subject.change(new: 300, changed: 300, deleted: 200)
    try subject.reopen()
    try subject.check()
    #expect(subject.checks > 100)
    #expect(try subject.store.verify().isIntact)
  }
}

import Platform
import Testing

@testable import KnowledgeStore

/// After any sequence of operations the store equals a dictionary (RELIABILITY.md, T20).
@Suite struct StoreModelTests {
  @Test(arguments: isLongRun ? Array(1...60) : [1, 2, 3], [1, 40])
  func `any sequence of operations leaves what a dictionary would hold`(
    seed: UInt64, chunkLimit: Int
  ) throws {
    print("store model: seed \(seed), \(chunkLimit) chunks")
    var generator = SeededGenerator(seed: seed)
    let dimension = [1, 3, 16, 40, 127].randomElement(using: &generator)!
    let directory = try ScratchDirectory()
    var maker = EntryMaker(seed: seed &+ 1000, dimension: dimension)
    maker.chunkLimit = chunkLimit
    var oracle = Oracle()
    var committed = Oracle()
    var position: UInt8 = 0
    var options = StoreOptions.manual
    options.deltaRowLimit = 50
    var store = try Store.open(directory: directory.path, options: options)
    var collection = try store.collection(.test, configuration: .test(dimension))
    try store.commit(position: [0])
    for step in 0..<(isLongRun ? 300 : 60) {
      switch Int.random(in: 0..<20, using: &generator) {
      case 0...8:
        var changes: [Change] = []
        for _ in 0..<Int.random(in: 1...60, using: &generator) {
          let known = oracle.entries.keys.sorted().randomElement(using: &generator)
          switch (Int.random(in: 0..<5, using: &generator), known) {
          case (0, let id?): changes.append(.delete(id))
          case (1, let id?):
            let version = UInt64.random(in: 0...5, using: &generator)
            changes.append(.upsert(maker.entry(id, version: version)))
          case (2, _):
            let entry = maker.entry()
            changes += [.upsert(entry), .delete(entry.id), .delete(maker.id())]
          default: changes.append(.upsert(maker.entry()))
          }
        }
        try collection.apply(changes)
        oracle.apply(changes)
      case 9...11: try collection.sealInBackground()
      case 12, 13: _ = try collection.compactOnce()
      case 14: try collection.compact()
      case 15...17:
        position &+= 1
        try store.commit(position: [position])
        committed = oracle
      default:
        // Closed, or dropped as by a kill: both lose what was not committed and nothing else.
        store.close()
        store = try Store.open(directory: directory.path, options: options)
        #expect(store.recovery.isIntact, "step \(step): \(store.recovery)")
        #expect(store.positions.newest == [position])
        collection = try #require(try store.existing(.test))
        oracle = committed
      }
      let filter = step % 3 == 0 ? nil : Oracle.filter(&generator)
      do {
        try collection.check(against: oracle, query: maker.vector(), filter: filter)
      } catch {
        Issue.record("seed \(seed), \(chunkLimit) chunks, step \(step): \(error)")
        return
      }
    }
    try store.commit(position: [255])
    let report = try store.verify()
    #expect(report.isIntact, "\(report.faults)")
  }
}

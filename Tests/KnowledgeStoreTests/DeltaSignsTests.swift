import Platform
import Testing

@testable import KnowledgeStore

/// One-bit codes of rows in memory.
@Suite struct DeltaSignsTests {
  private static let dimension = 72

  @Test func `rows in memory beside a graph are searched by their one-bit codes`() throws {
    let scratch = try ScratchDirectory()
    var options = StoreOptions.manual
    options.graphRowLimit = 1_000
    options.deltaRowLimit = 100_000
    let store = try Store.open(directory: scratch.path, options: options)
    defer { store.close() }
    let collection = try store.collection(.test, configuration: .test(Self.dimension))
    var maker = EntryMaker(seed: 4, dimension: Self.dimension)
    try collection.apply((0..<1_200).map { _ in .upsert(maker.entry()) })
    try store.commit(position: [])
    #expect(GraphUpkeep.equip(try collection.snapshot().segments[0].segment, of: collection))
    let fresh = (0..<1_500).map { _ in maker.entry() }
    // Row by row and in batches: blocks of 64 rows are filled in part when they are read.
    for entry in fresh[..<130] { try collection.apply([.upsert(entry)]) }
    try collection.apply(fresh[130...].map { .upsert($0) })
    let dead = Set(fresh.indices.filter { $0 % 7 == 0 }.map { fresh[$0].id })
    try collection.apply(dead.map { .delete($0) })

    var costs = SearchCosts(.portable)
    (costs.graphSetup, costs.graphVisit, costs.signSetup, costs.signRow) = (
      0, 0.01, 0, 0.1
    )
    let field = try SearchField(try collection.snapshot(), filter: nil)
    var (found, codeRows) = (0, 0)
    for number in 0..<30 {
      // A row in memory, a little moved: near to it, and to nothing else.
      var vector = fresh[number * 46].vector
      vector[number % Self.dimension] += 0.2
      let request = SearchRequest(vector: vector, count: 10)
      let query = try collection.prepared(vector, 10, nil)
      let exact = try collection.search(request).hits
      let answer = field.withRows { rows in
        RecallSearch.search(query: query, in: rows, count: 10, target: 0.9, costs: costs)
      }
      let hits = answer.rows.map(field.idHit)
      let scores = Dictionary(uniqueKeysWithValues: exact.map { ($0.id, $0.score) })
      for hit in hits {
        #expect(!dead.contains(hit.id))
        if let score = scores[hit.id] {
          #expect(score == hit.score)
          found += 1
        }
      }
      if number * 46 % 7 != 0 { #expect(hits[0].id == fresh[number * 46].id) }
      #expect(hits.count == 10 && answer.reports[0].way == .graph)
      let memory = answer.reports.dropFirst().filter { $0.rowCount >= 400 }
      #expect(!memory.isEmpty && memory.allSatisfy { $0.way == .signs })
      codeRows += memory.reduce(0) { $0 + $1.codeRows }
    }
    #expect(found >= 270, "\(found) of 300")
    #expect(codeRows < 30 * 400, "what the graph has found rules out most rows: \(codeRows)")
  }

  @Test(arguments: [64, 72, 384])
  func `codes made row by row are those that a segment would have around zero`(dimension: Int) {
    var maker = EntryMaker(seed: 6, dimension: dimension)
    let signs = DeltaSigns(capacity: 300, dimension: dimension)!
    var encoder = SignEncoder(mean: [Float](repeating: 0, count: dimension))
    encoder.beginBlock()
    for row in 0..<130 {
      let vector = maker.entry().vector
      unsafe vector.withUnsafeBufferPointer { unsafe signs.encode($0.baseAddress!, row: row) }
      guard row >= 64 && row < 128 else { continue }
      unsafe vector.withUnsafeBufferPointer {
        unsafe encoder.encode($0.baseAddress!, row: row - 64)
      }
    }
    let rows = signs.columns.rows
    let words = SignLayout.blockWordCount(dimension)
    let factors = SignLayout.blockFactorCount
    #expect((0..<words).allSatisfy { unsafe rows.words[words + $0] == encoder.words[$0] })
    #expect((0..<factors).allSatisfy { unsafe rows.factors[factors + $0] == encoder.factors[$0] })
    #expect((0..<dimension).allSatisfy { unsafe rows.centre[$0] == 0 })
    #expect(DeltaSigns(capacity: 100, dimension: dimension) == nil)
  }
}

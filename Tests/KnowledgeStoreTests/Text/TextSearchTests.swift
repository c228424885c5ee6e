import Platform
import Testing

@testable import KnowledgeStore

/// Text searches against BM25F computed one entry after the other.
@Suite struct TextSearchTests {
  static let vocabulary: [String] =
    [
      "run", "running", "runs", "ran", "Straße", "STRASSE", "résumé", "resume", "X-200", "x200",
      "東京都", "京都", "กรุงเทพ", "naïve", "ΟΔΟΣ", "книга", "книги", "İzmir", "ısı", "🚗", "3.5", "мир",
    ]
    + (0..<60).map { "word\($0 % 9)x\($0)" } + ["the", "of", "and", "order", "orders", "ordered"]

  private func words(_ count: Int, _ generator: inout SeededGenerator) -> String {
    (0..<count).map { _ in
      // Few are frequent, many are rare.
      let place = Double.random(in: 0..<1, using: &generator)
      return Self.vocabulary[Int(place * place * Double(Self.vocabulary.count))]
    }.joined(separator: [" ", ", ", "\n", " - "].randomElement(using: &generator)!)
  }

  private func entry(
    _ maker: inout EntryMaker, _ generator: inout SeededGenerator, id: UUID? = nil,
    version: UInt64 = 1
  ) -> Entry {
    var entry = maker.entry(id, version: version)
    if entry.spans.isEmpty {
      entry.content = words(Int.random(in: 0...60, using: &generator), &generator)
    }
    entry.title = words(Int.random(in: 0...4, using: &generator), &generator)
    let number = Int.random(in: 0..<60, using: &generator)
    entry.externalID = number < 10 ? nil : number < 40 ? "ext-\(number)" : "\(number * number)"
    return entry
  }

  @Test(arguments: isLongRun ? Array(1...20) : [1, 2])
  func `searches find what brute force finds, through seals, merges, deletes and openings`(
    seed: UInt64
  ) throws {
    print("text search: seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let directory = try ScratchDirectory()
    var maker = EntryMaker(seed: seed &+ 77, dimension: 3)
    maker.chunkLimit = 3
    var oracle = Oracle()
    var options = StoreOptions.manual
    options.deltaRowLimit = 400
    var store = try Store.open(directory: directory.path, options: options)
    var collection = try store.collection(.test, configuration: .test(3))
    for step in 0..<(isLongRun ? 60 : 16) {
      var changes: [Change] = []
      for _ in 0..<Int.random(in: 1...150, using: &generator) {
        let known = oracle.entries.keys.sorted().randomElement(using: &generator)
        switch (Int.random(in: 0..<6, using: &generator), known) {
        case (0, let id?): changes.append(.delete(id))
        case (1, let id?):
          changes.append(.upsert(entry(&maker, &generator, id: id, version: 5)))
        default: changes.append(.upsert(entry(&maker, &generator)))
        }
      }
      try collection.apply(changes)
      oracle.apply(changes)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: try collection.sealInBackground()
      case 1: _ = try collection.compactOnce()
      case 2: try collection.compact()
      case 3:
        try store.commit(position: [])
        store.close()
        store = try Store.open(directory: directory.path, options: options)
        collection = try #require(try store.existing(.test))
      default: break
      }
      for _ in 0..<6 {
        let filter = Bool.random(using: &generator) ? nil : Oracle.filter(&generator)
        let text =
          words(Int.random(in: 1...5, using: &generator), &generator)
          + [" wo*", "", " text 7", " title", " ext-1*"].randomElement(using: &generator)!
        let weights =
          Bool.random(using: &generator)
          ? .standard : TextWeights(title: 0.3, keywords: 5, content: 2, externalID: 9)
        do {
          try collection.check(
            text: text, language: ["en", "de", "ru", nil].randomElement(using: &generator)!,
            count: [1, 3, 10, 1000].randomElement(using: &generator)!, filter: filter,
            weights: weights, admitted: Set(oracle.matching(filter).map(\.id)))
        } catch {
          Issue.record("seed \(seed), step \(step), \(text.debugDescription): \(error)")
          return
        }
      }
    }
    try store.commit(position: [1])
    let report = try store.verify()
    #expect(report.isIntact)
  }

  @Test func `blocks that cannot reach the answer cost none of it`() throws {
    // Enough rows for many blocks of a word, with S that differs from block to block.
    var generator = SeededGenerator(seed: 5)
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(1))
    var ids: Set<UUID> = []
    for part in 0..<4 {
      var changes: [Change] = []
      for number in 0..<1500 {
        let id = UUID(high: UInt64(number), low: UInt64(part))
        let filler = Int.random(in: 0...(number % 300 < 20 ? 1 : 40), using: &generator)
        var content = words(filler, &generator)
        for word in ["alpha", "beta", "gamma"] where Int.random(in: 0..<3, using: &generator) > 0 {
          content += " " + word
        }
        changes.append(
          .upsert(Entry(id: id, version: 1, stamp: 0, vector: [1], content: content)))
        ids.insert(id)
      }
      try collection.apply(changes)
      if part < 3 { try collection.sealInBackground() }
    }
    for text in ["alpha", "alpha beta", "alpha beta gamma", "gamma run order", "word* alpha", "o*"]
    {
      for count in [1, 10, 100] { try collection.check(text: text, count: count, admitted: ids) }
    }
    try collection.compact()
    for text in ["alpha", "alpha beta", "alpha beta gamma", "gamma run order", "word* alpha", "o*"]
    {
      for count in [1, 10, 100] { try collection.check(text: text, count: count, admitted: ids) }
    }
  }
}

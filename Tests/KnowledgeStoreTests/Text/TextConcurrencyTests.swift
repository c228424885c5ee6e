import Platform
import Synchronization
import Testing

@testable import KnowledgeStore

/// Text searches while segments are sealed and merged, and rows replaced and deleted under them.
@Suite struct TextConcurrencyTests {
  private static let entryCount = 40

  private static func isLive(_ number: Int, in state: Int) -> Bool { (number + state) % 4 != 0 }

  private static func content(_ number: Int, in state: Int) -> String {
    "alpha state\(state) " + String(repeating: "beta ", count: (number + state) % 5)
  }

  /// What leads from the state before to a state.
  private static func changes(to state: Int) -> [Change] {
    (0..<entryCount).map { number in
      let id = UUID(high: 7, low: UInt64(number))
      guard isLive(number, in: state) else { return .delete(id) }
      return .upsert(
        Entry(
          id: id, version: UInt64(state), stamp: 0, vector: [1], externalID: "ID-\(state)",
          title: "title \(number % 3)", content: content(number, in: state)))
    }
  }

  /// What is wrong with an answer to `alpha beta`, and the state that it is of.
  private static func fault(in hits: [TextHit]) -> (state: Int, fault: String?) {
    let state = hits.first.map { Int($0.hit.version) } ?? 0
    let live = (0..<entryCount).filter { isLive($0, in: state) }
    if hits.contains(where: { Int($0.hit.version) != state }) {
      return (state, "versions \(Set(hits.map(\.hit.version)).sorted())")
    }
    if hits.map({ Int($0.hit.id.low) }).sorted() != live {
      return (state, "\(hits.count) hits, not the \(live.count) of state \(state)")
    }
    for (place, text) in hits.enumerated() {
      let number = Int(text.hit.id.low)
      if text.hit.content != content(number, in: state) { return (state, "a stale content") }
      let bytes = Array(text.hit.content.utf8)
      for highlight in text.highlights {
        let word = String(decoding: bytes[highlight.range], as: UTF8.self)
        if !["alpha", "beta"].contains(word) { return (state, "highlighted \(word)") }
      }
      if place > 0 {
        let before = hits[place - 1].hit
        if (before.score, text.hit.id) < (text.hit.score, before.id) {
          return (state, "hit \(place) is better than the one before")
        }
      }
    }
    return (state, nil)
  }

  @Test func `answers are those of one state, and of none before one that was seen`() throws {
    let directory = try ScratchDirectory()
    var options = StoreOptions()
    options.deltaRowLimit = 60
    let store = try Store.open(directory: directory.path, options: options)
    let collection = try store.collection(.test, configuration: .test(1))
    try collection.apply(Self.changes(to: 1))
    func checkAll(_ state: Int) throws {
      let live = (0..<Self.entryCount).filter { Self.isLive($0, in: state) }
      let ids = Set(live.map { UUID(high: 7, low: UInt64($0)) })
      for text in ["alpha beta", "state\(state) title 2", "id-\(state)", "state\(state - 1)"] {
        try collection.check(text: text, count: 100, admitted: ids)
      }
    }
    try checkAll(1)
    let rounds = isLongRun ? 2000 : 150
    let isDone = Atomic<Bool>(false)
    let searches = Atomic<Int>(0)
    let faults = Mutex<[String]>([])
    @Sendable func note(_ text: String) { faults.withLock { $0.append(text) } }
    let readers = (0..<2).map { reader in
      Thread.spawn(name: "reader-\(reader)") {
        var last = 1
        while !isDone.load(ordering: .relaxed) {
          do {
            let hits = try collection.searchText(TextRequest("alpha beta", count: 100)).hits
            let (state, fault) = Self.fault(in: hits)
            if let fault { note(fault) }
            if state < last { note("state \(state) after \(last)") }
            last = state
            // Words that are gone find nothing.
            for text in ["state\(last - 1)", "\"id \(last - 1)\""] {
              let stale = try collection.searchText(TextRequest(text, count: 100)).hits
              if !stale.isEmpty { note("\(stale.count) hits for \(text) after \(last)") }
            }
            searches.add(1, ordering: .relaxed)
          } catch { note("\(error)") }
        }
      }
    }
    let committer = Thread.spawn(name: "committer") {
      while !isDone.load(ordering: .relaxed) {
        do { try store.commit(position: [1]) } catch { note("\(error)") }
        Thread.sleep(milliseconds: 5)
      }
    }
    for state in 2...rounds { try collection.apply(Self.changes(to: state)) }
    try collection.compact()
    isDone.store(true, ordering: .relaxed)
    for thread in readers + [committer] { thread.join() }
    #expect(faults.withLock { $0 } == [])
    #expect(searches.load(ordering: .relaxed) > 5 && collection.statistics.compactionCount > 0)
    try checkAll(rounds)
    try store.commit(position: [2])
    #expect(try store.verify().isIntact)
  }
}

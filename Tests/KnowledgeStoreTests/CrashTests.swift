import Glibc
import Platform
import Synchronization
import Testing

@testable import KnowledgeStore

/// A disk that refuses calls, and stops after that. (Stops of a healthy one: `Crash/`.)
@Suite struct CrashTests {
  @Test(arguments: [ENOSPC, EIO])
  func `one refused call at any point loses nothing, and the next commit holds all`(
    code: Int32
  ) throws {
    let step = isLongRun ? 1 : 17
    for fault in stride(from: 0, to: 220, by: step) {
      let directory = try ScratchDirectory()
      let store = try Store.open(directory: directory.path, options: .manual)
      let collection = try store.collection(.test, configuration: .test(4))
      var maker = EntryMaker(seed: 6, dimension: 4)
      var oracle = Oracle()
      let counter = Counter()
      let root = directory.path
      let faults = CallFaults.arm { _, path in
        guard path.hasPrefix(root) else { return nil }
        return counter.next() == fault ? code : nil
      }
      defer { faults.disarm() }
      for _ in 0..<6 {
        let changes: [Change] = (0..<10).map { _ in .upsert(maker.entry()) }
        try collection.apply(changes)
        oracle.apply(changes)
        try? collection.sealInBackground()
        do {
          try store.commit(position: [1])
        } catch {
          // Told; nothing is lost, and the next try may do.
        }
        try? collection.compact()
        try collection.check(against: oracle, query: [1, 2, 3, 4], filter: nil)
      }
      faults.disarm()
      try store.commit(position: [2])
      #expect(collection.statistics.parked == nil, "fault at \(fault)")
      store.close()
      let reopened = try Store.open(directory: directory.path, options: .manual)
      #expect(reopened.recovery.isIntact, "fault at \(fault): \(reopened.recovery)")
      let again = try #require(try reopened.existing(.test))
      try again.check(against: oracle, query: [1, 2, 3, 4], filter: nil)
      let report = try reopened.verify()
      #expect(report.isIntact, "fault at \(fault): \(report.faults)")
    }
  }

  /// Two collections, one of them removed in the end, and every call tried again where it fails.
  ///
  /// - Returns: The last position whose commit was acknowledged.
  private func workOn(
    _ path: String, _ oracles: inout [UInt8: [CollectionKey: Oracle]], _ reached: inout UInt8
  ) throws -> UInt8 {
    let other = CollectionKey(owner: CollectionKey.test.owner, name: "other")
    var acknowledged: UInt8 = 0
    var options = StoreOptions.manual
    options.deltaRowLimit = 20
    let store = try Store.open(directory: path, options: options)
    defer { store.close() }
    var maker = EntryMaker(seed: 5, dimension: 4)
    var now: [CollectionKey: Oracle] = [:]
    for round in 1...4 as ClosedRange<UInt8> {
      for key in round == 4 ? [.test] : [CollectionKey.test, other] {
        let collection = try store.collection(key, configuration: .test(4))
        for _ in 0..<2 {
          var changes: [Change] = (0..<6).map { _ in .upsert(maker.entry()) }
          for id in now[key, default: Oracle()].entries.keys.sorted().prefix(2) {
            changes.append(.delete(id))
          }
          try collection.apply(changes)
          now[key, default: Oracle()].apply(changes)
          try? collection.sealInBackground()
        }
      }
      if round == 4 {
        // A removal is no part of a commit: from here on the collection may be there or not.
        try? store.remove(other)
        now[other] = nil
      }
      oracles[round] = now
      reached = round
      for _ in 0..<3 {
        do {
          try store.commit(position: [round])
          acknowledged = round
          break
        } catch {
          // Merging and publishing go on in the background, whatever became of the commit.
          for key in now.keys.sorted() { try? store.existing(key)?.compact() }
        }
      }
      try? store.existing(.test)?.compact()
    }
    return acknowledged
  }

  @Test(arguments: [false, true])
  func `after one refused call a stop at any later one leaves the state of a commit`(
    losesPower: Bool
  ) throws {
    let other = CollectionKey(owner: CollectionKey.test.owner, name: "other")
    var oracles: [UInt8: [CollectionKey: Oracle]] = [:]
    var reached: UInt8 = 0
    let counting = try ScratchDirectory()
    let counter = try UnreliableDisk(root: counting.path)
    let counted = counter.arm()
    #expect(try workOn(counting.path, &oracles, &reached) == 4)
    counted.disarm()
    let total = counter.calls
    oracles[0] = [:]
    let seed: UInt64 = isLongRun ? .random(in: 0...9999) : 4
    var generator = SeededGenerator(seed: seed)
    print("refused, then stopped: \(total) file calls, power cut: \(losesPower), seed \(seed)")
    for refused in stride(from: losesPower ? 2 : 0, to: total, by: isLongRun ? 1 : 5) {
      for limit in [Int.max, refused + Int.random(in: 1...40, using: &generator)] {
        let directory = try ScratchDirectory()
        let disk = try UnreliableDisk(root: directory.path)
        let faults = disk.arm(limit: limit, refused: refused)
        var reached: UInt8 = 0
        var acknowledged: UInt8 = 0
        do { acknowledged = try workOn(directory.path, &oracles, &reached) } catch is StoreError {}
        faults.disarm()
        let place = "call \(refused) refused, stop at \(limit == .max ? "the end" : "\(limit)")"
        if losesPower { try disk.losePower(&generator) }
        let store = try Store.open(directory: directory.path, options: .manual)
        defer { store.close() }
        #expect(store.recovery.isIntact, "\(place): \(store.recovery)")
        let before = try store.verify()
        #expect(before.isIntact, "\(place), unopened: \(before.faults)")
        let newest = store.positions.newest?.first ?? 0
        #expect((acknowledged...max(acknowledged, reached)).contains(newest), "\(place)")
        let states = try #require(oracles[newest])
        for key in [.test, other] {
          let collection = try store.existing(key)
          // Where its removal was refused it is as it was before.
          let last = key == other && newest == 4 ? oracles[3]![other] : nil
          let expected = states[key] ?? last ?? Oracle()
          if collection == nil && (expected.entries.isEmpty || key == other && reached == 4) {
            continue
          }
          do {
            try #require(collection, "\(place): \(key) is gone")
              .check(against: expected, query: [1, 2, 3, 4], filter: nil)
          } catch {
            Issue.record("\(place): \(error)")
          }
        }
        #expect(store.recovery.isIntact, "\(place): \(store.recovery)")
        let report = try store.verify()
        #expect(report.isIntact, "\(place): \(report.faults)")
      }
    }
  }
}

/// Counts calls from any thread.
final class Counter: Sendable {
  private let value = Atomic(0)
  /// Calls counted.
  var count: Int { value.load(ordering: .relaxed) }
  /// The number of this call, from 0.
  func next() -> Int { value.add(1, ordering: .relaxed).oldValue }
}

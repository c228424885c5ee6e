import Glibc
import Platform
import Synchronization
import Testing

@testable import KnowledgeStore

/// A process that is killed, or a machine that loses power, at every file call in turn
/// (RELIABILITY.md, T02 and T03).
///
/// Serialized: the faults are the whole process's.
@Suite(.serialized) struct CrashTests {
  /// Watches file calls under one directory, and fails all from the k-th on.
  final class Disk: Sendable {
    struct State {
      var calls = 0
      var limit = Int.max
      /// Files with bytes that no `fsync` has forced out, by the name they have now.
      var unsynced: Set<String> = []
      /// Files renamed since their directory was last synced.
      var renamed: Set<String> = []
    }
    let state = Mutex(State())
    let root: String

    init(root: String) { self.root = root }

    func arm(limit: Int) {
      state.withLock { $0 = State(limit: limit) }
      CallFaults.arm { call, path in self.note(call, path) }
    }

    private func note(_ call: String, _ path: String) -> Int32? {
      guard path.hasPrefix(root) else { return nil }
      return state.withLock { state in
        state.calls += 1
        if state.calls > state.limit { return EIO }
        let isTemporary = path.hasSuffix(FileSystem.temporarySuffix)
        let name =
          isTemporary ? String(path.dropLast(FileSystem.temporarySuffix.count)) : path
        switch call {
        case "pwrite", "write": state.unsynced.insert(name)
        case "fsync":
          state.unsynced.remove(name)
          state.renamed = state.renamed.filter { FileSystem.directory(of: $0) != path }
        case "rename": if isTemporary { state.renamed.insert(name) }
        default: break
        }
        return nil
      }
    }

    /// What a power cut may leave: unsynced bytes lost, names of unsynced directories undone.
    func losePower(_ generator: inout SeededGenerator) throws {
      let state = state.withLock { $0 }
      for path in state.unsynced.sorted() {
        for file in [path, path + FileSystem.temporarySuffix] where FileSystem.exists(file) {
          let size = try FileSystem.byteCount(of: file)
          switch Int.random(in: 0..<3, using: &generator) {
          case 0: truncate(file, 0)
          case 1: truncate(file, off_t(Int.random(in: 0...size, using: &generator)))
          default:
            // The length reached the disk, the bytes did not.
            truncate(file, 0)
            truncate(file, off_t(size))
          }
        }
      }
      for path in state.renamed.sorted()
      where FileSystem.exists(path) && Bool.random(using: &generator) {
        try FileSystem.rename(path, to: path + FileSystem.temporarySuffix)
      }
    }
  }

  /// Imports, changes, merges and commits; returns the states whose commit may be on disk.
  private func work(
    _ path: String, _ oracles: inout [UInt8: Oracle], _ reached: inout UInt8
  ) throws {
    var options = StoreOptions.manual
    options.deltaRowLimit = 20
    let store = try Store.open(directory: path, options: options)
    defer { store.close() }
    let collection = try store.collection(.test, configuration: .test(4))
    var maker = EntryMaker(seed: 5, dimension: 4)
    var oracle = Oracle()
    for round in 1...4 as ClosedRange<UInt8> {
      for part in 0..<3 {
        var changes: [Change] = (0..<10).map { _ in .upsert(maker.entry()) }
        for id in oracle.entries.keys.sorted().prefix(3) { changes.append(.delete(id)) }
        try collection.apply(changes)
        oracle.apply(changes)
        if part > 0 { try collection.sealInBackground() }
      }
      if round == 3 { try collection.compact() }
      oracles[round] = oracle
      // From here the commit may be durable although the call fails.
      reached = round
      try store.commit(position: [round])
    }
    try collection.compact()
  }

  @Test(arguments: [false, true])
  func `a stop at any file call leaves the state of a commit`(losesPower: Bool) throws {
    var oracles: [UInt8: Oracle] = [0: Oracle()]
    var reached: UInt8 = 0
    let counting = try ScratchDirectory()
    let counter = Disk(root: counting.path)
    counter.arm(limit: .max)
    try work(counting.path, &oracles, &reached)
    CallFaults.disarm()
    let total = counter.state.withLock { $0.calls }
    #expect(total > 200 && reached == 4)
    let step = isLongRun ? 1 : 11
    var generator = SeededGenerator(seed: 99)
    print("crash: \(total) file calls, every \(step), power cut: \(losesPower), seed 99")
    for limit in stride(from: losesPower ? 3 : 0, to: total, by: step) {
      let directory = try ScratchDirectory()
      let disk = Disk(root: directory.path)
      disk.arm(limit: limit)
      var reached: UInt8 = 0
      // The last calls remove what nobody needs; that may fail unnoticed.
      do { try work(directory.path, &oracles, &reached) } catch is StoreError {}
      CallFaults.disarm()
      if losesPower { try disk.losePower(&generator) }
      let store = try Store.open(directory: directory.path, options: .manual)
      #expect(store.recovery.isIntact, "call \(limit): \(store.recovery)")
      let newest = store.positions.newest?.first ?? 0
      #expect(newest == reached || newest + 1 == reached, "call \(limit): \(newest) of \(reached)")
      let oracle = try #require(oracles[newest])
      let collection = try store.existing(.test)
      #expect(collection != nil || oracle.entries.isEmpty, "call \(limit)")
      do {
        try collection?.check(against: oracle, query: [1, 2, 3, 4], filter: nil)
      } catch {
        Issue.record("call \(limit): \(error)")
      }
      let report = try store.verify()
      #expect(report.isIntact, "call \(limit): \(report.faults)")
      // It must be usable, too.
      let again = try store.collection(.test, configuration: .test(4))
      var maker = EntryMaker(seed: 77, dimension: 4)
      try again.apply([.upsert(maker.entry())])
      try store.commit(position: [200])
      store.close()
    }
  }

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
      CallFaults.arm { call, path in
        guard path.hasPrefix(root), call != "unlink" else { return nil }
        return counter.next() == fault ? code : nil
      }
      defer { CallFaults.disarm() }
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
      CallFaults.disarm()
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
}

/// Counts calls from any thread.
final class Counter: Sendable {
  private let value = Atomic(0)
  /// Calls counted.
  var count: Int { value.load(ordering: .relaxed) }
  /// The number of this call, from 0.
  func next() -> Int { value.add(1, ordering: .relaxed).oldValue }
}

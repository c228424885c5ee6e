import Platform

@testable import KnowledgeStore
@testable import StoreCrash

/// What power cuts may leave of a recorded run, each looked at once.
struct CrashStates {
  /// What went wrong, and where.
  struct Failure: CustomStringConvertible {
    var event: Int
    var cut: String
    var reason: String
    var description: String { "before event \(event), \(cut): \(reason)" }
  }

  /// One state that a cut leaves.
  struct State {
    var event: Int
    var cut: PowerCut
    var disk: DiskModel
    /// Numbers of the versions that it may be.
    var allowed: ClosedRange<Int>

    var files: [String: [UInt8]?] { disk.contents(cut) }
  }

  let trace: DiskTrace
  /// The path of the store in what was watched.
  static let store = "store"

  init(_ trace: DiskTrace) { self.trace = trace }

  /// Visits states until `body` says to stop.
  ///
  /// - Parameters:
  ///   - first: The event before which the first cut is made.
  ///   - cuts: Of each moment.
  ///   - seen: States that need no second look; grows.
  func visit(
    from first: Int = 0, _ cuts: (DiskModel, Int) -> [PowerCut], seen: inout Set<Int>,
    _ body: (State) throws -> Bool
  ) rethrows {
    var disk = trace.start
    var allowed = 0...0
    for event in 0...trace.events.count {
      for cut in event < first ? [] : cuts(disk, event) {
        let hash = disk.hash(cut) &+ allowed.hashValue
        guard seen.insert(hash).inserted else { continue }
        let state = State(event: event, cut: cut, disk: disk, allowed: allowed)
        if try !body(state) { return }
      }
      guard event < trace.events.count else { break }
      switch trace.events[event] {
      case .mark(.mayBe(let version)): allowed = allowed.lowerBound...version
      case .mark(.stands(let version)): allowed = version...version
      case let change: disk.apply(change)
      }
    }
  }

  /// Looks at about so many states: of each moment the one that a kill leaves, of the plain cuts
  /// a part or all, the rest by chance.
  ///
  /// - Returns: How many were looked at, and the faults.
  func sample(_ limit: Int, seed: UInt64) -> (count: Int, failures: [Failure]) {
    var seen: Set<Int> = []
    var failures: [Failure] = []
    var count = 0
    for state in choose(limit, seed: seed, seen: &seen) {
      count += 1
      if case .failure(let error) = check(state, thorough: count % 16 == 0) {
        failures.append(error.failure)
        if failures.count > 200 { break }
      }
    }
    return (count, failures)
  }

  func choose(_ limit: Int, seed: UInt64) -> [State] {
    var seen: Set<Int> = []
    return choose(limit, seed: seed, seen: &seen)
  }

  private func choose(_ limit: Int, seed: UInt64, seen: inout Set<Int>) -> [State] {
    var random = SeededGenerator(seed: seed)
    var all: [State] = []
    let moments = trace.events.count + 1
    visit(
      { disk, _ in
        var cuts = PowerCut.plain(disk)
        if limit < 40 * moments {
          // A part of them, with the state that a kill leaves now and then.
          let part = max(1, limit / moments)
          cuts.shuffle(using: &random)
          cuts = Array(cuts.prefix(part + 1))
        }
        let chances = max(1, (limit / moments) / 2)
        for _ in 0..<chances { cuts.append(.random(disk, seed: random.next())) }
        return cuts
      }, seen: &seen
    ) { state in
      all.append(state)
      return true
    }
    all.shuffle(using: &random)
    return Array(all.prefix(limit))
  }

  /// Puts a state into a new directory and opens it.
  func check(_ state: State, thorough: Bool = false) -> Result<Version, CheckFailure> {
    do {
      let directory = try ScratchDirectory()
      try Self.write(state.files, to: directory.path)
      let check = CrashCheck(
        allowed: Array(trace.versions[state.allowed]), thorough: thorough)
      return .success(try check.run(directory.path + "/" + Self.store))
    } catch {
      return .failure(
        CheckFailure(
          Failure(event: state.event, cut: state.cut.description, reason: "\(error)")))
    }
  }

  struct CheckFailure: Error {
    var failure: Failure
    init(_ failure: Failure) { self.failure = failure }
  }

  static func write(_ files: [String: [UInt8]?], to directory: String) throws {
    for path in files.keys.sorted() {
      if let bytes = files[path]! {
        let file = try File(path: directory + "/" + path, mode: .create)
        if !bytes.isEmpty { try file.write(bytes) }
      } else {
        try FileSystem.createDirectories(directory + "/" + path)
      }
    }
  }

  /// Records a run of the script.
  static func record(
    _ files: [String: [UInt8]?] = [:], version: Version = Version(), seed: UInt64 = 1,
    skipping: @escaping @Sendable (CallSite.Stack) -> Bool = { _ in false },
    _ life: (CrashScript, DiskRecorder) throws -> Void
  ) throws -> DiskTrace {
    let directory = try ScratchDirectory()
    try write(files, to: directory.path)
    let recorder = try DiskRecorder(root: directory.path, skipping: skipping)
    return try recorder.record { report in
      let script = try CrashScript(
        directory: directory.path + "/" + store, version: version, seed: seed, report: report)
      try life(script, recorder)
      return script.versions
    }
  }
}

import Platform
import TestSupport
import Testing

@testable import KnowledgeStore
@testable import StoreCrash

/// T04 of the reliability programme: without any one of the store's syncs and renames, the power
/// cuts of T03 find a fault. So the code has none that does nothing, and T03 misses none.
///
/// A place in the code is found by the stack of the call, so a new one is covered by itself.
@Suite struct SyncMutationTests {
  /// Renames that no fault follows when they are left out, by their words, and why.
  private static let harmlessRenames = [
    "Opening.swift, discard: try rename(path, to: target)":
      "a file that nobody needs stays under its name until the next opening",
    "Opening.swift, init: try FileSystem.rename(trash, to: old)":
      "the trash stays until the next opening",
  ]

  /// Lines that no run reaches, by file and words, and why.
  private static let unreached = [
    "Collection+Compaction.swift: try merged.sync()":
      "only files of 64 MB and more, early, for the commit that names one would do it all the same"
  ]

  /// Files whose lines no run reaches, and why.
  private static let unreachedFiles = [
    "Copying.swift": "a copy is another store, beside the one that the script runs",
    "GraphFile.swift": "graphs are built only for segments that are larger than the script's",
  ]

  // Unsafe by name only: made once, and never changed.
  private nonisolated(unsafe) static let recorded = Result { try RecordedRuns() }
  private let traces: [DiskTrace]
  private let sites: [CallSite.Stack: CallSite]

  init() throws {
    Log.level = .silent
    let runs = try Self.recorded.get()
    (traces, sites) = (runs.traces, runs.sites)
  }

  @Test func `a power cut shows each sync that is left out or comes too early`() throws {
    var places: [CallSite: Set<CallSite.Stack>] = [:]
    for trace in traces {
      for case .sync(_, let stack) in trace.events {
        places[try #require(sites[stack]), default: []].insert(stack)
      }
    }
    #expect(places.count > 15, "the places in the code were not told apart")
    // The states that the code as it is may leave are T03's.
    let harmless = traces.map { trace in
      var seen: Set<Int> = []
      CrashStates(trace).visit({ disk, _ in PowerCut.plain(disk) }, seen: &seen) { _ in true }
      return seen
    }
    var checked = 0
    for site in places.keys.sorted(by: { $0.description < $1.description }) {
      for mutation in isLongRun ? [Mutation.leftOut, .tooEarly] : [.leftOut] {
        let (failure, count) = find(mutation, places[site]!, harmless)
        checked += count
        print("sync \(mutation): \(site): \(failure?.description.prefix(90) ?? "no fault")")
        #expect(failure != nil, "\(mutation), and no power cut shows it: \(site)")
      }
    }
    print("sync mutations: \(places.count) places, \(checked) states")
  }

  @Test func `each rename that is left out is missed`() throws {
    var places: [CallSite: Set<CallSite.Stack>] = [:]
    for stack in traces.flatMap(\.renames) {
      places[try #require(sites[stack]), default: []].insert(stack)
    }
    #expect(places.count > 4, "the places in the code were not told apart")
    for (site, stacks) in places {
      let isMissed = try isMissed(stacks)
      let isHarmless = Self.harmlessRenames[site.description] != nil
      print("rename left out: \(site): \(isMissed ? "missed" : "not missed")")
      #expect(isMissed != isHarmless, "\(site)")
    }
  }

  /// Whether a run, or a look at what it leaves, fails without these renames.
  private func isMissed(_ stacks: Set<CallSite.Stack>) throws -> Bool {
    let runs = try Self.recorded.get()
    // The tests' own frames are others now.
    let known = Set(runs.lines.keys)
    let places = Set(stacks.map { $0.filter(known.contains) })
    for (trace, again) in zip(traces, runs.again)
    where !stacks.isDisjoint(with: trace.renames) {
      guard let trace = try? again({ places.contains($0.filter(known.contains)) }) else {
        return true
      }
      let states = CrashStates(trace)
      var isMissed = false
      var seen: Set<Int> = []
      states.visit(
        { _, event in
          // Where something was just promised, or is all but done.
          let kill = [PowerCut(description: "killed")]
          if event > 0, case .mark(.stands) = trace.events[event - 1] { return kill }
          let isNext = event < trace.events.count && trace.events[event].publishes("position-")
          return isNext ? kill : []
        }, seen: &seen
      ) { state in
        if case .failure = states.check(state, thorough: true) { isMissed = true }
        return !isMissed
      }
      if isMissed { return true }
    }
    return false
  }

  /// A line that is never run could be wrong without a test that fails.
  @Test func `the runs reach every line of the store that syncs or renames`() throws {
    let reached = Set(try Self.recorded.get().lines.values)
    let calls = [
      "syncDirectory(", ".sync()", "rename(", "SmallFile.publish(", "FileSystem.replace(",
    ]
    var missing: [String] = []
    var count = 0
    for file in try Self.sources("KnowledgeStore") {
      let name = String(file.split(separator: "/").last ?? "")
      for (index, text) in try CallSite.source(file).enumerated() {
        let code = text.drop { $0 == " " }
        guard !code.hasPrefix("//"), calls.contains(where: code.contains) else { continue }
        count += 1
        let line = CallSite.Line(file: file, number: index + 1)
        let isReached = reached.contains(line)
        let isExplained =
          Self.unreached["\(name): \(code)"] != nil || Self.unreachedFiles[name] != nil
        #expect(!(isReached && isExplained), "\(code) is reached: no reason is needed")
        if !isReached && !isExplained { missing.append("\(file):\(index + 1): \(code)") }
      }
    }
    print("lines that sync or rename: \(count)")
    #expect(missing.isEmpty, "add a step to CrashScript: \(missing)")
  }

  private static func sources(_ folder: String) throws -> [String] {
    let root = Built.package + "/Sources/"
    return try FileSystem.list(root + folder).flatMap { name -> [String] in
      let path = folder + "/" + name
      if FileSystem.isDirectory(root + path) { return try sources(path) }
      return name.hasSuffix(".swift") ? [path] : []
    }
  }

  enum Mutation {
    case leftOut
    /// Before the last of the changes that it is to force out.
    case tooEarly
  }

  /// Looks for a power cut that shows the mutation.
  private func find(
    _ mutation: Mutation, _ stacks: Set<CallSite.Stack>, _ harmless: [Set<Int>]
  ) -> (CrashStates.Failure?, Int) {
    var checked = 0
    for (trace, harmless) in zip(traces, harmless) {
      var mutant = trace
      let first: Int?
      (mutant.events, first) = Self.mutated(trace, mutation, stacks)
      guard let first else { continue }
      var seen = harmless
      var failure: CrashStates.Failure?
      let states = CrashStates(mutant)
      states.visit(from: first, { disk, _ in PowerCut.plain(disk) }, seen: &seen) { state in
        checked += 1
        if case .failure(let error) = states.check(state) { failure = error.failure }
        return failure == nil
      }
      if let failure { return (failure, checked) }
    }
    return (nil, checked)
  }

  /// The events without the syncs of some places, or with them moved, and where that begins.
  private static func mutated(
    _ trace: DiskTrace, _ mutation: Mutation, _ stacks: Set<CallSite.Stack>
  ) -> (events: [DiskTrace.Event], first: Int?) {
    var first: Int?
    var events: [DiskTrace.Event] = []
    for event in trace.events {
      guard case .sync(let item, let stack) = event, stacks.contains(stack) else {
        events.append(event)
        continue
      }
      let last = events.lastIndex { $0.changed.contains(item) }
      first = first ?? last ?? events.count
      if mutation == .tooEarly, let last { events.insert(event, at: last) }
    }
    return (events, first)
  }
}

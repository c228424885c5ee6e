import Platform
import TestSupport

@testable import KnowledgeStore
@testable import StoreCrash

/// Runs in which every sync and rename of the store takes place, and where in the code.
struct RecordedRuns {
  let traces: [DiskTrace]
  /// The lines of the product by the addresses in the stacks.
  let lines: [UInt64: CallSite.Line]
  let sites: [CallSite.Stack: CallSite]

  /// Makes the run of the same number again, with some renames left out.
  let again: [(_ skipping: @escaping @Sendable (CallSite.Stack) -> Bool) throws -> DiskTrace]

  init() throws {
    again =
      [
        { skipping in
          try CrashStates.record(skipping: skipping) { script, _ in try script.firstLife() }
        },
        { skipping in
          try CrashStates.record(skipping: skipping) { script, recorder in
            try script.refusedLife(refuse: recorder.refusePosition)
          }
        },
      ]
      + (try Self.kills()).map { files, version, seed in
        { skipping in
          try CrashStates.record(files, version: version, seed: seed, skipping: skipping) {
            script, _ in try script.secondLife()
          }
        }
      }
    traces = try again.map { run in try run { _ in false } }
    var stacks: Set<CallSite.Stack> = []
    for trace in traces {
      stacks.formUnion(trace.renames)
      for case .sync(_, let stack) in trace.events { stacks.insert(stack) }
    }
    let lines = try CallSite.lines(of: stacks)
    self.lines = lines
    sites = Dictionary(
      uniqueKeysWithValues: stacks.compactMap { stack in
        CallSite(stack.compactMap { lines[$0] }).map { (stack, $0) }
      })
  }

  /// What kills right before a commit came to its end leave of a first life.
  private static func kills() throws -> [([String: [UInt8]?], Version, UInt64)] {
    let first = try CrashStates.record { script, _ in try script.firstLife() }
    let states = CrashStates(first)
    var kills: [([String: [UInt8]?], Version, UInt64)] = []
    var seen: Set<Int> = []
    var number = 0
    try states.visit(
      { _, event in
        guard event < first.events.count, first.events[event].publishes("position-") else {
          return []
        }
        number += 1
        return isLongRun || number % 4 == 3 ? [PowerCut(description: "killed")] : []
      }, seen: &seen
    ) { state in
      let version = try states.check(state).get()
      if version.damaged == nil && !version.mayLosePosition {
        kills.append((state.files, version, UInt64(state.event)))
      }
      return true
    }
    return kills
  }
}

extension DiskTrace.Event {
  /// Whether it gives a file a name that begins so, and no temporary one.
  func publishes(_ prefix: String) -> Bool {
    guard case .names(let changes) = self else { return false }
    return changes.contains {
      $0.new != nil && $0.name.hasPrefix(prefix)
        && !$0.name.hasSuffix(FileSystem.temporarySuffix)
    }
  }
}

import Platform
import TestSupport
import Testing

@testable import KnowledgeStore
@testable import StoreCrash

/// T03 of the reliability programme: every state that a power cut may leave of a run opens as the
/// last version that was promised, or as the one that was on its way.
@Suite struct PowerCutTests {
  init() { Log.level = .silent }

  /// States looked at of the first life, and of all second lives together.
  private static let limits =
    isLongRun ? (first: 60_000, second: 60_000) : (first: 1200, second: 800)

  @Test func `whatever a power cut leaves is a version that was promised`() throws {
    let seed = UInt64.random(in: 0...UInt64(UInt32.max))
    let trace = try CrashStates.record { script, _ in try script.firstLife() }
    let states = CrashStates(trace)
    let (count, failures) = states.sample(Self.limits.first, seed: seed)
    print(
      "power cuts: \(trace.events.count) events, \(count) states, seed \(seed)")
    #expect(failures.isEmpty, "\(failures.count) of \(count) states, seed \(seed)")
    for failure in failures.prefix(5) { Issue.record("\(failure)") }
  }

  @Test func `a power cut after a power cut leaves a version that was promised, too`() throws {
    let seed = UInt64.random(in: 0...UInt64(UInt32.max))
    var random = SeededGenerator(seed: seed)
    let trace = try CrashStates.record { script, _ in try script.firstLife() }
    let first = CrashStates(trace)
    let lives = isLongRun ? 400 : 25
    var (count, failed) = (0, 0)
    for state in first.choose(lives, seed: seed) {
      let version = try first.check(state).get()
      // What comes after damage is the business of whoever reads the rows again.
      guard version.damaged == nil, !version.mayLosePosition else { continue }
      let seed = random.next()
      let trace = try CrashStates.record(state.files, version: version, seed: seed) {
        script, _ in try script.secondLife()
      }
      let (more, failures) = CrashStates(trace).sample(Self.limits.second / lives, seed: seed)
      count += more
      failed += failures.count
      for failure in failures.prefix(2) {
        Issue.record("after event \(state.event), \(state.cut.description): \(failure)")
      }
      if failed > 20 { break }
    }
    print("second power cuts: \(lives) lives, \(count) states, seed \(seed)")
    #expect(failed == 0, "\(failed) of \(count) states, seed \(seed)")
  }
}

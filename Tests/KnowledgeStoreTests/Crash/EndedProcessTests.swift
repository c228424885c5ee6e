import Platform
import TestSupport
import Testing

@testable import KnowledgeStore
@testable import StoreCrash

/// T02 of the reliability programme: a process of its own is ended before and after each of its
/// file calls, by the shim of `Tests/Faults`, which does not know how the store makes them.
@Suite struct EndedProcessTests {
  private static let calls: FaultyDisk.Calls = [
    .create, .write, .truncate, .sync, .rename, .unlink,
  ]
  private let program: String
  private let page: ScratchDirectory
  private let disk: FaultyDisk

  init() throws {
    Log.level = .silent
    program = try Built.products() + "/StoreCrash"
    page = try ScratchDirectory()
    disk = try FaultyDisk(path: page.path + "/control")
  }

  private func run(_ root: ScratchDirectory) throws -> Program.Outcome {
    var environment = try disk.environment(root: root.path, excluding: root.path + "/none")
    environment["OPENBLAS_NUM_THREADS"] = "1"
    return try Program.run(program, [root.path + "/store"], environment: environment)
  }

  @Test func `a process that ends at any file call leaves a version that was promised`() throws {
    let whole = try ScratchDirectory()
    let script = try CrashScript(directory: whole.path + "/store") { _ in }
    try script.firstLife()
    let counted = try ScratchDirectory()
    disk.count(Self.calls)
    #expect(try run(counted).status == 0)
    let total = disk.matching
    try #require(total > 300, "only \(total) calls")
    // After a call is before the next one, so both are tried of all calls only in long runs.
    let step = isLongRun ? 1 : 9
    let first = Int.random(in: 1...step)
    print("ended processes: \(total) calls, every \(step) from \(first)")
    for call in stride(from: first, through: total, by: step) {
      for isAfter in isLongRun ? [false, true] : [call % 2 == 0] {
        let place = "\(isAfter ? "after" : "before") call \(call)"
        let root = try ScratchDirectory()
        disk.crash(Self.calls, at: call, after: isAfter)
        let outcome = try run(root)
        guard outcome.status == 86 else {
          Issue.record("\(place): \(outcome)")
          continue
        }
        let allowed = Self.allowed(outcome.text)
        let check = CrashCheck(allowed: Array(script.versions[allowed]), thorough: true)
        do {
          _ = try check.run(root.path + "/store")
        } catch { Issue.record("\(place): \(error)") }
      }
    }
  }

  /// The versions that the promises of a process leave open.
  private static func allowed(_ output: String) -> ClosedRange<Int> {
    var allowed = 0...0
    for line in output.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 2, let version = Int(words[1]) else { continue }
      allowed = (words[0] == "is" ? version : allowed.lowerBound)...version
    }
    return allowed
  }
}

import Platform
import Synchronization

/// Whether the user asked to stop: the first signal asks, the second ends the process.
package final class Interruption: Sendable {
  private let asked = Atomic<Bool>(false)

  /// Whether a signal came.
  package var isAsked: Bool { asked.load(ordering: .relaxed) }

  /// Begins to listen for SIGINT, SIGTERM and SIGHUP. Where the system refuses, they end the
  /// process as they always do.
  package static func listen() -> Interruption {
    let interruption = Interruption()
    do throws(SystemError) { try TerminationSignals.listen() } catch { return interruption }
    _ = Thread.spawn(name: "signals") {
      _ = TerminationSignals.wait()
      interruption.asked.store(true, ordering: .relaxed)
      _ = TerminationSignals.wait()
      Environment.exit(ExitCode.interrupted.rawValue)
    }
    return interruption
  }
}

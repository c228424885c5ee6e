import CommandInterface
import Platform

/// Shows progress on the error stream: a bar that is drawn over on a terminal, a line every few
/// seconds elsewhere, of JSON where the command speaks it.
///
/// `@unchecked Sendable`: one thread at a time calls it.
final class ProgressDisplay: @unchecked Sendable {
  private static let barNanoseconds: UInt64 = 100_000_000
  private static let lineNanoseconds: UInt64 = 5_000_000_000

  private let console: Console
  private let asJSON: Bool
  private let now: () -> UInt64
  private var last: UInt64
  private var isShown = false

  /// - Parameters:
  ///   - asJSON: Whether to write JSON objects, a line each, whoever reads them.
  ///   - now: The clock, in nanoseconds.
  init(
    _ console: Console, asJSON: Bool = false,
    now: @escaping () -> UInt64 = { Clock.monotonicNanoseconds }
  ) {
    self.console = console
    self.asJSON = asJSON
    self.now = now
    // A log learns nothing from a line at the very beginning.
    last = console.errorIsTerminal && !asJSON ? 0 : now()
  }

  private var drawsBar: Bool { console.errorIsTerminal && !asJSON }

  /// Shows the progress if it is time to.
  func update(_ progress: @autoclosure () -> TransferProgress) {
    let now = now()
    let pause = drawsBar ? Self.barNanoseconds : Self.lineNanoseconds
    guard now - last >= pause else { return }
    last = now
    guard drawsBar else {
      return asJSON
        ? console.error(progress().json().bytes + [0x0A]) : console.remark(progress().line())
    }
    isShown = true
    let bar = progress().bar(columns: console.columns - 1, style: console.errorStyle)
    console.error(Array("\r\u{1B}[K\(bar)".utf8))
  }

  /// Takes the bar away, so that a line can be written.
  func clear() {
    guard isShown else { return }
    isShown = false
    console.error(Array("\r\u{1B}[K".utf8))
  }
}

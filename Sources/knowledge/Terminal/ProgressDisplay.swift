import Platform

/// Shows progress on the error stream: a bar that is drawn over on a terminal, a line every few
/// seconds elsewhere.
///
/// `@unchecked Sendable`: one thread at a time calls it.
final class ProgressDisplay: @unchecked Sendable {
  private static let barNanoseconds: UInt64 = 100_000_000
  private static let lineNanoseconds: UInt64 = 5_000_000_000

  private let console: Console
  private let isSilent: Bool
  private var last: UInt64
  private var isShown = false

  /// - Parameter isSilent: Shows nothing: the error stream is read by a program.
  init(_ console: Console, isSilent: Bool = false) {
    self.console = console
    self.isSilent = isSilent
    // A log learns nothing from a line at the very beginning.
    last = console.errorIsTerminal ? 0 : Clock.monotonicNanoseconds
  }

  /// Shows the progress if it is time to.
  func update(_ progress: @autoclosure () -> TransferProgress) {
    let now = Clock.monotonicNanoseconds
    let pause = console.errorIsTerminal ? Self.barNanoseconds : Self.lineNanoseconds
    guard !isSilent, now - last >= pause else { return }
    last = now
    guard console.errorIsTerminal else { return console.remark(progress().line()) }
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

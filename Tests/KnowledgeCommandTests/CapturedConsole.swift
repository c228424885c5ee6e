import Synchronization

@testable import knowledge

/// A console that keeps what is written to it.
final class CapturedConsole: Sendable {
  private let written = Mutex<(output: [UInt8], error: [UInt8])>(([], []))

  var output: String { written.withLock { String(decoding: $0.output, as: UTF8.self) } }
  var error: String { written.withLock { String(decoding: $0.error, as: UTF8.self) } }

  func console(
    columns: Int = 80, isTerminal: Bool = false, isColoured: Bool = false
  ) -> Console {
    Console(
      output: { bytes in self.written.withLock { $0.output += bytes } },
      error: { bytes in self.written.withLock { $0.error += bytes } },
      outputIsTerminal: isTerminal, errorIsTerminal: isTerminal, columns: columns,
      style: Style(isColoured: isColoured), errorStyle: Style(isColoured: isColoured))
  }
}

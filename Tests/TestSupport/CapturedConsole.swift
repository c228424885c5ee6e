import CommandInterface
import Synchronization

/// A console that keeps what is written to it.
public final class CapturedConsole: Sendable {
  private let written = Mutex<(output: [UInt8], error: [UInt8])>(([], []))

  /// Nothing is written yet.
  public init() {}

  /// All that was written to the output.
  public var output: String { written.withLock { String(decoding: $0.output, as: UTF8.self) } }
  /// All that was written to the error stream.
  public var error: String { written.withLock { String(decoding: $0.error, as: UTF8.self) } }

  package func console(
    program: String = "knowledge", columns: Int = 80, isTerminal: Bool = false,
    isColoured: Bool = false
  ) -> Console {
    Console(
      program: program, output: { bytes in self.written.withLock { $0.output += bytes } },
      error: { bytes in self.written.withLock { $0.error += bytes } },
      outputIsTerminal: isTerminal, errorIsTerminal: isTerminal, columns: columns,
      style: Style(isColoured: isColoured), errorStyle: Style(isColoured: isColoured))
  }
}

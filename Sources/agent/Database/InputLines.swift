import CommandInterface
import Platform
import Synchronization

/// The standard input, line by line.
final class InputLines: Sendable {
  /// Longest line, in bytes: a message's.
  static let byteLimit = 64 << 10

  private let rest = Mutex<(bytes: [UInt8], isAtEnd: Bool)>(([], false))

  /// The next line without its end; nil where there is none.
  ///
  /// - Throws: ``CommandError`` where it is longer than a message may be, or cannot be read.
  func next() throws(CommandError) -> String? {
    try rest.withLock { (rest) throws(CommandError) in
      while true {
        if let end = rest.bytes.firstIndex(of: UInt8(ascii: "\n")) {
          let line = String(decoding: rest.bytes[..<end], as: UTF8.self)
          rest.bytes.removeFirst(end + 1)
          return line
        }
        if rest.isAtEnd {
          defer { rest.bytes = [] }
          return rest.bytes.isEmpty ? nil : String(decoding: rest.bytes, as: UTF8.self)
        }
        guard rest.bytes.count <= Self.byteLimit else {
          throw .usage("a line of the input has more than \(Self.byteLimit) bytes")
        }
        do throws(SystemError) {
          let more = try StandardStream.input.read(atMost: 64 << 10)
          rest.isAtEnd = more.isEmpty
          rest.bytes += more
        } catch { throw CommandError(.failed, "the input cannot be read: \(error)") }
      }
    }
  }
}

import CommandInterface
import Platform

/// Where an export goes: the console's output, or a file that appears only when it is whole.
struct ExportDestination: ~Copyable {
  private static let bufferByteCount = 256 << 10

  /// Bytes written, those that wait included.
  private(set) var byteCount = 0
  private let console: Console
  private let path: String?
  private var file: File?
  private var buffer: [UInt8] = []

  /// - Parameter path: nil or `-` is the console's output.
  /// - Throws: ``CommandError`` where the file cannot be made.
  init(path: String?, console: Console) throws(CommandError) {
    self.console = console
    self.path = path == "-" ? nil : path
    guard let target = self.path else { return }
    do throws(SystemError) {
      let temporary = target + FileSystem.temporarySuffix
      if FileSystem.exists(temporary) { try FileSystem.remove(temporary) }
      file = try File(path: temporary, mode: .create)
    } catch { throw Self.translated(error) }
  }

  /// Whether the entries go to a file.
  var isFile: Bool { path != nil }

  /// Takes what `fill` appends, and passes it on in large pieces.
  mutating func write(_ fill: (inout [UInt8]) -> Void) throws(CommandError) {
    let before = buffer.count
    fill(&buffer)
    byteCount += buffer.count - before
    if buffer.count >= Self.bufferByteCount { try flush() }
  }

  /// Writes the rest and gives the file its name.
  mutating func finish() throws(CommandError) {
    try flush()
    guard let path else { return }
    do throws(SystemError) {
      try file?.sync()
      try FileSystem.rename(path + FileSystem.temporarySuffix, to: path)
      try FileSystem.syncDirectory(FileSystem.directory(of: path))
    } catch { throw Self.translated(error) }
  }

  /// Removes what was written.
  mutating func abandon() {
    guard let path else { return }
    file = nil
    try? FileSystem.remove(path + FileSystem.temporarySuffix)
  }

  private mutating func flush() throws(CommandError) {
    guard !buffer.isEmpty else { return }
    if path == nil {
      console.output(buffer)
    } else {
      do throws(SystemError) { try file?.write(buffer) } catch { throw Self.translated(error) }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func translated(_ error: SystemError) -> CommandError {
    CommandError(
      .failed, "the export cannot be written: \(error)",
      remedy: "name another place with --output, or make room")
  }
}

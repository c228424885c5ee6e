import CommandInterface
import Platform

/// Files that commands are given.
enum InputFile {
  /// The bytes of a file; of the standard input for `-`.
  ///
  /// - Throws: ``CommandError`` where it is not there, cannot be read, or is larger than the limit.
  static func bytes(_ path: String, limit: Int) throws(CommandError) -> [UInt8] {
    do throws(SystemError) {
      guard path == "-" else { return try FileSystem.readAll(path, limit: limit) }
      var bytes: [UInt8] = []
      while bytes.count <= limit {
        let more = try StandardStream.input.read(atMost: 64 << 10)
        if more.isEmpty { return bytes }
        bytes += more
      }
    } catch {
      if error.isMissing {
        throw .usage("there is no file \(quoted(path))", remedy: "check its path")
      }
      throw CommandError(.failed, "\(quoted(path)) cannot be read: \(error)")
    }
    throw .usage("the input has more than \(Quantity.bytes(limit))")
  }
}

import Platform

/// What a server that went down has said of it.
extension PrivateCluster {
  /// Bytes of the log's end that are looked at.
  private static let logTailByteCount = 256 << 10

  /// The newest `PANIC` of the server's log since it was last ready: why it cannot be reached; nil
  /// where it has said nothing of the kind.
  public var lastWords: String? {
    var newest: (lastLine: Substring, text: String)?
    for name in (try? FileSystem.list(logDirectory)) ?? []
    where name.hasSuffix(".log") && name != "start.log" {
      guard let text = try? Self.tail(of: logDirectory + "/" + name),
        // Each line begins with its time, in an order that texts have too.
        let last = text.split(separator: "\n").last, last >= newest?.lastLine ?? ""
      else { continue }
      newest = (last, text)
    }
    return newest.flatMap { Self.lastWords(in: $0.text) }
  }

  private static func tail(of path: String) throws(SystemError) -> String {
    let file = try File(path: path, mode: .read)
    let size = try file.byteCount()
    var bytes = [UInt8](repeating: 0, count: min(size, logTailByteCount))
    let count = try file.read(into: &bytes, at: size - bytes.count)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// The newest `PANIC` of a log since the server was ready.
  static func lastWords(in log: String) -> String? {
    for line in log.split(separator: "\n").reversed() {
      if line.contains("database system is ready to accept connections") { return nil }
      // As the log's prefix leaves it: time, process, level, two blanks, what happened.
      if let words = line.split(separator: "PANIC:  ", maxSplits: 1).last, words != line {
        return String(words.prefix(500))
      }
    }
    return nil
  }
}

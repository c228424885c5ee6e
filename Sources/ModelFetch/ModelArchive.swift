import Platform

/// An archive that holds a model somewhere: its files are written, the others passed over.
///
/// Archives are read here and not by `unzip` or `tar`: those need not be installed, and only names
/// that belong to a model are ever written, wherever the archive's paths lead.
struct ModelArchive {
  private static let fileByteLimit = 16 << 30
  private static let entryLimit = 100_000

  let path: String
  let isTar: Bool

  /// Writes the model's files below `directory`, which is empty.
  ///
  /// - Throws: ``ModelFetchError``; files may have been written before.
  func extract(to directory: String) throws(ModelFetchError) {
    do throws(ArchiveError) {
      if isTar { try extractTar(directory) } else { try extractZip(directory) }
    } catch { throw ModelFetchError(error, in: path) }
  }

  /// The folder of the archive that is the model, with its slash; the one highest up.
  private func root(of names: [String]) throws(ArchiveError) -> String {
    for mark in ["modules.json", "model.safetensors"] {
      let roots = names.filter { $0 == mark || $0.hasSuffix("/" + mark) }
        .map { String($0.dropLast(mark.count)) }
      if let shortest = roots.min(by: { $0.utf8.count < $1.utf8.count }) { return shortest }
    }
    throw .unsupported("it holds no model.safetensors")
  }

  /// Where an entry of the archive goes; nil where it is no file of the model.
  private func target(_ name: String, root: String, _ directory: String) -> String? {
    guard name.hasPrefix(root) else { return nil }
    let path = String(name.dropFirst(root.count))
    return ModelLayout.isModelFile(path) ? directory + "/" + path : nil
  }

  private func extractZip(_ directory: String) throws(ArchiveError) {
    let archive = try ZipArchive(path: path)
    let root = try root(of: archive.entries.map(\.name))
    for entry in archive.entries {
      guard let target = target(entry.name, root: root, directory) else { continue }
      let writer = ModelFileWriter()
      try writer.begin(target)
      try archive.read(entry, limit: Self.fileByteLimit) { (bytes) throws(SystemError) in
        try writer.write(bytes)
      }
      try writer.finish()
    }
  }

  private func extractTar(_ directory: String) throws(ArchiveError) {
    // Which folder is the model is known when all names are: so the archive is read twice.
    var names: [String] = []
    try scanTar { (name, _) throws(ArchiveError) in
      guard names.count < Self.entryLimit else {
        throw .unsupported("it has more than \(Self.entryLimit) files")
      }
      names.append(name)
      return nil
    }
    let root = try root(of: names)
    try scanTar { (name, _) throws(ArchiveError) in target(name, root: root, directory) }
  }

  /// Reads the archive from its beginning to its end.
  ///
  /// - Parameter choose: Says where a file goes; nil passes it over.
  private func scanTar(
    _ choose: (String, Int) throws(ArchiveError) -> String?
  ) throws(ArchiveError) {
    let input = try ModelFileWriter.system { () throws(SystemError) in
      try File(path: path, mode: .read)
    }
    let reader = try inflating { () throws(CompressionError) in try GzipReader() }
    let writer = ModelFileWriter()
    var scanner = TarScanner()
    var offset = 0
    while true {
      var piece = [UInt8](repeating: 0, count: 256 << 10)
      let count = try ModelFileWriter.system { () throws(SystemError) in
        try input.read(into: &piece, at: offset)
      }
      if count == 0 { break }
      piece.removeLast(piece.count - count)
      offset += count
      var taken = 0
      while taken < piece.count {
        var output: [UInt8] = []
        taken += try inflating { () throws(CompressionError) in
          let rest = Array(piece[taken...])
          return try unsafe reader.inflate(rest.span.bytes, onto: &output, limit: 1 << 20)
        }
        try scanner.take(output) { (name, size) throws(ArchiveError) in
          guard let target = try choose(name, size) else { return false }
          guard size <= Self.fileByteLimit else {
            throw .damaged(.tooLarge(byteCount: size, limit: Self.fileByteLimit))
          }
          try writer.begin(target)
          return true
        } receive: { (bytes) throws(ArchiveError) in
          try ModelFileWriter.system { () throws(SystemError) in
            unsafe try writer.write(Array(bytes).span.bytes)
          }
        }
      }
    }
    try inflating { () throws(CompressionError) in try reader.finish() }
    try scanner.finish()
    try writer.finish()
  }

  private func inflating<Value>(
    _ body: () throws(CompressionError) -> Value
  ) throws(ArchiveError) -> Value {
    do throws(CompressionError) { return try body() } catch { throw .damaged(error) }
  }
}

/// Writes one new file after the other.
private final class ModelFileWriter {
  private var file: File?
  private var offset = 0

  /// Ends the file before and makes the next one, and its folder.
  func begin(_ target: String) throws(ArchiveError) {
    try finish()
    file = try Self.system { () throws(SystemError) in
      try FileSystem.createDirectories(FileSystem.directory(of: target))
      return try File(path: target, mode: .create)
    }
    offset = 0
  }

  func write(_ bytes: RawSpan) throws(SystemError) {
    try file?.write(bytes, at: offset)
    offset += bytes.byteCount
  }

  /// Brings the file before onto the disk.
  func finish() throws(ArchiveError) {
    try Self.system { () throws(SystemError) in try file?.sync() }
    file = nil
  }

  static func system<Value: ~Copyable>(
    _ body: () throws(SystemError) -> Value
  ) throws(ArchiveError) -> Value {
    do throws(SystemError) { return try body() } catch { throw .file(error) }
  }
}

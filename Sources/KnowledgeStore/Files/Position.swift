import Platform

/// The file that ends a commit: which one it was, and what the caller says it reflects.
/// Byte map: FORMAT.md, section 6.
struct PositionFile: Equatable {
  var commit: UInt64
  var position: [UInt8]

  func encoded() -> [UInt8] {
    SmallFile.encode(magic: FileFormat.positionMagic) { writer in
      writer.append(commit)
      writer.append(UInt32(position.count))
      writer.append(position)
    }
  }

  init(commit: UInt64, position: [UInt8]) {
    self.commit = commit
    self.position = position
  }

  /// - Parameter number: The number in the file's name, which the contents must repeat.
  init(reading path: String, number: UInt64) throws(StoreError) {
    var reader = try SmallFile.read(path, magic: FileFormat.positionMagic)
    guard let commit = reader.u64(), commit == number, let count = reader.u32(),
      let position = reader.bytes(Int(count)), reader.remaining == 4
    else {
      throw .invalidFile(
        FileFault(path: path, byteOffset: reader.offset, reason: "malformed position"))
    }
    self.init(commit: commit, position: position)
  }
}

import Platform

/// The file that ends a commit: which one it was, and what the caller says it reflects.
/// Byte map: FORMAT.md, section 6.
struct PositionFile: Equatable {
  var commit: UInt64
  var position: [UInt8]
  /// The collections that the commit left.
  var catalog = Catalog()

  /// Which collections there are and which manifest is the newest of each, in a few bytes: so that
  /// a manifest or a whole collection that went missing is noticed.
  struct Catalog: Equatable {
    private(set) var count: UInt32 = 0
    private(set) var sum: UInt64 = 0

    init() {}

    fileprivate init(count: UInt32, sum: UInt64) {
      self.count = count
      self.sum = sum
    }

    mutating func insert(_ key: CollectionKey, manifest: UInt64) {
      count &+= 1
      let name = hash64(Array(key.label.utf8))
      sum &+= EntryState(id: key.owner, version: name, stamp: manifest).hash64
    }
  }

  func encoded() -> [UInt8] {
    SmallFile.encode(magic: FileFormat.positionMagic) { writer in
      writer.append(commit)
      writer.append(catalog.count)
      writer.append(catalog.sum)
      writer.append(UInt32(position.count))
      writer.append(position)
    }
  }

  init(commit: UInt64, position: [UInt8], catalog: Catalog = Catalog()) {
    self.commit = commit
    self.position = position
    self.catalog = catalog
  }

  /// - Parameter number: The number in the file's name, which the contents must repeat.
  init(reading path: String, number: UInt64) throws(StoreError) {
    var reader = try SmallFile.read(path, magic: FileFormat.positionMagic)
    guard let commit = reader.u64(), commit == number, let collections = reader.u32(),
      let sum = reader.u64(), let count = reader.u32(), let position = reader.bytes(Int(count)),
      reader.remaining == 4
    else {
      throw .invalidFile(
        FileFault(path: path, byteOffset: reader.offset, reason: "malformed position"))
    }
    self.init(
      commit: commit, position: position, catalog: Catalog(count: collections, sum: sum))
  }
}

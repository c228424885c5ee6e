import Platform

/// Finds the files of a tar stream as it comes. Pure: bytes in, files out.
///
/// Plain files only, with names of at most 255 bytes (ustar's prefix included); links, devices and
/// the long names of GNU and pax are passed over, since a model's files need none of them.
/// - Source: POSIX.1-2017, pax, "ustar Interchange Format".
struct TarScanner {
  private enum State {
    case header
    /// Bytes of the file left, and of the padding behind it.
    case file(Int, padding: Int)
    case skipping(Int)
    case ended
  }

  private var state = State.header
  private var header: [UInt8] = []
  private(set) var offset = 0
  private var zeroBlocks = 0

  /// Takes the next bytes of the stream.
  ///
  /// - Parameters:
  ///   - begin: Is given each plain file's path and size, and says whether to hand its bytes on.
  ///   - receive: Is given the bytes of the file that was begun last.
  /// - Throws: ``ArchiveError``, also what the closures throw.
  mutating func take(
    _ bytes: [UInt8], begin: (String, Int) throws(ArchiveError) -> Bool,
    receive: (ArraySlice<UInt8>) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    var place = 0
    while place < bytes.count {
      let available = bytes.count - place
      var count = 0
      switch state {
      case .ended: return
      case .header:
        count = min(512 - header.count, available)
        header += bytes[place..<place + count]
        if header.count == 512 {
          try readHeader(begin)
          header.removeAll(keepingCapacity: true)
        }
      case .file(let left, let padding):
        count = min(left, available)
        try receive(bytes[place..<place + count])
        if left > count {
          state = .file(left - count, padding: padding)
        } else {
          state = padding > 0 ? .skipping(padding) : .header
        }
      case .skipping(let left):
        count = min(left, available)
        state = left > count ? .skipping(left - count) : .header
      }
      place += count
      offset += count
    }
  }

  /// Checks that the stream did not end inside a file.
  ///
  /// - Throws: ``ArchiveError``.
  func finish() throws(ArchiveError) {
    switch state {
    case .ended: return
    case .header where header.isEmpty && zeroBlocks > 0: return
    default: throw .damaged(.truncated(byteOffset: offset))
    }
  }

  private mutating func readHeader(
    _ begin: (String, Int) throws(ArchiveError) -> Bool
  ) throws(ArchiveError) {
    if header.allSatisfy({ $0 == 0 }) {
      zeroBlocks += 1
      if zeroBlocks == 2 { state = .ended }
      return
    }
    let sum = header.enumerated().reduce(0) { sum, byte in
      sum + ((148..<156).contains(byte.offset) ? 32 : Int(byte.element))
    }
    guard octal(148, 8) == sum, let size = octal(124, 12) else {
      throw .damaged(.corrupt(byteOffset: offset, detail: "not a tar header"))
    }
    let padding = (512 - size % 512) % 512
    let kind = header[156]
    guard kind == 0 || kind == UInt8(ascii: "0") else {
      state = size > 0 ? .skipping(size + padding) : .header
      return
    }
    let prefix = header[257..<262].elementsEqual("ustar".utf8) ? text(345, 155) : ""
    let name = prefix.isEmpty ? text(0, 100) : prefix + "/" + text(0, 100)
    let isWanted = try begin(name, size)
    if size == 0 {
      state = .header
    } else {
      state = isWanted ? .file(size, padding: padding) : .skipping(size + padding)
    }
  }

  private func text(_ start: Int, _ count: Int) -> String {
    String(decoding: header[start..<start + count].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// A number in octal digits, with spaces and zeros around it; nil for any other form, such as
  /// GNU's binary one of 8 GiB and more.
  private func octal(_ start: Int, _ count: Int) -> Int? {
    let field = header[start..<start + count].filter { $0 != 0 && $0 != 0x20 }
    guard field.count <= 11, field.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
    return field.reduce(0) { $0 << 3 | Int($1 - 0x30) }
  }
}

import Platform

/// A file of little-endian floats without a header, row after row, mapped.
struct FloatFile: ~Copyable {
  let count: Int
  private let dimension: Int
  private let file: MappedFile

  /// - Throws: ``BenchmarkError/shape(path:byteCount:)`` where the file does not hold whole rows.
  init(path: String, dimension: Int) throws {
    let byteCount = try FileSystem.byteCount(of: path)
    guard byteCount % (4 * dimension) == 0 else {
      throw BenchmarkError.shape(path: path, byteCount: byteCount)
    }
    let mapped = try MappedFile(path: path)
    count = byteCount / (4 * dimension)
    self.dimension = dimension
    file = mapped
  }

  subscript(row: Int) -> [Float] { self[row..<row + 1] }

  /// The floats of some rows, one row after the other.
  subscript(rows: Range<Int>) -> [Float] {
    file.withBytes { bytes in
      (rows.lowerBound * dimension..<rows.upperBound * dimension).map { index in
        let bits = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: bits))
      }
    }
  }
}

import Glibc
import KnowledgeStore
import Platform

/// Vectors from a file of floats, encoded in anonymous memory as a segment keeps them.
///
/// `@safe` holds because every column is as long as the layout says and lives as long as the
/// value; `rows` is only used meanwhile.
@safe final class EncodedRows {
  let count: Int
  let rows: VectorRows
  private let columns: [Column]

  /// - Parameter smallPages: Whether to leave the columns on 4 KB pages.
  init(path: String, dimension: Int, smallPages: Bool) throws(BenchmarkError) {
    let floats = try FloatFile.read(path, dimension: dimension)
    count = floats.count / dimension
    let floatStride = VectorLayout.floatStride(dimension)
    let codeStride = VectorLayout.codeStride(dimension)
    var columns: [Column] = []
    for size in [floatStride * 4, codeStride, 4, 4, 4, 16, 4] {
      columns.append(try Column(byteCount: max(size * count, 1), smallPages: smallPages))
    }
    self.columns = columns
    let vectors = unsafe columns[0].base.bindMemory(to: Float.self, capacity: count * floatStride)
    let codes = unsafe columns[1].base.bindMemory(to: UInt8.self, capacity: count * codeStride)
    let scales = unsafe columns[2].base.bindMemory(to: Float.self, capacity: count)
    let errors = unsafe columns[3].base.bindMemory(to: Float.self, capacity: count)
    let norms = unsafe columns[4].base.bindMemory(to: Float.self, capacity: count)
    let ids = unsafe columns[5].base.bindMemory(to: UInt8.self, capacity: count * 16)
    let chunks = unsafe columns[6].base.bindMemory(to: UInt32.self, capacity: count)
    for row in 0..<count {
      for index in 0..<dimension {
        unsafe vectors[row * floatStride + index] = floats[row * dimension + index]
      }
      let factors = unsafe VectorCodec.encode(
        vectors + row * floatStride, dimension: dimension, codes: codes + row * codeStride)
      unsafe scales[row] = factors.scale
      unsafe errors[row] = factors.error
      unsafe norms[row] = factors.norm
      // Ids in row order, so that ties stand as they do in a sorted list of rows.
      for byte in 0..<8 {
        unsafe ids[row * 16 + byte] = UInt8(truncatingIfNeeded: row >> (56 - 8 * byte))
      }
    }
    rows = unsafe VectorRows(
      count: count, dimension: dimension, vectors: vectors, codes: codes, scales: scales,
      errors: errors, norms: norms, ids: ids, chunks: chunks, live: nil)
  }
}

/// Zeroed anonymous memory.
///
/// `@safe` holds because `base` covers `byteCount` bytes until `deinit`.
@safe private final class Column {
  let base: UnsafeMutableRawPointer
  private let byteCount: Int

  init(byteCount: Int, smallPages: Bool) throws(BenchmarkError) {
    let address = unsafe mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw .system(SystemError(call: "mmap", path: "\(byteCount) bytes", code: errno))
    }
    if !smallPages { unsafe madvise(address, byteCount, Int32(MADV_HUGEPAGE)) }
    unsafe base = address
    self.byteCount = byteCount
  }

  deinit { unsafe munmap(base, byteCount) }
}

/// Files of little-endian floats without a header.
enum FloatFile {
  /// - Returns: All floats of the file, whole rows of `dimension`.
  static func read(_ path: String, dimension: Int) throws(BenchmarkError) -> [Float] {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try FileSystem.readAll(path, limit: 64 << 30)
    } catch {
      throw .system(error)
    }
    guard bytes.count % (4 * dimension) == 0 else {
      throw .shape(path: path, byteCount: bytes.count)
    }
    return unsafe bytes.withUnsafeBytes { unsafe Array($0.bindMemory(to: Float.self)) }
  }
}

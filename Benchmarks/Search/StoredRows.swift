import KnowledgeStore
import Platform

/// Vectors from a file of floats, in a store of their own: one collection, compacted to one
/// segment, row n under the id n.
final class StoredRows {
  let count: Int
  let collection: KnowledgeStore.Collection
  private let store: Store
  private let directory: String

  private static let rowsPerBatch = 1_000

  /// Fills a store in a new directory below `parent`, which ends with the value.
  init(path: String, dimension: Int, parent: String) throws {
    let floats = try FloatFile.read(path, dimension: dimension)
    count = floats.count / dimension
    directory = "\(parent)/search-benchmark-\(UUID.random())"
    store = try Store.open(directory: directory)
    collection = try store.collection(
      CollectionKey(owner: UUID.zero, name: "benchmark"),
      configuration: CollectionConfiguration(
        dimension: dimension, model: "benchmark", modelFingerprint: 0))
    for first in stride(from: 0, to: count, by: Self.rowsPerBatch) {
      let changes = (first..<min(first + Self.rowsPerBatch, count)).map { row in
        Change.upsert(
          Entry(
            id: UUID(high: 0, low: UInt64(row)), version: 1, stamp: 0,
            vector: Array(floats[row * dimension..<(row + 1) * dimension]),
            title: "Row \(row)", content: "A row of the benchmark."))
      }
      try collection.apply(changes)
    }
    try store.commit(position: [])
    try collection.compact()
    try store.commit(position: [])
  }

  deinit {
    store.close()
    try? FileSystem.removeTree(directory)
  }
}

/// Files of little-endian floats without a header.
enum FloatFile {
  /// - Returns: All floats of the file, whole rows of `dimension`.
  static func read(_ path: String, dimension: Int) throws -> [Float] {
    let bytes = try FileSystem.readAll(path, limit: 64 << 30)
    guard bytes.count % (4 * dimension) == 0 else {
      throw BenchmarkError.shape(path: path, byteCount: bytes.count)
    }
    return unsafe bytes.withUnsafeBytes { unsafe Array($0.bindMemory(to: Float.self)) }
  }
}

import KnowledgeStore
import Platform

/// Vectors from a file of floats, in a store of their own: row n under the id n.
final class StoredRows {
  let collection: KnowledgeStore.Collection
  let store: Store

  private static let rowsPerBatch = 1_000
  private static let key = CollectionKey(owner: UUID.zero, name: "benchmark")

  /// Opens the store in `directory` that ``init(directory:filledFrom:dimension:)`` made.
  init(directory: String) throws {
    store = try Store.open(directory: directory)
    guard let found = try store.existing(Self.key) else {
      throw BenchmarkError.usage("\(directory) holds no collection of the benchmark")
    }
    collection = found
  }

  /// Makes a store in `directory` with the rows of a file, compacted to one segment that has its
  /// graph.
  init(directory: String, filledFrom path: String, dimension: Int) throws {
    let file = try FloatFile(path: path, dimension: dimension)
    store = try Store.open(directory: directory)
    collection = try store.collection(
      Self.key,
      configuration: CollectionConfiguration(
        dimension: dimension, model: "benchmark", modelFingerprint: 0))
    for first in stride(from: 0, to: file.count, by: Self.rowsPerBatch) {
      let rows = first..<min(first + Self.rowsPerBatch, file.count)
      try collection.apply(rows.map { Self.change($0, file[$0]) })
    }
    try store.commit(position: [])
    try collection.compact()
    try store.commit(position: [])
    try collection.warm()
  }

  deinit { store.close() }

  /// Puts a vector under the id `row`.
  static func change(_ row: Int, _ vector: [Float]) -> Change {
    .upsert(
      Entry(
        id: UUID(high: 0, low: UInt64(row)), version: 1, stamp: 0, vector: vector,
        priority: attribute(row), title: "Row \(row)", content: "A row of the benchmark."))
  }

  /// A pseudo-random number below 2^20 (SplitMix64): what filters look at, as in `truth.py`.
  private static func attribute(_ row: Int) -> Int32 {
    // The number that follows `row` of the sequence that begins at 0.
    var numbers = SeededGenerator(seed: UInt64(row) &* 0x9E37_79B9_7F4A_7C15)
    return Int32(numbers.next() >> 44)
  }

  /// Admits a share of the rows.
  static func filter(share: Double) -> Filter {
    .priority(0...Int32(share * Double(1 << 20)) - 1)
  }
}

import KnowledgeStore
import Platform

/// Vectors from a file of floats, in a store of their own: row n under the id n.
final class StoredRows {
  let collection: KnowledgeStore.Collection
  let store: Store

  private static let rowsPerBatch = 1_000
  private static let key = CollectionKey(owner: UUID.zero, name: "benchmark")

  /// Opens the store in `directory` that ``init(directory:filledFrom:dimension:)`` made.
  ///
  /// - Parameters:
  ///   - byteLimit: Of segments in memory; nil for the default, which is more than enough.
  ///   - index: What searches to a recall target go by.
  init(directory: String, byteLimit: Int? = nil, index: SearchIndex = .graph) throws {
    var options = StoreOptions()
    options.index = index
    if let byteLimit { options.segmentByteLimit = byteLimit }
    store = try Store.open(directory: directory, options: options)
    guard let found = try store.existing(Self.key) else {
      throw BenchmarkError.usage("\(directory) holds no collection of the benchmark")
    }
    collection = found
  }

  /// Makes a store in `directory` with the rows of a file, compacted to one segment that has its
  /// graph.
  ///
  /// - Parameter isDescribed: Whether rows have what ``filter(_:share:step:)`` looks at.
  init(
    directory: String, filledFrom path: String, dimension: Int, isDescribed: Bool = false
  ) throws {
    let file = try FloatFile(path: path, dimension: dimension)
    store = try Store.open(directory: directory)
    collection = try store.collection(
      Self.key,
      configuration: CollectionConfiguration(
        dimension: dimension, model: "benchmark", modelFingerprint: 0))
    for first in stride(from: 0, to: file.count, by: Self.rowsPerBatch) {
      let rows = first..<min(first + Self.rowsPerBatch, file.count)
      try collection.apply(rows.map { Self.change($0, file[$0], isDescribed: isDescribed) })
    }
    try store.commit(position: [])
    try collection.compact()
    try store.commit(position: [])
    try collection.warm()
  }

  deinit { store.close() }

  /// Puts a vector under the id `row`.
  static func change(_ row: Int, _ vector: [Float], isDescribed: Bool = false) -> Change {
    var entry = Entry(
      id: UUID(high: 0, low: UInt64(row)), version: 1, stamp: 0, vector: vector,
      priority: attribute(row), title: "Row \(row)", content: "A row of the benchmark.")
    if isDescribed {
      let number = Int(attribute(row))
      entry.category = "category \(number / 1024)"
      entry.tags = (0..<20).filter { number < 1 << $0 }.map { "below 2^\($0)" }
      entry.metadata = Array("{\"number\":\(number),\"row\":\(row)}".utf8)
    }
    return .upsert(entry)
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

  /// What a filter looks at.
  enum FilterKind: String, CaseIterable {
    case priority, category, keyword, metadata
  }

  /// Admits about a share of the rows, independently of their vectors; keywords the next power of
  /// two.
  ///
  /// - Parameter step: Makes another filter of it, that admits about as many.
  static func filter(_ kind: FilterKind, share: Double, step: Int = 0) -> Filter {
    let bound = Int(share * Double(1 << 20))
    switch kind {
    case .priority: return .priority(Int32(step)...Int32(bound + step) - 1)
    case .category:
      return .category(
        anyOf: (0..<max(1, bound / 1024)).map { "category \(($0 + step) % 1024)" })
    case .keyword:
      let power = 64 - (bound - 1).leadingZeroBitCount
      let keyword = Filter.keyword(anyOf: ["below 2^\(min(power, 19))"])
      return step == 0 ? keyword : .and([keyword, .priority(-Int32(step)...Int32.max)])
    case .metadata:
      return .metadata(
        key: "number",
        .number(
          NumberBounds(
            lower: .included(Double(step)), upper: .excluded(Double(bound + step)))))
    }
  }
}

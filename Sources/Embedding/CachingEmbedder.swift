import Platform
import Synchronization

/// Remembers the vectors of recent texts, within a bound of bytes; the least recently used go
/// first.
///
/// Meant for queries, which repeat; thread-safe. The lock is held for lookups and copies only,
/// never while the model works: two threads that miss the same text at once both ask the model.
public final class CachingEmbedder: Embedder {
  /// What the cache has done and holds.
  public struct Statistics: Sendable, Equatable {
    /// Texts answered from the cache.
    public var hits = 0
    /// Texts that were not in the cache; one that a call repeats counts each time.
    public var misses = 0
    /// Vectors held.
    public var count = 0
    /// Bytes held: vectors, texts, and 128 an entry for the bookkeeping.
    public var byteCount = 0
  }

  private let base: any Embedder
  private let cache: Mutex<VectorCache>

  /// - Parameters:
  ///   - base: The model to ask for what is not remembered.
  ///   - byteLimit: Bytes to hold at most; 0 remembers nothing.
  public init(_ base: any Embedder, byteLimit: Int = 16 << 20) {
    self.base = base
    cache = Mutex(VectorCache(byteLimit: max(0, byteLimit)))
  }

  /// The model's own space.
  public var model: EmbeddingModel { base.model }

  /// As the model has it.
  public var keepsVectors: Bool { base.keepsVectors }

  /// As the model has it.
  public var mayWait: Bool { base.mayWait }

  /// The model's own.
  public var usage: EmbeddingUsage { base.usage }

  /// What the cache has done and holds now.
  public var statistics: Statistics { cache.withLock { $0.statistics } }

  /// Embeds texts in order, asking the model once for all that are not remembered.
  ///
  /// - Throws: What the model throws; hits of the same call are lost then.
  public func embed(
    _ texts: [String], as role: EmbeddingRole
  ) throws(EmbeddingError) -> [Float] {
    let dimension = model.dimension
    var rows = [Float](repeating: 0, count: texts.count * dimension)
    var missing: [ByteText] = []
    var places: [ByteText: [Int]] = [:]
    cache.withLock { cache in
      for (place, text) in texts.map(ByteText.init(_:)).enumerated() {
        if let vector = cache.vector(of: VectorCache.Key(text: text, role: role)) {
          rows.replaceSubrange(place * dimension..<(place + 1) * dimension, with: vector)
        } else if places[text]?.append(place) == nil {
          places[text] = [place]
          missing.append(text)
        }
      }
    }
    guard !missing.isEmpty else { return rows }
    let made = try base.embed(missing.map(\.text), as: role)
    precondition(made.count == missing.count * dimension, "the model gave another count of floats")
    for (index, text) in missing.enumerated() {
      let vector = Array(made[index * dimension..<(index + 1) * dimension])
      for place in places[text] ?? [] {
        rows.replaceSubrange(place * dimension..<(place + 1) * dimension, with: vector)
      }
      cache.withLock { $0.insert(vector, for: VectorCache.Key(text: text, role: role)) }
    }
    return rows
  }
}

/// A dictionary whose entries also stand in a ring by their last use.
private struct VectorCache {
  struct Key: Hashable {
    let text: ByteText
    let role: EmbeddingRole
  }

  private struct Node {
    var key: Key
    var vector: [Float]
    var newer: Int
    var older: Int
  }

  private static let overheadByteCount = 128

  private let byteLimit: Int
  private var nodes: [Node] = []
  private var free: [Int] = []
  private var places: [Key: Int] = [:]
  /// −1 when empty, like the ends of the chain.
  private var newest = -1
  private var oldest = -1
  private(set) var statistics = CachingEmbedder.Statistics()

  init(byteLimit: Int) { self.byteLimit = byteLimit }

  mutating func vector(of key: Key) -> [Float]? {
    guard let place = places[key] else {
      statistics.misses += 1
      return nil
    }
    statistics.hits += 1
    unlink(place)
    linkNewest(place)
    return nodes[place].vector
  }

  mutating func insert(_ vector: [Float], for key: Key) {
    let byteCount = Self.byteCount(key, vector)
    guard places[key] == nil, byteCount <= byteLimit else { return }
    while statistics.byteCount + byteCount > byteLimit { dropOldest() }
    let node = Node(key: key, vector: vector, newer: -1, older: -1)
    let place = free.popLast() ?? nodes.count
    if place == nodes.count { nodes.append(node) } else { nodes[place] = node }
    places[key] = place
    linkNewest(place)
    statistics.count += 1
    statistics.byteCount += byteCount
  }

  private mutating func dropOldest() {
    let place = oldest
    unlink(place)
    places[nodes[place].key] = nil
    statistics.count -= 1
    statistics.byteCount -= Self.byteCount(nodes[place].key, nodes[place].vector)
    nodes[place].vector = []
    nodes[place].key = Key(text: ByteText(""), role: .query)
    free.append(place)
  }

  private mutating func unlink(_ place: Int) {
    let (newer, older) = (nodes[place].newer, nodes[place].older)
    if newer >= 0 { nodes[newer].older = older } else { newest = older }
    if older >= 0 { nodes[older].newer = newer } else { oldest = newer }
  }

  private mutating func linkNewest(_ place: Int) {
    nodes[place].newer = -1
    nodes[place].older = newest
    if newest >= 0 { nodes[newest].newer = place } else { oldest = place }
    newest = place
  }

  private static func byteCount(_ key: Key, _ vector: [Float]) -> Int {
    key.text.text.utf8.count + vector.count * MemoryLayout<Float>.stride + overheadByteCount
  }
}

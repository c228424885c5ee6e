import CVectorKernels
import Synchronization

/// Memory for one walk at a time over graphs of one size, kept for the next.
///
/// `@safe` holds because every pointer covers the size that its comment says for the life of the
/// object, and the walk grows the pool before it is written to. `@unchecked Sendable`: one thread
/// has it at a time.
@safe final class GraphScratch: @unchecked Sendable {
  /// `[count / 64 + 1]`: vertices that were taken into the pool.
  @unsafe let seen: UnsafeMutablePointer<UInt64>
  /// `[width]` each.
  @unsafe let rotated: UnsafeMutablePointer<Float>
  @unsafe let spare: UnsafeMutablePointer<Float>
  /// `[width / 4][16]`.
  @unsafe let tables: UnsafeMutablePointer<UInt8>
  /// `[codeStride]`: the query's codes, first as bytes + 128, then signed.
  @unsafe let codes: UnsafeMutablePointer<UInt8>
  /// `[poolLimit + CK_SLACK]` each: vertices to look at, by what they seem worth.
  @unsafe private(set) var keys: UnsafeMutablePointer<Float>
  @unsafe private(set) var vertices: UnsafeMutablePointer<UInt32>
  private(set) var poolLimit = 4_096
  /// Room for vertices whose bit in `seen` is set, and for hits: empty while nobody walks.
  private var marked: [UInt32] = []
  private var hits: [(score: Float, vertex: UInt32)] = []

  init(count: Int, dimension: Int) {
    let width = VectorRotation.width(dimension)
    let stride = VectorLayout.codeStride(dimension)
    unsafe seen = .allocate(capacity: count / 64 + 1)
    unsafe seen.initialize(repeating: 0, count: count / 64 + 1)
    unsafe rotated = Self.aligned(width)
    unsafe spare = Self.aligned(width)
    unsafe tables = Self.aligned(4 * width)
    unsafe codes = Self.aligned(stride)
    unsafe keys = Self.aligned(poolLimit + Int(CK_SLACK))
    unsafe vertices = Self.aligned(poolLimit + Int(CK_SLACK))
    marked.reserveCapacity(1_024)
  }

  deinit {
    unsafe seen.deallocate()
    unsafe rotated.deallocate()
    unsafe spare.deallocate()
    unsafe tables.deallocate()
    unsafe codes.deallocate()
    unsafe keys.deallocate()
    unsafe vertices.deallocate()
  }

  /// Doubles the pool.
  func grow(used: Int) {
    poolLimit *= 2
    let keys: UnsafeMutablePointer<Float> = unsafe Self.aligned(poolLimit + Int(CK_SLACK))
    let vertices: UnsafeMutablePointer<UInt32> = unsafe Self.aligned(poolLimit + Int(CK_SLACK))
    unsafe keys.update(from: self.keys, count: used)
    unsafe vertices.update(from: self.vertices, count: used)
    unsafe self.keys.deallocate()
    unsafe self.vertices.deallocate()
    unsafe self.keys = keys
    unsafe self.vertices = vertices
  }

  /// Lends the lists for one walk.
  func takeLists() -> (marked: [UInt32], hits: [(score: Float, vertex: UInt32)]) {
    defer { (marked, hits) = ([], []) }
    return (marked, hits)
  }

  /// Takes the lists back and forgets the walk.
  func clear(
    _ marked: inout [UInt32], _ hits: inout [(score: Float, vertex: UInt32)]
  ) {
    for vertex in marked { unsafe seen[Int(vertex >> 6)] = 0 }
    marked.removeAll(keepingCapacity: true)
    hits.removeAll(keepingCapacity: true)
    swap(&self.marked, &marked)
    swap(&self.hits, &hits)
  }

  private static func aligned<Element: BitwiseCopyable>(
    _ count: Int
  ) -> UnsafeMutablePointer<Element> {
    let bytes = count * MemoryLayout<Element>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return unsafe memory.assumingMemoryBound(to: Element.self)
  }
}

/// Scratch that no search is using: as many as ever were in use at once.
final class GraphScratchPool: Sendable {
  private let spare = Mutex<[GraphScratch]>([])

  /// Lends one for the length of `body`.
  func withScratch<Value>(
    _ graph: GraphData, _ body: (GraphScratch) -> Value
  ) -> Value {
    let scratch =
      spare.withLock { $0.popLast() }
      ?? GraphScratch(count: graph.count, dimension: graph.header.dimension)
    defer { spare.withLock { $0.append(scratch) } }
    return body(scratch)
  }
}

import Platform
import Synchronization

/// The four matrices of a layer, in the order of their use.
enum MatrixRole: Int, CaseIterable, Sendable {
  /// Queries, keys and values in one.
  case attention
  /// What attention found, back to the state.
  case output
  /// The state, widened.
  case up
  /// And narrowed again.
  case down

  /// Outputs and inputs.
  func size(_ shape: EncoderShape) -> (outputs: Int, inputs: Int) {
    switch self {
    case .attention: (3 * shape.hidden, shape.hidden)
    case .output: (shape.hidden, shape.hidden)
    case .up: (shape.intermediate, shape.hidden)
    case .down: (shape.hidden, shape.intermediate)
    }
  }
}

/// Packs all matrices of an encoder into one block of memory, on two threads: loading a model is
/// what a user waits for.
struct MatrixPacker {
  /// Bytes of one layer's matrices, in the order of ``MatrixRole``.
  let sizes: [Int]
  let layers: Int

  typealias Pack = @Sendable (Int, MatrixRole, AlignedMemory, Int) -> PackedMatrix

  /// Calls `pack` for every layer and role and returns the matrices, layer by layer.
  func pack(_ pack: @escaping Pack) -> [PackedMatrix] {
    let places = sizes.map { ($0 + 63) & ~63 }
    let layerSize = places.reduce(0, +)
    let memory = AlignedMemory(byteCount: layerSize * layers)
    let count = layers * sizes.count
    let next = Progress()
    let work = { @Sendable in
      while let item = next.take(below: count) {
        let (layer, role) = item.quotientAndRemainder(dividingBy: places.count)
        let offset = layer * layerSize + places[..<role].reduce(0, +)
        let matrix = pack(layer, MatrixRole.allCases[role], memory, offset)
        next.done.withLock { $0[item] = matrix }
      }
    }
    let other = Thread.spawn(name: "model-load", body: work)
    work()
    other.join()
    return next.done.withLock { done in (0..<count).compactMap { done[$0] } }
  }

  private final class Progress: Sendable {
    let done = Mutex<[Int: PackedMatrix]>([:])
    private let next = Atomic<Int>(0)

    func take(below count: Int) -> Int? {
      let item = next.add(1, ordering: .relaxed).oldValue
      return item < count ? item : nil
    }
  }
}

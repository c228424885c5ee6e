import CTransformerKernels
import Platform
import Synchronization

/// Memory for one batch on its way through the packed encoder.
///
/// `@safe` holds because every pointer lies within `memory`, which this holds, sized by `init`; one
/// thread has it at a time.
@safe struct Workspace {
  /// Tokens of a batch, and of its longest text, that it has room for.
  let tokens: Int
  let memory: AlignedMemory
  /// The state of each token, `[tokens][hidden]`.
  @unsafe let state: UnsafeMutablePointer<Float>
  /// The state for the next product.
  let stateRows: Activations
  /// Queries, keys and values, bf16 `[tokens][3 * hidden]`.
  @unsafe let attended: UnsafeMutablePointer<UInt16>
  /// What attention found, for the next product.
  let context: Activations
  /// The widened state, for the next product; stands where `attended` and `context` did.
  let inner: Activations
  @unsafe let scratch: UnsafeMutableRawPointer

  init(tokens: Int, _ shape: EncoderShape) {
    self.tokens = tokens
    var size = 0
    func room(_ byteCount: Int) -> Int {
      defer { size += (byteCount + 63) & ~63 }
      return size
    }
    let hidden = shape.hidden
    let state = room(tokens * hidden * 4)
    let halves = room(tokens * hidden * 2)
    let shared = room(tokens * max(4 * hidden, shape.intermediate) * 2)
    let codes = room(tokens * max(hidden, shape.intermediate))
    let factors = room(tokens * 8)
    let scratch = room(tk_attention_scratch(tokens, shape.width))
    let memory = AlignedMemory(byteCount: size)
    func rows(_ offset: Int) -> Activations {
      let scales = unsafe (memory.base + factors).assumingMemoryBound(to: Float.self)
      return unsafe Activations(
        halves: (memory.base + offset).assumingMemoryBound(to: UInt16.self),
        codes: (memory.base + codes).assumingMemoryBound(to: UInt8.self), scales: scales,
        zeros: scales + tokens)
    }
    self.memory = memory
    unsafe self.state = (memory.base + state).assumingMemoryBound(to: Float.self)
    stateRows = rows(halves)
    unsafe attended = (memory.base + shared).assumingMemoryBound(to: UInt16.self)
    context = rows(shared + tokens * 3 * hidden * 2)
    inner = rows(shared)
    unsafe self.scratch = memory.base + scratch
  }
}

/// Workspaces that are free, so that a query allocates none.
final class WorkspacePool: Sendable {
  private let free = Mutex<[KeptWorkspace]>([])
  private let shape: EncoderShape
  /// Kept at most; as many threads embed at once without allocating.
  private static let limit = 4

  /// `@unchecked Sendable`: it is in the pool or with one thread, never both.
  private struct KeptWorkspace: @unchecked Sendable {
    let value: Workspace
  }

  init(_ shape: EncoderShape) { self.shape = shape }

  /// Lends a workspace with room for `tokens`.
  func lend<Value>(tokens: Int, _ body: (borrowing Workspace) -> Value) -> Value {
    let kept = free.withLock { free in
      free.firstIndex { $0.value.tokens >= tokens }.map { free.remove(at: $0) }
    }
    // Sizes are rounded up, so that the next text fits as well.
    let room = (max(tokens, 32) + 31) & ~31
    let workspace = kept ?? KeptWorkspace(value: Workspace(tokens: room, shape))
    defer {
      free.withLock { free in
        if free.count == Self.limit { free.removeFirst() }
        free.append(workspace)
        free.sort { $0.value.tokens < $1.value.tokens }
      }
    }
    return body(workspace.value)
  }
}

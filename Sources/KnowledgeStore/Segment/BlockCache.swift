import Synchronization

/// Decompressed content blocks of all collections, the least recently used dropped first.
final class BlockCache: Sendable {
  private struct Key: Hashable {
    let segment: UInt64
    let block: Int
  }

  private struct State {
    var blocks: [Key: (bytes: [UInt8], used: UInt64)] = [:]
    var byteCount = 0
    var clock: UInt64 = 0
  }

  private let state = Mutex(State())
  private let byteLimit: Int
  private let nextIdentity = Atomic<UInt64>(1)

  init(byteLimit: Int) { self.byteLimit = byteLimit }

  /// A number that no other opened segment of this process's store has.
  func newIdentity() -> UInt64 { nextIdentity.add(1, ordering: .relaxed).oldValue }

  func block(_ segment: UInt64, _ block: Int) -> [UInt8]? {
    state.withLock { state in
      guard let place = state.blocks.index(forKey: Key(segment: segment, block: block)) else {
        return nil
      }
      state.clock += 1
      state.blocks.values[place].used = state.clock
      return state.blocks.values[place].bytes
    }
  }

  func insert(_ bytes: [UInt8], _ segment: UInt64, _ block: Int) {
    guard bytes.count <= byteLimit / 8 else { return }
    state.withLock { state in
      state.clock += 1
      let key = Key(segment: segment, block: block)
      if let old = state.blocks.updateValue((bytes, state.clock), forKey: key) {
        state.byteCount -= old.bytes.count
      }
      state.byteCount += bytes.count
      if state.byteCount > byteLimit { Self.shrink(&state, to: byteLimit - byteLimit / 4) }
    }
  }

  /// Bytes held now.
  var byteCount: Int { state.withLock { $0.byteCount } }

  /// Drops the quarter least recently used, so that the sort is paid once for many insertions.
  private static func shrink(_ state: inout State, to target: Int) {
    for (key, value) in state.blocks.sorted(by: { $0.value.used < $1.value.used }) {
      if state.byteCount <= target { break }
      state.byteCount -= value.bytes.count
      state.blocks[key] = nil
    }
  }
}

import Synchronization

/// Which small segments stand in memory, and which leave it when there are too many bytes of them.
///
/// A segment that leaves is read again when it is next needed; whoever is using its bytes keeps
/// them until it is done. Large, mapped segments are counted only: the kernel gives and takes their
/// pages, and a reader must find the mapping it has read when it asks whether all of it was there.
/// Where all is more than the limit, or graphs are not wanted, they are read sparingly
/// (``isShort``).
final class Residency: Sendable {
  /// What is open now.
  struct Counts: Equatable {
    /// Segments whose bytes were copied to memory, and how many those are.
    var copied = 0
    var copiedByteCount = 0
    /// Segments that are mapped, and their bytes.
    var mapped = 0
    var mappedByteCount = 0
    /// Segments that had to leave memory since the start.
    var evictedCount = 0
  }

  private struct Resident {
    weak var segment: Segment?
  }

  /// What the hand came by.
  private struct Looked {
    var leaving: [Segment] = []
    /// Held until the lock is free: the last reference may be ours by then, and a segment that goes
    /// calls ``closed(byteCount:isMapped:)``.
    var staying: [Segment] = []
  }

  private struct State {
    var counts = Counts()
    /// Copied segments in the order in which the hand comes by.
    var residents: [Resident] = []
    var hand = 0
  }

  private let byteLimit: Int
  private let isAlwaysShort: Bool
  /// Of the vectors of a segment that is read sparingly, the part that may stand in memory. Beside
  /// a graph, which takes more than they do, it may be more.
  var vectorPart: Double { isAlwaysShort ? 1 / 32 : 1 / 6 }
  private let state = Mutex(State())

  /// - Parameter isAlwaysShort: Whether mapped segments are read sparingly whatever there is of
  ///   them.
  init(byteLimit: Int, isAlwaysShort: Bool = false) {
    self.byteLimit = byteLimit
    self.isAlwaysShort = isAlwaysShort
  }

  /// What is open now.
  var counts: Counts { state.withLock { $0.counts } }

  /// Whether the open segments are more than may stand in memory: then of mapped ones only what
  /// searches touch is read, and what was read for another reason leaves again.
  var isShort: Bool {
    isAlwaysShort
      || state.withLock { $0.counts.copiedByteCount + $0.counts.mappedByteCount > byteLimit }
  }

  /// Notes a segment that was read or mapped; others leave where there is no room for all.
  ///
  /// The caller holds no segment's lock.
  func opened(_ segment: Segment, byteCount: Int, isMapped: Bool) {
    let looked = state.withLock { state -> Looked in
      if isMapped {
        state.counts.mapped += 1
        state.counts.mappedByteCount += byteCount
        return Looked()
      }
      state.counts.copied += 1
      state.counts.copiedByteCount += byteCount
      state.residents.append(Resident(segment: segment))
      return Self.choose(&state, besides: segment, byteLimit)
    }
    for other in looked.leaving { other.evict() }
  }

  /// Notes that a segment's bytes were let go.
  func closed(byteCount: Int, isMapped: Bool) {
    state.withLock { state in
      if isMapped {
        state.counts.mapped -= 1
        state.counts.mappedByteCount -= byteCount
      } else {
        state.counts.copied -= 1
        state.counts.copiedByteCount -= byteCount
      }
    }
  }

  /// Takes segments off the list until the rest fits: those that were not used since the hand last
  /// came by (the clock algorithm).
  private static func choose(
    _ state: inout State, besides newest: Segment, _ byteLimit: Int
  ) -> Looked {
    var excess = state.counts.copiedByteCount - byteLimit
    var looked = Looked()
    // Twice around: the first time may only find that all were used.
    var left = state.residents.count * 2
    while excess > 0 && left > 0 && !state.residents.isEmpty {
      left -= 1
      if state.hand >= state.residents.count { state.hand = 0 }
      guard let segment = state.residents[state.hand].segment else {
        // Its bytes went with it.
        state.residents.swapAt(state.hand, state.residents.count - 1)
        state.residents.removeLast()
        continue
      }
      if segment === newest || segment.takeUse() {
        looked.staying.append(segment)
        state.hand += 1
        continue
      }
      state.residents.swapAt(state.hand, state.residents.count - 1)
      state.residents.removeLast()
      excess -= segment.reference.byteCount
      state.counts.evictedCount += 1
      looked.leaving.append(segment)
    }
    return looked
  }
}

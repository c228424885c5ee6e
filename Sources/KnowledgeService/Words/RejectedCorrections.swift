import Platform
import Spelling
import Synchronization

/// What one business has rejected, as the truth said last.
///
/// Outcomes that come through this node count at once. Those of others, and what is deleted there,
/// are read every half minute by one request, while the others answer with what there is.
final class RejectedCorrections: Sendable {
  /// A look at the truth.
  struct Turn: Sendable {
    fileprivate let changes: Int
  }

  private struct State {
    var rejections = Rejections()
    var isRead = false
    /// When the truth is looked at again.
    var due: UInt64 = 0
    /// Outcomes that came meanwhile.
    var changes = 0
  }

  private static let lifetimeNanoseconds: UInt64 = 30_000_000_000

  private let state = Mutex(State())

  /// What there is; empty before the truth was first read.
  var current: Rejections { state.withLock { $0.rejections } }

  /// Whether the caller is to read the truth: everybody before it was first read, then one in
  /// half a minute.
  func turn(now: UInt64) -> Turn? {
    state.withLock { state in
      guard !state.isRead || now >= state.due else { return nil }
      state.due = now + Self.lifetimeNanoseconds
      return Turn(changes: state.changes)
    }
  }

  /// Takes what was read in a turn.
  func put(_ rejections: Rejections, _ turn: Turn) {
    state.withLock { state in
      // What came while it was read may not be in it.
      if state.changes != turn.changes {
        state.due = 0
        if state.isRead { return }
      }
      state.rejections = rejections
      state.isRead = true
    }
  }

  /// Notes an outcome that the truth has by now.
  func note(_ original: String, _ replacement: String, isRejected: Bool) {
    state.withLock { state in
      state.changes += 1
      if state.isRead { state.rejections.note(original, replacement, isRejected: isRejected) }
    }
  }
}

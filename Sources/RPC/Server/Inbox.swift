import Platform
import Synchronization

/// Bytes that several connections hold, and a part of them of what all connections hold.
final class BufferedBytes: Sendable {
  private let count = Atomic(0)
  private let limit: Int
  /// The limit's name in a refusal.
  private let name: String
  private let whole: BufferedBytes?

  /// - Parameter whole: Counts these bytes as well, and has its own limit.
  init(_ name: String, limit: Int, within whole: BufferedBytes? = nil) {
    self.name = name
    self.limit = limit
    self.whole = whole
  }

  /// Why there may be no more bytes; nil where there may.
  var refusal: ErrorReply? {
    count.load(ordering: .relaxed) > limit
      ? .bytesFull(name, limit: limit) : whole?.refusal
  }

  /// Adds a number of bytes, negative ones to take them back.
  func add(_ byteCount: Int) {
    count.wrappingAdd(byteCount, ordering: .relaxed)
    whole?.add(byteCount)
  }
}

/// What one connection holds of ``BufferedBytes``, as it was last said. One thread uses it.
struct BufferedShare {
  private var counter: BufferedBytes
  private var byteCount = 0

  init(of counter: BufferedBytes) { self.counter = counter }

  /// Why there may be no more bytes; nil where there may.
  var refusal: ErrorReply? { counter.refusal }

  /// Says how many bytes the connection holds now.
  mutating func hold(_ byteCount: Int) {
    guard byteCount != self.byteCount else { return }
    counter.add(byteCount - self.byteCount)
    self.byteCount = byteCount
  }

  /// Counts from now on in another place.
  mutating func move(to counter: BufferedBytes) {
    self.counter.add(-byteCount)
    counter.add(byteCount)
    self.counter = counter
  }
}

/// What a client's stream brings next.
public enum StreamEvent: Sendable, Equatable {
  /// One item's message.
  case item([UInt8])
  /// The client has sent all its items.
  case end
  /// The request was cancelled, its deadline passed, or the connection is gone.
  case stopped
  /// Nothing came in the time allowed.
  case timedOut
}

/// Items that the loop thread has received and the handler's thread has not yet taken. Its size is
/// bounded by the stream's window.
final class Inbox: Sendable {
  private struct State {
    var items: [[UInt8]] = []
    var next = 0
    var hasEnded = false
    var isStopped = false
    var takenByteCount = 0
    /// Bytes in `items`, counted in `total`.
    var heldByteCount = 0
  }

  private let state = Condition(State())
  private let creditStep: Int
  private let total: BufferedBytes

  /// - Parameters:
  ///   - window: The stream's window; credit is given in quarters of it.
  ///   - total: Counts the items of all streams.
  init(window: Int, total: BufferedBytes) {
    creditStep = max(1, window / 4)
    self.total = total
  }

  deinit { stop() }

  func put(_ message: [UInt8]) {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.items.append(message)
      state.heldByteCount += message.count
      total.add(message.count)
    }
  }

  func end() { state.withLock { $0.hasEnded = true } }
  func stop() {
    state.withLock {
      $0.isStopped = true
      $0.items = []
      $0.next = 0
      total.add(-$0.heldByteCount)
      $0.heldByteCount = 0
    }
  }

  /// Takes the next item, waiting for it.
  ///
  /// - Returns: The event, and the bytes of credit now due to the client.
  func take(timeoutMilliseconds: Int?) -> (event: StreamEvent, credit: Int) {
    let taken: (StreamEvent, Int)? = state.wait(timeoutMilliseconds: timeoutMilliseconds) { state in
      if state.isStopped { return (.stopped, 0) }
      guard state.next < state.items.count else { return state.hasEnded ? (.end, 0) : nil }
      var item: [UInt8] = []
      swap(&item, &state.items[state.next])
      state.next += 1
      if state.next == state.items.count {
        state.items.removeAll(keepingCapacity: true)
        state.next = 0
      }
      state.heldByteCount -= item.count
      total.add(-item.count)
      state.takenByteCount += FlowWindow.cost(messageByteCount: item.count)
      guard state.takenByteCount >= creditStep else { return (.item(item), 0) }
      defer { state.takenByteCount = 0 }
      return (.item(item), state.takenByteCount)
    }
    return taken ?? (.timedOut, 0)
  }
}

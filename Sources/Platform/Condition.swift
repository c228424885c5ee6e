import Glibc

/// A value behind a lock, and threads that wait for it to become something.
///
/// `@unchecked Sendable`: `state` is touched only between lock and unlock.
@safe public final class Condition<State>: @unchecked Sendable {
  private var state: State
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// - Parameter state: The first value.
  public init(_ state: State) {
    self.state = state
    unsafe pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
    unsafe condition.deallocate()
  }

  /// Runs `body` on the value alone, then wakes whoever waits.
  public func withLock<Value, Failure: Error>(
    _ body: (inout State) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(condition)
      unsafe pthread_mutex_unlock(mutex)
    }
    return try body(&state)
  }

  /// Waits until `ready` returns a value, which it is asked at once and after each change.
  ///
  /// - Parameters:
  ///   - timeoutMilliseconds: How long at most; nil waits for ever.
  ///   - ready: Looks at the value, may change it, and returns nil to go on waiting.
  /// - Returns: What `ready` returned, or nil when the time was up.
  public func wait<Value>(
    timeoutMilliseconds: Int? = nil, until ready: (inout State) -> Value?
  ) -> Value? {
    var deadline = timespec()
    if let timeoutMilliseconds {
      unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
      let nanoseconds = deadline.tv_nsec + timeoutMilliseconds % 1000 * 1_000_000
      deadline.tv_sec += timeoutMilliseconds / 1000 + nanoseconds / 1_000_000_000
      deadline.tv_nsec = nanoseconds % 1_000_000_000
    }
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let value = ready(&state) {
        unsafe pthread_cond_broadcast(condition)
        return value
      }
      if timeoutMilliseconds == nil {
        unsafe pthread_cond_wait(condition, mutex)
      } else if unsafe pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT {
        return ready(&state)
      }
    }
  }
}

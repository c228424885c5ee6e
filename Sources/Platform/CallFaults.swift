import Synchronization

/// Lets tests make system calls fail: every call that goes through ``SystemError/check(_:_:_:)``
/// asks here first. Nothing in the product arms it; unarmed it costs one relaxed load a call.
public enum CallFaults {
  /// Looks at a call before it is made.
  ///
  /// - Returns: The `errno` with which the call is to fail unmade; nil lets it go on.
  public typealias Injector = @Sendable (_ call: String, _ path: String) -> Int32?

  private static let isArmed = Atomic<Bool>(false)
  private static let injector = Mutex<Injector?>(nil)

  /// Asks `injector` before every call of any thread, until ``disarm()``.
  public static func arm(_ injector: @escaping Injector) {
    Self.injector.withLock { $0 = injector }
    isArmed.store(true, ordering: .releasing)
  }

  /// Lets all calls go on again.
  public static func disarm() {
    isArmed.store(false, ordering: .releasing)
    injector.withLock { $0 = nil }
  }

  /// The error that a test wants from this call.
  static func fault(_ call: String, _ path: String) -> Int32? {
    guard isArmed.load(ordering: .relaxed) else { return nil }
    return injector.withLock { $0 }?(call, path)
  }
}

import Synchronization

/// Lets tests watch system calls and make them fail: every call that goes through
/// ``SystemError/check(_:_:_:)`` asks here first. Nothing in the product arms it; unarmed it costs
/// one relaxed load a call.
public enum CallFaults {
  /// Looks at a call before it is made.
  ///
  /// - Returns: The `errno` with which the call is to fail unmade; 0 has it return 0, unmade too,
  ///   as if it had succeeded; nil lets it go on.
  public typealias Injector = @Sendable (_ call: String, _ path: String) -> Int32?

  /// One injector at work; several may be, each for files of its own.
  public struct Arming: Sendable {
    fileprivate let number: Int

    /// Takes the injector away. Doing so twice is no error.
    public func disarm() {
      CallFaults.injectors.withLock { injectors in
        injectors.removeAll { $0.number == number }
        CallFaults.isArmed.store(!injectors.isEmpty, ordering: .releasing)
      }
    }
  }

  // In a struct, for a function taken out of a tuple is wrapped anew by every look.
  private struct Armed {
    let number: Int
    let injector: Injector
  }

  private static let isArmed = Atomic<Bool>(false)
  private static let count = Atomic<Int>(0)
  private static let injectors = Mutex<[Armed]>([])

  /// Asks `injector` before every call of any thread, until it is disarmed.
  public static func arm(_ injector: @escaping Injector) -> Arming {
    let number = count.add(1, ordering: .relaxed).newValue
    injectors.withLock { $0.append(Armed(number: number, injector: injector)) }
    isArmed.store(true, ordering: .releasing)
    return Arming(number: number)
  }

  /// The error that a test wants from this call; 0 where it is to be left out.
  static func fault(_ call: String, _ path: String) -> Int32? {
    guard isArmed.load(ordering: .relaxed) else { return nil }
    for armed in injectors.withLock({ $0 }) {
      if let code = armed.injector(call, path) { return code }
    }
    return nil
  }
}

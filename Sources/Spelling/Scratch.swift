import Synchronization

/// Memory that a text needs on its way, kept for the next one.
///
/// `@unchecked Sendable`: only one text has it at a time, who takes it out of the pool.
final class Scratch: @unchecked Sendable {
  var search = Search()
  // Room for these of a ``TextPass``, which takes them and gives them back: they are read and
  // written many times, and of a class each time is checked for others that do.
  var readings: [TextPass.Reading] = []
  var shares: [Double] = []
  var symbols: [Symbol] = []

  private static let idle = Mutex<[Scratch]>([])
  /// As many are kept: of threads that correct at once.
  private static let limit = 16

  /// Lends one to `body`.
  static func with<Value>(_ body: (Scratch) -> Value) -> Value {
    let scratch = idle.withLock { $0.popLast() } ?? Scratch()
    defer {
      idle.withLock { idle in
        if idle.count < limit { idle.append(scratch) }
      }
    }
    return body(scratch)
  }
}

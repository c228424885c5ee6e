/// How many bytes of items one side of a stream may still send. proto-lite/WIRE.md, section 5.
///
/// An item may go while the window is above zero, whatever its size; so an item larger than the
/// window is no deadlock, and a receiver holds at most a window and one item.
public struct FlowWindow: Equatable, Sendable {
  /// Largest window that credit may build up.
  public static let limit = Int(Int32.max)

  /// Bytes left; at or below zero nothing may be sent.
  public private(set) var available: Int

  /// - Parameter available: The window agreed in the hello, in bytes.
  public init(_ available: Int) { self.available = available }

  /// Whether an item may be sent.
  public var isOpen: Bool { available > 0 }

  /// What an item takes from the window: its whole frame.
  public static func cost(messageByteCount: Int) -> Int {
    FrameHeader.byteCount + messageByteCount
  }

  /// Takes an item's cost; false where the window was closed.
  public mutating func take(messageByteCount: Int) -> Bool {
    guard isOpen else { return false }
    available -= Self.cost(messageByteCount: messageByteCount)
    return true
  }

  /// Adds credit; false where it goes past ``limit``.
  public mutating func add(_ byteCount: Int) -> Bool {
    guard byteCount <= Self.limit - max(available, 0) else { return false }
    available += byteCount
    return true
  }
}

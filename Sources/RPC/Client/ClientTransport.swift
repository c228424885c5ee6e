import Glibc
import Platform

/// A client's socket and its buffers: sends and receives at the same time, so that neither side
/// ever waits for the other to read first. Used by one thread at a time.
final class ClientTransport {
  private let channel: Channel
  private var decoder: FrameDecoder
  private var buffer = [UInt8](repeating: 0, count: 128 << 10)
  private var out = ProtoWriter()
  private var sentOffset = 0
  private let spinNanoseconds: UInt64
  /// A buffer up to this size is kept for the next request.
  private static let keptCapacity = 1 << 20
  private var spin = SpinPolicy()

  init(channel: Channel, limits: FrameDecoder.Limits, spinNanoseconds: UInt64) {
    self.channel = channel
    self.spinNanoseconds = spinNanoseconds
    decoder = FrameDecoder(limits: limits)
  }

  /// Bytes that the system has not yet taken.
  var unsentByteCount: Int { out.count - sentOffset }

  /// Adds a frame to what is to be sent.
  func enqueue<Message: ProtoMessage>(_ header: FrameHeader, _ message: Message) {
    out.frame(header, message)
  }

  /// Adds a frame whose message is encoded.
  func enqueue(_ header: FrameHeader, encoded message: [UInt8]) {
    out.frame(header, encoded: message)
  }

  /// Moves bytes both ways until `isDone`, handing each frame to `receive`.
  ///
  /// - Parameters:
  ///   - deadline: When to give up, in nanoseconds of the monotonic clock; nil for never.
  ///   - isDone: Asked before each step.
  ///   - receive: Takes a frame and its message.
  func move(
    deadline: UInt64?, until isDone: () -> Bool,
    _ receive: (FrameHeader, RawSpan) throws(RPCError) -> Void
  ) throws(RPCError) {
    while !isDone() {
      let sentAll = try flush(receive)
      if isDone() { return }
      let look = sentAll && spinNanoseconds > 0 && spin.shouldSpin(servedRequest: true)
      let received = try look ? self.look(receive) : self.receive(receive)
      if received { continue }
      if let deadline {
        let now = Clock.monotonicNanoseconds
        guard now < deadline else { throw .deadlineExceeded }
        try wait(milliseconds: Int32(min(60_000, (deadline - now + 999_999) / 1_000_000)))
      } else {
        try wait(milliseconds: -1)
      }
    }
  }

  /// Looks for an answer a while before sleeping; see ``SpinPolicy``.
  private func look(
    _ take: (FrameHeader, RawSpan) throws(RPCError) -> Void
  ) throws(RPCError) -> Bool {
    let end = Clock.monotonicNanoseconds + spinNanoseconds
    repeat {
      if try receive(take) {
        spin.succeeded()
        return true
      }
      sched_yield()
    } while Clock.monotonicNanoseconds < end
    spin.failed()
    return false
  }

  private func wait(milliseconds: Int32) throws(RPCError) {
    let wantsRoom = unsentByteCount > 0 && !channel.sendWaitsForInput
    let events = POLLIN | (wantsRoom ? POLLOUT : 0)
    do throws(SystemError) {
      _ = try Socket.wait(channel.descriptor, Int16(events), milliseconds: milliseconds)
    } catch { throw .system(error) }
  }

  /// Sends what the system takes; true where nothing is left.
  private func flush(
    _ take: (FrameHeader, RawSpan) throws(RPCError) -> Void
  ) throws(RPCError) -> Bool {
    while unsentByteCount > 0 {
      switch unsafe out.withBytes({ unsafe channel.send($0, from: sentOffset) }) {
      case .bytes(let count): sentOffset += count
      case .wouldBlock: return false
      case .closed:
        // What the server said before it closed is worth more than the fact that it did.
        while try receive(take) {}
        throw closed
      }
    }
    if out.capacity > Self.keptCapacity { out = ProtoWriter() } else { out.truncate(to: 0) }
    sentOffset = 0
    return true
  }

  private var closed: RPCError { channel.tlsFailure.map { .tls($0) } ?? .connectionClosed }

  /// Receives what is there; false where nothing is.
  private func receive(
    _ take: (FrameHeader, RawSpan) throws(RPCError) -> Void
  ) throws(RPCError) -> Bool {
    let transfer = unsafe buffer.withUnsafeMutableBytes { unsafe channel.receive(into: $0) }
    switch transfer {
    case .wouldBlock: return false
    case .closed: throw closed
    case .bytes(let count):
      let received = buffer
      let chunk = unsafe received.span.bytes.extracting(first: count)
      while true {
        let frame: FrameDecoder.Frame?
        do throws(FrameError) { frame = try decoder.next(in: chunk) } catch { throw .frame(error) }
        guard let frame else { return true }
        try decoder.withMessage(of: frame, in: chunk) { (message) throws(RPCError) in
          try take(frame.header, message)
        }
      }
    }
  }
}

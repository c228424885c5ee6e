import Glibc
import Platform

/// The bytes of one connection, both ways. Owns its descriptor; used by one thread at a time.
final class Channel {
  /// What came of an attempt to move bytes.
  enum Transfer: Equatable {
    /// This many were moved.
    case bytes(Int)
    /// Nothing can be moved now.
    case wouldBlock
    /// The peer sends no more, or takes no more.
    case closed
  }

  let descriptor: Int32

  init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Receives up to `buffer.count` bytes.
  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    while true {
      let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .closed }
      if errno == EINTR { continue }
      return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .closed
    }
  }

  /// Sends what the system takes of `bytes` from `offset` on.
  func send(_ bytes: UnsafeRawBufferPointer, from offset: Int) -> Transfer {
    precondition(offset < bytes.count, "there must be something to send")
    while true {
      let count = unsafe Glibc.send(
        descriptor, bytes.baseAddress! + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
      if count >= 0 { return .bytes(count) }
      if errno == EINTR { continue }
      return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .closed
    }
  }

  /// Says that no more will be sent; the peer may still be read.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }
}

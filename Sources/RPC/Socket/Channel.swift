import Glibc
import Platform

/// The bytes of one connection, both ways, in the clear or through TLS. Owns its descriptor; used
/// by one thread at a time.
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

  private let tls: TLSSession?

  init(descriptor: Int32, tls: TLSSession? = nil) {
    self.descriptor = descriptor
    self.tls = tls
  }

  deinit { close(descriptor) }

  /// Whether its bytes go through TLS.
  var isEncrypted: Bool { tls != nil }

  /// Whether received bytes wait here that no event will tell of.
  var hasPending: Bool { tls?.hasPending ?? false }

  /// Whether sending waits for the peer rather than for room.
  var sendWaitsForInput: Bool { tls?.sendWaitsForInput ?? false }

  /// Why TLS failed, where it did.
  var tlsFailure: String? { tls?.failure }

  /// Receives up to `buffer.count` bytes.
  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    if let tls { return unsafe tls.receive(into: buffer) }
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
    if let tls { return unsafe tls.send(UnsafeRawBufferPointer(rebasing: bytes[offset...])) }
    while true {
      let count = unsafe Glibc.send(
        descriptor, bytes.baseAddress! + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
      if count >= 0 { return .bytes(count) }
      if errno == EINTR { continue }
      return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .closed
    }
  }

  /// Says that no more will be sent; the peer may still be read.
  func finishSending() {
    tls?.finishSending()
    shutdown(descriptor, Int32(SHUT_WR))
  }
}

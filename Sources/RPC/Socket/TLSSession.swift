import CTLS
import Glibc

/// TLS over one connection's descriptor. Used by one thread at a time; the handshake happens with
/// the first bytes moved.
///
/// `@safe` holds because `session` is freed by `deinit` alone and never leaves this file.
@safe final class TLSSession {
  private let session: OpaquePointer
  /// Sending waits until something is received, as in a handshake.
  private(set) var sendWaitsForInput = false
  /// Why the session ended, where that was not the peer's wish.
  private(set) var failure: String?

  init(owning session: OpaquePointer) { unsafe self.session = unsafe session }

  deinit { unsafe SSL_free(session) }

  /// Whether bytes were received and decrypted that ``receive(into:)`` has not given.
  var hasPending: Bool { unsafe SSL_pending(session) > 0 }

  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Channel.Transfer {
    ERR_clear_error()
    let count = unsafe SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count))
    if count > 0 {
      sendWaitsForInput = false
      return .bytes(Int(count))
    }
    return judge(count)
  }

  func send(_ bytes: UnsafeRawBufferPointer) -> Channel.Transfer {
    ERR_clear_error()
    let count = unsafe SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count))
    sendWaitsForInput = false
    if count > 0 { return .bytes(Int(count)) }
    return judge(count)
  }

  func finishSending() {
    ERR_clear_error()
    // Before the handshake is complete there is nobody to say it to.
    if unsafe SSL_is_init_finished(session) == 1 { _ = unsafe SSL_shutdown(session) }
  }

  private func judge(_ count: Int32) -> Channel.Transfer {
    switch unsafe SSL_get_error(session, count) {
    case SSL_ERROR_WANT_READ:
      sendWaitsForInput = true
      return .wouldBlock
    case SSL_ERROR_WANT_WRITE: return .wouldBlock
    case SSL_ERROR_ZERO_RETURN: return .closed
    default:
      let verification = unsafe SSL_get_verify_result(session)
      if verification != Int(X509_V_OK) {
        failure = unsafe String(cString: X509_verify_cert_error_string(verification))
      } else {
        let reason = Self.lastError()
        if !reason.isEmpty { failure = reason }
      }
      return .closed
    }
  }

  /// OpenSSL's words for the last error on this thread; empty where there is none.
  static func lastError() -> String {
    let code = ERR_get_error()
    guard code != 0 else { return "" }
    var text = [CChar](repeating: 0, count: 256)
    unsafe ERR_error_string_n(code, &text, text.count)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

import CTLS
import Platform

/// What a TLS server shows: a certificate with its chain, and the certificate's private key.
public struct TLSServerIdentity: Sendable {
  /// PEM file: the certificate first, then those that vouch for it.
  public var certificateChainPath: String
  /// PEM file.
  public var privateKeyPath: String

  /// An identity in two PEM files.
  public init(certificateChainPath: String, privateKeyPath: String) {
    self.certificateChainPath = certificateChainPath
    self.privateKeyPath = privateKeyPath
  }
}

/// What a TLS client believes.
public struct TLSTrust: Sendable {
  /// PEM file of the authorities to trust; nil trusts the system's.
  public var authoritiesPath: String?
  /// The name that the server's certificate must have; nil takes the host that was connected to.
  public var serverName: String?

  /// Trusts the system's authorities unless a file is given.
  public init(authoritiesPath: String? = nil, serverName: String? = nil) {
    self.authoritiesPath = authoritiesPath
    self.serverName = serverName
  }
}

/// OpenSSL's settings for many connections: TLS 1.2 or later.
///
/// `@safe` and `@unchecked Sendable` hold because `context` is not changed after `init`, OpenSSL
/// counts its references with a lock, and it never leaves this folder.
@safe final class TLSContext: @unchecked Sendable {
  private let context: OpaquePointer

  /// A server's settings.
  ///
  /// - Throws: ``RPCError/tls(_:)`` naming the file that cannot be used.
  init(server identity: TLSServerIdentity) throws(RPCError) {
    unsafe context = try Self.make(TLS_server_method())
    guard
      unsafe SSL_CTX_use_certificate_chain_file(context, identity.certificateChainPath) == 1
    else { throw Self.failure("the certificate \(identity.certificateChainPath)") }
    guard
      unsafe SSL_CTX_use_PrivateKey_file(context, identity.privateKeyPath, SSL_FILETYPE_PEM) == 1,
      unsafe SSL_CTX_check_private_key(context) == 1
    else { throw Self.failure("the private key \(identity.privateKeyPath)") }
  }

  /// A client's settings: the server's certificate must be valid.
  ///
  /// - Throws: ``RPCError/tls(_:)`` naming the file that cannot be used.
  init(client trust: TLSTrust) throws(RPCError) {
    unsafe context = try Self.make(TLS_client_method())
    unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    if let path = trust.authoritiesPath {
      guard unsafe SSL_CTX_load_verify_locations(context, path, nil) == 1 else {
        throw Self.failure("the authorities \(path)")
      }
    } else {
      guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else {
        throw Self.failure("the system's authorities")
      }
    }
  }

  deinit { unsafe SSL_CTX_free(context) }

  private static func make(_ method: OpaquePointer?) throws(RPCError) -> OpaquePointer {
    guard let context = unsafe SSL_CTX_new(method) else { throw failure("OpenSSL") }
    // The macros behind these are not visible to Swift: SSL_CTX_set_min_proto_version and _mode.
    _ = unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    _ = unsafe SSL_CTX_ctrl(
      context, SSL_CTRL_MODE,
      Int(
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
          | SSL_MODE_RELEASE_BUFFERS), nil)
    // SSL_OP_NO_RENEGOTIATION and SSL_OP_NO_COMPRESSION, bits 30 and 17.
    _ = unsafe SSL_CTX_set_options(context, 1 << 30 | 1 << 17)
    return unsafe context
  }

  /// The session of a connection that a server has accepted.
  func accept(_ descriptor: Int32) -> TLSSession? {
    guard let session = unsafe SSL_new(context), unsafe SSL_set_fd(session, descriptor) == 1 else {
      return nil
    }
    unsafe SSL_set_accept_state(session)
    return unsafe TLSSession(owning: session)
  }

  /// The session of a connection to the server of this name.
  func connect(_ descriptor: Int32, serverName: String) -> TLSSession? {
    guard let session = unsafe SSL_new(context), unsafe SSL_set_fd(session, descriptor) == 1,
      unsafe SSL_set1_host(session, serverName) == 1
    else { return nil }
    // SSL_set_tlsext_host_name: the name may be asked for by its number only.
    var name = Array(serverName.utf8CString)
    _ = unsafe SSL_ctrl(
      session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &name)
    unsafe SSL_set_connect_state(session)
    return unsafe TLSSession(owning: session)
  }

  private static func failure(_ what: String) -> RPCError {
    .tls("\(what) cannot be used: \(TLSSession.lastError())")
  }
}

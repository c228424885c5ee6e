import Glibc

/// Where and how a server listens.
public struct RPCServerConfiguration: Sendable {
  /// Path of the Unix socket; nil for none.
  public var unixPath: String?
  /// Permissions of the socket's file.
  public var unixMode: UInt32 = 0o600
  /// Host and port for TCP; nil for none.
  public var tcp: (host: String, port: UInt16)?
  /// Certificate and key for TCP; nil serves TCP in the clear, which is for trusted networks only.
  public var tls: TLSServerIdentity?
  /// Loop threads; each serves its own connections.
  public var threadCount: Int
  /// How long a loop thread looks for the next event, in microseconds, before it sleeps: only
  /// after a request, only while that has lately paid off. 0 never looks.
  public var spinMicroseconds = 50
  /// Free text of the hello reply.
  public var serverName = "knowledge"
  /// What peers may do.
  public var limits = RPCLimits()

  /// A server that listens nowhere yet, with a loop thread for each processor, at most 8.
  public init() {
    threadCount = min(8, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }
}

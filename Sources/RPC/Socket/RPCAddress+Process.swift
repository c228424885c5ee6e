import CSystem
import Glibc

extension RPCAddress {
  /// The id of the process that listens on the Unix socket; nil where nobody does, and for TCP.
  public var listeningProcessID: Int? {
    guard case .unix(let path) = self,
      let connection = try? Socket.connect(path: path, timeoutMilliseconds: 1_000)
    else { return nil }
    defer { close(connection) }
    var user: UInt32 = 0
    var group: UInt32 = 0
    var process: Int32 = 0
    guard unsafe cs_peer_credentials(connection, &user, &group, &process) == 0 else { return nil }
    return Int(process)
  }
}

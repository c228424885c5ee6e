import CSystem
import Glibc
import Platform

/// A listening socket. Closed, and a Unix socket's file removed, when the last loop lets go.
final class Listener: Sendable {
  let descriptor: Int32
  let isUnix: Bool
  private let path: String
  private let inode: UInt64

  init(unixPath path: String, mode: UInt32) throws(RPCError) {
    descriptor = try Socket.listen(path: path, mode: mode)
    isUnix = true
    self.path = path
    inode = Self.inode(of: path)
  }

  /// - Parameter descriptor: A listening TCP socket, now the listener's.
  init(tcp descriptor: Int32) {
    self.descriptor = descriptor
    isUnix = false
    path = ""
    inode = 0
  }

  deinit {
    close(descriptor)
    // Another server may have put its own there since.
    if isUnix, inode != 0, Self.inode(of: path) == inode { _ = unsafe unlink(path) }
  }

  private static func inode(of path: String) -> UInt64 {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? UInt64(status.st_ino) : 0
  }

  /// Who is at the other end of a connection accepted here.
  func peer(of connection: Int32) -> Peer {
    guard isUnix else { return .tcp(address: Socket.peerAddress(connection)) }
    var user: UInt32 = .max
    var group: UInt32 = .max
    var process: Int32 = 0
    // Refused only for a descriptor that is no Unix socket; the ids then belong to nobody.
    _ = unsafe cs_peer_credentials(connection, &user, &group, &process)
    return .unix(userID: user, groupID: group, processID: process)
  }
}

import CSystem
import Glibc
import Platform

/// The socket calls of this target, each with its errors; every descriptor is non-blocking and
/// closed on exec.
enum Socket {
  private static let stream = Int32(SOCK_STREAM.rawValue)
  private static let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
  /// Bytes of `sun_path`, its final zero included.
  static let pathByteLimit = 108
  private static let backlog: Int32 = 4_096

  // MARK: Listening

  /// A listening Unix socket. A socket file that nobody answers at is replaced.
  static func listen(path: String, mode: UInt32) throws(RPCError) -> Int32 {
    try clearStale(path)
    let socket = try open(AF_UNIX)
    do throws(SystemError) {
      // On Linux the file gets the descriptor's mode, so there is no moment of a wider one.
      try SystemError.check("fchmod", path) { fchmod(socket, mode) }
      try unsafe withUnixAddress(path) { (address, count) throws(SystemError) in
        try SystemError.check("bind", path) { unsafe bind(socket, address, count) }
      }
      try SystemError.check("listen", path) { Glibc.listen(socket, backlog) }
      return socket
    } catch {
      close(socket)
      throw .system(error)
    }
  }

  private static func clearStale(_ path: String) throws(RPCError) {
    guard path.utf8.count < pathByteLimit, !path.isEmpty else {
      throw .unusableAddress(
        path, reason: "a socket's path has 1 to \(pathByteLimit - 1) bytes; choose a shorter one")
    }
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw .unusableAddress(path, reason: "a file that is not a socket is in the way")
    }
    let probe = try open(AF_UNIX)
    defer { close(probe) }
    let code: Int32
    do throws(SystemError) {
      try unsafe withUnixAddress(path) { (address, count) throws(SystemError) in
        try SystemError.check("connect", path) { unsafe Glibc.connect(probe, address, count) }
      }
      code = 0
    } catch { code = error.code }
    // EAGAIN: somebody listens and is busy.
    if code == 0 || code == EAGAIN { throw .addressInUse(path) }
    guard code == ECONNREFUSED || code == ENOENT else {
      throw .system(SystemError(call: "connect", path: path, code: code))
    }
    _ = unsafe unlink(path)
  }

  /// A listening TCP socket that shares its port with others of this process (SO_REUSEPORT).
  ///
  /// - Returns: The socket and the port, which is new where 0 was asked for.
  ///
  /// - Parameter isFirst: Whether no other socket of this process has the port yet: a port that
  ///   another server shares is then refused, which SO_REUSEPORT alone would allow.
  static func listen(
    host: String, port: UInt16, isFirst: Bool
  ) throws(RPCError) -> (socket: Int32, port: UInt16) {
    do throws(RPCError) {
      if isFirst && port != 0 {
        close(try bound(host: host, port: port, sharing: false).socket)
      }
      return try bound(host: host, port: port, sharing: true)
    } catch {
      if case .system(let cause) = error, cause.code == EADDRINUSE {
        throw .addressInUse("\(host):\(port)")
      }
      throw error
    }
  }

  private static func bound(
    host: String, port: UInt16, sharing: Bool
  ) throws(RPCError) -> (socket: Int32, port: UInt16) {
    try unsafe withResolved(host, port, passive: true) {
      (family, address, count) throws(SystemError) in
      let socket = try openRaw(family)
      do throws(SystemError) {
        try set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
        if sharing { try set(socket, SOL_SOCKET, SO_REUSEPORT, 1) }
        try SystemError.check("bind", "\(host):\(port)") { unsafe bind(socket, address, count) }
        try SystemError.check("listen", "\(host):\(port)") { Glibc.listen(socket, backlog) }
        return (socket, try boundPort(socket))
      } catch {
        close(socket)
        throw error
      }
    }
  }

  private static func boundPort(_ socket: Int32) throws(SystemError) -> UInt16 {
    var address = sockaddr_storage()
    var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
    try SystemError.check("getsockname") {
      unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe getsockname(socket, $0, &count)
        }
      }
    }
    // sin_port and sin6_port stand at the same place, big-endian.
    return unsafe withUnsafeBytes(of: &address) {
      unsafe UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self))
    }
  }

  // MARK: Connecting

  /// A connected Unix socket; waits while the listener's queue is full.
  static func connect(path: String, timeoutMilliseconds: Int32) throws(RPCError) -> Int32 {
    guard path.utf8.count < pathByteLimit, !path.isEmpty else {
      throw .unusableAddress(path, reason: "a socket's path has 1 to \(pathByteLimit - 1) bytes")
    }
    let socket = try open(AF_UNIX)
    let deadline = Clock.monotonicNanoseconds + UInt64(max(0, timeoutMilliseconds)) * 1_000_000
    while true {
      do throws(SystemError) {
        try unsafe withUnixAddress(path) { (address, count) throws(SystemError) in
          try SystemError.check("connect", path) { unsafe Glibc.connect(socket, address, count) }
        }
        return socket
      } catch {
        // There is no event for room in the queue.
        if error.code == EAGAIN, Clock.monotonicNanoseconds < deadline {
          Thread.sleep(milliseconds: 1)
          continue
        }
        close(socket)
        throw .system(error)
      }
    }
  }

  /// A connected TCP socket; the addresses of a name are tried in order.
  static func connect(
    host: String, port: UInt16, timeoutMilliseconds: Int32
  ) throws(RPCError) -> Int32 {
    try unsafe withResolved(host, port, passive: false) {
      (family, address, count) throws(SystemError) in
      let socket = try openRaw(family)
      do throws(SystemError) {
        let name = "\(host):\(port)"
        if unsafe Glibc.connect(socket, address, count) != 0 {
          guard errno == EINPROGRESS else {
            throw SystemError(call: "connect", path: name, code: errno)
          }
          guard try wait(socket, Int16(POLLOUT), milliseconds: timeoutMilliseconds) else {
            throw SystemError(call: "connect", path: name, code: ETIMEDOUT)
          }
          var code: Int32 = 0
          var size = socklen_t(MemoryLayout<Int32>.size)
          try SystemError.check("getsockopt", name) {
            unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size)
          }
          guard code == 0 else { throw SystemError(call: "connect", path: name, code: code) }
        }
        try set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        return socket
      } catch {
        close(socket)
        throw error
      }
    }
  }

  /// Waits until the socket is ready for `events`; false where the time was up.
  static func wait(
    _ socket: Int32, _ events: Int16, milliseconds: Int32
  ) throws(SystemError) -> Bool {
    var entry = pollfd(fd: socket, events: events, revents: 0)
    return try SystemError.check("poll") { unsafe poll(&entry, 1, milliseconds) } > 0
  }

  // MARK: Options and peers

  /// Sets an integer option.
  static func set(
    _ socket: Int32, _ level: Int32, _ option: Int32, _ value: Int32
  ) throws(SystemError) {
    var value = value
    try SystemError.check("setsockopt") {
      unsafe setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  /// The numeric address at the other end of a TCP connection, without the port.
  static func peerAddress(_ socket: Int32) -> String {
    var address = sockaddr_storage()
    var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getpeername(socket, $0, &count) == 0
          ? getnameinfo($0, count, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) : -1
      }
    }
    guard code == 0 else { return "unknown" }
    return String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  // MARK: Steps

  private static func open(_ family: Int32) throws(RPCError) -> Int32 {
    do throws(SystemError) { return try openRaw(family) } catch { throw .system(error) }
  }

  private static func openRaw(_ family: Int32) throws(SystemError) -> Int32 {
    try SystemError.check("socket") { socket(family, stream | flags, 0) }
  }

  @discardableResult
  private static func withUnixAddress<Value>(
    _ path: String,
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Value
  ) throws(SystemError) -> Value {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
      // Callers have checked the length; the rest stays zero.
      unsafe target.copyBytes(from: path.utf8.prefix(pathByteLimit - 1))
    }
    let count = socklen_t(MemoryLayout<sockaddr_un>.size)
    return try unsafe withUnsafePointer(to: &address) { (pointer) throws(SystemError) -> Value in
      try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        (generic) throws(SystemError) -> Value in
        try unsafe body(generic, count)
      }
    }
  }

  private static func withResolved<Value>(
    _ host: String, _ port: UInt16, passive: Bool,
    _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Value
  ) throws(RPCError) -> Value {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = stream
    unsafe hints.ai_flags = passive ? AI_PASSIVE : 0
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host, String(port), &hints, &list)
    guard code == 0, let first = unsafe list else {
      throw .unusableAddress(host, reason: unsafe String(cString: gai_strerror(code)))
    }
    defer { unsafe freeaddrinfo(first) }
    var next: UnsafeMutablePointer<addrinfo>? = unsafe first
    var failure = SystemError(call: "getaddrinfo", path: host, code: EADDRNOTAVAIL)
    while let entry = unsafe next {
      do throws(SystemError) {
        return try unsafe body(
          entry.pointee.ai_family, entry.pointee.ai_addr, entry.pointee.ai_addrlen)
      } catch { failure = error }
      unsafe next = entry.pointee.ai_next
    }
    throw .system(failure)
  }
}

import Glibc
import Platform
import RPC

/// A client that was written from `proto-lite/WIRE.md` alone and shares no frame code with the
/// product; only the generated messages are the same. Blocking, one thread.
final class WireConnection {
  /// A frame as it came.
  struct Frame {
    var kind: UInt8
    var method: UInt16
    var request: UInt32
    var message: [UInt8]
  }

  /// Why a call gave no reply.
  enum Failure: Error, CustomStringConvertible {
    /// The service answered with an error frame.
    case refused(ErrorReply)
    /// The connection ended or timed out; whether the request was done is not known.
    case lost(String)

    var description: String {
      switch self {
      case .refused(let error): "\(error.code): \(error.message) \(error.details)"
      case .lost(let how): "connection lost: \(how)"
      }
    }
    /// The error code of a refusal.
    var code: ErrorCode? { if case .refused(let error) = self { error.code } else { nil } }
  }

  // WIRE.md, section 2: kinds and the header's size.
  static let hello: UInt8 = 1
  static let request: UInt8 = 2
  static let response: UInt8 = 3
  static let item: UInt8 = 4
  static let end: UInt8 = 5
  static let error: UInt8 = 6
  static let cancel: UInt8 = 7
  static let credit: UInt8 = 8
  static let headerByteCount = 20

  let descriptor: Int32
  private var buffer: [UInt8] = []
  private var nextRequest: UInt32 = 1
  /// Every byte that came, for tests that look for what must not be in it.
  var received: [UInt8]?

  /// Connects to a Unix socket, without a hello.
  init(socket path: String, timeoutSeconds: Int = 60) throws {
    descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw SystemError(call: "socket", path: path, code: errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    signal(SIGPIPE, SIG_IGN)
    setTimeout(seconds: timeoutSeconds)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      let code = errno
      Glibc.close(descriptor)
      throw SystemError(call: "connect", path: path, code: code)
    }
  }

  /// Connects and says hello.
  ///
  /// - Parameters:
  ///   - business: Name or UUID, for a peer that is trusted by its uid.
  ///   - key: A business's key.
  convenience init(
    socket path: String, business: String = "", key: String = "", timeoutSeconds: Int = 60
  ) throws {
    try self.init(socket: path, timeoutSeconds: timeoutSeconds)
    try sayHello(business: business, key: key)
  }

  deinit { Glibc.close(descriptor) }

  @discardableResult
  func sayHello(business: String = "", key: String = "") throws -> HelloReply {
    var hello = HelloRequest()
    hello.magic = Array("KNW1".utf8)
    hello.versionLowest = 1
    hello.versionHighest = 1
    hello.apiKey = key
    hello.business = business
    hello.client = "end-to-end tests"
    hello.streamWindow = 64 << 20
    try send(Self.hello, message: hello.encoded())
    guard let frame = try receive() else { throw Failure.lost("closed after the hello") }
    guard frame.kind == Self.hello else { throw Self.failure(frame) }
    return try HelloReply(decoding: frame.message)
  }

  // ---------------------------------------------------------------- calls

  /// One request, one reply.
  func call<Reply: ProtoMessage>(
    _ method: Method, _ message: some ProtoMessage, for: Reply.Type = Reply.self,
    deadlineMilliseconds: UInt32 = 0
  ) throws -> Reply {
    let frames = try stream(method, message, deadlineMilliseconds: deadlineMilliseconds)
    guard frames.count == 1, frames[0].kind == Self.response else {
      throw Failure.lost("\(frames.count) frames for one request")
    }
    return try Reply(decoding: frames[0].message)
  }

  /// One request and every frame of its answer; an error frame is thrown.
  func stream(
    _ method: Method, _ message: some ProtoMessage, deadlineMilliseconds: UInt32 = 0
  ) throws -> [Frame] {
    let id = takeRequestID()
    try send(
      Self.request, method: UInt16(method.rawValue), request: id,
      deadline: deadlineMilliseconds, message: message.encoded())
    var frames: [Frame] = []
    var untaken = 0
    while true {
      guard let frame = try receive() else { throw Failure.lost("closed in a request") }
      guard frame.request == id else {
        if frame.kind == Self.error { throw Self.failure(frame) }
        continue
      }
      if frame.kind == Self.error { throw Self.failure(frame) }
      frames.append(frame)
      if frame.kind == Self.response || frame.kind == Self.end { return frames }
      untaken += frame.message.count + Self.headerByteCount
      if untaken > 1 << 20 {
        try send(Self.credit, request: id, message: Credit(bytes: UInt32(untaken)).encoded())
        untaken = 0
      }
    }
  }

  /// A number for the next request.
  func takeRequestID() -> UInt32 {
    defer { nextRequest += 1 }
    return nextRequest
  }

  static func failure(_ frame: Frame) -> Failure {
    guard let reply = try? ErrorReply(decoding: frame.message) else {
      return .lost("an error frame that does not decode")
    }
    return .refused(reply)
  }

  // ---------------------------------------------------------------- frames

  static func header(
    _ kind: UInt8, method: UInt16 = 0, request: UInt32 = 0, deadline: UInt32 = 0,
    flags: UInt16 = 0, byteCount: Int, version: UInt8 = 1
  ) -> [UInt8] {
    var writer = ByteWriter(capacity: headerByteCount)
    writer.append(UInt32(16 + byteCount))
    writer.append(version)
    writer.append(kind)
    writer.append(method)
    writer.append(request)
    writer.append(deadline)
    writer.append(flags)
    writer.append(UInt16(0))
    return writer.bytes
  }

  func send(
    _ kind: UInt8, method: UInt16 = 0, request: UInt32 = 0, deadline: UInt32 = 0,
    flags: UInt16 = 0, message: [UInt8]
  ) throws {
    try send(
      bytes: Self.header(
        kind, method: method, request: request, deadline: deadline, flags: flags,
        byteCount: message.count) + message)
  }

  /// Sends bytes as they are.
  func send(bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress! + done, $0.count - done, Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure.lost("send: \(String(cString: strerror(errno)))")
      }
      done += count
    }
  }

  /// The next frame; nil where the peer closed between frames.
  func receive() throws -> Frame? {
    guard try fill(Self.headerByteCount) else { return nil }
    var reader = ByteReader(Array(buffer[..<Self.headerByteCount]))
    let length = Int(reader.u32()!) - 16
    _ = reader.u8()
    let kind = reader.u8()!
    let method = reader.u16()!
    let request = reader.u32()!
    guard try fill(Self.headerByteCount + length) else {
      throw Failure.lost("closed in the middle of a frame")
    }
    let message = Array(buffer[Self.headerByteCount..<Self.headerByteCount + length])
    buffer.removeFirst(Self.headerByteCount + length)
    return Frame(kind: kind, method: method, request: request, message: message)
  }

  /// How long a receive waits.
  func setTimeout(seconds: Int) {
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  private func fill(_ count: Int) throws -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while buffer.count < count {
      let got = recv(descriptor, &chunk, chunk.count, 0)
      if got < 0 {
        if errno == EINTR { continue }
        throw Failure.lost("recv: \(String(cString: strerror(errno)))")
      }
      if got == 0 {
        if buffer.isEmpty { return false }
        throw Failure.lost("closed in the middle of a frame")
      }
      buffer.append(contentsOf: chunk[..<got])
      received?.append(contentsOf: chunk[..<got])
    }
    return true
  }
}

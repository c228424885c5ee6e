import Glibc
import Platform
import Synchronization

/// An HTTP/1.1 server on this machine that answers, and misbehaves, as a test tells it to.
///
/// A thread for each connection; requests with a `Content-Length` only, as libcurl sends them.
public final class LocalHTTPServer: Sendable {
  /// What came in.
  public struct Request: Sendable {
    /// `GET`, `POST` …
    public let method: String
    /// With its query.
    public let target: String
    /// Names in lower case.
    public let headers: [(name: String, value: String)]
    /// The whole body.
    public let body: [UInt8]
    /// From 0, in the order of their coming over all connections.
    public let number: Int
    /// From 0: which connection it came by.
    public let connection: Int

    /// The value of a header, by its name in lower case.
    public subscript(name: String) -> String? { headers.last { $0.name == name }?.value }
    /// The body as JSON; null where it is none.
    public var json: JSON { (try? JSON.parse(body)) ?? .null }
  }

  /// What to do about it.
  public struct Response: Sendable {
    /// The status code.
    public var status = 200
    /// Header lines beside `Content-Length`.
    public var headers: [(String, String)] = []
    /// The body.
    public var body: [UInt8] = []
    /// What `Content-Length` says; nil says the truth.
    public var declaredByteCount: Int?
    /// Ends the connection after so many bytes of the body.
    public var cutAfter: Int?
    /// Ends the connection after the answer without having said so.
    public var closesAfter = false
    /// Sends these bytes and nothing else, then ends the connection.
    public var raw: [UInt8]?
    /// Sends nothing, until the client gives up.
    public var isSilent = false
    /// Sends the body in chunks, each as soon as this returns it; nil ends it.
    public var chunks: (@Sendable () -> [UInt8]?)?

    /// An answer with a text for a body.
    public init(_ status: Int = 200, _ body: String = "", headers: [(String, String)] = []) {
      self.status = status
      self.body = Array(body.utf8)
      self.headers = headers
    }
  }

  private struct State {
    var requests: [Request] = []
    var connections: [Int32: Thread] = [:]
    var connectionCount = 0
    var inFlight = 0
    var mostInFlight = 0
    var isClosed = false
    var ended: [Thread] = []
  }

  private let state = Mutex(State())
  private let listener: Int32
  private let handler: @Sendable (Request) -> Response
  private let accepting: Mutex<Thread?> = Mutex(nil)
  /// Where it listens, on 127.0.0.1.
  public let port: UInt16

  /// - Parameter handler: Answers; called on the connection's thread.
  /// - Throws: ``SystemError`` where no port is free.
  public init(_ handler: @escaping @Sendable (Request) -> Response) throws(SystemError) {
    self.handler = handler
    let listener = try SystemError.check("socket") {
      socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    try withUnsafeMutablePointer(to: &address) { (pointer) throws(SystemError) in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { (any) throws(SystemError) in
        try SystemError.check("bind") { bind(listener, any, size) }
        try SystemError.check("listen") { listen(listener, 64) }
        try SystemError.check("getsockname") { getsockname(listener, any, &size) }
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    let thread = Thread.spawn(name: "http") { [self] in accept() }
    accepting.withLock { $0 = thread }
  }

  /// `http://127.0.0.1:PORT`.
  public var url: String { "http://127.0.0.1:\(port)" }
  /// All requests so far.
  public var requests: [Request] { state.withLock { $0.requests } }
  /// All connections so far.
  public var connectionCount: Int { state.withLock { $0.connectionCount } }
  /// The most requests that were being answered at one moment.
  public var mostInFlight: Int { state.withLock { $0.mostInFlight } }

  /// Ends all connections and waits for the threads.
  public func close() {
    let wasClosed = state.withLock { state in
      defer { state.isClosed = true }
      return state.isClosed
    }
    guard !wasClosed else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    accepting.withLock { $0 }?.join()
    Glibc.close(listener)
    while let thread = state.withLock({ state -> Thread? in
      for descriptor in state.connections.keys { shutdown(descriptor, Int32(SHUT_RDWR)) }
      return state.ended.popLast() ?? state.connections.values.first
    }) {
      thread.join()
    }
  }

  private func accept() {
    while true {
      let descriptor = Glibc.accept(listener, nil, nil)
      if descriptor < 0 { return }
      state.withLock { state in
        guard !state.isClosed else {
          Glibc.close(descriptor)
          return
        }
        let number = state.connectionCount
        state.connectionCount += 1
        state.connections[descriptor] = Thread.spawn(name: "http-\(number)") { [self] in
          serve(descriptor, number)
          self.state.withLock { state in
            if let thread = state.connections.removeValue(forKey: descriptor) {
              state.ended.append(thread)
            }
            Glibc.close(descriptor)
          }
        }
      }
    }
  }

  private func serve(_ descriptor: Int32, _ connection: Int) {
    var input: [UInt8] = []
    while let parsed = read(descriptor, &input) {
      let request = state.withLock { state in
        let request = Request(
          method: parsed.method, target: parsed.target, headers: parsed.headers, body: parsed.body,
          number: state.requests.count, connection: connection)
        state.requests.append(request)
        state.inFlight += 1
        state.mostInFlight = max(state.mostInFlight, state.inFlight)
        return request
      }
      let response = handler(request)
      let goesOn = answer(descriptor, response)
      state.withLock { $0.inFlight -= 1 }
      guard goesOn else { return }
    }
  }

  private typealias Parsed = (
    method: String, target: String, headers: [(name: String, value: String)], body: [UInt8]
  )

  /// The next request of a connection; nil at its end.
  private func read(_ descriptor: Int32, _ input: inout [UInt8]) -> Parsed? {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let headEnd = input.indices.first(where: { input[$0...].starts(with: end) }) {
        let lines = String(decoding: input[..<headEnd], as: UTF8.self)
          .split(separator: "\r\n").map(String.init)
        let words = lines[0].split(separator: " ").map(String.init)
        let headers = lines.dropFirst().map { line in
          let colon = line.firstIndex(of: ":") ?? line.endIndex
          return (
            name: line[..<colon].lowercased(),
            value: String(line[colon...].dropFirst().drop { $0 == " " })
          )
        }
        let count = headers.last { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
        while input.count < headEnd + 4 + count { if !receive(descriptor, &input) { return nil } }
        let body = Array(input[headEnd + 4..<headEnd + 4 + count])
        input.removeFirst(headEnd + 4 + count)
        return (words[0], words.count > 1 ? words[1] : "", headers, body)
      }
      if !receive(descriptor, &input) { return nil }
    }
  }

  private func receive(_ descriptor: Int32, _ input: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count > 0 { input += buffer[..<count] }
    return count > 0
  }

  /// - Returns: Whether the connection goes on.
  private func answer(_ descriptor: Int32, _ response: Response) -> Bool {
    if response.isSilent {
      var byte: UInt8 = 0
      while recv(descriptor, &byte, 1, 0) > 0 {}
      return false
    }
    if let raw = response.raw {
      send(descriptor, raw)
      return false
    }
    var head = "HTTP/1.1 \(response.status) Status\r\n"
    for (name, value) in response.headers { head += "\(name): \(value)\r\n" }
    if let chunks = response.chunks {
      guard send(descriptor, Array((head + "Transfer-Encoding: chunked\r\n\r\n").utf8)) else {
        return false
      }
      while let chunk = chunks() {
        let line = Array("\(String(chunk.count, radix: 16))\r\n".utf8)
        guard send(descriptor, line + chunk + [13, 10]) else { return false }
      }
      return send(descriptor, Array("0\r\n\r\n".utf8))
    }
    head += "Content-Length: \(response.declaredByteCount ?? response.body.count)\r\n\r\n"
    guard send(descriptor, Array(head.utf8)) else { return false }
    if let cut = response.cutAfter {
      send(descriptor, Array(response.body.prefix(cut)))
      return false
    }
    return send(descriptor, response.body) && !response.closesAfter
  }

  @discardableResult
  private func send(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress! + done, $0.count - done, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      done += count
    }
    return true
  }
}

import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@testable import HTTP

@Suite struct HTTPClientTests {
  let client = HTTPClient()

  static func code(_ body: () throws(HTTPError) -> Void) -> HTTPError.Code? {
    do throws(HTTPError) {
      try body()
      return nil
    } catch {
      return error.code
    }
  }

  @Test func `a request arrives as it was made, and the answer as it was given`() throws {
    let server = try LocalHTTPServer { _ in
      .init(201, "käse", headers: [("X-Mixed-Case", "  a b "), ("x-twice", "1"), ("x-twice", "2")])
    }
    defer { server.close() }
    var request = HTTPRequest(server.url + "/a/b?c=d")
    request.headers = [.init("X-One", "1"), .init("Authorization", "Bearer k")]
    request.body = Array("{\"a\":1}".utf8)
    let response = try client.send(request)
    #expect(response.head.status == 201)
    #expect(String(decoding: response.body, as: UTF8.self) == "käse")
    #expect(response.head["x-mixed-case"] == "a b")
    #expect(response.head["x-twice"] == "2")
    let seen = try #require(server.requests.first)
    #expect(seen.method == "POST" && seen.target == "/a/b?c=d")
    #expect(seen["x-one"] == "1" && seen["authorization"] == "Bearer k" && seen["expect"] == nil)
    #expect(seen.body == request.body)

    request.body = nil
    #expect(try client.send(request).body == response.body)
    #expect(server.requests.last?.method == "GET")
    request.body = []
    #expect(try client.send(request).body == response.body)
    #expect(server.requests.last?.method == "POST" && server.requests.last?.body == [])
  }

  @Test func `connections are used again, and a closed one is replaced unseen`() throws {
    let server = try LocalHTTPServer { request in
      var response = LocalHTTPServer.Response(200, "\(request.number)")
      response.closesAfter = request.number == 2
      return response
    }
    defer { server.close() }
    var request = HTTPRequest(server.url)
    request.body = Array("x".utf8)
    for number in 0..<6 {
      #expect(try client.send(request).body == Array("\(number)".utf8))
    }
    #expect(server.requests.count == 6)
    #expect(server.connectionCount == 2)
  }

  @Test func `the body comes piece by piece, and the receiver may end it`() throws {
    let sent = Mutex(0)
    let seen = Condition(0)
    let server = try LocalHTTPServer { _ in
      var response = LocalHTTPServer.Response()
      response.chunks = {
        let number = sent.withLock { number in
          number += 1
          return number
        }
        // The next one leaves only when the client has the one before.
        _ = seen.wait { $0 >= number - 1 ? true : nil }
        return number <= 5 ? Array("data: \(number)\n".utf8) : nil
      }
      return response
    }
    defer { server.close() }
    var text = ""
    let head = try client.stream(HTTPRequest(server.url)) { head, bytes in
      #expect(head.status == 200)
      bytes.withUnsafeBytes { text += String(decoding: $0, as: UTF8.self) }
      seen.withLock { $0 += 1 }
      return true
    }
    #expect(head.status == 200)
    #expect(text == "data: 1\ndata: 2\ndata: 3\ndata: 4\ndata: 5\n")

    sent.withLock { $0 = 0 }
    seen.withLock { $0 = 0 }
    var pieces = 0
    let code = Self.code { () throws(HTTPError) in
      _ = try client.stream(HTTPRequest(server.url)) { _, _ in
        pieces += 1
        seen.withLock { $0 = 100 }
        return false
      }
    }
    #expect(code == .stopped && pieces == 1)
  }

  @Test func `a request that waits is cancelled from another thread, and later ones do not begin`()
    throws
  {
    let arrived = Condition(0)
    let server = try LocalHTTPServer { _ in
      arrived.withLock { $0 += 1 }
      var response = LocalHTTPServer.Response()
      response.isSilent = true
      return response
    }
    defer { server.close() }
    let cancellation = HTTPCancellation()
    let codes = Mutex<[HTTPError.Code?]>([])
    let url = server.url
    let threads = (0..<3).map { _ in
      Thread.spawn(name: "asker") { [client] in
        let code = Self.code { () throws(HTTPError) in
          _ = try client.send(HTTPRequest(url), cancellation: cancellation)
        }
        codes.withLock { $0.append(code) }
      }
    }
    _ = arrived.wait { $0 == 3 ? true : nil }
    cancellation.cancel()
    for thread in threads { thread.join() }
    #expect(codes.withLock { $0 } == [.cancelled, .cancelled, .cancelled])
    let later = Self.code { () throws(HTTPError) in
      _ = try client.send(HTTPRequest(url), cancellation: cancellation)
    }
    #expect(later == .cancelled && server.requests.count == 3)
    cancellation.sleep(milliseconds: .max / 2)  // returns at once
  }

  @Test func `what goes wrong on the way has its own code, words and remedy`() throws {
    let server = try LocalHTTPServer { request in
      var response = LocalHTTPServer.Response(200, String(repeating: "x", count: 1000))
      switch request.target.prefix(while: { $0 != "?" }) {
      case "/cut": response.cutAfter = 10
      case "/empty": response.raw = []
      case "/ssh": response.raw = Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)
      case "/head":
        let line = "X-Y: " + String(repeating: "y", count: 60_000) + "\r\n"
        let head = "HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 6) + "\r\n"
        response.raw = Array(head.utf8)
      case "/silent": response.isSilent = true
      default: break
      }
      return response
    }
    defer { server.close() }
    let origin = server.url
    func outcome(_ url: String, _ change: (inout HTTPRequest) -> Void = { _ in }) -> HTTPError? {
      var request = HTTPRequest(url)
      request.headers = [.init("Authorization", "Bearer secret-key")]
      change(&request)
      do throws(HTTPError) {
        _ = try client.send(request)
        return nil
      } catch { return error }
    }
    // Nothing listens on a port that was just given back.
    let gone = try LocalHTTPServer { _ in .init() }
    gone.close()
    // A label over 63 bytes is no name, which needs no network to find out.
    let nameless = "http://" + String(repeating: "x", count: 64) + ".invalid"
    let cases: [(HTTPError?, HTTPError.Code, Bool)] = [
      (outcome(origin + "/cut?token=secret-key"), .cutOff, true),
      (outcome(origin + "/empty"), .cutOff, true),
      (outcome(origin + "/ssh"), .protocolViolation, true),
      (outcome(origin + "/head"), .protocolViolation, true),
      (outcome(origin + "/silent") { $0.timeouts.totalMilliseconds = 50 }, .timeout, true),
      (outcome(origin + "/silent") { $0.timeouts.idleSeconds = 1 }, .timeout, true),
      (outcome(origin + "/big") { $0.bodyByteLimit = 999 }, .tooLarge(limit: 999), false),
      (outcome(gone.url), .connect, true),
      (outcome(nameless + "/?token=secret-key"), .resolve, true),
      (outcome("ftp://127.0.0.1/secret-key"), .invalidRequest, false),
      (outcome("http://user:secret-key@127.0.0.1/"), .invalidRequest, false),
      (outcome(origin + "/a b"), .invalidRequest, false),
      (
        outcome(origin) { $0.headers = [.init("X", "a\r\nInjected: secret-key")] },
        .invalidRequest, false
      ),
      (outcome(origin) { $0.headers = [.init("X:", "a")] }, .invalidRequest, false),
    ]
    for (error, code, isTransient) in cases {
      let error = try #require(error, "\(code)")
      #expect(error.code == code, "\(error)")
      #expect(error.isTransient == isTransient, "\(error)")
      #expect(!"\(error)".contains("secret-key") && "\(error)".contains("; "), "\(error)")
    }
    #expect(outcome(origin + "/big") { $0.bodyByteLimit = 1000 } == nil)
  }

  @Test func `redirects are followed as far as the request allows, and never off HTTP`() throws {
    let server = try LocalHTTPServer { request in
      switch request.target {
      case "/loop": return .init(302, "moved", headers: [("Location", "/loop")])
      case "/file": return .init(302, "", headers: [("Location", "file:///etc/passwd")])
      case "/start": return .init(307, "moved", headers: [("Location", "/end")])
      default: return .init(200, "end")
      }
    }
    defer { server.close() }
    var request = HTTPRequest(server.url + "/start")
    #expect(try client.send(request).head.status == 307)
    #expect(server.requests.count == 1)
    request.redirectLimit = 3
    let response = try client.send(request)
    #expect(response.head.status == 200 && response.body == Array("end".utf8))
    #expect(response.head["location"] == nil)

    let before = server.requests.count
    request.url = server.url + "/loop"
    #expect(
      Self.code { () throws(HTTPError) in _ = try client.send(request) }
        == .redirects(limit: 3))
    #expect(server.requests.count == before + 4)
    request.url = server.url + "/file"
    #expect(
      Self.code { () throws(HTTPError) in _ = try client.send(request) } == .protocolViolation)
  }

  @Test func `a key stays with the host it is for when a redirect leads elsewhere`() throws {
    let other = try LocalHTTPServer { _ in .init(200, "other") }
    defer { other.close() }
    let port = other.port
    let server = try LocalHTTPServer { _ in
      .init(302, "", headers: [("Location", "http://localhost:\(port)/")])
    }
    defer { server.close() }
    var request = HTTPRequest(server.url)
    request.redirectLimit = 2
    request.headers = [.init("Authorization", "Bearer k")]
    #expect(try client.send(request).body == Array("other".utf8))
    #expect(server.requests[0]["authorization"] == "Bearer k")
    #expect(other.requests[0]["authorization"] == nil)
  }

  @Test func `a compressed body is limited by what it becomes`() throws {
    // A million zeros: `gzip` makes a thousand bytes of them.
    let folder = try TestFolder()
    defer { folder.close() }
    let path = folder.path + "/zeros"
    try FileSystem.replace(path, with: [UInt8](repeating: 0x30, count: 1_000_000))
    #expect(try Program.run("/bin/gzip", ["-n", path]).status == 0)
    let packed = try FileSystem.readAll(path + ".gz")
    let server = try LocalHTTPServer { request in
      var response = LocalHTTPServer.Response(200, "", headers: [("Content-Encoding", "gzip")])
      response.body = packed
      if request["accept-encoding"]?.contains("gzip") != true { response.status = 406 }
      return response
    }
    defer { server.close() }
    var request = HTTPRequest(server.url)
    request.acceptsCompression = true
    request.bodyByteLimit = 1_000_000
    #expect(try client.send(request).body.count == 1_000_000)
    request.bodyByteLimit = 999_999
    #expect(
      Self.code { () throws(HTTPError) in _ = try client.send(request) }
        == .tooLarge(limit: 999_999))
  }

  @Test func `sockets do not leak into programs that are started`() throws {
    let server = try LocalHTTPServer { _ in .init(200, "x") }
    defer { server.close() }
    _ = try client.send(HTTPRequest(server.url))
    var open = 0
    for name in try FileSystem.list("/proc/self/fd") {
      guard let descriptor = Int32(name) else { continue }
      var address = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let found = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) }
      }
      guard found == 0, address.sin_family == sa_family_t(AF_INET),
        UInt16(bigEndian: address.sin_port) == server.port
      else { continue }
      open += 1
      #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    }
    #expect(open == 1)
  }
}

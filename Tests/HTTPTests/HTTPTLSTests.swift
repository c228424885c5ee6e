import Platform
import TestSupport
import Testing

@testable import HTTP

@Suite struct HTTPTLSTests {
  /// A web server with a certificate of its own for "localhost", and its port.
  static func server(in folder: TestFolder) throws -> (program: Program, port: String) {
    let made = try Program.run(
      "/usr/bin/env",
      [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
        "subjectAltName=DNS:localhost", "-keyout", folder.path + "/key.pem", "-out",
        folder.path + "/certificate.pem",
      ])
    try #require(made.status == 0, "\(made)")
    let log = folder.path + "/log"
    let program = try Program(
      "/usr/bin/env",
      [
        "openssl", "s_server", "-www", "-accept", "127.0.0.1:0", "-cert",
        folder.path + "/certificate.pem", "-key", folder.path + "/key.pem",
      ], outputPath: log)
    for _ in 0..<1000 {
      let text = String(decoding: try FileSystem.readAll(log), as: UTF8.self)
      let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }
      if let port = line?.split(separator: ":").last { return (program, String(port)) }
      try #require(program.poll() == nil, "\(text)")
      Thread.sleep(milliseconds: 10)
    }
    throw TestSupportError("openssl s_server does not say where it listens")
  }

  @Test func `a certificate counts when its authority is trusted and its name fits`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let (program, port) = try Self.server(in: folder)
    defer { program.kill() }
    let client = HTTPClient()

    var request = HTTPRequest("https://localhost:\(port)/")
    request.authoritiesPath = folder.path + "/certificate.pem"
    #expect(try client.send(request).head.status == 200)

    // The same connection must not serve a request that trusts others.
    request.authoritiesPath = nil
    #expect(
      HTTPClientTests.code { () throws(HTTPError) in _ = try client.send(request) } == .tls)
    request.url = "https://127.0.0.1:\(port)/"
    request.authoritiesPath = folder.path + "/certificate.pem"
    #expect(
      HTTPClientTests.code { () throws(HTTPError) in _ = try client.send(request) } == .tls)
    request.authoritiesPath = folder.path + "/missing.pem"
    #expect(
      HTTPClientTests.code { () throws(HTTPError) in _ = try client.send(request) }
        == .invalidRequest)
    request.url = "http://localhost:\(port)/"
    #expect(
      HTTPClientTests.code { () throws(HTTPError) in _ = try client.send(request) } != nil)
  }
}

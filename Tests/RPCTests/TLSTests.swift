import Platform
import TestSupport
import Testing

@testable import RPC

@Suite struct TLSTests {
  /// A certificate of its own authority, for "localhost".
  static func identity(in folder: TestFolder) throws -> TLSServerIdentity {
    let identity = TLSServerIdentity(
      certificateChainPath: folder.path + "/certificate.pem",
      privateKeyPath: folder.path + "/key.pem")
    let made = try Program.run(
      "/usr/bin/env",
      [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
        "subjectAltName=DNS:localhost", "-keyout", identity.privateKeyPath, "-out",
        identity.certificateChainPath,
      ])
    #expect(made.status == 0, "\(made)")
    return identity
  }

  static func options(_ trust: TLSTrust?) -> RPCClient.Options {
    var options = RPCClient.Options()
    options.apiKey = "business"
    options.tls = trust
    options.connectMilliseconds = 3_000
    return options
  }

  @Test func `calls and streams go through TLS, and only through it`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let identity = try Self.identity(in: folder)
    let server = try TestServer {
      $0.tcp = ("127.0.0.1", 0)
      $0.tls = identity
      $0.limits.streamWindow = 200 << 10
      $0.limits.helloMilliseconds = 1_000
    }
    let port = try #require(server.server.tcpPort)
    let address = RPCAddress.tcp(host: "127.0.0.1", port: port)
    let trust = TLSTrust(
      authoritiesPath: identity.certificateChainPath, serverName: "localhost")
    let client = try RPCClient(address, options: Self.options(trust))
    let payload = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
    #expect(try client.ping(PingRequest(payload: payload)).payload == payload)
    let imports = try client.bulkImport(ImportRequest())
    let entry = Entry(content: String(repeating: "z", count: 3_000))
    var acks = 0
    for sequence in 1...50 {
      acks += try imports.send(
        ImportBatch(sequence: UInt64(sequence), entries: Array(repeating: entry, count: 40))
      ).count
    }
    let (rest, summary) = try imports.finish()
    #expect(acks + rest.count == 50 && summary.counts?.inserted == 2_000)
    let exports = try client.export(
      ExportRequest(filter: Filter(priorityLowest: 200, priorityHighest: 20_000)))
    var count = 0
    while try exports.next() != nil { count += 1 }
    #expect(count == 200)

    // A refusal reaches the client through TLS too.
    var wrongKey = Self.options(trust)
    wrongKey.apiKey = "wrong"
    #expect { try RPCClient(address, options: wrongKey) } throws: {
      ($0 as? RPCError)?.code == .unauthenticated
    }
    // In the clear: no answer but the end.
    #expect(throws: RPCError.self) { try RPCClient(address, options: Self.options(nil)) }
    // The Unix socket stays as it is.
    #expect(try server.client().ping().payload == [])
  }

  @Test func `a certificate of nobody known or of another name is refused by the client`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let identity = try Self.identity(in: folder)
    let server = try TestServer {
      $0.tcp = ("127.0.0.1", 0)
      $0.tls = identity
    }
    let port = try #require(server.server.tcpPort)
    let address = RPCAddress.tcp(host: "127.0.0.1", port: port)
    for trust in [
      TLSTrust(serverName: "localhost"),
      TLSTrust(authoritiesPath: identity.certificateChainPath, serverName: "example.org"),
    ] {
      do {
        _ = try RPCClient(address, options: Self.options(trust))
        Issue.record("the certificate was believed")
      } catch {
        guard case .tls(let reason) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(!reason.isEmpty)
      }
    }
    #expect(server.server.statistics.requests == 0)
  }

  @Test func `files that are no certificate say which`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    #expect {
      _ = try TestServer {
        $0.tcp = ("127.0.0.1", 0)
        $0.tls = TLSServerIdentity(
          certificateChainPath: folder.path + "/none.pem", privateKeyPath: folder.path + "/k.pem")
      }
    } throws: {
      guard case .tls(let reason)? = $0 as? RPCError else { return false }
      return reason.contains("none.pem")
    }
  }
}

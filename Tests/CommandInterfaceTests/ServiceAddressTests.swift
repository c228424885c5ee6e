import CommandInterface
import TestSupport
import Testing

@Suite struct ServiceAddressTests {
  static let context = TestContext(
    console: CapturedConsole().console(), environment: { ["HOME": "/home/ada"][$0] })

  static func address(_ values: [String: String]) throws -> ServiceAddress {
    try ServiceAddress.of(
      Arguments(values: values.mapValues { [$0] }, operands: []), context)
  }

  @Test func `the socket stands in the data directory unless it is named`() throws {
    #expect(
      try Self.address(["data": "/srv/k/"]).endpoint == .unix(path: "/srv/k/knowledge.sock"))
    #expect(try Self.address(["socket": "/run/k.sock"]).endpoint == .unix(path: "/run/k.sock"))
  }

  @Test func `the data directory depends on who asks`() throws {
    let none = Arguments(values: [:], operands: [])
    #expect(try DataDirectory.path(none, Self.context, isRoot: true) == "/var/lib/knowledge")
    #expect(
      try DataDirectory.path(none, Self.context, isRoot: false)
        == "/home/ada/.local/share/knowledge")
    let shared = TestContext(
      console: Self.context.console, environment: { ["XDG_DATA_HOME": "/data/"][$0] })
    #expect(try DataDirectory.path(none, shared, isRoot: false) == "/data/knowledge")
    let homeless = TestContext(
      console: Self.context.console, environment: { _ in nil })
    #expect(throws: CommandError.self) { try DataDirectory.path(none, homeless, isRoot: false) }
  }

  @Test func `hosts have a port and may be IPv6 in brackets`() throws {
    #expect(
      try Self.address(["host": "127.0.0.1:7700"]).endpoint == .tcp(host: "127.0.0.1", port: 7700))
    #expect(try Self.address(["host": "[::1]:7700"]).endpoint == .tcp(host: "::1", port: 7700))
    for wrong in ["localhost", ":7700", "a:0", "a:65536", "::1:7700", "a:b", "[]:1"] {
      #expect(throws: CommandError.self, "\(wrong)") { try Self.address(["host": wrong]) }
    }
    #expect(throws: CommandError.self) { try Self.address(["host": "a:1", "socket": "/s"]) }
  }

  @Test func `a socket path that no address holds is refused before any call`() throws {
    let path = "/" + String(repeating: "x", count: 107)
    #expect(throws: CommandError.self) { try Self.address(["socket": path]) }
    #expect(throws: Never.self) { try Self.address(["socket": String(path.dropLast())]) }
  }

  @Test func `a service that is away is answered with the command that starts it`() throws {
    let found = try Self.address(["data": "/srv/my data"]).unreachable("connection refused")
    #expect(found.exit == .unreachable)
    #expect(
      found.message == "no service answers at /srv/my data/knowledge.sock: connection refused")
    #expect(found.remedy == "start it with: knowledge serve --data '/srv/my data'")
  }

  @Test func `a service that closes at once over TCP may speak TLS`() throws {
    let plain = try Self.address(["host": "a:1"])
    #expect(plain.unreachable("closed", isConnected: true).remedy.contains("add --tls system"))
    #expect(!plain.unreachable("refused").remedy.contains("--tls"))
    let secret = try Self.address(["host": "a:1", "tls": "/dev/null"])
    #expect(!secret.unreachable("closed", isConnected: true).remedy.contains("add --tls"))
    let refused = secret.refusedTLS("wrong version number")
    #expect(refused.exit == .unreachable)
    #expect(throws: CommandError.self) { try Self.address(["host": "a:1", "tls": "/nowhere.pem"]) }
    #expect(refused.remedy.contains("/dev/null") && refused.remedy.contains("leave --tls out"))
  }
}

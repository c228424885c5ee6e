import Glibc
import Platform
import TestSupport
import Testing

@testable import RPC

/// The schema's other readers: protoc with our plugin, and Google's protobuf for Python.
@Suite struct SchemaToolsTests {
  /// The plugin, built beside the tests.
  static func plugin() throws -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
    let path = String(
      decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return FileSystem.directory(of: path) + "/ProtoLiteGenerator"
  }

  static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Program.Outcome {
    try Program.run("/usr/bin/env", [program] + arguments, environment: environment)
  }

  /// Runs the plugin on a schema.
  static func generate(_ schema: String, into folder: TestFolder) throws -> Program.Outcome {
    let source = folder.path + "/test.proto"
    try FileSystem.replace(source, with: Array(schema.utf8))
    return try run(
      "protoc",
      [
        "-I\(folder.path)", "--plugin=protoc-gen-protolite=\(try plugin())",
        "--protolite_out=\(folder.path)", source,
      ])
  }

  @Test func `the committed code is what the plugin writes`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let outcome = try Program.run(
      Built.package + "/proto-lite/generate", [folder.path],
      environment: ["PROTOLITE_PLUGIN": try Self.plugin()])
    #expect(outcome.status == 0, "\(outcome)")
    let committed = Built.package + "/Sources/RPC/Generated"
    let names = try FileSystem.list(committed)
    #expect(try FileSystem.list(folder.path) == names && names.count == 4)
    for name in names {
      let isSame =
        try FileSystem.readAll("\(folder.path)/\(name)")
        == FileSystem.readAll("\(committed)/\(name)")
      #expect(isSame, "\(name): run proto-lite/generate and commit what it writes")
    }
  }

  @Test func `the embedded schema is the file's text`() throws {
    let file = try FileSystem.readAll(Built.package + "/proto-lite/knowledge.proto")
    #expect(Array(knowledgeSchemaText.utf8) == file)
  }

  @Test(arguments: [
    ("message A { A a = 1; }", "holds itself"),
    ("message A { B b = 1; } message B { A a = 1; }", "holds itself"),
    ("message A { repeated int32 a = 1; }", "repeated fields hold"),
    ("message A { message B {} B b = 1; }", "at the top level"),
    ("message A { enum B { X = 0; } B b = 1; }", "at the top level"),
    ("message A { map<int32, string> a = 1; }", "maps go from string"),
    ("enum Method { NONE = 0; } message A {} service S { rpc Do(A) returns (A); }", "METHOD_DO"),
  ])
  func `what the subset leaves out is an error that says so`(body: String, reason: String) throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let outcome = try Self.generate("syntax = \"proto3\";\n" + body, into: folder)
    #expect(outcome.status != 0 && outcome.errorText.contains(reason), "\(outcome)")
  }

  @Test func `only proto3 is understood`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let outcome = try Self.generate(
      "syntax = \"proto2\";\nmessage A { required int32 a = 1; }", into: folder)
    #expect(outcome.status != 0 && outcome.errorText.contains("proto3"), "\(outcome)")
  }

  @Test func `a client in Python, built by protoc, speaks to the server`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let made = try Self.run(
      "protoc",
      [
        "-I\(Built.package)/proto-lite", "--python_out=\(folder.path)",
        Built.package + "/proto-lite/knowledge.proto",
      ])
    #expect(made.status == 0, "\(made)")
    let server = try TestServer { $0.limits.streamWindow = 32 << 10 }
    let script = """
      import sys
      import knowledge_pb2 as m
      from knowledge_client import Client, Refused

      with Client(sys.argv[1], api_key="operator", stream_window=16 << 10) as client:
          assert client.hello.is_operator
          assert client.ping(b"abc").payload == b"abc"
          assert client.search(text="x", k=7, deadline=5.0).rows_considered == 7
          try:
              client.call("HEALTH", m.HealthRequest(), m.HealthReply)
              raise SystemExit("health was not refused")
          except Refused as refusal:
              assert refusal.code == "ERROR_CODE_UNAVAILABLE", refusal
          try:
              client.call("VERIFY", m.VerifyRequest(), m.VerifyReply, deadline=0.05)
              raise SystemExit("the deadline was not kept")
          except Refused as refusal:
              assert refusal.code == "ERROR_CODE_DEADLINE_EXCEEDED", refusal
          entry = m.Entry(external_id="e", content="z" * 1000)
          acknowledged = []
          summary = client.bulk_import(
              ([entry] * 20 for _ in range(100)),
              acknowledged=lambda ack: acknowledged.append(ack.sequence))
          assert summary.counts.inserted == 2000 and summary.batches == 100, summary
          assert acknowledged == list(range(1, 101)), acknowledged
          exported = list(client.export(
              filter=m.Filter(priority_lowest=300, priority_highest=5000)))
          assert [e.external_id for e in exported] == [str(i) for i in range(300)]
          assert client.ping(b"end").payload == b"end"
      try:
          Client(sys.argv[1], api_key="wrong")
          raise SystemExit("a wrong key was let in")
      except Refused as refusal:
          assert refusal.code == "ERROR_CODE_UNAUTHENTICATED", refusal
      print("all well")
      """
    // Debian's own Python has Debian's protobuf; another one on the PATH may not.
    let outcome = try Program.run(
      "/usr/bin/python3", ["-c", script, server.path],
      environment: [
        "PYTHONPATH": folder.path + ":" + Built.package + "/Examples/python",
        "PYTHONDONTWRITEBYTECODE": "1",
      ])
    #expect(outcome.status == 0 && outcome.text.contains("all well"), "\(outcome)")
  }
}

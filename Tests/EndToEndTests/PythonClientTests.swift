import Platform
import TestSupport
import Testing

extension EndToEnd {
  /// The client of `Examples/python`, whose messages the real `protoc` makes, against the service.
  @Suite struct PythonClientTests {
    @Test func `a client in another language imports, searches, streams and is refused by name`()
      throws
    {
      try KnowledgeServer.serving { server in
        let business = try server.createBusiness("snake")
        let generated = server.folder.path + "/python"
        try FileSystem.createDirectories(generated)
        let protoc = try Program.run(
          "/usr/bin/protoc",
          [
            "-I\(Built.package)/proto-lite", "--python_out=\(generated)",
            "\(Built.package)/proto-lite/knowledge.proto",
          ])
        try #require(protoc.status == 0, "\(protoc)")
        let environment = [
          "PYTHONPATH": generated + ":" + Built.package + "/Examples/python",
          "PYTHONDONTWRITEBYTECODE": "1",
        ]
        let demo = try Program.run(
          "/usr/bin/python3",
          [Built.package + "/Examples/python/demo.py", server.socket, business.name],
          environment: environment)
        #expect(demo.status == 0, "\(demo)")
        let lines = demo.text.split(separator: "\n")
        #expect(lines.contains("inserted 3, updated 0, unchanged 0"), "\(demo)")
        #expect(lines.count == 6 && lines[3].contains("Returning shoes"), "\(demo)")
        for wrong in [[], [server.socket], ["/nowhere", business.name]] {
          let told = try Program.run(
            "/usr/bin/python3", [Built.package + "/Examples/python/demo.py"] + wrong,
            environment: environment)
          #expect(told.status != 0 && told.output.isEmpty, "\(told)")
          #expect(told.errorText.contains(wrong.count < 2 ? "usage: demo.py" : "knowledge serve"))
        }

        let script = #"""
          import sys
          import knowledge_pb2 as m
          from knowledge_client import Client, Refused
          with Client(sys.argv[1], api_key=sys.argv[2]) as client:
              batches = [[m.Entry(external_id=f"p-{b}-{i}", content=f"batch {b} row {i}")
                          for i in range(500)] for b in range(8)]
              summary = client.bulk_import(batches)
              assert summary.counts.inserted == 4000, summary
              again = client.bulk_import(batches)
              assert again.counts.unchanged == 4000, again
              reply = client.search(text="batch 3 row 77", k=5, min_xid=summary.xid, wait_ms=5000)
              assert len(reply.hits) == 5 and not reply.is_stale, reply
              try:
                  client.search(text="x", k=100000)
                  raise SystemExit("k has no limit")
              except Refused as refusal:
                  assert refusal.code == "ERROR_CODE_INVALID_ARGUMENT", refusal
          try:
              Client(sys.argv[1], api_key="wrong")
              raise SystemExit("a wrong key opens")
          except Refused as refusal:
              assert refusal.code == "ERROR_CODE_UNAUTHENTICATED", refusal
          """#
        let outcome = try Program.run(
          "/usr/bin/python3", ["-c", script, server.socket, business.key],
          environment: environment)
        #expect(outcome.status == 0, "\(outcome)")
        let oracle = TruthOracle(server)
        try oracle.expectEqual(try server.connect(business), business: business.id, "from Python")
        #expect(try oracle.rows(business: business.id).count == 4003)
      }
    }
  }
}

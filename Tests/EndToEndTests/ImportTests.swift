import Platform
import RPC
import TestSupport
import Testing

extension EndToEnd {
  /// `knowledge import`, as an operator meets it.
  @Suite struct ImportTests {
    @Test func `every format gives the same rows, and importing again changes nothing`() throws {
      try KnowledgeServer.serving { server in
        let business = try server.createBusiness("formats")
        let table =
          "id;title;content;category\r\n"
          + "a-1;Shoes;\"two\r\nlines; and a \"\"quote\"\"\";returns\r\n"
          + "a-2;Größe;Über 45 gibt es auch;sizes\r\n"
        let csv = try server.file("a.csv", [0xEF, 0xBB, 0xBF] + Array(table.utf8))
        let json = try server.file(
          "b.json",
          Array(#"[{"external_id":"b-1","title":"One","content":"first","colour":"blue"},"#.utf8)
            + Array(#"{"external_id":"b-2","title":"Two","content":"\u00e9t\u00e9"}]"#.utf8))
        let lines =
          #"{"external_id":"c-1","title":"L","content":"line one"}"# + "\n\n"
          + #"{"external_id":"c-2","title":"M","content":"line two"}"#
        let jsonl = try server.file("c.jsonl", Array(lines.utf8))
        let packed = try server.file("d.jsonl", Array(lines.replacing("\"c-", with: "\"d-").utf8))
        try #require(try Program.run("/usr/bin/gzip", [packed]).status == 0)
        for (file, count) in [(csv, 2), (json, 2), (jsonl, 2), (packed + ".gz", 2)] {
          let report = try server.json(
            ["import", file, "--business", "formats", "--key", "id"]
              .filter { file == csv || !["--key", "id"].contains($0) })
          #expect(report["inserted"]?.int == count, "\(file): \(report)")
          #expect(report["searchable"]?.bool == true)
        }
        let piped = try server.run(
          ["import", "-", "--business", "formats", "--json"],
          input: .bytes(Array(#"{"external_id":"e-1","title":"P","content":"from a pipe"}"#.utf8)))
        #expect(piped.status == 0, "\(piped)")

        let oracle = TruthOracle(server)
        let before = try oracle.rows(business: business.id)
        #expect(before.count == 9)
        let contents = Dictionary(uniqueKeysWithValues: before.values.map { ($0.externalID, $0) })
        #expect(contents["a-1"]?.content == "two\r\nlines; and a \"quote\"")
        #expect(contents["a-2"]?.title == "Größe")
        #expect(contents["b-2"]?.content == "été")

        for (file, more) in [
          (csv, ["--key", "id"]), (json, []), (jsonl, []), (packed + ".gz", []),
        ] {
          let report = try server.json(["import", file, "--business", "formats"] + more)
          #expect(report["unchanged"]?.int == 2, "\(file): \(report)")
          #expect(report["rows"]?.int == 2)
        }
        #expect(try oracle.rows(business: business.id) == before, "an import again changed rows")
        try oracle.expectEqual(try server.connect(business), business: business.id, "imported")
      }
    }

    @Test(arguments: [
      ("knowledge.csv", "knowledge"), ("products.json", "knowledge"), ("products.json", "products"),
      ("products.json", "services"),
    ])
    func `an export with all that is known comes back as the same entries`(
      name: String, collection: String
    ) throws {
      try KnowledgeServer.serving { server in
        for business in ["one", "two"] { _ = try server.createBusiness(business) }
        let sample = Built.package + "/Examples/demo/" + name
        let to = ["--collection", collection]
        let rejects = ["--reject-file", try server.file("none.csv")] + to
        let count = try server.json(["import", sample, "--business", "one"] + rejects)["rows"]?.int
        let full = try server.file("full.jsonl")
        let export = try server.run(
          ["export", "--business", "one", "--full", "--output", full] + to)
        #expect(export.status == 0, "\(export)")
        let again = try server.json(["import", full, "--business", "one"] + to)
        #expect(again["unchanged"]?.int == count, "\(again)")
        let moved = try server.json(["import", full, "--business", "two"] + to)
        #expect(moved["inserted"]?.int == count, "\(moved)")
        // The order is that of ids, which differ between businesses.
        let lines = try ["one", "two"].map { business in
          try server.run(["export", "--business", business] + to).text.split(separator: "\n")
            .sorted()
        }
        #expect(lines[0].count == count && lines[0] == lines[1])
      }
    }

    @Test func `bad rows go to the reject file with their place, the others are imported`() throws {
      try KnowledgeServer.serving { server in
        _ = try server.createBusiness("bad")
        // Line 3 has a column too many, line 4 no content, line 5 bytes that are not UTF-8.
        var bytes = Array("external_id,title,content\ng-1,Good,one\nx-1,Bad,two,three,four\n".utf8)
        bytes +=
          Array("x-2,,\nx-3,Bad,".utf8) + [0xFF, 0xFE, 0x41] + Array("\ng-2,Good,two\n".utf8)
        let file = try server.file("bad.csv", bytes)
        let rejects = try server.file("bad.rejects.csv")
        let outcome = try server.run([
          "import", file, "--business", "bad", "--reject-file", rejects, "--json",
        ])
        #expect(outcome.status == 1, "\(outcome)")
        let report = try JSON.parse(outcome.output)
        #expect(report["inserted"]?.int == 2 && report["rejected"]?.int == 3, "\(report)")
        let text = String(decoding: try FileSystem.readAll(rejects), as: UTF8.self)
        for line in ["3", "4", "5"] {
          #expect(
            text.split(separator: "\n").contains {
              $0.split(separator: ",").contains { $0 == line }
            },
            "line \(line) is not named in:\n\(text)")
        }

        let lines =
          "{\"external_id\":\"j-1\",\"content\":\"fine\"}\n{\"content\": \"cut\n"
          + "{\"external_id\":\"j-2\",\"content\":\"also fine\"}\n[1,2]\n"
        let broken = try server.file("broken.jsonl", Array(lines.utf8))
        let second = try server.run(["import", broken, "--business", "bad", "--json"])
        #expect(second.status == 1, "\(second)")
        let counts = try JSON.parse(second.output)
        #expect(counts["inserted"]?.int == 2 && counts["rejected"]?.int == 2, "\(counts)")
        let path = try #require(counts["files"]?[0]?["reject_file"]?.string)
        let reasons = String(decoding: try FileSystem.readAll(path), as: UTF8.self)
        #expect(reasons.contains("2") && reasons.contains("4"), "\(reasons)")
      }
    }

    @Test func `an input that ends in the middle is said to, with its place`() throws {
      try KnowledgeServer.serving { server in
        _ = try server.createBusiness("cut")
        let quoted = try server.file(
          "q.csv", Array("title,content\na,b\nc,\"never closed\nx,y\n".utf8))
        let outcome = try server.run(["import", quoted, "--business", "cut", "--json"])
        #expect([1, 3, 6].contains(outcome.status), "\(outcome)")
        #expect((outcome.text + outcome.errorText).contains("quote") || outcome.status == 1)

        let array = try server.file(
          "a.json", Array(#"[{"title":"a","content":"b"},{"title":"c","content""#.utf8))
        let second = try server.run(["import", array, "--business", "cut", "--json"])
        #expect(second.status != 0, "\(second)")
        #expect(!second.text.isEmpty || !second.errorText.isEmpty)

        // A gzip stream that lacks its end.
        let plain = try server.file(
          "z.jsonl",
          Array(
            (0..<5000).map { #"{"external_id":"z-\#($0)","content":"row \#($0 * 7919)"}"# }
              .joined(separator: "\n").utf8))
        try #require(try Program.run("/usr/bin/gzip", ["-k", plain]).status == 0)
        let whole = try FileSystem.readAll(plain + ".gz")
        let torn = try server.file("torn.gz", Array(whole.prefix(whole.count / 2)))
        let third = try server.run([
          "import", torn, "--business", "cut", "--format", "jsonl", "--json",
        ])
        #expect(third.status != 0, "\(third)")
        #expect((third.text + third.errorText).lowercased().contains("gzip"), "\(third)")
      }
    }

    @Test func `the error budget stops an import with exit code 3`() throws {
      try KnowledgeServer.serving { server in
        let business = try server.createBusiness("budget")
        let rows = (0..<50).map { "b-\($0),t,\($0 % 5 == 0 ? "" : "content \($0)")" }
        let text =
          "external_id,title,content,more\n"
          + rows.map { $0 + ",x,y,z" }.joined(separator: "\n")
        let file = try server.file("budget.csv", Array(text.utf8))
        for (budget, status) in [("0", Int32(3)), ("49", 3), ("50", 1), ("100%", 1), ("50%", 3)] {
          let outcome = try server.run([
            "import", file, "--business", "budget", "--max-errors", budget, "--json",
          ])
          #expect(outcome.status == status, "--max-errors \(budget): \(outcome)")
        }
        #expect(try TruthOracle(server).rows(business: business.id).isEmpty)
      }
    }

    @Test func `a field of a gigabyte is refused in bounded memory, its neighbours are taken`()
      throws
    {
      try KnowledgeServer.serving { server in
        let business = try server.createBusiness("huge")
        let byteCount = Built.long ? 1 << 30 : 256 << 20
        for (format, before, open, close, after) in [
          (
            "csv", "external_id,title,content\nh-1,t,small\n", "h-2,t,\"", "\"\n",
            "h-3,t,small again\n"
          ),
          (
            "jsonl", #"{"external_id":"j-1","content":"small"}"# + "\n",
            #"{"external_id":"j-2","content":""#, "\"}\n",
            #"{"external_id":"j-3","content":"small again"}"# + "\n"
          ),
        ] {
          let outcome = try server.run(
            ["import", "-", "--format", format, "--business", "huge", "--json"],
            input: .long(before + open, megabytes: byteCount >> 20, close + after),
            timeoutSeconds: 300)
          #expect(outcome.status == 1, "\(format): \(outcome)")
          #expect(outcome.peakByteCount < 64 << 20, "\(format) held \(outcome.peakByteCount) bytes")
          let report = try JSON.parse(outcome.output)
          #expect(report["inserted"]?.int == 2 && report["rejected"]?.int == 1, "\(report)")
        }
        #expect(try TruthOracle(server).rows(business: business.id).count == 4)
      }
    }

    @Test func `wrong usage is exit code 2 and says what would be right`() throws {
      try KnowledgeServer.serving { server in
        _ = try server.createBusiness("usage")
        let file = try server.file("u.csv", Array("title,content\na,b\n".utf8))
        for (arguments, hint) in [
          (["import", file, "--busines", "usage"], "--business"),
          (["import", file, "--business", "usage", "--max-errors", "many"], "error budget"),
          (["import", file, "--business", "usage", "--format", "xml"], "format"),
          (["import", "--business", "usage"], "FILE"), (["imprt", file], "import"),
          (["search", "--business", "usage"], "TEXT"),
          (["search", "x", "--business", "usage", "-k", "none"], "k"), (["get"], "ID"),
          (["search", "x", "--business", "usage", "--mode", "text", "--exact"], "hybrid"),
          (["search", "x", "--business", "usage", "--fusion", "ranks"], "hybrid"),
        ] {
          let outcome = try server.run(arguments)
          #expect(outcome.status == 2, "\(arguments): \(outcome)")
          #expect(outcome.errorText.contains(hint), "\(arguments): \(outcome)")
          #expect(outcome.text.isEmpty, "\(arguments) wrote to standard output")
        }
        let missing = try server.run(["import", "/nowhere/at/all.csv", "--business", "usage"])
        #expect(missing.status != 0)
        #expect(missing.errorText.contains("/nowhere/at/all.csv"), "\(missing)")
        let stranger = try server.run(["search", "x", "--business", "nobody"])
        #expect(stranger.status != 0 && stranger.errorText.contains("nobody"), "\(stranger)")
      }
    }

    @Test func `without a service it is exit code 4`() throws {
      let server = try KnowledgeServer()
      defer { server.close() }
      let file = try server.file("n.csv", Array("title,content\na,b\n".utf8))
      for arguments in [
        ["import", file, "--business", "none", "--retry", "1"],
        ["search", "x", "--business", "none"],
        ["health"], ["stats"],
      ] {
        let outcome = try server.run(arguments)
        #expect(outcome.status == 4, "\(arguments): \(outcome)")
        #expect(outcome.errorText.contains("knowledge serve"), "\(outcome)")
      }
    }

    @Test func `an import outlives the service, and resumes after its own death`() throws {
      try KnowledgeServer.serving { server in
        let business = try server.createBusiness("resume")
        let rows = Built.long ? 300_000 : 60_000
        let text = (0..<rows).map { number in
          #"{"external_id":"r-\#(number)","title":"t \#(number)","content":"body \#(number * 31)"}"#
        }.joined(separator: "\n")
        let file = try server.file("resume.jsonl", Array(text.utf8))
        let arguments = ["import", file, "--business", "resume", "--json"]

        // The service dies under the import, which waits and goes on.
        let importing = try server.begin(arguments)
        Thread.sleep(milliseconds: 700)
        server.kill()
        try server.start()
        Thread.sleep(milliseconds: 400)
        // Then the import dies too.
        #expect(importing.poll() == nil, "the import was done too soon to be killed")
        importing.kill()
        let oracle = TruthOracle(server)
        let some = try oracle.rows(business: business.id).count
        #expect(some < rows)
        let report = try server.json(arguments.dropLast() + ["--resume"])
        #expect(report["rejected"]?.int == 0, "\(report)")
        #expect(
          report["files"]?[0]?["resumed_after_line"]?.int.map { $0 > 0 } == true || some < 8000,
          "nothing was resumed: \(report)")
        try oracle.expectEqual(try server.connect(business), business: business.id, "resumed")
        let truth = try oracle.rows(business: business.id)
        #expect(truth.count == rows)
        #expect(Set(truth.values.map(\.externalID)).count == rows)
        let again = try server.json(arguments.dropLast())
        #expect(again["unchanged"]?.int == rows, "\(again)")
      }
    }

    @Test func `a dry run sends nothing`() throws {
      try KnowledgeServer.serving { server in
        let business = try server.createBusiness("dry")
        let file = try server.file("dry.csv", Array("title,content\na,b\nc\n".utf8))
        let report = try server.json(["import", file, "--business", "dry", "--dry-run"], status: 1)
        #expect(report["valid"]?.int == 1 && report["rejected"]?.int == 1, "\(report)")
        #expect(try TruthOracle(server).rows(business: business.id).isEmpty)
      }
    }

    @Test func `the command line stays small however long the file`() throws {
      try KnowledgeServer.serving { server in
        _ = try server.createBusiness("long")
        let rows = Built.long ? 1_000_000 : 60_000
        let outcome = try server.run(
          ["import", "-", "--format", "jsonl", "--business", "long", "--json"],
          input: .lines(rows) {
            #"{"external_id":"l-\#($0)","title":"t \#($0)","content":"body \#($0 &* 2_654_435_761)"}"#
          },
          timeoutSeconds: 1200)
        #expect(outcome.status == 0, "\(outcome)")
        let report = try JSON.parse(outcome.output)
        #expect(report["inserted"]?.int == rows)
        #expect(outcome.peakByteCount < 64 << 20, "it held \(outcome.peakByteCount) bytes")
        print(
          "\(rows) rows at \(report["rows_per_second"]?.int ?? 0)/s; the command line held "
            + "\(outcome.peakByteCount >> 20) MB, the service \(server.residentByteCount >> 20) MB")
      }
    }
  }
}

extension Program.Input {
  /// A text, then so many megabytes of letters, then a text.
  static func long(_ before: String, megabytes: Int, _ after: String) -> Program.Input {
    let place = Condition(0)
    let filling = [UInt8](repeating: UInt8(ascii: "m"), count: 1 << 20)
    return .parts {
      let index = place.withLock { (place: inout Int) -> Int in
        defer { place += 1 }
        return place
      }
      if index == 0 { return Array(before.utf8) }
      if index <= megabytes { return filling }
      return index == megabytes + 1 ? Array(after.utf8) : nil
    }
  }

  /// Numbered lines, made as they are read.
  static func lines(_ count: Int, _ line: @escaping @Sendable (Int) -> String) -> Program.Input {
    let place = Condition(0)
    return .parts {
      let first = place.withLock { (place: inout Int) -> Int in
        defer { place += 1000 }
        return place
      }
      guard first < count else { return nil }
      var bytes: [UInt8] = []
      for number in first..<min(count, first + 1000) {
        bytes += line(number).utf8
        bytes.append(UInt8(ascii: "\n"))
      }
      return bytes
    }
  }
}

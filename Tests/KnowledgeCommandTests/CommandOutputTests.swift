import CommandInterface
import Platform
import RPC
import Synchronization
import TestSupport
import Testing

@testable import knowledge

/// What commands ask of the service and print of its answers.
@Suite struct CommandOutputTests {
  let service = FakeService()

  static let entry = Entry(
    id: UUID(high: 1, low: 2).bytes, externalID: "faq-17", collection: "knowledge",
    entryType: "faq", title: "Returning shoes",
    content: "You can return shoes within thirty days of delivery as long as they are unworn and "
      + "in the box that they came in; the label is in the parcel. We pay the way back from every "
      + "country that we deliver to. Boots with spikes are another matter entirely.",
    metadataJSON: #"{"price":1.50}"#, keywords: ["returns"], category: "orders", priority: 3,
    language: "en", isActive: true, version: 9, createdAt: 1_700_000_000_000_000,
    updatedAt: 1_700_000_000_000_000)

  static let reply = SearchReply(
    hits: [
      Hit(entry: entry, score: 0.91234),
      Hit(entry: Entry(externalID: "x", content: "日本\u{1B}[2J"), score: 0.5),
    ], exact: true, position: Position(snapshot: "5:5:", systemIdentifier: "7", sequence: 4),
    staleMilliseconds: 3, tookMicroseconds: 1234, rowsConsidered: 2000)

  @Test func `a search prints one JSON object with the fields that programs rely on`() throws {
    service.answer(.search, Self.reply)
    let (exit, output, _) = service.run(
      "search", "return", "shoes", "--business", "demo", "-k", "5", "--json")
    #expect(exit == .ok)
    #expect(output.split(separator: "\n").count == 1)
    let json = try JSON.parse(output)
    let hit = try #require(json["hits"]?[0])
    #expect(hit["id"] == .string("00000000-0000-0001-0000-000000000002"))
    #expect(hit["external_id"] == .string("faq-17"))
    #expect(hit["title"] == .string("Returning shoes"))
    #expect(hit["score"]?.double == 0.91234)
    #expect(hit["category"] == .string("orders"))
    #expect(hit["metadata"]?["price"] == .number("1.50"))
    #expect(json["exact"] == .bool(true))
    #expect(json["position"]?["snapshot"] == .string("5:5:"))
    #expect(json["took_us"]?.int == 1234)
    #expect(json["stale_ms"]?.int == 3)
    let asked = try #require(service.asked.first?.request as? SearchRequest)
    #expect(asked.query == .text("return shoes"))
    #expect(asked.k == 5)
    #expect(asked.filter == nil)
  }

  @Test(arguments: [40, 60, 80, 120, 200])
  func `hits fit the terminal and carry nothing that steers it`(columns: Int) {
    service.answer(.search, Self.reply)
    let (_, output, _) = service.run("search", "x", "--business", "demo", columns: columns)
    let lines = output.split(separator: "\n")
    #expect(lines.allSatisfy { DisplayText.width($0) <= columns }, "\(output)")
    #expect(lines[0].hasPrefix("1  0.9123  Returning shoes"))
    #expect(!output.contains("\u{1B}"))
  }

  @Test func `nothing found is told, with exit 1`() {
    service.answer(.search, SearchReply(exact: true, tookMicroseconds: 5, rowsConsidered: 7))
    let (exit, output, _) = service.run("search", "x", "--business", "demo")
    #expect(exit == .exceptions)
    #expect(output == "nothing found · exact · 7 rows considered · 5.00 µs\n")
  }

  @Test func `filters become the service's filter`() throws {
    service.answer(.search, Self.reply)
    _ = service.run(
      "search", "x", "--business", "demo", "--category", "a,b", "--type", "faq", "--keyword", "k",
      "--language", "en", "--active", "any", "--priority", "2..", "--created",
      "2026-01-31..2026-02-01T12:00:00+02:00")
    let filter = try #require((service.asked.first?.request as? SearchRequest)?.filter)
    #expect(filter.categories == ["a", "b"])
    #expect(filter.entryTypes == ["faq"])
    #expect(filter.keywords == ["k"])
    #expect(filter.languages == ["en"])
    #expect(filter.anyOf == [Filter(isActive: true), Filter(isActive: false)])
    #expect(filter.priorityLowest == 2 && filter.priorityHighest == nil)
    #expect(filter.createdFrom == 1_769_817_600_000_000)
    #expect(filter.createdTo == 1_769_940_000_999_999)
  }

  @Test(arguments: [
    "--created=yesterday", "--created=2026-02-30", "--updated=..", "--priority=high",
    "--priority=1..x", "--created=2026-01-01T25:00:00Z", "--min-xid=abc",
  ])
  func `a condition that means nothing is refused`(flag: String) {
    let (exit, output, error) = service.run("search", "x", "--business", "demo", flag)
    #expect(exit == .usage)
    #expect(output.isEmpty)
    #expect(error.contains(String(flag.prefix { $0 != "=" })))
    #expect(service.asked.isEmpty)
  }

  @Test(arguments: ["", "  ", "\t\n"])
  func `a search for nothing is refused before any call`(text: String) {
    let (exit, _, error) = service.run("search", text, "--business", "demo")
    #expect(exit == .usage)
    #expect(error.contains("the text to search for is empty"))
    #expect(service.asked.isEmpty)
  }

  @Test func `an answer without the write asked for says so, with exit 1`() {
    var reply = Self.reply
    reply.isStale = true
    service.answer(.search, reply)
    let (exit, output, error) = service.run("search", "x", "--business", "demo", "--min-xid", "99")
    #expect(exit == .exceptions)
    #expect(output.contains("STALE"))
    #expect(error.contains("is not in this answer"))
  }

  @Test(arguments: ["search", "get"])
  func `a transaction that does not come is answered by how to find the right one`(
    command: String
  ) {
    service.refuse(
      command == "get" ? .get : .search,
      CommandError(.exceptions, "transaction 99 is not visible yet", remedy: "wait_ms"))
    let (exit, _, error) = service.run(command, "x", "--business", "demo", "--min-xid", "99")
    #expect(exit == .exceptions)
    #expect(error.contains("transaction 99 is not visible yet"))
    #expect(error.contains("compare it with what the write") && !error.contains("wait_ms"))
  }

  @Test func `a business must be named unless a key belongs to one`() {
    let without = service.run("search", "x")
    #expect(without.exit == .usage)
    #expect(without.error.contains("--business is missing"))
    service.answer(.search, Self.reply)
    #expect(service.run("search", "x", "--api-key", "k").exit == .ok)
    #expect(service.run("search", "x", environment: ["KNOWLEDGE_BUSINESS": "demo"]).exit == .ok)
  }

  @Test func `entries that do not exist are named, with exit 1`() throws {
    service.answer(.get, GetReply(entries: [Self.entry]))
    let known = "00000000-0000-0001-0000-000000000002"
    let (exit, output, error) = service.run("get", known.uppercased(), "nope", "--business", "demo")
    #expect(exit == .exceptions)
    #expect(output.contains("external id  faq-17"))
    #expect(
      error == "not found in collection knowledge: nope\n--collection NAME looks in another\n")
    let asked = try #require(service.asked.first?.request as? GetRequest)
    #expect(asked.ids == [UUID(high: 1, low: 2).bytes])
    #expect(asked.externalIDs == ["nope"])
    let json = try JSON.parse(
      service.run("get", known, "nope", "--business", "demo", "--json").output)
    #expect(json["missing"] == .array([.string("nope")]))
  }

  @Test func `--external makes an external id of a UUID`() throws {
    service.answer(.delete, DeleteReply(deleted: 1, notFound: 0, xid: 9))
    let id = UUID(high: 1, low: 2).description
    #expect(service.run("delete", id, "--external", "--business", "demo").exit == .ok)
    let asked = try #require(service.asked.first?.request as? DeleteRequest)
    #expect(asked.externalIDs == [id] && asked.ids.isEmpty)
  }

  @Test func `errors in JSON keep their code`() throws {
    service.refuse(.search, CommandError(.exceptions, "no business", remedy: "make one"))
    let (exit, output, error) = service.run("search", "x", "--business", "demo", "--json")
    #expect(exit == .exceptions)
    #expect(output.isEmpty)
    let json = try JSON.parse(error)
    #expect(json["error"]?["message"] == .string("no business"))
    #expect(json["error"]?["remedy"] == .string("make one"))
    #expect(json["exit_code"]?.int == 1)
  }

  @Test func `health has an exit code for each state`() {
    for (status, exit) in [
      (HealthStatus.ok, ExitCode.ok), (.degraded, .exceptions), (.failing, .failed),
    ] {
      service.answer(.health, HealthReply(status: status, reasons: ["why"], version: "1"))
      #expect(service.run("health").exit == exit)
    }
  }

  @Test func `health waits for a service that does not answer yet`() {
    service.answer(.health, HealthReply(status: .ok, version: "1"))
    let calls = Mutex(0)
    let captured = CapturedConsole()
    var context = service.context(captured)
    context = Context(
      console: context.console, environment: context.environment,
      connect: { [service] (address) throws(CommandError) in
        let number = calls.withLock { calls in
          calls += 1
          return calls
        }
        if number < 3 { throw address.unreachable("no such file") }
        return service
      })
    let tool = CommandLineTool(
      CommandTable.commands, context: context)
    #expect(tool.run(["health"]) == .unreachable)
    #expect(tool.run(["health", "--wait", "600"]) == .ok)
    #expect(calls.withLock { $0 } == 3)
  }

  @Test func `a fault that remains makes verify fail`() throws {
    let fault = Fault(file: "store/a.seg", offset: 4096, what: "checksum")
    service.answer(.verify, VerifyReply(filesChecked: 3, faults: [fault]))
    let (exit, output, _) = service.run("verify", "--business", "demo")
    #expect(exit == .exceptions)
    #expect(output.contains("store/a.seg at byte 4,096: checksum"))
    #expect((service.asked.first?.request as? VerifyRequest)?.compareTruth == true)
    service.answer(
      .verify, VerifyReply(filesChecked: 3, faults: [fault], quarantined: ["store"]))
    #expect(service.run("verify", "--repair").exit == .ok)
    #expect(service.run("verify").exit == .exceptions)
    service.answer(
      .verify,
      VerifyReply(faults: [fault], quarantined: ["store"], collectionsIncomplete: 1))
    #expect(service.run("verify", "--repair").exit == .exceptions)
    // A graph is made anew by itself, and nothing is set aside for it.
    let graph = Fault(file: "store/segment-1.kgraph", offset: 0, what: "not what was written")
    service.answer(.verify, VerifyReply(faults: [graph]))
    #expect(service.run("verify").exit == .exceptions)
    #expect(service.run("verify", "--repair").exit == .ok)
  }

  @Test func `what differs from Postgres is named, and a difference that remains fails`() throws {
    let id = UUID(high: 5, low: 6)
    var reply = VerifyReply(
      rowsCompared: 1200, truthDifferences: 2, repaired: 1, collectionsCompared: 3,
      differences: [
        Difference(
          businessID: UUID(high: 1, low: 2).bytes, collection: "products", entryID: id.bytes,
          kind: .missing)
      ])
    service.answer(.verify, reply)
    let (exit, output, _) = service.run("verify", "--parity")
    #expect(exit == .exceptions)
    #expect(output.contains("1,200 rows of 3 collections compared with Postgres"))
    #expect(output.contains("missing  \(id) of products"))
    #expect(!output.contains("checked"))
    let asked = try #require(service.asked.last?.request as? VerifyRequest)
    #expect(asked.parity && asked.compareTruth && !asked.repair)
    #expect(service.run("verify", "--parity", "--repair").exit == .exceptions)
    reply.repaired = 2
    service.answer(.verify, reply)
    #expect(service.run("verify", "--parity", "--repair").exit == .ok)
    let parsed = try JSON.parse(service.run("verify", "--parity", "--json").output)
    #expect(parsed["truth_differences"]?.int == 2 && parsed["collections_compared"]?.int == 3)
    #expect(service.run("verify", "--parity", "--files-only").exit == .usage)
  }

  @Test func `a key is shown when it is made and never again`() throws {
    service.answer(
      .businessCreate,
      BusinessCreateReply(businessID: UUID(high: 3, low: 4).bytes, apiKey: "secret"))
    service.answer(.businessList, BusinessListReply())
    #expect(service.run("business", "create", "demo", "--if-missing").output.contains("secret"))
    service.answer(
      .businessList,
      BusinessListReply(businesses: [
        Business(businessID: UUID(high: 3, low: 4).bytes, name: "demo")
      ]))
    let again = service.run("business", "create", "demo", "--if-missing")
    #expect(again.exit == .ok)
    #expect(!again.output.contains("secret") && again.output.contains("exists"))
  }

  @Test func `an export holds what an import needs and nothing it would keep as metadata`() throws {
    let folder = try TestFolder()
    service.export([
      [Self.entry], [Entry(entryType: "faq", content: "a,\"b\"\nc", isActive: false)],
    ])
    let path = folder.path + "/out.jsonl"
    let (exit, output, _) = service.run(
      "export", "--business", "demo", "--output", path, "--json")
    #expect(exit == .ok)
    #expect(try JSON.parse(output)["entries"]?.int == 2)
    let lines = String(decoding: try FileSystem.readAll(path), as: UTF8.self).split(separator: "\n")
    let first = try JSON.parse(String(lines[0]))
    #expect(
      first.object?.map(\.key) == [
        "external_id", "type", "title", "content", "metadata", "keywords", "category", "priority",
        "language",
      ])
    #expect(lines[1] == #"{"type":"faq","content":"a,\"b\"\nc","active":false}"#)
    #expect(!FileSystem.exists(path + ".tmp"))
    let csv = service.run("export", "--business", "demo", "--format", "csv").output
    #expect(csv.contains("\"a,\"\"b\"\"\nc\""))
    #expect(service.run("export", "--business", "demo", "--format", "csv", "--full").exit == .usage)
    let full = service.run("export", "--business", "demo", "--full").output.split(separator: "\n")
    let system = try JSON.parse(String(full[0]))["_entry"]
    #expect(system?.object?.map(\.key).prefix(3) == ["id", "collection", "version"])
  }

  @Test(arguments: [("jsonl", false), ("csv", false), ("jsonl", true)])
  func `what is exported comes back as it was`(format: String, isFull: Bool) throws {
    let folder = try TestFolder()
    let path = folder.path + "/out." + format
    let odd = Entry(
      externalID: "b:1", collection: "knowledge", entryType: "product", title: "\"Q\", 'x'; — ü",
      content: "line one\nline, two\r\nthree", metadataJSON: #"{"a":[1,{"b":null}],"c":"007"}"#,
      keywords: ["one, two", "three;four"], tags: ["x|y"], category: "c/d", priority: -4,
      language: "pt-BR", isActive: false)
    var stored = odd
    stored.id = UUID.random().bytes
    stored.version = 7
    stored.createdAt = 1_700_000_000_000_000
    stored.updatedAt = 1_700_000_001_000_000
    stored.vector = [0.6, 0.8]
    service.export([[stored]])
    let captured = CapturedConsole()
    let words = ["export", "--business", "demo", "--output", path] + (isFull ? ["--full"] : [])
    let tool = CommandLineTool(
      CommandTable.commands, context: service.context(captured))
    #expect(tool.run(words) == .ok)
    service.answer(.get, GetReply())
    #expect(service.run("import", path, "--business", "demo", "--json").exit == .ok)
    #expect(service.store.rows["b:1"] == odd)
  }

  @Test func `an export that is cut short leaves no file`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/missing/out.jsonl"
    let (exit, _, error) = service.run("export", "--business", "demo", "--output", path)
    #expect(exit == .failed)
    #expect(error.contains("cannot be written"))
  }

  @Test func `completion scripts know every command and flag`() throws {
    for shell in Shell.allCases.map(\.rawValue) {
      let script = service.run("completion", shell).output
      for command in CommandTable.all {
        #expect(script.contains(command.name.split(separator: " ").last ?? ""))
        for flag in command.flags { #expect(script.contains(flag.name), "\(shell) \(flag.name)") }
      }
    }
    #expect(service.run("completion", "tcsh").exit == .usage)
  }

  @Test(arguments: [("caf\u{E9}", "cafe\u{301}"), ("\u{AC00}", "\u{1100}\u{1161}")])
  func `names are the same only if their bytes are`(one: String, other: String) throws {
    service.answer(
      .businessList,
      BusinessListReply(businesses: [
        Business(businessID: UUID(high: 3, low: 4).bytes, name: other)
      ]))
    service.answer(
      .businessCreate,
      BusinessCreateReply(businessID: UUID(high: 5, low: 6).bytes, apiKey: "secret"))
    #expect(service.run("business", "create", one, "--if-missing").output.contains("secret"))
    #expect(service.run("business", "create", other, "--if-missing").output.contains("exists"))
    service.answer(.get, GetReply(entries: [Entry(externalID: other, content: "x")]))
    let (exit, _, error) = service.run("get", one, "--business", "demo")
    #expect(exit == .exceptions && error.contains("not found"))
    #expect(service.run("get", other, "--business", "demo").exit == .ok)
  }
}

@Suite struct TimestampTests {
  @Test func `a day is all of its microseconds`() throws {
    let day = try #require(Timestamp.range(of: "1970-01-02"))
    #expect(day == 86_400_000_000...172_799_999_999)
    #expect(Timestamp.range(of: "2000-02-29") != nil)
    #expect(Timestamp.range(of: "1900-02-29") == nil)
  }

  @Test func `moments have a zone and any number of digits`() {
    #expect(Timestamp.range(of: "1970-01-01T00:00:01Z") == 1_000_000...1_999_999)
    #expect(Timestamp.range(of: "1970-01-01T01:00:01+01:00") == 1_000_000...1_999_999)
    #expect(Timestamp.range(of: "1970-01-01 00:00:00.25Z") == 250_000...259_999)
    #expect(Timestamp.range(of: "1970-01-01T00:00:00.123456Z") == 123_456...123_456)
    for wrong in [
      "", "1970", "1970-1-1", "1970-13-01", "1970-01-01T00:00:00", "1970-01-01T00:00:60Z",
      "1970-01-01T00:00:00.1234567Z", "1970-01-01x", "1970-01-01T00:00:00+1:00",
    ] { #expect(Timestamp.range(of: wrong) == nil, "\(wrong)") }
  }

  @Test func `what the clock prints is read back`() {
    let seed = Clock.monotonicNanoseconds
    print("seed \(seed)")
    var chance = SeededGenerator(seed: seed)
    for _ in 0..<1000 {
      let micros = Int64.random(
        in: -60_000_000_000_000_000...200_000_000_000_000_000, using: &chance)
      #expect(Timestamp.range(of: Clock.iso8601(microseconds: micros)) == micros...micros)
    }
  }
}

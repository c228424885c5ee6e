import CommandInterface
import Platform
import RPC

extension CommandTable {
  static let verify = Command(
    name: "verify", summary: "check every byte of the files, and the rows against Postgres",
    details: """
      Faults are printed with file and offset. The rows are compared by hashes of both sides as of \
      one moment, so writers raise no false alarm; what differs is named, and only that is brought \
      again by --repair. The service does the same every hour by itself. The exit code is 1 where \
      a fault or a difference remains. Searches and writes go on meanwhile.
      """,
    groups: [
      FlagGroup(
        "",
        [
          CommonFlags.business,
          Flag(
            "collection", .text("NAME"), "only this collection", environment: "KNOWLEDGE_COLLECTION"
          ),
          Flag("files-only", .none, "leave Postgres out of it"),
          Flag("parity", .none, "compare with Postgres only, and leave the files' bytes unread"),
          Flag("repair", .none, "rebuild what is damaged, bring again what differs"),
          CommonFlags.json,
        ]), CommonFlags.service,
    ],
    examples: [
      Example("knowledge verify --business demo", "Checks a business's files against its rows."),
      Example("knowledge verify --business demo --repair", "Mends what it finds."),
      Example(
        "knowledge verify --parity --repair", "Compares every row with Postgres, and mends."),
    ],
    run: { (arguments, context) throws(CommandError) in
      if arguments.isSet("parity") && arguments.isSet("files-only") {
        throw .usage("--parity and --files-only leave nothing to check", remedy: "give one of them")
      }
      let service = try context.connect(try ServiceAddress.of(arguments, context))
      var request = VerifyRequest()
      request.collection = arguments.text("collection") ?? ""
      request.compareTruth = !arguments.isSet("files-only")
      request.parity = arguments.isSet("parity")
      request.repair = arguments.isSet("repair")
      let reply = try service.call(
        .verify, request, for: VerifyReply.self,
        timeoutMilliseconds: try arguments.longTimeout())
      if arguments.isSet("json") {
        context.console.print(json: MaintenanceOutput.json(reply))
      } else {
        context.console.print(
          lines: MaintenanceOutput.lines(reply, request, style: context.console.style))
      }
      return MaintenanceOutput.isClean(reply, repairing: request.repair) ? .ok : .exceptions
    })

  static let rebuild = Command(
    name: "rebuild", summary: "build the files again from Postgres",
    details: "The old files serve searches until the new ones are complete.",
    groups: [
      FlagGroup(
        "",
        [
          CommonFlags.business,
          Flag(
            "collection", .text("NAME"), "only this collection", environment: "KNOWLEDGE_COLLECTION"
          ),
          CommonFlags.json,
        ]), CommonFlags.service,
    ],
    examples: [
      Example("knowledge rebuild --business demo", "Every collection of a business."),
      Example("knowledge rebuild --business demo --collection products", "One collection."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let service = try context.connect(try ServiceAddress.of(arguments, context))
      var request = RebuildRequest()
      request.collection = arguments.text("collection") ?? ""
      let reply = try service.call(
        .rebuild, request, for: RebuildReply.self,
        timeoutMilliseconds: try arguments.longTimeout())
      if arguments.isSet("json") {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("rows")
        writer.integer(reply.rows)
        writer.key("took_us")
        writer.integer(reply.tookMicroseconds)
        writer.endObject()
        context.console.print(json: writer)
      } else {
        context.console.print(
          "\(Quantity.noun(reply.rows, "row")) rebuilt in "
            + Quantity.duration(nanoseconds: reply.tookMicroseconds &* 1000))
        if reply.rows == 0 {
          context.console.remark(
            "there was nothing to rebuild; knowledge stats shows the collections and their entries")
        }
      }
      return .ok
    })

  static let stats = Command(
    name: "stats", summary: "show collections, feed, requests and memory",
    groups: [FlagGroup("", [CommonFlags.business, CommonFlags.json]), CommonFlags.service],
    examples: [
      Example("knowledge stats", "Everything the service counts, as tables."),
      Example(
        "knowledge stats --business demo --json", "One business's collections, for machines."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let service = try context.connect(try ServiceAddress.of(arguments, context))
      let reply = try service.call(.stats, StatsRequest(), for: StatsReply.self)
      let names = businessNames(of: reply, service)
      if arguments.isSet("json") {
        context.console.print(json: StatsOutput.json(reply, names))
      } else {
        context.console.print(
          lines: StatsOutput.lines(
            reply, names, columns: context.console.columns, style: context.console.style))
      }
      return .ok
    })
}

extension CommandTable {
  /// The names of the businesses by id; none for somebody who may not list them, who sees ids.
  private static func businessNames(
    of reply: StatsReply, _ service: any Service
  ) -> [[UInt8]: String] {
    guard !reply.collections.isEmpty,
      let list = try? service.call(
        .businessList, BusinessListRequest(), for: BusinessListReply.self)
    else { return [:] }
    return Dictionary(
      list.businesses.map { ($0.businessID, $0.name) }, uniquingKeysWith: { first, _ in first })
  }
}

extension Arguments {
  /// For work that takes as long as it takes: what `--timeout` says, else a day.
  func longTimeout() throws(CommandError) -> Int {
    number("timeout").map { max(1, Int($0 * 1000)) } ?? 86_400_000
  }
}

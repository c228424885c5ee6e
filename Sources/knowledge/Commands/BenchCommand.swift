import CommandInterface
import Platform
import KnowledgeService
import RPC

extension CommandTable {
  static let bench = Command(
    name: "bench", summary: "measure the search latency of a running service",
    details: """
      Searches for the texts of a file, or of stored entries, and prints latencies with the recall \
      beside them. Without --rate the load is closed: each connection asks again when it is \
      answered. With --rate it is open: requests begin at that rate whatever happens, and latency \
      counts from the intended moment, so that a service that stalls cannot hide it.
      """,
    groups: [
      FlagGroup(
        "",
        [
          CommonFlags.business, CommonFlags.collection,
          Flag(
            "texts", .file("FILE"), "texts to search for (CSV, JSON or .txt)",
            fallback: "stored entries"),
          Flag("map", .file("MAP"), "columns of the file, as for import"),
          Flag("k", .integer("N", 1...ServiceLimits().hitCount), "hits of a query", fallback: "10"),
          Flag("batch", .integer("N", 1...256), "queries of a request", fallback: "1"),
          Flag(
            "connections", .list("N,..."), "connections, a line of the table each",
            fallback: "1; 16 with --rate"),
          Flag("rate", .list("N,..."), "requests a second in an open load, a line each"),
          Flag(
            "duration", .number("SECONDS", upTo: 86_400), "how long to measure each load",
            fallback: "5"),
          Flag(
            "warmup", .number("SECONDS", upTo: 3_600), "how long to warm up before each",
            fallback: "1"),
          Flag("exact", .none, "ask for exact answers"),
          Flag("recall", .number("SHARE", upTo: 1), "recall to ask for", fallback: "0.99"),
          Flag(
            "recall-sample", .integer("N", 0...10_000), "queries to measure recall on",
            fallback: "200"),
          Flag("ids-only", .none, "ask for hits without their contents"),
          CommonFlags.json,
        ]), CommonFlags.filter, CommonFlags.service,
    ],
    examples: [
      Example("knowledge bench --business demo", "One connection, five seconds."),
      Example(
        "knowledge bench --business demo --connections 1,2,4,8 --texts queries.jsonl.gz --json",
        "A closed load on several numbers of connections."),
      Example(
        "knowledge bench --business demo --rate 1000,2000,4000 --duration 30",
        "Open loads at three rates, half a minute each."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let address = try ServiceAddress.ofBusiness(arguments, context)
      var plan = try BenchPlan.of(arguments)
      if let path = arguments.text("texts") {
        plan.texts = try BenchTexts.of(file: path, map: arguments.text("map"))
      }
      let isInterrupted = context.watchInterruption()
      let service = try context.connect(address)
      if plan.texts.isEmpty {
        plan.texts = try BenchTexts.stored(in: plan.collection, of: service)
      }
      let started = Clock.wallMicroseconds
      let stats = try service.call(.stats, StatsRequest(), for: StatsReply.self)
      let recall = try BenchRecall.measure(plan, on: service, isInterrupted: isInterrupted)
      let runner = BenchLoad(
        plan: plan, connect: { () throws(CommandError) in try context.connect(address) },
        isInterrupted: isInterrupted)
      var results: [BenchResult] = []
      for load in plan.loads where !isInterrupted() { results.append(try runner.run(load)) }
      let name = plan.collection.isEmpty ? "knowledge" : plan.collection
      let report = BenchReport(
        plan: plan, collection: stats.collections.first { $0.name == name },
        serviceVersion: stats.version, startedMicroseconds: started, recall: recall,
        results: results)
      if arguments.isSet("json") {
        context.console.print(json: report.json())
      } else {
        context.console.print(
          lines: report.lines(columns: context.console.columns, style: context.console.style))
      }
      if isInterrupted() { return .interrupted }
      return results.contains { $0.latency.count == 0 } ? .failed : .ok
    })
}

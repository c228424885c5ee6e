import CommandInterface
import Platform
import RPC

/// A benchmark's results, for machines and for people.
struct BenchReport: Sendable {
  static let shares: [(name: String, share: Double)] = [
    ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999),
  ]

  let plan: BenchPlan
  let collection: CollectionStats?
  let serviceVersion: String
  let startedMicroseconds: Int64
  let recall: BenchRecall?
  let results: [BenchResult]

  // MARK: For people

  func lines(columns: Int, style: Style) -> [String] {
    var table = TextTable([
      .init("load"), .init("conns", isRight: true), .init("requests", isRight: true),
      .init("queries/s", isRight: true), .init("p50", isRight: true), .init("p90", isRight: true),
      .init("p99", isRight: true), .init("p99.9", isRight: true), .init("max", isRight: true),
      .init("service p50", isRight: true), .init("errors", isRight: true),
    ])
    for result in results {
      table.append(
        [
          Self.name(result.load), String(result.load.connections),
          Quantity.count(result.latency.count), Quantity.count(Int(queriesPerSecond(result))),
        ]
          + Self.shares.map {
            Quantity.duration(nanoseconds: result.latency.percentile($0.share))
          }
          + [
            Quantity.duration(nanoseconds: result.latency.maxNanoseconds),
            Quantity.duration(nanoseconds: result.serviceTime.percentile(0.5)),
            Quantity.count(result.errorCount),
          ])
    }
    return [style.faint(conditions())] + table.lines(columns: columns, style: style)
      + [recallLine()] + remarks(style)
  }

  private func conditions() -> String {
    var parts = ["k \(plan.k)", "batch \(plan.batch)", "\(Quantity.decimal(plan.seconds)) s each"]
    if let collection {
      parts.insert(
        "\(Quantity.count(collection.entries)) entries × \(collection.dimension) (\(collection.model))",
        at: 0)
    }
    if plan.isExact { parts.append("exact") }
    if plan.filter != nil { parts.append("filtered") }
    if plan.omitsContent { parts.append("ids only") }
    parts.append(Quantity.noun(plan.texts.count, "text"))
    return parts.joined(separator: ", ")
  }

  private func recallLine() -> String {
    guard let recall else { return "recall not measured" }
    return "recall@\(plan.k) \(Quantity.fixed(recall.mean, 4)) "
      + "(worst query \(Quantity.fixed(recall.lowest, 2)), "
      + "\(Quantity.noun(recall.queryCount, "sample")) against exact)"
  }

  private func remarks(_ style: Style) -> [String] {
    results.flatMap { result -> [String] in
      var lines: [String] = []
      if let error = result.firstError {
        lines.append(style.bad("\(Self.name(result.load)): ") + DisplayText.cleaned(error))
      }
      if Double(result.lateCount) > 0.01 * Double(result.latency.count) {
        lines.append(
          style.warning("\(Self.name(result.load)): ")
            + "\(Quantity.noun(result.lateCount, "request")) began over 1 ms late: more than the "
            + "connections carry, or this machine is busy")
      }
      return lines
    }
  }

  private static func name(_ load: BenchPlan.Load) -> String {
    switch load {
    case .closed: "closed"
    case .open(let rate, _): "open \(Quantity.decimal(rate))/s"
    }
  }

  private func queriesPerSecond(_ result: BenchResult) -> Double {
    guard result.elapsedNanoseconds > 0 else { return 0 }
    return Double(result.latency.count) * Double(plan.batch) * 1e9
      / Double(result.elapsedNanoseconds)
  }

  // MARK: For machines

  func json() -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("started_at")
    writer.string(Clock.iso8601(microseconds: startedMicroseconds))
    writer.key("service_version")
    writer.string(serviceVersion)
    writer.key("collection")
    writer.string(plan.collection.isEmpty ? "knowledge" : plan.collection)
    if let collection {
      writer.key("entries")
      writer.integer(collection.entries)
      writer.key("dimension")
      writer.integer(collection.dimension)
      writer.key("model")
      writer.string(collection.model)
    }
    for (key, value) in [
      ("k", plan.k), ("batch", plan.batch), ("texts", plan.texts.count),
    ] {
      writer.key(key)
      writer.integer(value)
    }
    writer.key("exact")
    writer.bool(plan.isExact)
    writer.key("filtered")
    writer.bool(plan.filter != nil)
    writer.key("ids_only")
    writer.bool(plan.omitsContent)
    writer.key("seconds")
    writer.doubleOrNull(plan.seconds)
    writer.key("recall")
    if let recall {
      writer.beginObject()
      writer.key("mean")
      writer.doubleOrNull(recall.mean)
      writer.key("lowest")
      writer.doubleOrNull(recall.lowest)
      writer.key("queries")
      writer.integer(recall.queryCount)
      writer.endObject()
    } else {
      writer.null()
    }
    writer.key("loads")
    writer.beginArray()
    for result in results { json(result, &writer) }
    writer.endArray()
    writer.endObject()
    return writer
  }

  private func json(_ result: BenchResult, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("load")
    switch result.load {
    case .closed: writer.string("closed")
    case .open(let rate, _):
      writer.string("open")
      writer.key("rate_per_second")
      writer.doubleOrNull(rate)
    }
    writer.key("connections")
    writer.integer(result.load.connections)
    writer.key("requests")
    writer.integer(result.latency.count)
    writer.key("queries_per_second")
    writer.doubleOrNull(queriesPerSecond(result))
    for (key, histogram) in [
      ("latency_us", result.latency), ("service_us", result.serviceTime),
    ] {
      writer.key(key)
      writer.beginObject()
      for (name, share) in Self.shares {
        writer.key(name)
        writer.doubleOrNull(Double(histogram.percentile(share)) / 1000)
      }
      writer.key("max")
      writer.doubleOrNull(Double(histogram.maxNanoseconds) / 1000)
      writer.key("mean")
      writer.doubleOrNull(histogram.meanNanoseconds / 1000)
      writer.endObject()
    }
    for (key, value) in [
      ("exact_answers", result.exactCount), ("errors", result.errorCount),
      ("began_late", result.lateCount),
    ] {
      writer.key(key)
      writer.integer(value)
    }
    writer.key("first_error")
    if let error = result.firstError { writer.string(error) } else { writer.null() }
    writer.endObject()
  }
}

import CommandInterface
import Platform
import RPC

/// What the service counts, for machines and for people.
enum StatsOutput {
  /// - Parameter names: Of businesses, by id.
  static func json(_ reply: StatsReply, _ names: [[UInt8]: String]) -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("version")
    writer.string(reply.version)
    integers(
      [("uptime_ms", reply.uptimeMilliseconds), ("resident_bytes", reply.residentBytes)], &writer)
    writer.key("collections")
    writer.beginArray()
    for collection in reply.collections { json(collection, names, &writer) }
    writer.endArray()
    let feed = reply.feed ?? FeedStats()
    writer.key("feed")
    writer.beginObject()
    integers(
      [
        ("lag_ms", feed.lagMilliseconds), ("applied", feed.applied), ("parked", feed.parked),
        ("repairs", feed.repairs), ("repaired", feed.repaired),
        ("commit_failures", feed.commitFailures),
      ], &writer)
    writer.key("truth_connected")
    writer.bool(feed.truthConnected)
    writer.key("last_error")
    writer.string(feed.lastError)
    EntryJSON.position(feed.position, into: &writer)
    writer.endObject()
    if let scrub = reply.scrub {
      writer.key("scrub")
      writer.beginObject()
      integers(
        [("bytes", scrub.bytes), ("damaged", scrub.damaged), ("rounds", scrub.rounds)], &writer)
      writer.endObject()
    }
    if let store = reply.store {
      writer.key("store")
      writer.beginObject()
      integers(
        [
          ("collections", store.collections), ("open", store.open), ("closed", store.closed),
          ("segments", store.segments), ("segment_bytes", store.segmentBytes),
          ("evicted", store.evicted), ("mapped", store.mapped),
          ("mapped_bytes", store.mappedBytes),
        ], &writer)
      writer.endObject()
    }
    if let parity = reply.parity {
      writer.key("parity")
      writer.beginObject()
      integers(
        [
          ("rounds", parity.rounds), ("rows", parity.rows), ("differences", parity.differences),
          ("repaired", parity.repaired), ("unrepaired", parity.unrepaired),
          ("took_us", parity.tookMicroseconds), ("collections_done", parity.collectionsDone),
          ("collections_total", parity.collectionsTotal),
        ], &writer)
      writer.key("ended_at")
      writer.integer(parity.endedAt)
      writer.key("trouble")
      writer.string(parity.trouble)
      writer.endObject()
    }
    WordStatsOutput.json(reply, &writer)
    writer.key("embedding")
    json(reply.embedding ?? EmbeddingStats(), &writer)
    writer.key("rpc")
    json(reply.rpc ?? RPCStats(), &writer)
    writer.endObject()
    return writer
  }

  private static func json(
    _ collection: CollectionStats, _ names: [[UInt8]: String], _ writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.key("business_id")
    writer.string(EntryJSON.identity(collection.businessID))
    writer.key("business")
    if let name = names[collection.businessID] { writer.string(name) } else { writer.null() }
    writer.key("name")
    writer.string(collection.name)
    integers(
      [
        ("entries", collection.entries), ("vectors", collection.vectors),
        ("segments", collection.segments), ("delta_rows", collection.deltaRows),
        ("tombstones", collection.tombstones), ("file_bytes", collection.fileBytes),
        ("memory_bytes", collection.memoryBytes), ("dimension", UInt64(collection.dimension)),
      ], &writer)
    writer.key("model")
    writer.string(collection.model)
    writer.key("checksum")
    writer.string(hexadecimal(collection.checksum))
    writer.endObject()
  }

  private static func json(_ embedding: EmbeddingStats, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("model")
    writer.string(embedding.model)
    integers(
      [
        ("dimension", UInt64(embedding.dimension)), ("pending", embedding.pending),
        ("embedded", embedding.embedded), ("cut_entries", embedding.cutEntries),
        ("query_hits", embedding.queryHits),
        ("query_misses", embedding.queryMisses), ("queries_kept", embedding.queriesKept),
      ], &writer)
    writer.key("trouble")
    writer.string(embedding.trouble)
    writer.key("usage")
    writer.beginArray()
    for usage in embedding.usage { EmbeddingUsageOutput.json(usage, &writer) }
    writer.endArray()
    writer.endObject()
  }

  private static func json(_ rpc: RPCStats, _ writer: inout JSONWriter) {
    writer.beginObject()
    integers(
      [
        ("connections_open", rpc.connectionsOpen),
        ("connections_accepted", rpc.connectionsAccepted),
        ("requests", rpc.requests), ("errors", rpc.errors), ("bytes_in", rpc.bytesIn),
        ("bytes_out", rpc.bytesOut),
      ], &writer)
    writer.key("refusals")
    writer.beginObject()
    integers(rpc.refusals.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, &writer)
    writer.endObject()
    writer.key("methods")
    writer.beginObject()
    for method in rpc.methods {
      writer.key(name(method.method))
      writer.beginObject()
      integers(
        [
          ("requests", method.requests), ("errors", method.errors),
          ("p50_us", method.p50Microseconds), ("p99_us", method.p99Microseconds),
        ], &writer)
      writer.endObject()
    }
    writer.endObject()
    writer.endObject()
  }

  /// - Parameter names: Of businesses, by id; those without one are shown by their id.
  static func lines(
    _ reply: StatsReply, _ names: [[UInt8]: String], columns: Int, style: Style
  ) -> [String] {
    var lines = [
      "knowledge \(reply.version), up \(Quantity.clock(seconds: Double(reply.uptimeMilliseconds) / 1000)), "
        + "\(Quantity.bytes(reply.residentBytes)) resident", "",
    ]
    var table = TextTable([
      .init("collection", canShrink: true), .init("business", canShrink: true),
      .init("entries", isRight: true), .init("vectors", isRight: true),
      .init("segments", isRight: true),
      .init("delta", isRight: true), .init("dead", isRight: true), .init("files", isRight: true),
      .init("memory", isRight: true), .init("model", canShrink: true, staysDistinct: true),
    ])
    for collection in reply.collections {
      table.append([
        collection.name,
        names[collection.businessID] ?? EntryJSON.identity(collection.businessID),
        Quantity.count(collection.entries), Quantity.count(collection.vectors),
        Quantity.count(collection.segments),
        Quantity.count(collection.deltaRows), Quantity.count(collection.tombstones),
        Quantity.bytes(collection.fileBytes), Quantity.bytes(collection.memoryBytes),
        "\(collection.model) \(collection.dimension)",
      ])
    }
    lines += table.lines(columns: columns, style: style)
    if reply.collections.isEmpty {
      lines.append("no collections yet; fill one: knowledge import FILE --business NAME")
    } else {
      let bare = reply.collections.filter { $0.fileBytes == 0 && $0.entries > 0 }
      let isAll = bare.count == reply.collections.count
      // Among many, the table shows which.
      let which =
        isAll
        ? ""
        : bare.count > 3 ? "\(bare.count) collections" : bare.map(\.name).joined(separator: ", ")
      if !bare.isEmpty {
        lines.append((isAll ? "" : DisplayText.cleaned(which) + ": ") + MaintenanceOutput.noFiles)
      }
    }
    lines += [""] + feed(reply.feed ?? FeedStats(), style)
    lines += store(reply.store)
    lines += parity(reply.parity, style)
    lines += WordStatsOutput.lines(reply)
    lines += embedding(reply.embedding ?? EmbeddingStats(), style)
    return lines + rpc(reply.rpc ?? RPCStats(), columns, style)
  }

  private static func feed(_ feed: FeedStats, _ style: Style) -> [String] {
    let state =
      feed.truthConnected
      ? style.good("connected") : style.bad("Postgres is away")
    var lines = [
      "feed  \(state), \(feed.lagMilliseconds) ms behind, \(Quantity.noun(feed.applied, "change")) applied"
        + (feed.parked > 0 ? ", " + style.bad("\(Quantity.count(feed.parked)) parked") : "")
        + (feed.repairs > 0 ? ", " + style.bad("\(feed.repairs) being read again") : "")
    ]
    if !feed.lastError.isEmpty { lines.append("      " + DisplayText.cleaned(feed.lastError)) }
    return lines
  }

  private static func store(_ store: StoreStats?) -> [String] {
    guard let store else { return [] }
    return [
      "store  \(Quantity.count(store.open)) of \(Quantity.noun(store.collections, "collection")) open, "
        + "\(Quantity.bytes(store.segmentBytes)) in memory, "
        + "\(Quantity.bytes(store.mappedBytes)) mapped"
    ]
  }

  private static func parity(_ parity: ParityStats?, _ style: Style) -> [String] {
    guard let parity else { return [] }
    var parts: [String] = []
    if parity.collectionsTotal > 0 {
      parts.append(
        "\(Quantity.count(parity.collectionsDone)) of "
          + "\(Quantity.noun(parity.collectionsTotal, "collection")) compared")
    }
    if parity.rounds > 0 || parity.rows > 0 {
      parts.append("\(Quantity.noun(parity.rows, "row")) compared with Postgres")
      parts.append("\(Quantity.count(parity.differences)) differed")
      if parity.repaired > 0 { parts.append("\(Quantity.count(parity.repaired)) repaired") }
      if parity.unrepaired > 0 {
        parts.append(style.bad("\(Quantity.count(parity.unrepaired)) differ still"))
      }
    }
    if !parity.trouble.isEmpty { parts.append(style.bad(DisplayText.cleaned(parity.trouble))) }
    return parts.isEmpty ? [] : ["parity  " + parts.joined(separator: ", ")]
  }

  private static func embedding(_ embedding: EmbeddingStats, _ style: Style) -> [String] {
    if embedding.model.isEmpty { return [] }
    var parts = ["model \(DisplayText.cleaned(embedding.model)) \(embedding.dimension)"]
    if embedding.pending > 0 {
      parts.append("\(Quantity.count(embedding.pending)) to embed")
    }
    if embedding.embedded > 0 { parts.append("\(Quantity.count(embedding.embedded)) embedded") }
    if embedding.cutEntries > 0 {
      parts.append("\(Quantity.count(embedding.cutEntries)) too long, their ends left out")
    }
    var lines = [parts.joined(separator: ", ")]
    if !embedding.trouble.isEmpty {
      lines.append("      " + style.bad(DisplayText.cleaned(embedding.trouble)))
    }
    for usage in embedding.usage { lines.append("      " + EmbeddingUsageOutput.line(usage)) }
    return lines
  }

  private static func rpc(_ rpc: RPCStats, _ columns: Int, _ style: Style) -> [String] {
    var lines = [
      "rpc   \(Quantity.noun(rpc.connectionsOpen, "connection")) open of "
        + "\(Quantity.count(rpc.connectionsAccepted)), \(Quantity.noun(rpc.requests, "request")), "
        + "\(Quantity.noun(rpc.errors, "error")), \(Quantity.bytes(rpc.bytesIn)) in, "
        + "\(Quantity.bytes(rpc.bytesOut)) out"
    ]
    for (limit, count) in rpc.refusals.sorted(by: { $0.key < $1.key }) where count > 0 {
      lines.append("      refused by \(DisplayText.cleaned(limit)): \(Quantity.count(count))")
    }
    guard !rpc.methods.isEmpty else { return lines }
    var table = TextTable([
      .init("method"), .init("requests", isRight: true), .init("errors", isRight: true),
      .init("p50", isRight: true), .init("p99", isRight: true),
    ])
    for method in rpc.methods {
      table.append([
        name(method.method), Quantity.count(method.requests), Quantity.count(method.errors),
        Quantity.duration(nanoseconds: method.p50Microseconds &* 1000),
        Quantity.duration(nanoseconds: method.p99Microseconds &* 1000),
      ])
    }
    return lines + [""] + table.lines(columns: columns, style: style)
  }

  /// `search` for `METHOD_SEARCH`.
  private static func name(_ method: RPC.Method) -> String {
    let text = method.description
    return (text.hasPrefix("METHOD_") ? String(text.dropFirst(7)) : text).lowercased()
  }

  private static func integers(_ values: [(String, UInt64)], _ writer: inout JSONWriter) {
    for (key, value) in values {
      writer.key(key)
      writer.integer(value)
    }
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

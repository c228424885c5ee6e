import Platform
import Postgres
import RPC
import TestSupport
import Testing

/// What the database says, read with SQL of the tests' own, and the comparison with what the
/// service answers: the "Check" of RELIABILITY.md, section 3.
struct TruthOracle {
  /// One row that the index must hold.
  struct Row: Equatable {
    var id: UUID
    var externalID: String
    var title: String
    var content: String
    var version: UInt64
    var isActive: Bool
    /// The row's part of the collection's checksum.
    var hash: UInt64
  }

  /// How to reach the database, as its owner.
  let connectionInfo: String

  /// The database of a service under test.
  init(_ server: KnowledgeServer) {
    connectionInfo =
      server.database
      ?? "host=\(server.data)/postgres/run port=5432 user=knowledge dbname=knowledge"
  }

  func connect() throws(PostgresError) -> PostgresConnection {
    try PostgresConnection(connectionInfo: connectionInfo, timeoutMilliseconds: 10_000)
  }

  /// The rows of a collection that are not deleted, by id.
  func rows(business: UUID, collection: String = "knowledge") throws(PostgresError) -> [UUID: Row] {
    var connection = try connect()
    let result = try connection.query(
      """
      select entry_id, coalesce(external_id, ''), title, content, version, is_active,
        knowledge_row_stamp(e)
      from knowledge_entries e
      where business_id = $1 and collection = $2 and deleted_at is null
      """, [.uuid(business), .text(collection)])
    var rows: [UUID: Row] = [:]
    for row in 0..<result.count {
      let id: UUID = try result.value(row, 0)
      let version: Int64 = try result.value(row, 4)
      let stamp: Int64 = try result.value(row, 6)
      rows[id] = Row(
        id: id, externalID: try result.value(row, 1), title: try result.value(row, 2),
        content: try result.value(row, 3), version: UInt64(version),
        isActive: try result.value(row, 5),
        hash: Self.hash(id: id, version: UInt64(version), stamp: UInt64(bitPattern: stamp)))
    }
    return rows
  }

  /// The checksum of a collection that holds these rows: FORMAT.md, section 7, written again here.
  static func checksum(of rows: some Sequence<Row>) -> UInt64 {
    rows.reduce(0) { $0 &+ $1.hash }
  }

  private static func hash(id: UUID, version: UInt64, stamp: UInt64) -> UInt64 {
    func splitMix(_ state: UInt64) -> UInt64 {
      var z = state &+ 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    var state: UInt64 = 0x4B4E_4F57_4C45_4447
    for word in [id.high, id.low, version, stamp] { state = splitMix(state ^ word) }
    return state
  }

  // ---------------------------------------------------------------- the index's side

  /// An entry as the service exports it.
  struct Exported {
    var row: Row
    var vector: [Float]
  }

  /// Everything the service holds of a collection, by id. An id that comes twice is a failure.
  static func export(
    _ connection: WireConnection, collection: String = "knowledge"
  ) throws -> [UUID: Exported] {
    var request = ExportRequest()
    request.collection = collection
    request.includeVector = true
    let frames: [WireConnection.Frame]
    do { frames = try connection.stream(.export, request) } catch let failure
      as WireConnection.Failure
      where failure.code == .notFound || failure.code == .unavailable
    {
      // Unavailable while files are made again: nothing yet, and asked for again.
      return [:]
    }
    var entries: [UUID: Exported] = [:]
    for frame in frames where frame.kind == WireConnection.item {
      for entry in try ExportItem(decoding: frame.message).entries {
        let id = try #require(UUID(bytes: entry.id))
        let row = Row(
          id: id, externalID: entry.externalID, title: entry.title, content: entry.content,
          version: entry.version, isActive: entry.isActive ?? true, hash: 0)
        let before = entries.updateValue(Exported(row: row, vector: entry.vector), forKey: id)
        try #require(before == nil, "\(id) is exported twice")
      }
    }
    return entries
  }

  /// What differs between the database and the service in a collection; empty where nothing does.
  ///
  /// Compared: identity, external id, title, content, version and activity of every row, the row
  /// count, and the collection's checksum.
  func differences(
    _ connection: WireConnection, business: UUID, collection: String = "knowledge"
  ) throws -> [String] {
    let truth = try rows(business: business, collection: collection)
    let index = try Self.export(connection, collection: collection)
    var found: [String] = []
    for (id, row) in truth {
      guard var mirrored = index[id]?.row else {
        found.append("\(row.externalID) \(id) version \(row.version) is missing in the index")
        continue
      }
      mirrored.hash = row.hash
      if mirrored != row { found.append("\(row) is \(mirrored) in the index") }
    }
    for (id, entry) in index where truth[id] == nil {
      found.append("\(entry.row.externalID) \(id) is in the index, and not in the database")
    }
    let stats = try connection.call(.stats, StatsRequest(), for: StatsReply.self)
    let own = stats.collections.first { $0.name == collection && $0.businessID == business.bytes }
    if let own {
      if own.entries != UInt64(truth.count) {
        found.append("the service counts \(own.entries) entries, not \(truth.count)")
      }
      if own.checksum != Self.checksum(of: truth.values) {
        found.append("the checksum is \(own.checksum), not \(Self.checksum(of: truth.values))")
      }
    } else if !truth.isEmpty {
      found.append("the service does not count the collection")
    }
    return found
  }

  /// Waits until the service holds what the database holds, and fails the test where it does not.
  func expectEqual(
    _ connection: WireConnection, business: UUID, collection: String = "knowledge",
    timeoutSeconds: Double = 30, _ comment: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let deadline = Clock.monotonicNanoseconds + UInt64(timeoutSeconds * 1e9)
    func look() throws -> [String] {
      do {
        return try differences(connection, business: business, collection: collection)
      } catch let failure as WireConnection.Failure where failure.code == .dataDamaged {
        return ["\(failure)"]  // Set aside, and about to be made again.
      }
    }
    var found = try look()
    while !found.isEmpty && Clock.monotonicNanoseconds < deadline {
      Thread.sleep(milliseconds: 50)
      found = try look()
    }
    try #require(
      found.isEmpty,
      "\(comment): \(found.count) differences, such as \(found.prefix(5))",
      sourceLocation: sourceLocation)
  }

  // ---------------------------------------------------------------- searches

  /// Asks `count` exact questions by vector and compares each answer with a scan in Double over the
  /// exported vectors of the rows that the database holds.
  ///
  /// Rows whose scores differ by less than 1e-6 may stand in either order.
  static func expectExactAnswers(
    _ connection: WireConnection, collection: String = "knowledge", count: Int, k: Int = 10,
    seed: UInt64, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let entries = try export(connection, collection: collection).values
      .filter { $0.row.isActive && !$0.vector.isEmpty }.sorted { $0.row.id < $1.row.id }
    guard let dimension = entries.first?.vector.count else { return }
    var generator = SeededGenerator(seed: seed)
    for question in 0..<count {
      // Half of the questions lie beside a row, half anywhere.
      let base = question % 2 == 0 ? entries.randomElement(using: &generator)?.vector : nil
      let query = (0..<dimension).map { index in
        (base?[index] ?? 0) + Float.random(in: -0.1...0.1, using: &generator)
      }
      let length = query.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let scores = entries.map { entry -> Double in
        var sum = 0.0
        for index in 0..<dimension { sum += Double(entry.vector[index]) * Double(query[index]) }
        return sum / length
      }
      let expected = scores.indices.sorted {
        scores[$0] != scores[$1] ? scores[$0] > scores[$1] : entries[$0].row.id < entries[$1].row.id
      }.prefix(k)
      var request = SearchRequest()
      request.collection = collection
      request.query = .vector(FloatVector(values: query))
      request.k = UInt32(k)
      request.exact = true
      let reply = try connection.call(.search, request, for: SearchReply.self)
      try #require(reply.exact, sourceLocation: sourceLocation)
      try #require(reply.hits.count == expected.count, sourceLocation: sourceLocation)
      for (place, (hit, row)) in zip(reply.hits, expected).enumerated() {
        let id = try #require(hit.entry.flatMap { UUID(bytes: $0.id) })
        let close = abs(hit.score - scores[row]) < 1e-6
        try #require(
          close, "question \(question), seed \(seed): \(hit.score) at \(place), not \(scores[row])",
          sourceLocation: sourceLocation)
        if id != entries[row].row.id {
          let own = try #require(
            entries.firstIndex { $0.row.id == id }, "\(id) is not in the database",
            sourceLocation: sourceLocation)
          try #require(
            abs(scores[own] - scores[row]) < 1e-6,
            "question \(question), seed \(seed): \(id) at \(place), not \(entries[row].row.id)",
            sourceLocation: sourceLocation)
        }
      }
    }
  }
}

import Platform
import Postgres

/// Reading entries batch by batch, so that memory is bounded by entries and by bytes.
extension ChangeFeed {
  /// A row as the cursor gives it.
  private struct Found {
    var entry: FeedEntry
    /// Of its long columns; 0 where there is no row.
    let byteCount: Int
  }

  /// Runs a query through a cursor and hands over its rows, vectors joined, batch by batch.
  ///
  /// - Parameter sql: One of ``FeedStatements`` whose rows are keys, size and `EntryRow.columns`.
  func stream<Failure: TruthErrorCarrying>(
    _ sql: String, _ parameters: [PostgresValue], _ session: Session,
    _ receive: ([FeedEntry]) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    var count = 0
    let hasEmbeddings: Bool
    do throws(PostgresError) {
      hasEmbeddings =
        models?.isEmpty == true
        ? false
        : try session.reader.prepared("select exists (select from knowledge_embeddings)")
          .value(0, 0)
      try session.reader.query("declare feed no scroll cursor for \(sql)", parameters)
    } catch { throw Failure(.postgres(error)) }
    while true {
      var found: [Found]
      do throws(PostgresError) { found = try fetch(session) } catch {
        throw Failure(.postgres(error))
      }
      let isLast = found.count < configuration.batchCount
      count += found.count
      while !found.isEmpty {
        var batch: [FeedEntry]
        do throws(PostgresError) {
          batch = try takeBatch(&found, session)
          if hasEmbeddings { try join(&batch, session) }
        } catch { throw Failure(.postgres(error)) }
        try receive(batch)
      }
      if isLast { break }
    }
    do throws(PostgresError) { try session.reader.query("close feed") } catch {
      throw Failure(.postgres(error))
    }
    return count
  }

  /// The cursor's next rows, the long columns of large ones still empty.
  private func fetch(_ session: Session) throws(PostgresError) -> [Found] {
    let rows = try session.reader.query("fetch \(configuration.batchCount) from feed")
    var found: [Found] = []
    found.reserveCapacity(rows.count)
    for row in 0..<rows.count {
      let isGone = rows.isNull(row, 4)
      found.append(
        Found(
          entry: FeedEntry(
            business: try rows.value(row, 0), collection: try rows.value(row, 1),
            entryID: try rows.value(row, 2), row: isGone ? nil : try EntryRow(rows, row, at: 4)),
          byteCount: isGone ? 0 : Int(try rows.value(row, 3, as: Int64.self))))
    }
    return found
  }

  /// Takes the first of `found`, at least one, that together have no more bytes than a batch may,
  /// and completes those that came without their long columns.
  private func takeBatch(
    _ found: inout [Found], _ session: Session
  ) throws(PostgresError) -> [FeedEntry] {
    var byteCount = 0
    var count = 0
    for next in found {
      if count > 0 && byteCount + next.byteCount > configuration.batchByteCount { break }
      byteCount += next.byteCount
      count += 1
    }
    var batch = found[..<count].map(\.entry)
    let large = (0..<count).filter { found[$0].byteCount > FeedStatements.inlineByteCount }
    found.removeFirst(count)
    if large.isEmpty { return batch }
    let rows = try session.reader.prepared(
      FeedStatements.rows,
      Self.parameters(large.map { Key(batch[$0]) }))
    // One snapshot gave the keys and the rows.
    var places: [Key: [Int]] = [:]
    for place in large { places[Key(batch[place]), default: []].append(place) }
    for row in 0..<rows.count {
      let entry = try EntryRow(rows, row)
      let key = Key(
        business: entry.businessID, entry: entry.entryID, collection: ByteText(entry.collection))
      for place in places[key] ?? [] { batch[place].row = entry }
    }
    return batch
  }

  /// The collection is part of it: a product and an entry may share an id.
  private struct Key: Hashable {
    let business: UUID
    let entry: UUID
    let collection: ByteText

    init(business: UUID, entry: UUID, collection: ByteText) {
      self.business = business
      self.entry = entry
      self.collection = collection
    }

    init(_ entry: FeedEntry) {
      self.init(
        business: entry.business, entry: entry.entryID, collection: ByteText(entry.collection))
    }
  }

  /// The three arrays that ``FeedStatements`` takes keys as.
  private static func parameters(_ keys: [Key]) -> [PostgresValue] {
    [
      .uuidArray(keys.map(\.business)), .uuidArray(keys.map(\.entry)),
      .textArray(keys.map(\.collection.text)),
    ]
  }

  private static func span(
    _ rows: PostgresRows, _ row: Int
  ) throws(PostgresError) -> Range<Int> {
    let (start, end) = (
      Int(try rows.value(row, 7, as: Int32.self)), Int(try rows.value(row, 8, as: Int32.self))
    )
    return start..<max(start, end)
  }

  /// Adds the vectors of the batch's entries.
  private func join(_ batch: inout [FeedEntry], _ session: Session) throws(PostgresError) {
    var places: [Key: [Int]] = [:]
    for (place, entry) in batch.enumerated() where entry.row != nil {
      places[Key(entry), default: []].append(place)
    }
    if places.isEmpty { return }
    let rows = try session.reader.prepared(
      FeedStatements.embeddings,
      Self.parameters(Array(places.keys)) + [models.map { .textArray($0) } ?? .null])
    for row in 0..<rows.count {
      let key = Key(
        business: try rows.value(row, 0), entry: try rows.value(row, 1),
        collection: ByteText(try rows.value(row, 9)))
      let embedding = EmbeddingRow(
        entryID: key.entry, chunk: try rows.value(row, 2), chunkCount: try rows.value(row, 6),
        span: try Self.span(rows, row), model: try rows.value(row, 3),
        contentHash: try rows.value(row, 4), vector: try rows.value(row, 5))
      for place in places[key] ?? [] { batch[place].embeddings.append(embedding) }
    }
  }
}

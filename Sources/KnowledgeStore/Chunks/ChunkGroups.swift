/// Makes entries of the rows that a search finds: of each only the best row counts.
///
/// The best `n` rows hold `k` entries, or all there are, once they hold `k` different ones, for
/// whatever comes later is worse. So rows are asked for in growing numbers until that is so, and
/// `k` rows plus all those beyond one for each entry are always enough. Where no entry has two rows
/// nothing is different from a search of rows.
struct ChunkGroups {
  /// Admitted rows beyond one for each entry.
  var extraRowCount: Int
  /// What has the rows, in the order of the search's sources; needed where there are extra ones.
  var sources: [RowColumns] = []

  /// Rows for each entry wanted, at the first try, and how many times as many at each further one.
  private static let firstFactor = 4
  private static let growth = 8

  init(extraRowCount: Int) { self.extraRowCount = extraRowCount }

  /// Finds the `count` best entries.
  ///
  /// - Parameter search: Finds the given number of best rows; fewer where no more match.
  /// - Returns: The best row of each entry, best first.
  func search(count: Int, _ search: (Int) -> RecallSearch.Answer) -> RecallSearch.Answer {
    if extraRowCount == 0 { return search(count) }
    return continued(count: count, from: Self.firstFactor * count, search)
  }

  /// Finds the `count` best entries for each of several queries.
  ///
  /// - Parameters:
  ///   - search: Finds the given number of best rows for all queries.
  ///   - alone: The same for one query, for those that the first did not find enough for.
  func searchBatch(
    count: Int, _ search: (Int) -> RecallSearch.BatchAnswer,
    alone: (_ query: Int, _ count: Int) -> RecallSearch.Answer
  ) -> RecallSearch.BatchAnswer {
    if extraRowCount == 0 { return search(count) }
    let wanted = min(count + extraRowCount, Self.firstFactor * count)
    var batch = search(wanted)
    for query in batch.rows.indices {
      let found = batch.rows[query]
      batch.rows[query] = bestOfEach(found, count)
      if batch.rows[query].count == count || isAll(found.count, of: wanted, count) { continue }
      let answer = continued(count: count, from: Self.growth * wanted) { alone(query, $0) }
      batch.rows[query] = answer.rows
      for index in batch.reports.indices { batch.reports[index].add(answer.reports[index]) }
    }
    return batch
  }

  private func continued(
    count: Int, from first: Int, _ search: (Int) -> RecallSearch.Answer
  ) -> RecallSearch.Answer {
    var wanted = min(count + extraRowCount, first)
    while true {
      var answer = search(wanted)
      let found = answer.rows.count
      answer.rows = bestOfEach(answer.rows, count)
      if answer.rows.count == count || isAll(found, of: wanted, count) { return answer }
      wanted = min(count + extraRowCount, Self.growth * wanted)
    }
  }

  /// Whether more rows cannot bring more of the entries wanted.
  private func isAll(_ found: Int, of wanted: Int, _ count: Int) -> Bool {
    found < wanted || wanted >= count + extraRowCount
  }

  /// The first row of each entry among `rows`, at most `count` of them.
  private func bestOfEach(_ rows: [RankedRow], _ count: Int) -> [RankedRow] {
    struct Place: Hashable {
      var source: Int
      var first: Int
    }
    var seen: Set<Place> = []
    seen.reserveCapacity(min(count, rows.count))
    var best: [RankedRow] = []
    best.reserveCapacity(min(count, rows.count))
    for row in rows where best.count < count {
      let first = sources[row.source].entryRows(of: row.row)?.lowerBound ?? row.row
      if seen.insert(Place(source: row.source, first: first)).inserted { best.append(row) }
    }
    return best
  }
}

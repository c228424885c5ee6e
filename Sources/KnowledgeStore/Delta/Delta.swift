import Platform

/// One generation of rows in memory: chunks, and where each entry stands in them.
///
/// Belongs to the collection's writer; readers see its chunks through a ``Snapshot``.
struct Delta {
  /// The rows of an entry, all in one chunk.
  struct Place {
    var chunk: Int
    var row: Int
    var rowCount = 1
  }

  private static let smallestCapacity = 16
  private static let largestCapacity = 4096

  let strings = DeltaStrings()
  private(set) var views: [Snapshot.ChunkView] = []
  /// Where each live entry stands.
  private(set) var places: [UUID: Place] = [:]

  /// Rows written, dead ones included.
  var rowCount: Int { views.reduce(0) { $0 + $1.rowCount } }

  /// Memory that the rows occupy.
  var byteCount: Int { views.reduce(0) { $0 + $1.chunk.byteCount } }

  /// Whether filters on metadata have to read records.
  var hasUnlistedMetadata: Bool { views.contains { $0.chunk.hasUnlistedMetadata } }

  /// Live rows.
  var liveCount: Int { views.reduce(0) { $0 + $1.liveCount } }

  /// Adds an entry that is not in the delta.
  mutating func append(
    _ entry: Entry, scales: ArraySlice<Double>, dimension: Int,
    scratch: inout DeltaChunk.Scratch
  ) {
    let rowCount = entry.chunkCount
    if views.last.map({ $0.chunk.room < rowCount }) ?? true {
      let grown = (views.last?.chunk.capacity).map { $0 * 2 } ?? Self.smallestCapacity
      let capacity = max(rowCount, min(Self.largestCapacity, grown))
      let chunk = DeltaChunk(capacity: capacity, dimension: dimension, strings: strings)
      views.append(Snapshot.ChunkView(chunk: chunk, rowCount: 0, live: nil, liveCount: 0))
    }
    let last = views.count - 1
    let chunk = views[last].chunk
    let row = chunk.rowCount
    if entry.spans.isEmpty {
      _ = chunk.append(entry, scale: scales.first!, scratch: &scratch)
    } else {
      for (index, scale) in scales.enumerated() {
        _ = chunk.append(
          entry.row(index), part: ChunkPart(entry, index), scale: scale,
          scratch: &scratch)
      }
    }
    views[last].rowCount = row + rowCount
    views[last].liveCount += rowCount
    places[entry.id] = Place(chunk: last, row: row, rowCount: rowCount)
  }

  /// Marks the entry's rows as dead.
  ///
  /// - Parameter copied: Chunks whose bitmap was already copied since the last publication.
  mutating func remove(_ id: UUID, copied: inout Set<Int>) {
    guard let place = places.removeValue(forKey: id) else { return }
    if copied.insert(place.chunk).inserted {
      let chunk = views[place.chunk].chunk
      views[place.chunk].live =
        views[place.chunk].live.map(Bitmap.init(copying:))
        ?? Bitmap(bitCount: chunk.capacity, filled: true)
    }
    for row in place.row..<place.row + place.rowCount { views[place.chunk].live!.clear(row) }
    views[place.chunk].liveCount -= place.rowCount
  }

  /// The stored state of an entry that is live here.
  func state(of id: UUID) -> EntryState? {
    guard let place = places[id] else { return nil }
    return views[place.chunk].chunk.columns.state(place.row)
  }
}

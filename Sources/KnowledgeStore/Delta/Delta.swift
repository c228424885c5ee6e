import Platform

/// One generation of rows in memory: chunks, and where each entry stands in them.
///
/// Belongs to the collection's writer; readers see its chunks through a ``Snapshot``.
struct Delta {
  /// A row of a chunk.
  struct Place {
    var chunk: Int
    var row: Int
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
    _ entry: Entry, scale: Double, dimension: Int, scratch: inout DeltaChunk.Scratch
  ) {
    if views.last?.chunk.isFull ?? true {
      let capacity = min(
        Self.largestCapacity, (views.last?.chunk.capacity).map { $0 * 2 } ?? Self.smallestCapacity)
      let chunk = DeltaChunk(capacity: capacity, dimension: dimension, strings: strings)
      views.append(Snapshot.ChunkView(chunk: chunk, rowCount: 0, live: nil, liveCount: 0))
    }
    let last = views.count - 1
    let row = views[last].chunk.append(entry, scale: scale, scratch: &scratch)
    views[last].rowCount = row + 1
    views[last].liveCount += 1
    places[entry.id] = Place(chunk: last, row: row)
  }

  /// Marks the entry's row as dead.
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
    views[place.chunk].live!.clear(place.row)
    views[place.chunk].liveCount -= 1
  }

  /// The stored state of an entry that is live here.
  func state(of id: UUID) -> EntryState? {
    guard let place = places[id] else { return nil }
    return views[place.chunk].chunk.columns.state(place.row)
  }
}

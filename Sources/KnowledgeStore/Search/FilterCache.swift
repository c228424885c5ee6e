import Synchronization

/// Which rows of segments pass filters, deleted rows included, the least recently used dropped
/// first.
final class FilterCache: Sendable {
  private struct Kept {
    let rows: RowSet
    let byteCount: Int
    var used: UInt64
  }

  private struct State {
    /// By segment, then by ``Filter/identity``.
    var segments: [UInt64: [[UInt8]: Kept]] = [:]
    var byteCount = 0
    var clock: UInt64 = 0
  }

  /// What an entry takes beside its rows and its filter.
  private static let overheadByteCount = 160

  private let byteLimit: Int
  private let state = Mutex(State())

  init(byteLimit: Int) { self.byteLimit = byteLimit }

  /// Bytes held now.
  var byteCount: Int { state.withLock { $0.byteCount } }

  func rows(_ segment: UInt64, _ filter: [UInt8]) -> RowSet? {
    state.withLock { state in
      guard let rows = state.segments[segment]?[filter]?.rows else { return nil }
      state.clock += 1
      state.segments[segment]![filter]!.used = state.clock
      return rows
    }
  }

  func insert(_ rows: RowSet, _ segment: UInt64, _ filter: [UInt8]) {
    let byteCount = rows.byteCount + filter.count + Self.overheadByteCount
    guard byteCount <= byteLimit / 8 else { return }
    state.withLock { state in
      state.clock += 1
      let kept = Kept(rows: rows, byteCount: byteCount, used: state.clock)
      if let old = state.segments[segment, default: [:]].updateValue(kept, forKey: filter) {
        state.byteCount -= old.byteCount
      }
      state.byteCount += byteCount
      if state.byteCount > byteLimit { Self.shrink(&state, to: byteLimit - byteLimit / 4) }
    }
  }

  /// Drops what is known of a segment that is closed.
  func forget(_ segment: UInt64) {
    state.withLock { state in
      for kept in state.segments.removeValue(forKey: segment)?.values ?? [:].values {
        state.byteCount -= kept.byteCount
      }
    }
  }

  /// Drops the quarter least recently used, so that the sort is paid once for many insertions.
  private static func shrink(_ state: inout State, to target: Int) {
    let all = state.segments.flatMap { segment, filters in
      filters.map { (segment: segment, filter: $0.key, used: $0.value.used) }
    }
    for place in all.sorted(by: { $0.used < $1.used }) {
      if state.byteCount <= target { break }
      state.byteCount -= state.segments[place.segment]![place.filter]!.byteCount
      state.segments[place.segment]![place.filter] = nil
      if state.segments[place.segment]!.isEmpty { state.segments[place.segment] = nil }
    }
  }
}

/// The part of the ``FilterCache`` that is of one segment.
struct FilterMemory: Sendable {
  /// Rows from which it is quicker to remember than to look again.
  static let rowLimit = 2_048

  private let cache: FilterCache
  private let segment: UInt64

  /// - Returns: nil where the segment is small.
  init?(_ cache: FilterCache, segment: UInt64, rowCount: Int) {
    guard rowCount >= Self.rowLimit else { return nil }
    self.cache = cache
    self.segment = segment
  }

  func rows(_ filter: [UInt8]) -> RowSet? { cache.rows(segment, filter) }

  func remember(_ rows: RowSet, _ filter: [UInt8]) { cache.insert(rows, segment, filter) }

  func forget() { cache.forget(segment) }
}

/// Some rows of a source, unchanging: as a bitmap, or as a list where that is shorter.
struct RowSet: Sendable {
  private enum Rows {
    case bitmap(Bitmap)
    case list([UInt32])
  }

  private let rows: Rows
  /// Rows of the source.
  private let bitCount: Int
  /// Rows in the set.
  let count: Int

  /// - Parameter bitmap: Nobody changes it any more.
  init(_ bitmap: Bitmap) {
    bitCount = bitmap.bitCount
    let count = bitmap.count
    self.count = count
    guard count < bitmap.wordCount * 2 else {
      rows = .bitmap(bitmap)
      return
    }
    var list: [UInt32] = []
    list.reserveCapacity(count)
    bitmap.forEach { list.append(UInt32($0)) }
    rows = .list(list)
  }

  var byteCount: Int {
    switch rows {
    case .bitmap(let bitmap): bitmap.wordCount * 8
    case .list(let list): list.count * 4
    }
  }

  /// The rows as a bitmap that is not to be changed.
  var bitmap: Bitmap {
    switch rows {
    case .bitmap(let bitmap): return bitmap
    case .list(let list):
      let bitmap = Bitmap(bitCount: bitCount, filled: false)
      for row in list { bitmap.set(Int(row)) }
      return bitmap
    }
  }

  /// Those of the rows that are live, with their number.
  func admitted(live: Bitmap?) -> (bitmap: Bitmap, count: Int) {
    guard let live else { return (bitmap, count) }
    let admitted: Bitmap
    switch rows {
    case .bitmap(let bitmap): admitted = Bitmap(copying: bitmap)
    case .list: admitted = bitmap
    }
    admitted.formIntersection(live)
    return (admitted, admitted.count)
  }
}

import Synchronization

/// Keeps the vectors of a mapped segment from gathering in memory where that is short: rows are
/// asked for all at once before they are read, so that one waits for the disk and not each; and
/// whenever some have come, a slice of all vectors leaves, in turns.
///
/// Readers need not wait for each other: what leaves while it is read comes back from the file.
final class VectorVisits: Sendable {
  /// Slices that leave in turns.
  private static let sliceCount = 8
  /// Bytes of vectors that may always stand in memory.
  private static let leastByteCount = 1 << 20

  private let bytes: SegmentBytes
  private let section: Section
  private let rowByteCount: Int
  /// Rows that may come before a slice leaves; 0 while all may stay.
  private let limit = Atomic<Int>(0)
  private let rowCount = Atomic<Int>(0)
  private let slice = Atomic<Int>(0)

  init(_ bytes: SegmentBytes, _ section: Section, rowByteCount: Int) {
    self.bytes = bytes
    self.section = section
    self.rowByteCount = rowByteCount
  }

  /// From now on about `part` of all vectors stay.
  func begin(part: Double) {
    let byteCount = max(Self.leastByteCount, Int(Double(section.byteCount) * part))
    // A row that lies across pages brings a part of its neighbours. As many leave with a slice as
    // have come for it where eight times as many are there.
    limit.store(
      max(1, byteCount / (rowByteCount + 4_096) / Self.sliceCount), ordering: .relaxed)
  }

  /// Has rows read from the disk together; their numbers were checked.
  func willRead(_ rows: UnsafeBufferPointer<UInt32>) {
    let limit = limit.load(ordering: .relaxed)
    guard limit > 0 else { return }
    if rowCount.add(rows.count, ordering: .relaxed).newValue > limit {
      rowCount.store(0, ordering: .relaxed)
      let turn = slice.add(1, ordering: .relaxed).newValue % Self.sliceCount
      let first = section.byteCount / Self.sliceCount * turn
      let end =
        turn == Self.sliceCount - 1
        ? section.byteCount : section.byteCount / Self.sliceCount * (turn + 1)
      bytes.advise(.leave, section.offset + first, end - first)
    }
    for index in 0..<rows.count {
      let row = unsafe Int(rows[index])
      bytes.advise(.willNeed, section.offset + row * rowByteCount, rowByteCount)
    }
  }
}

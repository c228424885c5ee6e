import CWordLists
import Platform

/// Which words may be meant: an immutable table from hashes of what is left after deletions to
/// numbers of words, ascending, which is the most frequent first.
///
/// Buckets are few, so that where they begin stays in a near cache, and their entries lie side by
/// side: a look is about one access to far memory. An entry is 18 bits of the word's number and 14
/// bits of the hash.
///
/// `@safe` holds because buckets lie within `starts` and what stands there within `entries`, which
/// has room for 16 entries more than are read; both are written by `init` alone and live as long as
/// the index.
@safe final class DeletesIndex: Sendable {
  static let wordLimit = 1 << 18
  private static let most: UInt64 = 17

  private let starts: AlignedMemory
  private let entries: AlignedMemory
  private let shift: UInt64

  /// - Parameters:
  ///   - count: Words, at most ``wordLimit``.
  ///   - append: Adds each hash of a word, the same at each call.
  init(wordCount count: Int, _ append: (_ word: Int, _ deletes: inout Deletes) -> Void) {
    precondition(count <= Self.wordLimit, "more words than an entry can name")
    var bits: UInt64 = 4
    while bits < Self.most && 1 << bits < count * 2 { bits += 1 }
    let shift = 64 - bits
    let buckets = 1 << Int(bits)
    self.shift = shift
    starts = AlignedMemory(byteCount: (buckets + 2) * 4)
    let ends = unsafe starts.base.bindMemory(to: UInt32.self, capacity: buckets + 2)
    unsafe ends.initialize(repeating: 0, count: buckets + 2)
    var deletes = Deletes()
    for word in 0..<count {
      deletes.removeAll()
      append(word, &deletes)
      for index in 0..<deletes.count { unsafe ends[Int(deletes[index] >> shift) + 2] += 1 }
    }
    for bucket in 2..<buckets + 2 { unsafe ends[bucket] += ends[bucket - 1] }
    let total = unsafe Int(ends[buckets + 1])
    entries = AlignedMemory(byteCount: (total + 16) * 4)
    let all = unsafe entries.base.bindMemory(to: UInt32.self, capacity: total + 16)
    for place in total..<total + 16 { unsafe all[place] = 0 }
    for word in 0..<count {
      deletes.removeAll()
      append(word, &deletes)
      for index in 0..<deletes.count {
        // What stands one place on is the end so far; in the end it is the start of the next.
        let bucket = Int(deletes[index] >> shift) + 1
        precondition(unsafe Int(ends[bucket]) < total, "other hashes than the first time")
        unsafe all[Int(ends[bucket])] = UInt32(word) << 14 | Self.tag(deletes[index])
        unsafe ends[bucket] += 1
      }
    }
  }

  /// Of the bits below those that choose the bucket, whatever their number.
  @inline(__always) private static func tag(_ hash: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: hash) >> 18
  }

  @inline(__always) private func bucket(_ hash: UInt64) -> Range<Int> {
    let start = unsafe (starts.base + Int(hash >> shift) * 4).assumingMemoryBound(to: UInt32.self)
    return unsafe Int(start[0])..<Int(start[1])
  }

  /// Asks for the bucket's bounds, which are wanted soon.
  @inline(__always) func prefetchBounds(_ hash: UInt64) {
    unsafe cw_prefetch(starts.base + Int(hash >> shift) * 4)
  }

  /// Asks for the bucket's entries, which are wanted soon.
  @inline(__always) func prefetch(_ hash: UInt64) {
    let bucket = bucket(hash)
    if bucket.isEmpty { return }
    unsafe cw_prefetch(entries.base + bucket.lowerBound * 4)
    unsafe cw_prefetch(entries.base + (bucket.upperBound - 1) * 4)
  }

  /// Calls `body` with the words below `end` that have the hash, ascending, and a few that have
  /// not.
  @inline(__always) func forEach(_ hash: UInt64, before end: Int, _ body: (_ word: Int) -> Void) {
    let tag = Self.tag(hash)
    let bucket = bucket(hash)
    var place = bucket.lowerBound
    while place < bucket.upperBound {
      let first = unsafe (entries.base + place * 4).assumingMemoryBound(to: UInt32.self)
      // None that follows is more frequent.
      if unsafe Int(first[0] >> 14) >= end { return }
      var matches = unsafe cw_matches(first, tag)
      let rest = bucket.upperBound - place
      if rest < 16 { matches &= 1 << UInt32(rest) - 1 }
      while matches != 0 {
        let word = unsafe Int(first[matches.trailingZeroBitCount] >> 14)
        if word >= end { return }
        body(word)
        matches &= matches - 1
      }
      place += 16
    }
  }

  /// Bytes in memory.
  var byteCount: Int { starts.byteCount + entries.byteCount }
}

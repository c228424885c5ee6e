import CTextKernels
import CWordLists
import Platform

/// Which words may be meant: an immutable table from hashes of what is left after deletions to
/// numbers of words, ascending, which is the most frequent first.
///
/// Buckets are few, so that where they begin stays in a near cache, and their entries lie side by
/// side: a look is about one access to far memory. An entry is 18 bits of the word's number, 4 of
/// how long it is, and 10 bits of the hash.
///
/// `@safe` holds because buckets lie within `starts` and what stands there within `entries`, which
/// has the room behind them that kernels may read; both are written by `init` alone and live as
/// long as the index.
@safe final class DeletesIndex: Sendable {
  static let wordLimit = 1 << 18
  /// Places behind entries and words that kernels may touch.
  static let slack = Int(CT_CANDIDATE_SLACK)
  private static let most: UInt64 = 17

  private let starts: AlignedMemory
  private let entries: AlignedMemory
  private let shift: UInt64

  /// - Parameters:
  ///   - count: Words, at most ``wordLimit``.
  ///   - append: Adds each hash of a word, the same at each call, and tells how long it is.
  init(wordCount count: Int, _ append: (_ word: Int, _ deletes: inout Deletes) -> Int) {
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
      _ = append(word, &deletes)
      for index in 0..<deletes.count { unsafe ends[Int(deletes[index] >> shift) + 2] += 1 }
    }
    for bucket in 2..<buckets + 2 { unsafe ends[bucket] += ends[bucket - 1] }
    let total = unsafe Int(ends[buckets + 1])
    entries = AlignedMemory(byteCount: (total + Self.slack) * 4)
    let all = unsafe entries.base.bindMemory(to: UInt32.self, capacity: total + Self.slack)
    for place in total..<total + Self.slack { unsafe all[place] = 0 }
    for word in 0..<count {
      deletes.removeAll()
      let length = min(append(word, &deletes), Int(CT_LONGER))
      let entry = UInt32(word) << UInt32(CT_WORD_SHIFT) | UInt32(length) << UInt32(CT_TAG_BITS)
      for index in 0..<deletes.count {
        // What stands one place on is the end so far; in the end it is the start of the next.
        let bucket = Int(deletes[index] >> shift) + 1
        precondition(unsafe Int(ends[bucket]) < total, "other hashes than the first time")
        unsafe all[Int(ends[bucket])] = entry | Self.tag(deletes[index])
        unsafe ends[bucket] += 1
      }
    }
  }

  /// Of the bits below those that choose the bucket, whatever their number.
  @inline(__always) private static func tag(_ hash: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: hash) >> UInt32(32 - CT_TAG_BITS)
  }

  @inline(__always) private func bucket(_ hash: UInt64) -> Range<Int> {
    let start = unsafe (starts.base + Int(hash >> shift) * 4).assumingMemoryBound(to: UInt32.self)
    return unsafe Int(start[0])..<Int(start[1])
  }

  /// Asks for the bounds of the hashes' buckets, which are wanted soon.
  func prefetchBounds(_ deletes: borrowing Deletes) {
    for place in 0..<deletes.count {
      unsafe cw_prefetch(starts.base + Int(deletes[place] >> shift) * 4)
    }
  }

  /// Asks for the entries of the hashes' buckets, which are wanted soon.
  func prefetch(_ deletes: borrowing Deletes) {
    for place in 0..<deletes.count {
      let bucket = bucket(deletes[place])
      unsafe cw_prefetch(entries.base + bucket.lowerBound * 4)
      unsafe cw_prefetch(entries.base + bucket.upperBound * 4)
    }
  }

  /// Writes the words below `end` that have one of the hashes and a length within `lengths`, and a
  /// few that have not: of each hash ascending.
  ///
  /// - Parameters:
  ///   - room: Words that there is place for, and ``slack`` more; further ones are left out.
  /// - Returns: How many.
  @unsafe func find(
    _ deletes: borrowing Deletes, _ lengths: ClosedRange<Int>, before end: Int,
    _ words: UnsafeMutablePointer<UInt32>, room: Int, _ kernels: ct_candidate_kernels
  ) -> Int {
    let longer = Int(CT_LONGER)
    let least = UInt32(min(max(lengths.lowerBound, 0), longer))
    let most = UInt32(min(lengths.upperBound, longer))
    var found = 0
    for place in 0..<deletes.count {
      let bucket = bucket(deletes[place])
      let entries = unsafe (entries.base + bucket.lowerBound * 4).assumingMemoryBound(
        to: UInt32.self)
      found += unsafe kernels.tagged(
        entries, min(bucket.count, room - found), Self.tag(deletes[place]), least, most,
        UInt32(end), words + found)
    }
    return found
  }

  /// Bytes in memory.
  var byteCount: Int { starts.byteCount + entries.byteCount }
}

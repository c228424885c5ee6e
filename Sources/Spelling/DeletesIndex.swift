import CWordLists
import Platform

/// Which words may be meant: an immutable table from hashes of what is left after deletions to
/// numbers of words, ascending, which is the most frequent first.
///
/// `@safe` holds because buckets lie within `starts` and what stands there within `postings`, both
/// written by `init` alone; they live as long as the index.
@safe final class DeletesIndex: Sendable {
  /// An entry: 18 bits word, 14 bits of the hash.
  struct Posting {
    let bits: UInt32
    @inline(__always) var word: Int { Int(bits >> 14) }
    @inline(__always) func has(_ tag: UInt32) -> Bool { bits & 0x3FFF == tag }
  }

  static let wordLimit = 1 << 18

  private let starts: AlignedMemory
  private let postings: AlignedMemory
  private let count: Int
  private let shift: UInt64

  /// - Parameters:
  ///   - count: Words, at most ``wordLimit``.
  ///   - visit: Calls its argument with each hash of a word, in the same order at each call.
  init(wordCount count: Int, _ visit: (_ word: Int, _ note: (UInt64, Int) -> Void) -> Void) {
    precondition(count <= Self.wordLimit, "more words than a posting can name")
    var bits: UInt64 = 4
    while bits < 20 && 1 << bits < count * 16 { bits += 1 }
    let shift = 64 - bits
    let buckets = 1 << Int(bits)
    self.shift = shift
    starts = AlignedMemory(byteCount: (buckets + 2) * 4)
    let ends = unsafe starts.base.bindMemory(to: UInt32.self, capacity: buckets + 2)
    unsafe ends.initialize(repeating: 0, count: buckets + 2)
    for word in 0..<count {
      visit(word) { hash, _ in unsafe ends[Int(hash >> shift) + 2] += 1 }
    }
    for bucket in 2..<buckets + 2 { unsafe ends[bucket] += ends[bucket - 1] }
    self.count = unsafe Int(ends[buckets + 1])
    postings = AlignedMemory(byteCount: max(1, self.count) * 4)
    let all = unsafe postings.base.bindMemory(to: UInt32.self, capacity: max(1, self.count))
    for word in 0..<count {
      visit(word) { hash, _ in
        // What stands one place on is the end so far; in the end it is the start of the next.
        let bucket = Int(hash >> shift) + 1
        unsafe all[Int(ends[bucket])] = UInt32(word) << 14 | Self.tag(hash)
        unsafe ends[bucket] += 1
      }
    }
  }

  /// Where the postings of a hash stand; others' are among them, which ``Posting/has(_:)`` tells.
  @inline(__always) func bucket(_ hash: UInt64) -> Range<Int> {
    let start = unsafe (starts.base + Int(hash >> shift) * 4).assumingMemoryBound(to: UInt32.self)
    return unsafe Int(start[0])..<Int(start[1])
  }

  /// - Precondition: `index` lies in a bucket.
  @inline(__always) subscript(index: Int) -> Posting {
    unsafe Posting(bits: postings.base.load(fromByteOffset: index * 4, as: UInt32.self))
  }

  @inline(__always) static func tag(_ hash: UInt64) -> UInt32 { UInt32(hash & 0x3FFF) }

  /// Asks for the bucket's bounds, which are wanted soon.
  @inline(__always) func prefetchBucket(_ hash: UInt64) {
    unsafe cw_prefetch(starts.base + Int(hash >> shift) * 4)
  }

  /// Asks for postings that are wanted soon.
  @inline(__always) func prefetch(_ index: Int) { unsafe cw_prefetch(postings.base + index * 4) }

  /// Bytes in memory.
  var byteCount: Int { starts.byteCount + postings.byteCount }
}

/// Which words may be meant: an immutable table from hashes of what is left after deletions to
/// numbers of words, ascending, which is the most frequent first.
struct DeletesIndex: Sendable {
  /// An entry: 18 bits word, 2 bits deletions, 12 bits of the hash.
  struct Posting {
    let bits: UInt32
    @inline(__always) var word: Int { Int(bits >> 14) }
    @inline(__always) var deletions: Int { Int(bits >> 12 & 3) }
    @inline(__always) func has(_ tag: UInt32) -> Bool { bits & 0xFFF == tag }
  }

  static let wordLimit = 1 << 18

  private let starts: [UInt32]
  private let postings: [UInt32]
  private let shift: UInt64

  /// - Parameters:
  ///   - count: Words, at most ``wordLimit``.
  ///   - visit: Calls its argument with each hash of a word, in the same order at each call.
  init(
    wordCount count: Int, _ visit: (_ word: Int, _ note: (UInt64, Int) -> Void) -> Void
  ) {
    precondition(count <= Self.wordLimit, "more words than a posting can name")
    var bits: UInt64 = 4
    while bits < 20 && 1 << bits < count * 16 { bits += 1 }
    let shift = 64 - bits
    var starts = [UInt32](repeating: 0, count: 1 << bits + 1)
    for word in 0..<count {
      visit(word) { hash, _ in starts[Int(hash >> shift) + 1] += 1 }
    }
    for bucket in 1..<starts.count { starts[bucket] += starts[bucket - 1] }
    var postings = [UInt32](repeating: 0, count: Int(starts[starts.count - 1]))
    for word in 0..<count {
      visit(word) { hash, deletions in
        let bucket = Int(hash >> shift)
        postings[Int(starts[bucket])] =
          UInt32(word) << 14 | UInt32(deletions) << 12 | UInt32(hash & 0xFFF)
        starts[bucket] += 1
      }
    }
    for bucket in stride(from: starts.count - 1, to: 0, by: -1) {
      starts[bucket] = starts[bucket - 1]
    }
    starts[0] = 0
    self.starts = starts
    self.postings = postings
    self.shift = shift
  }

  /// Where the postings of a hash stand; others' are among them, which ``Posting/has(_:)`` tells.
  @inline(__always) func bucket(_ hash: UInt64) -> Range<Int> {
    let bucket = Int(hash >> shift)
    return Int(starts[bucket])..<Int(starts[bucket + 1])
  }

  @inline(__always) subscript(index: Int) -> Posting { Posting(bits: postings[index]) }

  static func tag(_ hash: UInt64) -> UInt32 { UInt32(hash & 0xFFF) }

  /// Bytes in memory.
  var byteCount: Int { (starts.count + postings.count) * MemoryLayout<UInt32>.stride }
}

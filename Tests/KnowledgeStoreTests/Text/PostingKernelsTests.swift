import CTextKernels
import Platform
import Testing

@testable import KnowledgeStore

/// Kernels of all levels against numbers that are made one by one.
@Suite struct PostingKernelsTests {
  private static let levels = [CT_PORTABLE, CT_AVX2, CT_AVX512]

  @Test func `gaps of every width and count add up to the documents`() {
    var generator = SeededGenerator(seed: 8)
    for width in 0...Int(CT_GAP_BITS) {
      for count in [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 127, 128] {
        let gaps = (0..<count).map { _ in
          UInt32.random(in: 0..<(1 << UInt32(width)), using: &generator)
        }
        let first = UInt32.random(in: 0..<1 << 31, using: &generator)
        var words: [UInt32] = []
        BitPacking.append(gaps[...], width: width, to: &words)
        #expect(words.count == BitPacking.wordCount(count, width: width))
        // What follows is not zero, and not read for these documents.
        for _ in 0..<CT_GAP_SLACK { words.append(UInt32(truncatingIfNeeded: generator.next())) }
        var next = first
        let expected = gaps.map { gap in
          defer { next += gap + 1 }
          return next + gap
        }
        for level in Self.levels {
          var found = [UInt32](repeating: 0, count: 128)
          let last = ct_postings_table(level).pointee.unpack!(
            words, count, UInt32(width), first, &found)
          #expect(Array(found.prefix(count)) == expected, "\(width) bits, \(count), \(level)")
          #expect(last == expected.last)
        }
      }
    }
  }

  @Test func `sums that reach the least are found, and all others cleared`() {
    var generator = SeededGenerator(seed: 9)
    for count in [1, 3, 4, 7, 8, 9, 31, 32, 33, 64, 65, 4096] {
      let room = (count + 7) & ~7
      var sums = (0..<room).map { place in
        place < count && Bool.random(using: &generator)
          ? Double.random(in: 0...3, using: &generator) : 0
      }
      sums[count / 2] = 1.5
      for least in [-1, 0, 1.5, 2, .infinity] {
        let expected = (0..<count).filter { sums[$0] > 0 && sums[$0] >= least }
        var wanted = [Double](repeating: 0, count: room)
        for place in expected { wanted[place] = sums[place] }
        for level in Self.levels {
          var left = sums
          var places = [UInt16](repeating: 0, count: room)
          let found = ct_postings_table(level).pointee.select!(&left, count, least, &places)
          #expect(places.prefix(found).map { Int($0) } == expected, "\(count), \(least)")
          #expect(left == wanted, "\(count), \(least)")
        }
      }
    }
  }
}

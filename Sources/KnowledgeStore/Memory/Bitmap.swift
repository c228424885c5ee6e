/// One bit for each row. Immutable once shared: writers copy, change and publish.
///
/// `@unchecked Sendable`: bits change only while one thread still owns the bitmap.
@safe final class Bitmap: @unchecked Sendable {
  let bitCount: Int
  @unsafe let words: UnsafeMutablePointer<UInt64>

  var wordCount: Int { (bitCount + 63) >> 6 }

  /// - Parameter filled: Whether all bits are set at first; bits past the last row never are.
  init(bitCount: Int, filled: Bool) {
    self.bitCount = bitCount
    let count = (bitCount + 63) >> 6
    unsafe words = .allocate(capacity: max(count, 1))
    unsafe words.initialize(repeating: filled ? .max : 0, count: max(count, 1))
    if filled { clearTail() }
  }

  init(copying other: Bitmap) {
    bitCount = other.bitCount
    let count = max(other.wordCount, 1)
    unsafe words = .allocate(capacity: count)
    unsafe words.initialize(from: other.words, count: count)
  }

  deinit { unsafe words.deallocate() }

  /// - Precondition: `0 <= row < bitCount`.
  subscript(row: Int) -> Bool {
    precondition(row >= 0 && row < bitCount, "row outside the bitmap")
    return unsafe words[row >> 6] >> UInt64(row & 63) & 1 != 0
  }

  func set(_ row: Int) {
    precondition(row >= 0 && row < bitCount, "row outside the bitmap")
    unsafe words[row >> 6] |= 1 << UInt64(row & 63)
  }

  func clear(_ row: Int) {
    precondition(row >= 0 && row < bitCount, "row outside the bitmap")
    unsafe words[row >> 6] &= ~(1 << UInt64(row & 63))
  }

  /// Bits set.
  var count: Int {
    var count = 0
    for index in 0..<wordCount { unsafe count += words[index].nonzeroBitCount }
    return count
  }

  func formIntersection(_ other: Bitmap) {
    precondition(bitCount == other.bitCount, "bitmaps of different rows")
    for index in 0..<wordCount { unsafe words[index] &= other.words[index] }
  }

  func formUnion(_ other: Bitmap) {
    precondition(bitCount == other.bitCount, "bitmaps of different rows")
    for index in 0..<wordCount { unsafe words[index] |= other.words[index] }
  }

  func formComplement() {
    for index in 0..<wordCount { unsafe words[index] = ~words[index] }
    clearTail()
  }

  /// Sets each bit to what `test` says of its row, a word at a time.
  @inline(__always)
  func fill(_ test: (Int) -> Bool) {
    for index in 0..<wordCount {
      var word: UInt64 = 0
      let first = index << 6
      for row in first..<min(first + 64, bitCount) {
        word |= (test(row) ? 1 : 0) << UInt64(row & 63)
      }
      unsafe words[index] = word
    }
  }

  /// Calls `body` with each row whose bit is set, in order.
  func forEach<Failure: Error>(_ body: (Int) throws(Failure) -> Void) throws(Failure) {
    for index in 0..<wordCount {
      var word = unsafe words[index]
      while word != 0 {
        try body(index << 6 + word.trailingZeroBitCount)
        word &= word - 1
      }
    }
  }

  private func clearTail() {
    guard bitCount & 63 != 0, wordCount > 0 else { return }
    unsafe words[wordCount - 1] &= (1 << UInt64(bitCount & 63)) - 1
  }
}

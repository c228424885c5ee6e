import Platform

/// The metadata terms of a segment in byte order, each with its rows.
///
/// Values come from a file: whatever is used as an index is clipped to what is there.
struct MetadataIndex: Sendable {
  private let termEnds: Column<UInt64>
  private let terms: Column<UInt8>
  private let postingEnds: Column<UInt64>
  private let postings: Column<UInt32>

  /// - Parameter section: Gives a section, of as many elements as are named where a number is.
  init(
    _ bytes: SegmentBytes, section: (SectionKind, Int?) throws(StoreError) -> Section
  ) throws(StoreError) {
    termEnds = bytes.column(try section(.metadataTermEnds, nil), as: UInt64.self)
    terms = bytes.column(try section(.metadataTerms, nil), as: UInt8.self)
    postingEnds = bytes.column(
      try section(.metadataPostingEnds, termEnds.count), as: UInt64.self)
    postings = bytes.column(try section(.metadataPostings, nil), as: UInt32.self)
  }

  /// Terms there are.
  var count: Int { termEnds.count }

  private static func range(
    _ numbers: Range<Int>, _ ends: Column<UInt64>, limit: Int
  ) -> Range<Int> {
    guard !numbers.isEmpty else { return 0..<0 }
    let end = Int(min(ends[numbers.upperBound - 1], UInt64(limit)))
    let start =
      numbers.lowerBound == 0 ? 0 : Int(min(ends[numbers.lowerBound - 1], UInt64(end)))
    return start..<end
  }

  /// Lends the bytes of a term.
  ///
  /// - Precondition: `0 <= number < count`.
  @unsafe func withTerm<Value>(_ number: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    let range = Self.range(number..<number + 1, termEnds, limit: terms.count)
    return unsafe body(
      UnsafeRawBufferPointer(
        UnsafeBufferPointer(start: terms.base + range.lowerBound, count: range.count)))
  }

  /// The number of the first term that does not come before `term`.
  private func first(notBefore term: [UInt8]) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let isBefore = unsafe withTerm(middle) { unsafe precedes($0, term) }
      if isBefore { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The terms of an interval.
  private func terms(in interval: TermIntervals.Interval) -> Range<Int> {
    let low = first(notBefore: interval.low)
    return low..<max(low, first(notBefore: interval.high))
  }

  /// Calls `body` with the rows of some terms, in no order, a row perhaps several times.
  func forEachRow(ofTerms numbers: Range<Int>, _ body: (UInt32) -> Void) {
    for index in Self.range(numbers, postingEnds, limit: postings.count) { body(postings[index]) }
  }

  /// Sets the bits of the rows that have a term in the intervals.
  func mark(_ intervals: TermIntervals, in bitmap: Bitmap) {
    for interval in intervals.intervals { mark(interval, in: bitmap) }
  }

  private func mark(_ interval: TermIntervals.Interval, in bitmap: Bitmap) {
    let rowCount = bitmap.bitCount
    forEachRow(ofTerms: terms(in: interval)) { row in
      if row < rowCount { bitmap.set(Int(row)) }
    }
  }

  private static let unlisted = TermIntervals.Interval(
    low: MetadataTerms.unlisted, high: MetadataTerms.unlisted + [0])

  /// Sets the bits of the rows whose values are not listed.
  func markUnlisted(in bitmap: Bitmap) { mark(Self.unlisted, in: bitmap) }

  /// Whether there are such rows.
  var hasUnlisted: Bool { !terms(in: Self.unlisted).isEmpty }

  /// Checks what checksums cannot: the order of terms, and that numbers lie within their tables.
  ///
  /// - Returns: The section, the element and what is wrong there; nil where all is well.
  func fault(rowCount: Int) -> (kind: SectionKind, element: Int, reason: String)? {
    for (kind, ends, limit) in [
      (SectionKind.metadataTermEnds, termEnds, terms.count),
      (SectionKind.metadataPostingEnds, postingEnds, postings.count),
    ] {
      var previous: UInt64 = 0
      for number in 0..<ends.count {
        guard ends[number] >= previous, ends[number] <= UInt64(limit) else {
          return (kind, number, "metadata term \(number) lies outside its table")
        }
        previous = ends[number]
      }
    }
    for number in 0..<max(0, count - 1) {
      let term = unsafe withTerm(number) { unsafe Array($0) }
      guard unsafe withTerm(number + 1, { unsafe !precedes($0, term + [0]) }) else {
        return (.metadataTerms, 0, "metadata term \(number) is out of order")
      }
    }
    for index in 0..<postings.count where Int(postings[index]) >= rowCount {
      return (.metadataPostings, index, "a metadata posting names a row that does not exist")
    }
    return nil
  }
}

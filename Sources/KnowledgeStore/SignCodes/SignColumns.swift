/// The sections of a segment that hold its one-bit codes, in place.
struct SignColumns: Sendable {
  private let words: Column<UInt32>
  private let factors: Column<Float>
  private let centre: Column<Float>

  /// Columns of the sizes that sections have.
  init(words: Column<UInt32>, factors: Column<Float>, centre: Column<Float>) {
    self.words = words
    self.factors = factors
    self.centre = centre
  }

  /// - Parameter section: Finds a section of the given kind and number of elements in the file.
  init(
    rowCount: Int, dimension: Int,
    _ section: (SectionKind, Int?) throws(StoreError) -> (SegmentBytes, Section)
  ) throws(StoreError) {
    func column<Element>(_ kind: SectionKind, _ count: Int) throws(StoreError) -> Column<Element> {
      let (bytes, place) = try section(kind, count)
      return bytes.column(place, as: Element.self)
    }
    let blocks = SignLayout.blockCount(rowCount)
    words = try column(.signWords, blocks * SignLayout.blockWordCount(dimension))
    factors = try column(.signFactors, blocks * SignLayout.blockFactorCount)
    centre = try column(.signCentre, VectorRotation.width(dimension))
  }

  /// Lends the columns to a search; their owner must outlive the value.
  var rows: SignRows {
    unsafe SignRows(words: words.base, factors: factors.base, centre: centre.base)
  }
}

extension SegmentBuilder {
  /// The one-bit codes, where the segment is large enough to be searched by them.
  func writeSigns(_ writer: SegmentFileWriter) throws(StoreError) {
    let dimension = configuration.dimension
    guard SignLayout.isWorthwhile(rowCount: rowCount, dimension: dimension) else { return }
    var encoder = SignEncoder(mean: mean())
    let blocks = SignLayout.blockCount(rowCount)
    var factors: [Float] = []
    factors.reserveCapacity(blocks * SignLayout.blockFactorCount)
    try writer.begin(
      .signWords, expectedByteCount: blocks * SignLayout.blockWordCount(dimension) * 4)
    for first in stride(from: 0, to: rowCount, by: SignLayout.blockRowCount) {
      encoder.beginBlock()
      for row in first..<min(first + SignLayout.blockRowCount, rowCount) {
        unsafe encoder.encode(vector(row), row: row - first)
      }
      try writer.append(encoder.words)
      factors += encoder.factors
    }
    try writer.begin(.signFactors, expectedByteCount: factors.count * 4)
    try writer.append(factors)
    try writer.begin(.signCentre, expectedByteCount: encoder.centre.count * 4)
    try writer.append(encoder.centre)
  }

  /// The floats of a row of the new segment.
  @unsafe func vector(_ row: Int) -> UnsafePointer<Float> {
    let reference = order[row]
    let vectors = inputs[Int(reference.input)].source.columns.vectors
    let stride = VectorLayout.floatStride(configuration.dimension)
    let first = Int(reference.row) * stride
    precondition(first + stride <= vectors.count, "row outside the column")
    return unsafe vectors.base + first
  }

  /// The mean of the rows, or of some of them where there are many.
  private func mean() -> [Float] {
    var sums = [Double](repeating: 0, count: configuration.dimension)
    let step = max(1, rowCount / 65_536)
    var taken = 0.0
    for row in Swift.stride(from: 0, to: rowCount, by: step) {
      let vector = unsafe vector(row)
      for index in sums.indices { unsafe sums[index] += Double(vector[index]) }
      taken += 1
    }
    // Damaged rows may hold anything; a centre that is no number would spoil all others.
    return sums.map { ($0 / taken).isFinite ? Float($0 / taken) : 0 }
  }
}

import LinearAlgebra

/// The sections of a segment that hold its outlines, in place.
struct OutlineColumns: Sendable {
  private let width: Int
  private let words: Column<UInt32>
  private let factors: Column<UInt16>
  private let basis: Column<Float>

  /// - Parameter section: Finds a section of the given kind, and number of elements where it is
  ///   known, in the file.
  init(
    rowCount: Int, dimension: Int,
    _ section: (SectionKind, Int?) throws(StoreError) -> (SegmentBytes, Section)
  ) throws(StoreError) {
    func column<Element>(_ kind: SectionKind, _ count: Int?) throws(StoreError) -> Column<Element> {
      let (bytes, place) = try section(kind, count)
      return bytes.column(place, as: Element.self)
    }
    let found: Column<Float> = try column(.outlineBasis, nil)
    let stride = VectorLayout.floatStride(dimension)
    width = found.count / stride
    let isPossible =
      width > 0 && found.count == width * stride && width % OutlineLayout.widthStep == 0
      && width <= OutlineLayout.widthLimit(dimension)
    // A size that cannot be is refused as any wrong one.
    basis = try column(.outlineBasis, isPossible ? found.count : -1)
    let blocks = OutlineLayout.blockCount(rowCount)
    words = try column(.outlineWords, blocks * OutlineLayout.blockWordCount(width: width))
    factors = try column(.outlineFactors, blocks * OutlineLayout.blockFactorCount)
  }

  /// Lends the columns to a search; their owner must outlive the value.
  var rows: OutlineRows {
    unsafe OutlineRows(
      width: width, words: words.base, factors: factors.base, basis: basis.base)
  }
}

extension SegmentBuilder {
  /// The outlines, where the segment is large enough to be searched by them and its rows lie, for
  /// the most part, in a space of fewer components.
  func writeOutlines(_ writer: SegmentFileWriter) throws(StoreError) {
    let dimension = configuration.dimension
    guard OutlineLayout.isWorthwhile(rowCount: rowCount, dimension: dimension),
      let basis = OutlineBasis(moments: moments(), dimension: dimension)
    else { return }
    var encoder = OutlineEncoder(basis: basis, dimension: dimension)
    let blocks = OutlineLayout.blockCount(rowCount)
    var factors: [UInt16] = []
    factors.reserveCapacity(blocks * OutlineLayout.blockFactorCount)
    try writer.begin(
      .outlineWords,
      expectedByteCount: blocks * OutlineLayout.blockWordCount(width: basis.width) * 4)
    for first in stride(from: 0, to: rowCount, by: OutlineEncoder.groupLimit) {
      unsafe encoder.encode(
        first..<min(first + OutlineEncoder.groupLimit, rowCount)
      ) { unsafe vector($0) }
      try writer.append(encoder.words)
      factors += encoder.factors
    }
    try writer.begin(.outlineFactors, expectedByteCount: factors.count * 2)
    try writer.append(factors)
    try writer.begin(.outlineBasis, expectedByteCount: basis.vectors.count * 4)
    try writer.append(basis.vectors)
  }

  /// The sums of the products of components, over some of the rows where there are many.
  private func moments() -> [Float] {
    let dimension = configuration.dimension
    let step = max(1, rowCount / max(16_384, 8 * dimension))
    let picked = Array(Swift.stride(from: 0, to: rowCount, by: step))
    let group = 1_024
    var moments = [Float](repeating: 0, count: dimension * dimension)
    var part = moments
    var turned = [Float](repeating: 0, count: dimension * group)
    for first in Swift.stride(from: 0, to: picked.count, by: group) {
      let size = min(group, picked.count - first)
      for place in 0..<size {
        let vector = unsafe vector(picked[first + place])
        for index in 0..<dimension { turned[index * group + place] = unsafe vector[index] }
      }
      unsafe turned.withUnsafeBufferPointer { turned in
        unsafe part.withUnsafeMutableBufferPointer { part in
          let columns = unsafe MatrixProduct.Matrix(
            turned.baseAddress!, rows: dimension, columns: size, stride: group)
          unsafe MatrixProduct.timesTransposed(columns, columns, into: part.baseAddress!)
        }
      }
      for index in moments.indices { moments[index] += part[index] }
    }
    return moments
  }
}

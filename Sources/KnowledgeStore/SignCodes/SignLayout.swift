import CVectorKernels

/// How one-bit codes lie in a segment, and how vectors are turned before they become codes
/// (FORMAT.md, section 4).
///
/// The codes are those of RaBitQ (Gao and Long, arXiv 2405.12497): the signs of the rotated
/// difference between a vector and the centre of its segment. Multiplied by what is kept beside
/// them they give an estimate of the inner product that is right on average over rotations, with an
/// error of known spread.
enum SignLayout {
  /// Rows in a block of codes; the last block is padded with zeros.
  static let blockRowCount = Int(CK_SIGN_ROWS)
  /// Vectors shorter than this have no signs: the spread of the error is known for many components.
  static let dimensionMinimum = 64
  /// Segments with fewer rows have no signs: their int8 codes are scanned as quickly.
  static let rowMinimum = 512

  /// Blocks of a number of rows.
  static func blockCount(_ rowCount: Int) -> Int {
    (rowCount + blockRowCount - 1) / blockRowCount
  }

  /// Words of codes in a block.
  static func blockWordCount(_ dimension: Int) -> Int {
    VectorRotation.width(dimension) / 32 * blockRowCount
  }

  /// Factors in a block: multipliers, then addends.
  static let blockFactorCount = 2 * blockRowCount

  /// Whether a segment of this shape gets signs.
  static func isWorthwhile(rowCount: Int, dimension: Int) -> Bool {
    rowCount >= rowMinimum && dimension >= dimensionMinimum
  }
}

/// The one-bit codes of a run of rows, lent to a search by a segment.
///
/// `@safe` holds as it does for ``VectorRows``: only the initialiser takes pointers, and its caller
/// promises that they stay readable at the sizes given here. What the bytes say is not trusted.
@safe struct SignRows {
  /// `[blocks][width / 32][64]`.
  let words: UnsafePointer<UInt32>
  /// `[blocks][2][64]`.
  let factors: UnsafePointer<Float>
  /// `[width]`: the rotated centre.
  let centre: UnsafePointer<Float>

  @unsafe init(
    words: UnsafePointer<UInt32>, factors: UnsafePointer<Float>, centre: UnsafePointer<Float>
  ) {
    unsafe self.words = words
    unsafe self.factors = factors
    unsafe self.centre = centre
  }

  /// The columns, as the kernels take them.
  func columns(width: Int) -> ck_signs {
    unsafe ck_signs(words: words, factors: factors, width: width)
  }
}

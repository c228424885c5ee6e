import CVectorKernels

/// How outlines lie in a segment (FORMAT.md, section 4).
///
/// An outline is a row turned into the space of fewer components that holds most of what rows of
/// the segment consist of, in four bits a component. The part of a product that lies in the space
/// is known up to the error of the codes; the rest is at most the product of what query and row
/// have outside of it (docs/decisions/0008-outlines.md).
enum OutlineLayout {
  /// Rows in a block; the last one is padded with zeros.
  static let blockRowCount = Int(CK_SIGN_ROWS)
  /// Shorter vectors have no outlines: half of them is no multiple of what kernels take.
  static let dimensionMinimum = 128
  /// Segments with fewer rows have none: turning the query would cost more than is saved.
  static let rowMinimum = 8_192

  /// Components of outlines are a multiple of this.
  static let widthStep = 64
  /// Components that outlines may have, about half of those of the vectors.
  static func widthLimit(_ dimension: Int) -> Int {
    (VectorRotation.width(dimension) / 2 + widthStep - 1) / widthStep * widthStep
  }

  /// Blocks of a number of rows.
  static func blockCount(_ rowCount: Int) -> Int {
    (rowCount + blockRowCount - 1) / blockRowCount
  }

  /// Words of codes in a block of outlines of `width` components.
  static func blockWordCount(width: Int) -> Int { width / 8 * blockRowCount }

  /// Factors in a block.
  static let blockFactorCount = Int(CK_OUTLINE_FACTORS) * blockRowCount

  /// Whether a segment of this shape may get outlines.
  static func isWorthwhile(rowCount: Int, dimension: Int) -> Bool {
    rowCount >= rowMinimum && dimension >= dimensionMinimum
  }
}

/// The outlines of a run of rows, lent to a search by a segment.
///
/// `@safe` holds as it does for ``VectorRows``: only the initialiser takes pointers, and its caller
/// promises that they stay readable at the sizes given here. What the bytes say is not trusted:
/// they can cost right answers, never memory safety.
@safe struct OutlineRows {
  /// Components of an outline, a multiple of 64.
  let width: Int
  /// `[blocks][width / 8][64]`.
  let words: UnsafePointer<UInt32>
  /// `[blocks][4][64]`.
  let factors: UnsafePointer<UInt16>
  /// `[width][floatStride]`: the basis of the space, the padding zero.
  let basis: UnsafePointer<Float>

  @unsafe init(
    width: Int, words: UnsafePointer<UInt32>, factors: UnsafePointer<UInt16>,
    basis: UnsafePointer<Float>
  ) {
    precondition(width > 0 && width % OutlineLayout.widthStep == 0, "not a width of outlines")
    self.width = width
    unsafe self.words = words
    unsafe self.factors = factors
    unsafe self.basis = basis
  }

  /// The columns, as the kernels take them.
  var columns: ck_outlines {
    unsafe ck_outlines(words: words, factors: factors, width: width)
  }
}

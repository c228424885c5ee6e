import CVectorKernels
import Platform

/// One-bit codes of a chunk of rows in memory, made as the rows come.
///
/// They are taken relative to zero: it is known before any row is, and costs little beside the mean
/// of the rows.
///
/// `@unchecked Sendable` and `@safe` as ``DeltaChunk`` is: its one writer writes the words of a row
/// before the row is published, and readers disregard all others.
@safe final class DeltaSigns: @unchecked Sendable {
  /// Chunks with fewer rows have no signs: preparing a query for them would take as long.
  private static let rowMinimum = 256

  let columns: SignColumns
  private let memory: AlignedMemory
  private let dimension: Int
  private let rotation: VectorRotation
  private let factorOffset: Int
  // The writer's alone:
  private var rotated: [Float]
  private var spare: [Float]

  /// What all chunks' codes are relative to, `[dimensionLimit]`; one place for all, so that a query
  /// is prepared once for all chunks.
  private static let zeros: AlignedMemory = {
    let count = VectorRotation.width(VectorLayout.dimensionLimit)
    let memory = AlignedMemory(byteCount: 4 * count)
    unsafe memory.base.initializeMemory(as: Float.self, repeating: 0, count: count)
    return memory
  }()

  /// Memory for the signs of `capacity` rows; nil where they would not be worth it.
  init?(capacity: Int, dimension: Int) {
    guard capacity >= Self.rowMinimum, dimension >= SignLayout.dimensionMinimum else { return nil }
    self.dimension = dimension
    rotation = VectorRotation(dimension: dimension)
    rotated = [Float](repeating: 0, count: rotation.width)
    spare = rotated
    let blocks = SignLayout.blockCount(capacity)
    let wordCount = blocks * SignLayout.blockWordCount(dimension)
    let factorCount = blocks * SignLayout.blockFactorCount
    factorOffset = AlignedMemory.padded(4 * wordCount)
    memory = AlignedMemory(byteCount: factorOffset + 4 * factorCount)
    // Kernels look at whole blocks, and then take the rows that are there.
    unsafe memory.base.initializeMemory(as: UInt8.self, repeating: 0, count: memory.byteCount)
    columns = unsafe SignColumns(
      words: Column(base: memory.base.assumingMemoryBound(to: UInt32.self), count: wordCount),
      factors: Column(
        base: (memory.base + factorOffset).assumingMemoryBound(to: Float.self),
        count: factorCount),
      centre: Column(
        base: Self.zeros.base.assumingMemoryBound(to: Float.self), count: rotation.width))
  }

  var byteCount: Int { memory.byteCount }

  /// Encodes the next row.
  ///
  /// - Parameter vector: `[dimension]`, readable.
  /// - Precondition: `row` lies within the capacity.
  @unsafe func encode(_ vector: UnsafePointer<Float>, row: Int) {
    let (block, place) = row.quotientAndRemainder(dividingBy: SignLayout.blockRowCount)
    let width = rotation.width
    precondition(row >= 0 && (block + 1) * SignLayout.blockWordCount(dimension) * 4 <= factorOffset)
    unsafe rotated.withUnsafeMutableBufferPointer { rotated in
      unsafe spare.withUnsafeMutableBufferPointer { spare in
        for index in 0..<dimension { unsafe rotated[index] = vector[index] }
        for index in dimension..<width { unsafe rotated[index] = 0 }
        unsafe rotation.apply(rotated.baseAddress!, spare: spare.baseAddress!, kernels: .current)
        let words = unsafe memory.base.assumingMemoryBound(to: UInt32.self)
        let factors = unsafe (memory.base + factorOffset).assumingMemoryBound(to: Float.self)
        let code = unsafe ck_sign_encode(
          rotated.baseAddress!, columns.rows.centre, width,
          words + block * SignLayout.blockWordCount(dimension) + place)
        let first = block * SignLayout.blockFactorCount + place
        unsafe factors[first] = code.multiplier
        unsafe factors[first + SignLayout.blockRowCount] = code.addend
      }
    }
  }
}

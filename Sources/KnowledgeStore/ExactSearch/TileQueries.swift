import CVectorKernels

/// Up to 64 queries as int8 codes, for the 8-bit tile kernel.
///
/// `@safe` holds because the memory is sized here for the kernels' reads and leaves this file only
/// for the length of a kernel call.
@safe final class TileQueries: LaneScan {
  let queries: Range<Int>
  private let scales: [QueryScale]
  private let stride: Int
  private let groups: Int
  private let packed: UnsafeMutableRawPointer
  /// Offsets, then steps, lengths, residues and thresholds: 64 words each.
  private let words: UnsafeMutableRawPointer

  private static let lanes = Int(CK_TILE_LANES)

  /// - Parameters:
  ///   - batch: `[n][dimension]` Float32, row-major, n at least `queries.upperBound`.
  ///   - queries: 1...64 of them.
  init(
    _ batch: UnsafeBufferPointer<Float>, dimension: Int, queries: Range<Int>,
    kernels: VectorKernels
  ) {
    precondition(queries.count <= Self.lanes && batch.count >= queries.upperBound * dimension)
    self.queries = queries
    stride = VectorLayout.codeStride(dimension)
    groups = (queries.count + 15) / 16
    unsafe packed = .allocate(byteCount: stride * groups * 16, alignment: 64)
    unsafe words = .allocate(byteCount: 5 * 4 * Self.lanes, alignment: 64)
    unsafe packed.initializeMemory(as: UInt8.self, repeating: 0, count: stride * groups * 16)
    unsafe words.initializeMemory(as: UInt32.self, repeating: 0, count: 5 * Self.lanes)
    scales = queries.map { query in
      unsafe QueryScale(batch.baseAddress! + query * dimension, dimension: dimension)
    }
    for lane in 0..<Self.lanes { setThreshold(.infinity, lane: lane) }
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: dimension) { scaled in
      unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: stride) { codes in
        for (lane, query) in queries.enumerated() {
          let size = unsafe ck_scale_f32(
            batch.baseAddress! + query * dimension, dimension, scales[lane].factor,
            scaled.baseAddress!)
          let factors = unsafe VectorCodec.encode(
            scaled.baseAddress!, dimension: dimension, codes: codes.baseAddress!, kernels: kernels)
          unsafe column(0, as: UInt32.self)[lane] = ck_pack_u8(
            codes.baseAddress!, stride, groups, lane, packed)
          let length = QueryScale.length(size.length)
          unsafe column(1, as: Float.self)[lane] = factors.scale
          unsafe column(2, as: Float.self)[lane] = length
          unsafe column(3, as: Float.self)[lane] = QueryScale.residue(
            factors.error + size.lost, length: length)
        }
      }
    }
  }

  deinit {
    unsafe packed.deallocate()
    unsafe words.deallocate()
  }

  func scale(lane: Int) -> QueryScale { scales[lane] }

  func setThreshold(_ threshold: Float, lane: Int) {
    unsafe column(4, as: Float.self)[lane] = threshold
  }

  func scan(_ block: RowBlock, kernels: VectorKernels, survivors: borrowing SurvivorBuffer) -> Int {
    precondition(block.count * groups * 16 <= survivors.capacity, "no room for the survivors")
    var columns = unsafe block.source.columns
    var output = unsafe survivors.columns
    var tile = unsafe ck_tile(
      packed: packed.assumingMemoryBound(to: Int8.self), groups: groups,
      offsets: column(0, as: UInt32.self), steps: column(1, as: Float.self),
      lengths: column(2, as: Float.self), residues: column(3, as: Float.self),
      thresholds: column(4, as: Float.self), floor: QueryScale.floor)
    return unsafe kernels.table.tile_u8(&columns, block.indices, block.count, &tile, &output)
  }

  private func column<Word>(_ number: Int, as type: Word.Type) -> UnsafeMutablePointer<Word> {
    unsafe (words + number * 4 * Self.lanes).assumingMemoryBound(to: type)
  }
}

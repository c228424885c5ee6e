import CVectorKernels

/// The graph's kernels of one instruction set.
///
/// `@safe` and `@unchecked Sendable` for the reasons of ``VectorKernels``: a constant of the C
/// target, whose functions are unsafe at each call.
@safe struct GraphKernels: @unchecked Sendable {
  let table: ck_graph_kernels
  /// Those of the same level for single vectors.
  let vectors: VectorKernels

  init(_ kernels: VectorKernels) {
    vectors = kernels
    unsafe table = ck_graph_table(kernels.level.code).pointee
  }

  static let current = GraphKernels(.current)
}

/// How a graph's rows lie in memory (FORMAT.md, section 10).
enum GraphLayout {
  /// Neighbours of a vertex.
  static let degree = Int(CK_DEGREE)

  /// Bytes of a vertex row.
  static func rowByteCount(_ dimension: Int) -> Int {
    4 * VectorRotation.width(dimension) + Int(CK_GRAPH_FACTORS)
  }
}

/// A float's bits in an order in which greater integers are greater floats.
@inline(__always) func orderedBits(_ value: Float) -> UInt32 {
  let bits = value.bitPattern
  return bits ^ (bits >> 31 == 0 ? 0x8000_0000 : 0xFFFF_FFFF)
}

/// The opposite of ``orderedBits(_:)``.
@inline(__always) func floatOfOrdered(_ bits: UInt32) -> Float {
  Float(bitPattern: bits ^ (bits >> 31 == 0 ? 0xFFFF_FFFF : 0x8000_0000))
}

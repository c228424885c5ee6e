import CVectorKernels

/// The graph's kernels of one instruction set.
///
/// `@safe` and `@unchecked Sendable` for the reasons of ``VectorKernels``: a constant of the C
/// target, whose functions are unsafe at each call.
@safe struct GraphKernels: @unchecked Sendable {
  let table: ck_graph_kernels

  init(_ kernels: VectorKernels) { unsafe table = ck_graph_table(kernels.level.code).pointee }

  static let current = GraphKernels(.current)
}

/// How a graph's rows lie in memory (FORMAT.md, section 10).
enum GraphLayout {
  /// Neighbours of a vertex.
  static let degree = Int(CK_DEGREE)

  /// Components of a rotated vector: the dimension rounded up to 64.
  static func width(_ dimension: Int) -> Int { (dimension + 63) & ~63 }

  /// Bytes of a vertex row.
  static func rowByteCount(_ dimension: Int) -> Int {
    4 * width(dimension) + Int(CK_GRAPH_FACTORS)
  }

  /// Which signs change before each round of the rotation: `[rounds][width / 32]`, bits of a
  /// SplitMix64 sequence, the same for every graph.
  static func flips(_ dimension: Int) -> [UInt32] {
    var state: UInt64 = 0x4B4E_5747_5241_5048
    return (0..<Int(CK_GRAPH_ROUNDS) * width(dimension) / 32).map { _ in
      state &+= 0x9E37_79B9_7F4A_7C15
      var x = state
      x = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
      x = (x ^ x >> 27) &* 0x94D0_49BB_1331_11EB
      return UInt32(truncatingIfNeeded: (x ^ x >> 31) >> 32)
    }
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

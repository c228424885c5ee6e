import CVectorKernels
import Platform

/// The kernels of one instruction set.
///
/// `@safe` holds because the table is a constant of the C target; calling what it points to is
/// unsafe at each call. `@unchecked Sendable`: nothing ever writes to the table.
@safe struct VectorKernels: @unchecked Sendable {
  /// An instruction set, poorest first.
  enum Level: String, CaseIterable, Comparable {
    case portable, avx2, avx512

    static func < (a: Level, b: Level) -> Bool { a.code.rawValue < b.code.rawValue }

    var code: ck_level {
      switch self {
      case .portable: CK_PORTABLE
      case .avx2: CK_AVX2
      case .avx512: CK_AVX512
      }
    }
  }

  /// The level that the kernels belong to.
  let level: Level
  /// The C functions.
  let table: ck_kernels

  /// Takes the kernels of `level`, or of the best level below it that this processor runs.
  init(_ level: Level) {
    self.level = min(level, Self.supported)
    unsafe self.table = ck_table(self.level.code).pointee
  }

  /// The best level that this processor runs.
  static let supported: Level = {
    let code = ck_supported_level()
    return Level.allCases.first { $0.code == code } ?? .portable
  }()

  /// The kernels in use: the best, unless `KNOWLEDGE_KERNELS` (avx512, avx2 or portable) asks for
  /// less. Read once; an unknown name is ignored.
  static let current: VectorKernels = {
    let wanted = Environment.value("KNOWLEDGE_KERNELS")
    return VectorKernels(wanted.flatMap { Level(rawValue: $0) } ?? .avx512)
  }()
}

extension VectorRows {
  /// The code columns, as the kernels take them.
  var columns: ck_rows {
    unsafe ck_rows(
      codes: codes, stride: VectorLayout.codeStride(dimension), scales: scales, errors: errors,
      norms: norms)
  }
}

import CTextKernels
import Platform

/// The kernels of one instruction set.
///
/// `@safe` holds because the table is a constant of the C target; calling what it points to is
/// unsafe at each call. `@unchecked Sendable`: nothing ever writes to the table.
@safe struct TextKernels: @unchecked Sendable {
  /// An instruction set, poorest first.
  enum Level: String, CaseIterable, Comparable {
    case portable, avx2, avx512

    static func < (a: Level, b: Level) -> Bool { a.code.rawValue < b.code.rawValue }

    var code: ct_level {
      switch self {
      case .portable: CT_PORTABLE
      case .avx2: CT_AVX2
      case .avx512: CT_AVX512
      }
    }
  }

  /// The level that the kernels belong to.
  let level: Level
  /// The C functions.
  let table: ct_kernels

  /// Takes the kernels of `level`, or of the best level below it that this processor runs.
  init(_ level: Level) {
    self.level = min(level, Self.supported)
    unsafe self.table = ct_table(self.level.code).pointee
  }

  /// The best level that this processor runs.
  static let supported: Level = {
    let code = ct_supported_level()
    return Level.allCases.first { $0.code == code } ?? .portable
  }()

  /// The kernels in use: the best, unless `KNOWLEDGE_KERNELS` (avx512, avx2 or portable) asks for
  /// less. Read once; an unknown name is ignored.
  static let current: TextKernels = {
    let wanted = Environment.value("KNOWLEDGE_KERNELS")
    return TextKernels(wanted.flatMap { Level(rawValue: $0) } ?? .avx512)
  }()
}

/// What is compared.
enum Distance {
  /// Insertions, deletions and replacements.
  case levenshtein
  /// And exchanges of neighbours (optimal string alignment).
  case osa
  /// The length of the longest common subsequence: a similarity.
  case commonLength

  fileprivate var code: ct_operation {
    switch self {
    case .levenshtein: CT_LEVENSHTEIN
    case .osa: CT_OSA
    case .commonLength: CT_LCS
    }
  }
}

/// Strings side by side, as the kernels read them.
struct TokenBlocks {
  static let lanes = Int(CT_TOKEN_LANES)
  static let patternLimit = Int(CT_TOKEN_LENGTH)
  static let symbolLimit = Int(CT_TOKEN_SYMBOLS)
  /// Characters of a token that are compared.
  static let rows = 24

  private var symbols: [UInt8] = []
  private var lengths: [UInt8] = []
  private(set) var count = 0

  mutating func removeAll() { count = 0 }

  /// Appends a token; symbols behind ``rows`` are left out.
  mutating func append(_ token: ArraySlice<UInt8>) {
    let block = count / Self.lanes
    if block * Self.lanes == count, lengths.count < (block + 1) * Self.lanes {
      symbols.append(contentsOf: repeatElement(0, count: Self.rows * Self.lanes))
      lengths.append(contentsOf: repeatElement(0, count: Self.lanes))
    }
    let lane = count % Self.lanes
    if lane == 0 { for each in 0..<Self.lanes { lengths[block * Self.lanes + each] = 0 } }
    var place = block * Self.rows * Self.lanes + lane
    for symbol in token.prefix(Self.rows) {
      symbols[place] = symbol
      place += Self.lanes
    }
    lengths[count] = UInt8(min(token.count, Self.rows))
    count += 1
  }

  /// Compares a pattern with all tokens.
  ///
  /// - Parameters:
  ///   - pattern: 1...``patternLimit`` symbols, each in 1..<``symbolLimit``.
  ///   - results: Gets one value a token.
  func compare(
    _ pattern: ArraySlice<UInt8>, _ distance: Distance, _ kernels: TextKernels,
    into results: inout [UInt8]
  ) {
    precondition(1...Self.patternLimit ~= pattern.count, "a pattern of the wrong length")
    precondition(pattern.allSatisfy { 1..<Self.symbolLimit ~= Int($0) }, "a symbol out of range")
    let blocks = (count + Self.lanes - 1) / Self.lanes
    if results.count < blocks * Self.lanes {
      results = [UInt8](repeating: 0, count: blocks * Self.lanes)
    }
    unsafe pattern.withUnsafeBufferPointer { pattern in
      unsafe symbols.withUnsafeBufferPointer { symbols in
        unsafe lengths.withUnsafeBufferPointer { lengths in
          unsafe results.withUnsafeMutableBufferPointer { results in
            for block in 0..<blocks {
              unsafe kernels.table.tokens(
                distance.code, pattern.baseAddress!, pattern.count,
                symbols.baseAddress! + block * Self.rows * Self.lanes,
                lengths.baseAddress! + block * Self.lanes,
                results.baseAddress! + block * Self.lanes)
            }
          }
        }
      }
    }
  }
}

/// Longer strings side by side.
struct TextBlocks {
  static let lanes = Int(CT_TEXT_LANES)
  static let patternLimit = 64 * Int(CT_TEXT_WORDS)
  /// Characters of a text that are compared.
  static let rows = 512

  private var symbols: [UInt8] = []
  private var lengths: [UInt16] = []
  private var masks = [UInt64](
    repeating: 0, count: Int(CT_TEXT_SYMBOLS) * Int(CT_TEXT_WORDS))
  private(set) var count = 0

  mutating func removeAll() { count = 0 }

  /// Appends a text; symbols behind ``rows`` are left out.
  mutating func append(_ text: [UInt8]) {
    let block = count / Self.lanes
    if lengths.count < (block + 1) * Self.lanes {
      symbols.append(contentsOf: repeatElement(0, count: Self.rows * Self.lanes))
      lengths.append(contentsOf: repeatElement(0, count: Self.lanes))
    }
    let lane = count % Self.lanes
    if lane == 0 { for each in 0..<Self.lanes { lengths[block * Self.lanes + each] = 0 } }
    var place = block * Self.rows * Self.lanes + lane
    for symbol in text.prefix(Self.rows) {
      symbols[place] = symbol
      place += Self.lanes
    }
    lengths[count] = UInt16(min(text.count, Self.rows))
    count += 1
  }

  /// Symbols of a text that are compared.
  func length(_ text: Int) -> Int { Int(lengths[text]) }

  /// Compares a pattern with all texts.
  ///
  /// - Parameters:
  ///   - pattern: 1...``patternLimit`` symbols, none 0.
  ///   - results: Gets one value a text.
  mutating func compare(
    _ pattern: [UInt8], _ distance: Distance, _ kernels: TextKernels, into results: inout [UInt16]
  ) {
    precondition(1...Self.patternLimit ~= pattern.count, "a pattern of the wrong length")
    let blocks = (count + Self.lanes - 1) / Self.lanes
    if results.count < blocks * Self.lanes {
      results = [UInt16](repeating: 0, count: blocks * Self.lanes)
    }
    unsafe pattern.withUnsafeBufferPointer { pattern in
      unsafe symbols.withUnsafeBufferPointer { symbols in
        unsafe lengths.withUnsafeBufferPointer { lengths in
          unsafe results.withUnsafeMutableBufferPointer { results in
            unsafe masks.withUnsafeMutableBufferPointer { masks in
              for block in 0..<blocks {
                unsafe kernels.table.texts(
                  distance.code, pattern.baseAddress!, pattern.count,
                  symbols.baseAddress! + block * Self.rows * Self.lanes,
                  lengths.baseAddress! + block * Self.lanes,
                  results.baseAddress! + block * Self.lanes, masks.baseAddress!)
              }
            }
          }
        }
      }
    }
  }
}

import CTextKernels

/// The parts of a text index as they stand in a segment (FORMAT.md, section 4).
struct TextSections {
  /// u64 numbers of the summary.
  static let summaryCount = 6
  /// What the words of texts are and how they stand: another number, and the index is made anew
  /// from the texts.
  static let analysis: UInt64 = 3
  /// u32 words of a term's place: its first block, its entries, the greatest S in them (f32).
  static let placeCount = 3
  /// u32 words of a block: last document, greatest S (f32), offset, its high bits and two widths.
  static let blockCount = 4
  /// Entries of a block; the last one of a term has fewer.
  static let blockEntryCount = 128
  /// Words behind the last block, so that registers can be read wherever a gap begins.
  static let slack = Int(CT_GAP_SLACK)

  var summary: [UInt64] = []
  var termEnds: [UInt64] = []
  var terms: [UInt8] = []
  var places: [UInt32] = []
  var blocks: [UInt32] = []
  var words: [UInt32] = []
  var lengths: [UInt32] = []
  var rows: [UInt32] = []
  var documents: [UInt32] = []
}

/// Numbers of few bits one after the other in 32-bit words, lowest bits first.
enum BitPacking {
  static func width(of value: UInt32) -> Int { 32 - value.leadingZeroBitCount }

  static func wordCount(_ count: Int, width: Int) -> Int { (count * width + 31) >> 5 }

  static func append(_ values: ArraySlice<UInt32>, width: Int, to words: inout [UInt32]) {
    var pending: UInt64 = 0
    var bits = 0
    for value in values {
      pending |= UInt64(value) << UInt64(bits)
      bits += width
      if bits >= 32 {
        words.append(UInt32(truncatingIfNeeded: pending))
        pending >>= 32
        bits -= 32
      }
    }
    if bits > 0 { words.append(UInt32(truncatingIfNeeded: pending)) }
  }
}

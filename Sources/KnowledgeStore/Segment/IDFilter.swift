import Platform

/// A blocked Bloom filter over entry ids: whether a segment can hold an id, in one cache line.
///
/// 64-byte blocks of sixteen 32-bit words; an id sets one bit in each of eight words of its block.
/// At 16 bits an id about 1 in 2,000 absent ids pass. Byte map: FORMAT.md, section 4.
/// - Source: Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007.
enum IDFilter {
  static let blockWordCount = 16

  static func blockCount(rowCount: Int) -> Int { max(1, (rowCount + 31) / 32) }

  private static func hash(_ id: UUID) -> UInt64 {
    var mixed = id.high &* 0x9E37_79B9_7F4A_7C15 ^ id.low
    mixed = (mixed ^ mixed >> 32) &* 0xD6E8_FEB8_6659_FD93
    mixed = (mixed ^ mixed >> 32) &* 0xD6E8_FEB8_6659_FD93
    return mixed ^ mixed >> 32
  }

  /// The block of an id, and a second hash whose 5-bit fields choose the bits.
  private static func probe(_ id: UUID, blockCount: Int) -> (block: Int, bits: UInt64) {
    let hash = hash(id)
    let block = Int(((hash >> 32) &* UInt64(blockCount)) >> 32)
    return (block, (hash &* 0xC2B2_AE3D_27D4_EB4F) >> 8)
  }

  static func insert(_ id: UUID, into words: inout [UInt32]) {
    let (block, bits) = probe(id, blockCount: words.count / blockWordCount)
    for index in 0..<8 {
      let field = bits >> UInt64(index * 6)
      let word = block * blockWordCount + index * 2 + Int(field >> 5 & 1)
      words[word] |= 1 << UInt32(field & 31)
    }
  }

  static func mayContain(_ id: UUID, in words: Column<UInt32>) -> Bool {
    let (block, bits) = probe(id, blockCount: words.count / blockWordCount)
    for index in 0..<8 {
      let field = bits >> UInt64(index * 6)
      let word = words[block * blockWordCount + index * 2 + Int(field >> 5 & 1)]
      if word >> UInt32(field & 31) & 1 == 0 { return false }
    }
    return true
  }
}

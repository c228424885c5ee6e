/// Hashes of whole words, a symbol after the other.
enum SymbolHash {
  static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always) static func add(_ symbol: UInt16, to hash: UInt64) -> UInt64 {
    (hash ^ UInt64(symbol)) &* 0xD6E8_FEB8_6659_FD93 ^ hash >> 29
  }

  @inline(__always) static func finish(_ hash: UInt64) -> UInt64 {
    let mixed = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
    return mixed ^ mixed >> 32
  }

  @inline(__always) static func whole(_ symbols: Span<UInt16>) -> UInt64 {
    var hash = seed
    for index in 0..<symbols.count { hash = add(symbols[index], to: hash) }
    return finish(hash)
  }
}

import CWordLists
import Platform

/// What a search looks at of each word, 32 bytes that lie in one line of the cache.
///
///     offset  bytes  field
///     0       4      its letters as a set (``SymbolStore/letters(_:)``)
///     4       1      how many symbols; 255 where they do not stand here
///     5       1      frequency
///     6       2      what remains of the hash of its sound; 0 of a word without one
///     8       24     symbols below 128
///
/// `@safe` holds because every word's record lies within the block, which lives as long as the
/// table and is written by `init` alone.
@safe final class WordTable: Sendable {
  static let stride = 32
  static let symbolCount = 24
  static let elsewhere = 255

  let count: Int
  private let memory: AlignedMemory

  init(_ store: SymbolStore, _ frequencies: [UInt8]) {
    count = store.count
    memory = AlignedMemory(byteCount: max(1, store.count) * Self.stride)
    for word in 0..<store.count {
      let record = unsafe memory.base + word * Self.stride
      let symbols = store.symbols[store.range(of: word)]
      let fits = symbols.count <= Self.symbolCount && symbols.allSatisfy { $0 < 128 }
      unsafe record.storeBytes(of: store.heads[word].x, as: UInt32.self)
      let count = fits ? symbols.count : Self.elsewhere
      unsafe record.storeBytes(of: UInt8(count), toByteOffset: 4, as: UInt8.self)
      unsafe record.storeBytes(of: frequencies[word], toByteOffset: 5, as: UInt8.self)
      let sound = SoundKey(store.symbols.span.extracting(store.range(of: word))).mark
      unsafe record.storeBytes(of: sound, toByteOffset: 6, as: UInt16.self)
      guard fits else { continue }
      for (offset, symbol) in symbols.enumerated() {
        unsafe record.storeBytes(of: UInt8(symbol), toByteOffset: 8 + offset, as: UInt8.self)
      }
    }
  }

  var byteCount: Int { memory.byteCount }

  /// - Precondition: `word` is below ``count``; so for the others.
  @inline(__always) func prefetch(_ word: Int) {
    unsafe cw_prefetch(memory.base + word * Self.stride)
  }

  @inline(__always) func letters(of word: Int) -> UInt32 {
    unsafe memory.base.load(fromByteOffset: word * Self.stride, as: UInt32.self)
  }

  /// How many symbols stand here, or ``elsewhere``.
  @inline(__always) func length(of word: Int) -> Int {
    unsafe Int(memory.base.load(fromByteOffset: word * Self.stride + 4, as: UInt8.self))
  }

  @inline(__always) func frequency(of word: Int) -> UInt8 {
    unsafe memory.base.load(fromByteOffset: word * Self.stride + 5, as: UInt8.self)
  }

  /// ``SoundKey/mark`` of the word.
  @inline(__always) func sound(of word: Int) -> UInt16 {
    unsafe memory.base.load(fromByteOffset: word * Self.stride + 6, as: UInt16.self)
  }

  /// - Precondition: `index` is below ``length(of:)``, which is not ``elsewhere``.
  @inline(__always) func symbol(_ index: Int, of word: Int) -> Symbol {
    unsafe Symbol(
      memory.base.load(fromByteOffset: word * Self.stride + 8 + index, as: UInt8.self))
  }
}

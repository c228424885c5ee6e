import CTextKernels
import CWordLists
import Platform

/// What a search looks at of each word: its signature, which lie side by side, and 32 bytes that
/// lie in one line of the cache.
///
///     offset  bytes  field
///     0       1      how many symbols, 63 where they do not stand here; plus 64 of a word that is
///                    written as its letters
///     1       1      frequency
///     2       2      what remains of the hash of its sound; 0 of a word without one
///     4       28     its letters (``LetterCode``)
///
/// `@safe` holds because every word's record lies within the block, which lives as long as the
/// table and is written before the table is shared.
@safe final class WordTable: Sendable {
  static let stride = Int(CT_RECORD)
  static let elsewhere = Int(CT_ELSEWHERE)
  private static let head = Int(CT_RECORD_HEAD)
  private static let letterCount = stride - head

  let count: Int
  private let memory: AlignedMemory
  /// Where signatures begin, behind the records.
  private let signatures: Int

  /// Room for words, which ``set(_:_:isPlain:frequency:sound:)`` fills in.
  init(wordCount: Int) {
    count = wordCount
    signatures = wordCount * Self.stride
    let byteCount = max(1, wordCount) * (Self.stride + 4)
    // Two large pages or more are had as such, which saves look-ups of their addresses.
    let page = 2 << 20
    memory = AlignedMemory(
      byteCount: byteCount < page ? byteCount : (byteCount + page - 1) / page * page)
  }

  /// Writes a word's record.
  ///
  /// - Returns: Whether its symbols stand in it.
  /// - Precondition: `word` is below ``count``; so for the others. Nobody reads meanwhile.
  func set(
    _ word: Int, _ symbols: Span<Symbol>, isPlain: Bool, frequency: UInt8, sound: UInt16
  ) -> Bool {
    precondition(word >= 0 && word < count, "no such word")
    let record = unsafe memory.base + word * Self.stride
    var fits = symbols.count <= Self.letterCount
    for index in 0..<Self.letterCount {
      let code = index < symbols.count ? LetterCode.of(symbols[index]) : 0
      if code == LetterCode.unknown { fits = false }
      unsafe record.storeBytes(of: code, toByteOffset: Self.head + index, as: UInt8.self)
    }
    let length = (fits ? symbols.count : Self.elsewhere) | (fits && isPlain ? 64 : 0)
    unsafe record.storeBytes(of: UInt8(length), as: UInt8.self)
    unsafe record.storeBytes(of: frequency, toByteOffset: 1, as: UInt8.self)
    unsafe record.storeBytes(of: sound, toByteOffset: 2, as: UInt16.self)
    unsafe memory.base.storeBytes(
      of: WordSignature(symbols).bits, toByteOffset: signatures + word * 4, as: UInt32.self)
    return fits
  }

  var byteCount: Int { memory.byteCount }

  /// ``WordSignature`` of each word.
  @unsafe var signatureBase: UnsafePointer<UInt32> {
    unsafe UnsafePointer((memory.base + signatures).assumingMemoryBound(to: UInt32.self))
  }

  /// Of each word ``stride`` bytes.
  @unsafe var recordBase: UnsafePointer<UInt8> {
    unsafe UnsafePointer(memory.base.assumingMemoryBound(to: UInt8.self))
  }

  /// How many symbols stand here, or ``elsewhere``.
  @inline(__always) func length(of word: Int) -> Int {
    unsafe Int(memory.base.load(fromByteOffset: word * Self.stride, as: UInt8.self) & 63)
  }

  /// The word as it is written, where that is as its letters.
  func plainText(of word: Int) -> String? {
    let record = unsafe memory.base + word * Self.stride
    let length = unsafe record.load(as: UInt8.self)
    guard length & 64 != 0 else { return nil }
    return unsafe String(
      decoding: UnsafeRawBufferPointer(start: record + Self.head, count: Int(length & 63)),
      as: UTF8.self)
  }

  @inline(__always) func frequency(of word: Int) -> UInt8 {
    unsafe memory.base.load(fromByteOffset: word * Self.stride + 1, as: UInt8.self)
  }

  /// ``SoundKey/mark`` of the word.
  @inline(__always) func sound(of word: Int) -> UInt16 {
    unsafe memory.base.load(fromByteOffset: word * Self.stride + 2, as: UInt16.self)
  }

  /// - Precondition: `index` is below ``length(of:)``, which is not ``elsewhere``.
  @inline(__always) func symbol(_ index: Int, of word: Int) -> Symbol {
    LetterCode.symbol(
      unsafe memory.base.load(
        fromByteOffset: word * Self.stride + Self.head + index, as: UInt8.self))
  }

  /// Lends the letters that stand here.
  @inline(__always)
  func withLetters<Value>(of word: Int, _ body: (Span<UInt8>) -> Value) -> Value {
    let start = unsafe (memory.base + (word * Self.stride + Self.head)).assumingMemoryBound(
      to: UInt8.self)
    let count = min(length(of: word), Self.letterCount)
    return body(unsafe Span(_unsafeStart: start, count: count))
  }
}

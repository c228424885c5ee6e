import CTextKernels
import CWordLists
import Platform

/// What a search looks at of each word, in columns: its letters in eight bytes, and in four its
/// frequency, whether it is written as its letters, and from the third on how it sounds.
///
/// Letters are the low five bits of ``LetterCode``s, packed as `candidate_kernels.h` says. Of a
/// word of 13 to 28 letters a number stands there, under which they are found in a column of long
/// words. What is longer yet, or has other symbols, is elsewhere.
///
/// `@safe` holds because every column has a place for each word below ``count``, numbers of long
/// words are below `longRoom`, and all of it lives as long as the table and is written before the
/// table is shared.
@safe final class WordTable: Sendable {
  static let packedCount = Int(CT_PACKED)
  private static let longCount = 28
  /// Instead of a length.
  private static let long = 13
  private static let elsewhere = 14
  /// Bytes of a long word: how many letters, and those.
  private static let stride = 32

  let count: Int
  private let memory: AlignedMemory
  private let longRoom: Int
  // Where columns begin, behind the packed letters.
  private let notes: Int
  private let longs: Int

  /// Room for words, which ``set(_:_:isPlain:frequency:sound:long:)`` fills in.
  ///
  /// - Parameter longRoom: How many long ones may stand in the table.
  init(wordCount: Int, longRoom: Int) {
    count = wordCount
    self.longRoom = longRoom
    notes = wordCount * 8
    longs = AlignedMemory.padded(notes + wordCount * 4)
    memory = AlignedMemory(byteCount: longs + longRoom * Self.stride)
  }

  /// Writes a word.
  ///
  /// - Parameters:
  ///   - isPlain: Whether it is written as its letters.
  ///   - long: Long words so far.
  /// - Returns: Whether its letters stand in the table.
  /// - Precondition: `word` is below ``count``; so for the others. Nobody reads meanwhile.
  func set(
    _ word: Int, _ symbols: Span<Symbol>, isPlain: Bool, frequency: UInt8, sound: UInt16,
    long: inout Int
  ) -> Bool {
    precondition(word >= 0 && word < count && long >= 0, "no such word")
    var fits =
      symbols.count <= Self.packedCount || symbols.count <= Self.longCount && long < longRoom
    for index in 0..<symbols.count where LetterCode.of(symbols[index]) == LetterCode.unknown {
      fits = false
    }
    let note = UInt32(frequency) | (fits && isPlain ? 256 : 0) | UInt32(sound) << 16
    unsafe memory.base.storeBytes(of: note, toByteOffset: notes + word * 4, as: UInt32.self)
    var packed: UInt64 = 0
    var length = symbols.count
    if !fits {
      length = Self.elsewhere
    } else if length > Self.packedCount {
      let record = unsafe memory.base + (longs + long * Self.stride)
      unsafe record.storeBytes(of: UInt8(length), as: UInt8.self)
      for index in 0..<length {
        unsafe record.storeBytes(
          of: LetterCode.of(symbols[index]), toByteOffset: 1 + index, as: UInt8.self)
      }
      length = Self.long
      packed = UInt64(long)
      long += 1
    } else {
      for index in 0..<length {
        packed |= UInt64(LetterCode.of(symbols[index]) & 31) << Self.shift(index)
      }
    }
    packed |= UInt64(length & 3) << 30 | UInt64(length >> 2) << 62
    unsafe memory.base.storeBytes(of: packed, toByteOffset: word * 8, as: UInt64.self)
    return fits
  }

  private static func shift(_ index: Int) -> UInt64 {
    UInt64(index < 6 ? 5 * index : 5 * index + 2)
  }

  var byteCount: Int { memory.byteCount }

  /// Of each word eight bytes.
  @unsafe var packed: UnsafePointer<UInt64> {
    unsafe UnsafePointer(memory.base.assumingMemoryBound(to: UInt64.self))
  }

  /// How many letters a packed word has; more than ``packedCount`` where they are not packed.
  @inline(__always) static func length(ofPacked packed: UInt64) -> Int {
    Int(packed >> 30 & 3 | packed >> 60 & 12)
  }

  @inline(__always) private func note(_ word: Int) -> UInt32 {
    unsafe memory.base.load(fromByteOffset: notes + word * 4, as: UInt32.self)
  }

  /// Asks for the word's frequency and sound, which are wanted soon.
  @inline(__always) func prefetch(_ word: Int) {
    unsafe cw_prefetch(memory.base + notes + word * 4)
  }

  @inline(__always) func frequency(of word: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: note(word))
  }

  /// ``SoundKey/mark`` of the word.
  @inline(__always) func sound(of word: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: note(word) >> 16)
  }

  /// The word as it is written, where that is as its letters.
  func plainText(of word: Int) -> String? {
    guard note(word) & 256 != 0 else { return nil }
    return withLetters(of: word) { letters in
      unsafe letters.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
  }

  /// Lends the word's letters; nil where they do not stand here.
  @inline(__always)
  func withLetters<Value>(of word: Int, _ body: (Span<UInt8>) -> Value) -> Value? {
    let packed = unsafe self.packed[word]
    let length = Self.length(ofPacked: packed)
    if length <= Self.packedCount {
      var letters = InlineArray<12, UInt8>(repeating: 0)
      for index in 0..<6 {
        let shift = UInt64(5 * index)
        letters[index] = UInt8(truncatingIfNeeded: packed >> shift & 31 | 0x60)
        letters[index + 6] = UInt8(truncatingIfNeeded: packed >> (shift + 32) & 31 | 0x60)
      }
      return body(letters.span.extracting(0..<length))
    }
    guard length == Self.long else { return nil }
    let record = unsafe memory.base + (longs + Int(packed & 0x3FFF_FFFF) * Self.stride)
    let letters = unsafe (record + 1).assumingMemoryBound(to: UInt8.self)
    return body(unsafe Span(_unsafeStart: letters, count: Int(record.load(as: UInt8.self))))
  }
}

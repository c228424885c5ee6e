/// How a word of Latin letters sounds, roughly: consonants by class, vowels only in front.
///
/// Words that sound alike have equal keys, or keys with a letter more or less; that finds what was
/// written by ear, however many letters differ. A word with other letters has an empty key.
struct SoundKey {
  /// Its letters, the first in the lowest byte; those beyond eight are in the hash alone.
  private var letters: UInt64 = 0
  private var hash = SymbolHash.seed
  private(set) var count = 0

  /// The key of no word.
  init() {}

  /// The letter at a place below 8; 0 beyond ``count``.
  @inline(__always) subscript(index: Int) -> Symbol {
    Symbol(letters >> UInt64(8 * index) & 255)
  }

  private mutating func append(_ sound: UInt8) {
    if count < 8 { letters |= UInt64(sound) << UInt64(8 * count) }
    hash = SymbolHash.add(Symbol(sound), to: hash)
    count += 1
  }

  /// Of a word of at most ``SpellingLimits/wordLength`` letters; longer ones have an empty key.
  init(_ word: Span<Symbol>) {
    guard word.count <= SpellingLimits.wordLength else { return }
    // With room to look ahead.
    var letters = InlineArray<44, UInt8>(repeating: 0)
    var length = 0
    for index in 0..<word.count {
      let symbol = word[index]
      if symbol == Folding.apostrophe { continue }
      guard 0x61...0x7A ~= symbol else { return }
      letters[length] = UInt8(symbol)
      length += 1
    }
    var index = 0
    var last: UInt8 = 0
    func at(_ offset: Int) -> UInt8 { letters[index + offset] }
    func isFront(_ letter: UInt8) -> Bool { letter == 0x65 || letter == 0x69 || letter == 0x79 }
    while index < length {
      let letter = letters[index]
      var step = 1
      var sound: UInt8 = 0
      switch letter {
      case Self.a, Self.e, Self.i, Self.o, Self.u, Self.y: sound = index == 0 ? Self.a : 0
      case 0x63:  // c
        if at(1) == Self.h {
          (sound, step) = (Self.x, 2)
        } else if at(1) == Self.k {
          (sound, step) = (Self.k, 2)
        } else if at(1) == Self.i && (at(2) == Self.a || at(2) == Self.o || at(2) == Self.e) {
          sound = Self.x
        } else {
          sound = isFront(at(1)) ? Self.s : Self.k
        }
      case Self.s:
        if at(1) == Self.h {
          (sound, step) = (Self.x, 2)
        } else if at(1) == 0x63 && (at(2) == Self.h || isFront(at(2))) {
          (sound, step) = at(2) == Self.h ? (Self.x, 3) : (Self.s, 2)
        } else if at(1) == Self.i && (at(2) == Self.o || at(2) == Self.a) {
          sound = Self.x
        } else if at(1) == Self.s && at(2) == Self.i && at(3) == Self.o {
          (sound, step) = (Self.x, 2)
        } else {
          sound = Self.s
        }
      case 0x74:  // t
        if at(1) == Self.i && (at(2) == Self.o || at(2) == Self.a) {
          sound = Self.x
        } else if at(1) == 0x63 && at(2) == Self.h {
          (sound, step) = (Self.x, 3)
        } else {
          sound = 0x74
        }
      case 0x7A: sound = Self.s
      case 0x71: sound = Self.k
      case 0x78: sound = index == 0 ? Self.s : Self.k  // x: k before the s that is dropped
      case 0x76: sound = Self.f
      case 0x70:  // p
        if at(1) == Self.h {
          (sound, step) = (Self.f, 2)
        } else {
          sound = index == 0 && (at(1) == Self.s || at(1) == Self.n) ? 0 : 0x70
        }
      case 0x67:  // g
        if at(1) == Self.h {
          (sound, step) = index == 0 ? (Self.k, 2) : (0, 2)
        } else if index == 0 && at(1) == Self.n {
          sound = 0
        } else {
          sound = isFront(at(1)) ? Self.j : Self.k
        }
      case 0x64: (sound, step) = at(1) == 0x67 && isFront(at(2)) ? (Self.j, 2) : (0x74, 1)  // d
      case Self.k: sound = index == 0 && at(1) == Self.n ? 0 : Self.k
      case 0x62:
        sound = index == length - 1 && index > 0 && letters[index - 1] == 0x6D ? 0 : 0x70
      case Self.h: sound = index == 0 ? Self.h : 0
      case 0x77: sound = index == 0 && at(1) != 0x72 ? 0x77 : 0  // w
      default: sound = letter
      }
      if sound != 0, last != sound {
        append(sound)
        last = sound
      }
      index += step
    }
  }

  private static let a: UInt8 = 0x61
  private static let e: UInt8 = 0x65
  private static let f: UInt8 = 0x66
  private static let h: UInt8 = 0x68
  private static let i: UInt8 = 0x69
  private static let j: UInt8 = 0x6A
  private static let k: UInt8 = 0x6B
  private static let n: UInt8 = 0x6E
  private static let o: UInt8 = 0x6F
  private static let s: UInt8 = 0x73
  private static let u: UInt8 = 0x75
  private static let x: UInt8 = 0x78
  private static let y: UInt8 = 0x79

  /// Equal for equal keys, and for few others; 0 for the empty key alone.
  var mark: UInt16 { count > 0 ? max(1, UInt16(SymbolHash.finish(hash) >> 48)) : 0 }

  /// Deletions that are tried: short keys have too many neighbours.
  var deletions: Int { count > 3 ? 1 : 0 }
}

extension SoundKey: Equatable {}

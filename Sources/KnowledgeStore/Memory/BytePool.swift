import Synchronization

/// Distinct byte strings numbered in the order in which they came: the dictionary of delta columns.
///
/// Numbers never change and nothing is removed, so a reader may use a number it found for as long
/// as it likes. Keys are bytes, not `String`, whose equality ignores normalisation forms.
final class BytePool: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    /// Where string n ends in `bytes`; it begins where the one before ends.
    var ends: [Int] = []
    var hashes: [UInt64] = []
    /// Open addressing by hash, linear probing; number + 1, or 0 for a free slot.
    var slots = [UInt32](repeating: 0, count: 16)
  }

  private let state = Mutex(State())

  /// The number of `key`, which is added where it is new.
  func intern(_ key: [UInt8]) -> UInt32 {
    let hash = Self.hash(key)
    return state.withLock { state in
      let (found, slot) = Self.locate(key, hash, in: state)
      if let found { return found }
      let number = UInt32(state.ends.count)
      state.bytes.append(contentsOf: key)
      state.ends.append(state.bytes.count)
      state.hashes.append(hash)
      state.slots[slot] = number + 1
      if state.ends.count * 2 > state.slots.count { Self.grow(&state) }
      return number
    }
  }

  /// The number of `key`, or nil where it never came.
  func number(of key: [UInt8]) -> UInt32? {
    let hash = Self.hash(key)
    return state.withLock { Self.locate(key, hash, in: $0).found }
  }

  /// The string behind a number.
  subscript(number: UInt32) -> [UInt8] {
    state.withLock { state in
      let start = number == 0 ? 0 : state.ends[Int(number) - 1]
      return Array(state.bytes[start..<state.ends[Int(number)]])
    }
  }

  /// Strings held.
  var count: Int { state.withLock { $0.ends.count } }

  private static func locate(
    _ key: [UInt8], _ hash: UInt64, in state: borrowing State
  ) -> (found: UInt32?, slot: Int) {
    let mask = state.slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while state.slots[slot] != 0 {
      let number = Int(state.slots[slot] - 1)
      if state.hashes[number] == hash {
        let start = number == 0 ? 0 : state.ends[number - 1]
        if state.bytes[start..<state.ends[number]].elementsEqual(key) {
          return (UInt32(number), slot)
        }
      }
      slot = (slot + 1) & mask
    }
    return (nil, slot)
  }

  private static func grow(_ state: inout State) {
    let mask = state.slots.count * 2 - 1
    var slots = [UInt32](repeating: 0, count: mask + 1)
    for (number, hash) in state.hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(number) + 1
    }
    state.slots = slots
  }

  private static func hash(_ key: [UInt8]) -> UInt64 { hash64(key) }
}

/// FNV-1a with a final mix: for short keys, no secrets, no order to preserve. Also the hash of
/// external ids in files (FORMAT.md, section 4).
func hash64(_ key: [UInt8]) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in key { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  hash = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
  return hash ^ hash >> 32
}

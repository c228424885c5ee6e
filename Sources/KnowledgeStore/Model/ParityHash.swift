import Platform

/// The hash that both sides of a parity check compute: PostgreSQL's `uuid_hash_extended(id, seed)`,
/// which is Bob Jenkins' lookup3 over the 16 bytes, as a little-endian server does it. Tables are
/// partitioned by it, so it stays what it is. FORMAT.md, section 7.
struct ParityHash {
  private var a: UInt32
  private var b: UInt32
  private var c: UInt32

  private init() {
    let start: UInt32 = 0x9E37_79B9 &+ 16 &+ 3_923_095
    (a, b, c) = (start, start, start)
  }

  /// The hash of an id.
  static func of(_ id: UUID, seed: UInt64) -> UInt64 {
    var state = ParityHash()
    if seed != 0 {
      state.a &+= UInt32(truncatingIfNeeded: seed >> 32)
      state.b &+= UInt32(truncatingIfNeeded: seed)
      state.mix()
    }
    let (high, low) = (id.high.byteSwapped, id.low.byteSwapped)
    state.a &+= UInt32(truncatingIfNeeded: high)
    state.b &+= UInt32(truncatingIfNeeded: high >> 32)
    state.c &+= UInt32(truncatingIfNeeded: low)
    state.mix()
    state.a &+= UInt32(truncatingIfNeeded: low >> 32)
    state.finish()
    return UInt64(state.b) << 32 | UInt64(state.c)
  }

  @inline(__always)
  private static func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 {
    value << count | value >> (32 - count)
  }

  @inline(__always)
  private mutating func mix() {
    a = (a &- c) ^ Self.rotated(c, 4)
    c = c &+ b
    b = (b &- a) ^ Self.rotated(a, 6)
    a = a &+ c
    c = (c &- b) ^ Self.rotated(b, 8)
    b = b &+ a
    a = (a &- c) ^ Self.rotated(c, 16)
    c = c &+ b
    b = (b &- a) ^ Self.rotated(a, 19)
    a = a &+ c
    c = (c &- b) ^ Self.rotated(b, 4)
    b = b &+ a
  }

  @inline(__always)
  private mutating func finish() {
    c = (c ^ b) &- Self.rotated(b, 14)
    a = (a ^ c) &- Self.rotated(c, 11)
    b = (b ^ a) &- Self.rotated(a, 25)
    c = (c ^ b) &- Self.rotated(b, 16)
    a = (a ^ c) &- Self.rotated(c, 4)
    b = (b ^ a) &- Self.rotated(a, 14)
    c = (c ^ b) &- Self.rotated(b, 24)
  }
}

extension EntryState {
  /// The entry's part of its bucket's sum, as the database computes it.
  public var parityHash: UInt64 { ParityHash.of(id, seed: stamp ^ version) }

  /// Which bucket an entry belongs to, where there are `mask + 1` of them, a power of two.
  public static func parityBucket(of id: UUID, mask: UInt32) -> Int {
    Int(UInt32(truncatingIfNeeded: ParityHash.of(id, seed: 0)) & mask)
  }
}

/// What a bucket holds: two collections are the same in it where these are, but for one chance in
/// 2⁶⁴.
public struct ParitySum: Equatable, Sendable {
  /// Live entries.
  public var count: Int
  /// The sum of ``EntryState/parityHash`` modulo 2⁶⁴.
  public var sum: UInt64

  /// Makes a sum; none where nothing is said.
  public init(count: Int = 0, sum: UInt64 = 0) {
    self.count = count
    self.sum = sum
  }
}

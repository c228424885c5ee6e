import CSystem

/// A repeatable source of randomness for tests, benchmarks and jitter: SplitMix64 (Steele, Lea and
/// Flood, OOPSLA 2014). Never for keys.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  @usableFromInline var state: UInt64

  /// - Parameter seed: The same seed gives the same numbers.
  @inlinable public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  @inlinable public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// The kernel's randomness, fit for keys and tokens.
public enum SecureRandom {
  /// `count` random bytes (`getrandom(2)`).
  public static func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe getrandom(buffer.baseAddress! + done, count - done, 0)
      }
      precondition(got > 0, "the kernel has no randomness")
      done += got
    }
    return bytes
  }
}

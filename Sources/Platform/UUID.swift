/// A 16-byte identifier (RFC 9562), ordered as its bytes are.
public struct UUID: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
  /// Bytes 0…7, the first the most significant.
  public let high: UInt64
  /// Bytes 8…15, the first the most significant.
  public let low: UInt64

  /// The identifier whose bytes are all zero.
  public static let zero = UUID(high: 0, low: 0)

  /// - Parameters:
  ///   - high: Bytes 0…7, the first the most significant.
  ///   - low: Bytes 8…15, the first the most significant.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// - Parameter bytes: Exactly 16; nil otherwise.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    var halves: (UInt64, UInt64) = (0, 0)
    for (index, byte) in bytes.enumerated() {
      if index < 8 {
        halves.0 = halves.0 << 8 | UInt64(byte)
      } else {
        halves.1 = halves.1 << 8 | UInt64(byte)
      }
    }
    self.init(high: halves.0, low: halves.1)
  }

  /// - Parameter text: 32 hexadecimal digits, with hyphens as 8-4-4-4-12 or none; nil otherwise.
  public init?(_ text: some StringProtocol) {
    var halves: (UInt64, UInt64) = (0, 0)
    var digits = 0
    var position = 0
    let hyphenated = text.utf8.count == 36
    guard hyphenated || text.utf8.count == 32 else { return nil }
    for byte in text.utf8 {
      defer { position += 1 }
      if hyphenated, position == 8 || position == 13 || position == 18 || position == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      if digits < 16 {
        halves.0 = halves.0 << 4 | UInt64(digit)
      } else {
        halves.1 = halves.1 << 4 | UInt64(digit)
      }
      digits += 1
    }
    guard digits == 32 else { return nil }
    self.init(high: halves.0, low: halves.1)
  }

  /// A random identifier (version 4).
  public static func random() -> UUID {
    var source = SystemRandomNumberGenerator()
    return UUID(high: source.next(), low: source.next()).marked(version: 4)
  }

  /// An identifier that sorts by its time of birth in milliseconds (version 7).
  public static func timeOrdered() -> UUID {
    var source = SystemRandomNumberGenerator()
    let milliseconds = UInt64(max(0, Clock.wallMicroseconds) / 1000)
    return UUID(high: milliseconds << 16 | source.next() & 0xFFFF, low: source.next())
      .marked(version: 7)
  }

  /// The identifier that belongs to `name` within `space`: the same for the same, always
  /// (version 8, the first bytes of SHA-256 over space and name).
  public static func named(_ name: [UInt8], in space: UUID) -> UUID {
    var writer = ByteWriter(capacity: 16 + name.count)
    writer.append(space)
    writer.append(name)
    let digest = SHA256.hash(writer.bytes)
    return UUID(bytes: digest[..<16])!.marked(version: 8)
  }

  /// Sets the version and variant fields of RFC 9562, section 4.
  private func marked(version: UInt64) -> UUID {
    UUID(
      high: high & 0xFFFF_FFFF_FFFF_0FFF | version << 12,
      low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
  }

  /// The 16 bytes in order.
  public var bytes: [UInt8] {
    var writer = ByteWriter(capacity: 16)
    writer.append(self)
    return writer.bytes
  }

  /// Lower-case hexadecimal, 8-4-4-4-12.
  public var description: String {
    unsafe String(unsafeUninitializedCapacity: 36) { text in
      var end = 0
      for index in 0..<16 {
        if index == 4 || index == 6 || index == 8 || index == 10 {
          unsafe text[end] = UInt8(ascii: "-")
          end += 1
        }
        let half = index < 8 ? high : low
        let byte = UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * (index & 7)))
        for digit in [byte >> 4, byte & 15] {
          unsafe text[end] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
          end += 1
        }
      }
      return end
    }
  }

  /// Byte order.
  @inlinable
  public static func < (left: UUID, right: UUID) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }
}

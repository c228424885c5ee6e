import CCrypto
import CSystem

/// CRC-32C (Castagnoli): RFC 3720, appendix B.4. About 8 GB/s with SSE4.2.
public enum CRC32C {
  /// The checksum of `bytes`, continued from the checksum of what stood before them.
  public static func checksum(_ bytes: RawSpan, continuing previous: UInt32 = 0) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe cs_crc32c(previous, $0.baseAddress, $0.count) }
  }

  /// The checksum of `bytes`, continued from the checksum of what stood before them.
  public static func checksum(_ bytes: [UInt8], continuing previous: UInt32 = 0) -> UInt32 {
    unsafe checksum(bytes.span.bytes, continuing: previous)
  }
}

/// SHA-256 (FIPS 180-4) by OpenSSL.
///
/// `@safe` holds because the context is owned, non-null until `deinit`, and never leaves.
@safe public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// A digest of nothing yet.
  public init() {
    guard let context = unsafe EVP_MD_CTX_new(),
      unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else { fatalError("OpenSSL has no SHA-256 or no memory") }
    unsafe self.context = context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Adds bytes to the digest.
  public mutating func update(_ bytes: RawSpan) {
    _ = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
  }

  /// The 32-byte digest; the value is used up.
  public consuming func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    _ = unsafe EVP_DigestFinal_ex(context, &digest, nil)
    return digest
  }

  /// The 32-byte digest of `bytes`.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var digest = SHA256()
    unsafe digest.update(bytes.span.bytes)
    return digest.finish()
  }
}

/// Whether two secrets are equal, in a time that depends on their lengths only.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for index in left.indices { difference |= left[index] ^ right[index] }
  return difference == 0
}

/// Lower-case hexadecimal, two digits a byte.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

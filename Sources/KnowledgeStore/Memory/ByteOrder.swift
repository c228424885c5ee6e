import Glibc
import Platform

#if !_endian(little)
  #error("Segments are little-endian and used in place: this host cannot run the store.")
#endif

/// Byte-wise order of strings, the order of dictionaries in files.
func precedesByBytes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  unsafe left.withUnsafeBytes { unsafe precedes($0, right) }
}

/// Whether bytes come before others in byte order.
@unsafe func precedes(_ left: UnsafeRawBufferPointer, _ right: [UInt8]) -> Bool {
  unsafe right.withUnsafeBytes { right in
    let common = min(left.count, right.count)
    guard common > 0 else { return left.count < right.count }
    let order = unsafe memcmp(left.baseAddress!, right.baseAddress!, common)
    return order != 0 ? order < 0 : left.count < right.count
  }
}

extension UUID {
  /// Reads the 16 bytes at `pointer`.
  @unsafe init(reading pointer: UnsafePointer<UInt8>) {
    let words = unsafe UnsafeRawPointer(pointer)
    unsafe self.init(
      high: words.loadUnaligned(as: UInt64.self).bigEndian,
      low: words.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian)
  }

  /// Writes the 16 bytes at `pointer`.
  @unsafe func write(to pointer: UnsafeMutablePointer<UInt8>) {
    let words = UnsafeMutableRawPointer(pointer)
    unsafe words.storeBytes(of: high.bigEndian, as: UInt64.self)
    unsafe words.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
  }
}

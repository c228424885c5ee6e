import Platform

#if !_endian(little)
  #error("Segments are little-endian and used in place: this host cannot run the store.")
#endif

/// Byte-wise order of strings, the order of dictionaries in files.
func precedesByBytes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  left.lexicographicallyPrecedes(right)
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

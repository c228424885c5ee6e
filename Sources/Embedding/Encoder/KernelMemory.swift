import Glibc

/// A block of memory for the kernels: aligned to a cache line, in 2 MB pages where it is large.
///
/// `@safe` holds because `base` covers `byteCount` bytes for the life of the object; whoever takes
/// the pointer must hold the object. `@unchecked Sendable`: who may write is the holder's rule.
@safe final class KernelMemory: @unchecked Sendable {
  @unsafe let base: UnsafeMutableRawPointer
  let byteCount: Int

  private static let hugePageByteCount = 2 << 20

  /// Memory whose contents are not set.
  init(byteCount: Int) {
    self.byteCount = byteCount
    let isLarge = byteCount >= 2 * Self.hugePageByteCount
    unsafe base = UnsafeMutableRawPointer.allocate(
      byteCount: max(byteCount, 64), alignment: isLarge ? Self.hugePageByteCount : 64)
    if isLarge { unsafe madvise(base, byteCount, MADV_HUGEPAGE) }
  }

  deinit { unsafe base.deallocate() }
}

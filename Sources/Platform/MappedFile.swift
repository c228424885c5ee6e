import CSystem
import Glibc

/// A read-only view of one whole file; the mapping ends when the value does.
///
/// `@safe` holds because `base` covers exactly `byteCount` readable bytes for the life of the value
/// and leaves this file only as a lent `RawSpan` or through the marked ``baseAddress``.
///
/// Where the disk cannot give a page (a read error, or the file was cut short), all bytes read as
/// zero from then on and ``isLost`` says so: ask it after the bytes were used, before the result
/// is. The kernel gives zeros without a word for the rest of a page that the file now ends in.
@safe public struct MappedFile: ~Copyable, @unchecked Sendable {
  // Unchecked: the bytes are read-only and the pointer is never changed after `init`.
  private let base: UnsafeMutableRawPointer
  private let guardNumber: Int32
  /// Bytes mapped; never zero.
  public let byteCount: Int

  /// How the pages will be used; see `madvise(2)`.
  public enum Advice: Sendable {
    /// From front to back: read far ahead.
    case sequential
    /// Anywhere: read nothing ahead.
    case random
    /// Soon: begin reading now.
    case willNeed
    /// No more for now: the pages may go.
    case dontNeed
    /// Use 2 MB pages where the file system allows it.
    case hugePages
  }

  /// - Throws: ``SystemError`` naming the refused call; an empty file is `EINVAL` from `mmap`.
  public init(path: String) throws(SystemError) {
    let file = try File(path: path, mode: .read)
    let size = try file.byteCount()
    guard size > 0 else { throw SystemError(call: "mmap", path: path, code: EINVAL) }
    guard let start = unsafe mmap(nil, size, PROT_READ, MAP_SHARED, file.descriptor, 0),
      unsafe start != MAP_FAILED
    else { throw SystemError(call: "mmap", path: path, code: errno) }
    unsafe base = start
    byteCount = size
    guardNumber = unsafe cs_guard_mapping(start, size)
  }

  deinit {
    cs_unguard_mapping(guardNumber)
    unsafe munmap(base, byteCount)
  }

  /// Whether a page could not be read: then what was read since may be zeros.
  public var isLost: Bool { cs_mapping_is_lost(guardNumber) }

  /// Whether any mapping of this process was ever lost.
  public static var wasAnyLost: Bool { cs_lost_mapping_count() > 0 }

  /// Lends the bytes to `body` without copying them.
  public borrowing func withBytes<Value: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try body(unsafe RawSpan(_unsafeStart: base, byteCount: byteCount))
  }

  /// The first byte, for kernels that need columns longer than a closure; valid while the value
  /// lives, which the holder of the pointer must ensure.
  @unsafe public var baseAddress: UnsafeRawPointer { unsafe UnsafeRawPointer(base) }

  /// Tells the kernel how the bytes will be used; a refusal changes nothing but speed.
  public borrowing func advise(_ advice: Advice) {
    let value =
      switch advice {
      case .sequential: MADV_SEQUENTIAL
      case .random: MADV_RANDOM
      case .willNeed: MADV_WILLNEED
      case .dontNeed: MADV_DONTNEED
      case .hugePages: MADV_HUGEPAGE
      }
    unsafe madvise(base, byteCount, Int32(value))
  }
}

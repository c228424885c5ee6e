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
  private static let pageByteCount = Int(sysconf(Int32(_SC_PAGESIZE)))
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
    /// Not again: the pages leave memory, also that of the system (Linux 5.4).
    case leave
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

  /// Which part of a range, 0…1, is in memory now and need not be read from the disk.
  public borrowing func residentShare(of range: Range<Int>) -> Double {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "outside the file")
    let start = range.lowerBound & ~(Self.pageByteCount - 1)
    let count = (range.upperBound - start + Self.pageByteCount - 1) / Self.pageByteCount
    guard !range.isEmpty else { return 0 }
    var states = [UInt8](repeating: 0, count: count)
    guard unsafe mincore(base + start, range.upperBound - start, &states) == 0 else { return 1 }
    return Double(states.count { $0 & 1 != 0 }) / Double(count)
  }

  /// Tells the kernel how the bytes will be used; a refusal changes nothing but speed.
  ///
  /// - Parameter range: Which bytes; nil for all. Pages that it has only a part of are left out,
  ///   but for those that are needed.
  public borrowing func advise(_ advice: Advice, _ range: Range<Int>? = nil) {
    let value =
      switch advice {
      case .sequential: MADV_SEQUENTIAL
      case .random: MADV_RANDOM
      case .willNeed: MADV_WILLNEED
      case .dontNeed: MADV_DONTNEED
      case .hugePages: MADV_HUGEPAGE
      case .leave: MADV_PAGEOUT
      }
    let range = range ?? 0..<byteCount
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "outside the file")
    let mask = Self.pageByteCount - 1
    let isWhole = advice == .willNeed && !range.isEmpty
    let start = (range.lowerBound + (isWhole ? 0 : mask)) & ~mask
    let isToEnd = isWhole || range.upperBound == byteCount
    let end = isToEnd ? range.upperBound : range.upperBound & ~mask
    if start < end { unsafe madvise(base + start, end - start, Int32(value)) }
  }
}

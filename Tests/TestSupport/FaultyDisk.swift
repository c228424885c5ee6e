import Glibc
import Platform

/// The control page of `Tests/Faults/verdicts.h`: breaks and heals the disk of a running process.
///
/// Words are written one at a time; the shim reads each on every call, so ``sicken(_:_:)`` sets the
/// errno last.
public final class FaultyDisk {
  /// Kinds of calls, as the shim classes them.
  public struct Calls: OptionSet, Sendable, CustomStringConvertible {
    /// The shim's bit mask.
    public let rawValue: UInt64
    /// A set from the shim's bit mask.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// `open` of an existing file.
    public static let open = Calls(rawValue: 1)
    /// `open` that creates, `mkdir`, `link`.
    public static let create = Calls(rawValue: 2)
    /// `read` and its kin.
    public static let read = Calls(rawValue: 4)
    /// `write` and its kin.
    public static let write = Calls(rawValue: 8)
    /// `ftruncate`, `fallocate`.
    public static let truncate = Calls(rawValue: 16)
    /// `fsync`, `fdatasync`.
    public static let sync = Calls(rawValue: 32)
    /// `rename` and its kin.
    public static let rename = Calls(rawValue: 64)
    /// `unlink`, `rmdir`.
    public static let unlink = Calls(rawValue: 128)
    /// `close`.
    public static let close = Calls(rawValue: 256)
    /// `mmap` of a file.
    public static let map = Calls(rawValue: 512)
    /// `opendir`, `readdir`.
    public static let list = Calls(rawValue: 1024)
    /// What a full disk refuses.
    public static let spaceTaking: Calls = [.create, .write, .truncate]

    /// The names of the kinds.
    public var description: String {
      let names = [
        "open", "create", "read", "write", "truncate", "sync", "rename", "unlink", "close", "map",
        "list",
      ]
      return names.indices.filter { rawValue >> UInt64($0) & 1 == 1 }.map { names[$0] }
        .joined(separator: "+")
    }
  }

  private static let pageByteCount = 4096
  private enum Word: Int {
    case classes, code, first, count, every, crash, shortOneIn, interruptOneIn, drop, seed
    case total, matching, refused, repeatedSyncs, shortened
  }

  private let words: UnsafeMutablePointer<UInt64>
  private let path: String

  /// - Parameter path: Where to put the page; it is created.
  /// - Throws: ``SystemError``.
  public init(path: String) throws(SystemError) {
    self.path = path
    let file = try File(path: path, mode: .readWrite)
    try file.write([UInt8](repeating: 0, count: FaultyDisk.pageByteCount), at: 0)
    guard
      let start = mmap(
        nil, FaultyDisk.pageByteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor, 0),
      start != MAP_FAILED
    else { throw SystemError(call: "mmap", path: path, code: errno) }
    words = start.assumingMemoryBound(to: UInt64.self)
  }

  deinit { munmap(words, FaultyDisk.pageByteCount) }

  /// The environment that puts a process on this disk.
  ///
  /// - Parameters:
  ///   - root: The directory whose files fail.
  ///   - excluding: A directory below it whose files do not.
  ///   - log: A file that gets a line for each call, or nil.
  /// - Throws: ``TestSupportError`` where the shim cannot be found or built.
  public func environment(
    root: String, excluding: String, log: String? = nil
  ) throws -> [String: String] {
    var variables = [
      "LD_PRELOAD": try Built.faults(), "FAULTS_ROOT": root, "FAULTS_EXCLUDE": excluding,
      "FAULTS_CONTROL": path,
    ]
    if let log { variables["FAULTS_LOG"] = log }
    return variables
  }

  /// Refuses calls from now on.
  ///
  /// - Parameters:
  ///   - calls: Which kinds.
  ///   - code: The errno.
  ///   - first: The number of the first call of these kinds that is refused, from 1.
  ///   - count: How many calls from there; all until ``heal()`` where nil.
  ///   - every: Each n-th of them.
  ///   - dropping: Whether a refused sync also loses the last page written.
  public func sicken(
    _ calls: Calls, _ code: Int32, first: Int = 1, count: Int? = nil, every: Int = 1,
    dropping: Bool = false
  ) {
    heal()
    self[.classes] = calls.rawValue
    self[.first] = UInt64(first)
    self[.count] = count.map(UInt64.init) ?? .max
    self[.every] = UInt64(every)
    self[.drop] = dropping ? 1 : 0
    self[.matching] = 0
    self[.refused] = 0
    self[.code] = UInt64(code)
  }

  /// Ends the process at the `call`-th call of these kinds, before or after it is done.
  public func crash(_ calls: Calls, at call: Int, after: Bool) {
    heal()
    self[.first] = UInt64(call)
    self[.matching] = 0
    self[.crash] = after ? 2 : 1
    self[.classes] = calls.rawValue
  }

  /// Cuts 1 in `short` reads and writes short, interrupts 1 in `interrupt` calls; 0 for never.
  public func disturb(short: Int, interrupt: Int, seed: UInt64) {
    self[.seed] = seed
    self[.shortOneIn] = UInt64(short)
    self[.interruptOneIn] = UInt64(interrupt)
  }

  /// Refuses nothing any more. What was counted stays.
  public func heal() {
    self[.code] = 0
    self[.crash] = 0
    self[.classes] = 0
    self[.shortOneIn] = 0
    self[.interruptOneIn] = 0
  }

  /// Counts the calls of these kinds from now on, in ``matching``.
  public func count(_ calls: Calls) {
    heal()
    self[.matching] = 0
    self[.classes] = calls.rawValue
  }

  /// Calls looked at since the beginning.
  public var total: Int { Int(self[.total]) }
  /// Calls of the chosen kinds since they were chosen.
  public var matching: Int { Int(self[.matching]) }
  /// Calls refused since the last ``sicken(_:_:first:count:every:dropping:)``.
  public var refused: Int { Int(self[.refused]) }
  /// Syncs on a descriptor whose sync had failed; always a bug of the victim.
  public var repeatedSyncs: Int { Int(self[.repeatedSyncs]) }
  /// Calls that were cut short or interrupted.
  public var disturbed: Int { Int(self[.shortened]) }

  private subscript(word: Word) -> UInt64 {
    get { words[word.rawValue] }
    set { words[word.rawValue] = newValue }
  }
}

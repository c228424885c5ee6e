import Glibc
import Platform
import Synchronization

@testable import KnowledgeStore
@testable import StoreCrash

/// What happened on a disk, in order. Files and directories have numbers, by which they are known
/// whatever their names become; 0 is the directory that was watched.
struct DiskTrace {
  /// A name that now stands for another file, or for none.
  struct NameChange {
    var directory: Int
    var name: String
    var old: Int?
    var new: Int?
    /// Whether ``new`` is a directory.
    var isDirectory = false
  }

  enum Event {
    /// Names that changed at once: one of a creation or removal, two of a rename.
    case names([NameChange])
    /// These bytes of a file were written.
    case write(file: Int, offset: Int, bytes: [UInt8])
    /// A file became this long.
    case resize(file: Int, byteCount: Int)
    /// A file or directory was forced onto the disk, at this place in the code.
    case sync(Int, CallSite.Stack)
    /// The script promised something.
    case mark(CrashScript.Mark)

    /// What it changes on the disk, if it does.
    var changed: [Int] {
      switch self {
      case .names(let changes): changes.map(\.directory)
      case .write(let file, _, _), .resize(let file, _): [file]
      case .sync, .mark: []
      }
    }
  }

  /// What was there before the first event, synced.
  var start = DiskModel()
  var events: [Event] = []
  /// The versions that the marks speak of.
  var versions: [Version] = []
  /// Renames that were made, by the code's place.
  var renames: [CallSite.Stack] = []
}

/// Records what changes below a directory, by looking at all of it before every call: what made a
/// change needs not to be known, so no kind of file or call is missed. Only syncs must be told of.
final class DiskRecorder: Sendable {
  private struct Known {
    var trace = DiskTrace()
    /// Kernel's number to ours, and the bytes that each file had.
    var numbers: [ino_t: Int] = [:]
    var contents: [Int: [UInt8]] = [:]
    var names: [Int: [String: Int]] = [0: [:]]
    /// The last file that bore each path: a file is synced by the path it was opened by.
    var byPath: [String: Int] = [:]
    var next = 1
    /// Whether a file may have other bytes, of the same number, than at the last look.
    var mayDiffer = true
    /// Renames that are to be left out.
    var skips: @Sendable (CallSite.Stack) -> Bool
    /// Whether the next sync of a position is refused.
    var refusesPosition = false
    var error: (any Error)?
  }

  private let known: Mutex<Known>
  let root: String

  /// - Parameters:
  ///   - root: The directory to watch, in which all that stands counts as synced.
  ///   - skipping: Whether a rename is to seem to succeed, unmade.
  init(root: String, skipping: @escaping @Sendable (CallSite.Stack) -> Bool = { _ in false }) throws
  {
    self.root = root
    known = Mutex(Known(skips: skipping))
    try known.withLock { known in
      try Self.scan(root, &known)
      for event in known.trace.events {
        known.trace.start.apply(event)
        for item in event.changed { known.trace.start.apply(.sync(item, [])) }
      }
      known.trace.events = []
    }
  }

  /// Watches while `body` runs, which is given what notes the script's marks.
  func record(_ body: (@escaping (CrashScript.Mark) throws -> Void) throws -> [Version]) throws
    -> DiskTrace
  {
    let arming = CallFaults.arm { call, path in self.note(call, path) }
    defer { arming.disarm() }
    let versions = try body { mark in
      try self.known.withLock { known in
        try Self.scan(self.root, &known)
        known.trace.events.append(.mark(mark))
      }
    }
    return try known.withLock { known in
      try Self.scan(root, &known)
      if let error = known.error { throw error }
      known.trace.versions = versions
      return known.trace
    }
  }

  /// Has the next sync of a position file fail.
  func refusePosition() { known.withLock { $0.refusesPosition = true } }

  private func note(_ call: String, _ path: String) -> Int32? {
    guard path.hasPrefix(root) else { return nil }
    return known.withLock { known in
      do { try Self.scan(root, &known) } catch { known.error = known.error ?? error }
      known.mayDiffer = ["write", "pwrite", "ftruncate"].contains(call)
      switch call {
      case "fsync" where known.refusesPosition && path.contains("/position-"):
        known.refusesPosition = false
        return EIO
      case "fsync":
        let item = path == root ? 0 : known.byPath[path]!
        known.trace.events.append(.sync(item, CallSite.stack()))
      case "rename":
        let stack = CallSite.stack()
        known.trace.renames.append(stack)
        if known.skips(stack) { return 0 }
      default: break
      }
      return nil
    }
  }

  /// Notes what changed since the last look.
  private static func scan(_ root: String, _ known: inout Known) throws(SystemError) {
    var names: [Int: [String: Int]] = [:]
    var files: [(number: Int, path: String, byteCount: Int)] = []
    var folders = [(number: 0, path: root)]
    var present: [ino_t: Int] = [:]
    while let folder = folders.popLast() {
      var inside: [String: Int] = [:]
      for name in try FileSystem.list(folder.path) {
        let path = folder.path + "/" + name
        var status = stat()
        guard lstat(path, &status) == 0 else { continue }
        let number = known.numbers[status.st_ino] ?? known.next
        if number == known.next {
          known.next += 1
          known.numbers[status.st_ino] = number
        }
        present[status.st_ino] = number
        inside[name] = number
        known.byPath[path] = number
        if status.st_mode & S_IFMT == S_IFDIR {
          folders.append((number, path))
        } else {
          files.append((number, path, Int(status.st_size)))
        }
      }
      names[folder.number] = inside
    }
    // The system gives the number of a file that is gone to another one.
    known.numbers = present
    var changes: [DiskTrace.NameChange] = []
    for directory in Set(names.keys).union(known.names.keys).sorted() {
      let old = known.names[directory] ?? [:]
      let new = names[directory] ?? [:]
      for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
        changes.append(
          DiskTrace.NameChange(
            directory: directory, name: name, old: old[name], new: new[name],
            isDirectory: new[name].map { names[$0] != nil } ?? false))
      }
    }
    // A directory that is gone keeps, for the model, what was last seen in it.
    changes.removeAll { names[$0.directory] == nil }
    if !changes.isEmpty { known.trace.events.append(.names(changes)) }
    known.names = names
    for file in files { try compare(file.number, file.path, file.byteCount, &known) }
  }

  /// Notes how a file's bytes changed.
  private static func compare(
    _ number: Int, _ path: String, _ byteCount: Int, _ known: inout Known
  ) throws(SystemError) {
    let old = known.contents[number] ?? []
    if !known.mayDiffer && byteCount == old.count { return }
    let new = try bytes(path)
    if old.count == new.count && (old.isEmpty || memcmp(old, new, new.count) == 0) {
      if old.isEmpty { known.contents[number] = new }
      return
    }
    known.contents[number] = new
    let common = min(old.count, new.count)
    var first = 0
    while first < common && old[first] == new[first] { first += 1 }
    var end = new.count
    if old.count == new.count {
      while end > first && old[end - 1] == new[end - 1] { end -= 1 }
    }
    if new.count < old.count {
      known.trace.events.append(.resize(file: number, byteCount: new.count))
    }
    if first < end {
      known.trace.events.append(
        .write(file: number, offset: first, bytes: Array(new[first..<end])))
    }
  }

  /// A file's bytes, read without asking ``CallFaults``, in which this runs.
  private static func bytes(_ path: String) throws(SystemError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw SystemError(call: "fstat", path: path, code: errno)
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    guard pread(descriptor, &bytes, bytes.count, 0) == bytes.count else {
      throw SystemError(call: "pread", path: path, code: errno)
    }
    return bytes
  }
}

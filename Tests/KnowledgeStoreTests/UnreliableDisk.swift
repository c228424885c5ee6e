import Glibc
import Platform
import Synchronization
import Testing

@testable import KnowledgeStore

/// Watches file calls under one directory, refuses chosen ones, and then does what a power cut may
/// do: unsynced bytes are lost, names of unsynced directories are undone.
final class UnreliableDisk: Sendable {
  struct State {
    var calls = 0
    /// From this call on, all are refused.
    var limit = Int.max
    /// The one call that is refused.
    var refused: Int?
    /// Files with bytes that no `fsync` has forced out, by the name they have now.
    var unsynced: Set<String> = []
    /// Files renamed since their directory was last synced.
    var renamed: Set<String> = []
    /// Files removed since then, and where their bytes are kept.
    var removed: [String: String] = [:]
  }

  let state = Mutex(State())
  let root: String
  /// Where removed files are kept.
  private let attic: ScratchDirectory

  init(root: String) throws {
    self.root = root
    attic = try ScratchDirectory()
  }

  /// Begins to watch.
  ///
  /// - Parameters:
  ///   - limit: Calls that are let through; all later ones are refused, as if there were no disk.
  ///   - refused: The number of the one call that is refused with `EIO`.
  func arm(limit: Int = .max, refused: Int? = nil) -> CallFaults.Arming {
    state.withLock { $0 = State(limit: limit, refused: refused) }
    return CallFaults.arm { call, path in self.note(call, path) }
  }

  var calls: Int { state.withLock { $0.calls } }

  private func note(_ call: String, _ path: String) -> Int32? {
    guard path.hasPrefix(root) else { return nil }
    return state.withLock { state in
      let number = state.calls
      state.calls += 1
      if number >= state.limit || number == state.refused { return EIO }
      let isTemporary = path.hasSuffix(FileSystem.temporarySuffix)
      let name = isTemporary ? String(path.dropLast(FileSystem.temporarySuffix.count)) : path
      switch call {
      case "pwrite", "write": state.unsynced.insert(name)
      case "fsync":
        state.unsynced.remove(name)
        state.renamed = state.renamed.filter { FileSystem.directory(of: $0) != path }
        state.removed = state.removed.filter { FileSystem.directory(of: $0.key) != path }
      case "rename": if isTemporary { state.renamed.insert(name) }
      case "unlink" where !isTemporary:
        let copy = "\(attic.path)/\(number)"
        if link(path, copy) == 0 { state.removed[path] = copy }
        state.renamed.remove(path)
      default: break
      }
      return nil
    }
  }

  /// What a power cut may leave.
  func losePower(_ generator: inout SeededGenerator) throws {
    let state = state.withLock { $0 }
    for (path, copy) in state.removed.sorted(by: { $0.key < $1.key })
    where FileSystem.isDirectory(FileSystem.directory(of: path))
      && Bool.random(using: &generator) && !FileSystem.exists(path)
    {
      try FileSystem.hardLink(copy, to: path)
    }
    for path in state.unsynced.sorted() {
      for file in [path, path + FileSystem.temporarySuffix] where FileSystem.exists(file) {
        let size = try FileSystem.byteCount(of: file)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: truncate(file, 0)
        case 1: truncate(file, off_t(Int.random(in: 0...size, using: &generator)))
        default:
          // The length reached the disk, the bytes did not.
          truncate(file, 0)
          truncate(file, off_t(size))
        }
      }
    }
    for path in state.renamed.sorted()
    where FileSystem.exists(path) && Bool.random(using: &generator) {
      try FileSystem.rename(path, to: path + FileSystem.temporarySuffix)
    }
  }
}

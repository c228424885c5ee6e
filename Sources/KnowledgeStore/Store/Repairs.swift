import Platform

/// A part of a store whose rows are not all there, until its owner has read them again.
public struct PendingRepair: Hashable, Sendable {
  /// The collection; nil where it is all of them, for no position describes the files.
  public let key: CollectionKey?
  /// Tells this finding from a later one about the same part.
  let number: UInt64
}

/// What the store cannot vouch for. FORMAT.md, section 9.
///
/// A finding is pending from the moment it is made until its owner says that the rows were read
/// again. It is written down before damaged files are moved, and crossed out after the commit that
/// holds the rows, so a restart between the two knows of it.
struct Repairs {
  /// The number of the newest finding about each part; nil stands for the whole store.
  private(set) var pending: [CollectionKey?: UInt64] = [:]
  /// What is written down, and the number of the newest finding that it stands for.
  fileprivate(set) var marked: [CollectionKey?: UInt64] = [:]
  private var next: UInt64 = 1

  init() {}

  /// Whether rows of this collection may be missing.
  func concern(_ key: CollectionKey) -> Bool { pending[key] != nil || pending[nil] != nil }

  /// Whether it is pending, and written down, that rows of this very collection are missing.
  func isMarked(_ key: CollectionKey) -> Bool { pending[key] != nil && marked[key] != nil }

  /// Notes that rows are missing.
  ///
  /// - Parameter isMarked: Whether it was read from the disk.
  @discardableResult
  mutating func add(_ key: CollectionKey?, isMarked: Bool = false) -> PendingRepair {
    let repair = PendingRepair(key: key, number: next)
    next += 1
    pending[key] = repair.number
    if isMarked || marked[key] != nil { marked[key] = repair.number }
    return repair
  }

  /// Notes that the rows are there again; a newer finding about the same part stays.
  mutating func end(_ repair: PendingRepair) {
    if pending[repair.key] == repair.number { pending[repair.key] = nil }
  }

  /// Forgets a collection that is no more.
  mutating func forget(_ key: CollectionKey) { pending[key] = nil }

  /// What is pending and not written down.
  fileprivate var unmarked: [(key: CollectionKey?, number: UInt64)] {
    pending.filter { marked[$0.key] == nil }.map { ($0.key, $0.value) }
  }

  /// What is written down and no longer pending.
  var ended: [CollectionKey?: UInt64] { marked.filter { pending[$0.key] == nil } }
}

extension Store {
  /// The parts whose rows are not all there: damaged files were set aside, an older state was
  /// opened, or the files are not those of the position. Known again after a restart.
  ///
  /// Read them again from the truth, then say so with ``repairEnded(_:)``. Take the list before the
  /// reading begins: what is found damaged meanwhile is another repair.
  public var pendingRepairs: [PendingRepair] {
    core.state.withLock { state in
      state.repairs.pending.map { PendingRepair(key: $0.key, number: $0.value) }
        .sorted { $0.number < $1.number }
    }
  }

  /// Whether rows of this collection may be missing, also where there is no such collection now.
  public func isIncomplete(_ key: CollectionKey) -> Bool {
    core.state.withLock { $0.repairs.concern(key) }
  }

  /// Says that a collection lacks rows for a reason of the owner's: it is being filled anew; nil
  /// stands for all of them.
  ///
  /// Where the disk refuses to write it down, it is tried again before the next commit.
  @discardableResult
  public func beginRepair(_ key: CollectionKey?) -> PendingRepair {
    let repair = core.note(incomplete: key)
    try? core.writeRepairMarks()
    return repair
  }

  /// Says that all rows of the part have been applied since `repair` was listed: its answers are
  /// whole again, at once. Without effect where it was found damaged again since.
  ///
  /// What was read is durable with the next commit; a restart before it brings the repair back.
  public func repairEnded(_ repair: PendingRepair) {
    core.state.withLock { state in
      state.repairs.end(repair)
      if let key = repair.key {
        state.slots[key]?.collection?.setIncomplete(state.repairs.concern(key))
        return
      }
      for (key, slot) in state.slots {
        slot.collection?.setIncomplete(state.repairs.concern(key))
      }
    }
  }
}

extension StoreCore {
  /// The name of the file that says that a part is incomplete.
  static func repairMark(of key: CollectionKey?) -> String {
    key?.joined ?? FileFormat.wholeStoreMark
  }

  /// Notes that rows are missing, in memory.
  @discardableResult
  func note(incomplete key: CollectionKey?) -> PendingRepair {
    state.withLock { state in
      if let key {
        state.slots[key]?.collection?.setIncomplete(true)
      } else {
        for slot in state.slots.values { slot.collection?.setIncomplete(true) }
      }
      return state.repairs.add(key)
    }
  }

  /// Writes down, durably, what is pending and not written down yet.
  func writeRepairMarks() throws(StoreError) {
    try marking.withLock { (_) throws(StoreError) in
      let unmarked = state.withLock { $0.repairs.unmarked }
      guard !unmarked.isEmpty else { return }
      let folder = "\(directory)/\(FileFormat.incompleteName)"
      try StoreError.wrapping { () throws(SystemError) in
        try FileSystem.createDirectories(folder)
        for (key, _) in unmarked {
          _ = try File(path: "\(folder)/\(Self.repairMark(of: key))", mode: .readWrite)
        }
        try FileSystem.syncDirectory(folder)
        // Also where it was there: by a process that ended before it came to this.
        try FileSystem.syncDirectory(directory)
      }
      state.withLock { state in
        for (key, number) in unmarked { state.repairs.marked[key] = number }
      }
    }
  }

  /// Crosses out what had ended before a commit that is now durable. Refused by the disk, the next
  /// commit does it.
  func removeRepairMarks(_ ended: [CollectionKey?: UInt64]) {
    guard !ended.isEmpty else { return }
    marking.withLock { _ in
      for (key, number) in ended {
        let isEnded = state.withLock { $0.repairs.ended[key] == number }
        guard isEnded else { continue }
        let path = "\(directory)/\(FileFormat.incompleteName)/\(Self.repairMark(of: key))"
        guard (try? FileSystem.remove(path)) != nil else { continue }
        state.withLock { $0.repairs.marked[key] = nil }
      }
    }
  }
}

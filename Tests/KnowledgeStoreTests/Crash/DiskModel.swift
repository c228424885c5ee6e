import Platform

/// A disk as a power cut may leave it: what was synced stands; of the rest, any part.
///
/// Of a file that is not synced each written piece of a page may be there or not. Of a directory
/// that is not synced each name may stand for anything that it stood for since, whatever the other
/// names do; only a rename never loses the file: the old name goes no earlier than the new one
/// comes.
struct DiskModel {
  struct File {
    enum Change {
      case write(offset: Int, bytes: [UInt8])
      case resize(Int)
    }
    var synced: [UInt8] = []
    var current: [UInt8] = [] {
      didSet { currentHash = current.hashValue }
    }
    var pending: [Change] = []
    /// Of ``synced`` and of ``current``, for states are told apart by the thousand.
    var syncedHash = [UInt8]().hashValue
    var currentHash = [UInt8]().hashValue
  }

  struct Directory {
    var synced: [String: Int] = [:]
    /// What each name stood for since the last sync, in order.
    var pending: [String: [Int?]] = [:]

    /// What `name` stands for, where `choice` of its changes took place.
    func item(_ name: String, _ choice: Int?) -> Int? {
      guard let pending = pending[name] else { return synced[name] }
      let choice = choice ?? pending.count
      return choice == 0 ? synced[name] : pending[choice - 1]
    }

    var names: Set<String> { Set(synced.keys).union(pending.keys) }
  }

  /// A name of an unsynced directory.
  struct Slot: Hashable {
    var directory: Int
    var name: String
  }

  /// A rename of which neither directory was synced since.
  struct Move {
    var from: Slot
    /// The change of `from` that is part of it, from 1; likewise `added`.
    var removed: Int
    var to: Slot
    var added: Int
  }

  private(set) var files: [Int: File] = [:]
  private(set) var directories: [Int: Directory] = [0: Directory()]
  private var moves: [Move] = []
  /// The last write that is not synced.
  private(set) var lastWrite: Int?

  mutating func apply(_ event: DiskTrace.Event) {
    switch event {
    case .names(let changes): apply(changes)
    case .write(let file, let offset, let bytes):
      change(file, .write(offset: offset, bytes: bytes))
      lastWrite = file
    case .resize(let file, let byteCount): change(file, .resize(byteCount))
    case .sync(let item, _): sync(item)
    case .mark: break
    }
  }

  private mutating func change(_ file: Int, _ change: File.Change) {
    files[file]!.pending.append(change)
    Self.apply(change, to: &files[file]!.current)
  }

  static func apply(_ change: File.Change, to bytes: inout [UInt8]) {
    switch change {
    case .resize(let count):
      if count < bytes.count { bytes.removeLast(bytes.count - count) }
      bytes.append(contentsOf: repeatElement(0, count: count - bytes.count))
    case .write(let offset, let new):
      let end = offset + new.count
      if bytes.count < end { bytes.append(contentsOf: repeatElement(0, count: end - bytes.count)) }
      bytes.replaceSubrange(offset..<end, with: new)
    }
  }

  private mutating func apply(_ changes: [DiskTrace.NameChange]) {
    var gone: [Int: (Slot, Int)] = [:]
    var come: [Int: (Slot, Int)] = [:]
    for change in changes {
      let slot = Slot(directory: change.directory, name: change.name)
      directories[slot.directory, default: Directory()].pending[slot.name, default: []]
        .append(change.new)
      let count = directories[slot.directory]!.pending[slot.name]!.count
      if let old = change.old { gone[old] = (slot, count) }
      guard let new = change.new else { continue }
      come[new] = (slot, count)
      if change.isDirectory {
        directories[new] = directories[new] ?? Directory()
      } else {
        files[new] = files[new] ?? File()
      }
    }
    for (item, from) in gone {
      guard let to = come[item] else { continue }
      moves.append(Move(from: from.0, removed: from.1, to: to.0, added: to.1))
    }
  }

  private mutating func sync(_ item: Int) {
    if files[item] != nil {
      files[item]!.synced = files[item]!.current
      files[item]!.syncedHash = files[item]!.currentHash
      files[item]!.pending = []
      if lastWrite == item { lastWrite = nil }
    }
    guard let directory = directories[item] else { return }
    for name in directory.pending.keys {
      directories[item]!.synced[name] = directory.item(name, nil)
    }
    directories[item]!.pending = [:]
    moves.removeAll { $0.from.directory == item || $0.to.directory == item }
  }

  /// Whether a sync of this would force anything out.
  func isDirty(_ item: Int) -> Bool {
    files[item].map { !$0.pending.isEmpty } ?? false
      || directories[item].map { !$0.pending.isEmpty } ?? false
  }

  // MARK: What may be lost

  /// The names and files, from the root down, that a power cut now may or may not keep.
  var unsynced: (slots: [Slot], files: [Int]) {
    var slots: [Slot] = []
    var dirty: Set<Int> = []
    var seen: Set<Int> = [0]
    var waiting = [0]
    while let number = waiting.popLast() {
      if let file = files[number], !file.pending.isEmpty { dirty.insert(number) }
      guard let directory = directories[number] else { continue }
      for name in directory.names.sorted() {
        let pending = directory.pending[name] ?? []
        if !pending.isEmpty { slots.append(Slot(directory: number, name: name)) }
        for item in [directory.synced[name]] + pending {
          if let item, seen.insert(item).inserted { waiting.append(item) }
        }
      }
    }
    return (slots, dirty.sorted())
  }

  /// How many changes of a name are not synced.
  func changes(of slot: Slot) -> Int { directories[slot.directory]!.pending[slot.name]!.count }

  /// What stands on the disk, by path, where a power cut keeps what `choice` says; nil for a
  /// directory.
  func contents(_ choice: PowerCut) -> [String: [UInt8]?] {
    var found: [String: [UInt8]?] = [:]
    visit(choice) { path, file, fate in
      if let file {
        found[path] = fate?.contents(of: file) ?? file.current
      } else {
        found[path] = .some(nil)
      }
    }
    return found
  }

  /// A hash of the paths and bytes that ``contents(_:)`` would give.
  func hash(_ choice: PowerCut) -> Int {
    var sum = 0
    visit(choice) { path, file, fate in
      var hasher = Hasher()
      hasher.combine(path)
      switch (file, fate) {
      case (nil, _): break
      case (let file?, nil): hasher.combine(file.currentHash)
      case (let file?, .lost): hasher.combine(file.syncedHash)
      case (let file?, let fate?): hasher.combine(fate.contents(of: file).hashValue)
      }
      sum &+= hasher.finalize()
    }
    return sum
  }

  /// Visits what stands on the disk, directories before what is in them.
  private func visit(
    _ choice: PowerCut, _ body: (_ path: String, _ file: File?, _ fate: PowerCut.Fate?) -> Void
  ) {
    var names = choice.names
    // No rename loses its file.
    var isSettled = false
    while !isSettled {
      isSettled = true
      for move in moves {
        let removed = names[move.from] ?? changes(of: move.from)
        let added = names[move.to] ?? changes(of: move.to)
        if removed >= move.removed && added < move.added {
          names[move.from] = move.removed - 1
          isSettled = false
        }
      }
    }
    func walk(_ number: Int, _ path: String) {
      guard let directory = directories[number] else { return }
      for name in directory.names {
        let slot = Slot(directory: number, name: name)
        guard let item = directory.item(name, names[slot]) else { continue }
        let below = path.isEmpty ? name : path + "/" + name
        body(below, files[item], choice.files[item])
        if directories[item] != nil { walk(item, below) }
      }
    }
    walk(0, "")
  }
}

/// What a power cut does to what is not synced; what it does not name is kept.
struct PowerCut {
  /// What becomes of a file.
  enum Fate {
    /// As it was when it was last synced.
    case lost
    /// As long as it was, but what was written since reads as zeros.
    case zeros
    /// Each piece of a page by the throw of a coin, and the length too.
    case pages(seed: UInt64)
    /// Whole but for its last write, which ends at this byte.
    case torn(Int)

    func contents(of file: DiskModel.File) -> [UInt8] {
      switch self {
      case .lost: return file.synced
      case .zeros:
        let kept = file.synced.prefix(file.current.count)
        return kept + [UInt8](repeating: 0, count: file.current.count - kept.count)
      case .torn(let count):
        var bytes = file.synced
        for change in file.pending.dropLast() { DiskModel.apply(change, to: &bytes) }
        if case .write(let offset, let new)? = file.pending.last {
          DiskModel.apply(.write(offset: offset, bytes: Array(new.prefix(count))), to: &bytes)
        }
        return bytes
      case .pages(let seed): return somePages(of: file, seed)
      }
    }

    private func somePages(of file: DiskModel.File, _ seed: UInt64) -> [UInt8] {
      var random = SeededGenerator(seed: seed)
      var bytes = file.synced
      for change in file.pending {
        guard case .write(let offset, let new) = change else {
          if Bool.random(using: &random) { DiskModel.apply(change, to: &bytes) }
          continue
        }
        var from = offset
        while from < offset + new.count {
          let to = min(offset + new.count, (from / 4096 + 1) * 4096)
          if Bool.random(using: &random) {
            let piece = Array(new[(from - offset)..<(to - offset)])
            DiskModel.apply(.write(offset: from, bytes: piece), to: &bytes)
          }
          from = to
        }
      }
      if Bool.random(using: &random) {
        DiskModel.apply(.resize(file.current.count), to: &bytes)
      }
      return bytes
    }
  }

  /// How many of a name's changes took place.
  var names: [DiskModel.Slot: Int] = [:]
  var files: [Int: Fate] = [:]
  /// In words, for whoever has to find the fault.
  var description: String
}

extension PowerCut {
  /// The cuts that are made of every moment: all is kept or lost, or each thing alone.
  static func plain(_ disk: DiskModel) -> [PowerCut] {
    let (slots, files) = disk.unsynced
    let noNames = Dictionary(uniqueKeysWithValues: slots.map { ($0, 0) })
    let noFiles = Dictionary(uniqueKeysWithValues: files.map { ($0, Fate.lost) })
    let zeros = Dictionary(uniqueKeysWithValues: files.map { ($0, Fate.zeros) })
    var cuts = [PowerCut(description: "all kept")]
    if slots.isEmpty && files.isEmpty { return cuts }
    cuts.append(PowerCut(names: noNames, files: noFiles, description: "all lost"))
    cuts.append(PowerCut(names: noNames, description: "names lost"))
    cuts.append(PowerCut(files: noFiles, description: "bytes lost"))
    cuts.append(PowerCut(files: zeros, description: "bytes zero"))
    for file in files {
      cuts.append(PowerCut(files: [file: .lost], description: "file \(file) lost"))
      cuts.append(PowerCut(files: [file: .zeros], description: "file \(file) zero"))
      var others = noFiles
      others[file] = nil
      cuts.append(
        PowerCut(names: noNames, files: others, description: "file \(file) alone kept"))
    }
    for directory in Set(slots.map(\.directory)).sorted() {
      let inside = noNames.filter { $0.key.directory == directory }
      let others = noNames.filter { $0.key.directory != directory }
      cuts.append(PowerCut(names: inside, description: "directory \(directory) lost"))
      cuts.append(PowerCut(names: others, description: "directory \(directory) alone kept"))
    }
    for slot in slots {
      let place = "\(slot.directory)/\(slot.name)"
      for change in 0..<disk.changes(of: slot) {
        cuts.append(
          PowerCut(names: [slot: change], description: "name \(place) at change \(change)"))
      }
      var others = noNames
      others[slot] = nil
      cuts.append(PowerCut(names: others, description: "name \(place) alone kept"))
    }
    if let file = disk.lastWrite, case .write(_, let bytes)? = disk.files[file]?.pending.last {
      for end in stride(from: 512, to: bytes.count, by: 512) {
        cuts.append(PowerCut(files: [file: .torn(end)], description: "write torn at \(end)"))
      }
    }
    return cuts
  }

  /// One by chance.
  static func random(_ disk: DiskModel, seed: UInt64) -> PowerCut {
    var random = SeededGenerator(seed: seed)
    let (slots, files) = disk.unsynced
    var cut = PowerCut(description: "seed \(seed)")
    // Some of them keep nearly all, some nearly nothing.
    let odds = Double.random(in: 0...1, using: &random)
    for slot in slots where Double.random(in: 0..<1, using: &random) < odds {
      cut.names[slot] = Int.random(in: 0..<disk.changes(of: slot), using: &random)
    }
    for file in files where Double.random(in: 0..<1, using: &random) < odds {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: cut.files[file] = .lost
      case 1: cut.files[file] = .zeros
      default: cut.files[file] = .pages(seed: random.next())
      }
    }
    return cut
  }
}

import Glibc
import Platform
import Testing

@testable import KnowledgeStore

/// A small store of two businesses, as bytes, and what it must answer.
struct ReferenceStore {
  static let dimension = 8
  static let keys = [
    CollectionKey(owner: UUID(high: 0xA, low: 1), name: "knowledge"),
    CollectionKey(owner: UUID(high: 0xB, low: 2), name: "knowledge"),
  ]
  /// Relative path to contents, without the empty lock.
  var files: [String: [UInt8]] = [:]
  /// By key: the newest commit and the one before.
  var newest: [CollectionKey: Oracle] = [:]
  var older: [CollectionKey: Oracle] = [:]
  let query: [Float] = [1, 2, 3, -4, 5, 6, -7, 8]
  /// The files as they were made; nobody changes a file that bears its name, so stores share them.
  private let original: ScratchDirectory

  init() throws {
    let directory = try ScratchDirectory()
    original = directory
    let store = try Store.open(directory: directory.path, options: .manual)
    for (index, key) in Self.keys.enumerated() {
      // The same ids in both, so that a row of the wrong business would not look out of place.
      var maker = EntryMaker(seed: 3, dimension: Self.dimension)
      var oracle = Oracle()
      let collection = try store.collection(key, configuration: .test(Self.dimension))
      for part in 0..<2 {
        var changes: [Change] = []
        for _ in 0..<25 {
          var entry = maker.entry()
          entry.title = "business \(index) \(entry.title)"
          changes.append(.upsert(entry))
        }
        for id in oracle.entries.keys.sorted().prefix(2) { changes.append(.delete(id)) }
        try collection.apply(changes)
        oracle.apply(changes)
        if part == 0 { older[key] = oracle } else { newest[key] = oracle }
        try store.commit(position: [UInt8(index * 2 + part)])
      }
    }
    store.close()
    for path in try Self.list(directory.path, "") where path != "lock" {
      files[path] = try FileSystem.readAll(directory.path + "/" + path)
    }
  }

  private static func list(_ root: String, _ prefix: String) throws -> [String] {
    var paths: [String] = []
    for name in try FileSystem.list(root + "/" + prefix) {
      let path = prefix.isEmpty ? name : prefix + "/" + name
      if FileSystem.isDirectory(root + "/" + path) {
        paths += try list(root, path)
      } else {
        paths.append(path)
      }
    }
    return paths
  }

  /// The store with some files changed; nil leaves one out.
  func write(_ changes: [String: [UInt8]?]) throws -> ScratchDirectory {
    let directory = try ScratchDirectory()
    for key in Self.keys { try FileSystem.createDirectories("\(directory.path)/\(key)") }
    for path in files.keys {
      let full = directory.path + "/" + path
      if let changed = changes[path] {
        if let changed { try File(path: full, mode: .create).write(changed) }
      } else {
        try FileSystem.hardLink(original.path + "/" + path, to: full)
      }
    }
    return directory
  }

  /// Whether use of the store met the damage. Throws where it did not and an answer is wrong.
  ///
  /// - Parameter changed: The one file that was changed: of the collection that it is no part of,
  ///   only the sum over all entries is looked at.
  func isDetected(in directory: String, changed: String? = nil) throws -> Bool {
    let store: Store
    do {
      store = try Store.open(directory: directory, options: .manual)
    } catch { return true }
    defer { store.close() }
    var isDetected = false
    var answers: [(CollectionKey, KnowledgeStore.Collection)] = []
    for key in Self.keys {
      do {
        if let collection = try store.existing(key) {
          let isConcerned = changed.map { $0.hasPrefix("\(key)/") || !$0.contains("/") } ?? true
          if isConcerned || collection.checksum != newest[key]!.checksum {
            try collection.check(against: newest[key]!, query: query, filter: .active(true))
          }
          answers.append((key, collection))
        } else {
          isDetected = true
        }
      } catch is StoreError {
        isDetected = true
      } catch {
        // Not the newest state: then it must be an older one, and said so.
        guard let collection = try? store.existing(key), !store.recovery.isIntact else {
          throw error
        }
        let states = [older[key]!, Oracle()]
        guard
          states.contains(where: {
            (try? collection.check(against: $0, query: query, filter: nil)) != nil
          })
        else { throw error }
        isDetected = true
      }
    }
    return isDetected || !store.recovery.isIntact
  }

  /// Whether reading everything finds the damage.
  func isFoundByVerify(in directory: String) throws -> Bool {
    let store: Store
    do {
      store = try Store.open(directory: directory, options: .manual)
    } catch { return true }
    defer { store.close() }
    return try !store.verify().isIntact || !store.recovery.isIntact
  }
}

/// RELIABILITY.md, T05 and T06.
@Suite struct DamageTests {
  init() {
    // Each of thousands of faults would be a line.
    Log.level = .silent
  }

  @Test func `the untouched reference store is intact`() throws {
    let reference = try ReferenceStore()
    let size = reference.files.values.reduce(0) { $0 + $1.count }
    print("reference store: \(reference.files.count) files, \(size) bytes")
    #expect((48 << 10...160 << 10).contains(size))
    let directory = try reference.write([:])
    #expect(try !reference.isDetected(in: directory.path))
    #expect(try !reference.isFoundByVerify(in: directory.path))
  }

  /// Two halves beside each other; the long run takes every byte.
  @Test(arguments: [0, 1])
  func `any changed byte is detected or harmless in use, and found by verify`(half: Int) throws {
    let reference = try ReferenceStore()
    let seed = UInt64(17 + half)
    var generator = SeededGenerator(seed: seed)
    var flips = 0
    var detected = 0
    for path in reference.files.keys.sorted() {
      let bytes = reference.files[path]!
      // The short run takes a sample, denser in the small files.
      let gap = isLongRun ? 2 : path.hasSuffix(".kseg") ? 800 : 16
      var offset = isLongRun ? half : Int.random(in: 0..<gap, using: &generator)
      while offset < bytes.count {
        var changed = bytes
        switch Int.random(in: 0..<3, using: &generator) {
        case 0 where bytes[offset] != 0: changed[offset] = 0
        case 1 where bytes[offset] != 0xFF: changed[offset] = 0xFF
        default: changed[offset] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
        let place = "\(path), byte \(offset): \(bytes[offset]) to \(changed[offset])"
        let directory = try reference.write([path: changed])
        do {
          if try reference.isDetected(in: directory.path, changed: path) { detected += 1 }
        } catch { Issue.record("\(place): \(error)") }
        let again = try reference.write([path: changed])
        let isFound = try reference.isFoundByVerify(in: again.path)
        #expect(isFound, "verify missed \(place)")
        flips += 1
        offset += isLongRun ? gap : Int.random(in: 1...2 * gap - 1, using: &generator)
      }
    }
    print("flipped bytes: \(flips), detected in use: \(detected), seed \(seed)")
    #expect(flips > 100 && detected > flips / 2)
  }

  @Test func `cut, stretched, missing and exchanged files are noticed, and no row changes owner`()
    throws
  {
    let reference = try ReferenceStore()
    let paths = reference.files.keys.sorted()
    func check(_ changes: [String: [UInt8]?], _ what: String) throws {
      let directory = try reference.write(changes)
      do {
        _ = try reference.isDetected(in: directory.path)
      } catch { Issue.record("\(what): \(error)") }
      let again = try reference.write(changes)
      let isFound = try reference.isFoundByVerify(in: again.path)
      #expect(isFound, "verify missed \(what)")
    }
    for path in paths {
      let bytes = reference.files[path]!
      let isPosition = path.hasPrefix("position-")
      // A missing older position is how a store looks after its first commits.
      if !isPosition { try check([path: nil], "\(path) missing") }
      var lengths = [0, 1, 15, 16, bytes.count / 2, bytes.count - 4, bytes.count - 1]
      if isLongRun { lengths += stride(from: 0, to: bytes.count, by: 64) }
      for length in lengths {
        try check([path: Array(bytes.prefix(length))], "\(path) cut to \(length)")
      }
      for extra in [1, 4096] {
        try check(
          [path: bytes + [UInt8](repeating: 0, count: extra)], "\(path) longer by \(extra)")
      }
      for other in paths where other != path {
        guard let contents = reference.files[other], contents != bytes else { continue }
        try check([path: contents], "\(other) in place of \(path)")
        if path < other {
          try check([path: contents, other: bytes], "\(path) and \(other) exchanged")
        }
      }
    }
  }

  @Test func `a link or a directory in place of a file is refused`() throws {
    let reference = try ReferenceStore()
    for path in reference.files.keys.sorted() where !path.hasPrefix("position-") {
      for isLink in [true, false] {
        let directory = try reference.write([path: nil])
        let full = directory.path + "/" + path
        let aside = try ScratchDirectory()
        try File(path: aside.path + "/file", mode: .create).write(reference.files[path]!)
        if isLink {
          #expect(symlink(aside.path + "/file", full) == 0)
        } else {
          try FileSystem.createDirectories(full)
        }
        #expect(try reference.isFoundByVerify(in: directory.path), "\(path), link: \(isLink)")
        #expect(throws: Never.self) { try reference.isDetected(in: directory.path) }
      }
    }
  }

  @Test func `a flipped version is damage, and a version that is meant is a newer program's`()
    throws
  {
    let reference = try ReferenceStore()
    for path in reference.files.keys.sorted() {
      for isMeant in [false, true] {
        var bytes = reference.files[path]!
        bytes[12] ^= 0x40
        let header = path.hasSuffix(".kseg") ? SegmentHeader.byteCount : bytes.count
        if isMeant {
          let sum = CRC32C.checksum(Array(bytes[..<(header - 4)]))
          for index in 0..<4 {
            bytes[header - 4 + index] = UInt8(truncatingIfNeeded: sum >> (8 * index))
          }
        }
        let directory = try reference.write([path: bytes])
        let file = directory.path + "/" + path
        var reader = ByteReader(bytes)
        let magic = reader.u64() ?? 0
        let error = #expect(throws: StoreError.self) {
          if path.hasSuffix(".kseg") {
            _ = try SegmentHeader(parsing: Array(bytes[..<header]), path: file)
          } else {
            _ = try SmallFile.read(file, magic: magic)
          }
        }
        let expected = isMeant ? "newer program" : "checksum differs"
        #expect("\(error!)".contains(expected), "\(path): \(error!)")
      }
    }
  }

  @Test func `a file that is none of the store's is no damage, and stays`() throws {
    let reference = try ReferenceStore()
    let strays = ["notes.txt", ".DS_Store", "manifest-01", "manifest-1.bak", "segment-1"]
    let directory = try reference.write([:])
    for stray in strays {
      let path = "\(directory.path)/\(ReferenceStore.keys[0])/\(stray)"
      try File(path: path, mode: .create).write(Array("x".utf8))
    }
    for _ in 0..<2 {
      let store = try Store.open(directory: directory.path, options: .manual)
      #expect(try store.verify(quarantine: true).isIntact)
      #expect(try store.existing(ReferenceStore.keys[0]) != nil)
      #expect(store.recovery.isIntact && store.pendingRepairs.isEmpty)
      store.close()
    }
    for stray in strays {
      #expect(FileSystem.exists("\(directory.path)/\(ReferenceStore.keys[0])/\(stray)"))
    }
  }

  @Test func `a damaged collection is set aside once, others go on, and it can be made anew`()
    throws
  {
    let reference = try ReferenceStore()
    let (bad, good) = (ReferenceStore.keys[0], ReferenceStore.keys[1])
    var changes: [String: [UInt8]?] = [:]
    for (path, bytes) in reference.files where path.hasPrefix("\(bad)/segment-") {
      var bytes = bytes
      bytes[5000] ^= 1
      changes[path] = bytes
    }
    let directory = try reference.write(changes)
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try #require(try store.existing(bad))
    let request = SearchRequest(vector: reference.query, count: 1)
    // Found by the first use, told by all that follow.
    for _ in 0..<2 {
      let error = #expect(throws: StoreError.self) { _ = try collection.search(request) }
      if case .damaged(let key, let fault)? = error {
        #expect(key == bad && fault.byteOffset >= 4096 && fault.path.contains("segment-"))
      } else {
        Issue.record("a damaged segment was searched: \(String(describing: error))")
      }
    }
    #expect(store.recovery.damaged.map(\.key) == [bad])
    #expect(try store.existing(bad) == nil)
    #expect(try store.existing(good)?.search(request).hits.count == 1)
    #expect(try FileSystem.list(directory.path + "/quarantine").count == 1)
    let fresh = try store.collection(bad, configuration: .test(8))
    var maker = EntryMaker(seed: 1, dimension: 8)
    try fresh.apply([.upsert(maker.entry())])
    try store.commit(position: [9])
    #expect(try store.verify().isIntact)
  }
}

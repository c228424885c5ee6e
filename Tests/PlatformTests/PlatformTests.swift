import Glibc
import Platform
import Testing

@Suite struct ChecksumTests {
  @Test func `CRC-32C gives the check value of RFC 3720 for nine digits`() {
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
  }

  @Test func `CRC-32C of parts equals that of the whole at every cut`() {
    let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let whole = CRC32C.checksum(bytes)
    for cut in 0...bytes.count {
      let first = CRC32C.checksum(Array(bytes[..<cut]))
      #expect(CRC32C.checksum(Array(bytes[cut...]), continuing: first) == whole)
    }
  }

  @Test func `SHA-256 gives the published digest of abc`() {
    #expect(
      hexadecimal(SHA256.hash(Array("abc".utf8)))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func `secrets compare by every byte`() {
    #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
    #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
    #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
  }
}

@Suite struct UUIDTests {
  @Test func `an identifier reads what it writes`() {
    for _ in 0..<100 {
      let id = UUID.random()
      #expect(UUID(id.description) == id)
      #expect(UUID(bytes: id.bytes) == id)
    }
  }

  @Test func `text that is not an identifier is refused`() {
    for text in [
      "", "0", "zz", "00000000-0000-0000-0000-00000000000g",
      "00000000_0000_0000_0000_000000000000", "0000000000000000000000000000000000000", "日本",
    ] {
      #expect(UUID(text) == nil, "\(text)")
    }
    #expect(UUID("00000000000000000000000000000000") == .zero)
  }

  @Test func `versions and variant stand where RFC 9562 puts them`() {
    for (id, version) in [
      (UUID.random(), "4"), (.timeOrdered(), "7"), (.named([1], in: .zero), "8"),
    ] {
      let text = Array(id.description)
      #expect(String(text[14]) == version)
      #expect("89ab".contains(text[19]))
    }
  }

  @Test func `named identifiers depend on name and space alone`() {
    let space = UUID.random()
    #expect(UUID.named([1, 2], in: space) == UUID.named([1, 2], in: space))
    #expect(UUID.named([1, 2], in: space) != UUID.named([1, 3], in: space))
    #expect(UUID.named([1, 2], in: space) != UUID.named([1, 2], in: .zero))
  }

  @Test func `order is that of the bytes`() {
    for _ in 0..<100 {
      let (a, b) = (UUID.random(), UUID.random())
      #expect((a < b) == a.bytes.lexicographicallyPrecedes(b.bytes))
    }
  }
}

@Suite struct BytesTests {
  @Test func `a reader returns what a writer wrote and nil past the end`() {
    var writer = ByteWriter()
    let id = UUID.random()
    writer.append(UInt8(7))
    writer.append(UInt16(0xBEEF))
    writer.append(UInt32(0xDEAD_BEEF))
    writer.append(UInt64.max - 1)
    writer.append(Float(1.5))
    writer.append(-2.25)
    writer.append(id)
    writer.append("grüße")
    var reader = ByteReader(writer.bytes)
    #expect(reader.u8() == 7)
    #expect(reader.u16() == 0xBEEF)
    #expect(reader.u32() == 0xDEAD_BEEF)
    #expect(reader.u64() == UInt64.max - 1)
    #expect(reader.float() == 1.5)
    #expect(reader.double() == -2.25)
    #expect(reader.uuid() == id)
    #expect(reader.string() == "grüße")
    #expect(reader.remaining == 0)
    #expect(reader.u8() == nil)
  }

  @Test func `a length larger than what is left gives nil, not a trap`() {
    var reader = ByteReader([0xFF, 0xFF, 0xFF, 0xFF, 65])
    #expect(reader.string() == nil)
    var invalid = ByteReader([1, 0, 0, 0, 0xFF])
    #expect(invalid.string() == nil)
    #expect([UInt8](repeating: 0, count: 3).span.bytes.littleEndian(UInt32.self, at: 0) == nil)
    #expect(
      [UInt8](repeating: 0, count: 8).span.bytes.littleEndian(UInt32.self, at: Int.max) == nil)
    #expect([UInt8](repeating: 0, count: 8).span.bytes.littleEndian(UInt32.self, at: -1) == nil)
  }
}

@Suite struct FileTests {
  let directory = "/tmp/platform-tests-\(UUID.random())"

  init() throws { try FileSystem.createDirectories(directory) }

  @Test func `replace leaves the new bytes and no temporary file`() throws {
    defer { try? FileSystem.removeTree(directory) }
    let path = directory + "/file"
    try FileSystem.replace(path, with: [1, 2, 3])
    try FileSystem.replace(path, with: [4])
    #expect(try FileSystem.readAll(path) == [4])
    #expect(try FileSystem.list(directory) == ["file"])
  }

  @Test func `errors name the call, the path and the reason`() throws {
    defer { try? FileSystem.removeTree(directory) }
    let path = directory + "/absent"
    #expect(throws: SystemError(call: "open", path: path, code: ENOENT)) {
      try FileSystem.readAll(path)
    }
    #expect(throws: SystemError(call: "mkdir", path: directory + "/a", code: EEXIST)) {
      try FileSystem.replace(directory + "/a", with: [])
      try FileSystem.createDirectories(directory + "/a/b")
    }
  }

  @Test func `a file over the limit is refused before it is read`() throws {
    defer { try? FileSystem.removeTree(directory) }
    let path = directory + "/file"
    try FileSystem.replace(path, with: [1, 2, 3])
    #expect(throws: SystemError(call: "read", path: path, code: EFBIG)) {
      try FileSystem.readAll(path, limit: 2)
    }
  }

  @Test func `a mapped file lends its bytes, an empty one is refused`() throws {
    defer { try? FileSystem.removeTree(directory) }
    try FileSystem.replace(directory + "/full", with: [9, 8])
    try FileSystem.replace(directory + "/empty", with: [])
    let mapped = try MappedFile(path: directory + "/full")
    #expect(mapped.withBytes { $0.littleEndian(UInt16.self, at: 0) } == 0x0809)
    do {
      _ = try MappedFile(path: directory + "/empty")
      Issue.record("an empty file was mapped")
    } catch { #expect(error.code == EINVAL) }
  }

  @Test func `a lock is exclusive between two openings`() throws {
    defer { try? FileSystem.removeTree(directory) }
    let first = try File(path: directory + "/lock", mode: .readWrite)
    let second = try File(path: directory + "/lock", mode: .readWrite)
    #expect(try first.lockExclusively())
    #expect(try !second.lockExclusively())
  }

  @Test func `removing a tree does not follow links`() throws {
    defer { try? FileSystem.removeTree(directory) }
    try FileSystem.createDirectories(directory + "/kept")
    try FileSystem.replace(directory + "/kept/file", with: [1])
    try FileSystem.createDirectories(directory + "/gone/deep")
    symlink(directory + "/kept", directory + "/gone/link")
    try FileSystem.removeTree(directory + "/gone")
    #expect(try FileSystem.list(directory) == ["kept"])
    #expect(try FileSystem.readAll(directory + "/kept/file") == [1])
  }
}

@Suite struct ConcurrencyTests {
  @Test func `a pool runs every accepted job once and refuses past its limit`() {
    let pool = WorkerPool<Int>(
      name: "test", threadCount: 2, share: 2, shareQueueLimit: 10, queueLimit: 4)
    let gate = Condition(false)
    let done = Condition(0)
    var accepted = 0
    for _ in 0..<20 {
      let taken = pool.submit(for: 1) {
        _ = gate.wait(until: { $0 ? true : nil })
        done.withLock { $0 += 1 }
      }
      if taken == .accepted { accepted += 1 }
    }
    // Two may run while four wait; the rest is refused.
    #expect((4...6).contains(accepted))
    gate.withLock { $0 = true }
    pool.shutdown()
    #expect(done.withLock { $0 } == accepted)
    #expect(pool.submit(for: 1) {} == .isClosed)
  }

  @Test func `an owner of a pool cannot hold up another`() {
    let pool = WorkerPool<String>(
      name: "test", threadCount: 3, share: 2, shareQueueLimit: 5, queueLimit: 100)
    let gate = Condition(false)
    let held = Condition(0)
    let order = Condition<[String]>([])
    let hold: @Sendable () -> Void = {
      held.withLock { $0 += 1 }
      _ = gate.wait(until: { $0 ? true : nil })
    }
    var admissions: [WorkerPool<String>.Admission] = []
    for _ in 0..<10 { admissions.append(pool.submit(for: "greedy", hold)) }
    // Two run and five wait.
    #expect(admissions.count(where: { $0 == .accepted }) == 7)
    #expect(admissions.suffix(3).allSatisfy { $0 == .shareIsFull })
    #expect(held.wait(timeoutMilliseconds: 10_000, until: { $0 == 2 ? true : nil }) == true)
    // The third thread is everybody else's, though five jobs came before.
    for name in ["a", "a", "b"] {
      #expect(pool.submit(for: name) { order.withLock { $0.append(name) } } == .accepted)
    }
    #expect(order.wait(timeoutMilliseconds: 10_000, until: { $0.count == 3 ? true : nil }) == true)
    #expect(held.withLock { $0 } == 2)
    gate.withLock { $0 = true }
    pool.shutdown()
    #expect(held.withLock { $0 } == 7)
  }

  @Test func `owners of a pool take turns`() {
    let pool = WorkerPool<String>(
      name: "test", threadCount: 1, share: 1, shareQueueLimit: 100, queueLimit: 100)
    let gate = Condition(false)
    let order = Condition<[String]>([])
    #expect(pool.submit(for: "first") { _ = gate.wait(until: { $0 ? true : nil }) } == .accepted)
    for name in ["a", "a", "a", "a", "b", "b"] {
      #expect(pool.submit(for: name) { order.withLock { $0.append(name) } } == .accepted)
    }
    gate.withLock { $0 = true }
    pool.shutdown()
    #expect(order.withLock { $0 } == ["a", "b", "a", "b", "a", "a"])
  }

  @Test func `waiting ends with the change, or with the time`() {
    let state = Condition(0)
    #expect(state.wait(timeoutMilliseconds: 20, until: { $0 == 1 ? true : nil }) == nil)
    let thread = Thread.spawn(name: "setter") { state.withLock { $0 = 1 } }
    #expect(state.wait(timeoutMilliseconds: 10_000, until: { $0 == 1 ? true : nil }) == true)
    thread.join()
  }

  /// The system keeps some stacks of ended threads, and gives back those that are too many: what
  /// still touched a joined thread would then end the process.
  @Test func `a thread that was joined is left alone`() {
    for _ in 0..<2 {
      let threads = (0..<32).map { Thread.spawn(name: "\($0)", stackByteCount: 8 << 20) {} }
      for thread in threads { thread.join() }
      threads.first?.join()
    }
  }
}

@Suite struct ClockTests {
  @Test func `dates are written as RFC 3339 in UTC`() {
    #expect(Clock.iso8601(microseconds: 0) == "1970-01-01T00:00:00.000000Z")
    #expect(Clock.iso8601(microseconds: 951_782_400_000_001) == "2000-02-29T00:00:00.000001Z")
    #expect(Clock.iso8601(microseconds: -1) == "1969-12-31T23:59:59.999999Z")
  }
}

@Suite struct TerminationSignalTests {
  @Test func `a signal is caught even where a foreign thread would let it end the process`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      // As OpenBLAS does: a thread that blocks nothing, born before we listen.
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { _ in
          pause()
          return nil
        }, nil)
      try TerminationSignals.listen()
      let caught = Condition<Int32>(0)
      let waiter = Thread.spawn(name: "waiter") {
        let number = TerminationSignals.wait()
        caught.withLock { $0 = number }
      }
      kill(getpid(), SIGTERM)
      waiter.join()
      exit(caught.withLock { $0 } == SIGTERM ? 7 : 1)
    }
  }
}

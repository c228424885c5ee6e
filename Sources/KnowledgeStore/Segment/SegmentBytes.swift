import Platform

/// The bytes of one segment file, verified and copied when small, mapped when large.
///
/// `@safe` holds because `base` covers `byteCount` readable bytes for the life of the object.
@safe final class SegmentBytes: @unchecked Sendable {
  // Unchecked: nothing changes after `init`.
  /// Files below this are verified whole and kept in memory of our own.
  static let copyByteLimit = 64 << 20

  private enum Storage: ~Copyable {
    case copied(AlignedMemory)
    case mapped(MappedFile)
  }

  private let storage: Storage
  @unsafe private let base: UnsafeRawPointer
  let byteCount: Int
  let path: String
  let isMapped: Bool

  /// - Parameter expectedByteCount: What the manifest says; another size is a fault.
  init(path: String, expectedByteCount: Int) throws(StoreError) {
    self.path = path
    byteCount = expectedByteCount
    isMapped = expectedByteCount >= Self.copyByteLimit
    do {
      guard FileSystem.isPlainFile(path) else {
        throw SystemError(call: "open", path: path, code: 2)
      }
      let file = try File(path: path, mode: .read)
      let actual = try file.byteCount()
      guard actual == expectedByteCount else {
        throw StoreError.invalidFile(
          FileFault(
            path: path, byteOffset: min(actual, expectedByteCount),
            reason: "has \(actual) bytes where the manifest says \(expectedByteCount)"))
      }
      if isMapped {
        let map = try MappedFile(path: path)
        guard map.byteCount == expectedByteCount else {
          throw SystemError(call: "mmap", path: path, code: 5)
        }
        unsafe base = map.baseAddress
        storage = .mapped(map)
      } else {
        let memory = AlignedMemory(byteCount: expectedByteCount)
        unsafe base = UnsafeRawPointer(memory.base)
        var chunk = [UInt8](repeating: 0, count: min(1 << 20, expectedByteCount))
        var offset = 0
        while offset < expectedByteCount {
          let got = try file.read(into: &chunk, at: offset)
          guard got > 0 else {
            throw StoreError.invalidFile(
              FileFault(path: path, byteOffset: offset, reason: "ended while it was read"))
          }
          let count = min(got, expectedByteCount - offset)
          unsafe chunk.withUnsafeBytes { source in
            unsafe (memory.base + offset).copyMemory(
              from: source.baseAddress!, byteCount: count)
          }
          offset += count
        }
        storage = .copied(memory)
      }
    } catch let error as SystemError {
      if error.isMissing {
        throw .invalidFile(FileFault(path: path, byteOffset: 0, reason: "the file is missing"))
      }
      throw .system(error)
    } catch let error as StoreError {
      throw error
    } catch {
      preconditionFailure("no other error is thrown above: \(error)")
    }
  }

  /// Checks that all that was read so far was there.
  ///
  /// - Throws: ``StoreError/invalidFile(_:)`` where the disk could not give a mapped page: what was
  ///   read is worth nothing.
  func checkReadable() throws(StoreError) {
    switch storage {
    case .copied: return
    case .mapped(let map):
      guard map.isLost else { return }
      throw .invalidFile(
        FileFault(
          path: path, byteOffset: 0, reason: "cannot be read any more, or was cut short"))
    }
  }

  /// Tells the kernel how a part of the file will be read, where it is mapped.
  func advise(_ advice: MappedFile.Advice, _ offset: Int, _ count: Int) {
    guard offset >= 0, count >= 0, count <= byteCount - offset else { return }
    switch storage {
    case .copied: return
    case .mapped(let map): map.advise(advice, offset..<offset + count)
    }
  }

  /// Which part of a range is in memory, 0…1.
  func residentShare(_ offset: Int, _ count: Int) -> Double {
    guard offset >= 0, count >= 0, count <= byteCount - offset else { return 1 }
    switch storage {
    case .copied: return 1
    case .mapped(let map): return map.residentShare(of: offset..<offset + count)
    }
  }

  /// Lends `count` bytes from `offset`.
  ///
  /// - Precondition: They lie within the file.
  func withBytes<Value, Failure: Error>(
    _ offset: Int, _ count: Int, _ body: (RawSpan) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    precondition(offset >= 0 && count >= 0 && count <= byteCount - offset, "outside the file")
    return try body(unsafe RawSpan(_unsafeStart: base + offset, byteCount: count))
  }

  func copy(_ offset: Int, _ count: Int) -> [UInt8] {
    withBytes(offset, count) { span in unsafe span.withUnsafeBytes { unsafe Array($0) } }
  }

  /// A typed view of a checked section; valid while the object lives.
  func column<Element: BitwiseCopyable>(_ section: Section, as: Element.Type) -> Column<Element> {
    precondition(
      section.offset >= 0 && section.byteCount <= byteCount - section.offset
        && section.offset % AlignedMemory.alignment == 0, "a section outside the file")
    return unsafe Column(
      base: (base + section.offset).assumingMemoryBound(to: Element.self),
      count: section.byteCount / MemoryLayout<Element>.stride)
  }
}

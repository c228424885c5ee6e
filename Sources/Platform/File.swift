import CSystem
import Glibc

/// An open file. Closed when the value ends; errors of `close` are of no use to a reader, and a
/// writer learns of its errors from ``sync()``.
public struct File: ~Copyable {
  /// What the file is opened for.
  public enum Mode: Sendable {
    /// Reading an existing file.
    case read
    /// Writing a file that must not exist yet (mode 0600).
    case create
    /// Reading and writing, created where it does not exist (mode 0600).
    case readWrite
    /// Writing at the end, created where it does not exist (mode 0600).
    case append
  }

  /// The kernel's number for the open file; valid while the value lives.
  public let descriptor: Int32
  /// The path it was opened by.
  public let path: String

  /// - Throws: ``SystemError`` from `open`.
  public init(path: String, mode: Mode) throws(SystemError) {
    let flags: Int32 =
      switch mode {
      case .read: O_RDONLY
      case .create: O_WRONLY | O_CREAT | O_EXCL
      case .readWrite: O_RDWR | O_CREAT
      case .append: O_WRONLY | O_CREAT | O_APPEND
      }
    descriptor = try SystemError.check("open", path) { unsafe open(path, flags | O_CLOEXEC, 0o600) }
    self.path = path
  }

  deinit { close(descriptor) }

  /// The file's size in bytes now.
  ///
  /// - Throws: ``SystemError`` from `fstat`.
  public func byteCount() throws(SystemError) -> Int {
    var status = stat()
    try SystemError.check("fstat", path) { unsafe fstat(descriptor, &status) }
    return Int(status.st_size)
  }

  /// Reads into `buffer` from byte `offset` until it is full or the file ends.
  ///
  /// - Returns: The number of bytes read; less than `buffer.count` only at the end of the file.
  /// - Throws: ``SystemError`` from `pread`.
  public func read(into buffer: inout [UInt8], at offset: Int) throws(SystemError) -> Int {
    var done = 0
    while done < buffer.count {
      let count = buffer.count - done
      let got = try SystemError.check("pread", path) {
        unsafe buffer.withUnsafeMutableBytes { bytes in
          unsafe pread(descriptor, bytes.baseAddress! + done, count, off_t(offset + done))
        }
      }
      if got == 0 { break }
      done += got
    }
    return done
  }

  /// Writes all of `bytes` from byte `offset`, or at the end where the file was opened to append.
  ///
  /// - Throws: ``SystemError`` from `pwrite` or `write`; how much was written is then unknown.
  public func write(_ bytes: RawSpan, at offset: Int? = nil) throws(SystemError) {
    var done = 0
    while done < bytes.byteCount {
      done += try unsafe bytes.withUnsafeBytes { (all) throws(SystemError) -> Int in
        let start = unsafe all.baseAddress! + done
        let count = all.count - done
        if let offset {
          return try SystemError.check("pwrite", path) {
            unsafe pwrite(descriptor, start, count, off_t(offset + done))
          }
        }
        return try SystemError.check("write", path) { unsafe Glibc.write(descriptor, start, count) }
      }
    }
  }

  /// Writes all of `bytes`, as the other form does.
  public func write(_ bytes: [UInt8], at offset: Int? = nil) throws(SystemError) {
    unsafe try write(bytes.span.bytes, at: offset)
  }

  /// Cuts the file, or fills it with zeros, to this many bytes.
  ///
  /// - Throws: ``SystemError`` from `ftruncate`.
  public func truncate(to byteCount: Int) throws(SystemError) {
    try SystemError.check("ftruncate", path) { ftruncate(descriptor, off_t(byteCount)) }
  }

  /// Forces what was written onto the disk. After a failure the file's contents are unknown, and
  /// calling again proves nothing (Rebello et al., USENIX ATC 2020): discard the file.
  ///
  /// - Throws: ``SystemError`` from `fsync`.
  public func sync() throws(SystemError) {
    try SystemError.check("fsync", path) { fsync(descriptor) }
  }

  /// Has the file's pages written to the disk and dropped from memory, as a hint: nothing is
  /// promised of either.
  public func leaveMemory() {
    cs_leave_memory(descriptor)
  }

  /// Gives the lock of ``lockExclusively()`` up now. Closing alone may be late: a process that is
  /// being started by another thread holds a copy of the descriptor until it executes.
  public func unlock() { flock(descriptor, LOCK_UN) }

  /// Takes an exclusive advisory lock on the whole file without waiting; it ends with the value.
  ///
  /// - Returns: Whether the lock was free.
  /// - Throws: ``SystemError`` from `flock`.
  public func lockExclusively() throws(SystemError) -> Bool {
    do {
      try SystemError.check("flock", path) { flock(descriptor, LOCK_EX | LOCK_NB) }
      return true
    } catch {
      if error.code == EWOULDBLOCK { return false }
      throw error
    }
  }
}

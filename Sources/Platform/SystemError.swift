import Glibc

/// A system call that the kernel refused: which call, on what, and why.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The C function, as in its manual page: `open`, `fsync`, `renameat2`.
  public let call: String
  /// The file or address concerned; empty where there is none.
  public let path: String
  /// `errno` after the call.
  public let code: Int32

  /// - Parameters:
  ///   - call: The C function's name.
  ///   - path: The file or address concerned.
  ///   - code: `errno` after the call.
  public init(call: String, path: String, code: Int32) {
    self.call = call
    self.path = path
    self.code = code
  }

  /// Whether the cause is a full disk, an exhausted quota or a file size limit: room may come back.
  public var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }

  /// Whether the thing named by ``path`` does not exist.
  public var isMissing: Bool { code == ENOENT }

  /// Whether the cause is that a second name cannot be given there: another file system, one
  /// without links, or too many of them.
  public var forbidsLinks: Bool {
    code == EXDEV || code == EPERM || code == EMLINK || code == EOPNOTSUPP || code == ENOSYS
  }

  /// Whether a directory stands where a file should (EISDIR).
  public var isDirectory: Bool { code == EISDIR }

  /// Whether the caller may not do that (EACCES, EPERM).
  public var isPermissionDenied: Bool { code == EACCES || code == EPERM }

  /// Why, in the words of the C library: `Connection refused`.
  public var reason: String { unsafe String(cString: strerror(code)) }

  /// The call, the path and the reason, as `open /x: No such file or directory`.
  public var description: String {
    path.isEmpty ? "\(call): \(reason)" : "\(call) \(path): \(reason)"
  }

  /// Runs `body`, again while a signal interrupts it (EINTR), and returns its result.
  ///
  /// - Throws: ``SystemError`` with `errno` where `body` returned −1.
  @discardableResult
  public static func check<Result: FixedWidthInteger>(
    _ call: String, _ path: String = "", _ body: () -> Result
  ) throws(SystemError) -> Result {
    if let code = CallFaults.fault(call, path) {
      if code == 0 { return 0 }
      throw SystemError(call: call, path: path, code: code)
    }
    while true {
      let result = body()
      if result != -1 { return result }
      let code = errno
      if code != EINTR { throw SystemError(call: call, path: path, code: code) }
    }
  }
}

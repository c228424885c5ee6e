import CSystem
import Glibc

/// Another program, run to its end.
public enum Subprocess {
  /// Whom a program runs as.
  public struct User: Equatable, Sendable {
    /// The kernel's number of the user.
    public let userID: UInt32
    /// The kernel's number of its first group.
    public let groupID: UInt32

    /// - Parameters:
    ///   - userID: The kernel's number of the user.
    ///   - groupID: The kernel's number of its first group.
    public init(userID: UInt32, groupID: UInt32) {
      self.userID = userID
      self.groupID = groupID
    }

    /// The user of this process, by its effective ids.
    public static var current: User { User(userID: geteuid(), groupID: getegid()) }

    /// The user with this name; nil where the system knows none.
    public init?(name: String) {
      var record = unsafe passwd()
      var buffer = [CChar](repeating: 0, count: 16 << 10)
      var found: UnsafeMutablePointer<passwd>?
      guard unsafe getpwnam_r(name, &record, &buffer, buffer.count, &found) == 0,
        unsafe found != nil
      else { return nil }
      userID = unsafe record.pw_uid
      groupID = unsafe record.pw_gid
    }

    /// The name that belongs to ``userID``; nil where the system knows none.
    public var name: String? {
      var record = unsafe passwd()
      var buffer = [CChar](repeating: 0, count: 16 << 10)
      var found: UnsafeMutablePointer<passwd>?
      guard unsafe getpwuid_r(userID, &record, &buffer, buffer.count, &found) == 0,
        unsafe found != nil
      else { return nil }
      return unsafe String(cString: record.pw_name)
    }
  }

  /// Whether a process with this number exists, whoever owns it.
  public static func isRunning(_ process: Int32) -> Bool {
    process > 0 && (kill(process, 0) == 0 || errno == EPERM)
  }

  /// Runs a program and waits for its end.
  ///
  /// - Parameters:
  ///   - arguments: The program's full path, then its arguments.
  ///   - environment: `NAME=value` each; nothing else is inherited.
  ///   - user: Whom to run as; nil keeps this process's user. Another one needs root.
  ///   - outputPath: A file that takes its standard output and standard error, made anew.
  /// - Returns: The exit status, or 128 plus the signal that ended it.
  /// - Throws: ``SystemError`` where it could not be started.
  public static func run(
    _ arguments: [String], environment: [String], user: User? = nil, outputPath: String
  ) throws(SystemError) -> Int32 {
    let output = try SystemError.check("open", outputPath) {
      unsafe open(outputPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    defer { close(output) }
    let keep = UInt32.max
    let process = try SystemError.check("exec", arguments.first ?? "") {
      unsafe withCStringArray(arguments) { argv in
        unsafe withCStringArray(environment) { names in
          unsafe cs_spawn(
            argv, names, user?.userID ?? keep, user?.groupID ?? keep, output, 1)
        }
      }
    }
    var status: Int32 = 0
    try SystemError.check("waitpid") { unsafe waitpid(process, &status, 0) }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }
}

/// Lends `texts` as a NULL-terminated array of C strings.
private func withCStringArray<Value>(
  _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
) -> Value {
  var copies: [UnsafeMutablePointer<CChar>?] = unsafe texts.map { unsafe strdup($0) }
  unsafe copies.append(nil)
  defer { unsafe copies.forEach { unsafe free($0) } }
  return unsafe copies.withUnsafeBufferPointer { buffer in
    unsafe buffer.withMemoryRebound(to: UnsafePointer<CChar>?.self) {
      unsafe body($0.baseAddress!)
    }
  }
}

import Glibc

/// Who may do what with a file: for directories that another user's program works in.
extension FileSystem {
  /// A file's owner and permission bits.
  public struct Permissions: Equatable, Sendable {
    /// Owner and group.
    public let owner: Subprocess.User
    /// The nine permission bits and the three above them.
    public let mode: UInt32

    /// Whether `user`, known by its id and first group only, may enter the directory.
    public func admitsSearch(by user: Subprocess.User) -> Bool {
      if user.userID == 0 { return true }
      if user.userID == owner.userID { return mode & 0o100 != 0 }
      if user.groupID == owner.groupID { return mode & 0o010 != 0 }
      return mode & 0o001 != 0
    }
  }

  /// The owner and permissions of what stands at `path` (links are followed).
  ///
  /// - Throws: ``SystemError`` from `stat`.
  public static func permissions(of path: String) throws(SystemError) -> Permissions {
    var status = stat()
    try SystemError.check("stat", path) { unsafe stat(path, &status) }
    return Permissions(
      owner: Subprocess.User(userID: status.st_uid, groupID: status.st_gid),
      mode: UInt32(status.st_mode) & 0o7777)
  }

  /// Gives a file to another user; needs root unless the user has it already.
  ///
  /// - Throws: ``SystemError`` from `lchown`.
  public static func setOwner(_ path: String, to user: Subprocess.User) throws(SystemError) {
    try SystemError.check("lchown", path) { unsafe lchown(path, user.userID, user.groupID) }
  }

  /// Sets a file's permission bits.
  ///
  /// - Throws: ``SystemError`` from `chmod`.
  public static func setMode(_ path: String, to mode: UInt32) throws(SystemError) {
    try SystemError.check("chmod", path) { unsafe chmod(path, mode_t(mode)) }
  }

  /// Removes an empty directory.
  ///
  /// - Throws: ``SystemError`` from `rmdir`; `ENOTEMPTY` where something stands in it.
  public static func removeEmptyDirectory(_ path: String) throws(SystemError) {
    try SystemError.check("rmdir", path) { unsafe rmdir(path) }
  }

  /// The absolute form of a path, with links resolved.
  ///
  /// - Throws: ``SystemError`` from `realpath`, where a part of it does not exist.
  public static func absolutePath(_ path: String) throws(SystemError) -> String {
    guard let resolved = unsafe realpath(path, nil) else {
      throw SystemError(call: "realpath", path: path, code: errno)
    }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}

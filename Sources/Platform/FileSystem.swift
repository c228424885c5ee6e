import CSystem
import Glibc

/// The directory operations that the package uses, each a thin cover of one system call.
public enum FileSystem {
  /// Names of new files that are not yet valid end so; whoever owns a directory removes leftovers.
  public static let temporarySuffix = ".tmp"

  /// Makes `path` and its missing parents (mode 0700).
  ///
  /// - Throws: ``SystemError`` from `mkdir`, also where a parent is a file.
  public static func createDirectories(_ path: String) throws(SystemError) {
    if path.isEmpty || isDirectory(path) { return }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try createDirectories(String(path[..<slash]))
    }
    do {
      try SystemError.check("mkdir", path) { unsafe mkdir(path, 0o700) }
    } catch {
      if error.code == EEXIST, isDirectory(path) { return }
      throw error
    }
  }

  /// Whether anything stands at `path` (links are followed).
  public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Whether a directory stands at `path` (links are followed).
  public static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether a plain file stands at `path` itself: a symbolic link is not one, unless links are
  /// followed.
  public static func isPlainFile(_ path: String, followingLinks: Bool = false) -> Bool {
    var status = stat()
    let code = unsafe followingLinks ? stat(path, &status) : lstat(path, &status)
    return code == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether a directory stands at `path` itself, and not a link to one.
  public static func isPlainDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether anything stands at `path` itself, also a link that leads nowhere.
  public static func isThere(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  /// The file's size in bytes.
  ///
  /// - Throws: ``SystemError`` from `stat`.
  public static func byteCount(of path: String) throws(SystemError) -> Int {
    var status = stat()
    try SystemError.check("stat", path) { unsafe stat(path, &status) }
    return Int(status.st_size)
  }

  /// The names in a directory, without `.` and `..`, in byte order.
  ///
  /// - Throws: ``SystemError`` from `opendir` or `readdir`.
  public static func list(_ path: String) throws(SystemError) -> [String] {
    guard let directory = unsafe opendir(path) else {
      throw SystemError(call: "opendir", path: path, code: errno)
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(directory) else {
        if errno != 0 { throw SystemError(call: "readdir", path: path, code: errno) }
        break
      }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Renames a file, replacing what stands at `target`.
  ///
  /// - Throws: ``SystemError`` from `rename`.
  public static func rename(_ path: String, to target: String) throws(SystemError) {
    try SystemError.check("rename", path) { unsafe Glibc.rename(path, target) }
  }

  /// Gives a file a second name on the same file system.
  ///
  /// - Throws: ``SystemError`` from `link`, `EEXIST` where `target` stands.
  public static func hardLink(_ path: String, to target: String) throws(SystemError) {
    try SystemError.check("link", path) { unsafe link(path, target) }
  }

  /// Removes a file; a missing one is no error.
  ///
  /// - Throws: ``SystemError`` from `unlink`.
  public static func remove(_ path: String) throws(SystemError) {
    do {
      try SystemError.check("unlink", path) { unsafe unlink(path) }
    } catch {
      if !error.isMissing { throw error }
    }
  }

  /// Removes a directory and all below it; links are removed, not followed. A missing one is no
  /// error.
  ///
  /// - Throws: ``SystemError`` from the first call that fails.
  public static func removeTree(_ path: String) throws(SystemError) {
    var status = stat()
    if unsafe lstat(path, &status) != 0 {
      if errno == ENOENT { return }
      throw SystemError(call: "lstat", path: path, code: errno)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return try remove(path) }
    for name in try list(path) { try removeTree(path + "/" + name) }
    try SystemError.check("rmdir", path) { unsafe rmdir(path) }
  }

  /// Makes the names in a directory durable: new, renamed and removed files.
  ///
  /// - Throws: ``SystemError`` from `open` or `fsync`.
  public static func syncDirectory(_ path: String) throws(SystemError) {
    let descriptor = try SystemError.check("open", path) {
      unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    defer { close(descriptor) }
    try SystemError.check("fsync", path) { fsync(descriptor) }
  }

  /// A whole file's bytes.
  ///
  /// - Parameter limit: A larger file is refused with `EFBIG` before anything is allocated.
  /// - Throws: ``SystemError``.
  public static func readAll(_ path: String, limit: Int = 64 << 20) throws(SystemError) -> [UInt8] {
    let file = try File(path: path, mode: .read)
    let size = try file.byteCount()
    guard size <= limit else { throw SystemError(call: "read", path: path, code: EFBIG) }
    var bytes = [UInt8](repeating: 0, count: size)
    let got = try file.read(into: &bytes, at: 0)
    bytes.removeLast(size - got)
    return bytes
  }

  /// Puts `bytes` at `path` so that after a crash either the old file or the whole new one stands
  /// there: a temporary file, `fsync`, `rename`, `fsync` of the directory.
  ///
  /// - Parameter syncingDirectory: Whether to take the last step; false where the caller puts
  ///   another file into the same directory before anything counts on this one.
  /// - Throws: ``SystemError``; the temporary file is then removed and the old file unchanged,
  ///   unless the last step failed.
  public static func replace(
    _ path: String, with bytes: [UInt8], syncingDirectory: Bool = true
  ) throws(SystemError) {
    let temporary = path + temporarySuffix
    try remove(temporary)
    do {
      let file = try File(path: temporary, mode: .create)
      try file.write(bytes)
      try file.sync()
      try rename(temporary, to: path)
    } catch {
      try? remove(temporary)
      throw error
    }
    if syncingDirectory { try syncDirectory(directory(of: path)) }
  }

  /// The part of a path before its last slash; `.` where there is none.
  public static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

import Glibc
import Platform

/// A short new directory that is removed with everything that runs in it, also when the tests
/// themselves are killed.
///
/// A shell waits at the end of a pipe that only this process holds open. When the pipe closes, by
/// ``close()`` or by the death of this process, it kills what runs in the directory (a Postgres
/// cluster by its `postmaster.pid`, any program whose command line names the directory) and removes
/// the directory.
public final class TestFolder {
  /// Its path: `/tmp/kt.` and six characters, enterable by every user (Postgres is not root), short
  /// enough for sockets.
  public let path: String
  private let pipe: Int32
  private let keeper: pid_t
  private var closed = false

  private static let script = #"""
    cat >/dev/null
    cd /
    [ -n "$KNOWLEDGE_KEEP" ] && exit 0
    for process in /proc/[0-9]*; do
      [ "${process#/proc/}" = "$$" ] && continue
      tr '\0' ' ' 2>/dev/null <"$process/cmdline" | grep -q -F "$0/" &&
        kill -KILL "${process#/proc/}"
    done 2>/dev/null
    # Killing the postmaster alone leaves its children a moment to notice; they leave by themselves.
    find "$0" -name postmaster.pid 2>/dev/null | while read -r file; do
      kill -QUIT "$(head -n 1 "$file")"
    done 2>/dev/null
    for attempt in 1 2 3 4 5 6 7 8 9 10; do
      rm -rf "$0" 2>/dev/null && break
      sleep 0.2
    done
    """#

  /// Makes the directory and its keeper.
  ///
  /// - Throws: ``SystemError``.
  public init() throws(SystemError) {
    var template = Array("/tmp/kt.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw SystemError(call: "mkdtemp", path: "/tmp/kt.XXXXXX", code: errno)
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o755)

    let ends = try Program.pipe()
    pipe = ends.write
    defer { Glibc.close(ends.read) }
    // A session of its own: an interrupt at the keyboard is for the tests.
    keeper = try Program.spawn(
      ["/bin/sh", "-c", TestFolder.script, path], input: ends.read, errors: 2, session: true)
  }

  deinit { close() }

  /// Ends what runs in the directory and removes it; waits until that is done.
  public func close() {
    guard !closed else { return }
    closed = true
    Glibc.close(pipe)
    var status: Int32 = 0
    while waitpid(keeper, &status, 0) == -1 && errno == EINTR {}
  }
}

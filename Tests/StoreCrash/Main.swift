import Glibc
import KnowledgeStore
import Platform

/// Runs the script in the directory that is its argument, as a process that a test can end at any
/// file call. Standard output gets a line for each promise: `mayBe 3`, `is 3`.
@main struct Main {
  static func main() throws {
    Log.level = .silent
    let script = try CrashScript(directory: CommandLine.arguments[1]) { mark in
      let line =
        switch mark {
        case .mayBe(let version): "mayBe \(version)\n"
        case .stands(let version): "is \(version)\n"
        }
      // Unbuffered: what was promised must be known after any end.
      _ = Array(line.utf8).withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
    try script.firstLife()
  }
}

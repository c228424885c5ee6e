import Glibc
import Platform

/// Why a test could not begin.
public struct TestSupportError: Error, CustomStringConvertible {
  /// What is missing, and what to do.
  public let description: String
  /// An error that says this.
  public init(_ description: String) { self.description = description }
}

/// Where the things under test stand.
public enum Built {
  /// The package's directory.
  public static let package = FileSystem.directory(
    of: FileSystem.directory(of: FileSystem.directory(of: #filePath)))

  /// Whether the full sizes were asked for (`./test --long`).
  public static let long = environment("KNOWLEDGE_LONG") == "1"

  /// The embedding model that `.ci/model` fetches: `KNOWLEDGE_MODEL`, else below `.build`; nil
  /// where it was not fetched.
  public static let model: String? = {
    let path = environment("KNOWLEDGE_MODEL") ?? package + "/.build/model/all-MiniLM-L6-v2"
    return FileSystem.exists(path + "/model.safetensors") ? path : nil
  }()

  /// A variable of the environment, nil where unset or empty.
  public static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// The program `knowledge`: `KNOWLEDGE_BINARY`, else the one built beside the tests.
  ///
  /// - Throws: ``TestSupportError`` where there is none.
  public static func knowledge() throws -> String {
    if let path = environment("KNOWLEDGE_BINARY") { return path }
    let path = try products() + "/knowledge"
    guard FileSystem.exists(path) else {
      throw TestSupportError("\(path) is missing: build it, or set KNOWLEDGE_BINARY")
    }
    return path
  }

  /// The shim of `Tests/Faults`: `KNOWLEDGE_FAULTS`, else compiled beside the tests.
  ///
  /// - Throws: ``TestSupportError`` where the compiler refuses.
  public static func faults() throws -> String {
    if let path = environment("KNOWLEDGE_FAULTS") { return path }
    return try compiled.get()
  }

  private static let compiled = Result {
    let source = package + "/Tests/Faults/faults.c"
    let target = try products() + "/libfaults.so"
    let outcome = try Program.run(
      "/usr/bin/cc", ["-O2", "-Wall", "-shared", "-fPIC", "-o", target, source, "-ldl"])
    guard outcome.status == 0 else { throw TestSupportError("cc: \(outcome)") }
    return target
  }

  /// The directory of the programs built beside the tests.
  public static func products() throws -> String { FileSystem.directory(of: try program()) }

  /// The program that runs the tests.
  public static func program() throws -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    guard readlink("/proc/self/exe", &buffer, Int(PATH_MAX)) > 0 else {
      throw SystemError(call: "readlink", path: "/proc/self/exe", code: errno)
    }
    return String(
      decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

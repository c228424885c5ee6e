import Foundation
import TestSupport

/// One text file of the repository.
struct SourceFile {
  /// From the package's directory, as `Sources/RPC/Server/Server.swift`.
  let path: String
  let text: String

  /// The lines, without their ends.
  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  /// The target's folder for a file under `Sources` or `Tests`.
  var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
  /// Whether a tool wrote it.
  var isGenerated: Bool { path.contains("/Generated/") }

  /// The lines with comments and the contents of string literals blanked out, so that a rule about
  /// code does not see words about it. Swift and C alike; nested block comments as in Swift.
  let codeLines: [String]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    codeLines = SourceFile.codeLines(of: Array(text.utf8))
  }

  private static func codeLines(of bytes: [UInt8]) -> [String] {
    var result: [String] = []
    var line: [UInt8] = []
    var depth = 0  // of block comments
    var string: [UInt8]?  // the delimiter that ends the literal we are in
    var index = 0
    func at(_ token: [UInt8]) -> Bool {
      index + token.count <= bytes.count
        && bytes[index..<index + token.count].elementsEqual(token)
    }
    let (open, shut, slashes) = (Array("/*".utf8), Array("*/".utf8), Array("//".utf8))
    let quote = UInt8(ascii: "\"")
    let starts = ["\"\"\"", "#\"\"\"", "#\"", "\""].map { Array($0.utf8) }
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") {
        result.append(String(decoding: line, as: UTF8.self))
        line = []
        if string == [quote] { string = nil }
        index += 1
      } else if depth > 0 {
        if at(shut) {
          depth -= 1
          index += 2
        } else if at(open) {
          depth += 1
          index += 2
        } else {
          index += 1
        }
      } else if let end = string {
        if byte == UInt8(ascii: "\\") && end.last == quote {
          index += 2
        } else if at(end) {
          index += end.count
          string = nil
        } else {
          index += 1
        }
      } else if at(slashes) {
        while index < bytes.count && bytes[index] != UInt8(ascii: "\n") { index += 1 }
      } else if at(open) {
        depth = 1
        index += 2
      } else if let start = starts.first(where: at) {
        string = start[0] == quote ? start : start.dropFirst() + start.prefix(1)
        index += start.count
      } else {
        line.append(byte)
        index += 1
      }
    }
    return result + [String(decoding: line, as: UTF8.self)]
  }

  /// The files below `folders` whose names end so, in order of path. Build products and hidden
  /// files are left out.
  static func all(in folders: [String], endings: [String]) -> [SourceFile] {
    let root = URL(fileURLWithPath: Built.package)
    var files: [SourceFile] = []
    for folder in folders {
      let start = root.appendingPathComponent(folder)
      guard
        let walk = FileManager.default.enumerator(
          at: start, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
      else { continue }
      for case let url as URL in walk where endings.contains(url.pathExtension) {
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
        files.append(
          SourceFile(path: String(url.path.dropFirst(Built.package.count + 1)), text: text))
      }
    }
    return files.sorted { $0.path < $1.path }
  }

  /// All Swift and C of the package.
  static let code = all(
    in: ["Sources", "Tests", "Benchmarks", "Examples"], endings: ["swift", "c", "h"])
  /// The Swift of the product.
  static let product = code.filter { $0.path.hasPrefix("Sources/") && $0.path.hasSuffix(".swift") }
}

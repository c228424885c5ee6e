import Foundation
import TestSupport

/// One text file of the repository.
struct SourceFile: Sendable {
  /// From the package's directory, as `Sources/RPC/Server/Server.swift`.
  let path: String
  /// All of it.
  let text: String
  /// The lines of ``text``.
  let lines: [Substring]
  /// The lines with comments and the contents of string literals blanked out, so that a rule about
  /// code does not see words about it. Swift and C alike; nested block comments as in Swift.
  let codeLines: [String]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    codeLines =
      ["swift", "c", "h"].contains { path.hasSuffix("." + $0) }
      ? CodeReader(text).lines() : []
  }

  /// The target's folder, for a file under `Sources` or `Tests`.
  var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
  /// Whether a tool wrote it.
  var isGenerated: Bool { path.contains("/Generated/") }
  /// Whether it is Swift of the product.
  var isProduct: Bool { path.hasPrefix("Sources/") && path.hasSuffix(".swift") }
  /// ``codeLines`` as one text.
  var code: String { codeLines.joined(separator: "\n") }

  /// The files below `folders` whose names end so, in order of path. Hidden files are left out.
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

  /// Every text of the package that somebody wrote.
  static let everything = all(
    in: ["Sources", "Tests", "Benchmarks", "Examples", "Migrations", "proto-lite", "docs"],
    endings: ["swift", "c", "h", "md", "sql", "proto", "py", "sh"])
  /// The Swift of the product.
  static let product = everything.filter { $0.isProduct }
}

/// Reads Swift or C and leaves the code: no comments, nothing inside literals.
private struct CodeReader {
  private let bytes: [UInt8]
  private var index = 0

  private static let open = Array("/*".utf8)
  private static let shut = Array("*/".utf8)
  private static let slashes = Array("//".utf8)
  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let literals = ["\"\"\"", "#\"\"\"", "#\"", "\""].map { Array($0.utf8) }

  init(_ text: String) { bytes = Array(text.utf8) }

  private func at(_ token: [UInt8]) -> Bool {
    index + token.count <= bytes.count && bytes[index..<index + token.count].elementsEqual(token)
  }

  func lines() -> [String] {
    var reader = self
    return reader.read()
  }

  private mutating func read() -> [String] {
    var result: [String] = []
    var line: [UInt8] = []
    var depth = 0  // of block comments
    var literal: [UInt8]?  // what ends the literal we are in
    while index < bytes.count {
      let byte = bytes[index]
      if byte == Self.newline {
        result.append(String(decoding: line, as: UTF8.self))
        line = []
        if literal == [Self.quote] { literal = nil }
        index += 1
      } else if depth > 0 {
        depth += at(Self.shut) ? -1 : at(Self.open) ? 1 : 0
        index += at(Self.shut) || at(Self.open) ? 2 : 1
      } else if let end = literal {
        if byte == UInt8(ascii: "\\") && end.last == Self.quote {
          index += 2
        } else if at(end) {
          index += end.count
          literal = nil
        } else {
          index += 1
        }
      } else if at(Self.slashes) {
        while index < bytes.count && bytes[index] != Self.newline { index += 1 }
      } else if at(Self.open) {
        depth = 1
        index += 2
      } else if let start = Self.literals.first(where: at) {
        // What ends it is its beginning from behind.
        literal = start.reversed()
        index += start.count
      } else {
        line.append(byte)
        index += 1
      }
    }
    return result + [String(decoding: line, as: UTF8.self)]
  }
}

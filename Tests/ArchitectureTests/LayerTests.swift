import Foundation
import TestSupport
import Testing

/// The import lines against the table "target | may import" in ARCHITECTURE.md.
@Suite struct LayerTests {
  /// Modules of the toolchain that any target may use.
  static let anywhere: Set<String> = ["Swift", "Glibc", "Synchronization"]

  @Test func `every target has its row, and every row its target`() throws {
    let table = try Self.table()
    let targets = Set(SourceFile.product.map(\.target))
    #expect(targets.subtracting(table.keys).sorted() == [], "targets without a row")
    #expect(Set(table.keys).subtracting(targets).sorted() == [], "rows without a target")
  }

  @Test func `a target imports only what its row allows`() throws {
    let table = try Self.table()
    for file in SourceFile.product {
      let allowed = (table[file.target] ?? []).union(Self.anywhere)
      for module in Self.imports(of: file) where !allowed.contains(module) {
        Issue.record("\(file.path) imports \(module), which its row does not allow")
      }
    }
  }

  @Test func `the table allows nothing that is not used`() throws {
    for (target, allowed) in try Self.table() {
      let files = SourceFile.product.filter { $0.target == target }
      let used = Set(files.flatMap(Self.imports))
      #expect(allowed.subtracting(used).subtracting(Self.anywhere).sorted() == [], "\(target)")
    }
  }

  @Test func `no target of the product imports Foundation or Dispatch`() {
    for file in SourceFile.product {
      let modules = Self.imports(of: file)
      #expect(!modules.contains { $0.hasPrefix("Foundation") || $0 == "Dispatch" }, "\(file.path)")
    }
  }

  @Test func `every C library has one Swift owner`() throws {
    let sources = Built.package + "/Sources"
    let libraries = try FileManager.default.contentsOfDirectory(atPath: sources).filter {
      FileManager.default.fileExists(atPath: "\(sources)/\($0)/module.modulemap")
    }
    #expect(!libraries.isEmpty)
    for library in libraries.sorted() {
      let owners = Set(
        SourceFile.product.filter { Self.imports(of: $0).contains(library) }.map(\.target))
      #expect(owners.count == 1, "\(library) is imported by \(owners.sorted())")
    }
  }

  @Test func `arrows point down: no target reaches itself`() throws {
    let table = try Self.table()
    for target in table.keys {
      var seen: Set<String> = []
      var open = Array(table[target] ?? [])
      while let next = open.popLast() {
        if seen.insert(next).inserted { open += table[next] ?? [] }
      }
      #expect(!seen.contains(target), "\(target) imports itself through others")
    }
  }

  @Test func `import lines are read in all their forms`() {
    let file = SourceFile(
      path: "Sources/X/X.swift",
      text: """
        import Platform
        @testable import RPC
        public import struct Truth.Change
        internal import CLZ4
        // import Foundation
        let text = "import Foundation"
        """)
    #expect(Self.imports(of: file) == ["Platform", "RPC", "Truth", "CLZ4"])
  }

  // ---------------------------------------------------------------- reading

  static func imports(of file: SourceFile) -> Set<String> {
    let line = Regex(#/^\s*(@\w+(\(\w+\))?\s+)*(public |internal |private |package )?import\s+/#)
    var modules: Set<String> = []
    for code in file.codeLines {
      guard let match = code.prefixMatch(of: line) else { continue }
      var words = code[match.range.upperBound...].split(separator: " ")
      if let first = words.first,
        ["struct", "class", "enum", "protocol", "func", "typealias", "let", "var"].contains(first)
      {
        words.removeFirst()
      }
      if let module = words.first?.prefix(while: { $0 != "." }) { modules.insert(String(module)) }
    }
    return modules
  }

  /// Target → what it may import.
  static func table() throws -> [String: Set<String>] {
    let text = try String(contentsOfFile: Built.package + "/ARCHITECTURE.md", encoding: .utf8)
    let rows = text.split(separator: "\n").map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let header = try #require(
      rows.firstIndex { $0.contains("target") && $0.contains("may import") },
      "ARCHITECTURE.md has no table with the columns target and may import")
    let target = try #require(rows[header].firstIndex(of: "target"))
    let imports = try #require(rows[header].firstIndex(of: "may import"))
    var table: [String: Set<String>] = [:]
    for row in rows[(header + 1)...].prefix(while: { !$0.isEmpty }) {
      guard row.count > max(target, imports), !row[target].allSatisfy({ "-: ".contains($0) })
      else { continue }
      // The name stands in backticks; what it is for follows in words.
      let name = try #require(row[target].split(separator: "`").first.map(String.init))
      table[name] = Set(row[imports].matches(of: /\w+/).map { String($0.output) })
    }
    return table
  }
}

import Platform
import TestSupport
import Testing

@testable import KnowledgeStore

/// The benchmark at a size that takes no time: it runs, and what it times is the right answer.
@Suite struct ExactSearchBenchmarkTests {
  @Test func `the search benchmark reports every batch size and finds what brute force finds`()
    throws
  {
    let dimension = 24
    let vectors = ExactSearchData.clustered.vectors(300, dimension: dimension, seed: 71)
    let queries = ExactSearchData.clustered.vectors(20, dimension: dimension, seed: 72)
    let folder = "/tmp/knowledge-search-benchmark.\(UUID.random())"
    try FileSystem.createDirectories(folder)
    defer { try? FileSystem.removeTree(folder) }
    try write(vectors, to: folder + "/vectors")
    try write(queries, to: folder + "/queries")
    let outcome = try Program.run(
      Built.products() + "/SearchBenchmark",
      [
        "--vectors", folder + "/vectors", "--queries", folder + "/queries",
        "--dimension", "\(dimension)", "--count", "5", "--batches", "1,16",
        "--milliseconds", "1", "--answers", folder + "/answers", "--directory", folder,
      ])
    #expect(outcome.status == 0, "\(outcome)")
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.contains(#""rows":300,"dimension":24,"count":5,"batch":1,"#) == true)
    #expect(lines.last?.contains(#""batch":16,"#) == true)
    let ids = (0..<300).map { row in UUID(high: 0, low: UInt64(row)).bytes }
    let rows = ExactSearchRows(vectors, dimension: dimension, ids: ids)
    let expected = queries.map { query in
      BruteForce.search(query, [rows], count: 5).map { "\($0.row)" }.joined(separator: " ")
    }
    let answers = String(
      decoding: try FileSystem.readAll(folder + "/answers", limit: 1 << 20), as: UTF8.self)
    #expect(answers.split(separator: "\n").map(String.init) == expected + expected)
  }

  @Test func `a wrong argument is exit 2 with the usage`() throws {
    let outcome = try Program.run(Built.products() + "/SearchBenchmark", ["--vectors"])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("--vectors needs a value"))
    #expect(outcome.errorText.contains("usage: SearchBenchmark"))
  }

  private func write(_ rows: [[Float]], to path: String) throws {
    let bytes = rows.flatMap { $0 }.withUnsafeBytes { Array($0) }
    try FileSystem.replace(path, with: bytes)
  }
}

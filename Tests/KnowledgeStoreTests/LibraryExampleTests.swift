import KnowledgeStore
import Platform
import TestSupport
import Testing

/// The README's example of the library, as it stands there.
@Suite struct LibraryExampleTests {
  @Test func `the README's example runs and is the one below`() throws {
    let scratch = try ScratchDirectory()
    // From here to the end of the example, the lines are the README's, but for the directory.
    let store = try Store.open(directory: scratch.path)
    let shoes = try store.collection(
      CollectionKey(owner: .random(), name: "shoes"),
      configuration: CollectionConfiguration(dimension: 3, model: "mine", modelFingerprint: 1))
    try shoes.apply([.upsert(Entry(id: .random(), version: 1, stamp: 0, vector: [0.6, 0.8, 0]))])
    try store.commit(position: [])  // acknowledged means that this returned
    let hits = try shoes.search(SearchRequest(vector: [1, 0, 0], count: 10)).hits
    let ids = try shoes.searchIDs(SearchRequest(vector: [1, 0, 0], count: 1)).hits  // no texts

    #expect(hits.count == 1 && abs(hits[0].score - 0.6) < 1e-7)
    #expect(ids.map(\.id) == hits.map(\.id))
    store.close()
    let readme = String(
      decoding: try FileSystem.readAll(Built.package + "/README.md", limit: 1 << 20), as: UTF8.self)
    let example = readme.split(separator: "```swift\n")[1].split(separator: "```")[0]
    let source = String(decoding: try FileSystem.readAll(#filePath, limit: 1 << 20), as: UTF8.self)
      .split(separator: "\n").map { Self.bare($0) }
    for line in example.split(separator: "\n") where !line.contains("Store.open(directory:") {
      #expect(source.contains(Self.bare(line)), "\(line)")
    }
  }

  private static func bare(_ line: Substring) -> String { line.filter { $0 != " " } }
}

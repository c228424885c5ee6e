import Embedding
import KnowledgeStore
import Platform

/// Searches texts by words and meaning, and writes what speaks for each hit.
///
///     HybridBenchmark --texts FILE --queries FILE [--model DIRECTORY] [--vectors PREFIX]
///       --hits FILE
///
/// FILE of texts and of queries holds one JSON object a line, with the key text, or with title,
/// keywords and content. Without a model the built-in one embeds.
/// `--vectors` keeps the embeddings for the next run. `--hits` gets a record
/// of little-endian Float64 for each of the first 100 hits by rank: query, text, rank by words and
/// by meaning (0 where there is none), shares of words and meaning, relevance, and the numbers that
/// relevance is made of.
@main struct HybridBenchmark {
  private static let hitCount = 100
  private static let batchCount = 1000
  private static let embeddingCount = 256

  private var files: [String: String] = [:]

  static func main() {
    var benchmark = HybridBenchmark()
    guard benchmark.parse() else {
      print(
        "usage: HybridBenchmark --texts FILE --queries FILE [--model DIRECTORY]"
          + " [--vectors PREFIX] --hits FILE")
      return
    }
    do { try benchmark.run() } catch {
      print("failed: \(error)")
      Environment.exit(1)
    }
  }

  private mutating func parse() -> Bool {
    var arguments = CommandLine.arguments.dropFirst()
    while let name = arguments.popFirst() {
      guard ["--texts", "--queries", "--model", "--vectors", "--hits"].contains(name),
        let value = arguments.popFirst()
      else { return false }
      files[name] = value
    }
    return ["--texts", "--queries", "--hits"].allSatisfy { files[$0] != nil }
  }

  /// One text, and what stands above it.
  private struct Text {
    let title: String
    let keywords: [String]
    let content: String

    init(_ line: ArraySlice<UInt8>) throws(JSONError) {
      let row = try JSON.parse(Array(line))
      title = row["title"]?.string ?? ""
      keywords = row["keywords"]?.array?.compactMap(\.string) ?? []
      content = row["content"]?.string ?? row["text"]?.string ?? ""
    }
  }

  private func texts(_ path: String) throws -> [Text] {
    try FileSystem.readAll(path, limit: 1 << 30).split(separator: 0x0A).map { try Text($0) }
  }

  /// The vectors of texts, from the file that an earlier run left, or from the model.
  private func vectors(
    _ texts: [String], _ role: EmbeddingRole, _ model: any Embedder
  ) throws -> [Float] {
    let path = files["--vectors"].map { "\($0).\(role == .query ? "queries" : "texts")" }
    let count = texts.count * model.model.dimension
    if let path, let bytes = try? FileSystem.readAll(path, limit: 1 << 32), bytes.count == 4 * count
    {
      return unsafe bytes.withUnsafeBytes { unsafe Array($0.bindMemory(to: Float.self)) }
    }
    var vectors: [Float] = []
    vectors.reserveCapacity(count)
    for start in stride(from: 0, to: texts.count, by: Self.embeddingCount) {
      let end = min(texts.count, start + Self.embeddingCount)
      vectors += try model.embed(Array(texts[start..<end]), as: role)
    }
    if let path {
      try FileSystem.replace(path, with: unsafe vectors.withUnsafeBytes { unsafe Array($0) })
    }
    return vectors
  }

  private func run() throws {
    let model: any Embedder =
      if let directory = files["--model"] { try LocalModel(directory: directory) } else {
        HashedEmbedder()
      }
    let dimension = model.model.dimension
    let texts = try texts(files["--texts"]!)
    let queries = try self.texts(files["--queries"]!).map(\.content)
    let passages = texts.map {
      PassageText.make(title: $0.title, keywords: $0.keywords, content: $0.content)
    }
    let rows = try vectors(passages, .passage, model)
    let asked = try vectors(queries, .query, model)
    let directory = "/tmp/knowledge-hybrid-benchmark-\(UUID.random())"
    defer { try? FileSystem.removeTree(directory) }
    let store = try Store.open(directory: directory)
    defer { store.close() }
    let collection = try store.collection(
      CollectionKey(owner: .random(), name: "texts"),
      configuration: CollectionConfiguration(
        dimension: dimension, model: model.model.name, modelFingerprint: model.model.fingerprint))
    for start in stride(from: 0, to: texts.count, by: Self.batchCount) {
      try collection.apply(
        (start..<min(texts.count, start + Self.batchCount)).map { number in
          Change.upsert(
            Entry(
              id: UUID(high: 0, low: UInt64(number)), version: 1, stamp: 0,
              vector: Array(rows[number * dimension..<(number + 1) * dimension]),
              keywords: texts[number].keywords, title: texts[number].title,
              content: texts[number].content))
        })
    }
    try store.commit(position: [])
    try search(collection, queries, asked)
  }

  private func search(
    _ collection: KnowledgeStore.Collection, _ queries: [String], _ vectors: [Float]
  ) throws {
    let dimension = collection.configuration.dimension
    var records: [Double] = []
    var times: [UInt64] = []
    var threshold = 0.0
    for (number, query) in queries.enumerated() {
      let vector = Array(vectors[number * dimension..<(number + 1) * dimension])
      let begin = Clock.threadNanoseconds
      let result = try collection.searchHybrid(
        HybridRequest(
          text: TextRequest(query, count: Self.hitCount), vector: vector, fusion: .ranks))
      times.append(Clock.threadNanoseconds - begin)
      threshold = result.relevanceThreshold
      for hit in result.hits {
        records += [
          Double(number), Double(hit.hit.id.low), Double(hit.textRank ?? 0),
          Double(hit.vectorRank ?? 0), hit.textShare, hit.vectorShare, hit.relevance,
        ]
        records += hit.features
      }
    }
    times.sort()
    let median = times[times.count / 2] / 1000
    print("\(queries.count) queries, \(median) µs of processor time, threshold \(threshold)")
    try FileSystem.replace(
      files["--hits"]!, with: unsafe records.withUnsafeBytes { unsafe Array($0) },
      syncingDirectory: false)
  }
}

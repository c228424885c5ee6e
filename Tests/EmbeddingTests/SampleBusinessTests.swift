import Embedding
import Ingest
import Platform
import TestSupport
import Testing

/// The sample business of `Examples/demo`.
enum SampleBusiness {
  private static let directory = "\(FileSystem.directory(of: #filePath))/../../Examples/demo"

  struct Query {
    let text: String
    let expected: String
    let collection: String
    let kind: String
  }

  static func entries(_ file: String) throws -> [MappedEntry] {
    let reader = try RowReader(FileSource(path: "\(directory)/\(file)"))
    var mapper = EntryMapper(map: ColumnMap())
    var entries: [MappedEntry] = []
    while let outcome = try reader.next() {
      switch outcome {
      case .row(let row): entries.append(try mapper.entry(from: row))
      case .bad(let row): throw row
      }
    }
    return entries
  }

  static func queries() throws -> [Query] {
    let reader = try RowReader(FileSource(path: "\(directory)/queries.jsonl"))
    var queries: [Query] = []
    while case .row(let row)? = try reader.next() {
      queries.append(
        Query(
          text: row["query"]?.string ?? "", expected: row["expected"]?.string ?? "",
          collection: row["collection"]?.string ?? "", kind: row["kind"]?.string ?? ""))
    }
    return queries
  }
}

@Suite struct SampleBusinessTests {
  @Test func `the sample is whole, and no text is there twice`() throws {
    let knowledge = try SampleBusiness.entries("knowledge.csv")
    let products = try SampleBusiness.entries("products.json")
    let queries = try SampleBusiness.queries()
    #expect(knowledge.count >= 250 && products.count >= 100 && queries.count >= 60)
    for entries in [knowledge, products] {
      #expect(Set(entries.compactMap(\.externalID)).count == entries.count)
      #expect(Set(entries.map(\.title)).count == entries.count)
      #expect(Set(entries.map(\.content)).count == entries.count)
      #expect(entries.allSatisfy { !$0.keywords.isEmpty && !$0.category.isEmpty })
    }
    #expect(products.allSatisfy { $0.entryType == "product" })
    let identifiers = [
      "knowledge": Set(knowledge.compactMap(\.externalID)),
      "products": Set(products.compactMap(\.externalID)),
    ]
    for query in queries {
      #expect(identifiers[query.collection]?.contains(query.expected) == true, "\(query.expected)")
    }
  }

  /// Thresholds lie a few questions below what was measured, so that a change of the weights may
  /// move single questions but not the whole.
  @Test func `paraphrased questions find their entries`() throws {
    let ranks = try SampleRanks(HashedEmbedder())
    #expect(ranks.recall("paraphrase", at: 1) > 0.5)
    #expect(ranks.recall("paraphrase", at: 5) > 0.72)
    #expect(ranks.recall("typo", at: 5) > 0.6)
    #expect(ranks.recall("language", at: 5) == 1)
    #expect(ranks.recall("product", at: 1) > 0.75)
    #expect(ranks.recall("product", at: 5) > 0.9)
  }

  @Test(.enabled(if: Built.model != nil, "no embedding model: run .ci/model"))
  func `the local model finds what shares no word`() throws {
    let ranks = try SampleRanks(LocalModel(directory: try #require(Built.model)))
    #expect(ranks.recall("paraphrase", at: 1) > 0.64)
    #expect(ranks.recall("paraphrase", at: 5) > 0.84)
    #expect(ranks.recall("language", at: 5) == 1)
    #expect(ranks.recall("product", at: 1) > 0.85)
  }
}

/// At which place each question's entry stands when all are ranked by a model.
private struct SampleRanks {
  private var ranks: [String: [Int]] = [:]

  /// Ranks, and prints the recall of each kind of question.
  init(_ embedder: some Embedder) throws {
    let dimension = embedder.model.dimension
    var collections: [String: (names: [String], rows: [Float])] = [:]
    for (name, file) in [("knowledge", "knowledge.csv"), ("products", "products.json")] {
      let entries = try SampleBusiness.entries(file)
      let texts = entries.map {
        PassageText.make(title: $0.title, keywords: $0.keywords, content: $0.content)
      }
      collections[name] = (
        entries.map { $0.externalID ?? "" }, try embedder.embed(texts, as: .passage)
      )
    }
    let queries = try SampleBusiness.queries()
    let vectors = try embedder.embed(queries.map(\.text), as: .query)
    for (number, query) in queries.enumerated() {
      let (names, rows) = try #require(collections[query.collection])
      let vector = vectors[number * dimension..<(number + 1) * dimension]
      let scores = names.indices.map { row in
        zip(rows[row * dimension..<(row + 1) * dimension], vector).reduce(Float(0)) {
          $0 + $1.0 * $1.1
        }
      }
      let place = try #require(names.firstIndex(of: query.expected))
      ranks[query.kind, default: []].append(scores.count { $0 > scores[place] } + 1)
    }
    for kind in ranks.keys.sorted() {
      print(
        "sample recall, \(embedder.model.name), \(kind) (\(ranks[kind]!.count)):",
        "@1 \(Int(recall(kind, at: 1) * 100)) %, @5 \(Int(recall(kind, at: 5) * 100)) %")
    }
  }

  func recall(_ kind: String, at count: Int) -> Double {
    let all = ranks[kind] ?? []
    return Double(all.count { $0 <= count }) / Double(max(1, all.count))
  }
}

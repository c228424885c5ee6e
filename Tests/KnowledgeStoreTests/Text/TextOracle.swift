import Foundation
import Platform
import TextAnalysis

@testable import KnowledgeStore

/// What a text search must be equal to: BM25F over every entry, one after the other.
struct TextOracle {
  /// The terms of an entry with their counts by field, and the field's words.
  struct Document {
    var id: Platform.UUID
    var isLive = true
    var counts: [[UInt8]: [Int]] = [:]
    var lengths = [0, 0, 0, 0]
  }

  /// All that stand in files and memory, dead ones included.
  private(set) var documents: [Document] = []

  init(_ collection: KnowledgeStore.Collection) throws {
    for (source, rowCount, live, _) in try collection.snapshot().sources() {
      for row in 0..<rowCount where source.columns.isFirst(row) {
        documents.append(Self.document(source.columns.id(row), try source.entry(at: row)))
        documents[documents.count - 1].isLive = live.map { $0[row] } ?? true
      }
    }
  }

  private static func document(_ id: Platform.UUID, _ entry: Entry) -> Document {
    var document = Document(id: id)
    var words = WordTokens()
    let code = (entry.externalID ?? "").utf8
    let isCode = code.count <= 32 && (code.count > 4 || code.contains { !(48...57 ~= $0) })
    let texts = [
      [entry.title], entry.keywords + entry.tags, [entry.content],
      isCode ? [entry.externalID ?? ""] : [],
    ]
    for (field, texts) in texts.enumerated() {
      for text in texts {
        words.find(in: text)
        document.lengths[field] += words.tokens.count
        for (index, token) in words.tokens.enumerated() {
          var term = Array(words.folded[token.foldedRange])
          let lowered = Array(words.lowered[token.loweredRange])
          if !lowered.isEmpty { term += [0] + lowered }
          document.counts[term, default: [0, 0, 0, 0]][field] += 1
          if token.isJoined {
            let before = words.folded[words.tokens[index - 1].foldedRange]
            let pair = Array(before) + Array(words.folded[token.foldedRange])
            document.counts[pair, default: [0, 0, 0, 0]][field] += 1
          }
        }
      }
    }
    return document
  }

  private static func matches(_ term: [UInt8], _ word: TextQuery.Word, _ stemmer: borrowing Stemmer)
    -> Bool
  {
    let parts = term.split(separator: 0).map { Array($0) }
    if word.isPrefix ? parts[0].starts(with: word.folded) : parts[0] == word.folded { return true }
    guard let stem = word.stem, parts.last!.count > 2,
      !parts.last!.contains(where: { (0x30...0x39).contains($0) })
    else { return false }
    var found: [UInt8] = []
    let lowered = parts.last!
    stemmer.append(lowered.span, to: &found)
    return Array(TextFolding.fold(String(decoding: found, as: UTF8.self)).utf8) == stem
  }

  /// Scores of all entries that have a word of the query and are among `admitted`, best first.
  func search(
    _ query: TextQuery, weights: TextWeights = .standard, admitted: Set<Platform.UUID>
  ) -> [(id: Platform.UUID, score: Double)] {
    let stemmer = Stemmer(query.language)
    let count = Double(documents.count)
    let means = (0..<4).map { field in
      max(1, Double(documents.reduce(0) { $0 + $1.lengths[field] }) / max(1, count))
    }
    var scores = [Double](repeating: 0, count: documents.count)
    let terms = Set(documents.flatMap(\.counts.keys))
    for clause in query.clauses {
      let same = terms.filter { Self.matches($0, clause.word, stemmer) }
        .sorted { $0.lexicographicallyPrecedes($1) }
      var matching = 0
      for document in documents {
        matching += same.count { document.counts[$0] != nil }
      }
      let found = min(Double(matching), count)
      let idf = log(1 + (count - found + 0.5) / (found + 0.5))
      for (number, document) in documents.enumerated() {
        var sum = 0.0
        for term in same {
          guard let counts = document.counts[term] else { continue }
          // In the order of the fields' numbers in an index, so that sums agree to the last bit.
          var ofTerm = 0.0
          for (field, limit) in [(2, 511), (0, 7), (1, 7), (3, 1)] where counts[field] > 0 {
            let effect = [0.5, 0.3, 0.75, 0][field]
            let divisor = 1 - effect + effect / means[field] * Double(document.lengths[field])
            let count = Double(min(limit, counts[field]))
            let weight = weights.all[field]
            ofTerm += field == 2 ? count * (weight / divisor) : weight * count / divisor
          }
          sum += ofTerm
        }
        scores[number] += Double(clause.count) * idf * (sum / (sum + 1.2))
      }
    }
    return documents.indices
      .filter { documents[$0].isLive && scores[$0] > 0 && admitted.contains(documents[$0].id) }
      .map { (documents[$0].id, scores[$0]) }
      .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }
  }
}

extension KnowledgeStore.Collection {
  /// Compares a text search with the oracle.
  ///
  /// - Parameter admitted: Live entries that pass the filter.
  func check(
    text: String, language: String? = nil, count: Int, filter: Filter? = nil,
    weights: TextWeights = .standard, admitted: Set<Platform.UUID>
  ) throws {
    let request = TextRequest(
      text, language: language, count: count, filter: filter, weights: weights)
    let found = try searchText(request)
    let expected = try TextOracle(self).search(
      request.query, weights: weights, admitted: admitted)
    guard found.matchCount == admitted.count else {
      throw Difference("\(found.matchCount) entries pass, not \(admitted.count)")
    }
    guard found.hits.count == min(count, expected.count) else {
      throw Difference("\(found.hits.count) hits for \(text), not \(expected.count)")
    }
    for (place, text) in found.hits.enumerated() {
      let right = expected[place]
      guard text.hit.score == right.score, text.hit.id == right.id else {
        throw Difference(
          "hit \(place) is \(text.hit.id) with \(text.hit.score), not \(right.id) with"
            + " \(right.score)")
      }
    }
    guard Set(found.hits.map(\.hit.id)).count == found.hits.count else {
      throw Difference("an entry is there twice")
    }
  }
}

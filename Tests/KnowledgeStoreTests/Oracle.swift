import Foundation
import Platform

@testable import KnowledgeStore

/// What a store must be equal to: a dictionary, searched by float64 brute force.
struct Oracle {
  var entries: [Platform.UUID: Entry] = [:]

  mutating func apply(_ changes: [Change]) {
    for change in changes {
      switch change {
      case .upsert(let entry):
        if let stored = entries[entry.id], stored.version > entry.version { continue }
        entries[entry.id] = entry
      case .delete(let id): entries[id] = nil
      }
    }
  }

  var checksum: UInt64 {
    entries.values.reduce(0) {
      $0 &+ EntryState(id: $1.id, version: $1.version, stamp: $1.stamp).hash64
    }
  }

  func matching(_ filter: Filter?) -> [Entry] {
    entries.values.filter { entry in filter.map { Self.matches($0, entry) } ?? true }
  }

  static func matches(_ filter: Filter, _ entry: Entry) -> Bool {
    switch filter {
    case .category(let texts): texts.contains { Array($0.utf8) == Array(entry.category.utf8) }
    case .entryType(let texts): texts.contains { Array($0.utf8) == Array(entry.entryType.utf8) }
    case .language(let texts): texts.contains { Array($0.utf8) == Array(entry.language.utf8) }
    case .keyword(let texts):
      texts.contains { text in
        (entry.keywords + entry.tags).contains {
          Array($0.lowercased().utf8) == Array(text.lowercased().utf8)
        }
      }
    case .active(let wanted): entry.isActive == wanted
    case .priority(let range): range.contains(entry.priority)
    case .createdAt(let range): range.contains(entry.createdAt)
    case .updatedAt(let range): range.contains(entry.updatedAt)
    case .metadata(let key, let test): MetadataOracle.matches(key, test, entry.metadata)
    case .and(let parts): parts.allSatisfy { matches($0, entry) }
    case .or(let parts): parts.contains { matches($0, entry) }
    case .not(let part): !matches(part, entry)
    }
  }

  /// A random filter over the values that ``EntryMaker`` gives.
  static func filter(_ generator: inout SeededGenerator, depth: Int = 0) -> Filter {
    switch Int.random(in: 0..<(depth < 2 ? 14 : 11), using: &generator) {
    case 0:
      return .category(
        anyOf: (0..<Int.random(in: 0...3, using: &generator)).map { _ in
          "cat-\(Int.random(in: 0..<9, using: &generator))"
        })
    case 1: return .entryType(anyOf: ["faq", "nothing"])
    case 2:
      return .keyword(
        anyOf: [
          ["key3", "KEY10", "common", "RARE", "ärger1", "absent"].randomElement(
            using: &generator)!
        ])
    case 3: return .language(anyOf: [Bool.random(using: &generator) ? "en" : "xx"])
    case 4: return .active(Bool.random(using: &generator))
    case 5: return .priority(Int32.random(in: 0...5, using: &generator)...7)
    case 6: return .createdAt(100_000...Int64.random(in: 100_000...1_000_000, using: &generator))
    case 7: return .updatedAt(0...Int64.random(in: 0...2_000_000, using: &generator))
    case 8, 9, 10: return MetadataOracle.filter(&generator)
    case 11: return .not(filter(&generator, depth: depth + 1))
    case 12:
      return .and(
        (0..<Int.random(in: 0...3, using: &generator)).map { _ in
          filter(&generator, depth: depth + 1)
        })
    default:
      return .or(
        (0..<Int.random(in: 0...3, using: &generator)).map { _ in
          filter(&generator, depth: depth + 1)
        })
    }
  }
}

/// A difference between a collection and its oracle.
struct Difference: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

extension KnowledgeStore.Collection {
  /// Compares everything that can be read with the oracle.
  func check(against oracle: Oracle, query: [Float], filter: Filter?) throws {
    guard entryCount == oracle.entries.count else {
      throw Difference("\(entryCount) entries, not \(oracle.entries.count)")
    }
    guard checksum == oracle.checksum else { throw Difference("the checksum differs") }
    var stored: [Entry] = []
    try forEachEntry { entry in
      stored.append(entry)
      return true
    }
    guard stored.map(\.id) == oracle.entries.keys.sorted() else {
      throw Difference("entries are missing, doubled or out of order")
    }
    for entry in stored {
      var expected = oracle.entries[entry.id]!
      expected.vector = entry.vector
      guard entry == expected else { throw Difference("entry \(entry.id) differs") }
      let given = oracle.entries[entry.id]!.vector
      guard given.count == entry.vector.count else {
        throw Difference("vectors of \(entry.id) are missing")
      }
      let dimension = query.count
      for chunk in 0..<entry.chunkCount {
        let range = chunk * dimension..<(chunk + 1) * dimension
        guard cosine(entry.vector[range], given[range]) > 1 - 1e-6 else {
          throw Difference("a vector of \(entry.id) differs")
        }
      }
    }
    // The oracle's scores are made from the stored vectors, which are what the store promises.
    let matching = Set(oracle.matching(filter).map(\.id))
    let length = query.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let unit = query.map { $0 * Float(1 / length) }
    var expected: [(id: Platform.UUID, chunk: UInt32, score: Double)] = []
    for entry in stored where matching.contains(entry.id) {
      let scores = (0..<entry.chunkCount).map { chunk in
        zip(entry.vector[(chunk * unit.count)...], unit).reduce(0.0) {
          $0 + Double($1.0) * Double($1.1)
        }
      }
      let best = scores.max()!
      expected.append((entry.id, UInt32(scores.firstIndex(of: best)!), best))
    }
    guard vectorCount == stored.reduce(0, { $0 + $1.chunkCount }) else {
      throw Difference("\(vectorCount) vectors are counted")
    }
    expected.sort { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
    for count in [1, 10, 1000] {
      let result = try search(SearchRequest(vector: query, count: count, filter: filter))
      guard result.matchCount == matching.count else {
        throw Difference(
          "\(result.matchCount) match, not \(matching.count): \(String(describing: filter))")
      }
      let wanted = expected.prefix(count)
      guard result.hits.map(\.id) == wanted.map(\.id) else {
        throw Difference("hits differ for \(String(describing: filter))")
      }
      for (hit, right) in zip(result.hits, wanted) {
        guard abs(Double(hit.score) - right.score) < 1e-5,
          hit.title == oracle.entries[hit.id]!.title,
          hit.content.utf8.elementsEqual(oracle.entries[hit.id]!.content.utf8),
          hit.chunk == right.chunk,
          hit.span == oracle.entries[hit.id]!.spans.dropFirst(Int(hit.chunk)).first,
          hit.externalID == oracle.entries[hit.id]!.externalID
        else { throw Difference("a hit's score or contents differ") }
      }
    }
  }

  private func cosine(_ left: ArraySlice<Float>, _ right: ArraySlice<Float>) -> Double {
    var (dot, a, b) = (0.0, 0.0, 0.0)
    for (x, y) in zip(left, right) {
      dot += Double(x) * Double(y)
      a += Double(x) * Double(x)
      b += Double(y) * Double(y)
    }
    return dot / (a * b).squareRoot()
  }
}

/// Whether the long sizes were asked for.
let isLongRun = ProcessInfo.processInfo.environment["KNOWLEDGE_LONG"] == "1"

import Platform
import Synchronization
import TestSupport
import Testing

@testable import Embedding

/// Bulk work gives way to queries between its batches. All by counts and order, none by time.
@Suite struct QueryPriorityTests {
  /// Notes what is encoded, and holds it back as a test says.
  final class HeldEncoder: Encoder {
    struct State {
      /// Batches that are in the encoder now, and those that were, queries and passages.
      var passagesInside = 0
      var passagesDone = 0
      var queriesInside = 0
      /// Passages that may go on to the encoder.
      var allowedPassages = Int.max
      var mayQueriesEnd = true
    }

    let base: any Encoder
    let state = Condition(State())
    /// A text of so many tokens is a query.
    static let queryTokens = 3

    init(_ base: any Encoder) { self.base = base }

    var kernels: String { base.kernels }

    func encode(_ batch: TokenBatch) -> [Float] {
      let isQuery = batch.count == 1 && batch.ids.count == Self.queryTokens
      state.withLock { state in
        if isQuery { state.queriesInside += 1 } else { state.passagesInside += 1 }
      }
      _ = state.wait { state -> Bool? in
        if isQuery { return state.mayQueriesEnd ? true : nil }
        guard state.passagesDone < state.allowedPassages else { return nil }
        return true
      }
      let vectors = base.encode(batch)
      state.withLock { state in
        if isQuery {
          state.queriesInside -= 1
        } else {
          state.passagesInside -= 1
          state.passagesDone += 1
        }
      }
      return vectors
    }
  }

  private func model(
    threadCount: Int, gate: QueryGate = QueryGate()
  ) throws -> (LocalModel, HeldEncoder) {
    let folder = try Scratch.directory()
    try TinyModel().write(to: folder)
    var held: HeldEncoder?
    let model = try LocalModel(
      directory: folder, name: nil, precision: .bf16, threadCount: threadCount, kernels: Kernels(),
      wrapping: { base in
        held = HeldEncoder(base)
        return held!
      }, gate: gate)
    return (model, held!)
  }

  /// Long enough for many batches: each text has 20 tokens.
  private static let passages = (0..<400).map { _ in
    "shoes shoes shoes shoes shoes shoes shoes shoes shoes shoes shoes shoes shoes shoes shoes"
  }

  @Test(arguments: [1, 2]) func `no batch of a bulk begins while a query is computed`(
    threads: Int
  ) throws {
    let (model, encoder) = try model(threadCount: threads, gate: QueryGate(waitMilliseconds: nil))
    try #require(model.tokens(of: "the").count == HeldEncoder.queryTokens)
    encoder.state.withLock {
      $0.allowedPassages = 0
      $0.mayQueriesEnd = false
    }
    let bulk = Thread.spawn(name: "bulk") { _ = try? model.embed(Self.passages, as: .passage) }
    _ = encoder.state.wait { $0.passagesInside == threads ? true : nil }
    let queryCount = Atomic<Int>(0)
    let query = Thread.spawn(name: "query") {
      queryCount.add((try? model.embed(["the"], as: .query))?.count ?? 0, ordering: .relaxed)
    }
    // The query is in the encoder although the bulk holds all its threads.
    _ = encoder.state.wait { $0.queriesInside == 1 ? true : nil }
    let begun = encoder.state.withLock { state in
      state.allowedPassages = .max
      return state.passagesDone + state.passagesInside
    }
    // The batches at hand end; no other begins before the query has ended.
    _ = encoder.state.wait { $0.passagesDone == begun ? true : nil }
    let inside = encoder.state.withLock { state in
      defer { state.mayQueriesEnd = true }
      return state.passagesInside
    }
    #expect(begun == threads && inside == 0)
    query.join()
    bulk.join()
    #expect(queryCount.load(ordering: .relaxed) == model.model.dimension)
    #expect(encoder.state.withLock { $0.passagesDone } > 10 * threads)
    let usage = model.usage
    #expect(usage.texts == 401 && usage.tokens == UInt64(400 * 20 + 3) && usage.requests == 0)
  }

  @Test func `queries without end slow a bulk down and do not stop it`() throws {
    let (model, encoder) = try model(threadCount: 1)
    encoder.state.withLock { $0.mayQueriesEnd = false }
    let query = Thread.spawn(name: "query") { _ = try? model.embed(["the"], as: .query) }
    _ = encoder.state.wait { $0.queriesInside == 1 ? true : nil }
    let texts = Array(Self.passages.prefix(40))
    #expect(try model.embed(texts, as: .passage).count == 40 * model.model.dimension)
    #expect(encoder.state.withLock { $0.queriesInside } == 1)
    encoder.state.withLock { $0.mayQueriesEnd = true }
    query.join()
  }
}

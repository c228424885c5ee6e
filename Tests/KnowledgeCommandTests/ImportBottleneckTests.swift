import CommandInterface
import Platform
import RPC
import Synchronization
import TestSupport
import Testing

@testable import knowledge

/// Which stage of an import is named as its bottleneck, and where it is shown.
@Suite struct ImportBottleneckTests {
  /// Acknowledgements every 100 ms, in which the stages were at work for these milliseconds.
  private func bottleneck(
    _ rounds: Int, reading: UInt64, writing: UInt64, indexing: UInt64, embedding: UInt64,
    into bottleneck: ImportBottleneck = ImportBottleneck(), from start: UInt64 = 0
  ) -> ImportBottleneck {
    var bottleneck = bottleneck
    for round in 1...UInt64(rounds) {
      bottleneck.note(
        ImportStages(
          elapsedMicroseconds: round * 100_000, writingMicroseconds: round * writing * 1000,
          indexingMicroseconds: round * indexing * 1000,
          embeddingMicroseconds: round * embedding * 1000),
        readingNanoseconds: (start + round) * reading * 1_000_000,
        elapsedNanoseconds: (start + round) * 100_000_000)
    }
    return bottleneck
  }

  @Test func `the last stage that never rests is the bottleneck`() {
    #expect(ImportBottleneck().stage == nil && ImportBottleneck().shares.isEmpty)
    let slowInput = bottleneck(5, reading: 99, writing: 30, indexing: 20, embedding: 10)
    #expect(slowInput.stage == .reading)
    let slowDatabase = bottleneck(5, reading: 20, writing: 98, indexing: 50, embedding: 3)
    #expect(slowDatabase.stage == .writing)
    // The database is not at rest either, and it has run ahead of the embedding.
    let slowModel = bottleneck(5, reading: 20, writing: 98, indexing: 50, embedding: 100)
    #expect(slowModel.stage == .embedding)
    #expect(slowModel.shares == [0.2, 0.98, 0.5, 1])
    let rested = bottleneck(5, reading: 20, writing: 30, indexing: 60, embedding: 10)
    #expect(rested.stage == .indexing)
  }

  @Test func `what was more than a second ago does not count, and a new stream counts anew`() {
    var found = bottleneck(30, reading: 10, writing: 95, indexing: 5, embedding: 5)
    // The next second: the same counters go on with another stage at work.
    for round in 1...UInt64(11) {
      found.note(
        ImportStages(
          elapsedMicroseconds: 3_000_000 + round * 100_000, writingMicroseconds: 2_850_000,
          indexingMicroseconds: 150_000 + round * 97_000, embeddingMicroseconds: 150_000),
        readingNanoseconds: 300_000_000, elapsedNanoseconds: 3_000_000_000 + round * 100_000_000)
    }
    #expect(found.stage == .indexing && found.shares[1] == 0)
    #expect(found.busyMicroseconds == [300_000, 2_850_000, 1_217_000, 150_000])
    let again = bottleneck(
      3, reading: 10, writing: 50, indexing: 1, embedding: 1, into: found, from: 41)
    #expect(again.stage == .writing)
    #expect(again.busyMicroseconds == [440_000, 3_000_000, 1_220_000, 153_000])
  }

  private static let progress = TransferProgress(
    name: "faq.csv", rowCount: 500, rejectedCount: 0, inputBytes: 450, inputByteCount: 1000,
    elapsedSeconds: 50,
    busy: [("reading", 0.04), ("writing", 0.31), ("indexing", 0.2), ("embedding", 0.994)],
    bottleneck: "embedding")

  @Test func `bar and line name it`() {
    let bar = Self.progress.bar(columns: 140, style: .plain)
    #expect(bar.hasSuffix("45%  500 rows  10/s  bottleneck embedding, 99% busy  1:01 left"))
    #expect(DisplayText.width(Self.progress.bar(columns: 60, style: .plain)) <= 60)
  }

  @Test func `progress lines are JSON where the command speaks it`() throws {
    let captured = CapturedConsole()
    let clock = Atomic<UInt64>(0)
    let display = ProgressDisplay(captured.console(), asJSON: true) {
      clock.load(ordering: .relaxed)
    }
    display.update(Self.progress)
    #expect(captured.error.isEmpty)
    clock.store(6_000_000_000, ordering: .relaxed)
    display.update(Self.progress)
    display.update(Self.progress)
    let lines = captured.error.split(separator: "\n")
    #expect(lines.count == 1)
    let json = try #require(try JSON.parse(String(lines[0]))["progress"])
    #expect(json["bottleneck"] == .string("embedding") && json["rows"]?.int == 500)
    #expect(json["busy_percent"]?["writing"]?.int == 31)
    #expect(json["busy_percent"]?["embedding"]?.int == 99)
    #expect(json["total_bytes"]?.int == 1000 && json["waiting_for"]?.isNull == true)
  }

  @Test func `the report says how long each stage was at work`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let service = FakeService()
    service.answer(.get, GetReply())
    service.store.stages.withLock {
      $0 = ImportStages(
        elapsedMicroseconds: 9_000, writingMicroseconds: 8_000, indexingMicroseconds: 3_000,
        embeddingMicroseconds: 2_000)
    }
    let path = folder.path + "/rows.jsonl"
    try FileSystem.replace(path, with: Array(#"{"id":"1","title":"a"}"#.utf8))
    let outcome = service.run(
      ["import", path, "--business", "demo", "--json"],
      environment: ["XDG_STATE_HOME": folder.path + "/state"])
    let busy = try JSON.parse(outcome.output)["busy_ms"]
    #expect(busy?["writing"]?.int == 8 && busy?["indexing"]?.int == 3)
    #expect(busy?["embedding"]?.int == 2 && busy?["reading"]?.int ?? -1 >= 0)
  }
}

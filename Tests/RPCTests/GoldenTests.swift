import Platform
import TestSupport
import Testing

@testable import RPC

/// Bytes that Google's protobuf wrote (proto-lite/golden/make_golden.py): each is decoded, compared
/// with the same value made here, and encoded to the same bytes.
@Suite struct GoldenTests {
  static let folder = Built.package + "/proto-lite/golden"
  static let identity = Array(0..<16) as [UInt8]

  static func bytes(_ name: String) throws -> [UInt8] {
    try FileSystem.readAll("\(folder)/\(name).bin")
  }

  static var entry: Entry {
    Entry(
      id: identity, externalID: "sku-1", collection: "products", entryType: "product",
      title: "Läufer №1 🏃", content: String(repeating: "x", count: 300),
      metadataJSON: #"{"size":42}"#, keywords: ["shoe", "", "run"], tags: ["new"],
      category: "shoes", priority: -7, language: "de", isActive: false, version: 1 << 63,
      createdAt: -1, updatedAt: 1_795_248_997_493_038, vector: [0.5, -0.25, 1e-30])
  }

  static var filter: Filter {
    Filter(
      categories: ["a", "b"], entryTypes: ["product"], keywords: ["k"], languages: ["en"],
      isActive: true, priorityLowest: .min, priorityHighest: .max, createdFrom: 0,
      createdTo: 1 << 62, updatedFrom: -5, updatedTo: 5, allOf: [Filter(categories: ["c"])],
      anyOf: [Filter(), Filter(noneOf: [Filter(keywords: ["deep"])])],
      noneOf: [Filter(isActive: false)])
  }

  static var metadataFilter: Filter {
    Filter(
      noneOf: [Filter(metadata: [MetadataCondition(key: "gone", exists: true)])],
      metadata: [
        MetadataCondition(
          key: "size.eu",
          anyOf: [
            MetadataValue(value: .text("")), MetadataValue(value: .number(0.5)),
            MetadataValue(value: .integer(-1)), MetadataValue(value: .flag(false)),
            MetadataValue(),
          ], gt: 0, gte: -0.25, lt: .infinity, lte: 1e300, exists: false)
      ])
  }

  static var position: Position {
    Position(snapshot: "10:20:10,14", systemIdentifier: "7350", sequence: 300)
  }

  static var hybridReply: HybridReply {
    HybridReply(
      hits: [
        HybridHit(
          entry: entry, score: 0.03125, textScore: 8.5, textShare: 0.75, textRank: 1,
          vectorScore: 0, vectorShare: 0.25, vectorRank: 200, chunk: 2, spanStart: 5,
          spanEnd: 300,
          highlights: [Highlight(field: "keywords", keyword: 1, start: 0, end: 4), Highlight()]),
        HybridHit(),
      ], exact: true, position: position, staleMilliseconds: 1, tookMicroseconds: 2,
      rowsConsidered: 3, isStale: true, incomplete: true, pendingEmbeddings: 4,
      recallTarget: 0.99)
  }

  static var matchReply: MatchReply {
    MatchReply(
      candidates: [
        MatchCandidate(
          entry: entry, confidence: 0.875, name: "Läufer №1",
          parts: MatchParts(
            edit: 0.5, tokenSet: 0.25, tokenSort: 1, ngram: 0.125, prefix: 1e-3,
            initialism: 0.75, alias: 1, code: 0.5, semantic: 0),
          edits: [
            MatchEdit(
              kind: .replace, wordClass: .code, queryStart: 1, queryEnd: 300, nameStart: 2,
              nameEnd: 4, distance: 1), MatchEdit(),
          ]), MatchCandidate(),
      ], verdict: .ambiguous,
      question: MatchQuestion(
        reason: .code, code: "X200",
        options: [MatchOption(id: identity, collection: "products", label: "X220")]),
      position: position, staleMilliseconds: 1, tookMicroseconds: 2, isStale: true,
      incomplete: true, pendingEmbeddings: 3, items: 4)
  }

  static var messages: [(String, any ProtoMessage)] {
    [
      ("empty", SearchRequest()),
      (
        "hello",
        HelloRequest(
          magic: helloMagic, versionLowest: 1, versionHighest: 1, apiKey: "kn_key",
          business: "demo", client: "golden", streamWindow: 1 << 20)
      ),
      (
        "hello_reply",
        HelloReply(
          magic: helloMagic, version: 1, server: "knowledge", businessID: identity,
          isOperator: true, streamWindow: 4 << 20, messageByteLimit: 4 << 20,
          itemByteLimit: 16 << 20, requestsInFlight: 64)
      ),
      (
        "error",
        ErrorReply(
          code: .dimensionMismatch, message: "3 is not 384", remediation: "Embed again.",
          details: ["zeta": "1", "alpha": "2", "": "empty key"])
      ),
      ("entry", entry),
      ("filter", filter),
      ("filter_metadata", metadataFilter),
      (
        "search_text",
        SearchRequest(
          collection: "knowledge", query: .text("how do I return shoes"), k: 5, filter: filter,
          exact: true, recallTarget: 0.999, minXID: 1 << 40, waitMilliseconds: 250,
          omitContent: true)
      ),
      ("search_empty_text", SearchRequest(query: .text(""))),
      (
        "search_vector",
        SearchRequest(
          query: .vector(FloatVector(values: (0..<384).map { Float($0) / 64 })), k: 1_000,
          includeVector: true)
      ),
      (
        "search_reply",
        SearchReply(
          hits: [
            Hit(entry: entry, score: 0.875, chunk: 2, spanStart: 10, spanEnd: 200),
            Hit(score: -0.0),
          ], exact: true, position: position, staleMilliseconds: 3, tookMicroseconds: 127,
          rowsConsidered: 100_000)
      ),
      (
        "search_ids",
        SearchRequest(query: .vector(FloatVector(values: [1])), explain: true, idsOnly: true)
      ),
      (
        "search_batch",
        SearchBatchRequest(
          texts: ["a", "b"], vectors: [FloatVector(values: [1]), FloatVector()], k: 3)
      ),
      (
        "get",
        GetRequest(ids: [identity, []], externalIDs: ["x", ""], includeVector: true)
      ),
      (
        "upsert",
        UpsertRequest(collection: "products", entries: [entry, Entry()], onConflict: .skip)
      ),
      (
        "upsert_reply",
        UpsertReply(
          outcomes: [
            Outcome(index: 0, kind: .inserted, id: identity),
            Outcome(index: .max, kind: .rejected, field: "title", reason: "empty"),
          ], xid: .max)
      ),
      (
        "hybrid",
        HybridRequest(
          collection: "products", text: "\"running shoes\" wat*",
          vector: FloatVector(values: [0.5]), k: 7, filter: metadataFilter, mode: .text,
          fusion: .scores, language: "pt-BR", textWeight: 0, minXID: 9, waitMilliseconds: 250,
          minPosition: position, omitContent: true, recallTarget: 0.5, exact: true)
      ),
      ("hybrid_reply", hybridReply),
      ("hybrid_relevance", HybridRequest(text: "x", fusion: .ranks, falseAnswerRate: 0.125)),
      (
        "hybrid_relevance_reply",
        HybridReply(
          hits: [HybridHit(score: 0.5, relevance: 0.75, textCoverage: 0.25)],
          relevanceThreshold: 0.625, nothingRelevant: true)
      ),
      (
        "match",
        MatchRequest(
          query: "x200 größe 41", collections: ["products", "services"], k: 7, threshold: 0,
          includeInactive: true, availableOnly: true, omitSemantic: true, omitContent: true,
          minXID: 9, waitMilliseconds: 250, minPosition: position)
      ),
      ("match_reply", matchReply),
      (
        "spell",
        SpellRequest(
          text: "were is my ordr", language: "en", threshold: 0, alternatives: 0, minXID: 1,
          waitMilliseconds: 2, minPosition: position)
      ),
      (
        "spell_reply",
        SpellReply(
          text: "where is my order",
          changes: [
            SpellingCorrection(
              kind: .respelled, start: 0, end: 4, original: "were", replacement: "where",
              confidence: 0.75, alternatives: [SpellingSuggestion(text: "we're", share: 0.125)])
          ], questions: [SpellingCorrection(kind: .joined)], language: "en", hasWordList: true,
          words: 4, vocabulary: 5, position: position, staleMilliseconds: 6, tookMicroseconds: 7,
          isStale: true)
      ),
      (
        "spell_feedback",
        SpellFeedbackRequest(outcomes: [
          SpellingOutcomeReport(
            original: "ordr", replacement: "order", kind: .split, confidence: 0.5,
            outcome: .changed, changedTo: "odor", language: "en"),
          SpellingOutcomeReport(),
        ])
      ),
      ("import_batch", ImportBatch(sequence: 9, collection: "c", entries: [entry])),
      (
        "import_ack",
        ImportAck(
          sequence: 9,
          counts: ImportCounts(inserted: 1, updated: 2, unchanged: 3, skipped: 4, rejected: 5),
          rejected: [Outcome(index: 3, kind: .rejected, field: "f", reason: "r")], xid: 7)
      ),
      (
        "stats",
        StatsReply(
          collections: [
            CollectionStats(
              businessID: identity, name: "knowledge", entries: 1_000, vectors: 1_000,
              fileBytes: 1 << 33, deltaRows: 12, segments: 3, tombstones: 1, model: "hash-384",
              dimension: 384, checksum: 0xfedc_ba98_7654_3210)
          ],
          feed: FeedStats(
            lagMilliseconds: 4, position: position, truthConnected: true, applied: 5),
          rpc: RPCStats(
            connectionsOpen: 1, refusals: ["hello_ms": 2, "connections": 1], requests: 10,
            methods: [
              MethodStats(
                method: .search, requests: 10, p50Microseconds: 9, p99Microseconds: 40)
            ]), residentBytes: 123_456_789, uptimeMilliseconds: 1, version: "1.0")
      ),
      (
        "verify_reply",
        VerifyReply(
          filesChecked: 10, faults: [Fault(file: "s/1", offset: 4096, what: "checksum")],
          quarantined: ["s/1"], truthDifferences: 1)
      ),
      ("unknown_enum", HealthReply(status: HealthStatus(rawValue: 77), reasons: ["?"])),
      ("negative_enum", HealthReply(status: HealthStatus(rawValue: -1))),
    ]
  }

  @Test func `messages are protobuf's, both ways`() throws {
    func check<Message: ProtoMessage>(_ name: String, _ message: Message) throws {
      let golden = try Self.bytes(name)
      #expect(try Message(decoding: golden) == message, "\(name)")
      #expect(message.encoded() == golden, "\(name)")
    }
    for (name, message) in Self.messages { try check(name, message) }
  }

  @Test func `frames are those that Python packs`() throws {
    let search = try #require(Self.messages.first { $0.0 == "search_text" }).1.encoded()
    let frames: [(String, FrameHeader, [UInt8])] = [
      (
        "frame_request",
        FrameHeader(
          kind: .request, method: UInt16(Method.search.rawValue), requestID: 7,
          deadlineMilliseconds: 250), search
      ),
      (
        "frame_stream",
        FrameHeader(
          kind: .request, method: UInt16(Method.bulkImport.rawValue), requestID: .max,
          flags: FrameHeader.itemsFollow), ImportRequest(collection: "c").encoded()
      ),
      (
        "frame_cancel",
        FrameHeader(kind: .cancel, method: UInt16(Method.search.rawValue), requestID: 7), []
      ),
      (
        "frame_credit",
        FrameHeader(kind: .credit, method: UInt16(Method.export.rawValue), requestID: 8),
        Credit(bytes: 262_144).encoded()
      ),
    ]
    for (name, header, message) in frames {
      let golden = try Self.bytes(name)
      var out: [UInt8] = []
      FrameWriter.append(header, encoded: message, to: &out)
      #expect(out == golden, "\(name)")
      let limits = FrameDecoder.Limits(message: 4 << 20, item: 4 << 20)
      let (found, error) = ChunkingVerifier.decode([golden[...]], limits: limits)
      #expect(error == nil && found.count == 1 && found[0].message == message, "\(name)")
      var expected = header
      expected.messageByteCount = message.count
      #expect(found[0].header == expected, "\(name)")
    }
  }

  @Test func `every golden file is tested`() throws {
    let files = try FileSystem.list(Self.folder).filter { $0.hasSuffix(".bin") }
    let tested =
      Self.messages.map(\.0) + [
        "frame_request", "frame_stream", "frame_cancel", "frame_credit",
      ]
    #expect(Set(files) == Set(tested.map { $0 + ".bin" }))
  }
}

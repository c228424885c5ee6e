import Glibc
import Platform
import Testing

@testable import RPC

/// T30: random and mutated bytes into the decoders. 20,000 runs each, 1,000,000 with
/// KNOWLEDGE_LONG=1; the seed is printed.
@Suite struct DecoderFuzzTests {
  static let runs = isLong ? 1_000_000 : 20_000

  static func messages() -> [[UInt8]] {
    let entry = Entry(
      id: Array(0..<16), externalID: "sku-1", collection: "products", title: "Läufer",
      content: String(repeating: "text ", count: 20), metadataJSON: "{}", keywords: ["a", "b"],
      priority: -3, isActive: true, version: 1 << 40, createdAt: -5, vector: [1, 2, 3])
    let filter = Filter(
      categories: ["x"], isActive: false, priorityLowest: -1,
      allOf: [Filter(anyOf: [Filter(noneOf: [Filter(keywords: ["k"])])])])
    return [
      SearchRequest(query: .text("shoes"), k: 5, filter: filter).encoded(),
      SearchRequest(query: .vector(FloatVector(values: [1, 2, 3])), recallTarget: 0.9).encoded(),
      SearchReply(hits: [Hit(entry: entry, score: 0.5)], position: Position(snapshot: "1:1:"))
        .encoded(),
      UpsertRequest(entries: [entry, Entry()], onConflict: .skip).encoded(),
      ImportBatch(sequence: 9, entries: [entry]).encoded(),
      ErrorReply(code: .stale, message: "m", details: ["a": "b", "c": "d"]).encoded(),
      StatsReply(
        collections: [CollectionStats(name: "n", checksum: 5)],
        rpc: RPCStats(refusals: ["x": 1], methods: [MethodStats(method: .search)])
      ).encoded(),
      HelloRequest(magic: helloMagic, versionLowest: 1, versionHighest: 1, apiKey: "k").encoded(),
    ]
  }

  /// Flips, inserts, removes, repeats and cuts.
  static func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0...Int.random(in: 0..<6, using: &generator) {
      let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1 where !bytes.isEmpty:
        bytes[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &generator)!
      case 2: bytes.insert(.random(in: 0...255, using: &generator), at: place)
      case 3 where !bytes.isEmpty: bytes.remove(at: place)
      case 4 where !bytes.isEmpty: bytes.removeSubrange(place...)
      default: bytes.insert(contentsOf: bytes.prefix(40), at: place)
      }
    }
    return bytes
  }

  /// Decodes with a random type; what can be decoded comes back from its own bytes.
  static func decode(_ bytes: [UInt8], as type: Int) throws {
    func attempt<Message: ProtoMessage>(_: Message.Type) throws {
      guard let message = try? Message(decoding: bytes) else { return }
      let encoded = message.encoded()
      let again = try Message(decoding: encoded)
      // Not `==`: a NaN differs from itself.
      #expect(again.encoded() == encoded)
    }
    switch type % 8 {
    case 0: try attempt(SearchRequest.self)
    case 1: try attempt(SearchReply.self)
    case 2: try attempt(UpsertRequest.self)
    case 3: try attempt(ImportBatch.self)
    case 4: try attempt(ErrorReply.self)
    case 5: try attempt(StatsReply.self)
    case 6: try attempt(HelloRequest.self)
    default: try attempt(SearchBatchRequest.self)
    }
  }

  @Test func `no bytes crash the message decoders`() throws {
    let seed = UInt64(Clock.wallMicroseconds)
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let messages = Self.messages()
    for run in 0..<Self.runs {
      let bytes = Self.mutate(messages[run % messages.count], &generator)
      // Mostly as what it was; sometimes as something else.
      try Self.decode(bytes, as: Int.random(in: 0..<8, using: &generator))
    }
  }

  @Test func `no bytes crash the frame decoder`() {
    let seed = UInt64(Clock.wallMicroseconds)
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    var script: [UInt8] = []
    for (id, message) in Self.messages().prefix(4).enumerated() {
      FrameWriter.append(
        FrameHeader(
          kind: FrameKind.allCases[id % 8], method: UInt16(id), requestID: UInt32(id)),
        encoded: Array(message.prefix(60)), to: &script)
    }
    let limits = FrameDecoder.Limits(message: 500, item: 900)
    for _ in 0..<Self.runs {
      let bytes = Self.mutate(script, &generator)
      let cut = Int.random(in: 0...bytes.count, using: &generator)
      let whole = ChunkingVerifier.decode([bytes[...]], limits: limits)
      let parts = ChunkingVerifier.decode([bytes[..<cut], bytes[cut...]], limits: limits)
      #expect(whole.error == parts.error && whole.found.count == parts.found.count)
    }
  }

  @Test func `lengths at every edge are refused, not trapped`() throws {
    for length: UInt64 in [
      0, 1, 0x7f, 0x80, UInt64(Int32.max), UInt64(UInt32.max), UInt64(Int.max), 1 << 63, .max,
    ] {
      var varint: [UInt8] = []
      var rest = length
      while rest >= 0x80 {
        varint.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      varint.append(UInt8(rest))
      for tag: UInt8 in [0x0a, 0x12, 0x1a, 0x2a] {
        let bytes = [tag] + varint + [1, 2, 3]
        for type in 0..<8 { try Self.decode(bytes, as: type) }
      }
      let word = UInt32(truncatingIfNeeded: length)
      let frame = withUnsafeBytes(of: word.littleEndian) { [UInt8]($0) } + [1, 2, 1, 0, 1, 0, 0, 0]
      _ = ChunkingVerifier.decode(
        [frame[...]], limits: FrameDecoder.Limits(message: 100, item: 100))
    }
  }

  /// In a process of its own: it looks at the process's peak of memory.
  @Test func `what decoding allocates follows the input`() async {
    await #expect(processExitsWith: .success) { MemoryProbe.run() }
  }
}

/// Decodes the inputs that take most memory a byte, and ends the process if it takes too much.
enum MemoryProbe {
  /// Empty messages, short strings, short byte arrays, map entries.
  private static let patterns: [[UInt8]] = [
    [0x12, 0], [0x1a, 0], [0x22, 0], [0x2a, 2, 0x0a, 0], [0x22, 4, 0x0a, 0, 0x12, 0],
    [0x12, 2, 0x42, 0], [0x12, 3, 0x0a, 1, 7], [0x12, 4, 0x42, 0, 0x4a, 0],
  ]

  static func run() {
    // Larger and larger, because the peak never comes down.
    for count in [10_000, 200_000] {
      for pattern in patterns {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * pattern.count)
        for _ in 0..<count { bytes += pattern }
        let before = peakByteCount()
        check(UpsertRequest.self, bytes, before)
        check(SearchBatchRequest.self, bytes, before)
        check(ErrorReply.self, bytes, before)
        check(GetRequest.self, bytes, before)
        check(StatsReply.self, bytes, before)
      }
    }
  }

  private static func check<Message: ProtoMessage>(
    _ type: Message.Type, _ bytes: [UInt8], _ before: Int
  ) {
    // What is held at the moment of an error counts too, so decode into a kept value.
    var message = Message()
    var reader = ProtoReader(byteCount: bytes.count)
    try? message.merge(from: &reader, in: bytes.span.bytes)
    withExtendedLifetime(message) {}
    // A list that has just grown has up to twice the room that it needs, beside its old self.
    let allowed = 3 * ProtoReader.memoryLimit(byteCount: bytes.count) + (4 << 20)
    let held = peakByteCount() - before
    precondition(held <= allowed, "\(type): \(held) bytes held of \(allowed) allowed")
  }

  private static func peakByteCount() -> Int {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_maxrss << 10
  }
}

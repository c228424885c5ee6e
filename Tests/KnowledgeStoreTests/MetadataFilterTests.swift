import Platform
import Testing

@testable import KnowledgeStore

/// Filters on metadata: what they mean, and what strange ones do.
@Suite struct MetadataFilterTests {
  /// The numbers of the metadata texts that the filter keeps, in memory and in a segment alike.
  private func kept(_ texts: [String], _ filters: [Filter]) throws -> [[Int]] {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(2))
    try collection.apply(
      texts.enumerated().map { number, text in
        .upsert(
          Entry(
            id: UUID(high: 0, low: UInt64(number)), version: 1, stamp: 0, vector: [1, 0],
            metadata: Array(text.utf8)))
      })
    func found(_ filter: Filter) throws -> [Int] {
      try collection.search(SearchRequest(vector: [1, 0], count: 100, filter: filter))
        .hits.map { Int($0.id.low) }
    }
    let inMemory = try filters.map(found)
    try store.commit(position: [])
    #expect(try filters.map(found) == inMemory)
    #expect(try store.verify().isIntact)
    return inMemory
  }

  private func has(_ key: String, _ values: MetadataValue...) -> Filter {
    .metadata(key: key, .anyOf(values))
  }

  private func lies(_ key: String, _ bounds: NumberBounds) -> Filter {
    .metadata(key: key, .number(bounds))
  }

  @Test func `keys are paths, arrays are opened, kinds are told apart`() throws {
    let texts = [
      #"{"a":{"b":1}}"#, #"{"a.b":1.0}"#, #"{"a":[{"b":2},{"b":[3,[1e0]]}]}"#, #"{"a":"1"}"#,
      #"{"a":null}"#, #"{"a":{"b":"1"}}"#, #"{"a":[]}"#, #"{"a-b":1,"ab":1,"a!":1}"#,
      #"{"a":true}"#,
      "", "[]", #"[{"a":{"b":1}}]"#, "not JSON", #"{"a":{"b":1}"#, "{}", #"{"b":{"a":{"b":1}}}"#,
    ]
    #expect(
      try kept(
        texts,
        [
          has("a.b", .integer(1)), has("a.b", .number(1), .text("1")), has("a", .text("1")),
          .metadata(key: "a", .exists), .not(.metadata(key: "a", .exists)), has("a", .flag(true)),
          has("a.b", .integer(3), .integer(2)), has("a"), has("b.a.b", .integer(1)),
        ]) == [
          [0, 1, 2], [0, 1, 2, 5], [3], [0, 1, 2, 3, 5, 8],
          [4, 6, 7, 9, 10, 11, 12, 13, 14, 15], [8], [2], [], [15],
        ])
  }

  @Test func `numbers are compared to the last digit, ranges as doubles`() throws {
    let texts = [
      #"{"n":9007199254740993}"#, #"{"n":9007199254740992}"#, #"{"n":0.1}"#, #"{"n":1e-1}"#,
      #"{"n":-0.0}"#, #"{"n":0}"#, #"{"n":1e400}"#, #"{"n":-1e400}"#, #"{"n":"5"}"#, #"{"n":-7.5}"#,
      #"{"n":0.1000000000000000055}"#, #"{"n":1E99999999999999999999}"#,
    ]
    #expect(
      try kept(
        texts,
        [
          has("n", .integer(9_007_199_254_740_993)), has("n", .integer(9_007_199_254_740_992)),
          has("n", .number(0.1)), has("n", .integer(0)), has("n", .number(-0.0)),
          lies("n", NumberBounds(lower: .included(0), upper: .included(0.1))),
          lies("n", NumberBounds(lower: .excluded(0), upper: .excluded(0.1))),
          lies("n", NumberBounds(lower: .included(9_007_199_254_740_992))),
          lies("n", NumberBounds(lower: .included(.infinity))),
          lies("n", NumberBounds(upper: .excluded(-0.0))),
          lies("n", NumberBounds(lower: .included(3), upper: .included(2))),
          lies("n", NumberBounds()),
        ]) == [
          [0], [1], [2, 3], [4, 5], [4, 5], [2, 3, 4, 5, 10], [], [0, 1, 6, 11], [6, 11], [7, 9],
          [],
          [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11],
        ])
  }

  @Test func `odd keys, long values and very many of them are compared truthfully`() throws {
    let long = String(repeating: "x", count: 300)
    let key = String(repeating: "k", count: 600)
    let many = (0..<5_000).map { "\"v\($0)\"" }.joined(separator: ",")
    let texts = [
      #"{"":1}"#, #"{"":{"":1}}"#, #"{"a\u0000b":1}"#, #"{"a":{"\u0000b":1}}"#, #"{"ü":1}"#,
      "{\"u\u{308}\":1}", "{\"t\":\"\(long)1\"}", "{\"t\":\"\(long)2\"}", "{\"\(key)\":1}",
      "{\"m\":[\(many)],\"t\":\"\(long)1\"}", #"{"a":"b\u0000\u0003c"}"#,
      "{\"a\":\(String(repeating: "[", count: 300))7\(String(repeating: "]", count: 300))}",
      #"{"ÿ":1}"#, #"{".":1,"..":2}"#,
    ]
    #expect(
      try kept(
        texts,
        [
          has("", .integer(1)), has(".", .integer(1)), has("a\0b", .integer(1)),
          has("a.\0b", .integer(1)), has("ü", .integer(1)), has("u\u{308}", .integer(1)),
          has("t", .text(long + "1")), has("t", .text(long)), has(key, .integer(1)),
          has("m", .text("v4999")), has("a", .text("b\0\u{3}c")), has("a", .integer(7)),
          .metadata(key: "\0", .exists), has("ÿ", .integer(1)), has("..", .integer(2)),
          .metadata(key: "m", .exists),
        ]) == [
          [0], [1, 13], [2], [3], [4], [5], [6, 9], [], [8], [9], [10], [11], [], [12], [13], [9],
        ])
  }

  @Test func `filters past the limits are refused, and say what the limit is`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(2))
    try collection.apply([.upsert(Entry(id: .zero, version: 1, stamp: 0, vector: [1, 0]))])
    let texts = [String](repeating: "a", count: Limits.filterValueCount + 1)
    let values = texts.map { MetadataValue.text($0) }
    var deep = Filter.metadata(key: "a", .exists)
    for _ in 0..<Limits.filterDepth { deep = .and([deep]) }
    let nan = Double.nan
    let refused: [(Filter, String)] = [
      (.category(anyOf: texts), "65536"), (.keyword(anyOf: texts), "65536"),
      (.metadata(key: "a", .anyOf(values)), "65536"), (deep, "32"),
      (.or([Filter](repeating: .active(true), count: Limits.filterPartCount)), "4096"),
      (.metadata(key: String(repeating: "k", count: 4_097), .exists), "4096"),
      (lies("a", NumberBounds(lower: .included(nan))), "not a number"),
      (lies("a", NumberBounds(upper: .excluded(nan))), "not a number"),
      (.not(has("a", .number(nan))), "not a finite number"),
      (has("a", .text("b"), .number(.infinity)), "not a finite number"),
    ]
    for (filter, reason) in refused {
      let error = #expect(throws: StoreError.self) {
        try collection.search(SearchRequest(vector: [1, 0], count: 1, filter: filter))
      }
      #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
      #expect(throws: StoreError.self) { try collection.count(matching: filter) }
      #expect(throws: StoreError.self) {
        try collection.forEachEntry(matching: filter) { _ in true }
      }
    }
    // As many as there may be.
    let all = Filter.metadata(key: "a", .anyOf(Array(values.dropLast())))
    #expect(try collection.count(matching: .or([all, .category(anyOf: [""])])) == 1)
  }

  @Test func `filters of bytes that only look alike are remembered apart`() throws {
    let directory = try ScratchDirectory()
    let store = try Store.open(directory: directory.path, options: .manual)
    let collection = try store.collection(.test, configuration: .test(2))
    let composed = "caf\u{E9}"
    let decomposed = "cafe\u{301}"
    try collection.apply(
      (0..<3_000).map { number in
        let name = number % 3 == 0 ? composed : decomposed
        return .upsert(
          Entry(
            id: UUID(high: 0, low: UInt64(number)), version: 1, stamp: 0, vector: [1, 0],
            category: name, metadata: Array("{\"\(name)\":\"\(name)\"}".utf8)))
      })
    try store.commit(position: [])
    #expect(collection.entryCount >= FilterMemory.rowLimit)
    for _ in 0..<2 {
      #expect(try collection.count(matching: .category(anyOf: [composed])) == 1_000)
      #expect(try collection.count(matching: .category(anyOf: [decomposed])) == 2_000)
      #expect(try collection.count(matching: has(composed, .text(composed))) == 1_000)
      #expect(try collection.count(matching: has(decomposed, .text(decomposed))) == 2_000)
      #expect(try collection.count(matching: has(composed, .text(decomposed))) == 0)
    }
  }

  @Test func `decimals have one text`() {
    for (texts, canonical) in [
      (["5", "5.0", "50e-1", "0.5e1", "0.05E+2", "5e0"], "5e1"), (["0", "-0", "0.00", "0e9"], "0"),
      (["-120", "-1.2e2"], "-12e3"), (["0.001", "1e-3"], "1e-2"),
      (["1e12345678901234567"], "1e12345678901234567"),
    ] {
      for text in texts {
        #expect(String(decoding: DecimalText.canonical(text), as: UTF8.self) == canonical)
      }
    }
    let values: [Double] = [
      -.infinity, -1e300, -2, -1, -.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude, 1, 1.5, 1e300,
      .infinity,
    ]
    #expect(values.map(MetadataTerms.place(of:)) == values.map(MetadataTerms.place(of:)).sorted())
  }

  @Test func `what is remembered stays within its limit and goes with its segment`() {
    let cache = FilterCache(byteLimit: 64 << 10)
    for number in 0..<500 {
      let rows = Bitmap(bitCount: 8_192, filled: number % 2 == 0)
      rows.set(number)
      cache.insert(RowSet(rows), UInt64(number % 3), [UInt8(number % 250), UInt8(number / 250)])
      #expect(cache.byteCount <= 64 << 10)
    }
    let last = cache.rows(499 % 3, [249, 1])
    #expect(last?.count == 1 && last?.bitmap[499] == true)
    #expect(cache.rows(0, [0, 0]) == nil)
    for segment in 0..<3 { cache.forget(UInt64(segment)) }
    #expect(cache.byteCount == 0 && cache.rows(499 % 3, [249, 1]) == nil)
    // What alone would fill it is not taken.
    cache.insert(RowSet(Bitmap(bitCount: 1 << 20, filled: true)), 7, [1])
    #expect(cache.byteCount == 0)
  }
}

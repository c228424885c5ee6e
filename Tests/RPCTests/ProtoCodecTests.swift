import RPC
import Testing

@Suite struct ProtoCodecTests {
  @Test func `an unset message has no bytes`() throws {
    #expect(SearchRequest().encoded() == [])
    #expect(try SearchRequest(decoding: []) == SearchRequest())
  }

  @Test func `every kind of field comes back`() throws {
    let entry = Entry(
      id: Array(0..<16), externalID: "é-1", title: String(repeating: "long ", count: 60),
      keywords: ["a", "", "c"], priority: -7, isActive: false, version: .max,
      createdAt: -1, vector: [0.5, -0.0, .infinity])
    let reply = SearchReply(
      hits: [Hit(entry: entry, score: -0.25, chunk: 3), Hit()], exact: true,
      position: Position(snapshot: "10:20:", sequence: 300))
    #expect(try SearchReply(decoding: reply.encoded()) == reply)
    let error = ErrorReply(code: .stale, details: ["b": "2", "a": "1"])
    #expect(try ErrorReply(decoding: error.encoded()) == error)
    let byVector = SearchRequest(
      query: .vector(FloatVector(values: [1])),
      filter: Filter(isActive: true, priorityLowest: 0, anyOf: [Filter(categories: ["x"])]))
    #expect(try SearchRequest(decoding: byVector.encoded()) == byVector)
  }

  @Test func `unknown fields and groups are skipped`() throws {
    // Field 200 as each wire type, a group inside a group, then k = 5.
    let unknown: [UInt8] = [
      0xc0, 0x0c, 0x96, 0x01, 0xc1, 0x0c, 1, 2, 3, 4, 5, 6, 7, 8, 0xc2, 0x0c, 2, 9, 9,
      0xc3, 0x0c, 0xcb, 0x0c, 0xcc, 0x0c, 0xc4, 0x0c, 0xc5, 0x0c, 1, 2, 3, 4, 0x20, 5,
    ]
    #expect(try SearchRequest(decoding: unknown) == SearchRequest(k: 5))
  }

  @Test func `a field of the wrong wire type is unknown`() throws {
    #expect(try SearchRequest(decoding: [0x22, 1, 7]) == SearchRequest())
  }

  @Test func `a repeated scalar may come unpacked and in pieces`() throws {
    var bytes = FloatVector(values: [1]).encoded()
    bytes += [0x0d, 0, 0, 0, 0x40]
    bytes += FloatVector(values: [3]).encoded()
    #expect(try FloatVector(decoding: bytes).values == [1, 2, 3])
  }

  @Test func `a message field that comes twice is merged`() throws {
    let bytes =
      SearchRequest(filter: Filter(categories: ["a"], priorityLowest: 1)).encoded()
      + SearchRequest(filter: Filter(categories: ["b"], priorityLowest: 2)).encoded()
    let filter = try SearchRequest(decoding: bytes).filter
    #expect(filter == Filter(categories: ["a", "b"], priorityLowest: 2))
  }

  @Test(
    arguments: [
      ([0x0a], ProtoError.cutShort(byteOffset: 1)),
      ([0x0a, 5, 1], .cutShort(byteOffset: 1)),
      ([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], .cutShort(byteOffset: 1)),
      ([0x20] + Array(repeating: 0xff, count: 11), .varintTooLong(byteOffset: 1)),
      ([0x07], .invalidTag(7, byteOffset: 0)),
      ([0x02, 0], .invalidTag(2, byteOffset: 0)),
      ([0x0a, 1, 0xff], .invalidUTF8(byteOffset: 2)),
      ([0x1a, 5, 0x0a, 3, 0, 0, 0], .unevenPackedField(byteCount: 3, byteOffset: 4)),
      ([0xc3, 0x0c], .cutShort(byteOffset: 2)),
      ([0xc3, 0x0c, 0xcc, 0x0d], .unbalancedGroup(byteOffset: 2)),
      ([0xc4, 0x0c], .unbalancedGroup(byteOffset: 2)),
    ] as [([UInt8], ProtoError)])
  func `damaged bytes say what is wrong and where`(bytes: [UInt8], error: ProtoError) {
    #expect(throws: error) { try SearchRequest(decoding: bytes) }
  }

  @Test func `nesting has a limit`() throws {
    func nested(_ depth: Int) -> Filter {
      depth == 0 ? Filter() : Filter(allOf: [nested(depth - 1)])
    }
    // The request is the first level, the outermost filter the second.
    let deepest = ProtoReader.nestingLimit - 2
    let fits = SearchRequest(filter: nested(deepest))
    #expect(try SearchRequest(decoding: fits.encoded()) == fits)
    let tooDeep = SearchRequest(filter: nested(deepest + 1)).encoded()
    #expect(throws: ProtoError.self) { try SearchRequest(decoding: tooDeep) }
    let groups = [UInt8](repeating: 0x0b, count: 100_000)
    #expect(throws: ProtoError.self) { try Filter(decoding: groups) }
  }

  @Test func `memory follows the input however many empty entries it holds`() {
    let bytes = [[UInt8]](repeating: [0x12, 0], count: 100_000).flatMap { $0 }
    #expect(throws: ProtoError.self) { try UpsertRequest(decoding: bytes) }
  }

  @Test func `methods know their shape`() {
    #expect(Method.bulkImport.acceptsItems && Method.bulkImport.returnsItems)
    #expect(!Method.export.acceptsItems && Method.export.returnsItems)
    #expect(!Method.search.acceptsItems && !Method.search.returnsItems)
    #expect(!Method(rawValue: 999).returnsItems)
    #expect("\(Method.searchBatch)" == "search_batch" && "\(Method(rawValue: 999))" == "999")
  }

  @Test func `the schema's text is embedded`() {
    #expect(knowledgeSchemaText.contains("message SearchRequest {"))
  }
}

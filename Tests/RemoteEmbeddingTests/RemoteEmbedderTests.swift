import Embedding
import HTTP
import Platform
import Synchronization
import TestSupport
import Testing

@testable import RemoteEmbedding

@Suite struct RemoteEmbedderTests {
  typealias Response = LocalHTTPServer.Response

  @Test(arguments: [RemoteModel.Encoding.base64, .float])
  func `vectors come back in order and at unit length`(encoding: RemoteModel.Encoding) throws {
    let provider = try FakeProvider()
    defer { provider.server.close() }
    let embedder = try provider.embedder { $0.encoding = encoding }
    let texts = ["one", "two", "käse 🧀", String(repeating: "long ", count: 500)]
    #expect(try embedder.embed(texts, as: .passage) == FakeProvider.units(texts))
    let request = try #require(provider.server.requests.first)
    #expect(request.target == "/v1/embeddings" && request.method == "POST")
    #expect(request["authorization"] == "Bearer sk-secret")
    #expect(request.json["model"] == .string("tiny") && request.json["dimensions"] == nil)
    #expect(request.json["encoding_format"] == .string(encoding.rawValue))
    #expect(try embedder.embed([], as: .query) == [])
    #expect(provider.server.requests.count == 1)
  }

  @Test func `an answer in the other form, in another order or without indices is understood`()
    throws
  {
    let provider = try FakeProvider { request in
      switch request.number {
      case 0: FakeProvider.answer(request, encoding: "float")
      case 1: FakeProvider.answer(request, order: { $0.reversed() })
      default: FakeProvider.answer(request, hasIndex: false)
      }
    }
    defer { provider.server.close() }
    let embedder = try provider.embedder()
    let texts = ["one", "two", "three"]
    for _ in 0..<3 {
      #expect(try embedder.embed(texts, as: .passage) == FakeProvider.units(texts))
    }
    #expect(provider.server.requests.count == 3)
  }

  @Test func `many texts go in several requests at once, within all bounds`() throws {
    let provider = try FakeProvider()
    defer { provider.server.close() }
    let embedder = try provider.embedder {
      $0.limits.textsPerRequest = 10
      $0.limits.tokensPerRequest = 40
      $0.limits.requestsAtOnce = 3
    }
    let texts = (0..<503).map { "text \($0)" + String(repeating: "!", count: $0 % 40) }
    #expect(try embedder.embed(texts, as: .passage) == FakeProvider.units(texts))
    let requests = provider.server.requests
    #expect(requests.flatMap(FakeProvider.texts).sorted() == texts.sorted())
    for request in requests {
      let sent = FakeProvider.texts(request)
      #expect((1...10).contains(sent.count))
      #expect(sent.reduce(0) { $0 + TokenEstimate.of($1) } <= 40)
    }
    #expect(provider.server.mostInFlight <= 3)
    #expect(provider.server.connectionCount <= 3)
    let usage = embedder.usage
    #expect(usage.requests == UInt64(requests.count) && usage.retries == 0 && usage.failures == 0)
    #expect(usage.texts == 503 && usage.tokens == 503 * 7 && usage.estimatedTokens == 0)
    #expect(usage.picodollars == 503 * 7 * 500_000)
  }

  @Test func `a query has room while passages take all of theirs`() throws {
    let arrived = Condition(0)
    let provider = try FakeProvider { request in
      guard FakeProvider.texts(request) != ["query"] else { return nil }
      arrived.withLock { $0 += 1 }
      // Passages are answered once the query has been.
      _ = arrived.wait { $0 >= 100 ? true : nil }
      return nil
    }
    defer { provider.server.close() }
    let embedder = try provider.embedder {
      $0.limits.requestsAtOnce = 2
      $0.limits.textsPerRequest = 1
    }
    let rows = Mutex<[Float]>([])
    let bulk = Thread.spawn(name: "bulk") {
      let made = (try? embedder.embed(["a", "b", "c", "d"], as: .passage)) ?? []
      rows.withLock { $0 = made }
    }
    _ = arrived.wait { $0 >= 2 ? true : nil }
    #expect(try embedder.embed(["query"], as: .query) == FakeProvider.unit("query"))
    arrived.withLock { $0 = 100 }
    bulk.join()
    #expect(rows.withLock { $0 } == FakeProvider.units(["a", "b", "c", "d"]))
  }

  @Test func `prefixes, the dimension and the space that a text needs are sent`() throws {
    let provider = try FakeProvider()
    defer { provider.server.close() }
    let embedder = try provider.embedder {
      $0.queryPrefix = "query: "
      $0.passagePrefix = "passage: "
      $0.asksForDimension = true
    }
    _ = try embedder.embed(["x"], as: .query)
    _ = try embedder.embed(["x"], as: .passage)
    #expect(provider.server.requests.map(FakeProvider.texts) == [["query: x"], ["passage: x"]])
    #expect(provider.server.requests[0].json["dimensions"] == .integer(4))
    _ = try provider.embedder().embed([""], as: .query)
    #expect(FakeProvider.texts(provider.server.requests[2]) == [" "])
  }

  @Test func `a text beyond the model's limit is cut between characters, and counted`() throws {
    let provider = try FakeProvider()
    defer { provider.server.close() }
    let embedder = try provider.embedder { $0.limits.tokensPerText = 100 }
    _ = try embedder.embed(
      [String(repeating: "語", count: 5000), String(repeating: "abc", count: 100)], as: .passage)
    let sent = FakeProvider.texts(provider.server.requests[0])
    #expect(sent == [String(repeating: "語", count: 66), String(repeating: "abc", count: 100)])
    #expect(embedder.usage.cutTexts == 1)
  }

  @Test func `the fingerprint follows name, dimension and prefixes, and no address or key`() throws
  {
    let base = try RemoteModel(baseURL: "https://a.example/v1", name: "m", dimension: 8)
    func fingerprint(_ change: (inout RemoteModel) -> Void) throws -> UInt64 {
      var model = base
      change(&model)
      return try RemoteEmbedder(model).model.fingerprint
    }
    let own = try fingerprint { _ in }
    #expect(try fingerprint { $0.baseURL = "https://b.example/v2" } == own)
    let key = try HTTPSecret("k")
    #expect(try fingerprint { $0.apiKey = key } == own)
    #expect(try fingerprint { $0.encoding = .float } == own)
    let others = [
      try fingerprint { $0.name = "m2" }, try fingerprint { $0.dimension = 9 },
      try fingerprint { $0.queryPrefix = "q" }, try fingerprint { $0.passagePrefix = "q" },
    ]
    #expect(Set(others + [own]).count == 5)
    let model = try RemoteEmbedder(base).model
    #expect(model.name == "m" && model.dimension == 8)
    // Stored with every collection: it changes only with the rules by which texts are cut.
    #expect(own == 4_884_089_598_291_901_872)
  }

  @Test func `a known model needs no dimension, and a shorter one is asked for`() throws {
    let url = "https://api.openai.com/v1"
    let small = try RemoteModel(baseURL: url, name: "text-embedding-3-small")
    #expect(small.dimension == 1536 && !small.asksForDimension)
    let short = try RemoteModel(baseURL: url, name: "text-embedding-3-small", dimension: 512)
    #expect(short.asksForDimension)
    #expect(try !RemoteModel(baseURL: url, name: "other", dimension: 3).asksForDimension)
    #expect(throws: InvalidRemoteModel.self) { try RemoteModel(baseURL: url, name: "other") }
  }

  @Test func `a description that cannot be used is refused before anything is sent`() throws {
    let key = try HTTPSecret("sk-secret")
    let base = try RemoteModel(baseURL: "https://a.example/v1", name: "m", dimension: 8)
    let changes: [(inout RemoteModel) -> Void] = [
      { $0.baseURL = "a.example/v1" }, { $0.baseURL = "https://u:sk-secret@a.example/v1" },
      { $0.baseURL = "https://a.example/v1?key=sk-secret" }, { $0.name = "" },
      { $0.dimension = 0 }, { $0.dimension = 5000 }, { $0.limits.textsPerRequest = 0 },
      { $0.limits.requestsPerMinute = 0 }, { $0.retries.attemptLimit = 0 },
      {
        $0.baseURL = "http://a.example/v1"
        $0.apiKey = key
      },
    ]
    for (number, change) in changes.enumerated() {
      var model = base
      change(&model)
      do throws(InvalidRemoteModel) {
        _ = try RemoteEmbedder(model)
        Issue.record("change \(number) was accepted")
      } catch { #expect(!error.description.contains("sk-secret")) }
    }
    var clear = base
    clear.baseURL = "http://a.example/v1"
    clear.apiKey = key
    clear.allowsKeyInClear = true
    _ = try RemoteEmbedder(clear)
    #expect("\(key)" == "key" && String(reflecting: clear).contains("sk-secret") == false)
  }

  @Test func `a key is read from a file without its line end, and a bad one is refused`() throws {
    let folder = try TestFolder()
    defer { folder.close() }
    let path = folder.path + "/key"
    try FileSystem.replace(path, with: Array("  sk-1\r\n".utf8))
    #expect(try HTTPSecret(file: path) == HTTPSecret("sk-1"))
    for text in ["", " \n", "a b", "a\nb", "schlüssel", String(repeating: "x", count: 5000)] {
      try FileSystem.replace(path, with: Array(text.utf8))
      #expect(throws: InvalidHTTPSecret.self) { try HTTPSecret(file: path) }
    }
    #expect(throws: InvalidHTTPSecret.self) { try HTTPSecret(file: folder.path + "/none") }
  }

  @Test func `prices are read exactly, and a wrong line is named`() throws {
    let prices = try ModelPrices(parsing: "# x\n\na 0.02 3 # y\nb/c 1 4\nd 0.000001 5")
    #expect(prices["a"]?.picodollarsPerToken == 20_000 && prices["a"]?.dimension == 3)
    #expect(prices["b/c"]?.picodollarsPerToken == 1_000_000)
    #expect(prices["d"]?.picodollarsPerToken == 1 && prices["e"] == nil)
    let merged = ModelPrices.builtIn.merging(try ModelPrices(parsing: "mistral-embed 9 1024"))
    #expect(merged["mistral-embed"]?.picodollarsPerToken == 9_000_000)
    #expect(merged["text-embedding-3-small"]?.picodollarsPerToken == 20_000)
    for wrong in ["a 1", "a 1 2 3", "a -1 3", "a 0.0000001 3", "a 1. 3", "a 1 0", "a x 3"] {
      #expect { try ModelPrices(parsing: "# head\n" + wrong) } throws: {
        "\($0)".contains("line 2")
      }
    }
  }
}

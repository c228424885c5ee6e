import HTTP
import TestSupport
import Embedding
import Testing

@testable import RemoteEmbedding

@Suite struct RequestPacerTests {
  @Test(
    arguments: [
      ("20ms", 20), ("1s", 1000), ("6m0s", 360_000), ("1h2m3.5s", 3_600_000), ("2m3.5s", 123_500),
      ("0.25", 250), ("7", 7000), ("", nil), ("s", nil), ("1x", nil), ("1s2", nil), ("-1s", nil),
      ("1d", nil),
    ] as [(String, Int?)])
  func `spans of time in headers are read`(text: String, expected: Int?) {
    #expect(RequestPacer.milliseconds(text) == expected)
  }

  @Test func `requests go in their order once the burst is used up`() {
    var pacer = RequestPacer(requestsPerMinute: 30, tokensPerMinute: nil, now: 0)
    let moments = (0..<8).map { _ in pacer.reserve(tokenCount: 1, now: 0) }
    #expect(moments == [0, 0, 0, 0, 0, 2000, 4000, 6000])
    // What is owed comes back with time, and no more than the burst.
    #expect(pacer.reserve(tokenCount: 1, now: 8000) == 8000)
    #expect((0..<6).map { _ in pacer.reserve(tokenCount: 1, now: 1_000_000) }.last == 1_002_000)
  }

  @Test func `a text larger than the burst waits for its share instead of for ever`() {
    var pacer = RequestPacer(requestsPerMinute: nil, tokensPerMinute: 600, now: 0)
    #expect(pacer.reserve(tokenCount: 300, now: 0) == 20_000)
  }

  @Test func `few tokens that are left hold back what needs more`() throws {
    let server = try LocalHTTPServer { _ in
      .init(
        200, "",
        headers: [
          ("x-ratelimit-limit-tokens", "1000"), ("x-ratelimit-remaining-tokens", "100"),
          ("x-ratelimit-reset-tokens", "9s"), ("x-ratelimit-remaining-requests", "5"),
          ("x-ratelimit-reset-requests", "60s"),
        ])
    }
    defer { server.close() }
    let head = try HTTPClient().send(HTTPRequest(server.url)).head
    var pacer = RequestPacer(requestsPerMinute: nil, tokensPerMinute: nil, now: 0)
    pacer.note(head, tokenCount: 200, now: 1000)
    // 100 of the 900 missing tokens are back after a ninth of the time.
    #expect(pacer.reserve(tokenCount: 200, now: 1000) == 2000)
    #expect(pacer.reserve(tokenCount: 100, now: 1000) == 1000)
    pacer.note(head, tokenCount: 5000, now: 1000)
    #expect(pacer.notBefore(tokenCount: 5000) == 10_000)
  }

  @Test func `blocks add up to the latest`() {
    var pacer = RequestPacer(requestsPerMinute: nil, tokensPerMinute: nil, now: 0)
    pacer.block(until: 500)
    pacer.block(until: 300)
    #expect(pacer.notBefore(tokenCount: 1) == 500 && pacer.reserve(tokenCount: 1, now: 100) == 500)
  }
}

@Suite struct TextBatchesTests {
  @Test func `batches cover all texts in order within both limits`() {
    let texts = [5, 5, 5, 100, 1, 1, 1, 1, 20].map {
      PreparedText(String(repeating: "abc", count: $0))
    }
    let plan = TextBatches.plan(texts, textLimit: 3, tokenLimit: 20)
    #expect(plan == [0..<3, 3..<4, 4..<7, 7..<8, 8..<9])
    #expect(TextBatches.plan([], textLimit: 3, tokenLimit: 20) == [])
  }

  @Test(arguments: ["", "a", "hello world", "käse", "語語語", "🧀👨‍👩‍👧‍👦", "a\u{301}b"])
  func `a cut text never has more than its limit, and is a prefix`(text: String) {
    for limit in 1...20 {
      let cut = TokenEstimate.cut(text, to: limit)
      #expect(TokenEstimate.of(cut) <= limit)
      #expect(text.unicodeScalars.starts(with: cut.unicodeScalars))
      if TokenEstimate.of(text) <= limit { #expect(cut == text) }
    }
  }
}

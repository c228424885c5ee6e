import Testing

@testable import HTTP

@Suite struct HTTPRetryTests {
  static func clock(wall: Int64 = 0, random: @escaping @Sendable (ClosedRange<Int>) -> Int)
    -> HTTPClock
  {
    HTTPClock(nowMilliseconds: { 0 }, wallSeconds: { wall }, pause: { _, _ in }, random: random)
  }

  @Test func `pauses double up to their bound and may be anything below`() {
    let policy = HTTPRetryPolicy(firstPauseMilliseconds: 100, longestPauseMilliseconds: 1000)
    let longest = Self.clock { $0.upperBound }
    let shortest = Self.clock { $0.lowerBound }
    let pauses = [1, 2, 3, 4, 5, 60, .max].map {
      policy.pauseMilliseconds(afterFailures: $0, clock: longest)
    }
    #expect(pauses == [100, 200, 400, 800, 1000, 1000, 1000])
    #expect(policy.pauseMilliseconds(afterFailures: 5, clock: shortest) == 0)
  }

  @Test(
    arguments: [
      ("7", 7000), ("0", 0), ("1.5", 1500), ("-3", 0), ("999999999", 86_400_000),
      ("Sun, 06 Nov 1994 08:49:37 GMT", 37_000), ("Sun, 06 Nov 1994 08:48:00 GMT", 0),
      ("soon", nil), ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("nan", nil), ("", nil),
    ] as [(String, Int?)])
  func `the server's wish to wait is read as seconds and as a date`(text: String, expected: Int?) {
    var head = HTTPHead()
    head.headers = [("retry-after", text)]
    let clock = Self.clock(wall: 784_111_740) { $0.lowerBound }  // 08:49:00
    #expect(head.retryAfterMilliseconds(clock: clock) == expected)
    #expect(HTTPHead().retryAfterMilliseconds(clock: clock) == nil)
  }

  @Test(arguments: [("250", 250), ("0.2", 1), ("-5", 0), ("1e99", 86_400_000), ("soon", 7000)])
  func `a wish in milliseconds goes before one in seconds`(text: String, expected: Int) {
    var head = HTTPHead()
    head.headers = [("retry-after", "7"), ("retry-after-ms", text)]
    #expect(head.retryAfterMilliseconds(clock: Self.clock { $0.lowerBound }) == expected)
  }

  @Test(
    arguments: [
      ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
      ("Sat, 21 Nov 2026 10:00:00 GMT", 1_795_255_200), ("Sat, 32 Nov 2026 10:00:00 GMT", nil),
      ("Sat, 21 Foo 2026 10:00:00 GMT", nil), ("Sat, 21 Nov 2026 25:00:00 GMT", nil),
    ] as [(String, Int64?)])
  func `dates are seconds since 1970`(text: String, expected: Int64?) {
    #expect(HTTPDate.seconds(text) == expected)
  }

  @Test(arguments: [
    ("https://api.openai.com/v1", "https://api.openai.com", "/v1", false),
    ("HTTP://LocalHost:8080?x=1", "http://localhost:8080", "/", true),
    ("http://[::1]:80/a#b", "http://[::1]:80", "/a", true),
    ("http://127.1.2.3/", "http://127.1.2.3", "/", true),
    ("http://127.0.0.1.evil.com/", "http://127.0.0.1.evil.com", "/", false),
  ])
  func `URLs are taken apart`(text: String, origin: String, path: String, isLoopback: Bool) throws {
    let url = try #require(HTTPURL(text))
    #expect(url.origin == origin && url.path == path && url.isLoopback == isLoopback)
  }

  @Test(arguments: [
    "", "api.openai.com", "ftp://x/", "http://", "http:///x", "http://a:b@c/", "http://a:0/",
    "http://a:99999/", "http://a b/", "http://a\\@b/", "http://[::1/", "http://ä/",
  ])
  func `what is no URL of HTTP is refused`(text: String) { #expect(HTTPURL(text) == nil) }
}

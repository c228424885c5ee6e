import Platform

/// How often and how patiently a failed request is tried again.
public struct HTTPRetryPolicy: Sendable {
  /// Requests in a row that may fail before the caller is told.
  public var attemptLimit: Int
  /// The longest pause after the first failure, in milliseconds; it doubles with each further one.
  public var firstPauseMilliseconds: Int
  /// The longest pause at all, in milliseconds.
  public var longestPauseMilliseconds: Int

  /// - Parameters:
  ///   - attemptLimit: Requests in a row that may fail before the caller is told.
  ///   - firstPauseMilliseconds: The longest pause after the first failure.
  ///   - longestPauseMilliseconds: The longest pause at all.
  public init(
    attemptLimit: Int = 6, firstPauseMilliseconds: Int = 500,
    longestPauseMilliseconds: Int = 30_000
  ) {
    self.attemptLimit = attemptLimit
    self.firstPauseMilliseconds = firstPauseMilliseconds
    self.longestPauseMilliseconds = longestPauseMilliseconds
  }

  /// A pause with full jitter: anything from nothing to the bound, so that callers that failed
  /// together do not come back together.
  ///
  /// - Parameters:
  ///   - failures: Requests in a row that have failed, at least 1.
  ///   - clock: Where chance comes from.
  /// - Source: Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
  public func pauseMilliseconds(afterFailures failures: Int, clock: HTTPClock) -> Int {
    let doubled = firstPauseMilliseconds << min(max(0, failures - 1), 20)
    return clock.random(0...max(0, min(doubled, longestPauseMilliseconds)))
  }

  /// Whether an answer with this status may be another one later: the server is busy, slow or
  /// broken, rather than unwilling.
  public static func isTransient(status: Int) -> Bool {
    [408, 409, 425, 429].contains(status) || status >= 500 && status != 501 && status != 505
  }
}

/// Time and chance, as callers that retry see them; tests hand in their own.
public struct HTTPClock: Sendable {
  /// Milliseconds since some moment; never goes back.
  public var nowMilliseconds: @Sendable () -> Int
  /// Seconds since 1970 in UTC, to compare with a server's date.
  public var wallSeconds: @Sendable () -> Int64
  /// Pauses the calling thread for these milliseconds, or until the cancellation comes.
  public var pause: @Sendable (Int, HTTPCancellation) -> Void
  /// Any number of the range, each as likely.
  public var random: @Sendable (ClosedRange<Int>) -> Int

  /// - Parameters:
  ///   - nowMilliseconds: Milliseconds since some moment.
  ///   - wallSeconds: Seconds since 1970 in UTC.
  ///   - pause: Pauses the calling thread.
  ///   - random: Any number of the range.
  public init(
    nowMilliseconds: @escaping @Sendable () -> Int, wallSeconds: @escaping @Sendable () -> Int64,
    pause: @escaping @Sendable (Int, HTTPCancellation) -> Void,
    random: @escaping @Sendable (ClosedRange<Int>) -> Int
  ) {
    self.nowMilliseconds = nowMilliseconds
    self.wallSeconds = wallSeconds
    self.pause = pause
    self.random = random
  }

  /// The machine's own.
  public static let system = HTTPClock(
    nowMilliseconds: { Int(Clock.monotonicNanoseconds / 1_000_000) },
    wallSeconds: { Clock.wallMicroseconds / 1_000_000 },
    pause: { milliseconds, cancellation in cancellation.sleep(milliseconds: milliseconds) },
    random: { Int.random(in: $0) })
}

extension HTTPHead {
  /// How long the server asks to wait (`Retry-After`, as seconds or as a date), in milliseconds;
  /// nil where it does not say. At most a day. `Retry-After-Ms`, which OpenAI and Azure send, is
  /// more exact and goes before.
  ///
  /// - Source: RFC 9110, section 10.2.3.
  public func retryAfterMilliseconds(clock: HTTPClock) -> Int? {
    let day = 86_400.0
    if let text = self["retry-after-ms"], let milliseconds = Double(text), milliseconds.isFinite {
      return Int(min(max(0, milliseconds), day * 1000).rounded(.up))
    }
    guard let text = self["retry-after"] else { return nil }
    if let seconds = Double(text), seconds.isFinite {
      return Int(min(max(0, seconds), day) * 1000)
    }
    guard let date = HTTPDate.seconds(text) else { return nil }
    return Int(min(max(0, Double(date - clock.wallSeconds())), day) * 1000)
  }
}

/// The dates of HTTP headers.
public enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Seconds since 1970 of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`; nil for anything else,
  /// the two obsolete forms included.
  ///
  /// - Source: RFC 9110, section 5.6.7; the day's number by Hinnant's days_from_civil.
  public static func seconds(_ text: String) -> Int64? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT",
      let day = Int64(words[1]), (1...31).contains(day),
      let month = months.firstIndex(of: String(words[2])).map({ Int64($0 + 1) }),
      let year = Int64(words[3]), (1970...9999).contains(year)
    else { return nil }
    let time = words[4].split(separator: ":").compactMap { Int64($0) }
    guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]),
      (0...60).contains(time[2])
    else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    return days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
  }
}

import HTTP

/// When the next request may go: a limit of our own, and what the provider asks for. Pure.
///
/// Each bucket holds ten seconds' worth. A request takes its share at once, if need be as a debt,
/// and waits until the debt is paid: so requests go in the order in which they came here.
struct RequestPacer {
  private struct Bucket {
    /// What comes back in a millisecond.
    let rate: Double
    let capacity: Double
    var level: Double
    var time: Int

    init?(perMinute: Int?, now: Int) {
      guard let perMinute else { return nil }
      rate = Double(perMinute) / 60_000
      capacity = max(1, rate * 10_000)
      level = capacity
      time = now
    }

    mutating func take(_ amount: Double, now: Int) -> Int {
      level = min(capacity, level + Double(max(0, now - time)) * rate) - amount
      time = max(time, now)
      return level >= 0 ? 0 : Int((-level / rate).rounded(.up))
    }
  }

  private var requests: Bucket?
  private var tokens: Bucket?
  private var blockedUntil: Int
  /// Requests of more tokens than these wait until then.
  private var scarcity = (tokensLeft: Int.max, until: 0)

  init(requestsPerMinute: Int?, tokensPerMinute: Int?, now: Int) {
    requests = Bucket(perMinute: requestsPerMinute, now: now)
    tokens = Bucket(perMinute: tokensPerMinute, now: now)
    blockedUntil = now
  }

  /// Takes a request's share.
  ///
  /// - Returns: The moment before which it must not go.
  mutating func reserve(tokenCount: Int, now: Int) -> Int {
    let byRequests = requests?.take(1, now: now) ?? 0
    let byTokens = tokens?.take(Double(tokenCount), now: now) ?? 0
    return max(notBefore(tokenCount: tokenCount), now + max(byRequests, byTokens))
  }

  /// The moment before which such a request must not go because the provider said so.
  func notBefore(tokenCount: Int) -> Int {
    tokenCount > scarcity.tokensLeft ? max(blockedUntil, scarcity.until) : blockedUntil
  }

  /// Holds every request back until then.
  mutating func block(until moment: Int) { blockedUntil = max(blockedUntil, moment) }

  /// Takes notice of what the provider says is left (`x-ratelimit-…`): where the like of this
  /// request would be refused, the next such one waits for what it needs to come back. A smaller
  /// one, a query mostly, goes at once where what is left suffices for it.
  mutating func note(_ head: HTTPHead, tokenCount: Int, now: Int) {
    for (kind, needed) in [("requests", 1), ("tokens", tokenCount)] {
      guard let left = head["x-ratelimit-remaining-\(kind)"].flatMap({ Int($0) }), left < needed,
        let reset = head["x-ratelimit-reset-\(kind)"].flatMap(Self.milliseconds)
      else { continue }
      var pause = Double(reset)
      // The reset is when the whole limit is back; a part of it is back earlier.
      if let limit = head["x-ratelimit-limit-\(kind)"].flatMap({ Int($0) }), limit > max(0, left) {
        pause *= min(1, Double(needed - left) / Double(limit - left))
      }
      let moment = now + Int(pause.rounded(.up))
      if kind == "requests" { block(until: moment) } else { scarcity = (left, moment) }
    }
  }

  /// `20ms`, `1s`, `6m0s`, `1h2m3.5s`, or seconds alone; at most an hour, nil for anything else.
  static func milliseconds(_ text: String) -> Int? {
    let units: [(name: String, scale: Double)] = [
      ("ms", 1), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ]
    var rest = text[...]
    var total = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let value = Double(digits) else { return nil }
      rest = rest[digits.endIndex...]
      if rest.isEmpty && digits.endIndex == text.endIndex && digits.startIndex == text.startIndex {
        total = value * 1000
      } else if let unit = units.first(where: { rest.hasPrefix($0.name) }) {
        total += value * unit.scale
        rest = rest.dropFirst(unit.name.count)
      } else {
        return nil
      }
    }
    return text.isEmpty ? nil : Int(min(total, 3_600_000).rounded(.up))
  }
}

/// The terms that a test of metadata admits: disjoint intervals in byte order.
struct TermIntervals: Sendable {
  /// Terms from `low` on that come before `high`.
  struct Interval: Equatable, Sendable {
    let low: [UInt8]
    let high: [UInt8]
  }

  /// What every admitted term begins with.
  let path: [UInt8]
  let intervals: [Interval]

  /// The intervals of `test` on the values under `key`.
  init(key: String, _ test: MetadataTest) {
    path = MetadataTerms.path(of: key)
    let values = path + [MetadataTerms.pathEnd]
    switch test {
    case .exists:
      // What stands under the key itself, and what stands inside it.
      let dot = UInt8(ascii: ".")
      intervals = [
        Interval(low: values, high: path + [MetadataTerms.pathEnd + 1]),
        Interval(low: path + [dot], high: path + [dot + 1]),
      ]
    case .anyOf(let wanted):
      var terms = wanted.map { values + Self.encoded($0) }
      terms.sort(by: precedesByBytes)
      var intervals: [Interval] = []
      for term in terms where intervals.last?.low != term {
        intervals.append(Interval(low: term, high: term + [0]))
      }
      self.intervals = intervals
    case .number(let bounds):
      let low =
        switch bounds.lower {
        case .included(let value): MetadataTerms.place(of: value)
        case .excluded(let value): MetadataTerms.place(of: value) + 1
        case nil: UInt64.min
        }
      // The first place beyond; infinity's is well below the greatest.
      let high =
        switch bounds.upper {
        case .included(let value): MetadataTerms.place(of: value) + 1
        case .excluded(let value): MetadataTerms.place(of: value)
        case nil: UInt64.max
        }
      func end(_ place: UInt64) -> [UInt8] {
        var term = values + [MetadataTerms.Kind.number.rawValue]
        MetadataTerms.append(place, to: &term)
        return term
      }
      intervals = low < high ? [Interval(low: end(low), high: end(high))] : []
    }
  }

  private static func encoded(_ value: MetadataValue) -> [UInt8] {
    switch value {
    case .text(let text): MetadataTerms.encoded(text)
    case .number(let number): MetadataTerms.encoded(number: number.description)
    case .integer(let number): MetadataTerms.encoded(number: number.description)
    case .flag(let flag): MetadataTerms.encoded(flag)
    }
  }

  /// Whether the term is admitted.
  ///
  /// - Complexity: O(log intervals).
  func contains(_ term: [UInt8]) -> Bool {
    unsafe term.withUnsafeBytes { unsafe contains($0) }
  }

  @unsafe func contains(_ term: UnsafeRawBufferPointer) -> Bool {
    var low = 0
    var high = intervals.count
    while low < high {
      let middle = (low + high) / 2
      if unsafe !precedes(term, intervals[middle].low) { low = middle + 1 } else { high = middle }
    }
    return unsafe low > 0 && precedes(term, intervals[low - 1].high)
  }
}

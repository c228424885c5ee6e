/// Corrections that a business has rejected: they are neither made nor asked again.
public struct Rejections: Equatable, Sendable {
  private struct Pair: Hashable {
    var original: String
    var replacement: String
  }

  private var pairs: Set<Pair> = []

  /// None.
  public init() {}

  /// Whether there is none.
  public var isEmpty: Bool { pairs.isEmpty }

  /// Rejected corrections.
  public var count: Int { pairs.count }

  /// Notes what became of a correction; where a business has said several things of one, the last
  /// noted holds. Case is no matter.
  public mutating func note(_ original: String, _ replacement: String, isRejected: Bool) {
    let pair = Self.pair(original, replacement)
    if isRejected { pairs.insert(pair) } else { pairs.remove(pair) }
  }

  /// Whether the business wants the original as it is, or something else than the replacement.
  public func contains(_ original: String, _ replacement: String) -> Bool {
    pairs.contains(Self.pair(original, replacement))
  }

  private static func pair(_ original: String, _ replacement: String) -> Pair {
    Pair(
      original: Folding.lower(original, dotlessI: false),
      replacement: Folding.lower(replacement, dotlessI: false))
  }
}

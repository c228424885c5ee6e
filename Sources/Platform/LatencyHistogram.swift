/// Counts of durations in log-linear buckets: three significant digits from 1 ns to 52 days.
///
/// Values below 2,048 ns have a bucket each; above, every doubling is divided into 1,024 buckets,
/// so that a reported value lies less than 0.1 % above the recorded one. Memory grows with the
/// largest value: 139 KB up to 134 ms, 311 KB up to a day. Recording is a few nanoseconds and
/// allocates only when a larger value than ever arrives. Mutation is not synchronised: keep one a
/// thread and ``merge(_:)`` them.
/// - Source: the bucket layout of HdrHistogram (Gil Tene), with a lowest value of 1.
public struct LatencyHistogram: Sendable, Equatable {
  private static let halfBits = 10
  private static let half = 1 << halfBits
  /// Largest value told apart, in nanoseconds (2^52 − 1); longer durations count as this.
  public static let limitNanoseconds: UInt64 = 1 << 52 - 1

  private var counts: [UInt64] = []
  /// Durations recorded.
  public private(set) var count: UInt64 = 0
  /// The longest duration recorded, exact, in nanoseconds; 0 when empty.
  public private(set) var maxNanoseconds: UInt64 = 0
  private var smallest = UInt64.max
  private var total = 0.0

  /// Makes an empty histogram.
  public init() {}

  /// The shortest duration recorded, exact, in nanoseconds; 0 when empty.
  public var minNanoseconds: UInt64 { count == 0 ? 0 : smallest }

  /// The mean duration in nanoseconds; 0 when empty.
  public var meanNanoseconds: Double { count == 0 ? 0 : total / Double(count) }

  /// Counts a duration of `nanoseconds`, `times` times.
  public mutating func record(_ nanoseconds: UInt64, times: UInt64 = 1) {
    guard times > 0 else { return }
    let value = min(nanoseconds, Self.limitNanoseconds)
    let bucket = Self.bucket(of: value)
    if bucket >= counts.count {
      counts.append(contentsOf: repeatElement(0, count: bucket + 1 - counts.count))
    }
    counts[bucket] &+= times
    count &+= times
    maxNanoseconds = max(maxNanoseconds, value)
    smallest = min(smallest, value)
    total += Double(value) * Double(times)
  }

  /// Adds all that `other` counted.
  public mutating func merge(_ other: LatencyHistogram) {
    if other.counts.count > counts.count {
      counts.append(contentsOf: repeatElement(0, count: other.counts.count - counts.count))
    }
    for (bucket, times) in other.counts.enumerated() { counts[bucket] &+= times }
    count &+= other.count
    maxNanoseconds = max(maxNanoseconds, other.maxNanoseconds)
    smallest = min(smallest, other.smallest)
    total += other.total
  }

  /// The duration that a share of all recorded ones does not exceed.
  ///
  /// - Parameter share: Within 0...1; 0.999 is p99.9. Values outside are moved to the nearer end.
  /// - Returns: Nanoseconds, at most 0.1 % above the exact quantile (nearest rank); 0 when empty.
  /// - Complexity: O(buckets), some microseconds.
  public func percentile(_ share: Double) -> UInt64 {
    guard count > 0 else { return 0 }
    let exactRank = (min(max(share, 0), 1) * Double(count)).rounded(.up)
    let rank = min(max(1, UInt64(exactRank)), count)
    var seen: UInt64 = 0
    for (bucket, times) in counts.enumerated() {
      seen &+= times
      if seen >= rank { return min(Self.largestValue(in: bucket), maxNanoseconds) }
    }
    return maxNanoseconds
  }

  /// The filled buckets in order: the largest value of each, in nanoseconds, and its count.
  public func buckets() -> [(nanoseconds: UInt64, count: UInt64)] {
    counts.enumerated().filter { $0.element > 0 }.map {
      (Self.largestValue(in: $0.offset), $0.element)
    }
  }

  static func bucket(of value: UInt64) -> Int {
    guard value >= UInt64(2 * half) else { return Int(value) }
    let shift = 63 - value.leadingZeroBitCount - halfBits
    return shift << halfBits + Int(value >> UInt64(shift))
  }

  static func largestValue(in bucket: Int) -> UInt64 {
    guard bucket >= 2 * half else { return UInt64(bucket) }
    let shift = bucket >> halfBits - 1
    let step = UInt64(bucket - shift << halfBits)
    return (step + 1) << UInt64(shift) - 1
  }
}

import Platform
import Testing

@Suite struct LatencyHistogramTests {
  @Test func `an empty histogram says zero`() {
    let histogram = LatencyHistogram()
    #expect(histogram.count == 0)
    #expect(histogram.percentile(0.5) == 0)
    #expect(histogram.maxNanoseconds == 0)
    #expect(histogram.minNanoseconds == 0)
    #expect(histogram.meanNanoseconds == 0)
  }

  @Test func `quantiles lie within a thousandth of the sorted values`() {
    let seed = UInt64(42)
    print("histogram seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    var histogram = LatencyHistogram()
    var values: [UInt64] = []
    for _ in 0..<50_000 {
      // From nanoseconds to hours, evenly over the powers of two.
      let bits = UInt64.random(in: 0..<44, using: &generator)
      values.append(UInt64.random(in: 0..<(1 << (bits + 1)), using: &generator))
    }
    for value in values { histogram.record(value) }
    values.sort()
    #expect(histogram.count == 50_000)
    #expect(histogram.maxNanoseconds == values.last)
    #expect(histogram.minNanoseconds == values.first)
    let mean = values.reduce(0.0) { $0 + Double($1) } / 50_000
    #expect(abs(histogram.meanNanoseconds - mean) <= mean * 1e-9)
    for share in [0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1] {
      let exact = values[max(1, Int((share * 50_000).rounded(.up))) - 1]
      let reported = histogram.percentile(share)
      #expect(reported >= exact && Double(reported) <= Double(exact) * 1.001, "\(share)")
    }
  }

  @Test func `merging equals recording together`() {
    var both = LatencyHistogram()
    var parts = [LatencyHistogram(), LatencyHistogram()]
    var generator = SeededGenerator(seed: 4)
    for index in 0..<10_000 {
      let value = UInt64.random(in: 0..<(index % 2 == 0 ? 1_000 : 100_000_000), using: &generator)
      both.record(value)
      parts[index % 2].record(value)
    }
    var merged = parts[0]
    merged.merge(parts[1])
    #expect(merged.buckets().map(\.nanoseconds) == both.buckets().map(\.nanoseconds))
    #expect(merged.buckets().map(\.count) == both.buckets().map(\.count))
    #expect(merged.count == both.count)
    #expect(merged.percentile(0.99) == both.percentile(0.99))
    #expect(merged.maxNanoseconds == both.maxNanoseconds)
  }

  @Test func `extremes and repeats are counted`() {
    var histogram = LatencyHistogram()
    histogram.record(.max)
    histogram.record(5, times: 99)
    histogram.record(7, times: 0)
    #expect(histogram.count == 100)
    #expect(histogram.percentile(0.99) == 5)
    #expect(histogram.percentile(1) == LatencyHistogram.limitNanoseconds)
    #expect(histogram.percentile(-3) == 5)
    #expect(histogram.percentile(9) == LatencyHistogram.limitNanoseconds)
    #expect(histogram.buckets().map(\.count) == [99, 1])
  }
}

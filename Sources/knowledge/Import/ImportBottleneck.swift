import RPC

/// What an import goes through; each stage works while the others do.
enum ImportStage: String, CaseIterable, Sendable {
  /// Reading and mapping the input, here.
  case reading
  /// Transactions of Postgres.
  case writing
  /// Bringing what was written into the files.
  case indexing
  /// Making vectors.
  case embedding
}

/// Which stage of an import is the bottleneck: from how long each was at work lately.
///
/// The share of a stage is the part of about the last second in which it was at work. The
/// bottleneck is the last stage that never rested (the ones before it have run ahead of it, so the
/// import is searchable no sooner than that one is done); where all rested, the one that rested
/// least.
struct ImportBottleneck: Sendable {
  /// How long each stage was at work, in the order of ``ImportStage/allCases``, and all of it.
  private struct Times {
    var elapsed: (here: UInt64, there: UInt64) = (0, 0)
    var busy: [UInt64] = [0, 0, 0, 0]
  }

  private static let windowMicroseconds: UInt64 = 1_000_000
  /// A stage that was at work for such a part of the time did not rest: the rest is measuring.
  private static let saturation = 0.9

  private var samples: [Times] = []
  /// Of streams that ended, for the whole import.
  private var earlier = Times()

  /// Takes what an acknowledgement says.
  ///
  /// - Parameters:
  ///   - stages: Of the import's stream.
  ///   - readingNanoseconds: How long the input was being read since the import began.
  ///   - elapsedNanoseconds: Since the import began.
  mutating func note(
    _ stages: ImportStages, readingNanoseconds: UInt64, elapsedNanoseconds: UInt64
  ) {
    let there = [
      stages.writingMicroseconds, stages.indexingMicroseconds, stages.embeddingMicroseconds,
    ]
    let times = Times(
      elapsed: (elapsedNanoseconds / 1000, stages.elapsedMicroseconds),
      busy: [readingNanoseconds / 1000] + there)
    if let last = samples.last,
      last.elapsed.there > times.elapsed.there
        || zip(last.busy, times.busy).contains(where: { $0 > $1 })
    {
      // Another stream: the service counts anew.
      for index in 1...3 { earlier.busy[index] += last.busy[index] }
      samples = []
    }
    samples.append(times)
    while samples.count > 2,
      samples[1].elapsed.here + Self.windowMicroseconds <= times.elapsed.here
    {
      samples.removeFirst()
    }
  }

  /// The share of each stage, 0...1, in the order of ``ImportStage/allCases``; empty before
  /// anything is known.
  var shares: [Double] {
    guard let last = samples.last else { return [] }
    // Before there are two, the import's beginning is the first.
    let first = samples.count > 1 ? samples[0] : Times()
    return last.busy.indices.map { index in
      let whole =
        index == 0
        ? last.elapsed.here - first.elapsed.here : last.elapsed.there - first.elapsed.there
      return whole == 0 ? 0 : min(1, Double(last.busy[index] - first.busy[index]) / Double(whole))
    }
  }

  /// The stage that everything waits for; nil before anything is known.
  var stage: ImportStage? {
    let shares = shares
    guard let most = shares.max(), most > 0 else { return nil }
    let place =
      shares.lastIndex { $0 >= Self.saturation } ?? shares.firstIndex(of: most)
    return place.map { ImportStage.allCases[$0] }
  }

  /// How long each stage was at work in the whole import, in microseconds, in the order of
  /// ``ImportStage/allCases``.
  var busyMicroseconds: [UInt64] {
    var busy = samples.last?.busy ?? [0, 0, 0, 0]
    for index in 1...3 { busy[index] += earlier.busy[index] }
    return busy
  }
}

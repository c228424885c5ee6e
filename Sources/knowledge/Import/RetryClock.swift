import Platform

/// When to try again: after 100 ms, then twice as long each time up to 5 s, up to a quarter of it
/// more by chance, until the limit is used up without progress.
struct RetryClock {
  let limitMilliseconds: Int
  private var pauseMilliseconds = 100
  private var usedMilliseconds = 0
  private var chance: SeededGenerator

  init(limitMilliseconds: Int, seed: UInt64 = Clock.monotonicNanoseconds) {
    self.limitMilliseconds = limitMilliseconds
    chance = SeededGenerator(seed: seed)
  }

  /// Begins anew: something went well.
  mutating func reset() {
    pauseMilliseconds = 100
    usedMilliseconds = 0
  }

  /// How long to wait before the next attempt; nil when there shall be none.
  mutating func nextPause() -> Int? {
    guard usedMilliseconds < limitMilliseconds else { return nil }
    let jitter = Int.random(in: 0...pauseMilliseconds / 4, using: &chance)
    let pause = min(pauseMilliseconds + jitter, limitMilliseconds - usedMilliseconds)
    usedMilliseconds += pause
    pauseMilliseconds = min(pauseMilliseconds * 2, 5_000)
    return pause
  }
}

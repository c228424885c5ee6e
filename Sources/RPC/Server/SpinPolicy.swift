/// Decides whether a loop thread looks for its next event a while before it sleeps.
///
/// Waking a sleeping processor takes about 50 µs, more than a small request; looking costs
/// processor time. So it looks only right after serving a request, and after each fruitless look
/// leaves out twice as many, up to ``restLimit``: an idle server never looks.
struct SpinPolicy {
  /// Sleeps between two looks at the worst: one look of 50 µs in so many costs nothing.
  static let restLimit = 256

  private var rest = 0
  private var penalty = 0

  /// Whether to look now, having served requests since the last sleep or not.
  mutating func shouldSpin(servedRequest: Bool) -> Bool {
    guard servedRequest else { return false }
    if rest > 0 {
      rest -= 1
      return false
    }
    return true
  }

  /// The look found an event.
  mutating func succeeded() { penalty = 0 }

  /// The look found none.
  mutating func failed() {
    penalty = min(Self.restLimit, max(1, penalty * 2))
    rest = penalty
  }
}

/// How long to wait for more before a message is answered, learned from the person's own rhythm.
///
/// Who always writes one message at a time waits a quarter of a second. Who writes in bursts is
/// given the time that nine of ten of their pauses within a burst took. A message that ends like a
/// sentence waits half as long as one that breaks off.
public enum QuietWindow {
  /// Two messages with less between them, and no answer, are of one burst: milliseconds.
  public static let burstMilliseconds = 5_000
  /// For people of whom nothing is known, and those who write no bursts: milliseconds.
  public static let usualMilliseconds = 250

  /// The window after a message.
  ///
  /// - Parameters:
  ///   - history: What was said before, oldest first.
  ///   - message: What has just come.
  /// - Returns: Milliseconds, 125 to 5,000.
  public static func milliseconds(history: [Message], message: String) -> Int {
    var pauses: [Int] = []
    var singles = 0
    for (earlier, later) in zip(history, history.dropFirst()) where earlier.sender == .user {
      let pause = Int(clamping: (later.createdAt - earlier.createdAt) / 1000)
      if later.sender == .user && pause <= burstMilliseconds && pause >= 0 {
        pauses.append(pause)
      } else {
        singles += 1
      }
    }
    var window = usualMilliseconds
    // A burst now and then is no rhythm: one message in five must have had a follower.
    if pauses.count >= 2 && pauses.count * 4 >= singles {
      pauses.sort()
      window = max(window, pauses[min(pauses.count - 1, pauses.count * 9 / 10)] * 5 / 4)
    }
    let isWhole = message.last { !$0.isWhitespace }.map { ".!?…。！？".contains($0) } ?? false
    return min(burstMilliseconds, isWhole ? window / 2 : window)
  }
}

import Embedding

/// A text as it will be sent.
struct PreparedText: Sendable {
  var text: String
  var tokens: Int

  init(_ text: String) {
    self.text = text
    tokens = TokenEstimate.of(text)
  }
}

enum TextBatches {
  /// Cuts `texts` into ranges of neighbours that a request may hold; a text that is too large for
  /// any goes alone.
  static func plan(_ texts: [PreparedText], textLimit: Int, tokenLimit: Int) -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var start = 0
    var tokens = 0
    for (index, text) in texts.enumerated() {
      if index > start, index - start >= textLimit || tokens + text.tokens > tokenLimit {
        batches.append(start..<index)
        start = index
        tokens = 0
      }
      tokens += text.tokens
    }
    if start < texts.count { batches.append(start..<texts.count) }
    return batches
  }
}

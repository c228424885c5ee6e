/// How much of a text a model reads as one passage.
public struct ChunkSize: Sendable {
  /// Tokens of a passage at most, with what names the entry; 16 or more.
  public let tokenLimit: Int
  /// Tokens of a text, without the special ones around it.
  public let tokenCount: @Sendable (String) -> Int

  /// Bytes of a passage for each token of the limit: bounds what a model takes for few tokens, such
  /// as a word of a million letters.
  static let tokenByteCount = 8

  /// - Parameters:
  ///   - tokenLimit: Tokens of a passage; less than 16 counts as 16: smaller pieces say little.
  ///   - tokenCount: Counts tokens; the same text always gives the same number.
  public init(tokenLimit: Int, tokenCount: @escaping @Sendable (String) -> Int) {
    self.tokenLimit = max(16, tokenLimit)
    self.tokenCount = tokenCount
  }

  /// For models that do not say: some 1,200 letters, or 270 Chinese signs.
  public static let estimated = ChunkSize(tokenLimit: 400, tokenCount: TokenEstimate.of)

  /// What a text counts: its tokens, or its bytes where it has too many for these.
  func measure(_ text: String) -> Int {
    let byBytes = (text.utf8.count + Self.tokenByteCount - 1) / Self.tokenByteCount
    return max(1, byBytes, tokenCount(text))
  }

  /// Whether a text fits into one passage.
  func fits(_ text: String) -> Bool {
    // A token has a byte at least.
    if text.utf8.count <= tokenLimit { return true }
    guard text.utf8.count <= tokenLimit * Self.tokenByteCount else { return false }
    return tokenCount(text) <= tokenLimit
  }
}

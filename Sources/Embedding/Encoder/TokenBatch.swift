/// Texts as numbers, one after the other without padding.
struct TokenBatch: Sendable {
  /// The tokens of all texts.
  private(set) var ids: [Int32] = []
  /// The place of each token within its text.
  private(set) var places: [Int32] = []
  /// Where each text begins, and where the last ends.
  private(set) var starts: [Int] = [0]

  /// Texts.
  var count: Int { starts.count - 1 }

  /// Adds a text of at least one token.
  mutating func append(_ tokens: [Int32]) {
    precondition(!tokens.isEmpty, "a text has at least its special tokens")
    ids += tokens
    places += 0..<Int32(tokens.count)
    starts.append(ids.count)
  }

  /// The tokens of text `index`.
  func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }
}

/// Turns batches of tokens into unit vectors; any number of threads may do so at once.
protocol Encoder: Sendable {
  /// What the kernels that it runs are called, for reports.
  var kernels: String { get }

  /// Writes the vectors of the batch's texts, `hidden` floats each, in order.
  func encode(_ batch: TokenBatch) -> [Float]
}

/// Whether a model embeds at all: a few texts that have nothing in common, and what their vectors
/// must be.
public enum ModelTrial {
  /// The texts that are tried: short and long, words and numbers.
  static let texts = [
    "does it work?", "Montag bis Samstag, 9 bis 18 Uhr", "42",
    "How do I return shoes that do not fit, and who pays for the parcel?",
  ]

  /// Embeds the texts in one call, as queries.
  ///
  /// - Throws: What the model throws, and ``EmbeddingError/noVector(model:detail:)`` where the
  ///   vectors are of no use.
  public static func run(_ model: any Embedder) throws(EmbeddingError) {
    let rows = try model.embed(texts, as: .query)
    if let fault = fault(of: rows, dimension: model.model.dimension) {
      throw .noVector(model: model.model.name, detail: fault)
    }
  }

  /// What is wrong with the vectors of ``texts``; nil where nothing is.
  static func fault(of rows: [Float], dimension: Int) -> String? {
    if let row = unusableRow(of: rows, dimension: dimension) {
      return "the vector of \"\(texts[row])\" is zero or holds a NaN or an infinity"
    }
    let first = rows.prefix(dimension)
    let areEqual = stride(from: dimension, to: rows.count, by: dimension).allSatisfy { start in
      zip(first, rows[start..<start + dimension]).allSatisfy { abs($0 - $1) < 1e-6 }
    }
    return areEqual ? "all texts get the same vector" : nil
  }

  /// The first row that is zero or holds what is no finite number; nil where none is.
  public static func unusableRow(of rows: [Float], dimension: Int) -> Int? {
    for (row, start) in stride(from: 0, to: rows.count, by: dimension).enumerated() {
      var sum: Float = 0
      for place in start..<start + dimension { sum += rows[place] * rows[place] }
      // No comparison with a NaN holds.
      guard sum > 0, sum < .infinity else { return row }
    }
    return nil
  }
}

import Platform
/// What remote models cost and give: a small table that a file can replace or add to.
public struct ModelPrices: Sendable, Equatable {
  /// One model.
  public struct Entry: Sendable, Equatable {
    /// Trillionths of a US dollar for a token: exact for prices with six digits after the point.
    public let picodollarsPerToken: UInt64
    /// Floats of a vector where the request names no dimension.
    public let dimension: Int
  }

  private var entries: [String: Entry] = [:]

  /// The entry of a model; nil where the table has none.
  public subscript(model: String) -> Entry? { entries[model] }

  /// Reads a table: one model a line, its name, the price of a million tokens in US dollars, its
  /// dimension, with spaces between; `#` begins a comment.
  ///
  /// - Throws: ``InvalidRemoteModel`` naming the line.
  public init(parsing text: String) throws(InvalidRemoteModel) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
      if words.isEmpty { continue }
      guard words.count == 3, let price = Dollars.trillionthsOfEach(perMillion: words[1]),
        let dimension = Int(words[2]), (1...4096).contains(dimension)
      else {
        throw InvalidRemoteModel(
          "line \(index + 1) of the prices is not 'NAME DOLLARS-PER-MILLION-TOKENS DIMENSION'")
      }
      entries[String(words[0])] = Entry(picodollarsPerToken: price, dimension: dimension)
    }
  }

  /// This table with the other's models added, whose word counts where both have one.
  public func merging(_ other: ModelPrices) -> ModelPrices {
    var merged = self
    merged.entries.merge(other.entries) { $1 }
    return merged
  }

  /// The providers' public prices as they were known when this was written; they change, and a
  /// file of one's own corrects them.
  public static let builtInText = """
    # model                        US$ for a million tokens   dimension
    text-embedding-3-small         0.02                       1536
    text-embedding-3-large         0.13                       3072
    text-embedding-ada-002         0.10                       1536
    mistral-embed                  0.10                       1024
    """

  /// ``builtInText``, read.
  public static let builtIn: ModelPrices = {
    do throws(InvalidRemoteModel) { return try ModelPrices(parsing: builtInText) } catch {
      preconditionFailure("\(error)")
    }
  }()
}

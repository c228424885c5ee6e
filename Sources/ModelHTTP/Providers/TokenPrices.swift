import Platform
import Agent

/// Why a table of prices cannot be read.
public struct InvalidTokenPrices: Error, Equatable, Sendable, CustomStringConvertible {
  /// The error in words, with the line.
  public let description: String
}

/// What tokens cost: a table that a file can replace or add to.
///
/// A line has a model's name and the prices of a million tokens in US dollars: read, read from the
/// provider's cache, put into the cache, written. `-` stands for the price of reading, `?` for one
/// that is not known. A name may end with `*` for all that begin so; the longest that fits counts.
/// A name counts for its dated versions too (`NAME-2025-08-07`, `NAME-20250807`). `NAME>N` gives
/// the prices of requests that read more than N tokens. A name with a provider (`together/NAME`)
/// goes before one without. `#` begins a comment.
public struct TokenPrices: Sendable, Equatable {
  /// The prices of one model, in trillionths of a US dollar for a token: exact for six digits after
  /// the point. Nil for a price that is not known.
  public struct Entry: Sendable, Equatable {
    /// For a token that is read.
    public let input: UInt64?
    /// For one that the provider had in its cache.
    public let cachedInput: UInt64?
    /// For one that it puts there.
    public let cacheWrite: UInt64?
    /// For one that is written.
    public let output: UInt64?
  }

  private struct Tier: Sendable, Equatable {
    var above: Int
    var entry: Entry
  }

  /// By name; tiers by falling threshold.
  private var tiers: [String: [Tier]] = [:]

  /// Reads a table.
  ///
  /// - Throws: ``InvalidTokenPrices`` naming the line.
  public init(parsing text: String) throws(InvalidTokenPrices) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
      if words.isEmpty { continue }
      guard words.count == 5, let (name, above) = Self.name(words[0]),
        let entry = Self.entry(words.dropFirst())
      else {
        throw InvalidTokenPrices(
          description: "line \(index + 1) of the prices is not "
            + "'NAME INPUT CACHED-INPUT CACHE-WRITE OUTPUT' in dollars for a million tokens")
      }
      add(Tier(above: above, entry: entry), to: name)
    }
  }

  private mutating func add(_ tier: Tier, to name: String) {
    var list = tiers[name, default: []]
    list.removeAll { $0.above == tier.above }
    list.append(tier)
    list.sort { $0.above > $1.above }
    tiers[name] = list
  }

  /// This table with the other's names added; all that the other says of a name counts, and nothing
  /// that this one said of it.
  public func merging(_ other: TokenPrices) -> TokenPrices {
    var merged = self
    merged.tiers.merge(other.tiers) { $1 }
    return merged
  }

  /// The prices of a request.
  ///
  /// - Parameters:
  ///   - provider: The provider's name.
  ///   - model: The provider's name of the model.
  ///   - inputTokens: What the request reads, cached or not.
  /// - Returns: Nil where the table has no such model.
  public func entry(provider: String, model: String, inputTokens: Int) -> Entry? {
    let list = tiers(of: "\(provider)/\(model)") ?? tiers(of: model)
    return list?.first { inputTokens > $0.above }?.entry
  }

  private func tiers(of name: String) -> [Tier]? {
    if let exact = tiers[name] ?? tiers[Self.undated(name)] { return exact }
    return tiers.filter { $0.key.hasSuffix("*") && name.hasPrefix($0.key.dropLast()) }
      .max { $0.key.utf8.count < $1.key.utf8.count }?.value
  }

  /// What a reply costs, in trillionths of a US dollar; nil where a price that it needs is not
  /// known.
  public func picodollars(provider: String, model: String, _ usage: ModelUsage) -> UInt64? {
    guard
      let entry = entry(provider: provider, model: model, inputTokens: usage.inputTokens)
    else { return nil }
    let plain = usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens
    var sum: UInt64 = 0
    for (tokens, price) in [
      (plain, entry.input), (usage.cachedInputTokens, entry.cachedInput),
      (usage.cacheWriteTokens, entry.cacheWrite), (usage.outputTokens, entry.output),
    ] where tokens != 0 {
      guard tokens > 0, let price else { return nil }
      let (part, overflow) = price.multipliedReportingOverflow(by: UInt64(tokens))
      let (total, overflowed) = sum.addingReportingOverflow(part)
      if overflow || overflowed { return nil }
      sum = total
    }
    return sum
  }

  /// The name without the date at its end.
  private static func undated(_ name: String) -> String {
    if let date = name.firstMatch(of: #/-20\d\d(-\d\d-\d\d|\d\d\d\d)$/#) {
      return String(name[..<date.range.lowerBound])
    }
    return name
  }

  // MARK: Reading

  private static func name(_ word: Substring) -> (name: String, above: Int)? {
    let parts = word.split(separator: ">", omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty, parts.count <= 2 else { return nil }
    guard parts.count == 2 else { return (String(name), -1) }
    guard let above = Int(parts[1]), above > 0 else { return nil }
    return (String(name), above)
  }

  private static func entry(_ words: ArraySlice<Substring>) -> Entry? {
    var prices: [UInt64?] = []
    for word in words {
      switch word {
      case "?": prices.append(nil)
      case "-":
        guard let input = prices.first else { return nil }
        prices.append(input)
      default:
        guard let price = Dollars.trillionthsOfEach(perMillion: word) else { return nil }
        prices.append(price)
      }
    }
    return Entry(
      input: prices[0], cachedInput: prices[1], cacheWrite: prices[2], output: prices[3])
  }

  /// `prices.txt` of this target, which is part of the program: public prices as they were known
  /// when it was written. They change, and a file of one's own corrects them.
  public static let builtIn: TokenPrices = {
    do throws(InvalidTokenPrices) {
      return try TokenPrices(parsing: String(decoding: PackageResources.prices_txt, as: UTF8.self))
    } catch { preconditionFailure("\(error)") }
  }()
}

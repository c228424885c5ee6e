/// How a search looks at the rows of one part of a collection.
public enum SearchWay: String, Sendable {
  /// The int8 codes of every admitted row, one after the other: nothing can be overlooked.
  case scan
  /// The same, row by row, where the filter admits few: nothing can be overlooked.
  case gather
  /// The one-bit codes of every admitted row, and the int8 codes of those that may be near.
  case signs
  /// A walk over a graph, from near rows to nearer ones, and the int8 codes of those it meets.
  case graph

  /// The outlines of all rows, and the int8 codes of those that may be among the nearest, with
  /// proof.
  case outlines

  /// Whether nothing can be overlooked.
  public var isExact: Bool { self == .scan || self == .gather || self == .outlines }
}

/// How one part of a collection, a segment or rows in memory, took part in a search.
public struct SearchPart: Sendable, CustomStringConvertible {
  /// The segment's number in its collection; nil for rows in memory.
  public let segment: UInt64?
  /// How it was searched.
  public let way: SearchWay
  /// Whether it has one-bit codes.
  public let hasSigns: Bool
  /// Rows that it has, deleted ones included.
  public let rowCount: Int
  /// Rows that are live and pass the filter.
  public let admittedCount: Int
  /// Rows whose one-bit codes were looked at.
  public let signRowCount: Int
  /// Rows whose int8 codes were looked at.
  public let codeRowCount: Int

  /// Why it was searched so, in a few words.
  public var reason: String {
    switch way {
    case .signs: "a recall target, and many rows"
    case .graph: "a recall target, very many rows, and a graph of them"
    case .outlines: "exact, and many rows"
    case .gather: "few rows pass the filter"
    case .scan where signRowCount > 0: "too many rows are too close for one-bit codes"
    case .scan where !hasSigns: segment == nil ? "rows in memory" : "too few rows for other codes"
    case .scan: "asked to be exact, or as quick"
    }
  }

  /// One line: where, how, why, over how many rows.
  public var description: String {
    let place = segment.map { "segment \($0)" } ?? "memory"
    return "\(place): \(way.rawValue) (\(reason)), \(admittedCount) of \(rowCount) rows, "
      + "\(signRowCount) by one-bit codes, \(codeRowCount) by int8 codes"
  }
}

/// How one source was searched.
struct SourceReport: Sendable {
  var way: SearchWay
  /// Rows of the source, and how many of them the filter admits.
  var rowCount: Int
  var admitted: Int
  /// Rows whose one-bit codes were looked at.
  var signRows = 0
  /// Rows whose int8 codes were looked at.
  var codeRows = 0

  /// Adds what another query looked at.
  mutating func add(_ other: SourceReport) {
    if !other.way.isExact { way = other.way }
    signRows += other.signRows
    codeRows += other.codeRows
  }
}

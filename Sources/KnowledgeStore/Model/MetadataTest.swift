/// What a filter asks of the values under one key of the metadata.
public enum MetadataTest: Hashable, Sendable {
  /// There is a value other than null, under the key or inside what stands there; empty arrays and
  /// objects are none.
  case exists
  /// A value is one of these, of the same kind: the text `5` is not the number 5.
  case anyOf([MetadataValue])
  /// A number lies within the bounds, compared as the nearest Double; text never does.
  case number(NumberBounds)

  func check() throws(StoreError) {
    switch self {
    case .exists: return
    case .anyOf(let values):
      try Filter.check(valueCount: values.count)
      for case .number(let number) in values where !number.isFinite {
        throw .invalidFilter("a metadata value is not a finite number")
      }
    case .number(let bounds):
      guard bounds.lower?.value.isNaN != true, bounds.upper?.value.isNaN != true else {
        throw .invalidFilter("a bound of a metadata number is not a number")
      }
    }
  }
}

/// One value of the metadata that a filter names.
public enum MetadataValue: Hashable, Sendable {
  /// A string, compared byte by byte.
  case text(String)
  /// A number: that whose decimal digits are the shortest text of this one, so 0.1 is 0.1.
  case number(Double)
  /// A whole number, to the last digit: 5, 5.0 and 5e0 in the metadata are equal to it.
  case integer(Int64)
  /// `true` or `false`.
  case flag(Bool)
}

/// Bounds of a number, each of them included or not, or missing.
public struct NumberBounds: Hashable, Sendable {
  /// One end of the range.
  public enum Bound: Hashable, Sendable {
    /// The value itself lies in the range.
    case included(Double)
    /// The range begins or ends just beside the value.
    case excluded(Double)

    var value: Double {
      switch self {
      case .included(let value), .excluded(let value): value
      }
    }
  }

  /// The lower end; nil for none.
  public var lower: Bound?
  /// The upper end; nil for none.
  public var upper: Bound?

  /// Makes bounds; those that leave nothing between them admit nothing.
  public init(lower: Bound? = nil, upper: Bound? = nil) {
    self.lower = lower
    self.upper = upper
  }
}

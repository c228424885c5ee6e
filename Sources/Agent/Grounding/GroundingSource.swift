/// A text that an answer may take its facts from.
public struct GroundingSource: Sendable, Equatable {
  /// The number of its mark `[n]`; nil for what cannot be cited, such as the customer's messages.
  public var number: Int?
  /// What it says.
  public var text: String

  /// - Parameters: As the properties say.
  public init(number: Int?, text: String) {
    self.number = number
    self.text = text
  }
}

import Platform

/// What a step came to, as it is stored and read again.
protocol StepValue {
  /// An object.
  var json: JSON { get }

  /// Reads what ``json`` wrote.
  ///
  /// - Throws: ``UnreadableStep`` where another program wrote it: the step is done again.
  init(_ json: JSON) throws(UnreadableStep)
}

/// A stored step that this program cannot read.
struct UnreadableStep: Error, Equatable {
  /// The field.
  let field: String
}

/// Reading fields of objects.
extension JSON {
  func text(_ key: String) throws(UnreadableStep) -> String {
    guard let value = self[key]?.string else { throw UnreadableStep(field: key) }
    return value
  }

  func flag(_ key: String) throws(UnreadableStep) -> Bool {
    guard let value = self[key]?.bool else { throw UnreadableStep(field: key) }
    return value
  }

  func number(_ key: String) throws(UnreadableStep) -> Double {
    guard let value = self[key]?.double else { throw UnreadableStep(field: key) }
    return value
  }

  func id(_ key: String) throws(UnreadableStep) -> UUID {
    guard let value = UUID(try text(key)) else { throw UnreadableStep(field: key) }
    return value
  }

  func optionalID(_ key: String) throws(UnreadableStep) -> UUID? {
    guard let value = self[key], !value.isNull else { return nil }
    return try id(key)
  }

  func optionalText(_ key: String) -> String? { self[key]?.string }

  func texts(_ key: String) throws(UnreadableStep) -> [String] {
    try list(key) { (item) throws(UnreadableStep) in
      guard let text = item.string else { throw UnreadableStep(field: key) }
      return text
    }
  }

  func list<Value>(
    _ key: String, _ read: (JSON) throws(UnreadableStep) -> Value
  ) throws(UnreadableStep) -> [Value] {
    guard let items = self[key]?.array else { throw UnreadableStep(field: key) }
    var values: [Value] = []
    for item in items { values.append(try read(item)) }
    return values
  }

  static func texts(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }
  static func id(_ value: UUID?) -> JSON { value.map { .string($0.description) } ?? .null }
  static func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }
  /// A number of four decimals: shares and confidences.
  static func share(_ value: Double) -> JSON {
    JSON.double((value * 10_000).rounded() / 10_000) ?? .number("0")
  }
}

extension Handoff {
  var json: JSON {
    .object([("category", .string(category.rawValue)), ("reason", .string(reason))])
  }

  init(_ json: JSON) throws(UnreadableStep) {
    guard let category = Category(rawValue: try json.text("category")) else {
      throw UnreadableStep(field: "category")
    }
    self.init(category, try json.text("reason"))
  }

  init?(optional json: JSON?) throws(UnreadableStep) {
    guard let json, !json.isNull else { return nil }
    try self.init(json)
  }
}

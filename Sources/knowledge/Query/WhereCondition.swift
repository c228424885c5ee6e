import CommandInterface
import Platform
import RPC

/// One `--where`: a key of the metadata and what its value must be.
struct WhereCondition {
  private enum Operator: String, CaseIterable {
    // Longer ones first: the first that fits is taken.
    case notEqual = "!="
    case greaterOrEqual = ">="
    case lessOrEqual = "<="
    case equal = "="
    case greater = ">"
    case less = "<"
  }

  private var condition = MetadataCondition()
  private var isNegated = false

  /// - Throws: ``CommandError`` that shows the forms a condition has.
  init(_ text: String) throws(CommandError) {
    var rest = text.trimmingSpaces[...]
    if rest.hasPrefix("!") {
      isNegated = true
      rest = rest.dropFirst()
    }
    condition.key = try Self.key(&rest, of: text)
    guard !rest.isEmpty else {
      condition.exists = true
      return
    }
    guard !isNegated, let sign = Operator.allCases.first(where: { rest.hasPrefix($0.rawValue) })
    else { throw Self.refusal(text) }
    let value = rest.dropFirst(sign.rawValue.count).trimmingSpaces
    guard !value.isEmpty else { throw Self.refusal(text, "has no value; \"\" is an empty text") }
    switch sign {
    case .equal, .notEqual:
      isNegated = sign == .notEqual
      if let (low, high) = Self.range(value) {
        (condition.gte, condition.lte) = (low, high)
      } else {
        condition.anyOf = try Self.values(value, of: text)
      }
    case .greater: condition.gt = try Self.number(value, of: text)
    case .greaterOrEqual: condition.gte = try Self.number(value, of: text)
    case .less: condition.lt = try Self.number(value, of: text)
    case .lessOrEqual: condition.lte = try Self.number(value, of: text)
    }
  }

  /// Makes `filter` demand it too.
  func add(to filter: inout Filter) {
    if isNegated {
      filter.noneOf.append(Filter(metadata: [condition]))
    } else {
      filter.metadata.append(condition)
    }
  }

  // MARK: Parts

  /// Takes the key off the front: up to an operator, or a JSON string.
  private static func key(_ rest: inout Substring, of text: String) throws(CommandError) -> String {
    let end: Substring.Index
    if rest.hasPrefix("\"") {
      guard let quoteEnd = quoteEnd(rest) else { throw refusal(text, "has an open quote") }
      end = quoteEnd
    } else {
      end =
        rest.indices.first { index in
          Operator.allCases.contains { rest[index...].hasPrefix($0.rawValue) }
        } ?? rest.endIndex
    }
    let name = rest[..<end].trimmingSpaces
    rest = rest[end...].trimmingSpaces[...]
    let key = try name.hasPrefix("\"") ? unquoted(name, of: text) : name
    guard !key.isEmpty else { throw refusal(text, "names no key") }
    return key
  }

  /// After the quote that ends the JSON string at the front; nil where none does.
  private static func quoteEnd(_ text: Substring) -> Substring.Index? {
    var isEscaped = false
    for index in text.indices.dropFirst() {
      if isEscaped {
        isEscaped = false
      } else if text[index] == "\\" {
        isEscaped = true
      } else if text[index] == "\"" {
        return text.index(after: index)
      }
    }
    return nil
  }

  private static func unquoted(
    _ text: String, of condition: String
  ) throws(CommandError) -> String {
    guard let value = (try? JSON.parse(text))?.string else {
      throw refusal(condition, "has quotes that are no JSON string")
    }
    return value
  }

  /// The values between commas. What has no quotes is a text, and a number or a Boolean as well
  /// where it reads as one.
  private static func values(
    _ list: String, of text: String
  ) throws(CommandError) -> [MetadataValue] {
    var values: [MetadataValue] = []
    var rest = list[...]
    while true {
      rest = rest.trimmingSpaces[...]
      var end = rest.firstIndex(of: ",") ?? rest.endIndex
      if rest.hasPrefix("\"") {
        guard let quoteEnd = quoteEnd(rest) else { throw refusal(text, "has an open quote") }
        values.append(
          MetadataValue(value: .text(try unquoted(String(rest[..<quoteEnd]), of: text))))
        let after = rest[quoteEnd...].trimmingSpaces
        guard after.isEmpty || after.hasPrefix(",") else {
          throw refusal(text, "has something behind a quote")
        }
        end = rest[quoteEnd...].firstIndex(of: ",") ?? rest.endIndex
      } else {
        let value = rest[..<end].trimmingSpaces
        guard !value.isEmpty else {
          throw refusal(text, "has an empty value; \"\" is an empty text")
        }
        values.append(MetadataValue(value: .text(value)))
        if let typed = typed(value) { values.append(MetadataValue(value: typed)) }
      }
      guard end < rest.endIndex else { return values }
      rest = rest[rest.index(after: end)...]
    }
  }

  private static func typed(_ text: String) -> MetadataValue.Value? {
    switch try? JSON.parse(text) {
    case .bool(let flag): .flag(flag)
    case .number(let digits):
      if let whole = Int64(digits) { .integer(whole) } else { Double(digits).map { .number($0) } }
    default: nil
    }
  }

  private static func number(_ text: String, of condition: String) throws(CommandError) -> Double {
    guard let number = (try? JSON.parse(text))?.double else {
      throw refusal(condition, "needs a number, not \(quoted(text))")
    }
    return number
  }

  /// `LOW..HIGH`, `LOW..` or `..HIGH`, all numbers; nil where it is something else.
  private static func range(_ text: String) -> (low: Double?, high: Double?)? {
    guard let dots = text.firstRange(of: "..") else { return nil }
    let ends = [text[..<dots.lowerBound], text[dots.upperBound...]].map(\.trimmingSpaces)
    let numbers = ends.map { (try? JSON.parse($0))?.double }
    for (end, number) in zip(ends, numbers) where number == nil && !end.isEmpty { return nil }
    return numbers[0] == nil && numbers[1] == nil ? nil : (numbers[0], numbers[1])
  }

  private static func refusal(_ text: String, _ reason: String = "is no condition") -> CommandError
  {
    .usage(
      "--where \(quoted(text)) \(reason)",
      remedy: "write KEY=VALUE, KEY!=VALUE, KEY>=NUMBER, KEY=LOW..HIGH, KEY or !KEY, "
        + "such as colour=red,blue")
  }
}

import Platform

/// What a variable stands for.
public enum TemplateValue: Sendable, Equatable {
  /// A text.
  case text(String)
  /// A value that is written as compact JSON, or a leaf of it by a path.
  case json(JSON)
  /// A text, and a value that paths lead into.
  case described(String, JSON)

  /// What stands in the prompt.
  ///
  /// - Parameter path: Names of members and places in lists; empty for the whole.
  /// - Returns: nil where the path leads nowhere, and for `null` and an empty text.
  func text(at path: [String]) -> String? {
    switch self {
    case .text(let text): path.isEmpty ? Self.nonEmpty(text) : nil
    case .described(let text, let value):
      path.isEmpty ? Self.nonEmpty(text) : Self.text(of: Self.leaf(of: value, at: path[...]))
    case .json(let value): Self.text(of: Self.leaf(of: value, at: path[...]))
    }
  }

  private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

  /// A string as it is, null as nothing, all else as JSON.
  private static func text(of value: JSON?) -> String? {
    switch value {
    case nil, .null: nil
    case .string(let text): nonEmpty(text)
    case .array(let elements) where elements.isEmpty: nil
    case .object(let members) where members.isEmpty: nil
    case .some(let value): value.description
    }
  }

  private static func leaf(of value: JSON, at path: ArraySlice<String>) -> JSON? {
    guard let step = path.first else { return value }
    let next: JSON? =
      switch value {
      case .array(let elements):
        if let index = Int(step), elements.indices.contains(index) { elements[index] } else { nil }
      case .object(let members):
        value[step]
          ?? members.last {
            TemplateText.normalized($0.key) == TemplateText.normalized(step)
          }?.value
      default: nil
      }
    return next.flatMap { leaf(of: $0, at: path.dropFirst()) }
  }
}

/// What the variables of one prompt stand for.
public struct TemplateValues: Sendable {
  private let scope: TemplateScope?
  /// By normalised name.
  private let defaults: [String: String]

  /// - Parameters:
  ///   - scope: What the turn knows.
  ///   - defaults: The template's own (``Template/defaultVariables``). A number under `N` says how
  ///     many messages a history shows where `scope` does not.
  public init(_ scope: TemplateScope, defaults: [String: String] = [:]) {
    self.defaults = Self.normalized(defaults)
    var scope = scope
    if scope.historyCount == nil { scope.historyCount = self.defaults["n"].flatMap { Int($0) } }
    self.scope = scope
  }

  /// No value at all: for checks.
  init(defaults: [String: String]) {
    self.defaults = Self.normalized(defaults)
    scope = nil
  }

  /// What stands in the prompt for a variable; empty where it has no value.
  func text(of variable: TemplateText.Variable) throws(TemplateError) -> String {
    if let scope, let provider = TemplateVariables.provider(of: variable.head) {
      let value = provider.value(of: variable.head, in: scope)
      if let text = value?.text(at: variable.path) { return text }
    }
    if let fallback = variable.fallback { return fallback }
    if let text = defaults[Self.normalizedPath(variable.name)] { return text }
    try check(variable)
    return ""
  }

  /// - Throws: ``TemplateError`` where nothing knows the variable.
  func check(_ variable: TemplateText.Variable) throws(TemplateError) {
    if variable.fallback != nil || defaults[Self.normalizedPath(variable.name)] != nil { return }
    guard let known = TemplateVariables.named(variable.head) else {
      let names = TemplateVariables.all.map(\.name) + defaults.keys.sorted()
      throw error(.unknownVariable(nearest: NearestName.of(variable.head, among: names)), variable)
    }
    guard let part = variable.path.first, let parts = known.parts else { return }
    guard !parts.contains(TemplateText.normalized(part)) else { return }
    let nearest = NearestName.of(TemplateText.normalized(part), among: parts)
    throw error(.unknownField(nearest: nearest.map { "\(known.name).\($0)" }), variable)
  }

  private func error(
    _ reason: TemplateError.Reason, _ variable: TemplateText.Variable
  ) -> TemplateError {
    TemplateError(
      reason: reason, variable: variable.written, line: variable.line, column: variable.column)
  }

  private static func normalized(_ defaults: [String: String]) -> [String: String] {
    var result: [String: String] = [:]
    // Of names that are the same here, the first in order counts, whatever the dictionary's order.
    for name in defaults.keys.sorted() where result[normalizedPath(name)] == nil {
      result[normalizedPath(name)] = defaults[name]
    }
    return result
  }

  private static func normalizedPath(_ name: String) -> String {
    name.split(separator: ".", omittingEmptySubsequences: false)
      .map { TemplateText.normalized($0) }.joined(separator: ".")
  }
}

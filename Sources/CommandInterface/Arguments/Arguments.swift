import Platform

/// What a command was given: checked against its flags, with the environment's word where a flag
/// was not given.
package struct Arguments: Sendable {
  private let values: [String: [String]]
  /// What is not a flag, in order.
  package let operands: [String]

  /// - Parameters:
  ///   - values: What flags were given, by their names.
  ///   - operands: What is not a flag, in order.
  package init(values: [String: [String]], operands: [String]) {
    self.values = values
    self.operands = operands
  }

  /// Whether the flag was given.
  package func isSet(_ name: String) -> Bool { values[name] != nil }

  /// The flag's value; the last one where it was given several times.
  package func text(_ name: String) -> String? { values[name]?.last }

  /// The flag's value as a whole number; the parser has checked it.
  package func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

  /// The flag's value as a number; the parser has checked it.
  package func number(_ name: String) -> Double? { text(name).flatMap(Double.init) }

  /// Every value of a flag that adds up, split at its commas, spaces around them removed.
  package func list(_ name: String) -> [String] {
    (values[name] ?? []).flatMap { $0.split(separator: ",") }
      .map { $0.trimmingSpaces }.filter { !$0.isEmpty }
  }

  /// Every value of a flag that may come several times.
  package func all(_ name: String) -> [String] { values[name] ?? [] }
}

extension StringProtocol {
  /// Without the spaces and tabs at its ends.
  package var trimmingSpaces: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    guard let first = firstIndex(where: { !isSpace($0) }),
      let last = lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(self[first...last])
  }
}

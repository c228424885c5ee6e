import Foundation
import Platform

@testable import KnowledgeStore

/// What tests of metadata mean, by walking the JSON: no paths are made, no terms, no places.
enum MetadataOracle {
  static func matches(_ key: String, _ test: MetadataTest, _ metadata: [UInt8]) -> Bool {
    guard let json = try? JSON.parse(metadata), case .object = json else { return false }
    let found = values(of: json, Array(key.utf8))
    switch test {
    case .exists: return found.contains(where: hasValue)
    case .anyOf(let wanted):
      return found.contains { value in wanted.contains { isEqual(value, $0) } }
    case .number(let bounds):
      return found.contains { value in
        guard case .number(let text) = value, let number = Double(text) else { return false }
        switch bounds.lower {
        case .included(let bound): if number < bound { return false }
        case .excluded(let bound): if number <= bound { return false }
        case nil: break
        }
        switch bounds.upper {
        case .included(let bound): return number <= bound
        case .excluded(let bound): return number < bound
        case nil: return true
        }
      }
    }
  }

  /// What stands under the key, arrays opened.
  private static func values(of json: JSON, _ key: [UInt8]?) -> [JSON] {
    switch json {
    case .array(let elements): return elements.flatMap { values(of: $0, key) }
    case .object(let members):
      guard let key else { return [json] }
      return members.flatMap { member -> [JSON] in
        let name = Array(member.key.utf8)
        if name == key { return values(of: member.value, nil) }
        // A dot in a name means what nesting means.
        if name.starts(with: key + [0x2E]) {
          return [.object([(key: "rest", value: member.value)])]
        }
        guard key.starts(with: name + [0x2E]) else { return [] }
        return values(of: member.value, Array(key.dropFirst(name.count + 1)))
      }
    default: return key == nil ? [json] : []
    }
  }

  private static func hasValue(_ json: JSON) -> Bool {
    switch json {
    case .null: false
    case .array(let elements): elements.contains(where: hasValue)
    case .object(let members): members.contains { hasValue($0.value) }
    default: true
    }
  }

  private static func isEqual(_ json: JSON, _ wanted: MetadataValue) -> Bool {
    switch (json, wanted) {
    case (.string(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
    case (.bool(let left), .flag(let right)): left == right
    case (.number(let left), .integer(let right)):
      Decimal(string: left) == Decimal(string: "\(right)")
    case (.number(let left), .number(let right)):
      Decimal(string: left) == Decimal(string: "\(right)")
    default: false
    }
  }

  /// A random test of what ``EntryMaker/metadata(_:)`` gives.
  static func filter(_ generator: inout SeededGenerator) -> KnowledgeStore.Filter {
    func number(_ range: ClosedRange<Int>) -> Double {
      Double(Int.random(in: range, using: &generator))
    }
    let keys = [
      "n", "price", "size", "size.eu", "size.us", "empty", "empty.a", "a", "a.b", "note", "many",
      "parts", "parts.name", "nothing", "si", "",
    ]
    switch Int.random(in: 0..<9, using: &generator) {
    case 0: return .metadata(key: keys.randomElement(using: &generator)!, .exists)
    case 1:
      return .metadata(
        key: "colour", .anyOf([.text(["red", "Red", "blue"].randomElement(using: &generator)!)]))
    case 2:
      let low = number(0...900)
      let width = [0.0, 1, 10, 300].randomElement(using: &generator)!
      return .metadata(
        key: "n", .number(NumberBounds(lower: .included(low), upper: .excluded(low + width))))
    case 3:
      let bound = [-0.25, 5, 19.9, 0, 1000].randomElement(using: &generator)!
      return .metadata(
        key: "price",
        .number(
          Bool.random(using: &generator)
            ? NumberBounds(lower: .excluded(bound)) : NumberBounds(upper: .included(bound))))
    case 4:
      return .metadata(
        key: "price",
        .anyOf([[.integer(5), .number(19.9), .text("5")].randomElement(using: &generator)!]))
    case 5:
      let long = String(repeating: "long ", count: 14) + "\(Int(number(0...3)))"
      return .metadata(key: "note", .anyOf([.text(long), .text("short")]))
    case 6:
      return .metadata(
        key: "id", .anyOf([.integer(9_007_199_254_740_992 + Int64(number(0...3)))]))
    case 7:
      return .metadata(
        key: ["size.eu", "a.b", "many", "parts"].randomElement(using: &generator)!,
        .anyOf([.integer(Int64(number(0...48))), .text("m599")]))
    default:
      return .metadata(
        key: ["parts.name", "parts.ok", "sale"].randomElement(using: &generator)!,
        .anyOf([.text("p\(Int(number(0...5)))"), .flag(Bool.random(using: &generator))]))
    }
  }
}

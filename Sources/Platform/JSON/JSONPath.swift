/// A place in a JSON value, as people read it: `stages[2].next_stage`, `headers["x.y"]`.
public struct JSONPath: Sendable, Hashable, CustomStringConvertible {
  /// The whole value.
  public static let root = JSONPath(description: "")

  /// The place; empty for the whole value.
  public let description: String

  private init(description: String) { self.description = description }

  /// The member named `key` of the object here; a name of more than 100 characters is cut.
  public func member(_ key: String) -> JSONPath {
    let isPlain =
      !key.isEmpty
      && key.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
          UInt8(ascii: "$"):
          true
        default: false
        }
      }
    if isPlain, key.utf8.count <= 100 {
      return JSONPath(description: description.isEmpty ? key : "\(description).\(key)")
    }
    let name = JSON.string(key.count > 100 ? key.prefix(100) + "…" : key)
    return JSONPath(description: "\(description)[\(name)]")
  }

  /// The element at `index` of the array here.
  public func element(_ index: Int) -> JSONPath {
    JSONPath(description: "\(description)[\(index)]")
  }
}

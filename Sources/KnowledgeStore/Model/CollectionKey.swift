import Platform

/// Names a collection: whose it is and what it is called there.
public struct CollectionKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The business that owns it; names the directory.
  public let owner: UUID
  /// 1…64 of `a-z 0-9 _ -`; names the directory below.
  public let name: String

  /// - Parameters:
  ///   - owner: The business that owns it.
  ///   - name: Checked when the collection is opened.
  public init(owner: UUID, name: String) {
    self.owner = owner
    self.name = name
  }

  /// `owner/name`, which is also the directory.
  public var description: String { "\(owner)/\(name)" }

  /// `owner_name`: one name in one directory.
  var joined: String { "\(owner)_\(name)" }

  /// Reads what ``joined`` gives; nil for any other name.
  init?(joined: String) {
    let parts = joined.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let owner = UUID(parts[0]), owner.description == parts[0],
      Self.isValid(name: String(parts[1]))
    else { return nil }
    self.init(owner: owner, name: String(parts[1]))
  }

  /// By owner, then name.
  public static func < (left: CollectionKey, right: CollectionKey) -> Bool {
    if left.owner != right.owner { return left.owner < right.owner }
    return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
  }

  /// Whether `name` may name a directory: so no dots, slashes or capitals.
  public static func isValid(name: String) -> Bool {
    let bytes = name.utf8
    return (1...Limits.nameByteCount).contains(bytes.count)
      && bytes.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}

/// The embedding space of a collection; fixed for its life.
public struct CollectionConfiguration: Hashable, Sendable, CustomStringConvertible {
  /// Components of each vector, `1...Limits.dimension`.
  public let dimension: Int
  /// The model's name, shown in errors.
  public let model: String
  /// Tells two versions of a model apart.
  public let modelFingerprint: UInt64

  /// - Parameters:
  ///   - dimension: Components of each vector.
  ///   - model: The model's name.
  ///   - modelFingerprint: Tells two versions of a model apart.
  public init(dimension: Int, model: String, modelFingerprint: UInt64) {
    self.dimension = dimension
    self.model = model
    self.modelFingerprint = modelFingerprint
  }

  /// `builtin-v1 (384-d, fingerprint 1f)`.
  public var description: String {
    "\(model) (\(dimension)-d, fingerprint \(String(modelFingerprint, radix: 16)))"
  }

  func validate() throws(StoreError) {
    guard (1...Limits.dimension).contains(dimension) else {
      throw .invalidConfiguration("dimension \(dimension) is not 1 to \(Limits.dimension)")
    }
    guard (1...Limits.modelByteCount).contains(model.utf8.count) else {
      throw .invalidConfiguration(
        "the model's name has \(model.utf8.count) bytes, not 1 to \(Limits.modelByteCount)")
    }
  }
}

import Platform

/// Names a collection: whose it is, what it is called there, and which embedding space it has.
public struct CollectionKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The business that owns it; names the directory.
  public let owner: UUID
  /// 1…64 of `a-z 0-9 _ -`; names the directory below.
  public let name: String
  /// Tells collections of one name apart whose vectors are of different models, so that one can be
  /// filled while another serves; 0 for the only one.
  public let space: UInt64

  /// - Parameters:
  ///   - owner: The business that owns it.
  ///   - name: Checked when the collection is opened.
  ///   - space: Whatever tells the models apart, such as a fingerprint.
  public init(owner: UUID, name: String, space: UInt64 = 0) {
    self.owner = owner
    self.name = name
    self.space = space
  }

  /// `owner/label`, which is also the directory.
  public var description: String { "\(owner)/\(label)" }

  /// The name, and for a space other than 0 `@` and its 16 hexadecimal digits.
  var label: String {
    if space == 0 { return name }
    let digits = String(space, radix: 16)
    return name + "@" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Reads what ``label`` gives; nil for any other text.
  init?(owner: UUID, label: some StringProtocol) {
    let parts = label.split(separator: "@", omittingEmptySubsequences: false)
    guard let name = parts.first, parts.count <= 2, Self.isValid(name: String(name)) else {
      return nil
    }
    var space: UInt64 = 0
    if parts.count == 2 {
      guard let read = UInt64(parts[1], radix: 16), read != 0 else { return nil }
      space = read
    }
    self.init(owner: owner, name: String(name), space: space)
    guard self.label == label else { return nil }
  }

  /// `owner_label`: one name in one directory.
  var joined: String { "\(owner)_\(label)" }

  /// Reads what ``joined`` gives; nil for any other name.
  init?(joined: String) {
    let parts = joined.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let owner = UUID(parts[0]), owner.description == parts[0] else {
      return nil
    }
    self.init(owner: owner, label: parts[1])
  }

  /// By owner, then name, then space.
  public static func < (left: CollectionKey, right: CollectionKey) -> Bool {
    if left.owner != right.owner { return left.owner < right.owner }
    if left.name != right.name { return left.name.utf8.lexicographicallyPrecedes(right.name.utf8) }
    return left.space < right.space
  }

  /// Whether `name` may name a collection: no dots, slashes or capitals.
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

/// A text that is the same as another only if its UTF-8 bytes are, as in Postgres and in files.
///
/// `String` itself compares by canonical equivalence: an `é` of one code point equals one of two.
/// Wherever a text from outside is an identity or a key, this stands in sets and dictionaries.
public struct ByteText: Hashable, Comparable, Sendable, ExpressibleByStringLiteral {
  /// The text, as it came.
  public let text: String

  /// - Parameter text: Kept as it is, whatever its normal form.
  public init(_ text: String) { self.text = text }

  /// - Parameter text: Kept as it is.
  public init(stringLiteral text: String) { self.text = text }

  /// - Complexity: O(bytes).
  public static func == (left: ByteText, right: ByteText) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  /// The order of the bytes, which is that of the code points.
  public static func < (left: ByteText, right: ByteText) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  /// Hashes the bytes and their end.
  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(0xFF as UInt8)
  }
}

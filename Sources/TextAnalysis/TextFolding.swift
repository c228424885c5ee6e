/// Folding of whole texts.
public enum TextFolding {
  /// Appends the folded form of a text: lower case, without marks, compatibility forms replaced,
  /// digits of all scripts as ASCII ones; equal for a text and its NFC, NFD, NFKC and NFKD forms.
  /// Turkish İ and ı both give `i`, ß gives `ss`.
  ///
  /// - Parameter text: Any bytes; what is no UTF-8 gives U+FFFD.
  /// - Complexity: O(bytes).
  public static func append(_ text: Span<UInt8>, to folded: inout [UInt8]) {
    var index = 0
    while index < text.count {
      let (scalar, length) = UTF8Scalar.read(text, at: index)
      index += length
      if scalar < 0x80 {
        folded.append(ASCII.lower(UInt8(scalar)))
      } else {
        ScalarFolding.folds.append(scalar, to: &folded)
      }
    }
  }

  /// The folded form of a text.
  public static func fold(_ text: String) -> String {
    var text = text
    text.makeContiguousUTF8()
    var folded: [UInt8] = []
    append(text.utf8.span, to: &folded)
    return String(decoding: folded, as: UTF8.self)
  }
}

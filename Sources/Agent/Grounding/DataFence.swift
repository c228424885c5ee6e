import Platform

/// Puts what others wrote between marks that they cannot know, so that a model can tell it from
/// what we say.
///
/// The marks carry a number of a turn's own, 64 random bits. What looks like a mark inside is made
/// plain, and characters that are not seen (controls, changes of direction, tags) are taken out: a
/// text can neither close its fence nor hide in it. A fence does not stop a model from believing
/// what it reads; what it may do besides answering is limited elsewhere.
public struct DataFence: Sendable, Equatable {
  private let nonce: String

  /// A fence with a number of its own.
  public init() { self.init(nonce: UUID.random().high) }

  /// A fence with a given number.
  public init(nonce: UInt64) {
    let digits = String(nonce, radix: 16)
    self.nonce = String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// A text within marks.
  ///
  /// - Parameters:
  ///   - text: Anything.
  ///   - label: What it is, such as `message`; letters, digits and `_`.
  /// - Complexity: O(bytes).
  public func wrap(_ text: String, label: String) -> String {
    let name = label.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    return "<data-\(nonce) \(name)>\n\(Self.cleaned(text))\n</data-\(nonce)>"
  }

  /// A text without what is not seen, and in which nothing looks like a mark of a fence or the
  /// turn of a speaker in a model's own format.
  static func cleaned(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where isVisible(scalar) {
      switch scalar {
      // `<data-…>`, `</data-…>`, `<|im_start|>`, `[INST]`, `<<SYS>>`: none begins like that now.
      case "<": scalars.append("‹")
      case ">": scalars.append("›")
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
      .replacing("[INST]", with: "(INST)").replacing("[/INST]", with: "(/INST)")
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: true
    case 0..<0x20, 0x7F..<0xA0: false
    // Marks of direction, joiners that hide text, and invisible operators; the joiners of Arabic,
    // Indic scripts and emoji stay.
    case 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB: false
    case 0xE0000...0xE0FFF: false
    default: true
    }
  }
}

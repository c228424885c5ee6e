/// Colours and weights, or nothing where they would be noise (a file, a pipe, NO_COLOR).
package struct Style: Sendable, Equatable {
  /// Whether anything is dressed.
  package let isColoured: Bool

  /// - Parameter isColoured: Whether anything is dressed.
  package init(isColoured: Bool) { self.isColoured = isColoured }

  /// Nothing is dressed.
  package static let plain = Style(isColoured: false)

  /// Headings.
  package func bold(_ text: String) -> String { dressed(text, "1") }
  /// What matters less.
  package func faint(_ text: String) -> String { dressed(text, "2") }
  /// Success, in green.
  package func good(_ text: String) -> String { dressed(text, "32") }
  /// What needs a look, in yellow.
  package func warning(_ text: String) -> String { dressed(text, "33") }
  /// Errors, in red.
  package func bad(_ text: String) -> String { dressed(text, "31") }
  /// Names that can be typed, in cyan.
  package func accent(_ text: String) -> String { dressed(text, "36") }

  private func dressed(_ text: String, _ code: String) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// Colours and weights, or nothing where they would be noise (a file, a pipe, NO_COLOR).
struct Style: Sendable, Equatable {
  let isColoured: Bool

  static let plain = Style(isColoured: false)

  func bold(_ text: String) -> String { dressed(text, "1") }
  func faint(_ text: String) -> String { dressed(text, "2") }
  func good(_ text: String) -> String { dressed(text, "32") }
  func warning(_ text: String) -> String { dressed(text, "33") }
  func bad(_ text: String) -> String { dressed(text, "31") }
  func accent(_ text: String) -> String { dressed(text, "36") }

  private func dressed(_ text: String, _ code: String) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

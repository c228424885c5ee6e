/// Swift source under construction: lines with their indentation.
struct SwiftFile {
  private(set) var text: String
  private var depth = 0

  init(source: String) {
    text = """
      // Generated from proto-lite/\(source) by protoc-gen-protolite; proto-lite/WIRE.md says how.
      // swift-format-ignore-file

      """
  }

  mutating func line(_ line: String = "") {
    if !line.isEmpty { text += String(repeating: "  ", count: depth) + line }
    text += "\n"
  }

  mutating func block(_ head: String, _ body: (inout SwiftFile) -> Void) {
    line(head + " {")
    depth += 1
    body(&self)
    depth -= 1
    line("}")
  }

  /// A doc comment: the schema's own words, or else `fallback`.
  mutating func document(_ comment: String, otherwise fallback: String) {
    let lines = comment.split(separator: "\n").map { line in
      String(line.drop(while: { $0 == " " }))
    }
    for text in lines.isEmpty ? [fallback] : lines { line("/// \(text)") }
  }
}

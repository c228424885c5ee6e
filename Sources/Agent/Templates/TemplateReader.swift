/// Takes a template's text apart, each scalar looked at a constant number of times.
struct TemplateReader {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var line = 1
  private var lineStart = 0

  init(_ source: String) { scalars = Array(source.unicodeScalars) }

  mutating func pieces() throws(TemplateError) -> [TemplateText.Piece] {
    var pieces: [TemplateText.Piece] = []
    var text = String.UnicodeScalarView()
    var count = 0
    while position < scalars.count {
      let scalar = scalars[position]
      if scalar == "\\", peek(position + 1) == "{" {
        text.append("{")
        position += 2
        continue
      }
      if scalar == "{", let (variable, end) = variable() {
        count += 1
        guard count <= TemplateText.variableLimit else {
          throw TemplateError(
            reason: .tooManyVariables(limit: TemplateText.variableLimit),
            variable: variable.written, line: variable.line, column: variable.column)
        }
        if !text.isEmpty { pieces.append(.text(String(text))) }
        text = String.UnicodeScalarView()
        pieces.append(.variable(variable))
        position = end
        continue
      }
      text.append(scalar)
      position += 1
      if scalar == "\n" {
        line += 1
        lineStart = position
      }
    }
    if !text.isEmpty { pieces.append(.text(String(text))) }
    return pieces
  }

  private func peek(_ index: Int) -> Unicode.Scalar? {
    index < scalars.count ? scalars[index] : nil
  }

  /// The variable that begins at `position`, and the index behind it; nil where the brace is text.
  private func variable() -> (TemplateText.Variable, end: Int)? {
    let isDouble = peek(position + 1) == "{"
    let start = position + (isDouble ? 2 : 1)
    guard let close = end(from: start, while: { $0 != "|" && Self.isPartOfName($0) }) else {
      return nil
    }
    var end = close
    var fallback: String?
    if peek(close) == "|" {
      guard let last = self.end(from: close + 1, while: { $0 != "\n" }, limit: .max) else {
        return nil
      }
      fallback = Self.trimmed(scalars[(close + 1)..<last])
      end = last
    }
    guard peek(end) == "}", !isDouble || peek(end + 1) == "}" else { return nil }
    let written = Self.trimmed(scalars[start..<close])
    let parts = written.split(separator: ".", omittingEmptySubsequences: false)
      .map { Self.trimmed($0.unicodeScalars) }
    guard let first = parts[0].unicodeScalars.first, Self.isLetter(first) || first == "_",
      parts.allSatisfy({ !$0.isEmpty })
    else { return nil }
    let variable = TemplateText.Variable(
      head: TemplateText.normalized(parts[0]), path: Array(parts.dropFirst()), fallback: fallback,
      written: written, line: line, column: position - lineStart + 1)
    return (variable, end + (isDouble ? 2 : 1))
  }

  /// The index of the first scalar that does not belong; nil where more than `limit` do, or none
  /// ends it.
  private func end(
    from start: Int, while belongs: (Unicode.Scalar) -> Bool, limit: Int = TemplateText.nameLimit
  ) -> Int? {
    var index = start
    while let scalar = peek(index), scalar != "{", scalar != "}", belongs(scalar) {
      index += 1
      guard index - start <= limit else { return nil }
    }
    return index < scalars.count ? index : nil
  }

  private static func isPartOfName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "-", "_", ".", "0"..."9": true
    default: isLetter(scalar)
    }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z": true
    default: !scalar.isASCII && scalar.properties.isAlphabetic
    }
  }

  private static func trimmed(_ scalars: some BidirectionalCollection<Unicode.Scalar>) -> String {
    var result = String.UnicodeScalarView()
    var spaces = 0
    for scalar in scalars {
      if scalar == " " || scalar == "\t" {
        spaces += 1
        continue
      }
      if !result.isEmpty { result.append(contentsOf: repeatElement(" ", count: spaces)) }
      spaces = 0
      result.append(scalar)
    }
    return String(result)
  }
}

/// Rows in columns, aligned, and cut to the width of the terminal.
struct TextTable: Sendable {
  /// One column.
  struct Column: Sendable {
    let title: String
    /// Numbers stand on the right.
    var isRight = false
    /// Where room is short, these columns give way, the widest first, down to 8 or their title.
    var canShrink = false

    init(_ title: String, isRight: Bool = false, canShrink: Bool = false) {
      self.title = title
      self.isRight = isRight
      self.canShrink = canShrink
    }
  }

  let columns: [Column]
  private(set) var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row of one text a column.
  mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row has a cell for each column")
    rows.append(cells.map(DisplayText.cleaned))
  }

  /// The lines, without line ends; nothing stands behind the last cell of a line.
  func lines(columns limit: Int, style: Style = .plain) -> [String] {
    let widths = widths(limit)
    func line(_ cells: [String], _ dress: (String) -> String) -> String {
      var text = cells.indices.map { index in
        DisplayText.padded(
          DisplayText.cut(cells[index], to: widths[index]), to: widths[index],
          right: columns[index].isRight)
      }.joined(separator: "  ")
      while text.hasSuffix(" ") { text.removeLast() }
      return dress(text)
    }
    return [line(columns.map(\.title), style.bold)] + rows.map { line($0, { $0 }) }
  }

  private func widths(_ limit: Int) -> [Int] {
    var widths = columns.indices.map { index in
      rows.reduce(DisplayText.width(columns[index].title)) {
        max($0, DisplayText.width($1[index]))
      }
    }
    let gaps = 2 * (columns.count - 1)
    while widths.reduce(gaps, +) > limit {
      let shrinkable = columns.indices.filter {
        columns[$0].canShrink && widths[$0] > max(8, DisplayText.width(columns[$0].title))
      }
      guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
    }
    return widths
  }
}

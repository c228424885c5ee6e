/// Rows in columns, aligned, and cut to the width of the terminal.
package struct TextTable: Sendable {
  /// One column.
  package struct Column: Sendable {
    /// The heading.
    package let title: String
    /// Numbers stand on the right.
    package var isRight = false
    /// Where room is short, these columns give way, the widest first, down to 8 or their title.
    package var canShrink = false
    /// Whether it shrinks only as far as cells that differ still do.
    package var staysDistinct = false

    /// - Parameters: As the properties say.
    package init(
      _ title: String, isRight: Bool = false, canShrink: Bool = false, staysDistinct: Bool = false
    ) {
      self.staysDistinct = staysDistinct
      self.title = title
      self.isRight = isRight
      self.canShrink = canShrink
    }
  }

  /// In their order.
  package let columns: [Column]
  /// One text a column.
  package private(set) var rows: [[String]] = []

  /// - Parameter columns: In their order.
  package init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row of one text a column.
  package mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row has a cell for each column")
    rows.append(cells.map(DisplayText.cleaned))
  }

  /// The lines, without line ends; nothing stands behind the last cell of a line.
  package func lines(columns limit: Int, style: Style = .plain) -> [String] {
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
    let floors = columns.indices.map { index in
      let least = max(8, DisplayText.width(columns[index].title))
      return columns[index].staysDistinct ? distinctWidth(index, least, widths[index]) : least
    }
    while widths.reduce(gaps, +) > limit {
      let shrinkable = columns.indices.filter {
        columns[$0].canShrink && widths[$0] > floors[$0]
      }
      guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
    }
    return widths
  }

  /// The least width from `least` on at which no two different cells of a column look the same.
  private func distinctWidth(_ index: Int, _ least: Int, _ whole: Int) -> Int {
    let cells = Set(rows.map { $0[index] })
    return (least..<max(least + 1, whole)).first { width in
      Set(cells.map { DisplayText.cut($0, to: width) }).count == cells.count
    } ?? whole
  }
}

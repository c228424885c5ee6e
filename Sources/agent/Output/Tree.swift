import CommandInterface

/// A tree of lines, drawn with branches.
struct Tree: Sendable, Equatable {
  /// May be several lines; the first stands at the branch.
  var label: String
  var children: [Tree] = []

  init(_ label: String, _ children: [Tree] = []) {
    self.label = label
    self.children = children
  }

  /// The lines, cut to a width; the root has no branch.
  ///
  /// - Parameter wraps: Whether long labels take several lines instead of being cut.
  func lines(columns: Int, wraps: Bool = false) -> [String] {
    var lines: [String] = []
    append(to: &lines, first: "", rest: "", columns: max(columns, 20), wraps: wraps)
    return lines
  }

  private func append(
    to lines: inout [String], first: String, rest: String, columns: Int, wraps: Bool
  ) {
    let room = max(10, columns - DisplayText.width(first))
    let below = rest + (children.isEmpty ? "   " : "│  ")
    for (index, line) in label.split(separator: "\n").enumerated() {
      let clean = DisplayText.cleaned(String(line))
      let parts =
        wraps ? DisplayText.wrapped(clean, to: room) : [DisplayText.cut(clean, to: room)]
      for (number, part) in parts.enumerated() {
        lines.append((index == 0 && number == 0 ? first : below) + part)
      }
    }
    for (index, child) in children.enumerated() {
      let isLast = index == children.count - 1
      child.append(
        to: &lines, first: rest + (isLast ? "└─ " : "├─ "),
        rest: rest + (isLast ? "   " : "│  "), columns: columns, wraps: wraps)
    }
  }
}

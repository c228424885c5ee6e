/// Finds what somebody probably meant who mistyped a name.
public enum NearestName {
  /// The name nearest to `text`, or nil where none is near: more than a third of it would have to
  /// change, or more than three letters. Of equally near names the first one counts.
  ///
  /// - Parameters:
  ///   - text: What was written; beyond 100 characters nothing is near.
  ///   - names: What could have been meant; longer ones than 100 characters are passed over.
  /// - Complexity: O(names × length²).
  public static func of(_ text: String, among names: [String]) -> String? {
    guard text.utf8.count <= 400, text.count <= 100 else { return nil }
    var best: (name: String, distance: Int)?
    for name in names where name.utf8.count <= 400 {
      let isBeginning = text.count >= 3 && name.hasPrefix(text)
      let limit = min(3, max(1, (max(text.count, name.count) + 1) / 3))
      guard isBeginning || abs(text.count - name.count) <= limit else { continue }
      let distance = isBeginning ? 1 : distance(text, name)
      guard distance <= limit, distance < best?.distance ?? .max else { continue }
      best = (name, distance)
    }
    return best?.name
  }

  /// The least number of letters to insert, delete, replace or swap with their neighbour that make
  /// one text the other (optimal string alignment).
  ///
  /// - Complexity: O(left × right).
  public static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left)
    let b = Array(right)
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var twoAbove: [Int] = []
    var above = Array(0...b.count)
    for i in 1...a.count {
      var row = [i]
      row.reserveCapacity(b.count + 1)
      for j in 1...b.count {
        var cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          cost = min(cost, twoAbove[j - 2] + 1)
        }
        row.append(cost)
      }
      twoAbove = above
      above = row
    }
    return above[b.count]
  }
}

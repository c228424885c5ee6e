/// Keeps the `count` greatest of the elements pushed.
///
/// A buffer takes elements until it is half as large again, then a selection drops the rest: for
/// large counts several times faster than a heap. Between selections ``floor`` lags behind.
struct Selection<Element: Comparable> {
  /// How many elements are kept.
  let count: Int
  /// At least `count` elements are greater than or equal to it; nil until that many are known.
  private(set) var floor: Element?
  private var elements: [Element] = []

  private var limit: Int { count + count / 2 + 16 }

  /// - Parameter count: At least one.
  init(count: Int) {
    precondition(count > 0, "nothing to select")
    self.count = count
  }

  /// Adds an element. Amortised O(1).
  mutating func push(_ element: Element) {
    if let floor, !(floor < element) { return }
    elements.append(element)
    if elements.count == limit { settle() }
  }

  /// Drops all but the greatest and brings ``floor`` up to date. O(count).
  mutating func settle() {
    guard elements.count >= count else { return }
    elements.keepGreatest(count)
    floor = elements[count - 1]
  }

  /// The elements kept, greatest first.
  mutating func sorted() -> [Element] {
    settle()
    elements.sort(by: >)
    return elements
  }
}

extension Array where Element: Comparable {
  /// Removes all but the `count` greatest; the least of them stands last, the others anyhow.
  ///
  /// Hoare's selection (CACM 4:7, 1961) with the median of three as pivot; should that keep
  /// failing to halve the range, the rest is sorted, so the worst case is O(n log n).
  fileprivate mutating func keepGreatest(_ kept: Int) {
    let place = kept - 1
    var low = 0
    var high = count - 1
    var rounds = 2 * (Int.bitWidth - count.leadingZeroBitCount)
    while low < high {
      rounds -= 1
      if rounds == 0 {
        self[low...high].sort(by: >)
        break
      }
      let pivot = medianOfThree(low, (low + high) / 2, high)
      var left = low
      var right = high
      while left <= right {
        while pivot < self[left] { left += 1 }
        while self[right] < pivot { right -= 1 }
        if left <= right {
          swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if place <= right {
        high = right
      } else if place >= left {
        low = left
      } else {
        break
      }
    }
    removeLast(count - kept)
  }

  private func medianOfThree(_ a: Int, _ b: Int, _ c: Int) -> Element {
    let (x, y, z) = (self[a], self[b], self[c])
    return x < y ? (y < z ? y : Swift.max(x, z)) : (x < z ? x : Swift.max(y, z))
  }
}

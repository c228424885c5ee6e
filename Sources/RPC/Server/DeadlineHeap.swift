/// The deadlines of requests that no handler answered at once, soonest first.
///
/// An answered request's entry stays until its time comes, and then concerns nobody, or until
/// there are too many of them.
struct DeadlineHeap {
  struct Entry {
    let moment: UInt64
    let connection: UInt64
    let token: UInt64
  }

  private var heap: [Entry] = []

  /// The soonest deadline.
  var first: UInt64? { heap.first?.moment }
  /// Entries, of answered requests too.
  var count: Int { heap.count }

  /// Takes out entries in one pass.
  mutating func removeAll(where isForgotten: (Entry) -> Bool) {
    heap.removeAll(where: isForgotten)
    // In ascending order every parent is before its children: a heap.
    heap.sort { $0.moment < $1.moment }
  }

  mutating func insert(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].moment < heap[parent].moment else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes out the soonest entry if its moment has come.
  mutating func popDue(now: UInt64) -> Entry? {
    guard let first = heap.first, first.moment <= now else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].moment < heap[child].moment { child += 1 }
      guard heap[child].moment < heap[parent].moment else { break }
      heap.swapAt(child, parent)
      parent = child
    }
    return first
  }
}

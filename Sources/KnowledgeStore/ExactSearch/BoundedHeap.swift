/// Keeps the `capacity` greatest of the elements pushed; the least of them is at hand.
struct BoundedHeap<Element: Comparable> {
  /// How many elements are kept at most.
  let capacity: Int
  /// The elements kept, in heap order: the least comes first.
  private(set) var elements: [Element] = []

  init(capacity: Int) {
    self.capacity = capacity
  }

  /// The least element, once `capacity` of them are kept: nothing below it can enter.
  var floor: Element? { elements.count == capacity ? elements.first : nil }

  /// Adds an element, dropping the least when there are too many. O(log capacity).
  mutating func push(_ element: Element) {
    if elements.count < capacity {
      elements.append(element)
      siftUp(elements.count - 1)
    } else if capacity > 0, elements[0] < element {
      elements[0] = element
      siftDown()
    }
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) >> 1
      guard elements[child] < elements[parent] else { return }
      elements.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var least = parent
      let left = 2 * parent + 1
      if left < elements.count, elements[left] < elements[least] { least = left }
      if left + 1 < elements.count, elements[left + 1] < elements[least] { least = left + 1 }
      if least == parent { return }
      elements.swapAt(parent, least)
      parent = least
    }
  }
}

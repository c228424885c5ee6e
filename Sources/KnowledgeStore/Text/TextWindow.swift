import CTextKernels
import Platform

/// Sums of documents that stand side by side.
///
/// `@safe` holds because all pointers are into ``memory``, which it keeps; adding to a document
/// outside is `@unsafe`.
@safe struct TextWindow {
  /// Documents of a window.
  static let documentCount = 1024

  /// The first document.
  var first = 0
  private let memory: AlignedMemory
  @unsafe private let sums: UnsafeMutablePointer<Double>
  @unsafe private let places: UnsafeMutablePointer<UInt16>
  private static let select = unsafe ct_postings_table(ct_supported_level()).pointee.select!

  init() {
    memory = AlignedMemory(byteCount: Self.documentCount * 10)
    unsafe sums = memory.base.bindMemory(to: Double.self, capacity: Self.documentCount)
    unsafe places = (memory.base + Self.documentCount * 8).bindMemory(
      to: UInt16.self, capacity: Self.documentCount)
    unsafe sums.initialize(repeating: 0, count: Self.documentCount)
  }

  /// - Precondition: `document` is in `first..<first + documentCount`.
  @unsafe @inline(__always) func add(_ value: Double, to document: Int) {
    unsafe sums[document - first] += value
  }

  /// Finds the documents up to `last` whose sum is more than 0 and at least `least`; the sums of
  /// all others are zero then.
  ///
  /// - Returns: How many there are; ``take(_:)`` tells them.
  func select(through last: Int, least: Double) -> Int {
    let count = min(last - first, Self.documentCount - 1) + 1
    return unsafe Self.select(sums, count, least, places)
  }

  /// One of those that were found, in order, whose sum is zero then.
  ///
  /// - Precondition: `number` is less than what ``select(through:least:)`` returned.
  @unsafe @inline(__always) func take(_ number: Int) -> (document: Int, sum: Double) {
    let place = unsafe Int(places[number])
    let sum = unsafe sums[place]
    unsafe sums[place] = 0
    return (first + place, sum)
  }
}

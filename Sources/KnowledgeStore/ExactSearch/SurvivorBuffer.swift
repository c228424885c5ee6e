import CVectorKernels

/// Room for what one kernel call may keep; the memory ends with the value.
///
/// `@safe` holds because the pointers never leave this file except in `columns`, which kernels get
/// for one call, and reads are bounded by `capacity`.
@safe struct SurvivorBuffer: ~Copyable {
  /// Pairs of row and query that fit.
  let capacity: Int
  private let words: UnsafeMutablePointer<UInt32>
  private let floats: UnsafeMutablePointer<Float>

  init(capacity: Int) {
    let padded = capacity + Int(CK_SLACK)
    self.capacity = capacity
    unsafe words = .allocate(capacity: 2 * padded)
    unsafe floats = .allocate(capacity: 2 * padded)
    unsafe words.initialize(repeating: 0, count: 2 * padded)
    unsafe floats.initialize(repeating: 0, count: 2 * padded)
  }

  deinit {
    unsafe words.deallocate()
    unsafe floats.deallocate()
  }

  private var padded: Int { capacity + Int(CK_SLACK) }

  /// Where a kernel writes.
  var columns: ck_survivors {
    unsafe ck_survivors(
      rows: words, lanes: words + padded, lowers: floats, uppers: floats + padded)
  }

  /// Visits the first `found` survivors: row, lane, lower and upper bound.
  func forEach(_ found: Int, _ visit: (UInt32, Int, Float, Float) -> Void) {
    precondition(found <= capacity, "a kernel kept more than it was given")
    for index in 0..<found {
      unsafe visit(
        words[index], Int(words[padded + index]), floats[index], floats[padded + index])
    }
  }
}

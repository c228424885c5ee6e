import CVectorKernels

/// Rows that one-bit codes say may be near, while a scan runs: kernels write them here directly.
///
/// A row stays while its upper bound reaches ``threshold``, the `count`-th greatest lower bound.
///
/// `@safe` holds because the memory is as long as `capacity` says plus what kernels may touch
/// beyond, ends with the value, and is indexed below `count` only.
@safe struct Nominees: ~Copyable {
  /// A lower bound of the score of the last row wanted, if the estimates are as good as they should
  /// be.
  private(set) var threshold: Float
  /// Rows held, those of one source after those of the one before.
  private(set) var count = 0
  /// Where the rows of each source end, for the sources begun.
  private(set) var ends: [Int] = []
  private let capacity: Int
  private let rows: UnsafeMutablePointer<UInt32>
  private let lowers: UnsafeMutablePointer<Float>
  private let uppers: UnsafeMutablePointer<Float>
  private var greatest: GreatestBounds

  /// - Parameters:
  ///   - wanted: Rows wanted, at least one.
  ///   - floor: Scores below it are not wanted.
  ///   - blockLimit: Rows that one kernel call may keep.
  init(wanted: Int, floor: Float, blockLimit: Int) {
    threshold = floor
    greatest = GreatestBounds(count: wanted)
    capacity = 4_096 + 32 * wanted + blockLimit
    let padded = capacity + Int(CK_SLACK)
    unsafe rows = .allocate(capacity: padded)
    unsafe lowers = .allocate(capacity: padded)
    unsafe uppers = .allocate(capacity: padded)
  }

  deinit {
    unsafe rows.deallocate()
    unsafe lowers.deallocate()
    unsafe uppers.deallocate()
  }

  /// Begins the rows of the next source.
  mutating func beginSource() { ends.append(count) }

  /// Makes room for what a kernel call on `size` rows may keep.
  ///
  /// - Returns: false where too many rows are too close to tell apart.
  mutating func reserve(_ size: Int) -> Bool {
    if count + size <= capacity { return true }
    prune()
    return count + size <= capacity && 4 * count <= 3 * capacity
  }

  /// Where a kernel writes; for one call on as many rows as were reserved.
  var columns: ck_survivors {
    unsafe ck_survivors(
      rows: rows + count, lanes: nil, lowers: lowers + count, uppers: uppers + count)
  }

  /// Takes the rows that a kernel call has left.
  mutating func take(_ found: Int) {
    precondition(found <= capacity - count, "a kernel kept more than it was given")
    for index in count..<count + found {
      let lower = unsafe lowers[index]
      // A bound that is not finite says nothing.
      guard lower > threshold, lower.isFinite else { continue }
      if let floor = greatest.push(lower), floor > threshold { threshold = floor }
    }
    count += found
    ends[ends.count - 1] = count
  }

  /// Forgets the rows that the threshold has ruled out since they came.
  private mutating func prune() {
    var kept = 0
    var first = 0
    for source in ends.indices {
      for index in first..<ends[source] where unsafe !(uppers[index] < threshold) {
        unsafe rows[kept] = rows[index]
        unsafe lowers[kept] = lowers[index]
        unsafe uppers[kept] = uppers[index]
        kept += 1
      }
      first = ends[source]
      ends[source] = kept
    }
    count = kept
  }

  /// Moves the rows of the `source`-th source begun that pass the test to `list`.
  ///
  /// - Parameter test: Gets the bounds of a row that the threshold has not ruled out.
  func rows(of source: Int, into list: inout [UInt32], where test: (Float, Float) -> Bool) {
    list.removeAll(keepingCapacity: true)
    for index in (source == 0 ? 0 : ends[source - 1])..<ends[source] {
      let (lower, upper) = unsafe (lowers[index], uppers[index])
      if !(upper < threshold), test(lower, upper) { unsafe list.append(rows[index]) }
    }
  }
}

/// The greatest bounds seen, for the least of them: a sorted list where it is short.
struct GreatestBounds {
  private var sorted: [Float] = []
  private var selection: Selection<Float>?
  private let count: Int

  /// - Parameter count: How many, at least one.
  init(count: Int) {
    self.count = count
    if count > 64 {
      selection = Selection(count: count)
    } else {
      sorted.reserveCapacity(count)
    }
  }

  /// Takes a bound; returns the least of the `count` greatest as far as it is known.
  mutating func push(_ bound: Float) -> Float? {
    if selection != nil {
      selection!.push(bound)
      return selection!.floor
    }
    if sorted.count < count {
      sorted.append(bound)
    } else {
      if bound <= sorted[count - 1] { return sorted[count - 1] }
      sorted[count - 1] = bound
    }
    var place = sorted.count - 1
    while place > 0, sorted[place - 1] < bound {
      sorted[place] = sorted[place - 1]
      place -= 1
    }
    sorted[place] = bound
    return sorted.count == count ? sorted[count - 1] : nil
  }
}

import CVectorKernels
import Platform

/// A typed run of values inside memory that someone else owns.
///
/// `@safe` holds because the initialiser is `@unsafe` (its caller promises `count` readable values
/// for as long as the column is in use) and every access is checked against `count`. `@unchecked
/// Sendable` holds because the values are only read.
@safe struct Column<Element: BitwiseCopyable>: @unchecked Sendable {
  @unsafe let base: UnsafePointer<Element>
  let count: Int

  @unsafe init(base: UnsafePointer<Element>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// Asks for the cache line of a value that will soon be read.
  @inline(__always) func prefetch(_ index: Int) {
    if index >= 0 && index < count { unsafe ck_prefetch(base + index) }
  }

  subscript(index: Int) -> Element {
    @inline(__always) get {
      precondition(index >= 0 && index < count, "index outside the column")
      return unsafe base[index]
    }
  }
}

/// The columns that rows have in common, in a segment file and in the delta.
///
/// Values come from files: whoever uses one as an index checks it first.
struct RowColumns: Sendable {
  let dimension: Int
  /// `[n][16]`, the raw bytes of the entry ids.
  let ids: Column<UInt8>
  /// Which chunk of its entry a row is, from 0. Rows of an entry stand side by side, in this order.
  let chunks: Column<UInt32>
  /// `[n][3]`: where the chunk begins and ends in the content, and how many the entry has; nil
  /// where every row is a whole entry.
  let parts: Column<UInt32>?
  let versions: Column<UInt64>
  let stamps: Column<UInt64>
  /// `[n][VectorLayout.floatStride]`.
  let vectors: Column<Float>
  /// `[n][VectorLayout.codeStride]`.
  let codes: Column<UInt8>
  let scales: Column<Float>
  let errors: Column<Float>
  let norms: Column<Float>
  /// Numbers into the dictionary of types.
  let types: Column<UInt32>
  /// Numbers into the dictionary of categories.
  let categories: Column<UInt32>
  /// Numbers into the dictionary of languages.
  let languages: Column<UInt32>
  let priorities: Column<Int32>
  /// 1 where the entry is active.
  let active: Column<UInt8>
  let created: Column<Int64>
  let updated: Column<Int64>

  func id(_ row: Int) -> UUID {
    precondition(row >= 0 && row < ids.count / 16, "row outside the column")
    return unsafe UUID(reading: ids.base + row * 16)
  }

  /// Asks for what a hit shows of a row: a dozen columns, each of which is a cache miss.
  func prefetch(_ row: Int) {
    ids.prefetch(16 * row)
    chunks.prefetch(row)
    parts?.prefetch(3 * row)
    versions.prefetch(row)
    types.prefetch(row)
    categories.prefetch(row)
    languages.prefetch(row)
    priorities.prefetch(row)
    active.prefetch(row)
    created.prefetch(row)
    updated.prefetch(row)
  }

  func state(_ row: Int) -> EntryState {
    EntryState(id: id(row), version: versions[row], stamp: stamps[row])
  }

  func vector(_ row: Int) -> [Float] {
    let stride = VectorLayout.floatStride(dimension)
    precondition(row >= 0 && row < vectors.count / stride, "row outside the column")
    return unsafe Array(UnsafeBufferPointer(start: vectors.base + row * stride, count: dimension))
  }

  func codes(of column: DictionaryColumn) -> Column<UInt32> {
    switch column {
    case .types: types
    case .categories: categories
    case .languages: languages
    }
  }

  /// Lends the rows to a search. The owner of the columns and `live` must outlive the value.
  @unsafe func rows(
    count: Int, live: Bitmap?, admittedCount: Int? = nil, signs: SignRows? = nil
  ) -> VectorRows {
    unsafe VectorRows(
      count: count, dimension: dimension, vectors: vectors.base, codes: codes.base,
      scales: scales.base, errors: errors.base, norms: norms.base, ids: ids.base,
      chunks: chunks.base, live: live.map { unsafe UnsafePointer($0.words) },
      admittedCount: admittedCount, signs: signs)
  }
}

/// The columns whose values are numbers into a dictionary of strings.
enum DictionaryColumn: Int, CaseIterable {
  case types
  case categories
  case languages
}

import Platform

/// Sorted distinct strings in a segment: u32 count, u32 ends of the strings, their bytes.
struct StringDictionary: Sendable {
  private let bytes: Column<UInt8>
  let count: Int

  /// Checks that the strings lie within the section, in order of their ends.
  ///
  /// - Returns: nil where they do not.
  init?(_ bytes: Column<UInt8>) {
    self.bytes = bytes
    guard bytes.count >= 4 else { return nil }
    count = Int(Self.word(bytes, 0))
    guard count <= bytes.count / 4 - 1 else { return nil }
    var previous = 0
    for index in 0..<count {
      let end = Int(Self.word(bytes, 4 + index * 4))
      guard end >= previous, end <= bytes.count - 4 - count * 4 else { return nil }
      previous = end
    }
    guard previous == bytes.count - 4 - count * 4 else { return nil }
  }

  private static func word(_ bytes: Column<UInt8>, _ offset: Int) -> UInt32 {
    precondition(offset >= 0 && offset <= bytes.count - 4, "outside the dictionary")
    return unsafe UnsafeRawPointer(bytes.base + offset).loadUnaligned(as: UInt32.self)
  }

  private func range(_ number: Int) -> Range<Int> {
    let start = 4 + count * 4
    // Read again from a mapping that might change under us: clamp what the first look checked.
    let end = min(max(0, Int(Self.word(bytes, 4 + number * 4))), bytes.count - start)
    let begin = number == 0 ? 0 : min(Int(Self.word(bytes, number * 4)), end)
    return start + begin..<start + end
  }

  /// - Precondition: `0 <= number < count`.
  subscript(number: Int) -> [UInt8] {
    precondition(number >= 0 && number < count, "outside the dictionary")
    let range = range(number)
    return unsafe Array(
      UnsafeBufferPointer(start: bytes.base + range.lowerBound, count: range.count))
  }

  /// The string as text.
  ///
  /// - Precondition: `0 <= number < count`.
  func string(_ number: Int) -> String {
    precondition(number >= 0 && number < count, "outside the dictionary")
    let range = range(number)
    return unsafe String(
      decoding: UnsafeBufferPointer(start: bytes.base + range.lowerBound, count: range.count),
      as: UTF8.self)
  }

  /// The number of `text` by binary search, nil where it is not there.
  func number(of text: [UInt8]) -> UInt32? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if precedesByBytes(self[middle], text) { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == text ? UInt32(low) : nil
  }

  /// The section's bytes for sorted distinct strings.
  static func encode(_ strings: [[UInt8]]) -> [UInt8] {
    var writer = ByteWriter(capacity: 4 + strings.reduce(0) { $0 + 4 + $1.count })
    writer.append(UInt32(strings.count))
    var end = 0
    for string in strings {
      end += string.count
      writer.append(UInt32(end))
    }
    for string in strings { writer.append(string) }
    return writer.bytes
  }
}

import Platform
import Testing

@testable import Spelling

/// Word lists of a few words, as FORMAT.md describes them.
enum TinyList {
  static func bytes(
    _ words: [(String, UInt8)], language: String = "xx", flags: UInt32 = 0,
    pairs: [(Int, Int, UInt8)] = []
  ) -> [UInt8] {
    let sorted = words.sorted { Array($0.0.utf8).lexicographicallyPrecedes(Array($1.0.utf8)) }
    var texts: [UInt8] = []
    var last: [UInt8] = []
    for (word, _) in sorted {
      let bytes = Array(word.utf8)
      let shared = zip(last, bytes).prefix { $0 == $1 }.count
      texts += [UInt8(shared), UInt8(bytes.count - shared)] + bytes[shared...]
      last = bytes
    }
    var table: [UInt8] = []
    var first = 0
    for row in Set(pairs.map(\.0)).sorted() {
      let seconds = pairs.filter { $0.0 == row }.sorted { $0.1 < $1.1 }
      table += [UInt8(row - first), UInt8(seconds.count)]
      first = row
      var second = 0
      for pair in seconds {
        table += [UInt8(pair.1 - second), pair.2]
        second = pair.1
      }
    }
    func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> ($0 * 8) & 255) } }
    let name = Array(language.utf8)
    var head = Array("KWRD".utf8) + word(1) + name + [UInt8](repeating: 0, count: 8 - name.count)
    head += word(Int(flags)) + word(sorted.count) + word(texts.count)
    head += word(pairs.count) + word(table.count)
    let body = texts + sorted.map(\.1) + table
    return head + word(Int(CRC32C.checksum(head + body))) + body
  }

  static func list(_ words: [(String, UInt8)], flags: UInt32 = 0) throws -> WordList {
    try WordList(bytes(words, flags: flags))
  }
}

/// Optimal string alignment by its definition.
func alignment(_ left: [Symbol], _ right: [Symbol]) -> Int {
  var rows = [[Int]](
    repeating: [Int](repeating: 0, count: right.count + 1), count: left.count + 1)
  for i in 0...left.count {
    for j in 0...right.count {
      if i == 0 || j == 0 {
        rows[i][j] = i + j
        continue
      }
      rows[i][j] = min(
        rows[i - 1][j] + 1, rows[i][j - 1] + 1,
        rows[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1))
      if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
        rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
      }
    }
  }
  return rows[left.count][right.count]
}

/// A generator that a seed determines.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// The text that the changes make, put together by their byte ranges.
func applied(_ changes: [WordCorrection], to text: String) -> String {
  let bytes = Array(text.utf8)
  var result: [UInt8] = []
  var end = 0
  for change in changes {
    #expect(change.range.lowerBound >= end && change.range.upperBound <= bytes.count)
    #expect(String(decoding: bytes[change.range], as: UTF8.self) == change.original)
    result += bytes[end..<change.range.lowerBound] + Array(change.replacement.utf8)
    end = change.range.upperBound
  }
  return String(decoding: result + bytes[end...], as: UTF8.self)
}

extension TinyList {
  /// Writes the checksum anew.
  static func sign(_ bytes: inout [UInt8]) {
    let sum = CRC32C.checksum(Array(bytes[..<36]) + bytes[40...])
    for index in 0..<4 { bytes[36 + index] = UInt8(sum >> UInt32(8 * index) & 255) }
  }
}

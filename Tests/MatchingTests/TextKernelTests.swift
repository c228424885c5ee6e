import CTextKernels
import Platform
import Testing

@testable import Matching

/// The bit-parallel kernels against the table of the textbook, on every instruction set.
@Suite struct TextKernelTests {
  static let levels = TextKernels.Level.allCases.filter { $0 <= TextKernels.supported }

  /// The whole table; symbol 0 equals nothing.
  static func oracle(_ distance: Distance, _ a: [UInt8], _ b: [UInt8]) -> Int {
    var table = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    if distance != .commonLength {
      for i in 0...a.count { table[i][0] = i }
      for j in 0...b.count { table[0][j] = j }
    }
    for i in stride(from: 1, through: a.count, by: 1) {
      for j in stride(from: 1, through: b.count, by: 1) {
        let isEqual = a[i - 1] == b[j - 1] && a[i - 1] != 0
        if distance == .commonLength {
          table[i][j] = max(table[i - 1][j], table[i][j - 1])
          if isEqual { table[i][j] = table[i - 1][j - 1] + 1 }
          continue
        }
        table[i][j] = min(
          table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (isEqual ? 0 : 1))
        if distance == .osa, i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1],
          a[i - 1] != 0, a[i - 2] != 0
        {
          table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
        }
      }
    }
    return table[a.count][b.count]
  }

  @Test(arguments: levels, [Distance.levenshtein, .osa, .commonLength])
  func `tokens get the distances of the textbook`(
    _ level: TextKernels.Level, _ distance: Distance
  ) {
    var random = SeededGenerator(seed: 11)
    let kernels = TextKernels(level)
    #expect(kernels.level == level)
    for round in 0..<120 {
      let letters = UInt8.random(in: 1...(round % 2 == 0 ? 4 : 63), using: &random)
      let pattern = (0..<Int.random(in: 1...16, using: &random)).map { _ in
        UInt8.random(in: 1...letters, using: &random)
      }
      let tokens = (0..<Int.random(in: 1...70, using: &random)).map { _ in
        (0..<Int.random(in: 0...24, using: &random)).map { _ in
          UInt8.random(in: 0...letters, using: &random)
        }
      }
      var blocks = TokenBlocks()
      // What an earlier use left behind must not count.
      for _ in 0..<40 { blocks.append([1, 2, 3, 1, 2, 3, 1, 2, 3][...]) }
      blocks.removeAll()
      for token in tokens { blocks.append(token[...]) }
      var results: [UInt8] = []
      blocks.compare(pattern[...], distance, kernels, into: &results)
      for (place, token) in tokens.enumerated() {
        #expect(Int(results[place]) == Self.oracle(distance, pattern, token), "seed 11 \(round)")
      }
    }
  }

  @Test(
    arguments: levels, [1, 7, 15, 16, 17, 31, 33, 63, 64, 65, 127, 128, 129, 200, 511, 512])
  func `texts get the distances of the textbook`(_ level: TextKernels.Level, _ length: Int) {
    var random = SeededGenerator(seed: UInt64(length))
    let kernels = TextKernels(level)
    let pattern = (0..<length).map { _ in UInt8.random(in: 1...9, using: &random) }
    var texts = (0..<11).map { _ in
      (0..<Int.random(in: 0...140, using: &random)).map { _ in
        UInt8.random(in: 0...9, using: &random)
      }
    }
    texts.append(Array(pattern.prefix(200)))
    var blocks = TextBlocks()
    for text in texts { blocks.append(text) }
    for distance in [Distance.levenshtein, .osa, .commonLength] {
      var results: [UInt16] = []
      blocks.compare(pattern, distance, kernels, into: &results)
      for (place, text) in texts.enumerated() {
        #expect(Int(results[place]) == Self.oracle(distance, pattern, text))
      }
    }
  }

  @Test func `characters of any script are compared as characters`() {
    var random = SeededGenerator(seed: 5)
    let scripts = Array("aàбγعहक日本🙂é ß".unicodeScalars)
    for _ in 0..<200 {
      func word() -> [Unicode.Scalar] {
        (0..<Int.random(in: 1...12, using: &random)).map { _ in
          scripts.randomElement(using: &random)!
        }
      }
      func bytes(_ word: [Unicode.Scalar]) -> [UInt8] {
        Array(String(String.UnicodeScalarView(word)).utf8)
      }
      let (a, b) = (word(), word())
      var table = SymbolTable()
      var (first, second): ([UInt8], [UInt8]) = ([], [])
      table.append(bytes(a)[...], to: &first)
      table.append(bytes(b), 0..<bytes(b).count, to: &second)
      #expect(first.count == a.count && second.count == b.count)
      let numbers = Dictionary(
        a.enumerated().map { ($1, UInt8($0 + 1)) }, uniquingKeysWith: { first, _ in first })
      let expected = Self.oracle(
        .osa, a.map { numbers[$0] ?? 0 }, b.map { numbers[$0] ?? 0 })
      var blocks = TokenBlocks()
      blocks.append(second[...])
      var results: [UInt8] = []
      blocks.compare(first[...], .osa, .current, into: &results)
      #expect(Int(results[0]) == expected)
    }
  }

  @Test func `the scalar distance of edit scripts is the textbook's`() {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<300 {
      func word() -> [UInt8] {
        (0..<Int.random(in: 0...9, using: &random)).map { _ in .random(in: 1...4, using: &random) }
      }
      let (a, b) = (word(), word())
      let distance = Self.oracle(.osa, a, b)
      #expect(EditDistance.osa(a, b, limit: 20) == distance)
      #expect(EditDistance.osa(a, b, limit: 1) == min(distance, 2))
    }
  }
}

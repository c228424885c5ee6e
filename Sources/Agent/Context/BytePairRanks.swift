import Platform

/// The vocabulary of a byte-level tokenizer, from a file of ranks as OpenAI and Meta publish them.
public struct BytePairRanks: Sendable {
  /// How texts are cut before byte pairs are merged.
  public enum Pattern: String, Sendable {
    /// cl100k_base, and Llama 3.
    case cl100k
    /// o200k_base.
    case o200k
  }

  /// Why a file is none of ranks.
  public struct Unreadable: Error, Sendable, Equatable, CustomStringConvertible {
    /// In words, with the line.
    public let description: String
  }

  /// Tokens at most, and bytes of a token.
  static let tokenLimit = 1 << 20
  static let tokenByteLimit = 1 << 12

  /// How texts are cut.
  public let pattern: Pattern
  /// How many tokens it has.
  public var count: Int { ends.count }

  private var bytes: [UInt8] = []
  /// Where each token ends in ``bytes``, by the order of the file.
  private var ends: [UInt32] = []
  private var ranks: [UInt32] = []
  /// Open addressing: the number of a token and 1; 0 for a free place.
  private var places: [UInt32] = []
  private var longest = 1

  /// Reads a file: a token in base64, a space and its rank, a line each.
  ///
  /// - Parameters:
  ///   - file: The bytes of the file.
  ///   - pattern: How texts are cut; nil for o200k where there are more than 150,000 tokens, else
  ///     cl100k.
  /// - Throws: ``Unreadable`` naming the line: no such line, a token twice, more than 1,048,576
  ///   tokens, a single byte that is no token.
  /// - Complexity: O(bytes); about 12 bytes of memory for each of the file's lines besides tokens.
  public init(_ file: [UInt8], pattern: Pattern? = nil) throws(Unreadable) {
    var lines = 0
    for byte in file where byte == 0x0A { lines += 1 }
    guard lines < Self.tokenLimit else {
      throw Unreadable(description: "more than \(Self.tokenLimit) lines: is it a file of ranks?")
    }
    self.pattern = pattern ?? (lines > 150_000 ? .o200k : .cl100k)
    var size = 1024
    while size < 2 * (lines + 1) { size *= 2 }
    places = [UInt32](repeating: 0, count: size)
    var number = 0
    for line in file.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      let fields = line.split { $0 == 0x20 || $0 == 0x0D }
      if fields.isEmpty { continue }
      guard fields.count == 2, let rank = UInt32(String(decoding: fields[1], as: UTF8.self)),
        let token = Base64.decode(String(decoding: fields[0], as: UTF8.self)),
        1...Self.tokenByteLimit ~= token.count
      else {
        throw Unreadable(
          description: "line \(number) is not a token in base64, a space and its rank")
      }
      guard insert(token, rank) else {
        throw Unreadable(description: "line \(number) has a token that came before")
      }
    }
    for byte in UInt8.min...UInt8.max where rank(of: [byte].span) == nil {
      throw Unreadable(description: "byte \(byte) alone is no token: the file is not whole")
    }
  }

  private mutating func insert(_ token: [UInt8], _ rank: UInt32) -> Bool {
    guard self.rank(of: token.span) == nil else { return false }
    bytes += token
    ends.append(UInt32(bytes.count))
    ranks.append(rank)
    longest = max(longest, token.count)
    var place = Int(truncatingIfNeeded: Self.hash(token.span)) & (places.count - 1)
    while places[place] != 0 { place = (place + 1) & (places.count - 1) }
    places[place] = UInt32(ends.count)
    return true
  }

  /// The rank of a token; nil where the bytes are none.
  func rank(of text: Span<UInt8>) -> UInt32? {
    guard text.count <= longest else { return nil }
    var place = Int(truncatingIfNeeded: Self.hash(text)) & (places.count - 1)
    while places[place] != 0 {
      let number = Int(places[place]) - 1
      let start = number == 0 ? 0 : Int(ends[number - 1])
      if Int(ends[number]) - start == text.count {
        var same = 0
        while same < text.count, bytes[start + same] == text[same] { same += 1 }
        if same == text.count { return ranks[number] }
      }
      place = (place + 1) & (places.count - 1)
    }
    return nil
  }

  /// FNV-1a, its high bits mixed in.
  private static func hash(_ text: Span<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01B3 }
    return hash ^ hash >> 29
  }

  /// The tokens of a text; what stands for a special token counts as text.
  ///
  /// - Complexity: O(bytes × log of the bytes of its longest word).
  public func count(_ text: String) -> Int {
    var text = text
    text.makeContiguousUTF8()
    let bytes = text.utf8.span
    var tokens = 0
    var merge = BytePairMerge()
    TextPieces.each(of: bytes, pattern: pattern) { piece in
      tokens += merge.count(bytes.extracting(piece), self)
    }
    return tokens
  }
}

/// Merges neighbours of a piece, the lowest rank first, until no two are a token together. One
/// value is used for many pieces: it keeps its memory.
struct BytePairMerge {
  /// Two neighbours: the rank of both together, and where the left one begins. As a number, so that
  /// the lowest rank comes first, and of equal ones the leftmost.
  private struct Candidate {
    var key: UInt64
    /// Where the right one ends; another end means that one of the two was merged since.
    var end: Int32
  }

  private var heap: [Candidate] = []
  private var ends: [Int32] = []
  private var starts: [Int32] = []

  /// How many tokens a piece becomes.
  mutating func count(_ piece: Span<UInt8>, _ ranks: BytePairRanks) -> Int {
    if piece.count <= 1 || ranks.rank(of: piece) != nil { return min(piece.count, 1) }
    heap.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    // `ends[i]`: where the token that begins at i ends; `starts[i]`: where the one that ends at i
    // begins.
    for index in 0..<piece.count { ends.append(Int32(index + 1)) }
    for index in 0...piece.count { starts.append(Int32(index - 1)) }
    for index in 0..<piece.count - 1 { offer(piece, index, ranks) }
    var tokens = piece.count
    while let next = pop() {
      let start = Int(next.key & 0xFFFF_FFFF)
      let middle = Int(ends[start])
      // Stale: the left one is gone, or either has grown.
      guard middle > 0, middle < piece.count, ends[middle] == next.end else { continue }
      ends[start] = next.end
      ends[middle] = -1
      starts[Int(next.end)] = Int32(start)
      tokens -= 1
      if Int(next.end) < piece.count { offer(piece, start, ranks) }
      if start > 0 { offer(piece, Int(starts[start]), ranks) }
    }
    return tokens
  }

  private mutating func offer(_ piece: Span<UInt8>, _ start: Int, _ ranks: BytePairRanks) {
    let end = ends[Int(ends[start])]
    guard let rank = ranks.rank(of: piece.extracting(start..<Int(end))) else { return }
    heap.append(Candidate(key: UInt64(rank) << 32 | UInt64(start), end: end))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent].key <= heap[child].key { break }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func pop() -> Candidate? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return first }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child].key < heap[least].key { least = child }
      }
      if least == parent { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}

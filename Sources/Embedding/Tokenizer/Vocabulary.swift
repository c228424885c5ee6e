/// Pieces of words and their numbers, found by their bytes.
///
/// Pieces that begin a word and pieces that continue one (written with `##`) are kept apart, so
/// that no text is joined to look one up.
struct Vocabulary: Sendable {
  /// What one hash table holds: open addressing, at most half full.
  private struct Table: Sendable {
    var slots: [Int32]
    var mask: Int

    init(count: Int) {
      var size = 64
      while size < count * 2 { size *= 2 }
      slots = [Int32](repeating: -1, count: size)
      mask = size - 1
    }
  }

  private var bytes: [UInt8] = []
  /// Where each entry's bytes begin, without the continuing prefix; one more than entries.
  private var starts: [Int32] = [0]
  private var ids: [Int32] = []
  private var initial: Table
  private var continuing: Table
  /// Bytes of the longest piece, without its prefix.
  private(set) var longest = 1
  /// Pieces that were given; of one that occurs twice, both count.
  let pieceCount: Int
  /// Pieces, of both kinds.
  var count: Int { ids.count }
  /// The largest number of a piece, −1 without any.
  private(set) var largestID: Int32 = -1

  /// - Parameters:
  ///   - pieces: Each with its number; of a piece that occurs twice the last number stands.
  ///   - prefix: What marks a piece that continues a word.
  init(_ pieces: [(text: String, id: Int32)], prefix: String) {
    pieceCount = pieces.count
    initial = Table(count: pieces.count)
    continuing = Table(count: pieces.count)
    ids.reserveCapacity(pieces.count)
    starts.reserveCapacity(pieces.count + 1)
    let mark = Array(prefix.utf8)
    for (text, id) in pieces {
      largestID = max(largestID, id)
      let utf8 = Array(text.utf8)
      let isContinuing = !mark.isEmpty && utf8.count > mark.count && utf8.starts(with: mark)
      // A piece that continues a word can also be written out in a text, as "##" and letters; but
      // then punctuation has split it, so it never begins a word.
      insert(isContinuing ? Array(utf8[mark.count...]) : utf8, id, isContinuing)
    }
  }

  private mutating func insert(_ piece: [UInt8], _ id: Int32, _ isContinuing: Bool) {
    var hash = Self.seed
    for byte in piece { hash = Self.mix(hash, byte) }
    let table = isContinuing ? continuing : initial
    var slot = Self.slot(hash, table.mask)
    while table.slots[slot] >= 0 {
      let entry = Int(table.slots[slot])
      if bytes[Int(starts[entry])..<Int(starts[entry + 1])].elementsEqual(piece) {
        ids[entry] = id
        return
      }
      slot = (slot + 1) & table.mask
    }
    if isContinuing {
      continuing.slots[slot] = Int32(ids.count)
    } else {
      initial.slots[slot] = Int32(ids.count)
    }
    bytes += piece
    ids.append(id)
    starts.append(Int32(bytes.count))
    longest = max(longest, piece.count)
  }

  /// Whether a piece has this number; looks through all.
  func holds(_ id: Int32) -> Bool { ids.contains(id) }

  /// The number of the piece that is exactly `text`, nil where there is none.
  func id(of text: String, isContinuing: Bool = false) -> Int32? {
    let utf8 = Array(text.utf8)
    let hash = utf8.reduce(Self.seed, Self.mix)
    return id(utf8[...], hash: hash, isContinuing: isContinuing)
  }

  /// The number of the piece with these bytes and this hash, nil where there is none.
  @inline(__always) func id(
    _ piece: ArraySlice<UInt8>, hash: UInt64, isContinuing: Bool
  ) -> Int32? {
    isContinuing ? id(piece, hash, in: continuing) : id(piece, hash, in: initial)
  }

  @inline(__always) private func id(
    _ piece: ArraySlice<UInt8>, _ hash: UInt64, in table: Table
  ) -> Int32? {
    var slot = Self.slot(hash, table.mask)
    while table.slots[slot] >= 0 {
      let entry = Int(table.slots[slot])
      let start = Int(starts[entry])
      let count = Int(starts[entry + 1]) - start
      if count == piece.count {
        var index = 0
        while index < count, bytes[start + index] == piece[piece.startIndex + index] { index += 1 }
        if index == count { return ids[entry] }
      }
      slot = (slot + 1) & table.mask
    }
    return nil
  }

  /// FNV-1a, so that the hashes of all beginnings of a word come from one pass.
  static let seed: UInt64 = 0xcbf2_9ce4_8422_2325
  @inline(__always) static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01b3
  }
  @inline(__always) private static func slot(_ hash: UInt64, _ mask: Int) -> Int {
    Int(truncatingIfNeeded: hash ^ hash >> 29) & mask
  }
}

/// How a query becomes a name, and the plainer ratios of the two, for the few that are shown.
enum EditScript {
  /// The steps in the order of the name, then what only the query has.
  static func edits(from query: TokenScan, to name: TokenScan) -> [MatchEdit] {
    var partners = [Int?](repeating: nil, count: name.atoms.count)
    var distances = [Int](repeating: 0, count: name.atoms.count)
    var isUsed = [Bool](repeating: false, count: query.atoms.count)
    for (place, atom) in name.atoms.enumerated() {
      let key = name.bytes[atom.key]
      for (other, asked) in query.atoms.enumerated()
      where !isUsed[other] && query.bytes[asked.key] == key {
        partners[place] = other
        isUsed[other] = true
        break
      }
    }
    let phrases = phrases(query, name, &isUsed) { partners[$0] == nil }
    for (place, atom) in name.atoms.enumerated()
    where partners[place] == nil && !phrases.contains(where: { $0.atoms.contains(place) }) {
      var best = (similarity: Float(0), other: 0, distance: 0)
      for (other, asked) in query.atoms.enumerated()
      where !isUsed[other] && asked.kind == atom.kind && asked.kind == .word {
        var distance = max(asked.length, atom.length)
        if abs(asked.key.count - atom.key.count) <= 3,
          asked.length >= 4, atom.length >= 4
        {
          distance = EditDistance.osa(
            Array(query.bytes[asked.key]), Array(name.bytes[atom.key]), limit: 6)
        }
        var similarity = Similarity.ofWords(distance: distance, asked.length, atom.length)
        if similarity == 0,
          Similarity.isAbbreviation(query.bytes[asked.key], of: name.bytes[atom.key])
        {
          similarity = Similarity.abbreviation
          distance = atom.length - asked.length
        }
        if similarity > best.similarity { best = (similarity, other, distance) }
      }
      if best.similarity > 0 {
        partners[place] = best.other
        isUsed[best.other] = true
        distances[place] = best.distance
      }
    }
    var edits: [MatchEdit] = []
    for (place, atom) in name.atoms.enumerated() {
      if let phrase = phrases.first(where: { $0.atoms.contains(place) }) {
        if place == phrase.atoms.lowerBound { edits.append(phrase.edit) }
      } else if let partner = partners[place] {
        let asked = query.atoms[partner]
        let isSame = query.bytes[asked.key] == name.bytes[atom.key]
        edits.append(
          MatchEdit(
            kind: isSame ? .keep : .replace, tokenClass: atom.kind, query: asked.text,
            name: atom.text, distance: distances[place]))
      } else {
        edits.append(
          MatchEdit(
            kind: .insert, tokenClass: atom.kind, query: 0..<0, name: atom.text,
            distance: atom.length))
      }
    }
    for (other, asked) in query.atoms.enumerated() where !isUsed[other] {
      edits.append(
        MatchEdit(
          kind: .delete, tokenClass: asked.kind, query: asked.text, name: 0..<0,
          distance: asked.length))
    }
    return edits
  }

  /// A word for several by their initials, in the one direction or the other.
  private struct Phrase {
    /// The words of the name.
    var atoms: Range<Int>
    var edit: MatchEdit
  }

  /// Initials among the words that nothing else explains.
  private static func phrases(
    _ query: TokenScan, _ name: TokenScan, _ isUsed: inout [Bool], isFree: (Int) -> Bool
  ) -> [Phrase] {
    var phrases: [Phrase] = []
    let free = name.atoms.indices.map(isFree)
    for (asked, places) in expanded(query, isUsed.map { !$0 }, in: name, free) {
      isUsed[asked] = true
      phrases.append(
        Phrase(
          atoms: places,
          edit: MatchEdit(
            kind: .replace, tokenClass: .word, query: query.atoms[asked].text,
            name: text(name, places), distance: letters(name, places) - places.count)))
    }
    let left = name.atoms.indices.map { place in
      free[place] && !phrases.contains { $0.atoms.contains(place) }
    }
    for (own, places) in expanded(name, left, in: query, isUsed.map { !$0 }) {
      for place in places { isUsed[place] = true }
      phrases.append(
        Phrase(
          atoms: own..<own + 1,
          edit: MatchEdit(
            kind: .replace, tokenClass: .word, query: text(query, places),
            name: name.atoms[own].text, distance: letters(query, places) - places.count)))
    }
    return phrases
  }

  /// The short words of `one` that are the initials of words of `other`, with those, of the words
  /// that are left in both.
  private static func expanded(
    _ one: TokenScan, _ isLeft: [Bool], in other: TokenScan, _ isFree: [Bool]
  ) -> [(Int, Range<Int>)] {
    var run = InitialIndex.Run()
    for (place, atom) in other.atoms.enumerated() {
      let kind = isFree[place] ? atom.kind : .number
      run.append(kind, other.bytes.span.extracting(atom.key), at: place)
    }
    var found: [(Int, Range<Int>)] = []
    for (place, atom) in one.atoms.enumerated()
    where isLeft[place] && atom.kind == .word && InitialIndex.letters ~= atom.length {
      let letters = InitialIndex.letters(of: one.bytes.span.extracting(atom.key))
      guard let start = run.start(of: letters) else { continue }
      let places = start..<start + letters.count
      if !found.contains(where: { $0.1.overlaps(places) }) { found.append((place, places)) }
    }
    return found
  }

  private static func text(_ scan: TokenScan, _ atoms: Range<Int>) -> Range<Int> {
    scan.atoms[atoms.lowerBound].text.lowerBound..<scan.atoms[atoms.upperBound - 1].text.upperBound
  }

  private static func letters(_ scan: TokenScan, _ atoms: Range<Int>) -> Int {
    scan.atoms[atoms].reduce(0) { $0 + $1.length }
  }

  /// How much of the query's words, without spaces, the name begins with.
  static func prefixShare(_ query: TokenScan, _ name: TokenScan) -> Float {
    let a = query.atoms.flatMap { query.bytes[$0.key] }
    let b = name.atoms.flatMap { name.bytes[$0.key] }
    guard !a.isEmpty else { return 0 }
    return Float(zip(a, b).prefix { $0 == $1 }.count) / Float(a.count)
  }
}

/// A query as the plainer ratios want it, made once for all names that are shown.
struct QueryShape {
  /// The rows of each byte in the query's words in sorted order, 64 in a word.
  private var masks: [UInt64]
  private let rowCount: Int
  private let grams: [UInt32]

  init(_ query: TokenScan) {
    let sorted = Self.sorted(query)
    rowCount = sorted.count
    let words = (sorted.count + 63) / 64
    masks = [UInt64](repeating: 0, count: 256 * words)
    for (row, byte) in sorted.enumerated() {
      masks[Int(byte) * words + row / 64] |= 1 << UInt64(row % 64)
    }
    grams = Self.grams(query)
  }

  /// Indel ratio of the words in sorted order: 64 rows of the table at once (Hyyrö 2004).
  func sortedRatio(_ name: TokenScan) -> Float {
    let other = Self.sorted(name)
    guard rowCount > 0, !other.isEmpty else { return 0 }
    let words = (rowCount + 63) / 64
    var rest = [UInt64](repeating: .max, count: words)
    for byte in other {
      var carry: UInt64 = 0
      for word in 0..<words {
        let used = rest[word] & masks[Int(byte) * words + word]
        let (sum, over) = rest[word].addingReportingOverflow(used)
        let (total, more) = sum.addingReportingOverflow(carry)
        carry = over || more ? 1 : 0
        rest[word] = total | (rest[word] - used)
      }
    }
    var common = 0
    for row in 0..<rowCount where rest[row / 64] >> UInt64(row % 64) & 1 == 0 { common += 1 }
    return 2 * Float(common) / Float(rowCount + other.count)
  }

  /// Dice's coefficient of the distinct grams of three bytes of the words.
  func gramRatio(_ name: TokenScan) -> Float {
    let other = Self.grams(name)
    guard grams.count + other.count > 0 else { return 0 }
    var (mine, theirs, common) = (0, 0, 0)
    while mine < grams.count, theirs < other.count {
      if grams[mine] == other[theirs] {
        common += 1
        mine += 1
        theirs += 1
      } else if grams[mine] < other[theirs] {
        mine += 1
      } else {
        theirs += 1
      }
    }
    return 2 * Float(common) / Float(grams.count + other.count)
  }

  private static func sorted(_ scan: TokenScan) -> [UInt8] {
    let order = scan.atoms.indices.sorted {
      scan.bytes[scan.atoms[$0].key].lexicographicallyPrecedes(scan.bytes[scan.atoms[$1].key])
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(128)
    for place in order {
      if !bytes.isEmpty { bytes.append(0x20) }
      bytes.append(contentsOf: scan.bytes[scan.atoms[place].key])
      if bytes.count >= 512 { break }
    }
    return bytes
  }

  /// The grams of three bytes of the words, ends counted: each once, ascending.
  private static func grams(_ scan: TokenScan) -> [UInt32] {
    var grams: [UInt32] = []
    grams.reserveCapacity(128)
    for atom in scan.atoms {
      var gram: UInt32 = 1
      for index in atom.key {
        gram = (gram << 8 | UInt32(scan.bytes[index])) & 0xFF_FFFF
        grams.append(gram)
      }
      grams.append((gram << 8 | 2) & 0xFF_FFFF)
    }
    grams.sort()
    var count = 0
    for place in grams.indices where place == 0 || grams[place] != grams[place - 1] {
      grams[count] = grams[place]
      count += 1
    }
    grams.removeLast(grams.count - count)
    return grams
  }
}

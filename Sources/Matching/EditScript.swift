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
    for (place, atom) in name.atoms.enumerated() where partners[place] == nil {
      var best = (similarity: Float(0), other: 0, distance: 0)
      for (other, asked) in query.atoms.enumerated()
      where !isUsed[other] && asked.kind == atom.kind && asked.kind == .word {
        let distance = EditDistance.osa(
          Array(query.bytes[asked.key]), Array(name.bytes[atom.key]), limit: 6)
        var similarity = Similarity.ofWords(distance: distance, asked.length, atom.length)
        if similarity == 0,
          Similarity.isAbbreviation(query.bytes[asked.key], of: name.bytes[atom.key])
        {
          similarity = Similarity.abbreviation
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
      if let partner = partners[place] {
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

  /// Indel ratio of the words in sorted order: 64 rows of the table in a word (Hyyrö 2004).
  static func sortedRatio(_ query: TokenScan, _ name: TokenScan) -> Float {
    let a = sorted(query)
    let b = sorted(name)
    guard !a.isEmpty, !b.isEmpty else { return 0 }
    let words = (a.count + 63) / 64
    var masks = [UInt64](repeating: 0, count: 256 * words)
    for (row, byte) in a.enumerated() {
      masks[Int(byte) * words + row / 64] |= 1 << UInt64(row % 64)
    }
    var rest = [UInt64](repeating: .max, count: words)
    for byte in b {
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
    for row in a.indices where rest[row / 64] >> UInt64(row % 64) & 1 == 0 { common += 1 }
    return 2 * Float(common) / Float(a.count + b.count)
  }

  private static func sorted(_ scan: TokenScan) -> [UInt8] {
    let words = scan.atoms.map { scan.bytes[$0.key] }.sorted { $0.lexicographicallyPrecedes($1) }
    return Array(words.joined(separator: [0x20]).prefix(512))
  }

  /// Dice's coefficient of the distinct grams of three bytes of the words.
  static func gramRatio(_ query: TokenScan, _ name: TokenScan) -> Float {
    let a = grams(query)
    let b = grams(name)
    guard a.count + b.count > 0 else { return 0 }
    return 2 * Float(a.intersection(b).count) / Float(a.count + b.count)
  }

  private static func grams(_ scan: TokenScan) -> Set<UInt32> {
    var grams: Set<UInt32> = []
    for atom in scan.atoms {
      var gram: UInt32 = 1
      for byte in scan.bytes[atom.key] {
        gram = (gram << 8 | UInt32(byte)) & 0xFF_FFFF
        grams.insert(gram)
      }
      grams.insert((gram << 8 | 2) & 0xFF_FFFF)
    }
    return grams
  }

  /// How much of the query's words, without spaces, the name begins with.
  static func prefixShare(_ query: TokenScan, _ name: TokenScan) -> Float {
    let a = query.atoms.flatMap { query.bytes[$0.key] }
    let b = name.atoms.flatMap { name.bytes[$0.key] }
    guard !a.isEmpty else { return 0 }
    return Float(zip(a, b).prefix { $0 == $1 }.count) / Float(a.count)
  }
}

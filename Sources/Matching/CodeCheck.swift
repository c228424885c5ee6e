/// Whether a name has the codes, numbers and sizes that a query asks for. Nothing here is a matter
/// of degree: a code is there as it was asked for, or the customer is asked.
struct CodeCheck {
  /// A code, a number or a size of a text.
  struct Mark {
    /// How it is compared: without signs between.
    var key: [UInt8]
    /// Letters that hang behind it, as in `9011070-WW`: a query need not have them, but a name must
    /// have those of the query.
    var suffix: [UInt8]
    var suffixAtoms: Range<Int>
    var atoms: Range<Int>
    var kind: TokenClass
    /// Its bytes in the text.
    var text: Range<Int>
    /// It and its suffix as they are written, without signs between.
    var written: [UInt8]

    /// Codes and long numbers: a name without it is another thing.
    var isCode: Bool { kind == .code || kind == .number && key.count >= 3 }
  }

  /// The marks of the query that the name has not.
  private(set) var missing: [Mark] = []
  /// The marks of the name that the query does not ask for.
  private(set) var extra: [Mark] = []
  /// The marks of the query.
  private(set) var asked: [Mark]
  /// What was asked for and is near something else in the name; nil where nothing contradicts.
  private(set) var contradiction: (asked: Range<Int>, near: Mark?)?

  /// - Parameters:
  ///   - asked: ``marks(of:)`` the query.
  ///   - others: Other names of the same item: what one of them has is there.
  init(_ asked: [Mark], query: TokenScan, name: TokenScan, others: [TokenScan] = []) {
    self.asked = asked
    let own = Self.marks(of: name)
    let others = others.map { (scan: $0, marks: Self.marks(of: $0)) }
    missing = asked.filter { mark in
      !Self.has(name, own, mark, from: query)
        && !others.contains { Self.has($0.scan, $0.marks, mark, from: query) }
        || !Self.hasFactor(of: mark, in: name, from: query)
    }
    extra = own.filter { !Self.has(query, asked, $0, from: name, isQuery: false) }
    contradiction = findContradiction(query, name, own)
  }

  /// Share of the marks asked for that the name has.
  var share: Float {
    asked.isEmpty ? 1 : Float(asked.count - missing.count) / Float(asked.count)
  }

  private func findContradiction(
    _ query: TokenScan, _ name: TokenScan, _ own: [Mark]
  ) -> (asked: Range<Int>, near: Mark?)? {
    let nearest = { (key: [UInt8]) in
      extra.min {
        EditDistance.osa($0.written, key, limit: 64)
          < EditDistance.osa($1.written, key, limit: 64)
      }
    }
    // A number that the name has not is no quantity to be sure of: evoTOUCH 6 is no evoTOUCH Pro.
    if let mark = missing.first(where: { $0.isCode }) ?? missing.first {
      return (mark.text, nearest(mark.written))
    }
    // What is no code may be one with a wrong character: a word for a mark, and short words beside
    // marks among themselves. Marks that are asked for, too, count, for names repeat themselves.
    let beside = Self.fragments(of: name) { _ in true }.filter(\.isBeside)
    for fragment in Self.fragments(of: query, where: { !Self.contains(name, $0) }) {
      if let mark = own.first(where: { Self.isNear(fragment.key, $0.written) }) {
        return (fragment.text, mark)
      }
      if fragment.isBeside, beside.contains(where: { Self.isNear(fragment.key, $0.key) }) {
        return (fragment.text, nil)
      }
    }
    // Letters that tell things apart by themselves: another one, or one behind a number that the
    // name has not (HP 305 XL is no HP 305).
    let own = Self.fragments(of: name) { !Self.contains(query, $0) }
    for fragment in Self.fragments(of: query, where: { !Self.contains(name, $0) })
    where Self.isLabel(fragment.key) {
      if own.contains(where: { Self.isLabel($0.key) }) || fragment.isBehind {
        return (fragment.text, nil)
      }
    }
    return nil
  }

  /// One letter, one letter repeated (AA), a size (XL) or a Roman numeral below 40.
  private static func isLabel(_ key: [UInt8]) -> Bool {
    guard let first = key.first, key.count <= 5, key.allSatisfy({ 0x61...0x7A ~= $0 }) else {
      return false
    }
    if key.allSatisfy({ $0 == first }) { return true }
    // i, v and x; x and s, m or l at the end.
    if key.allSatisfy({ $0 == 0x69 || $0 == 0x76 || $0 == 0x78 }) { return true }
    return key.dropLast().allSatisfy { $0 == 0x78 } && [0x73, 0x6D, 0x6C].contains(key.last!)
  }

  private static func contains(_ scan: TokenScan, _ key: ArraySlice<UInt8>) -> Bool {
    scan.atoms.contains { scan.bytes[$0.key] == key }
      || scan.groups.contains { scan.bytes[$0.key] == key }
  }

  /// One wrong character of a short form, two of a long one.
  private static func isNear(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    let allowed = min(a.count, b.count) <= 6 ? 1 : 2
    return EditDistance.osa(a, b, limit: allowed) <= allowed
  }

  /// A word, or words that hang together, without a digit.
  private struct Fragment {
    var key: [UInt8]
    var text: Range<Int>
    /// Three letters at most, next to something with a digit.
    var isBeside: Bool
    /// The same, and behind it.
    var isBehind: Bool { isBeside && followsMark }
    var followsMark = false
  }

  private static func fragments(
    of scan: TokenScan, where isWanted: (ArraySlice<UInt8>) -> Bool
  ) -> [Fragment] {
    var fragments: [Fragment] = []
    func isPlain(_ place: Int) -> Bool {
      scan.atoms[place].kind == .word || scan.atoms[place].kind == .unit
    }
    for (place, atom) in scan.atoms.enumerated()
    where isPlain(place) && isWanted(scan.bytes[atom.key]) {
      let isBeside =
        place > 0 && !isPlain(place - 1) || place + 1 < scan.atoms.count && !isPlain(place + 1)
      let key = Array(scan.bytes[atom.key])
      fragments.append(
        Fragment(
          key: key, text: atom.text, isBeside: atom.length <= 3 && isBeside,
          followsMark: place > 0 && !isPlain(place - 1)))
      // A size with a letter for its number.
      if atom.length <= 2, place + 1 < scan.atoms.count, scan.atoms[place + 1].kind == .unit {
        fragments.append(
          Fragment(
            key: key + scan.bytes[scan.atoms[place + 1].key], text: atom.text, isBeside: false))
      }
    }
    for group in scan.groups where !group.hasDigit && isWanted(scan.bytes[group.key]) {
      let text =
        scan.atoms[group.atoms.lowerBound].text
        .lowerBound..<scan.atoms[group.atoms.upperBound - 1].text.upperBound
      fragments.append(
        Fragment(key: Array(scan.bytes[group.key]), text: text, isBeside: false))
    }
    return fragments
  }

  /// Edits between two marks.
  static func distance(_ a: Mark, _ b: Mark) -> Int {
    EditDistance.osa(a.written, b.written, limit: 64)
  }

  /// The marks of a text, in its order.
  static func marks(of scan: TokenScan) -> [Mark] {
    var marks: [Mark] = []
    var first = 0
    let atoms = scan.atoms
    while first < atoms.count {
      var end = first + 1
      while end < atoms.count, atoms[end].isGlued { end += 1 }
      defer { first = end }
      if end - first == 1 {
        guard atoms[first].kind != .word, atoms[first].kind != .unit else { continue }
        marks.append(
          Mark(
            key: Array(scan.bytes[atoms[first].key]), suffix: [],
            suffixAtoms: end..<end, atoms: first..<end,
            kind: atoms[first].kind, text: atoms[first].text,
            written: joined(scan, first..<end)))
        continue
      }
      guard atoms[first..<end].contains(where: { $0.kind != .word && $0.kind != .unit }) else {
        continue
      }
      // Words of two letters and more behind it are a suffix.
      var core = end
      while core > first + 1, atoms[core - 1].kind == .word || atoms[core - 1].kind == .unit,
        atoms[core - 1].length >= 2
      {
        core -= 1
      }
      let isNumber = core - first == 1 && atoms[first].kind == .number
      marks.append(
        Mark(
          key: isNumber ? Array(scan.bytes[atoms[first].key]) : joined(scan, first..<core),
          suffix: joined(scan, core..<end), suffixAtoms: core..<end, atoms: first..<end,
          kind: isNumber ? .number : .code,
          text: atoms[first].text.lowerBound..<atoms[core - 1].text.upperBound,
          written: joined(scan, first..<end)))
    }
    return marks
  }

  /// Words written as one, without points but those between digits: 1.5 is not 15.
  private static func joined(_ scan: TokenScan, _ atoms: Range<Int>) -> [UInt8] {
    var key: [UInt8] = []
    for atom in scan.atoms[atoms] { append(scan, atom, to: &key) }
    return key
  }

  /// A size is written as in the text, everything else as its key.
  private static func append(_ scan: TokenScan, _ atom: TokenScan.Atom, to key: inout [UInt8]) {
    let source = atom.kind == .size ? atom.written : atom.key
    for index in source where !isLoosePoint(scan, index, source) {
      key.append(scan.bytes[index])
    }
  }

  private static func isLoosePoint(_ scan: TokenScan, _ index: Int, _ word: Range<Int>) -> Bool {
    guard scan.bytes[index] == 0x2E else { return false }
    func isDigit(_ place: Int) -> Bool { word ~= place && scan.bytes[place] &- 0x30 < 10 }
    return !(isDigit(index - 1) && isDigit(index + 1))
  }

  /// Whether `scan` has the mark of another text, which is the query or the name.
  private static func has(
    _ scan: TokenScan, _ marks: [Mark], _ mark: Mark, from other: TokenScan, isQuery: Bool = true
  ) -> Bool {
    for own in marks where own.key == mark.key {
      if !isQuery || mark.suffix.isEmpty || own.suffix == mark.suffix { return true }
      if own.suffix.isEmpty,
        !marks.contains(where: { $0.suffix == mark.suffix && $0.key != mark.key }),
        mark.suffixAtoms.allSatisfy({ place in
          let key = other.bytes[other.atoms[place].key]
          return scan.atoms.contains { scan.bytes[$0.key] == key }
        })
      {
        return true
      }
    }
    // Written apart here and as one there.
    if mark.kind == .code, isWrittenApart(mark.key + mark.suffix, in: scan) { return true }
    for own in marks where own.kind == .code {
      if isWrittenApart(own.key + own.suffix, in: other, around: mark.atoms) { return true }
    }
    return false
  }

  /// Whether a mark behind an x stands behind the same number in the name: 2x4 GB is not 2x2 GB
  /// even where 4 GB is said, too.
  private static func hasFactor(
    of mark: Mark, in name: TokenScan, from query: TokenScan
  ) -> Bool {
    let place = mark.atoms.lowerBound
    guard query.atoms[place].isMultiplied, place > 0 else { return true }
    let factor = query.bytes[query.atoms[place - 1].key]
    let value = query.bytes[query.atoms[place].key]
    for (first, atom) in name.atoms.enumerated() where name.bytes[atom.key] == factor {
      // An x of its own may stand between.
      for second in first + 1..<min(first + 3, name.atoms.count)
      where name.bytes[name.atoms[second].key] == value { return true }
    }
    return false
  }

  /// Whether whole words of a text that follow one another are `key` when written as one.
  private static func isWrittenApart(
    _ key: [UInt8], in scan: TokenScan, around inner: Range<Int>? = nil
  ) -> Bool {
    for first in scan.atoms.indices where !scan.atoms[first].isGlued {
      var done = 0
      var last = first
      while last < scan.atoms.count, last == first || !scan.atoms[last].isMultiplied,
        let length = length(of: scan.atoms[last], scan, key, done)
      {
        done += length
        last += 1
        guard done == key.count else { continue }
        if last == scan.atoms.count || !scan.atoms[last].isGlued {
          guard let inner else { return true }
          if first <= inner.lowerBound, last >= inner.upperBound { return true }
        }
        break
      }
    }
    return false
  }

  /// Bytes of a word that stand in `key` from `start` on; nil where others stand there.
  private static func length(
    of atom: TokenScan.Atom, _ scan: TokenScan, _ key: [UInt8], _ start: Int
  ) -> Int? {
    var place = start
    let source = atom.kind == .size ? atom.written : atom.key
    for index in source where !isLoosePoint(scan, index, source) {
      guard place < key.count, key[place] == scan.bytes[index] else { return nil }
      place += 1
    }
    return place - start
  }
}

/// Edits between two short strings.
enum EditDistance {
  /// Optimal string alignment of bytes; `limit + 1` where it is more than `limit`.
  static func osa(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int {
    if abs(a.count - b.count) > limit { return limit + 1 }
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var before = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var row = before
    for i in 1...a.count {
      row[0] = i
      for j in 1...b.count {
        var cell = min(last[j], row[j - 1]) + 1
        cell = min(cell, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          cell = min(cell, before[j - 2] + 1)
        }
        row[j] = cell
      }
      (before, last, row) = (last, row, before)
    }
    return min(last[b.count], limit + 1)
  }
}

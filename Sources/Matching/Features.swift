/// What a score is made of, each about 0...1.
struct Features: Sendable {
  enum Name: Int, CaseIterable {
    case cosine
    case queryCovered, nameCovered, queryCoveredEarly, nameCoveredEarly
    case codesCovered, codesMissing, firstCodeOfQuery, firstCodeOfName, codesDiffer
    case numbersCovered, numbersDiffer, sizesCovered, sizesDiffer
    case tailCovered, tailsAlike, firstWord, firstWordOfName, lengthRatio
    case rarestMissing, rarestExtra, rarestShared, alias, attribute, cosineShare, whole
    case wordsShared, abbreviations, nearCode, semantic
  }

  static let count = Name.allCases.count
  private var values = InlineArray<30, Float>(repeating: 0)

  @inline(__always) subscript(_ name: Name) -> Float {
    get { values[name.rawValue] }
    set { values[name.rawValue] = newValue }
  }

  @inline(__always) subscript(_ place: Int) -> Float { values[place] }
}

extension NameIndex {
  /// Fills the features and the scores of all names found.
  func scoreFound(_ scratch: inout MatchScratch) {
    var greatest: Float = 1e-6
    var least = Float.infinity
    for found in scratch.found {
      greatest = max(greatest, found.features[.cosine])
      if let semantic = found.semantic { least = min(least, semantic) }
    }
    var found = scratch.found
    var covered: Float = 0
    for place in found.indices {
      describe(&found[place], &scratch)
      found[place].features[.cosineShare] = found[place].features[.cosine] / greatest
      covered = max(covered, found[place].features[.queryCovered])
    }
    // Meaning counts as far as words explain less than half of the query: beside words it makes
    // every set of the benchmark worse, for names that mean the same are other products. What the
    // caller knows nothing of is no nearer than the farthest it knows of.
    let unexplained = max(0, 1 - 2 * covered)
    for place in found.indices {
      guard let semantic = found[place].semantic else { continue }
      found[place].features[.semantic] = (semantic - least) * unexplained
    }
    Model.score(&found)
    scratch.found = found
  }

  /// What the query and one name have in common, by class and place.
  private func describe(_ found: inout Found, _ scratch: inout MatchScratch) {
    let range = range(found.slot)
    var credit = Tally(scratch.atoms.count, entries: range.count)
    align(range, scratch, &credit)
    alignInitials(found.slot, &scratch, &credit)
    let scale = 1 / rarity(0)
    var name = Side(scale: scale)
    var place = 0
    var hasAttribute: Float = 0
    for (index, position) in range.enumerated() {
      let entry = entries[position]
      guard entry & Entry.group == 0 else { continue }
      let word = entry & Entry.word
      if entry & Entry.attribute != 0 {
        if credit.name[index] > 0 { hasAttribute = 1 }
        continue
      }
      name.add(
        credit.name[index], rarity(of: word, scratch), vocabulary.kinds[Int(word)],
        Int(vocabulary.lengths[Int(word)]), place: place, isTail: entry & Entry.tail != 0)
      place += 1
    }
    var query = Side(scale: scale)
    for (number, atom) in scratch.atoms.enumerated() {
      query.add(
        credit.query[number], atom.rarity, atom.kind, atom.length, place: number,
        isTail: atom.isTail)
    }
    write(query, name, &found.features)
    found.features[.alias] = isAlias[Int(found.slot)] ? 1 : 0
    found.features[.attribute] = hasAttribute
    found.features[.abbreviations] = credit.abbreviations
    found.features[.nearCode] = credit.nearCode
  }

  /// Gives each word of the query and of the name the similarity of its partner.
  private func align(_ range: Range<Int>, _ scratch: borrowing MatchScratch, _ credit: inout Tally)
  {
    var run = 0
    for (index, position) in range.enumerated() {
      let entry = entries[position]
      if entry & Entry.glued == 0 { run = index }
      guard let match = scratch.matches[entry & Entry.word], match >= 0 else { continue }
      let term = scratch.terms[Int(match)]
      let isExact = term.similarity == 1
      for number in term.first...term.last {
        if term.share < 1 {
          credit.query[number] = min(1, credit.query[number] + term.similarity * term.share)
        } else {
          credit.query[number] = max(credit.query[number], term.similarity)
        }
      }
      if !isExact {
        if scratch.atoms[term.first].kind == .code { credit.nearCode = 1 }
        if term.similarity == Similarity.abbreviation { credit.abbreviations = 1 }
      }
      if entry & Entry.group != 0 {
        for each in run..<index { credit.name[each] = max(credit.name[each], term.similarity) }
      } else {
        credit.name[index] = max(credit.name[index], term.similarity)
      }
    }
  }

  /// Credits the query's words that are the initials of the name's words.
  private func alignInitials(
    _ slot: UInt32, _ scratch: inout MatchScratch, _ credit: inout Tally
  ) {
    var isFound = false
    for each in scratch.initials where credit.query[each.number] == 0 {
      if !isFound { find(&scratch.run, slot) }
      isFound = true
      guard let start = scratch.run.start(of: each.letters) else { continue }
      let similarity = Similarity.initials(each.letters.count)
      credit.query[each.number] = similarity
      credit.abbreviations = 1
      for place in scratch.run.places[start..<start + each.letters.count] {
        credit.name[place] = max(credit.name[place], similarity)
      }
    }
  }

  private func write(_ query: Side, _ name: Side, _ features: inout Features) {
    features[.queryCovered] = query.covered
    features[.nameCovered] = name.covered
    features[.queryCoveredEarly] = query.coveredEarly
    features[.nameCoveredEarly] = name.coveredEarly
    features[.codesCovered] = query.codes.covered
    features[.codesMissing] = query.codes.total > 0 && query.codes.shared == 0 ? 1 : 0
    features[.firstCodeOfQuery] = query.firstCode
    features[.firstCodeOfName] = name.firstCode
    features[.codesDiffer] = query.codes.missing > 0 && name.codes.missing > 0 ? 1 : 0
    features[.numbersCovered] = query.numbers.covered
    features[.numbersDiffer] = query.numbers.missing > 0 && name.numbers.missing > 0 ? 1 : 0
    features[.sizesCovered] = query.sizes.covered
    features[.sizesDiffer] = query.sizes.missing > 0 && name.sizes.missing > 0 ? 1 : 0
    features[.tailCovered] = name.tail.covered
    features[.tailsAlike] = name.tail.covered * query.tail.covered
    features[.firstWord] = query.first
    features[.firstWordOfName] = name.first
    features[.lengthRatio] =
      Float(min(query.count, name.count)) / Float(max(query.count, name.count, 1))
    features[.rarestMissing] = query.rarestMissing
    features[.rarestExtra] = name.rarestMissing
    features[.rarestShared] = max(query.rarestShared, name.rarestShared)
    features[.whole] = query.isWhole && name.isWhole ? 1 : 0
    features[.wordsShared] = min(1, query.shared / 10)
  }
}

/// The similarities of the partners of all words of both sides.
private struct Tally {
  var query: [Float]
  var name: [Float]
  var abbreviations: Float = 0
  var nearCode: Float = 0

  init(_ atoms: Int, entries: Int) {
    query = [Float](repeating: 0, count: atoms)
    name = [Float](repeating: 0, count: entries)
  }
}

/// What one side has of the other.
private struct Side {
  /// Sums of one kind of words.
  struct Sum {
    var total: Float = 0
    var shared: Float = 0
    var missing: Float { total - shared }
    /// 0 where there are none.
    var covered: Float { total > 0 ? shared / total : 0 }

    mutating func add(_ credit: Float, _ weight: Float) {
      total += weight
      shared += weight * credit
    }
  }

  let scale: Float
  var words = Sum()
  var early = Sum()
  var codes = Sum()
  var numbers = Sum()
  var sizes = Sum()
  var tail = Sum()
  var count = 0
  var shared: Float = 0
  /// 1 where the first code, or the first word, is shared; a half where there is none.
  var firstCode: Float = 0.5
  var first: Float = 0
  var rarestMissing: Float = 0
  var rarestShared: Float = 0
  var isWhole = true
  private var hasCode = false

  init(scale: Float) { self.scale = scale }

  var covered: Float { words.covered }
  var coveredEarly: Float { early.covered }

  mutating func add(
    _ credit: Float, _ rarity: Float, _ kind: TokenClass, _ length: Int, place: Int, isTail: Bool
  ) {
    words.add(credit, rarity)
    early.add(credit, rarity / (1 + 0.5 * Float(place)))
    if isTail { tail.add(credit, rarity) }
    if kind == .code || kind == .number && length >= 4 {
      let exact: Float = credit == 1 ? 1 : 0
      codes.add(exact, Float(length))
      if !hasCode, length >= 4 {
        firstCode = exact
        hasCode = true
      }
    } else if kind == .number {
      numbers.add(credit, 1)
    } else if kind == .size {
      sizes.add(credit, 1)
    }
    if count == 0 { first = credit }
    count += 1
    shared += credit
    if credit < 1 { isWhole = false }
    if credit < 0.5 {
      rarestMissing = max(rarestMissing, rarity * scale)
    } else {
      rarestShared = max(rarestShared, rarity * scale)
    }
  }
}

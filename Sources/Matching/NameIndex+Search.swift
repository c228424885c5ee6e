/// Candidates from the inverted lists, then features of the best of them.
extension NameIndex {
  /// Entries of inverted lists that a query reads, rarest words first.
  static let postingLimit = 60_000
  /// Names whose words are compared.
  static let completedCount = 128
  /// Names whose letters are compared.
  static let scoredCount = 64

  /// Leaves the best names in ``MatchScratch/found``, with their scores, in no order.
  func search(
    _ query: String, _ scratch: inout MatchScratch, accepts: ((UInt32) -> Bool)?,
    semantic: ((UInt32) -> Float?)?
  ) {
    scratch.work = MatchWork()
    scratch.found.removeAll(keepingCapacity: true)
    prepareRarities(&scratch)
    scratch.query.scan(query)
    scratch.symbols.removeAll()
    scratch.queryLetters.removeAll(keepingCapacity: true)
    for (place, atom) in scratch.query.atoms.enumerated() {
      if place > 0 { scratch.symbols.append([0x20], to: &scratch.queryLetters) }
      scratch.symbols.append(scratch.query.bytes[atom.key], to: &scratch.queryLetters)
    }
    findTerms(&scratch)
    guard !scratch.terms.isEmpty || scratch.initials.contains(where: \.isUnknown) else { return }
    gather(&scratch, accepts)
    complete(&scratch)
    compareWords(&scratch)
    if let semantic {
      for place in scratch.found.indices {
        let value = semantic(scratch.found[place].slot)
        scratch.found[place].semantic = value.flatMap { $0.isFinite ? max(0, min(1, $0)) : nil }
      }
    }
    scoreFound(&scratch)
  }

  /// Adds up the weights of the words that names share with the query.
  private func gather(_ scratch: inout MatchScratch, _ accepts: ((UInt32) -> Bool)?) {
    if scratch.sums.count < slotCount {
      scratch.sums = [Float](repeating: 0, count: slotCount)
    }
    scratch.touched.removeAll(keepingCapacity: true)
    scratch.matches.removeAll()
    for (place, term) in scratch.terms.enumerated() {
      if let known = scratch.matches[term.word],
        scratch.terms[Int(known)].similarity >= term.similarity
      {
        continue
      }
      scratch.matches.set(term.word, Int32(place))
    }
    let order = scratch.terms.indices.sorted {
      vocabulary.counts[Int(scratch.terms[$0].word)]
        < vocabulary.counts[Int(scratch.terms[$1].word)]
    }
    var read = 0
    for each in scratch.initials.filter(\.isUnknown).prefix(8) {
      let list = initials.list(each.letters)
      let weight = rarity(UInt32(list.count))
      let value = weight * weight * Similarity.initials(each.letters.count)
      for slot in list.prefix(InitialIndex.entryLimit) { add(value, slot, &scratch) }
      read += min(list.count, InitialIndex.entryLimit)
    }
    for place in order where scratch.matches[scratch.terms[place].word] == Int32(place) {
      let term = scratch.terms[place]
      let list = postings[Int(term.word)]
      let left = Self.postingLimit - read
      guard left > 0 else { break }
      // A word of most names brings none that the others do not.
      if scratch.touched.count > 2_000, list.count > slotCount / 8 { break }
      let weight = rarity(vocabulary.counts[Int(term.word)])
      let value = weight * weight * term.similarity * term.share
      if list.count > 0 { add(value, list.first, &scratch) }
      for slot in list.rest.prefix(left) { add(value, slot, &scratch) }
      read += min(list.count, left)
    }
    scratch.work.postings += read
    scratch.work.touched = scratch.touched.count
    choose(&scratch, accepts)
    for slot in scratch.touched { scratch.sums[Int(slot)] = 0 }
  }

  @inline(__always) private func add(_ value: Float, _ slot: UInt32, _ scratch: inout MatchScratch)
  {
    if scratch.sums[Int(slot)] == 0 { scratch.touched.append(slot) }
    scratch.sums[Int(slot)] += value
  }

  /// Keeps the names with the greatest sums.
  private func choose(_ scratch: inout MatchScratch, _ accepts: ((UInt32) -> Bool)?) {
    var threshold: Float = 0
    if scratch.touched.count > Self.completedCount {
      // The sums by 256 steps, to find where the best begin.
      var greatest: Float = 0
      for slot in scratch.touched { greatest = max(greatest, scratch.sums[Int(slot)]) }
      var counts = [Int](repeating: 0, count: 257)
      let scale = 256 / greatest
      for slot in scratch.touched { counts[Int(scratch.sums[Int(slot)] * scale)] += 1 }
      var step = 256
      var kept = 0
      while step > 0, kept + counts[step] <= Self.completedCount * 3 / 2 || kept < 64 {
        kept += counts[step]
        step -= 1
      }
      threshold = Float(step + 1) / scale
    }
    collect(threshold, &scratch, accepts)
    // Where few of the best may answer, all that may are looked at.
    if accepts != nil, threshold > 0, scratch.candidates.count < Self.scoredCount {
      collect(0, &scratch, accepts)
    }
    keepBest(2 * Self.completedCount, &scratch.candidates)
  }

  private func collect(
    _ threshold: Float, _ scratch: inout MatchScratch, _ accepts: ((UInt32) -> Bool)?
  ) {
    scratch.candidates.removeAll(keepingCapacity: true)
    for slot in scratch.touched
    where scratch.sums[Int(slot)] >= threshold && !isDead[Int(slot)] && accepts?(slot) ?? true {
      scratch.candidates.append((slot, scratch.sums[Int(slot)]))
    }
  }

  /// Keeps the `count` entries with the greatest sums, best first.
  private func keepBest(_ count: Int, _ candidates: inout [(slot: UInt32, sum: Float)]) {
    candidates.sort { ($1.sum, $0.slot) < ($0.sum, $1.slot) }
    if candidates.count > count { candidates.removeLast(candidates.count - count) }
  }

  /// The cosine of rarity-weighted words, and the best by it.
  private func complete(_ scratch: inout MatchScratch) {
    var norm: Float = 0
    for atom in scratch.atoms { norm += atom.rarity * atom.rarity }
    let hasInitials = scratch.initials.contains(where: \.isUnknown)
    for place in scratch.candidates.indices {
      var sum: Float = 0
      var own: Float = 0.01
      for position in range(scratch.candidates[place].slot) {
        let entry = entries[position]
        let word = entry & Entry.word
        let weight = rarity(of: word, scratch)
        if entry & (Entry.group | Entry.attribute) == 0 { own += weight * weight }
        if let match = scratch.matches[word] {
          let term = scratch.terms[Int(match)]
          sum += weight * weight * term.similarity * term.share
        }
      }
      if hasInitials { sum += initialSum(scratch.candidates[place].slot, &scratch) }
      scratch.candidates[place].sum = sum / (own * norm).squareRoot()
    }
    keepBest(Self.scoredCount, &scratch.candidates)
    for each in scratch.candidates {
      var found = Found(slot: each.slot)
      found.features[.cosine] = each.sum
      scratch.found.append(found)
    }
    scratch.work.scored = scratch.found.count
  }

  /// What the query's unknown words are worth as initials of a name's words.
  private func initialSum(_ slot: UInt32, _ scratch: inout MatchScratch) -> Float {
    find(&scratch.run, slot)
    var sum: Float = 0
    for each in scratch.initials
    where each.isUnknown && scratch.run.start(of: each.letters) != nil {
      let weight = scratch.atoms[each.number].rarity
      sum += weight * weight * Similarity.initials(each.letters.count) / 2
    }
    return sum
  }

  private func prepareRarities(_ scratch: inout MatchScratch) {
    guard scratch.raritiesOf != liveCount else { return }
    scratch.rarities = (0..<1_024).map { rarity($0) }
    scratch.raritiesOf = liveCount
  }

  /// ``rarity(_:)`` of a word.
  @inline(__always) func rarity(of word: UInt32, _ scratch: borrowing MatchScratch) -> Float {
    let count = vocabulary.counts[Int(word)]
    return count < 1_024 ? scratch.rarities[Int(count)] : rarity(count)
  }

  /// Finds, for the words of the best names that no term explains, the query's word they are a
  /// misspelling of.
  private func compareWords(_ scratch: inout MatchScratch) {
    scratch.words.removeAll(keepingCapacity: true)
    scratch.tokens.removeAll()
    for found in scratch.found {
      for place in range(found.slot) {
        let word = entries[place] & Entry.word
        let kind = vocabulary.kinds[Int(word)]
        guard vocabulary.lengths[Int(word)] >= 3, kind == .word || kind == .code,
          scratch.matches[word] == nil
        else { continue }
        scratch.matches.set(word, -1 - Int32(scratch.words.count))
        scratch.words.append(word)
        append(word, &scratch)
      }
    }
    guard !scratch.words.isEmpty else { return }
    var best = [(similarity: Float, atom: Int)](repeating: (0, 0), count: scratch.words.count)
    var pattern: [UInt8] = []
    for (number, atom) in scratch.atoms.enumerated()
    where atom.length >= 3 && (atom.kind == .word || atom.kind == .code) {
      pattern.removeAll(keepingCapacity: true)
      scratch.symbols.append(scratch.query.bytes[atom.key], to: &pattern)
      guard pattern.count <= TokenBlocks.patternLimit, pattern.allSatisfy({ $0 != 0 }) else {
        continue
      }
      scratch.tokens.compare(pattern[...], .osa, .current, into: &scratch.distances)
      for (place, word) in scratch.words.enumerated() {
        let distance = Int(scratch.distances[place])
        guard distance <= max(3, atom.length) else { continue }
        let length = Int(vocabulary.lengths[Int(word)])
        guard (vocabulary.kinds[Int(word)] == .code) == (atom.kind == .code) else { continue }
        var similarity = Similarity.ofWords(distance: distance, atom.length, length)
        if similarity == 0, atom.kind == .word, min(length, atom.length) >= 3,
          distance == abs(length - atom.length), isPrefix(atom, word, &scratch)
        {
          let share = Float(min(length, atom.length)) / Float(max(length, atom.length))
          similarity = 0.4 + 0.5 * share
        }
        if similarity > best[place].similarity { best[place] = (similarity, number) }
      }
    }
    abbreviateWords(scratch, &best)
    for (place, word) in scratch.words.enumerated() where best[place].similarity > 0 {
      scratch.terms.append(
        QueryTerm(
          word: word, first: best[place].atom, last: best[place].atom,
          similarity: best[place].similarity, share: 1))
      scratch.matches.set(word, Int32(scratch.terms.count - 1))
    }
  }

  /// Words that the query's short words abbreviate, but for those that many names have as they are.
  private func abbreviateWords(
    _ scratch: borrowing MatchScratch, _ best: inout [(similarity: Float, atom: Int)]
  ) {
    for (number, atom) in scratch.atoms.enumerated() where atom.mayAbbreviate {
      let count = atom.word == Vocabulary.none ? 0 : Int(vocabulary.counts[Int(atom.word)])
      guard count <= max(1, liveCount / 100) else { continue }
      let key = scratch.query.bytes[atom.key]
      for (place, word) in scratch.words.enumerated()
      where best[place].similarity < Similarity.abbreviation
        && vocabulary.bytes[vocabulary.range(word).lowerBound] == key[key.startIndex]
        && Similarity.isAbbreviation(key, of: vocabulary.bytes[vocabulary.range(word)])
      {
        best[place] = (Similarity.abbreviation, number)
      }
    }
  }

  private func isPrefix(_ atom: QueryAtom, _ word: UInt32, _ scratch: inout MatchScratch) -> Bool {
    let range = vocabulary.range(word)
    let count = min(range.count, atom.key.count)
    for index in 0..<count
    where vocabulary.bytes[range.lowerBound + index]
      != scratch.query.bytes[atom.key.lowerBound + index]
    {
      return false
    }
    return true
  }

  /// The Indel ratios of the query and some names, by their longest common subsequences: for those
  /// that are shown, as no weight was learned for it beside the words' own distances.
  func compareLetters(_ slots: [UInt32], _ scratch: inout MatchScratch) -> [Float] {
    scratch.texts.removeAll()
    for slot in slots {
      spell(slot, &scratch)
      scratch.texts.append(scratch.letters)
    }
    let pattern = scratch.queryLetters.prefix(TextBlocks.patternLimit).map { max($0, 1) }
    guard !pattern.isEmpty, !slots.isEmpty else { return slots.map { _ in 0 } }
    scratch.texts.compare(pattern, .commonLength, .current, into: &scratch.common)
    return slots.indices.map { place in
      2 * Float(scratch.common[place]) / Float(scratch.texts.length(place) + pattern.count)
    }
  }

  /// Leaves the words of a name as symbols in ``MatchScratch/letters``, with one between them.
  private func spell(_ slot: UInt32, _ scratch: inout MatchScratch) {
    scratch.letters.removeAll(keepingCapacity: true)
    let space = scratch.symbols.number(ascii: 0x20)
    for place in range(slot) {
      guard entries[place] & (Entry.group | Entry.attribute) == 0 else { continue }
      if !scratch.letters.isEmpty { scratch.letters.append(space) }
      scratch.symbols.append(
        vocabulary.bytes, vocabulary.range(entries[place] & Entry.word), to: &scratch.letters)
    }
  }
}

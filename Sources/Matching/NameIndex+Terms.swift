/// From a query's words to words of the vocabulary.
extension NameIndex {
  /// Fills ``MatchScratch/atoms`` and ``MatchScratch/terms``.
  func findTerms(_ scratch: inout MatchScratch) {
    scratch.atoms.removeAll(keepingCapacity: true)
    scratch.terms.removeAll(keepingCapacity: true)
    scratch.initials.removeAll(keepingCapacity: true)
    let query = scratch.query
    for (place, atom) in query.atoms.enumerated() {
      let key = query.bytes.span.extracting(atom.key)
      let word = vocabulary.find(key)
      let isKnown = word != Vocabulary.none
      if scratch.atoms.contains(where: {
        isKnown ? $0.word == word : query.bytes[$0.key] == query.bytes[atom.key]
      }) {
        continue
      }
      let count = isKnown ? vocabulary.counts[Int(word)] : 0
      scratch.atoms.append(
        QueryAtom(
          place: place, key: atom.key, kind: atom.kind, length: atom.length, word: word,
          rarity: rarity(count), isTail: atom.isTail, isGlued: atom.isGlued))
      if count > 0 { term(word, scratch.atoms.count - 1, 1, &scratch) }
      if atom.kind == .word || atom.kind == .unit, InitialIndex.letters ~= atom.length {
        scratch.initials.append(
          QueryInitials(
            number: scratch.atoms.count - 1, letters: InitialIndex.letters(of: key),
            isUnknown: count == 0))
      }
    }
    joinTerms(&scratch)
    shortenTerms(&scratch)
    for (number, atom) in scratch.atoms.enumerated()
    where atom.word == Vocabulary.none || vocabulary.counts[Int(atom.word)] == 0 {
      if split(number, atom, &scratch) { continue }
      alike(number, atom, &scratch)
      if atom.mayAbbreviate { abbreviated(number, atom, &scratch) }
    }
  }

  private func term(
    _ word: UInt32, _ number: Int, _ similarity: Float, _ scratch: inout MatchScratch,
    share: Float = 1
  ) {
    scratch.terms.append(
      QueryTerm(word: word, first: number, last: number, similarity: similarity, share: share))
  }

  /// Groups as they stand, and neighbours written as one.
  private func joinTerms(_ scratch: inout MatchScratch) {
    let query = scratch.query
    for group in query.groups { join(group.atoms, query.bytes[group.key], &scratch) }
    guard query.atoms.count > 1 else { return }
    for first in 0..<query.atoms.count - 1 {
      var joined = Array(query.bytes[query.atoms[first].key])
      for last in first + 1..<min(first + 4, query.atoms.count) {
        joined.append(contentsOf: query.bytes[query.atoms[last].key])
        guard joined.count <= TokenScan.groupByteLimit else { break }
        join(first..<last + 1, joined[...], &scratch)
      }
    }
  }

  /// Words that the catalogue writes by their initials. Two letters are little evidence: only of
  /// words that no name has.
  private func shortenTerms(_ scratch: inout MatchScratch) {
    let query = scratch.query
    for first in query.atoms.indices {
      var key: [UInt8] = []
      var isUnknown = true
      for last in first..<min(first + InitialIndex.letters.upperBound, query.atoms.count) {
        let atom = query.atoms[last]
        guard atom.kind == .word, atom.length >= 2 else { break }
        var end = atom.key.lowerBound + 1
        while end < atom.key.upperBound, query.bytes[end] & 0xC0 == 0x80 { end += 1 }
        key.append(contentsOf: query.bytes[atom.key.lowerBound..<end])
        let known = scratch.atoms.first { $0.place == last }
        isUnknown = isUnknown && known?.word == Vocabulary.none
        let count = last + 1 - first
        guard count >= 3 || count == 2 && isUnknown else { continue }
        join(first..<last + 1, key[...], &scratch, similarity: Similarity.initials(count))
      }
    }
  }

  private func join(
    _ places: Range<Int>, _ key: ArraySlice<UInt8>, _ scratch: inout MatchScratch,
    similarity: Float = 1
  ) {
    let word = vocabulary.find(key)
    guard word != Vocabulary.none, vocabulary.counts[Int(word)] > 0,
      let first = scratch.atoms.firstIndex(where: { places.contains($0.place) }),
      let last = scratch.atoms.lastIndex(where: { places.contains($0.place) })
    else { return }
    scratch.terms.append(
      QueryTerm(word: word, first: first, last: last, similarity: similarity, share: 1))
  }

  /// A word that is two of the vocabulary's, run together.
  private func split(_ number: Int, _ atom: QueryAtom, _ scratch: inout MatchScratch) -> Bool {
    guard atom.kind == .word || atom.kind == .code, atom.key.count >= 4 else { return false }
    let bytes = scratch.query.bytes
    var best: (count: UInt32, left: UInt32, right: UInt32, at: Int) = (0, 0, 0, 0)
    for at in atom.key.lowerBound + 1..<atom.key.upperBound where bytes[at] & 0xC0 != 0x80 {
      let isBreak = (bytes[at] &- 0x30 < 10) != (bytes[at - 1] &- 0x30 < 10)
      let shortest = min(at - atom.key.lowerBound, atom.key.upperBound - at)
      guard shortest >= (isBreak ? 1 : 3) else { continue }
      let left = vocabulary.find(bytes.span.extracting(atom.key.lowerBound..<at))
      guard left != Vocabulary.none else { continue }
      let right = vocabulary.find(bytes.span.extracting(at..<atom.key.upperBound))
      guard right != Vocabulary.none else { continue }
      let count = min(vocabulary.counts[Int(left)], vocabulary.counts[Int(right)])
      if count > best.count { best = (count, left, right, at) }
    }
    guard best.count > 0 else { return false }
    let share = Float(best.at - atom.key.lowerBound) / Float(atom.key.count)
    term(best.left, number, 0.95, &scratch, share: share)
    term(best.right, number, 0.95, &scratch, share: 1 - share)
    return true
  }

  /// Words that are spelled alike, by their grams and then by their edits.
  private func alike(_ number: Int, _ atom: QueryAtom, _ scratch: inout MatchScratch) {
    guard atom.kind == .word || atom.kind == .code || atom.kind == .unit, atom.length >= 3 else {
      return
    }
    let bytes = scratch.query.bytes
    scratch.grams.removeAll(keepingCapacity: true)
    GramIndex.grams(of: bytes.span.extracting(atom.key), into: &scratch.grams)
    countWords(&scratch, limit: GramIndex.entryLimit)
    let total = max(scratch.grams.count, 1)
    // One edit spoils three grams.
    let wanted = UInt16(max(1, min(total - 6, total / 3)))
    scratch.tokens.removeAll()
    scratch.words.removeAll(keepingCapacity: true)
    var pattern: [UInt8] = []
    scratch.symbols.append(scratch.query.bytes[atom.key], to: &pattern)
    guard pattern.count <= TokenBlocks.patternLimit, pattern.allSatisfy({ $0 != 0 }) else {
      return releaseWords(&scratch)
    }
    for word in scratch.touchedWords
    where scratch.wordCounts[Int(word)] >= wanted && vocabulary.counts[Int(word)] > 0
      && abs(Int(vocabulary.lengths[Int(word)]) - atom.length) <= 3
    {
      scratch.words.append(word)
      append(word, &scratch)
    }
    releaseWords(&scratch)
    guard !scratch.words.isEmpty else { return }
    scratch.tokens.compare(pattern[...], .osa, .current, into: &scratch.distances)
    var near: [(similarity: Float, word: UInt32)] = []
    for (place, word) in scratch.words.enumerated() {
      let similarity = Similarity.ofWords(
        distance: Int(scratch.distances[place]), atom.length, Int(vocabulary.lengths[Int(word)]))
      if similarity > 0 { near.append((similarity, word)) }
    }
    near.sort { ($1.similarity, $0.word) < ($0.similarity, $1.word) }
    for each in near.prefix(8) { term(each.word, number, each.similarity, &scratch) }
  }

  /// Longer words that begin with the same letter and have the others in order.
  private func abbreviated(_ number: Int, _ atom: QueryAtom, _ scratch: inout MatchScratch) {
    let bytes = scratch.query.bytes
    scratch.grams.removeAll(keepingCapacity: true)
    GramIndex.skips(of: bytes.span.extracting(atom.key), into: &scratch.grams)
    guard !scratch.grams.isEmpty else { return }
    let read = countWords(&scratch, limit: GramIndex.entryLimit)
    var near: [(count: UInt32, word: UInt32)] = []
    for word in scratch.touchedWords
    where Int(scratch.wordCounts[Int(word)]) == read
      && Similarity.isAbbreviation(
        bytes[atom.key], of: vocabulary.bytes[vocabulary.range(word)])
    {
      if vocabulary.counts[Int(word)] > 0 { near.append((vocabulary.counts[Int(word)], word)) }
    }
    releaseWords(&scratch)
    near.sort { ($1.count, $0.word) < ($0.count, $1.word) }
    for each in near.prefix(6) { term(each.word, number, Similarity.abbreviation, &scratch) }
  }

  /// Counts, for each word of the vocabulary, how many of ``MatchScratch/grams`` it has.
  /// - Returns: How many lists were read; the longest are left out beyond `limit` entries.
  @discardableResult
  private func countWords(_ scratch: inout MatchScratch, limit: Int) -> Int {
    if scratch.wordCounts.count < vocabulary.count {
      scratch.wordCounts = [UInt16](repeating: 0, count: vocabulary.count)
    }
    scratch.touchedWords.removeAll(keepingCapacity: true)
    let lists = scratch.grams.map { grams.list($0) }.sorted { $0.count < $1.count }
    var read = 0
    var done = 0
    for list in lists {
      if read > 0, read + list.count > limit { break }
      let list = list.prefix(limit)
      read += list.count
      done += 1
      for word in list {
        if scratch.wordCounts[Int(word)] == 0 { scratch.touchedWords.append(word) }
        scratch.wordCounts[Int(word)] += 1
      }
    }
    scratch.work.postings += read
    return done
  }

  private func releaseWords(_ scratch: inout MatchScratch) {
    for word in scratch.touchedWords { scratch.wordCounts[Int(word)] = 0 }
  }

  /// Puts a word of the vocabulary among the tokens to compare.
  func append(_ word: UInt32, _ scratch: inout MatchScratch) {
    scratch.letters.removeAll(keepingCapacity: true)
    scratch.symbols.append(vocabulary.bytes, vocabulary.range(word), to: &scratch.letters)
    scratch.tokens.append(scratch.letters[...])
  }
}

/// What distances and forms are worth.
enum Similarity {
  /// Of an abbreviation and its word.
  static let abbreviation: Float = 0.5

  /// Of initials and their words: two letters may be a chance.
  static func initials(_ count: Int) -> Float { count < 3 ? 0.4 : 0.7 }

  /// Of two words with so many edits between them, 0 where they are more than typing errors are:
  /// none below four letters, then one, from six letters two, from nine three.
  static func ofWords(distance: Int, _ first: Int, _ second: Int) -> Float {
    let length = min(first, second)
    let allowed = length < 4 ? 0 : length < 6 ? 1 : length < 9 ? 2 : 3
    guard distance <= allowed else { return 0 }
    return 1 - Float(distance) / Float(max(first, second, 1))
  }

  /// Whether a short word has the first letter of a longer one and others of it in order: three
  /// letters less, or two vowels less.
  static func isAbbreviation(_ short: ArraySlice<UInt8>, of long: ArraySlice<UInt8>) -> Bool {
    guard short.count >= 2, long.count >= short.count + 2, long.count <= 20,
      short.first == long.first,
      long.count > short.count + 2 || short.dropFirst().allSatisfy(GramIndex.isConsonant)
    else { return false }
    var place = long.startIndex
    for byte in short {
      guard byte &- 0x61 < 26, let next = long[place...].firstIndex(of: byte) else { return false }
      place = next + 1
    }
    return true
  }
}

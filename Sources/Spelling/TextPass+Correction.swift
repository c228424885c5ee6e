extension TextPass {
  /// What the word at `index` should be, and how many tokens that takes; nil where it stays.
  mutating func correction(at index: Int) -> (WordCorrection, tokens: Int)? {
    let token = tokens[index]
    let casing = Casing(bytes.span.extracting(token.range))
    guard casing != .mixed else { return nil }
    let isUpper = casing == .upper && !shouting
    if isUpper && token.range.count < 5 { return nil }
    let isName = casing == .capitalised && !token.startsSentence && !shouting || isUpper
    fold(token.range)
    let ending = read(at: index, isName: isName)
    join(at: index)
    let original = text(token.range)
    guard let place = firstAllowed(at: index, original, ending) else { return nil }
    let best = readings[place]
    let taken = if case .joined = best.words { 2 } else { 1 }
    let range = token.range.lowerBound..<tokens[index + taken - 1].range.upperBound
    let replacement = text(of: best, ending, casing)
    let whole = taken == 1 ? original : text(range)
    guard replacement != whole else { return nil }
    let evidence = self.evidence(of: place, isName: isName)
    share()
    var others: [Suggestion] = []
    for (other, reading) in readings.enumerated() where other != place {
      guard others.count < alternatives else { break }
      let text = self.text(of: reading, ending, casing)
      if text != replacement, !isRejected(original, text),
        !others.contains(where: { $0.text == text })
      {
        others.append(Suggestion(text: text, share: shares[other]))
      }
    }
    return (
      WordCorrection(
        kind: best.kind, range: range, original: whole, replacement: replacement,
        confidence: Confidence.probability(evidence), alternatives: others), taken
    )
  }

  /// The best reading that the business has not rejected. The rejected ones still count against
  /// it: that one was wrong makes no other one right.
  private func firstAllowed(at index: Int, _ original: String, _ ending: String) -> Int? {
    guard !speller.rejections.isEmpty else { return readings.isEmpty ? nil : 0 }
    return readings.indices.first { place in
      let reading = readings[place]
      var written = original
      if case .joined = reading.words {
        written = text(tokens[index].range.lowerBound..<tokens[index + 1].range.upperBound)
      }
      return !isRejected(written, text(of: reading, ending, .lower))
    }
  }

  private func isRejected(_ original: String, _ replacement: String) -> Bool {
    !speller.rejections.isEmpty && speller.rejections.contains(original, replacement)
  }

  /// What the text, a single word, may mean, best first.
  mutating func isolated(count: Int) -> [Suggestion] {
    let casing = Casing(bytes.span)
    if let words {
      // What the search reads first comes while the word is looked up.
      fold(0..<bytes.count)
      scratch.search.ask(for: symbols.span, words)
    }
    let (_, isKnown) = lookUp(0..<bytes.count)
    let ending = read(at: nil, isName: false)
    share()
    var found: [Suggestion] = []
    found.reserveCapacity(count)
    if isKnown { found.append(Suggestion(text: text(0..<bytes.count), share: 1)) }
    for place in readings.indices {
      guard found.count < count else { break }
      let text = self.text(of: readings[place], ending, casing)
      if !found.contains(where: { $0.text == text }) {
        found.append(Suggestion(text: text, share: isKnown ? 0 : shares[place]))
      }
    }
    return found
  }
}

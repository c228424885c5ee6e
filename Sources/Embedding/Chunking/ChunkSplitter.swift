/// Cuts long texts into chunks: at headings, between paragraphs, list items, sentences and words,
/// in this order of preference, each chunk with the end of the one before it.
///
/// The same text and measure always give the same chunks. Each begins and ends at the boundary of a
/// grapheme (of a scalar, where a grapheme alone is longer than a chunk may be), without blanks
/// around it; together they hold all of the text but blanks between them.
struct ChunkSplitter {
  /// What a chunk measures at most.
  let limit: Int
  /// Chunks at most.
  let chunkLimit: Int
  /// What a piece of text measures, 1 or more; about the sum of its parts.
  let measure: (String) -> Int

  /// What a chunk repeats of the one before it: a sentence or two, at most 15 %.
  private var overlapLimit: Int { max(1, limit * 15 / 100) }

  /// - Precondition: Both limits are positive.
  init(limit: Int, chunkLimit: Int, measure: @escaping (String) -> Int) {
    precondition(limit > 0 && chunkLimit > 0, "a chunk needs room")
    self.limit = limit
    self.chunkLimit = chunkLimit
    self.measure = measure
  }

  /// A piece that is never cut further: it ends where the next begins.
  private struct Atom {
    var start: Int
    var kind: TextBreak
    var size: Int
  }

  /// Cuts a text.
  ///
  /// - Parameter text: UTF-8.
  /// - Returns: Where the chunks stand, in order, none empty; and whether text after the last of
  ///   them was left out because there would be too many. No chunks where there are only blanks.
  /// - Complexity: O(bytes), and `measure` for each sentence, or part of a long one.
  func split(_ text: [UInt8]) -> (spans: [Range<Int>], isCut: Bool) {
    let structure = TextStructure(text)
    let atoms = atoms(structure)
    func start(_ atom: Int) -> Int { atom < atoms.count ? atoms[atom].start : text.count }
    var spans: [Range<Int>] = []
    var first = 0
    while first < atoms.count {
      let end = end(of: atoms, from: first)
      let span = structure.trimmed(start(first)..<start(end))
      // Where there is little but blanks, a chunk may hold nothing that its neighbour has not.
      if !span.isEmpty, span.upperBound > spans.last?.upperBound ?? 0 {
        if spans.last?.lowerBound == span.lowerBound { spans.removeLast() }
        if spans.count == chunkLimit { return (spans, true) }
        spans.append(span)
      }
      if end == atoms.count { break }
      first = next(of: atoms, after: end, within: first)
    }
    return (spans, false)
  }

  // MARK: Packing

  /// Where the chunk that begins with atom `first` ends: at a heading in its second half, else as
  /// late as it fits, or at the strongest break in its second half.
  private func end(of atoms: [Atom], from first: Int) -> Int {
    var end = first
    var size = 0
    while end < atoms.count, end == first || size + atoms[end].size <= limit {
      // What is half full does not begin another section.
      if end > first, atoms[end].kind == .heading, size >= limit / 2 { return end }
      size += atoms[end].size
      end += 1
    }
    if end == atoms.count { return end }
    var best = end
    var place = end
    while place - 1 > first, size - atoms[place - 1].size >= limit / 2 {
      place -= 1
      size -= atoms[place].size
      if atoms[place].kind < atoms[best].kind { best = place }
    }
    return best
  }

  /// Where the next chunk begins: a little before the end of the last, with a sentence if there is
  /// one so near; nothing of another section is repeated.
  private func next(of atoms: [Atom], after end: Int, within first: Int) -> Int {
    var next = end
    var place = end
    var shared = 0
    while atoms[place].kind != .heading, place - 1 > first {
      place -= 1
      shared += atoms[place].size
      if shared > 2 * overlapLimit { break }
      if shared <= overlapLimit {
        if next == end || atoms[place].kind <= atoms[next].kind { next = place }
      } else if next < end && atoms[next].kind <= .sentence {
        break
      } else if atoms[place].kind <= .sentence {
        // A whole sentence may be twice as long.
        return place
      }
    }
    return next
  }

  // MARK: Atoms

  /// Sentences, and parts of long ones: none measures more than the overlap, but for graphemes that
  /// alone do.
  private func atoms(_ structure: TextStructure) -> [Atom] {
    var atoms: [Atom] = []
    let pieces = structure.pieces()
    for (index, piece) in pieces.enumerated() {
      let end = index + 1 < pieces.count ? pieces[index + 1].start : structure.text.count
      append(piece.start..<end, piece.kind, structure, to: &atoms)
    }
    return atoms
  }

  private func append(
    _ range: Range<Int>, _ kind: TextBreak, _ structure: TextStructure, to atoms: inout [Atom]
  ) {
    let size = measure(String(decoding: structure.text[range], as: UTF8.self))
    guard size > overlapLimit, range.count > 1 else {
      atoms.append(Atom(start: range.lowerBound, kind: kind, size: size))
      return
    }
    let parts = (size + overlapLimit - 1) / overlapLimit
    let step = max(1, range.count / parts)
    var start = range.lowerBound
    var kind = kind
    while start < range.upperBound {
      let cut = structure.cut(start..<range.upperBound, at: step)
      if start..<cut.end == range {
        // A single grapheme.
        atoms.append(Atom(start: start, kind: kind, size: size))
        return
      }
      append(start..<cut.end, kind, structure, to: &atoms)
      start = cut.end
      kind = cut.kind
    }
  }
}

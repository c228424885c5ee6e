/// Edit distances between one typed word and many others.
///
/// Unweighted ones tell who is near (bit-parallel optimal string alignment, Hyyrö 2003), weighted
/// ones by ``ErrorModel`` how probable the error is.
struct ChannelCost {
  private var masks = [UInt64](repeating: 0, count: 128)
  private var others: [(symbol: Symbol, mask: UInt64)] = []
  private(set) var typed: [Symbol] = []
  private var classes: [Int] = []
  private var rows: [Float]
  /// Letters of the word meant where it differs.
  private var meant: [Symbol] = []
  private let model = ErrorModel.shared
  private static let width = SpellingLimits.wordLength + 2

  init() { rows = [Float](repeating: 0, count: 3 * Self.width) }

  /// Begins with another typed word.
  ///
  /// - Precondition: 1…``SpellingLimits/wordLength`` symbols.
  mutating func begin(_ word: Span<Symbol>) {
    for symbol in typed where symbol < 128 { masks[Int(symbol)] = 0 }
    others.removeAll(keepingCapacity: true)
    typed.removeAll(keepingCapacity: true)
    classes.removeAll(keepingCapacity: true)
    for index in 0..<word.count {
      let symbol = word[index]
      typed.append(symbol)
      classes.append(ErrorModel.letterClass(symbol))
      if symbol < 128 {
        masks[Int(symbol)] |= 1 << UInt64(index)
      } else if let place = others.firstIndex(where: { $0.symbol == symbol }) {
        others[place].mask |= 1 << UInt64(index)
      } else {
        others.append((symbol, 1 << UInt64(index)))
      }
    }
  }

  @inline(__always) private func mask(_ symbol: Symbol) -> UInt64 {
    if symbol < 128 { return masks[Int(symbol)] }
    for other in others where other.symbol == symbol { return other.mask }
    return 0
  }

  /// Insertions, deletions, substitutions and swaps of neighbours.
  ///
  /// - Parameters:
  ///   - count: Letters of the other word.
  ///   - symbol: Tells its letters.
  @inline(__always) func distance(to count: Int, _ symbol: (Int) -> Symbol) -> Int {
    var vertical: (plus: UInt64, minus: UInt64) = (~0, 0)
    var diagonal: UInt64 = 0
    var previous: UInt64 = 0
    var distance = typed.count
    let last: UInt64 = 1 << UInt64(typed.count - 1)
    for index in 0..<count {
      let match = mask(symbol(index))
      let swapped = ((~diagonal & match) << 1) & previous
      diagonal =
        (((match & vertical.plus) &+ vertical.plus) ^ vertical.plus) | match | vertical.minus
        | swapped
      var plus = vertical.minus | ~(diagonal | vertical.plus)
      let minus = diagonal & vertical.plus
      if plus & last != 0 { distance += 1 }
      if minus & last != 0 { distance -= 1 }
      plus = plus << 1 | 1
      vertical = (minus << 1 | ~(diagonal | plus), plus & diagonal)
      previous = match
    }
    return distance
  }

  /// What it costs that a word was typed so. Equal beginnings and ends cost nothing.
  ///
  /// - Parameters:
  ///   - length: Letters of the word meant.
  ///   - symbol: Tells its letters.
  @inline(__always)
  mutating func cost(of length: Int, _ symbol: (Int) -> Symbol) -> Float {
    var start = 0
    let least = min(typed.count, length)
    while start < least, typed[start] == symbol(start) { start += 1 }
    var typedEnd = typed.count
    var wordEnd = length
    while typedEnd > start, wordEnd > start, typed[typedEnd - 1] == symbol(wordEnd - 1) {
      typedEnd -= 1
      wordEnd -= 1
    }
    if typedEnd == start && wordEnd == start { return 0 }
    meant.removeAll(keepingCapacity: true)
    for index in start..<wordEnd { meant.append(symbol(index)) }
    return cost(from: start, typedEnd)
  }

  /// What it costs that ``meant`` was typed as the letters from `start` to `typedEnd`.
  private mutating func cost(from start: Int, _ typedEnd: Int) -> Float {
    let count = ErrorModel.classCount
    let width = typedEnd - start
    let before = start == 0 ? ErrorModel.start : classes[start - 1]
    // Rows by letters of the word, columns by letters typed.
    var row = 0
    var above = Self.width
    var second = 2 * Self.width
    rows[0] = 0
    var sum: Float = 0
    for column in 0..<width {
      let left = column == 0 ? before : classes[start + column - 1]
      sum += model.insertion[left * count + classes[start + column]]
      rows[column + 1] = sum
    }
    var previous = before
    for index in meant.indices {
      (row, above, second) = (second, row, above)
      let symbol = meant[index]
      let letterMeant = ErrorModel.letterClass(symbol)
      let omission = model.omission[previous * count + letterMeant]
      rows[row] = rows[above] + omission
      for column in 0..<width {
        let letter = classes[start + column]
        var best = rows[above + column + 1] + omission
        let inserted = rows[row + column] + model.insertion[letterMeant * count + letter]
        if inserted < best { best = inserted }
        let same = typed[start + column] == symbol
        let replaced =
          rows[above + column] + (same ? 0 : model.substitution[letterMeant * count + letter])
        if replaced < best { best = replaced }
        if index > 0, column > 0, !same, typed[start + column - 1] == symbol,
          typed[start + column] == meant[index - 1]
        {
          let swapped =
            rows[second + column - 1] + model.transposition[previous * count + letterMeant]
          if swapped < best { best = swapped }
        }
        rows[row + column + 1] = best
      }
      previous = letterMeant
    }
    return rows[row + width]
  }
}

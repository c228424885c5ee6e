/// A regular expression that is matched in time that grows with pattern × text, on any input.
///
/// The part of ECMA-262 (with its `u` flag) that needs no going back: characters, `.`, classes
/// `[a-z]` and `[^a-z]`, `\d \D \w \W \s \S`, `\p{L}` and `\p{N}` with their opposites,
/// `\t \n \r \f \v \xHH \uHHHH \u{H…}`, groups `( )` and `(?: )`, alternatives `|`, `* + ?` and
/// `{n} {n,} {n,m}` (each also lazy, which changes nothing here), and `^` and `$` for the ends of
/// the text. A pattern without them is looked for anywhere. Look-around, word boundaries, back
/// references and names are refused.
///
/// Source: Ken Thompson, Regular Expression Search Algorithm, CACM 11 (6), 1968: all states that
/// the text may have led to are followed at once.
public struct SchemaPattern: Sendable {
  /// The most states of a pattern once its repetitions are written out.
  public static let stateLimit = 1_000
  /// The most scalars of a text; a longer one does not match.
  public static let textLimit = 16_384

  /// What a state waits for, and where it leads.
  enum State: Sendable {
    case scalar(SchemaPatternClass)
    /// Both ways, without reading anything.
    case fork(Int, Int)
    case jump(Int)
    case start, end
    case match
  }

  let states: [State]

  /// Reads a pattern.
  ///
  /// - Throws: ``SchemaPatternError`` for what is not one, is beyond the part above, or has more
  ///   than ``stateLimit`` states.
  public init(_ source: String) throws(SchemaPatternError) {
    var parser = SchemaPatternParser(source)
    var writer = SchemaPatternWriter()
    try writer.write(try parser.pattern())
    states = writer.states + [.match]
  }

  /// Whether the pattern is found in a text of at most ``textLimit`` scalars.
  ///
  /// - Complexity: O(states × scalars).
  public func matches(_ text: String) -> Bool {
    var active = StateSet(count: states.count)
    var next = StateSet(count: states.count)
    let scalars = Array(text.unicodeScalars.prefix(Self.textLimit + 1))
    guard scalars.count <= Self.textLimit else { return false }
    for position in 0...scalars.count {
      let isLast = position == scalars.count
      if add(0, to: &active, isFirst: position == 0, isLast: isLast) { return true }
      if isLast { return false }
      next.removeAll()
      for state in active.members {
        guard case .scalar(let wanted) = states[state], wanted.contains(scalars[position]) else {
          continue
        }
        let atEnd = position + 1 == scalars.count
        if add(state + 1, to: &next, isFirst: false, isLast: atEnd) { return true }
      }
      swap(&active, &next)
    }
    return false
  }

  /// Adds a state and those that it leads to without reading; whether one of them is the end.
  private func add(
    _ state: Int, to set: inout StateSet, isFirst: Bool, isLast: Bool
  ) -> Bool {
    set.open.append(state)
    while let state = set.open.popLast() {
      guard set.insert(state) else { continue }
      switch states[state] {
      case .match: return true
      case .scalar: break
      case .jump(let target): set.open.append(target)
      case .fork(let left, let right):
        set.open.append(right)
        set.open.append(left)
      case .start: if isFirst { set.open.append(state + 1) }
      case .end: if isLast { set.open.append(state + 1) }
      }
    }
    return false
  }
}

/// Writes a tree as states, one after the other.
private struct SchemaPatternWriter {
  private(set) var states: [SchemaPattern.State] = []
  /// Repeated nothing makes no states, and must end as well.
  private var stepsLeft = 100 * SchemaPattern.stateLimit

  mutating func write(_ tree: SchemaPatternTree) throws(SchemaPatternError) {
    stepsLeft -= 1
    guard states.count < SchemaPattern.stateLimit, stepsLeft > 0 else {
      throw SchemaPatternError(
        column: 1,
        message: "the pattern has more than \(SchemaPattern.stateLimit) states: repeat less of it")
    }
    switch tree {
    case .scalar(let wanted): states.append(.scalar(wanted))
    case .start: states.append(.start)
    case .end: states.append(.end)
    case .sequence(let parts): for part in parts { try write(part) }
    case .alternatives(let parts):
      var jumps: [Int] = []
      for part in parts.dropLast() {
        let fork = reserve()
        try write(part)
        jumps.append(reserve())
        states[fork] = .fork(fork + 1, states.count)
      }
      if let last = parts.last { try write(last) }
      for jump in jumps { states[jump] = .jump(states.count) }
    case .repetition(let part, let least, let most):
      for _ in 0..<least { try write(part) }
      guard let most else {
        let fork = reserve()
        try write(part)
        states.append(.jump(fork))
        states[fork] = .fork(fork + 1, states.count)
        return
      }
      var forks: [Int] = []
      for _ in least..<most {
        forks.append(reserve())
        try write(part)
      }
      for fork in forks { states[fork] = .fork(fork + 1, states.count) }
    }
  }

  /// A state that is filled in later.
  private mutating func reserve() -> Int {
    states.append(.match)
    return states.count - 1
  }
}

/// States in the order in which they came, each once.
private struct StateSet {
  private(set) var members: [Int] = []
  /// States that are still to be added.
  var open: [Int] = []
  private var isMember: [Bool]

  init(count: Int) { isMember = Array(repeating: false, count: count) }

  /// Whether it was not there.
  mutating func insert(_ state: Int) -> Bool {
    guard !isMember[state] else { return false }
    isMember[state] = true
    members.append(state)
    return true
  }

  mutating func removeAll() {
    for member in members { isMember[member] = false }
    members.removeAll(keepingCapacity: true)
  }
}

/// Why a text is no pattern.
public struct SchemaPatternError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where in the pattern, from 1, in Unicode scalars.
  public let column: Int
  /// What is wrong, and what to do.
  public let message: String

  /// The place and what is wrong.
  public var description: String { "column \(column): \(message)" }
}

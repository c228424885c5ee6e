import TextAnalysis

/// The words of a message, folded, with where they stand in it. Words are parted at apostrophes,
/// so that `l’opérateur` and `don't` are two each.
struct MessageWords {
  /// One word.
  struct Word: Equatable {
    /// Folded: lower case, no marks.
    var text: String
    /// Its bytes in the message.
    var range: Range<Int>
    /// Whether its script is written without spaces.
    var isUnspaced: Bool
  }

  /// Bytes of a message that are read; what is longer is cut there.
  static let byteLimit = 16_384

  /// What was read of the message.
  let bytes: [UInt8]
  /// In the message's order.
  let words: [Word]
  /// The words alone.
  let texts: [String]

  init(_ message: String, limit: Int = byteLimit) {
    self.init(Array(message.utf8.prefix(limit)))
  }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var parted = bytes
    for index in parted.indices {
      if parted[index] == 0x27 {
        parted[index] = 0x20
      } else if parted[index] == 0xE2, index + 2 < parted.count, parted[index + 1] == 0x80,
        parted[index + 2] == 0x98 || parted[index + 2] == 0x99
      {
        for offset in 0..<3 { parted[index + offset] = 0x20 }
      }
    }
    var found = WordTokens()
    found.find(in: parted.span)
    words = found.tokens.map { token in
      Word(
        text: String(decoding: found.folded[token.foldedRange], as: UTF8.self),
        range: token.range, isUnspaced: token.kind == .unspaced)
    }
    texts = words.map(\.text)
  }

  /// Whether one of these bytes stands between two neighbouring words: before `index`.
  func hasSign(_ signs: [UInt8], before index: Int) -> Bool {
    guard index > 0, index < words.count else { return false }
    let between = words[index - 1].range.upperBound..<words[index].range.lowerBound
    return bytes[between].contains(where: signs.contains)
  }
}

/// Phrases of one or more folded words, found where they begin.
struct PhraseSet: Sendable {
  /// The words after the first, longest phrase first.
  private let rests: [String: [[String]]]

  /// - Parameter list: Phrases with commas between them.
  init(_ list: String) {
    self.init(list.split(whereSeparator: { $0 == "," || $0 == "\n" }).map(String.init))
  }

  /// - Parameters:
  ///   - phrases: As they are written.
  ///   - change: What is made of each folded word.
  init(_ phrases: [String], change: ([String]) -> [String] = { $0 }) {
    var rests: [String: [[String]]] = [:]
    for phrase in phrases {
      let words = change(MessageWords(phrase).texts)
      guard let first = words.first else { continue }
      rests[first, default: []].append(Array(words.dropFirst()))
    }
    self.rests = rests.mapValues { $0.sorted { $0.count > $1.count } }
  }

  /// How many words the longest phrase has that begins at `index`; 0 where none does.
  func length(at index: Int, in words: [String]) -> Int {
    guard index < words.count, let rests = rests[words[index]] else { return 0 }
    for rest in rests where words[(index + 1)...].starts(with: rest) { return rest.count + 1 }
    return 0
  }

  /// Whether one of the phrases stands in the words.
  func occurs(in words: [String]) -> Bool {
    words.indices.contains { length(at: $0, in: words) > 0 }
  }
}

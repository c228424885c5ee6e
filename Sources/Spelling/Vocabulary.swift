import Glibc
import Synchronization

/// The words of one business with their frequencies, beside the list that all share.
///
/// Filled from its products' and entries' texts, and kept up as they change: what was added is
/// removed with the same text. Safe to use from several threads; what runs sees a whole state.
///
/// About 150 bytes a word, and 30 postings of 8 bytes.
public final class Vocabulary: Sendable {
  /// Where words come from.
  public enum Source: UInt8, Sendable, CaseIterable {
    /// Names, titles, aliases, keywords: right at once.
    case name
    /// Running text: a word is right from its second occurrence on.
    case prose
  }

  private let state = Mutex(Snapshot())

  /// Without words.
  public init() {}

  /// Different words in it.
  public var count: Int { state.withLock { $0.count } }

  /// Counts a text's words. Beyond ``SpellingLimits/vocabularyCount`` different ones new words are
  /// passed over.
  ///
  /// - Complexity: about 2 µs a new word, 0.3 µs a word that is there.
  public func add(_ text: String, as source: Source) { update(text, source, by: 1) }

  /// Takes back what ``add(_:as:)`` did with the same arguments; what was never added is ignored.
  public func remove(_ text: String, as source: Source) { update(text, source, by: -1) }

  /// Removes all words.
  public func removeAll() { state.withLock { $0 = Snapshot() } }

  /// Whether it takes the word for right.
  public func contains(_ word: String) -> Bool {
    let snapshot = self.snapshot
    return snapshot.find(word).map { snapshot.isKnown($0) } ?? false
  }

  var snapshot: Snapshot { state.withLock { $0 } }

  private func update(_ text: String, _ source: Source, by step: Int) {
    let bytes = [UInt8](text.utf8)
    let words = TokenScanner.tokens(bytes).filter { $0.kind == .word }
    state.withLock { state in
      for word in words {
        state.note(String(decoding: bytes[word.range], as: UTF8.self), source, by: step)
      }
      state.tidy()
    }
  }
}

extension Vocabulary {
  /// One state of a vocabulary.
  struct Snapshot: Sendable {
    private(set) var symbols = SymbolStore()
    private var texts: [String] = []
    private var names: [UInt32] = []
    private var proses: [UInt32] = []
    private var places: [String: Int] = [:]
    private var total = 0
    /// Words whose counts are zero; they go when the half is.
    private var empty = 0
    /// The last posting of each bucket, plus 1.
    private var heads = [UInt32](repeating: 0, count: 256)
    /// Posting: word, tag, and the posting before it in the bucket plus 1.
    private var postings: [(word: UInt32, tag: UInt32, next: UInt32)] = []

    var count: Int { texts.count - empty }

    func text(of word: Int) -> String { texts[word] }

    /// Whether the word counts as right.
    func isKnown(_ word: Int) -> Bool { names[word] > 0 || proses[word] > 1 }

    func isName(_ word: Int) -> Bool { names[word] > 0 }

    /// The word that is written so, case aside.
    func find(_ word: String) -> Int? { places[Self.key(word)] }

    private static func key(_ word: String) -> String { Folding.lower(word, dotlessI: false) }

    /// The natural logarithm of the word's probability among the business's words; few words are
    /// taken with a grain of salt.
    func logProbability(of word: Int) -> Float {
      let count = Float(names[word]) * 3 + Float(proses[word])
      return log(max(count, 0.5) / (Float(total) + 20_000))
    }

    /// Calls `body` with words under a hash.
    @inline(__always) func forEach(_ hash: UInt64, _ body: (Int) -> Void) {
      var next = heads[Int(hash >> 32) & (heads.count - 1)]
      let tag = UInt32(truncatingIfNeeded: hash)
      while next != 0 {
        let posting = postings[Int(next) - 1]
        if posting.tag == tag { body(Int(posting.word)) }
        next = posting.next
      }
    }

    mutating func note(_ text: String, _ source: Source, by step: Int) {
      let key = Self.key(text)
      let word: Int
      if let known = places[key] {
        word = known
      } else {
        // What is longer than a word may be is never asked for.
        guard step > 0, count < SpellingLimits.vocabularyCount,
          text.utf8.count <= 4 * SpellingLimits.wordLength
        else { return }
        word = texts.count
        places[key] = word
        append(text, name: 0, prose: 0)
        empty += 1
      }
      let before = names[word] + proses[word]
      if source == .name {
        guard step > 0 || names[word] > 0 else { return }
        names[word] = UInt32(Int(names[word]) + step)
        total += 3 * step
      } else {
        guard step > 0 || proses[word] > 0 else { return }
        proses[word] = UInt32(Int(proses[word]) + step)
        total += step
      }
      let after = names[word] + proses[word]
      if before == 0 && after > 0 { empty -= 1 }
      if before > 0 && after == 0 { empty += 1 }
      // A name is written as the business writes it; what was met in prose first may stand in
      // capitals because a sentence begins with it.
      if source == .name, step > 0, names[word] == 1 { texts[word] = text }
    }

    private mutating func append(_ text: String, name: UInt32, prose: UInt32) {
      let word = texts.count
      texts.append(text)
      names.append(name)
      proses.append(prose)
      symbols.append(word: text)
      var deletes = Deletes()
      symbols.append(word, to: &deletes)
      if postings.count + deletes.count > heads.count {
        rebuild(buckets: heads.count * 4, upTo: word)
      }
      for index in 0..<deletes.count { link(word: UInt32(word), deletes[index]) }
    }

    private mutating func link(word: UInt32, _ hash: UInt64) {
      let bucket = Int(hash >> 32) & (heads.count - 1)
      postings.append((word, UInt32(truncatingIfNeeded: hash), heads[bucket]))
      heads[bucket] = UInt32(postings.count)
    }

    /// Links the words before `end` into a table of another size.
    private mutating func rebuild(buckets: Int, upTo end: Int) {
      heads = [UInt32](repeating: 0, count: buckets)
      postings.removeAll(keepingCapacity: true)
      var deletes = Deletes()
      for word in 0..<end {
        deletes.removeAll()
        symbols.append(word, to: &deletes)
        for index in 0..<deletes.count { link(word: UInt32(word), deletes[index]) }
      }
    }

    /// Forgets words that are gone, once they are the half.
    mutating func tidy() {
      guard empty > 64, empty * 2 > texts.count else { return }
      let old = self
      self = Snapshot()
      heads = [UInt32](repeating: 0, count: old.heads.count)
      total = old.total
      for (key, word) in old.places where old.names[word] + old.proses[word] > 0 {
        places[key] = texts.count
        append(old.texts[word], name: old.names[word], prose: old.proses[word])
      }
    }
  }
}

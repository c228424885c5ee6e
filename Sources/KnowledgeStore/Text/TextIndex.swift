import Glibc
import Platform
import Synchronization
import TextAnalysis

/// An inverted index over rows, in a segment's file or in memory: finds terms, and lends their
/// postings.
///
/// Numbers come from files: each is compared with its limit before it is used.
final class TextIndex: Sendable {
  /// Rows that it covers.
  let rowCount: Int
  /// Entries in it; each is a document, numbered by how many words it has, then by its row.
  let documentCount: Int
  /// Of all entries in it.
  let statistics: TextStatistics
  /// Where it stands, for messages.
  let origin: String
  let termEnds: Column<UInt64>
  let terms: Column<UInt8>
  let places: Column<UInt32>
  let blocks: Column<UInt32>
  let words: Column<UInt32>
  let lengths: Column<UInt32>
  /// The row of each document, and the document of each row, ``noDocument`` where it has none.
  let rows: Column<UInt32>
  let documents: Column<UInt32>
  /// What the columns lie in.
  private let owner: any AnyObject & Sendable
  private let shorts = Mutex<[UInt8]>([])
  private let stems = Mutex<[StemmingLanguage: StemTable]>([:])

  /// Above all numbers of documents, so that they and their gaps add up in 32 bits.
  static let documentLimit = 1 << 31

  /// Distinct terms.
  var termCount: Int { termEnds.count }

  /// - Returns: nil where the numbers of the summary contradict the sizes of the columns.
  init?(
    rowCount: Int, origin: String, owner: any AnyObject & Sendable, summary: Column<UInt64>,
    termEnds: Column<UInt64>, terms: Column<UInt8>, places: Column<UInt32>, blocks: Column<UInt32>,
    words: Column<UInt32>, lengths: Column<UInt32>, rows: Column<UInt32>,
    documents: Column<UInt32>
  ) {
    guard summary.count == TextSections.summaryCount, summary[1] <= UInt64(rowCount),
      summary[1] == UInt64(rows.count), rows.count < Self.documentLimit,
      lengths.count == 2 * rows.count,
      documents.count == rowCount, places.count == TextSections.placeCount * termEnds.count,
      blocks.count % TextSections.blockCount == 0,
      (2...4).allSatisfy({ summary[$0] < 1 << 48 })
    else { return nil }
    self.rowCount = rowCount
    self.origin = origin
    self.owner = owner
    self.termEnds = termEnds
    self.terms = terms
    self.places = places
    self.blocks = blocks
    self.words = words
    self.lengths = lengths
    self.rows = rows
    self.documents = documents
    documentCount = rows.count
    statistics = TextStatistics(
      entryCount: Int(summary[1]), wordCounts: (2...4).map { Int(summary[$0]) } + [0])
  }

  // MARK: Terms

  private func range(_ number: Int) -> Range<Int> {
    let end = Int(min(termEnds[number], UInt64(terms.count)))
    let start = number == 0 ? 0 : Int(min(termEnds[number - 1], UInt64(end)))
    return start..<end
  }

  /// Lends the bytes of a term.
  func withTerm<Value>(_ number: Int, _ body: (Span<UInt8>) -> Value) -> Value {
    let range = range(number)
    return unsafe body(
      Span(_unsafeStart: terms.base + range.lowerBound, count: range.count))
  }

  /// The first term that is not before `key`; ``termCount`` where all are.
  func first(notBefore key: [UInt8]) -> Int {
    var low = 0
    var high = termCount
    while low < high {
      let middle = (low + high) / 2
      let range = range(middle)
      let common = min(range.count, key.count)
      let order = unsafe memcmp(terms.base + range.lowerBound, key, common)
      if order < 0 || order == 0 && range.count < key.count {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// The terms whose folded word is `word`, or begins with it.
  func terms(of word: [UInt8], isPrefix: Bool) -> Range<Int> {
    let low = first(notBefore: word)
    // No folded word has the byte 0xFF.
    let high = first(notBefore: word + [isPrefix ? 0xFF : 1])
    return low..<max(low, high)
  }

  /// Entries that have a term.
  func entryCount(_ number: Int) -> Int {
    min(Int(places[number * TextSections.placeCount + 1]), documentCount)
  }

  /// Terms whose folded stem in a language has this hash; the caller looks whether it is the stem.
  func terms(withStemHash hash: UInt32, _ language: StemmingLanguage) -> ArraySlice<UInt32> {
    let table = stems.withLock { stems in
      if let table = stems[language] { return table }
      let table = StemTable(self, language)
      stems[language] = table
      return table
    }
    return table.terms(hash)
  }

  // MARK: Postings

  /// Where the postings of a term stand; nil where the file contradicts itself.
  func postings(_ number: Int) -> TextPostings? {
    let place = number * TextSections.placeCount
    let (first, count) = (Int(places[place]), Int(places[place + 1]))
    let blockCount = (count + TextSections.blockEntryCount - 1) / TextSections.blockEntryCount
    guard count > 0, count <= documentCount,
      first + blockCount <= blocks.count / TextSections.blockCount
    else { return nil }
    return TextPostings(
      firstBlock: first, blockCount: blockCount, entryCount: count,
      bound: Float(bitPattern: places[place + 2]))
  }

  /// The words in the fields of a document.
  @inline(__always) func fieldLengths(_ document: Int) -> FieldLengths {
    FieldLengths(lengths[2 * document], lengths[2 * document + 1])
  }

  /// The words in the content of each document, in a byte; more count as 255. Bounds of scores are
  /// made of them, for that they come from fewer lines of memory.
  ///
  /// - Complexity: O(documents) at the first call.
  func shortLengths() -> [UInt8] {
    shorts.withLock { shorts in
      if shorts.isEmpty { shorts = (0..<documentCount).map { UInt8(clamping: lengths[2 * $0]) } }
      return shorts
    }
  }

  /// Stands for a row that is no document: a further chunk of an entry.
  static let noDocument = UInt32.max

  /// The document of a row; nil where it has none.
  func document(ofRow row: Int) -> Int? {
    let document = Int(documents[row])
    return document < documentCount ? document : nil
  }

  func fault(_ reason: String) -> StoreError {
    .invalidFile(FileFault(path: origin, byteOffset: 0, reason: reason))
  }
}

/// Where the postings of a term stand.
struct TextPostings {
  var firstBlock: Int
  var blockCount: Int
  var entryCount: Int
  /// The greatest S in them, under the statistics of their index.
  var bound: Float
}

/// Terms by the hash of their stem.
final class StemTable: Sendable {
  private let hashes: [UInt32]
  private let numbers: [UInt32]

  /// - Complexity: O(terms), about 0.4 µs for each.
  init(_ index: TextIndex, _ language: StemmingLanguage) {
    let stemmer = Stemmer(language)
    var stem = WordStem()
    var pairs: [UInt64] = []
    pairs.reserveCapacity(index.termCount)
    for number in 0..<index.termCount {
      let hash: UInt32? = index.withTerm(number) { term in
        let word = term.extracting(TextTerm.lowered(term))
        guard TextTerm.hasStem(word) else { return nil }
        stem.find(of: word, stemmer)
        return TextHash.hash(stem.folded.span)
      }
      if let hash { pairs.append(UInt64(hash) << 32 | UInt64(number)) }
    }
    pairs.sort()
    hashes = pairs.map { UInt32($0 >> 32) }
    numbers = pairs.map { UInt32(truncatingIfNeeded: $0) }
  }

  func terms(_ hash: UInt32) -> ArraySlice<UInt32> {
    var low = 0
    var high = hashes.count
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < hashes.count, hashes[end] == hash { end += 1 }
    return numbers[low..<end]
  }
}

/// The stem of a word, folded.
struct WordStem {
  private var bytes: [UInt8] = []
  private(set) var folded: [UInt8] = []

  /// - Parameter word: Its lower-case form.
  mutating func find(of word: Span<UInt8>, _ stemmer: borrowing Stemmer) {
    bytes.removeAll(keepingCapacity: true)
    folded.removeAll(keepingCapacity: true)
    stemmer.append(word, to: &bytes)
    let stem = bytes
    TextFolding.append(stem.span, to: &folded)
  }
}

/// Sections in memory: of rows that have no file, or whose file has no text index.
final class TextMemory: Sendable {
  private let memory: AlignedMemory

  private init(_ memory: AlignedMemory) { self.memory = memory }

  /// The index that the sections are.
  static func index(_ sections: TextSections, origin: String) -> TextIndex? {
    var size = 0
    func place(_ byteCount: Int) -> Int {
      defer { size += AlignedMemory.padded(max(1, byteCount)) }
      return size
    }
    let offsets = [
      place(sections.summary.count * 8), place(sections.termEnds.count * 8),
      place(sections.terms.count), place(sections.places.count * 4),
      place(sections.blocks.count * 4), place(sections.words.count * 4),
      place(sections.lengths.count * 4), place(sections.rows.count * 4),
      place(sections.documents.count * 4),
    ]
    let memory = AlignedMemory(byteCount: size)
    func column<Element: BitwiseCopyable>(_ offset: Int, _ values: [Element]) -> Column<Element> {
      let start = unsafe (memory.base + offset).bindMemory(to: Element.self, capacity: values.count)
      unsafe values.withUnsafeBufferPointer { source in
        if let base = source.baseAddress { unsafe start.update(from: base, count: values.count) }
      }
      return unsafe Column(base: UnsafePointer(start), count: values.count)
    }
    return TextIndex(
      rowCount: sections.documents.count, origin: origin, owner: TextMemory(memory),
      summary: column(offsets[0], sections.summary),
      termEnds: column(offsets[1], sections.termEnds),
      terms: column(offsets[2], sections.terms), places: column(offsets[3], sections.places),
      blocks: column(offsets[4], sections.blocks), words: column(offsets[5], sections.words),
      lengths: column(offsets[6], sections.lengths),
      rows: column(offsets[7], sections.rows),
      documents: column(offsets[8], sections.documents))
  }
}

/// Names by their words: forwards (the words of a name, in order) and inverted.
struct NameIndex: Sendable {
  /// The names that have a word, ascending: most words have one.
  struct Postings: Sendable {
    var first = UInt32.max
    var rest: [UInt32] = []

    var count: Int { first == .max ? 0 : rest.count + 1 }
    var last: UInt32 { rest.last ?? first }

    mutating func append(_ slot: UInt32) {
      if first == .max { first = slot } else { rest.append(slot) }
    }
  }

  /// An entry of a name's words: the word's number and flags.
  enum Entry {
    static let word: UInt32 = 0x0FFF_FFFF
    /// Hangs on the entry before.
    static let glued: UInt32 = 1 << 31
    /// Behind a bar.
    static let tail: UInt32 = 1 << 30
    /// The entries before, from the last one that is not glued, written as one.
    static let group: UInt32 = 1 << 29
    /// From the attributes.
    static let attribute: UInt32 = 1 << 28
  }

  private(set) var vocabulary = Vocabulary()
  private(set) var grams = GramIndex()
  private(set) var initials = InitialIndex()
  private(set) var postings: [Postings] = []
  private(set) var entries: [UInt32] = []
  private(set) var entryStarts: [UInt32] = [0]
  private var text: [UInt8] = []
  private var textStarts: [UInt32] = [0]
  private(set) var isAlias: [Bool] = []
  private(set) var isDead: [Bool] = []
  private(set) var liveCount = 0
  private var postingCount = 0

  var slotCount: Int { isDead.count }

  /// Whether so many names are gone that a rebuild pays.
  var wantsCompaction: Bool {
    slotCount - liveCount > 64 && (slotCount - liveCount) * 4 > slotCount
  }

  var byteCount: Int {
    vocabulary.byteCount + grams.byteCount + initials.byteCount
      + postings.capacity * 16 + postingCount * 5
      + entries.capacity * 4 + entryStarts.capacity * 4 + text.capacity + textStarts.capacity * 4
      + isDead.capacity * 2
  }

  /// The name in a slot.
  func name(_ slot: UInt32) -> String {
    String(
      decoding: text[Int(textStarts[Int(slot)])..<Int(textStarts[Int(slot) + 1])], as: UTF8.self)
  }

  /// The entries of a name.
  @inline(__always) func range(_ slot: UInt32) -> Range<Int> {
    Int(entryStarts[Int(slot)])..<Int(entryStarts[Int(slot) + 1])
  }

  /// How telling a word is that `count` names have.
  @inline(__always) func rarity(_ count: UInt32) -> Float {
    Logarithm.of(1 + Float(max(liveCount, 1)) / (Float(count) + 0.5))
  }

  /// Whether names of so many bytes together can be added: places in the text are 32 bits.
  func hasRoom(byteCount: Int) -> Bool { text.count + byteCount <= Int(UInt32.max) }

  /// Adds a name; its slot.
  mutating func add(_ name: String, attributes: [String], isAlias alias: Bool) -> UInt32 {
    let slot = UInt32(slotCount)
    var scan = TokenScan()
    scan.scan(name)
    append(scan, slot, flags: 0)
    for attribute in attributes {
      scan.scan(attribute)
      append(scan, slot, flags: Entry.attribute)
    }
    entryStarts.append(UInt32(entries.count))
    var run = InitialIndex.Run()
    find(&run, slot)
    initials.add(slot, run)
    text.append(contentsOf: name.utf8)
    textStarts.append(UInt32(text.count))
    isAlias.append(alias)
    isDead.append(false)
    liveCount += 1
    return slot
  }

  private mutating func append(_ scan: TokenScan, _ slot: UInt32, flags: UInt32) {
    var group = 0
    for (place, atom) in scan.atoms.enumerated() {
      var entry = insert(scan.bytes.span.extracting(atom.key), atom.kind, atom.length, slot) | flags
      if atom.isGlued { entry |= Entry.glued }
      if atom.isTail { entry |= Entry.tail }
      entries.append(entry)
      guard group < scan.groups.count, scan.groups[group].atoms.upperBound == place + 1 else {
        continue
      }
      let joined = scan.groups[group]
      let kind: TokenClass = joined.hasDigit ? .code : .word
      entries.append(
        insert(scan.bytes.span.extracting(joined.key), kind, joined.key.count, slot) | flags
          | Entry.group | Entry.glued)
      group += 1
    }
  }

  private mutating func insert(
    _ key: Span<UInt8>, _ kind: TokenClass, _ length: Int, _ slot: UInt32
  ) -> UInt32 {
    let (word, isNew) = vocabulary.insert(key, kind, length: length)
    if isNew {
      postings.append(Postings())
      grams.add(word, key, kind)
    }
    if postings[Int(word)].count == 0 || postings[Int(word)].last != slot {
      postings[Int(word)].append(slot)
      vocabulary.counts[Int(word)] += 1
      postingCount += 1
    }
    return word
  }

  /// Leaves the first letters of a name's words in `run`, with their places among its entries.
  func find(_ run: inout InitialIndex.Run, _ slot: UInt32) {
    run.removeAll()
    let range = range(slot)
    for position in range {
      let entry = entries[position]
      guard entry & (Entry.group | Entry.attribute) == 0 else { continue }
      let word = entry & Entry.word
      run.append(
        vocabulary.kinds[Int(word)], vocabulary.bytes.span.extracting(vocabulary.range(word)),
        at: position - range.lowerBound)
    }
  }

  /// Takes a name out; its entries go with the next rebuild.
  mutating func remove(_ slot: UInt32) {
    guard !isDead[Int(slot)] else { return }
    isDead[Int(slot)] = true
    liveCount -= 1
    var words = Set<UInt32>()
    for place in range(slot) where words.insert(entries[place] & Entry.word).inserted {
      vocabulary.counts[Int(entries[place] & Entry.word)] -= 1
    }
  }

  /// The same without what is gone. `places` gets the new slot of each old one, or the greatest
  /// number.
  func compacted(_ places: inout [UInt32]) -> NameIndex {
    var fresh = NameIndex()
    var run = InitialIndex.Run()
    places = [UInt32](repeating: .max, count: slotCount)
    for slot in 0..<UInt32(slotCount) where !isDead[Int(slot)] {
      places[Int(slot)] = UInt32(fresh.slotCount)
      for place in range(slot) {
        let entry = entries[place]
        let word = entry & Entry.word
        let copy = fresh.insert(
          vocabulary.bytes.span.extracting(vocabulary.range(word)), vocabulary.kinds[Int(word)],
          Int(vocabulary.lengths[Int(word)]), UInt32(fresh.slotCount))
        fresh.entries.append(copy | entry & ~Entry.word)
      }
      fresh.entryStarts.append(UInt32(fresh.entries.count))
      find(&run, slot)
      fresh.initials.add(places[Int(slot)], run)
      fresh.text.append(
        contentsOf: text[Int(textStarts[Int(slot)])..<Int(textStarts[Int(slot) + 1])])
      fresh.textStarts.append(UInt32(fresh.text.count))
      fresh.isAlias.append(isAlias[Int(slot)])
      fresh.isDead.append(false)
      fresh.liveCount += 1
    }
    return fresh
  }
}

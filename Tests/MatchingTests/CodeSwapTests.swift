import Matching
import Platform
import Testing

/// No code is ever taken for another: one character of a code is changed, and the answer must not
/// be a match with a name that has not the changed code.
@Suite struct CodeSwapTests {
  /// Code shapes as shops have them; `9` is any digit, `A` any letter.
  static let shapes = [
    "A9", "A99", "A999", "AA-999", "9999A", "AA9999AA", "999-AA-9999", "AA9999-AA999-999-9",
    "99999",
    "9.9", "A9-A", "AAA-999AA-9AAA", "99AA", "9", "99", "999A9", "AA.999.99", "A-9", "9-A9",
    "AA99-AA",
    "999GB", "9TB", "99mm", "A99 Mk 9", "AA 999", "AA 999 A",
  ]
  static let words = [
    "Acme", "vacuum", "watch", "drive", "Bolero", "camera", "shoe", "cable", "steel", "for", "in",
    "garden", "pump", "black", "quiet", "pack", "Pro",
  ]

  static func filled(_ shape: String, _ random: inout SeededGenerator) -> String {
    String(
      shape.map { character in
        switch character {
        case "9": Character(String(Int.random(in: 0...9, using: &random)))
        case "A": "ABCDEFGHJKLMNPRSTUVWXYZ".randomElement(using: &random)!
        default: character
        }
      })
  }

  /// One letter or digit replaced, dropped, doubled or exchanged with the next.
  static func changed(_ code: String, _ random: inout SeededGenerator) -> String {
    var characters = Array(code)
    let places = characters.indices.filter { characters[$0].isLetter || characters[$0].isNumber }
    let place = places.randomElement(using: &random)!
    switch Int.random(in: 0..<8, using: &random) {
    case 0 where characters.count > 1: characters.remove(at: place)
    case 1: characters.insert(characters[place], at: place)
    case 2 where place + 1 < characters.count && places.contains(place + 1):
      characters.swapAt(place, place + 1)
    default:
      let kinds = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
      characters[place] = kinds.randomElement(using: &random)!
    }
    return String(characters)
  }

  /// Letters and digits only, lower case, with where words begin.
  static func plain(_ text: String) -> String {
    String(text.lowercased().filter { $0.isLetter || $0.isNumber })
  }

  @Test(arguments: 0..<4) func `a changed code is never a silent match`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var catalogue = Catalogue<Int>()
    var items: [(name: String, code: String, words: [String])] = []
    for id in 0..<120 {
      let words = (0..<3).map { _ in Self.words.randomElement(using: &random)! }
      let code = Self.filled(Self.shapes.randomElement(using: &random)!, &random)
      var parts = words
      parts.insert(code, at: Int.random(in: 0...3, using: &random))
      let name = parts.joined(separator: " ")
      items.append((name, code, words))
      try catalogue.put(id, CatalogueItem(name: name))
    }
    for item in items {
      let code = Self.changed(item.code, &random)
      guard Self.plain(code) != Self.plain(item.code), !Self.plain(code).isEmpty else { continue }
      let query = item.name.replacing(item.code, with: code, maxReplacements: 1)
      let answer = try catalogue.match(query, MatchOptions(limit: 5, threshold: 0.05, floor: 0.01))
      guard case .match(let id) = answer.verdict else { continue }
      let isAsked = Self.plain(items[id].name).contains(Self.plain(code))
      // A code that became a word: only a match with what it was is a swap.
      if !code.contains(where: \.isNumber), items[id].code != item.code { continue }
      #expect(isAsked, "seed \(seed): \(query) -> \(items[id].name), asked for \(code)")
    }
    // A question is no answer to everything: the codes as they are match.
    var right = 0
    for (id, item) in items.enumerated() {
      if case .match(id) = try catalogue.match(item.name).verdict { right += 1 }
    }
    #expect(right > items.count * 8 / 10, "seed \(seed): \(right)")
  }

  /// What random changes of real names once slipped through.
  @Test(arguments: [
    ("XMS3 4GB (2x4GB) DDR3 kit", "XMS3 4GB (2x2GB) DDR3 kit"),
    ("2-Port PoE Layer 2 switch", "8-Port PoE Layer 2 switch"),
    ("NAS server Q TB WD TB", "NAS server 6 TB WD TB"),
    ("HP G8 2-NB 6G New 2 Pack", "HP G8 2-TB 6G New 2 Pack"),
    ("microSDHC Type 10 Goal 17 kopen", "microSDHC Type 10 Goal 10 kopen"),
    ("Canon 1X0EG camera case", "Canon 10EG camera case"),
    ("Puma evoTOUCH 6 FG", "Puma evoTOUCH Pro FG"),
    ("ZEISS OTUS J/1.4 55MM F mount", "ZEISS OTUS F/1.4 55MM F mount"),
    ("GTX 1070 8GR graphics card", "GTX 1070 8G graphics card 8 GB"),
    ("tripod VCTR100.NE", "tripod VCT-R100"),
    ("Class 19 card 10 retail", "Class 10 card 10 retail"),
    // A point between digits is part of a number.
    ("drill bit HSS-1.5", "drill bit HSS-15"),
    ("fuse T-12.5A slow", "fuse T-1.25A slow"),
    // Letters that tell things apart by themselves.
    ("Canon EOS 5D Mark II body", "Canon EOS 5D Mark III body"),
    ("battery AA four pack", "battery AAA four pack"),
    ("parka Bolero L", "parka Bolero M"),
    ("parka Bolero XL", "parka Bolero XXL"),
    ("cable USB-A 2 m", "cable USB-C 2 m"),
    ("vitamin D tablets", "vitamin C tablets"),
    ("ink HP 305 XL", "ink HP 305"),
  ])
  func `a name with another code is asked about`(_ query: String, _ name: String) throws {
    var catalogue = Catalogue<Int>()
    try catalogue.put(1, CatalogueItem(name: name))
    try catalogue.put(2, CatalogueItem(name: "garden hose 20 m"))
    let answer = try catalogue.match(query, MatchOptions(threshold: 0.01, floor: 0.001))
    guard case .ambiguous(let question) = answer.verdict else {
      Issue.record("\(query): \(answer.verdict)")
      return
    }
    #expect(question.options.first?.id == 1)
    #expect(answer.candidates.allSatisfy { $0.confidence <= 0.5 })
  }

  @Test func `words that were left out may be codes`() throws {
    var catalogue = Catalogue<Int>()
    try catalogue.put(1, CatalogueItem(name: "Trekker headlamp X200"))
    try catalogue.put(2, CatalogueItem(name: "garden hose 20 m"))
    let long = "trekker headlamp" + String(repeating: " please", count: 94)
    for query in [long + " x210", long + " X200"] {
      guard case .ambiguous = try catalogue.match(query, MatchOptions(threshold: 0.05)).verdict
      else {
        Issue.record("a verdict on words that nobody read")
        continue
      }
    }
  }

  @Test func `a code among an item's aliases is its code`() throws {
    var catalogue = Catalogue<Int>()
    try catalogue.put(1, CatalogueItem(name: "Kilbride hiking boot", aliases: ["BT-101"]))
    try catalogue.put(2, CatalogueItem(name: "Burren hiking boot", aliases: ["BT-102"]))
    for query in ["bt101", "kilbride boot BT-101", "BT 101"] {
      guard case .match(1) = try catalogue.match(query).verdict else {
        Issue.record("\(query): \(try catalogue.match(query))")
        continue
      }
    }
    guard case .ambiguous = try catalogue.match("kilbride hiking boot BT-102").verdict else {
      Issue.record("a swap")
      return
    }
  }
}

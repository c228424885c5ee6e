import Matching
import Platform
import Testing

/// What customers type, and what is found.
@Suite struct CatalogueTests {
  static let names = [
    "Samsung Galaxy S21 128GB Phantom Gray", "Samsung Galaxy S21 256 GB Phantom Gray",
    "Samsung Galaxy S22 128GB Black", "Apple iPhone 12 64GB", "Apple iPhone 13 128GB",
    "Television LG OLED 55 inch", "External Hard Disk Drive 1TB Seagate",
    "Corsair Vengeance LPX 2x16GB DDR4 3200", "Wi-Fi Repeater TP-Link RE200",
    "Sony PlayStation 5 Console", "Mineral Water 0.5 L", "Mineral Water 1 L",
    "Café Crème Ground Coffee 1kg", "Straßenschuh Größe 42", "İstanbul Çay Bardağı",
    "ساعة يد كاسيو", "हिन्दी शब्दकोश", "小米手机 红色", "กล้องถ่ายรูป", "GoPro HERO4 Black",
  ]

  static let catalogue: Catalogue<Int> = {
    var catalogue = Catalogue<Int>()
    for (id, name) in names.enumerated() {
      try? catalogue.put(id, CatalogueItem(name: name))
    }
    return catalogue
  }()

  @Test(arguments: [
    ("galaxys21 128gb", 0), ("samsung galaxy s 21 256gb", 1), ("i phone 12", 3), ("iphone13", 4),
    ("tv lg oled", 5), ("hdd 1000 gb seagate external", 6), ("corsiar vengance 2x16 gb", 7),
    ("wifi repeater", 8), ("play station 5", 9), ("mineral water 500ml", 10),
    ("minral watr 1l", 11), ("cafe creme 1000g", 12), ("STRASSENSCHUH GROSSE 42", 13),
    ("istanbul cay bardagi", 14), ("كاسيو ساعة", 15), ("हिन्दी शब्दकोश", 16), ("小米手机", 17),
    ("กล้อง", 18), ("go pro hero4", 19), ("gopor hero4 blck", 19),
  ])
  func `the item that is meant comes first`(_ query: String, _ id: Int) throws {
    let answer = try Self.catalogue.match(query)
    #expect(answer.candidates.first?.id == id, "\(answer.candidates.map(\.name))")
    #expect(answer.candidates.allSatisfy { (0...1).contains($0.confidence) })
  }

  @Test func `a name as it stands is a match, and nonsense is none`() throws {
    for (id, name) in Self.names.enumerated() {
      let answer = try Self.catalogue.match(name)
      #expect(answer.candidates.first?.id == id)
      guard case .match(id) = answer.verdict else {
        Issue.record("\(name): \(answer.verdict) \(answer.candidates[0].confidence)")
        continue
      }
    }
    for query in ["", " ", "|-.,", "xqzzv kwpt", "🙂"] {
      let answer = try Self.catalogue.match(query)
      guard case .none = answer.verdict else {
        Issue.record("\(query): \(answer.verdict)")
        continue
      }
    }
  }

  @Test func `a code that is not there is asked about, with the near ones`() throws {
    var catalogue = Catalogue<Int>()
    for (id, code) in ["X200", "X220", "Y900"].enumerated() {
      try catalogue.put(id, CatalogueItem(name: "Acme vacuum cleaner \(code)"))
    }
    guard case .ambiguous(let question) = try catalogue.match("acme vacuum X210").verdict else {
      Issue.record("no question")
      return
    }
    #expect(question.reason == .code("X210"))
    #expect(Set(question.options.prefix(2).map(\.label)) == ["X200", "X220"])
    guard case .ambiguous(let open) = try catalogue.match("acme vacuum cleaner").verdict else {
      Issue.record("no question")
      return
    }
    #expect(Set(open.options.map(\.label)) == ["X200", "X220", "Y900"])
    guard case .match(1) = try catalogue.match("acme vacuum cleaner x220").verdict else {
      Issue.record("no match")
      return
    }
  }

  @Test func `aliases match as names do, and attributes only help`() throws {
    var catalogue = Catalogue<Int>()
    try catalogue.put(
      1, CatalogueItem(name: "Kilbride GTX", aliases: ["wide hiking boot"], attributes: ["brown"]))
    try catalogue.put(2, CatalogueItem(name: "Burren boot", attributes: ["black"]))
    try catalogue.put(3, CatalogueItem(name: "Burren boot", attributes: ["brown"]))
    let boot = try catalogue.match("wide hiking boots")
    #expect(boot.candidates.first?.id == 1)
    #expect(boot.candidates.first?.parts.alias == 1)
    #expect(boot.candidates.first?.name == "wide hiking boot")
    #expect(try catalogue.match("burren boot brown").candidates.first?.id == 3)
    #expect(try catalogue.match("burren boot black").candidates.first?.id == 2)
  }

  @Test func `a question names things by their own names, not by the alias that was met`() throws {
    var catalogue = Catalogue<Int>()
    for (id, name) in ["Kilbride", "Burren", "Skerry"].enumerated() {
      try catalogue.put(id, CatalogueItem(name: name, aliases: ["hiking boot"]))
    }
    guard case .ambiguous(let question) = try catalogue.match("hiking boot").verdict else {
      Issue.record("no question")
      return
    }
    #expect(Set(question.options.map(\.label)) == ["Kilbride", "Burren", "Skerry"])
  }

  @Test func `a meaning that the caller knows of counts where words say little`() throws {
    var catalogue = Catalogue<Int>()
    try catalogue.put(1, CatalogueItem(name: "red shoe"))
    try catalogue.put(2, CatalogueItem(name: "blue shoe"))
    let query = "shoe the colour of oceans"
    let answer = try catalogue.match(query, semantic: { $0 == 2 ? 0.9 : 0.1 })
    #expect(answer.candidates.map(\.id) == [2, 1])
    #expect(answer.candidates[0].parts.semantic == 0.9)
    #expect(try catalogue.match(query, semantic: { $0 == 1 ? 0.9 : nil }).candidates[0].id == 1)
    let named = try catalogue.match("red shoe", semantic: { $0 == 2 ? 0.9 : 0.1 })
    #expect(named.candidates.map(\.id) == [1, 2])
    // What is no number, or no similarity, counts as none or as the nearest to it.
    for value in [Float.nan, .infinity, -7, 9] {
      #expect(try catalogue.match(query, semantic: { _ in value }).candidates.count == 2)
    }
  }

  @Test func `no meaning makes one code another`() throws {
    var catalogue = Catalogue<Int>()
    try catalogue.put(1, CatalogueItem(name: "vacuum X200"))
    try catalogue.put(2, CatalogueItem(name: "vacuum X220"))
    let answer = try catalogue.match(
      "something like the x210 for floors vacuum", MatchOptions(threshold: 0.01, floor: 0.001),
      semantic: { $0 == 2 ? 1 : 0 })
    guard case .ambiguous = answer.verdict else {
      Issue.record("\(answer.verdict)")
      return
    }
  }

  @Test func `edits say what happened to each word`() throws {
    let query = "gopor hero4 red"
    let candidate = try #require(try Self.catalogue.match(query).candidates.first)
    func text(_ text: String, _ range: Range<Int>) -> String {
      String(decoding: Array(text.utf8)[range], as: UTF8.self)
    }
    let steps = candidate.edits.map { edit in
      "\(edit.kind) \(text(query, edit.query))>\(text(candidate.name, edit.name)) \(edit.distance)"
    }
    #expect(
      steps == ["replace gopor>GoPro 1", "keep hero4>HERO4 0", "insert >Black 5", "delete red> 3"])
    #expect(candidate.edits[1].tokenClass == .code)
  }

  @Test func `a catalogue that was changed answers as one made anew`() throws {
    var random = SeededGenerator(seed: 3)
    var changed = Catalogue<Int>()
    var items: [Int: CatalogueItem] = [:]
    for _ in 0..<600 {
      let id = Int.random(in: 0..<90, using: &random)
      if Int.random(in: 0..<3, using: &random) == 0 {
        #expect(changed.remove(id) == (items.removeValue(forKey: id) != nil))
      } else {
        let words = (0..<3).map { _ in Self.names.randomElement(using: &random)! }
        let item = CatalogueItem(
          name: "\(words[0].prefix(14)) \(id)", aliases: [words[1]], attributes: [words[2]])
        try changed.put(id, item)
        items[id] = item
      }
    }
    var fresh = Catalogue<Int>()
    for (id, item) in items { try fresh.put(id, item) }
    #expect(changed.count == items.count && fresh.count == items.count)
    for name in Self.names {
      let (a, b) = (try changed.match(name), try fresh.match(name))
      #expect(a.candidates.map(\.id) == b.candidates.map(\.id))
      #expect(a.candidates.map(\.confidence) == b.candidates.map(\.confidence))
    }
  }

  @Test func `only accepted items answer`() throws {
    let answer = try Self.catalogue.match("samsung galaxy", accepts: { $0 == 2 })
    #expect(answer.candidates.map(\.id) == [2])
  }

  @Test func `what is too long or empty is refused with a reason`() throws {
    var catalogue = Catalogue<Int>()
    let long = String(repeating: "ab ", count: 2_000)
    #expect(throws: MatchError.nameLength(byteCount: 6_000, limit: 4_096)) {
      try catalogue.put(1, CatalogueItem(name: long))
    }
    #expect(throws: MatchError.nameLength(byteCount: 0, limit: 4_096)) {
      try catalogue.put(1, CatalogueItem(name: "a", aliases: [""]))
    }
    #expect(throws: MatchError.tooManyAliases(count: 65, limit: 64)) {
      try catalogue.put(1, CatalogueItem(name: "a", aliases: Array(repeating: "b", count: 65)))
    }
    #expect(throws: MatchError.attributesTooLong(byteCount: 6_000, limit: 2_048)) {
      try catalogue.put(1, CatalogueItem(name: "a", attributes: [long]))
    }
    #expect(throws: MatchError.queryTooLong(byteCount: 6_000, limit: 4_096)) {
      try catalogue.match(long)
    }
    for limit in [0, -1, 51] {
      #expect(throws: MatchError.limitOutOfRange(limit)) {
        try catalogue.match("a", MatchOptions(limit: limit))
      }
    }
    #expect(catalogue.count == 0)
  }

  @Test func `no bytes trap, and edits stay within their texts`() throws {
    var random = SeededGenerator(seed: 17)
    let pieces = [
      "X200", "-", "|", "2x", "16gb", ".", ",", "é", "e\u{301}", "日本", "ع", "\u{200D}", "🙂", "ß",
      " ", "1,000", "\u{0}", "'", "_", "ａｂ", "٣", "क्ष", "ไทย", "#5e3b", "\u{FFFD}",
    ]
    func text() -> String {
      if Bool.random(using: &random) {
        let bytes = (0..<Int.random(in: 1...60, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
        return String(decoding: bytes, as: UTF8.self)
      }
      return (0..<Int.random(in: 1...150, using: &random))
        .map { _ in pieces.randomElement(using: &random)! }.joined()
    }
    var catalogue = Catalogue<Int>()
    for id in 0..<300 {
      try catalogue.put(id, CatalogueItem(name: text(), aliases: [text()], attributes: [text()]))
    }
    for _ in 0..<600 {
      let query = text()
      for candidate in try catalogue.match(query).candidates {
        #expect((0...1).contains(candidate.confidence))
        for edit in candidate.edits {
          #expect(edit.query.upperBound <= query.utf8.count)
          #expect(edit.name.upperBound <= candidate.name.utf8.count)
          #expect(String(candidate.name.utf8[edit.name]) != nil)
        }
      }
    }
  }
}

extension String.UTF8View {
  /// The bytes as they stand.
  subscript(_ range: Range<Int>) -> Substring.UTF8View {
    self[
      index(startIndex, offsetBy: range.lowerBound)..<index(startIndex, offsetBy: range.upperBound)]
  }
}

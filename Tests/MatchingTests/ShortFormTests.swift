import Matching
import Testing

/// Abbreviations and initials, several in one query: the catalogue's own names are the evidence.
@Suite struct ShortFormTests {
  static let names = [
    "Bosch Washing Machine Serie 4", "HP LaserJet Pro M404", "Samsung Solid State Drive 1 TB",
    "Kingston SSD 480 GB", "Seagate Hard Disk Drive 2 TB", "Fritz Wireless Access Point",
    "APC Uninterruptible Power Supply", "Lenovo Universal Serial Bus Solid State Drive",
    "Black Leather Wallet", "White Silver Keyboard", "HP DeskJet Plus 4120",
    "Miele Dish Washer G7", "Bosch Drill Hammer Professional",
    "Сетевое Зарядное Устройство Хонор",
  ]

  static let catalogue: Catalogue<Int> = {
    var catalogue = Catalogue<Int>()
    for (id, name) in names.enumerated() { try? catalogue.put(id, CatalogueItem(name: name)) }
    return catalogue
  }()

  @Test(arguments: [
    ("wh mach", 0), ("bosch wsh mach", 0), ("hp lj pro", 1), ("samsung ssd", 2), ("ssd 1tb", 2),
    ("solid state drive kingston", 3), ("hdd 2tb", 4), ("hdd", 4), ("fritz wap", 5), ("ups", 6),
    ("lenovo usb ssd", 7), ("usb ssd", 7), ("blk lthr wallet", 8), ("wht slvr kb", 9),
    ("hp dj plus", 10), ("dw miele", 11), ("drl hmr prof", 12), ("сзу хонор", 13),
  ])
  func `a short form finds what it stands for`(_ query: String, _ id: Int) throws {
    let answer = try Self.catalogue.match(query)
    #expect(answer.candidates.first?.id == id, "\(answer.candidates.map(\.name))")
    #expect(answer.candidates.first?.parts.initialism ?? 0 > 0 || query.contains("solid"))
  }

  @Test func `the edits say which words the initials are of`() throws {
    func steps(_ query: String, _ id: Int) throws -> [String] {
      let answer = try Self.catalogue.match(query)
      let found = try #require(answer.candidates.first { $0.id == id })
      func text(_ text: String, _ range: Range<Int>) -> String {
        String(decoding: Array(text.utf8)[range], as: UTF8.self)
      }
      return found.edits.prefix(2).map {
        "\($0.kind) \(text(query, $0.query))>\(text(found.name, $0.name)) \($0.distance)"
      }
    }
    #expect(
      try steps("samsung ssd", 2) == [
        "keep samsung>Samsung 0", "replace ssd>Solid State Drive 12",
      ])
    #expect(
      try steps("kingston solid state drive", 3) == [
        "keep kingston>Kingston 0", "replace solid state drive>SSD 12",
      ])
  }

  @Test(arguments: [
    ("VCT-R100", "Very Compact Tripod R100"), ("tripod vct-r200", "Very Compact Tripod R100"),
    ("SSD-500", "Solid State Drive X500"), ("hp lj 1018", "HP LaserJet 1020"),
    ("ssd 500", "Solid State Drive 512 500S"), ("DX-3 kit", "Digital Xenon 4 kit"),
  ])
  func `no code is taken for another by its initials`(_ query: String, _ name: String) throws {
    var catalogue = Catalogue<Int>()
    try catalogue.put(1, CatalogueItem(name: name))
    try catalogue.put(2, CatalogueItem(name: "garden hose 20 m"))
    let answer = try catalogue.match(query, MatchOptions(threshold: 0.01, floor: 0.001))
    if case .match = answer.verdict { Issue.record("\(query): \(answer.candidates[0])") }
  }

  @Test func `what has gone leaves no initials behind`() throws {
    var catalogue = Catalogue<Int>()
    for id in 0..<300 { try catalogue.put(id, CatalogueItem(name: "Solid State Drive no\(id)x")) }
    for id in 1..<300 { catalogue.remove(id) }
    #expect(try catalogue.match("ssd").candidates.map(\.id) == [0])
    catalogue.remove(0)
    #expect(try catalogue.match("ssd").candidates.isEmpty)
  }
}

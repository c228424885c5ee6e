import CommandInterface
import Testing

@Suite struct DisplayTextTests {
  @Test(arguments: [
    ("plain", 5), ("", 0), ("héllo", 5), ("e\u{301}", 1), ("日本語", 6), ("👍🏽", 2), ("☀️", 2),
    ("한국", 4), ("ｗ", 2), ("a\u{200D}b", 2),
  ])
  func `width counts columns`(text: String, columns: Int) {
    #expect(DisplayText.width(text) == columns)
  }

  @Test func `cleaning leaves one harmless line`() {
    #expect(DisplayText.cleaned("  a\n\tb\u{1B}[2Jc\u{7} \u{202E}d\u{0} ") == "a b[2Jc d")
  }

  @Test func `cutting never passes the limit and marks what is missing`() {
    for limit in 0...12 {
      let cut = DisplayText.cut("日本語 text", to: limit)
      #expect(DisplayText.width(cut) <= limit)
      #expect(limit == 0 ? cut.isEmpty : limit >= 11 ? cut == "日本語 text" : cut.hasSuffix("…"))
    }
  }

  @Test func `wrapped lines fit and hold every word in order`() {
    let text = "the quick 日本語 fox jumps over extraordinarily lazy dogs"
    for columns in 2...60 {
      let lines = DisplayText.wrapped(text, to: columns)
      #expect(lines.allSatisfy { DisplayText.width($0) <= columns }, "\(columns): \(lines)")
      let letters = lines.joined().filter { $0 != " " }
      #expect(letters == text.filter { $0 != " " }, "\(columns)")
    }
    #expect(DisplayText.wrapped("a bb ccc", to: 4) == ["a bb", "ccc"])
    #expect(DisplayText.wrapped("   ", to: 4) == [])
  }
}

@Suite struct QuantityTests {
  @Test func `counts have commas`() {
    #expect(Quantity.count(0) == "0")
    #expect(Quantity.count(999) == "999")
    #expect(Quantity.count(1000) == "1,000")
    #expect(Quantity.count(-1_234_567) == "-1,234,567")
    #expect(Quantity.count(UInt64.max) == "18,446,744,073,709,551,615")
  }

  @Test func `bytes have binary units`() {
    #expect(Quantity.bytes(1023) == "1023 B")
    #expect(Quantity.bytes(1536) == "1.5 KiB")
    #expect(Quantity.bytes(64 << 20) == "64 MiB")
    #expect(Quantity.bytes((1 << 30) - 1) == "1.0 GiB")
  }

  @Test func `durations have three digits`() {
    #expect(Quantity.duration(nanoseconds: 999) == "999 ns")
    #expect(Quantity.duration(nanoseconds: 1000) == "1.00 µs")
    #expect(Quantity.duration(nanoseconds: 12_345) == "12.3 µs")
    #expect(Quantity.duration(nanoseconds: 999_499) == "999 µs")
    #expect(Quantity.duration(nanoseconds: 999_500) == "1.00 ms")
    #expect(Quantity.duration(nanoseconds: 7_800_000_000) == "7.80 s")
    #expect(Quantity.duration(nanoseconds: 90_000_000_000) == "1:30")
  }

  @Test func `clocks show hours only when there are some`() {
    #expect(Quantity.clock(seconds: 7) == "0:07")
    #expect(Quantity.clock(seconds: 754) == "12:34")
    #expect(Quantity.clock(seconds: 11045) == "3:04:05")
    #expect(Quantity.clock(seconds: .infinity) == "-:--")
    #expect(Quantity.clock(seconds: -1) == "0:00")
  }

  @Test func `decimals say no more than they know`() {
    #expect(Quantity.decimal(1000) == "1000")
    #expect(Quantity.noun(1, "entry") == "1 entry" && Quantity.noun(0, "row") == "0 rows")
    #expect(Quantity.noun(2_000, "entry") == "2,000 entries")
    #expect(Quantity.decimal(0.5) == "0.5")
    #expect(Quantity.fixed(0.98765, 3) == "0.988")
    #expect(Quantity.fixed(-0.0001, 3) == "0.000")
    #expect(Quantity.fixed(2, 0) == "2")
    #expect(Quantity.fixed(.nan, 2) == "nan")
  }
}

@Suite struct TextTableTests {
  static func sample() -> TextTable {
    var table = TextTable([
      .init("name"), .init("rows", isRight: true), .init("title", canShrink: true),
    ])
    table.append(["a", "1,234", "Returning shoes within thirty days"])
    table.append(["long name", "7", "日本語\nin two lines"])
    return table
  }

  @Test func `columns are aligned and nothing trails`() {
    #expect(
      Self.sample().lines(columns: 80) == [
        "name        rows  title",
        "a          1,234  Returning shoes within thirty days",
        "long name      7  日本語 in two lines",
      ])
  }

  @Test(arguments: [26, 30, 40, 52, 80])
  func `lines fit the terminal by cutting the columns that may shrink`(columns: Int) {
    let lines = Self.sample().lines(columns: columns)
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { DisplayText.width($0) <= columns }, "\(lines)")
    #expect(lines[1].contains("1,234"))
  }

  @Test func `cells that differ can be told apart however little room there is`() {
    var table = TextTable([
      .init("title", canShrink: true), .init("model", canShrink: true, staysDistinct: true),
    ])
    table.append(["Returning shoes within thirty days", "all-minilm-l6-v2:bf16 384"])
    table.append(["Returning shoes within thirty days", "all-minilm-l6-v2:int8 384"])
    let lines = table.lines(columns: 20)
    #expect(lines[1].contains(":b") && lines[2].contains(":i"), "\(lines)")
    #expect(lines[1].hasSuffix("…"), "\(lines)")
  }

  @Test func `colours are only there when asked for`() {
    #expect(Self.sample().lines(columns: 80).joined().contains("\u{1B}") == false)
    let coloured = Self.sample().lines(columns: 80, style: Style(isColoured: true))
    #expect(coloured[0] == "\u{1B}[1mname        rows  title\u{1B}[0m")
  }
}

import Glibc
import Platform
import Testing

private func failure(_ text: String, limits: JSONLimits = JSONLimits()) -> JSONError? {
  failure(Array(text.utf8), limits: limits)
}

private func failure(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) -> JSONError? {
  do {
    _ = try JSON.parse(bytes, limits: limits)
    return nil
  } catch {
    return error
  }
}

@Suite struct JSONTests {
  @Test func `every kind of value is read`() throws {
    let value = try JSON.parse(
      #" {"a" : [1, -2.5e3, true, false, null], "b": {"c": "x\n\u00e9\ud83d\ude00\/"} } "#)
    #expect(value["a"]?[0]?.int == 1)
    #expect(value["a"]?[1]?.double == -2500)
    #expect(value["a"]?[1]?.int == nil)
    #expect(value["a"]?[2]?.bool == true)
    #expect(value["a"]?[3]?.bool == false)
    #expect(value["a"]?[4]?.isNull == true)
    #expect(value["a"]?[5] == nil)
    #expect(value["b"]?["c"]?.string == "x\né😀/")
    #expect(try JSON.parse("[]").array == [])
    #expect(try JSON.parse("{}").object?.isEmpty == true)
    #expect(try JSON.parse("\"\"").string == "")
  }

  @Test func `numbers keep their text and read correctly rounded`() throws {
    for (text, expected) in [
      ("0", 0.0), ("-0", -0.0), ("1e0", 1), ("1E+2", 100), ("0.1", 0.1),
      ("9007199254740993", 9007199254740992),
      ("2.2250738585072011e-308", Double(bitPattern: 0x000F_FFFF_FFFF_FFFF)),
      ("123456789012345678901234567890", 1.2345678901234568e29), ("5e-324", .leastNonzeroMagnitude),
    ] {
      let number = try JSON.parse(text)
      #expect(number.numberText == text)
      #expect(number.double?.bitPattern == expected.bitPattern, "\(text)")
    }
    #expect(try JSON.parse("1e999").double == nil)
    #expect(try JSON.parse("9223372036854775807").int == Int.max)
    #expect(try JSON.parse("9223372036854775808").int == nil)
    #expect(JSON.number("inf").double == nil)
    #expect(JSON.number("0x10").double == nil)
  }

  @Test(arguments: [
    "", " ", "01", "-", "-a", "1.", ".5", "1e", "1e+", "+1", "0x1", "1 2", "nul", "truex", "[1,]",
    "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "[", "{", "\"",
    "\"\\\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
    "\"\\udc00\"", "\"\\ud800\\ud800\"", "\"a\nb\"", "\"\u{0}\"", "]", "}", ":", "NaN", "'a'",
    "\u{FEFF}1", "[1]]", "// x\n1", "\u{A0}1",
  ])
  func `what RFC 8259 forbids is refused`(text: String) {
    #expect(failure(text) != nil, "\(text)")
  }

  @Test func `an error names byte, line, column and reason`() {
    let error = failure("{\n  \"é\": [1, x]\n}")
    #expect(error?.reason == .unexpectedByte(UInt8(ascii: "x"), expected: "a value"))
    #expect(error?.line == 2)
    #expect(error?.column == 12)
    #expect(error?.byteOffset == 14)
    #expect(failure("[1, 2")?.reason == .unexpectedEnd(expected: "',' or ']'"))
    #expect(failure("\"ab\\ud800\"")?.reason == .loneSurrogate)
    #expect(failure("\"ab\\ud800\"")?.byteOffset == 3)
    #expect(failure("1 true")?.reason == .trailingBytes)
    #expect(failure("-01")?.reason == .invalidNumber)
    #expect(failure("\"0123456789\u{1}\"")?.reason == .controlCharacter(1))
    #expect(failure("\"0123456789\u{1}\"")?.byteOffset == 11)
  }

  @Test func `bytes that are not UTF-8 are refused at their place`() {
    let bad: [[UInt8]] = [
      [0xFF], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
    ]
    for sequence in bad {
      for prefix in ["", "plain text of some length, é", "escaped \\n text "] {
        let bytes = Array("[\"\(prefix)".utf8) + sequence + Array("\"]".utf8)
        let error = failure(bytes)
        #expect(error?.reason == .invalidUTF8)
        #expect(error?.byteOffset == 2 + prefix.utf8.count)
      }
    }
    #expect(failure([0xFF])?.reason == .unexpectedByte(0xFF, expected: "a value"))
  }

  @Test func `UTF-8 is judged as the standard library judges it`() {
    let seed = UInt64(77)
    print("UTF-8 seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    var valid = 0
    let edges: [UInt8] = [
      0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED,
      0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
    ]
    for _ in 0..<50_000 {
      let count = Int.random(in: 0...5, using: &generator)
      let padding = [UInt8](repeating: 0x61, count: Int.random(in: 0...9, using: &generator))
      let bytes = padding + (0..<count).map { _ in edges.randomElement(using: &generator)! }
      let expected = String(validating: bytes, as: UTF8.self)
      if expected != nil { valid += 1 }
      let text = String(checkedUTF8: bytes.span.bytes)
      #expect(text == expected)
      if let fault = bytes.span.bytes.firstInvalidUTF8() {
        #expect(String(validating: bytes[..<fault], as: UTF8.self) != nil)
        #expect(
          (1...4).allSatisfy {
            String(validating: bytes[..<min(bytes.count, fault + $0)], as: UTF8.self) == nil
          })
      }
    }
    #expect(valid > 1_000 && valid < 49_000)
  }

  @Test func `depth and size have limits`() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(failure(nested(64)) == nil)
    #expect(failure(nested(65))?.reason == .tooDeep(limit: 64))
    #expect(failure(nested(512), limits: JSONLimits(depth: 512)) == nil)
    #expect(failure("1", limits: JSONLimits(depth: 0)) == nil)
    #expect(failure(String(repeating: "[", count: 1_000_000)) != nil)
    let limits = JSONLimits(byteCount: 3)
    #expect(failure("1234", limits: limits)?.reason == .tooLarge(byteCount: 4, limit: 3))
    #expect(failure("123", limits: limits) == nil)
  }

  @Test func `the last of equal keys stands, and equal means the same bytes`() throws {
    let value = try JSON.parse(#"{"a":1,"b":2,"a":3}"#)
    #expect(value.object?.map(\.key) == ["b", "a"])
    #expect(value["a"]?.int == 3)
    // é as one scalar and as two are canonically equal, and yet two keys.
    let accents = try JSON.parse("{\"\u{E9}\":1,\"e\u{301}\":2}")
    #expect(accents.object?.count == 2)
    #expect(accents["\u{E9}"]?.int == 1)
    var text = "{"
    for index in 0..<200 { text += "\"k\(index % 50)\":\(index)," }
    let many = try JSON.parse(text + "\"end\":0}")
    #expect(many.object?.count == 51)
    #expect((0..<50).allSatisfy { many["k\($0)"]?.int == 150 + $0 })
  }

  @Test func `what is written reads back the same`() throws {
    var generator = SeededGenerator(seed: 7)
    func random(_ depth: Int) -> JSON {
      switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
      case 0: return .null
      case 1: return .bool(Bool.random(using: &generator))
      case 2: return .integer(Int.random(in: .min ... .max, using: &generator))
      case 3:
        let bits = UInt64.random(in: 0 ... .max, using: &generator)
        return JSON.double(Double(bitPattern: bits)) ?? .null
      case 4:
        let scalars = (0..<Int.random(in: 0..<40, using: &generator)).compactMap { _ in
          Unicode.Scalar(
            UInt32.random(
              in: 0..<(Bool.random(using: &generator) ? 0x80 : 0x11_0000), using: &generator))
        }
        return .string(String(String.UnicodeScalarView(scalars)))
      case 5:
        return .array((0..<Int.random(in: 0..<5, using: &generator)).map { _ in random(depth - 1) })
      default:
        let count = Int.random(in: 0..<40, using: &generator)
        return .object((0..<count).map { ("k\($0)\u{1F600}\"\\", random(depth - 1)) })
      }
    }
    for _ in 0..<300 {
      let value = random(4)
      #expect(try JSON.parse(value.serialized()) == value)
    }
  }

  @Test func `the writer escapes, separates and refuses what is not finite`() throws {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("a\"\\\u{8}\u{C}\n\r\t\u{1}\u{7F}é")
    writer.beginArray()
    writer.integer(UInt64.max)
    try writer.double(0.1)
    writer.floatOrNull(0.1)
    writer.doubleOrNull(.nan)
    writer.floatOrNull(.infinity)
    writer.bool(true)
    writer.raw(Array("{}".utf8))
    writer.endArray()
    writer.key("b")
    writer.null()
    writer.endObject()
    #expect(throws: JSONError.self) { try writer.double(.infinity) }
    writer.endLine()
    writer.string("x")
    let expected =
      #"{"a\"\\\b\f\n\r\t\u0001\u007fé":[18446744073709551615,0.1,0.1,null,null,true,{}],"b":null}"#
      + "\n\"x\""
    #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
  }

  @Test func `damaged JSON never traps, and what is accepted is stable`() throws {
    let seed = UInt64(20_261_121)
    let runs = getenv("KNOWLEDGE_LONG") != nil ? 1_000_000 : 20_000
    print("JSON mutation seed \(seed), \(runs) runs")
    var generator = SeededGenerator(seed: seed)
    let samples = [
      #"{"id": 17, "title": "Größe \u00e9\ud83d\ude00", "tags": ["a", "b"], "n": -1.5e-7, "x": null}"#,
      #"[[[]], {"a": {"b": [true, false]}}, "\\\"", 0, 1e5, "  "]"#,
    ].map { Array($0.utf8) }
    var accepted = 0
    for run in 0..<runs {
      var bytes = samples[run % samples.count]
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2:
          bytes.insert(Array("\"\\{}[],:0-eu ".utf8).randomElement(using: &generator)!, at: place)
        default: bytes.removeLast(bytes.count - place)
        }
        if bytes.isEmpty { break }
      }
      if let value = try? JSON.parse(bytes) {
        accepted += 1
        #expect(try JSON.parse(value.serialized()) == value)
      }
    }
    #expect(accepted > runs / 40 && accepted < runs * 19 / 20)
  }
}

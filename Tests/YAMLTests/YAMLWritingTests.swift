import Platform
import Testing
import YAML

@Suite struct YAMLWritingTests {
  @Test func `a document is written as people write it`() throws {
    let json = try JSON.parse(
      #"""
      {"business": {"name": "Larkfell", "phone": "+353 1", "open": true, "rate": 1.50, "none": null},
       "stages": [{"name": "Greeting", "prompt": "Say hello.\n\n  Then: ask\n", "tags": []},
        ["a", ["b", "no"], {}], "x: y", "it's, fine (really)"], "": "#5"}
      """#)
    let text = """
      business:
        name: Larkfell
        phone: "+353 1"
        open: true
        rate: 1.50
        none: null
      stages:
        - name: Greeting
          prompt: |
            Say hello.

              Then: ask
          tags: []
        - - a
          - - b
            - "no"
          - {}
        - "x: y"
        - it's, fine (really)
      "": "#5"

      """
    #expect(YAML.write(json) == text)
    #expect(try YAML.parse(Array(text.utf8)) == json)
  }

  @Test(arguments: [
    "", " ", "a ", " a", "a\n", "\n", "\n\n", "a\n\n", "\na", " a\nb", "a\n b\n", "a\n  ",
    "a\n\n  \nb",
    "a\tb", "\ta\nb", "a\r\nb", "- a", "a: b", "a:b", "a:", "a #b", "#a", "a#b", "null", "True",
    "NO",
    "1", "1e5", "0x1F", ".5", "~", "é", "e\u{301}", "👍", "\u{85}", "a\u{2028}b\nc", "\u{FEFF}",
    "\0",
    "\u{7F}", "\u{9F}", "\u{FFFE}", "\u{10FFFF}", "\"", "\\", "'", "a'b", "{a}", "[a", "*a", "&a",
    "!a",
    "|", ">", "%a", "@a", "`a", "---", "...", "--- a\nb", "# a\nb", "? a", "a,b", "<<", "a\u{A0}",
    "ª",
  ]) func `any text comes back as it was`(text: String) throws {
    let value = JSON.string(text)
    for json in [
      value, .array([value, value]), .object([(key: text, value: value)]),
      .array([.array([value]), .object([(key: "k", value: value), (key: text, value: .null)])]),
    ] {
      let written = YAML.write(json)
      #expect(try YAML.parse(Array(written.utf8)) == json, "\(written)")
    }
  }

  @Test func `any value comes back as it was`() throws {
    var random = SeededGenerator(seed: 9)
    let pieces = [
      "a", "B", " ", "\n", ":", "#", "-", "1", "é", "\t", "\"", "'", "\\", "\u{85}", "{", "true",
    ]
    func text() -> String {
      let count = Int.random(in: 0...8, using: &random)
      return (0..<count).map { _ in pieces.randomElement(using: &random)! }.joined()
    }
    func value(_ depth: Int) -> JSON {
      switch Int.random(in: 0..<(depth > 3 ? 5 : 8), using: &random) {
      case 0: return .null
      case 1: return .bool(Bool.random(using: &random))
      case 2: return .number(["0", "-0.50", "1e400", "17"].randomElement(using: &random)!)
      case 3, 4: return .string(text())
      case 5:
        return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth + 1) })
      default:
        var seen: Set<ByteText> = []
        let keys = (0..<3).map { _ in text() }.filter { seen.insert(ByteText($0)).inserted }
        return .object(keys.map { (key: $0, value: value(depth + 1)) })
      }
    }
    for _ in 0..<1_500 {
      let json = value(0)
      let written = YAML.write(json)
      #expect(try YAML.parse(Array(written.utf8)) == json, "\(written)")
    }
    let long = JSON.object([(key: String(repeating: "é ", count: 2_000), value: .array([.null]))])
    #expect(try YAML.parse(Array(YAML.write(long).utf8)) == long)
  }
}

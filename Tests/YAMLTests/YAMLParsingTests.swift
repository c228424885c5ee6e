import Platform
import Testing
import YAML

@Suite struct YAMLParsingTests {
  static func json(_ yaml: String) throws -> String {
    try YAML.parse(Array(yaml.utf8)).description
  }

  static func error(_ yaml: String) -> YAMLError? {
    do {
      _ = try YAML.parse(Array(yaml.utf8))
      return nil
    } catch { return error }
  }

  @Test(arguments: [
    ("a: no\nb: yes\nc: on\nd: Off\ne: n", #"{"a":"no","b":"yes","c":"on","d":"Off","e":"n"}"#),
    ("[true, False, TRUE, tRue]", #"[true,false,true,"tRue"]"#),
    ("[null, ~, Null, nUll, '', ]", #"[null,null,null,"nUll",""]"#), ("a:", #"{"a":null}"#),
    ("[1, -2, +3, 007, -0, 0o17, 0x1F, 1_000]", #"[1,-2,3,7,-0,15,31,"1_000"]"#),
    (
      "[1.50, .5, 5., -1e3, 1E400, 1e, .e1, 1.2.3]",
      #"[1.50,0.5,5.0,-1e3,1E400,"1e",".e1","1.2.3"]"#
    ),
    ("['1', \"true\", !!str 5, !!int '5', ! 7]", #"["1","true","5",5,"7"]"#),
    ("12:30:45", #""12:30:45""#), ("2026-11-22", #""2026-11-22""#), ("0xZ", #""0xZ""#),
    ("a: |\n  one\n  two\n\nb: >-\n  one\n  two", #"{"a":"one\ntwo\n","b":"one two"}"#),
    ("a: &x {k: [1]}\nb: *x\nc: [*x]", #"{"a":{"k":[1]},"b":{"k":[1]},"c":[{"k":[1]}]}"#),
    ("&k key: &v value\n*k : 1\n", ""), ("1: a\ntrue: b\n~: c", #"{"1":"a","true":"b","~":"c"}"#),
    ("\"\\u00e9\\n\": \"\\x41\"", #"{"é\n":"A"}"#), ("", "null"), ("# nothing\n", "null"),
    ("--- \na: 1\n...\n", #"{"a":1}"#), ("\u{FEFF}a: 1", #"{"a":1}"#),
    ("{\"a\": [1, {\"b\": null}]}", #"{"a":[1,{"b":null}]}"#), ("a: \"x\0y\"", ""),
    ("- [{}, []]\n- - 1\n  - k: 2\n    l: 3", #"[[{},[]],[1,{"k":2,"l":3}]]"#),
  ]) func `documents mean what the core schema says`(yaml: String, json: String) throws {
    guard !json.isEmpty else {
      #expect(Self.error(yaml) != nil)
      return
    }
    #expect(try Self.json(yaml) == json)
  }

  @Test(arguments: [
    ("a: 1\nb: 2\na: 3", 3, 1, "\"a\" occurs twice"), ("a: !!set {x}", 1, 4, "!!set"),
    ("a: !mine 1", 1, 4, "the tag !mine"), ("a: !!int x", 1, 4, "is no int"),
    ("a: .inf", 1, 4, "quotes"), ("? [1]\n: 2", 1, 3, "key"), ("a: *x", 1, 4, "no anchor &x"),
    ("&a [*a]", 1, 5, "within"), ("<<: {a: 1}", 1, 1, "merge"), ("a: 1\n---\nb: 2", 2, 1, "second"),
    ("a: [1, 2", 2, 1, "sequence of line 1, column 4"), ("a: 1\n b: 2", 2, 3, "mapping"),
    ("\tx: 1", 1, 1, "token"),
    ("a: 0xFFFFFFFFFFFFFFFFF", 1, 4, "too large"), ("a: 'x", 1, 6, "quoted"),
    ("a: &k [1]\n*k : 2", 2, 1, "no text"), ("&k a: 1\n*k : 2", 2, 1, "occurs twice"),
  ]) func `what is refused is named with its place`(
    yaml: String, line: Int, column: Int, part: String
  ) throws {
    let found = try #require(Self.error(yaml))
    #expect((found.line, found.column) == (line, column), "\(found)")
    #expect(found.message.contains(part), "\(found)")
  }

  @Test func `bombs of aliases and levels are refused before they are built`() throws {
    var bomb = "l0: &l0 [x,x,x,x,x,x,x,x,x,x]\n"
    for level in 1...12 {
      let uses = Array(repeating: "*l\(level - 1)", count: 10).joined(separator: ",")
      bomb += "l\(level): &l\(level) [\(uses)]\n"
    }
    #expect(Self.error(bomb)?.line == 6)
    let text = String(repeating: "x", count: 1 << 20)
    #expect(Self.error("a: &a \(text)\nb: [" + String(repeating: "*a, ", count: 20) + "]") != nil)
    let deep = String(repeating: "[", count: YAML.Limit.depth)
    #expect(Self.error(deep + String(repeating: "]", count: YAML.Limit.depth)) == nil)
    #expect(Self.error("[" + deep)?.message.contains("deeper") == true)
    let chain = (1...70).map { "- &l\($0) [*l\($0 - 1)]\n" }.joined()
    #expect(Self.error("- &l0 []\n" + chain)?.line == 64)
    #expect(Self.error(String(repeating: "#", count: YAML.Limit.byteCount + 1)) != nil)
  }

  @Test func `bytes that are no text are refused with their place`() {
    do {
      _ = try YAML.parse(Array("a: 1\nb: é".utf8).dropLast() + [0x21])
      Issue.record("accepted")
    } catch {
      #expect("\(error)" == "line 2, column 4: byte 8 is not UTF-8: save the file as UTF-8")
    }
  }

  @Test func `whatever is JSON is read, and a key that occurs twice is refused`() throws {
    let long = String(repeating: "k", count: 2_000)
    for json in [
      #"{"a":1,"b":"\/","c":[{"d":"http://x"}]}"#, #" ["\ud83d\ude00", 1e400]"#,
      "{\n\t\"\(long)\": [\n\t\t1.50]\n}", "[\"\u{7F}\"]",
    ] {
      #expect(try YAML.parse(Array(json.utf8)) == JSON.parse(json))
    }
    #expect(Self.error(#"{"a": 1, "a": 2}"#)?.message.contains("twice") == true)
    #expect(Self.error(#"{"a": "\ud83d\ude00"#)?.line == 1)
  }

  @Test func `any bytes come to a value or an error`() {
    var random = SeededGenerator(seed: 5)
    let pieces = [
      "a", "b: ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "&x ", "*x", "!!str ", "|", ">", "'",
      "\"", "#", "? ", ": ", "%", "@", "---\n", "...\n", "\t", "\\", "0x1", "~", "é",
    ]
    var values = 0
    for _ in 0..<4_000 {
      let count = Int.random(in: 1...14, using: &random)
      let text = (0..<count).map { _ in pieces.randomElement(using: &random)! }.joined()
      if Self.error(text) == nil { values += 1 }
    }
    #expect(values > 100)
    for _ in 0..<1_000 {
      _ = try? YAML.parse((0..<20).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
  }
}

import Platform
import Testing

@Suite struct JSONSchemaTests {
  static func violations(_ schema: String, _ value: String) throws -> [String] {
    let schema = try JSONSchema(JSON.parse(schema))
    return schema.violations(of: try JSON.parse(value)).map { "\($0.path)|\($0.rule)" }
  }

  /// A schema, values that fit, and values that do not, each with the place and rule it breaks.
  struct Case: Sendable {
    var schema: String
    var good: [String]
    var bad: [(value: String, violations: [String])]
  }

  static let cases = [
    Case(
      schema: #"{"type": "integer"}"#, good: ["1", "-3", "1.0", "1e2", "0.0"],
      bad: [("1.5", ["|type"]), ("\"1\"", ["|type"]), ("1e-1", ["|type"]), ("null", ["|type"])]),
    Case(
      schema: #"{"type": ["string", "null"]}"#, good: ["null", "\"\""], bad: [("false", ["|type"])]),
    Case(
      schema: #"{"required": ["a", "b"], "properties": {"a": {"type": "string"}}}"#,
      good: [#"{"a": "", "b": 1, "c": 2}"#, "1"],
      bad: [("{\"a\": 1}", ["b|required", "a|type"])]),
    Case(
      schema:
        #"{"properties": {"a": true}, "patternProperties": {"^x-": {"type": "number"}}, "additionalProperties": false}"#,
      good: [#"{"a": 1, "x-1": 2}"#],
      bad: [("{\"b.c\": 1, \"x-\": \"\"}", ["[\"b.c\"]|additionalProperties", "x-|type"])]),
    Case(
      schema:
        #"{"additionalProperties": {"type": "null"}, "minProperties": 1, "maxProperties": 2}"#,
      good: [#"{"a": null}"#],
      bad: [
        ("{}", ["|minProperties"]), (#"{"a":1,"b":null,"c":null}"#, ["|maxProperties", "a|type"]),
      ]
    ),
    Case(
      schema:
        #"{"prefixItems": [{"type": "string"}], "items": {"type": "number"}, "minItems": 2, "maxItems": 3}"#,
      good: [#"["a", 1]"#, #"["a", 1, 2]"#],
      bad: [("[]", ["|minItems"]), (#"[1, "a", 1, 1]"#, ["|maxItems", "[0]|type", "[1]|type"])]),
    Case(
      schema: #"{"uniqueItems": true}"#, good: ["[1, \"1\", [1], {\"a\": 1}, null]"],
      bad: [
        ("[1, 2, 1.0]", ["[2]|uniqueItems"]),
        (#"[{"a":1,"b":2},{"b":2e0,"a":1}]"#, ["[1]|uniqueItems"]),
      ]
    ),
    Case(
      schema: #"{"enum": ["red", 5, null, {"a": [1]}]}"#, good: ["\"red\"", "5.0", "{\"a\":[1]}"],
      bad: [("\"Red\"", ["|enum"]), ("false", ["|enum"])]),
    Case(
      schema: #"{"const": {"a": 1, "b": 2}}"#, good: [#"{"b": 2, "a": 1}"#],
      bad: [("1", ["|const"])]),
    Case(
      schema: #"{"minimum": 0, "exclusiveMaximum": 10}"#, good: ["0", "-0", "9.999", "\"x\""],
      bad: [
        ("-1e-400", ["|minimum"]), ("10", ["|exclusiveMaximum"]),
        ("1e999999999999", ["|exclusiveMaximum"]),
      ]
    ),
    Case(
      schema: #"{"exclusiveMinimum": -2, "maximum": 9007199254740993}"#,
      good: ["-1.9", "9007199254740993"],
      bad: [("-2.0", ["|exclusiveMinimum"]), ("9007199254740993.1", ["|maximum"])]),
    Case(
      schema: #"{"multipleOf": 0.01}"#, good: ["19.99", "0", "-3", "1e300"],
      bad: [("0.001", ["|multipleOf"]), ("1.005", ["|multipleOf"])]),
    Case(
      schema: #"{"multipleOf": 7e-1}"#, good: ["1.4", "7e200", "49"], bad: [("1", ["|multipleOf"])]),
    Case(
      schema: #"{"minLength": 2, "maxLength": 3}"#, good: ["\"👍👍\"", "\"e\u{301}x\""],
      bad: [("\"é\"", ["|minLength"]), ("\"abcd\"", ["|maxLength"])]),
    Case(
      schema: #"{"pattern": "^[A-Z]-[0-9]{4}$"}"#, good: ["\"A-1042\"", "7"],
      bad: [("\"A-104\"", ["|pattern"]), ("\"xA-1042\"", ["|pattern"])]),
    Case(
      schema: #"{"anyOf": [{"type": "string"}, {"minimum": 5}]}"#, good: ["\"\"", "5", "null"],
      bad: [("4", ["|anyOf"])]),
    Case(
      schema: #"{"oneOf": [{"multipleOf": 2}, {"multipleOf": 3}]}"#, good: ["2", "9"],
      bad: [("6", ["|oneOf"]), ("5", ["|oneOf"])]),
    Case(
      schema: #"{"allOf": [{"minimum": 1}, {"not": {"const": 3}}]}"#, good: ["2"],
      bad: [("0", ["|minimum"]), ("3.0", ["|not"])]),
    Case(
      schema: ##"{"$defs": {"a/b": {"type": "string"}}, "items": {"$ref": "#/$defs/a~1b"}}"##,
      good: ["[\"x\"]"], bad: [("[\"x\", 1]", ["[1]|type"])]),
    Case(
      schema: ##"{"type": "object", "properties": {"next": {"$ref": "#"}}}"##,
      good: [#"{"next": {"next": {}}}"#], bad: [(#"{"next": {"next": 1}}"#, ["next.next|type"])]),
    Case(schema: "false", good: [], bad: [("1", ["|false"])]),
    Case(schema: "{}", good: ["1", "{}"], bad: []),
  ]

  @Test(arguments: cases) func `values fit or break the rules that they break`(_ test: Case) throws
  {
    for value in test.good { #expect(try Self.violations(test.schema, value) == [], "\(value)") }
    for (value, violations) in test.bad {
      #expect(try Self.violations(test.schema, value) == violations, "\(value)")
    }
  }

  @Test(arguments: [
    (#"{"minLenght": 1}"#, "minLenght", "did you mean minLength?"),
    (#"{"properties": {"zip": {"zipfmt": "x"}}}"#, "properties.zip.zipfmt", "remove it"),
    (#"{"items": [{}]}"#, "items", "prefixItems"), (#"{"type": "int"}"#, "type", "integer"),
    (##"{"$ref": "#/$defs/a"}"##, "$ref", "no schema stands at #/$defs/a"),
    (##"{"$ref": "http://x"}"##, "", "this document"),
    (#"{"format": "hostname"}"#, "format", "pattern"), (#"{"required": "a"}"#, "required", "names"),
    (#"{"pattern": "(?=a)"}"#, "pattern", "column 3"),
    (#"{"minItems": -1}"#, "minItems", "0 or more"),
    (#"{"minItems": 2, "maxItems": 1}"#, "maxItems", "less"), (#"{"anyOf": []}"#, "anyOf", "one"),
    (#"{"multipleOf": 0}"#, "multipleOf", "above 0"),
    (#"{"properties": []}"#, "properties", "object"),
    (#"{"not": 3}"#, "not", "number"), ("3", "", "number"), (#"{"enum": []}"#, "enum", "one value"),
  ]) func `a schema that cannot be kept is refused with its place`(
    schema: String, path: String, part: String
  ) throws {
    let json = try JSON.parse(schema)
    do {
      _ = try JSONSchema(json)
      Issue.record("accepted")
    } catch {
      #expect(path.hasPrefix("[") || error.path.hasPrefix(path))
      #expect("\(error)".contains(part))
    }
  }

  @Test(arguments: [
    (
      SchemaFormat.date, ["2024-02-29", "2000-02-29", "2026-12-31"],
      ["2023-02-29", "1900-02-29", "2026-13-01", "2026-1-01", "2026-04-31", "", "2026-12-31x"]
    ),
    (
      .dateTime,
      ["2026-11-22T14:05:00Z", "2026-11-22t14:05:60.123+05:30", "2026-11-22T00:00:00-00:00"],
      [
        "2026-11-22", "2026-11-22T14:05:00", "2026-11-22T24:00:00Z", "2026-11-22T14:05:00.Z",
        "2026-11-22T14:05:00+5:30", "2026-11-22 14:05:00Z", "2026-11-22T14:05:00Zé",
      ]
    ),
    (
      .email, ["a@b.ie", "maeve.o'byrne+x@mail.example.com", "jörg@müller.de"],
      ["a", "a@b", "a@@b.c", "@b.c", "a b@c.d", ".a@b.c", "a@-b.c", "a@b..c", "a@b.c\n"]
    ),
    (
      .uri, ["https://x.example/a?b=%20#c", "mailto:a@b.c", "urn:x"],
      ["x.example", "https://x y", "http://[é]", "a:%2", "1a:b", ":b", "a:", "<a:b>"]
    ),
    (
      .uuid, ["123e4567-e89b-12d3-a456-426614174000"],
      ["123e4567e89b12d3a456426614174000", "x", "123e4567-e89b-12d3-a456-42661417400g"]
    ),
  ]) func `formats are checked`(format: SchemaFormat, good: [String], bad: [String]) {
    for text in good { #expect(format.fits(text), "\(text)") }
    for text in bad { #expect(!format.fits(text), "\(text)") }
  }

  @Test func `at most twenty violations are told, with the value cut`() throws {
    let schema = try JSONSchema(JSON.parse(#"{"items": {"type": "null"}}"#))
    let long = JSON.string(String(repeating: "x", count: 1_000))
    let violations = schema.violations(of: .array(Array(repeating: long, count: 30)))
    #expect(violations.count == JSONSchema.violationLimit)
    #expect(violations.allSatisfy { $0.message.utf8.count < 120 })
    #expect(violations.last?.path == "[19]")
  }

  @Test func `schemas without an end and without measure come to an end`() throws {
    let loop = try JSONSchema(JSON.parse(##"{"$ref": "#"}"##))
    #expect(loop.violations(of: .null).map(\.rule) == ["depth"])
    let inner = try JSONSchema(JSON.parse(##"{"not": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}}"##))
    #expect(inner.violations(of: .null, stepLimit: 5_000).first?.rule == "depth")
    // Each level asks the next one twice: 2^30 visits.
    let levels = (0..<30).map {
      ##""l\##($0)": {"anyOf": [{"$ref": "#/$defs/l\##($0 + 1)"}, {"$ref": "#/$defs/l\##($0 + 1)"}]}"##
    }
    let text =
      ##"{"$ref": "#/$defs/l0", "$defs": {"l30": false, \##(levels.joined(separator: ","))}}"##
    let wide = try JSONSchema(JSON.parse(text))
    #expect(wide.violations(of: .null, stepLimit: 5_000).first?.rule == "steps")
    let nested =
      String(repeating: #"{"not":"#, count: 70) + "{}" + String(repeating: "}", count: 70)
    let deep = try JSON.parse(nested, limits: JSONLimits(depth: 512))
    #expect(throws: SchemaError.self) { try JSONSchema(deep) }
  }

  @Test func `any schema and any value come to an answer`() throws {
    var random = SeededGenerator(seed: 11)
    let names = [
      "type", "properties", "required", "items", "prefixItems", "enum", "const", "minimum",
      "multipleOf", "minLength", "pattern", "format", "anyOf", "oneOf", "not", "$ref", "$defs", "a",
    ]
    func value(_ depth: Int) -> JSON {
      switch Int.random(in: 0..<(depth > 3 ? 5 : 8), using: &random) {
      case 0: .null
      case 1: .bool(Bool.random(using: &random))
      case 2: .number(["0", "-1", "1.5", "1e9", "7"].randomElement(using: &random)!)
      case 3:
        .string(
          ["#", "string", "object", "a", "^a*", "#/a", "date"].randomElement(using: &random)!)
      case 4: .array([])
      case 5: .array((0..<3).map { _ in value(depth + 1) })
      default:
        .object(
          (0..<3).map { _ in (key: names.randomElement(using: &random)!, value: value(depth + 1)) })
      }
    }
    var read = 0
    for _ in 0..<3_000 {
      guard let schema = try? JSONSchema(value(0)) else { continue }
      read += 1
      for _ in 0..<3 {
        #expect(
          schema.violations(of: value(0), stepLimit: 2_000).count <= JSONSchema.violationLimit)
      }
    }
    #expect(read > 100)
  }
}

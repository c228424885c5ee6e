/// Reads a schema's document into its nodes.
struct SchemaReader {
  private var nodes: [SchemaNode] = []
  /// The node of each place in the document, as a JSON pointer.
  private var places: [ByteText: Int] = [:]
  private var references: [(node: Int, pointer: String, path: JSONPath)] = []

  private static let annotations = [
    "$schema", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly",
    "writeOnly",
  ]

  private static let keywords =
    annotations + [
      "$defs", "$ref", "additionalProperties", "allOf", "anyOf", "const", "definitions", "enum",
      "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maxLength",
      "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf",
      "not", "oneOf", "pattern", "patternProperties", "prefixItems", "properties", "required",
      "type", "uniqueItems",
    ]

  /// Where a schema stands.
  private struct Place {
    var path = JSONPath.root
    var pointer = ""
    var depth = 0

    func member(_ key: String) -> Place {
      let token = key.unicodeScalars.map { scalar in
        scalar == "~" ? "~0" : scalar == "/" ? "~1" : String(scalar)
      }.joined()
      return Place(path: path.member(key), pointer: "\(pointer)/\(token)", depth: depth)
    }

    func element(_ index: Int) -> Place {
      Place(path: path.element(index), pointer: "\(pointer)/\(index)", depth: depth)
    }
  }

  mutating func read(_ json: JSON) throws(SchemaError) -> [SchemaNode] {
    _ = try schema(json, Place())
    for reference in references {
      guard let target = places[ByteText(reference.pointer)] else {
        throw SchemaError(
          path: reference.path.description,
          message: "no schema stands at #\(reference.pointer) of this document")
      }
      nodes[reference.node].reference = target
    }
    return nodes
  }

  private mutating func schema(_ json: JSON, _ place: Place) throws(SchemaError) -> Int {
    guard place.depth <= JSONSchema.depthLimit else {
      throw error(place, "more than \(JSONSchema.depthLimit) schemas within each other")
    }
    guard nodes.count < JSONSchema.nodeLimit else {
      throw error(place, "more than \(JSONSchema.nodeLimit) schemas in one document")
    }
    let index = nodes.count
    nodes.append(SchemaNode())
    places[ByteText(place.pointer)] = index
    if let flag = json.bool {
      nodes[index].isNever = !flag
      return index
    }
    guard let members = json.object else {
      throw error(place, "a schema is an object, true or false, not \(json.kind)")
    }
    var node = SchemaNode()
    for (key, value) in members {
      var inner = place.member(key)
      inner.depth += 1
      try keyword(key, value, inner, node: &node, index: index)
    }
    nodes[index] = node
    return index
  }

  private func error(_ place: Place, _ message: String) -> SchemaError {
    SchemaError(path: place.path.description, message: message)
  }

  private mutating func keyword(
    _ key: String, _ value: JSON, _ place: Place, node: inout SchemaNode, index: Int
  ) throws(SchemaError) {
    switch key {
    case _ where Self.annotations.contains(key): break
    case "$defs", "definitions": _ = try schemas(value, place)
    case "$ref":
      guard let text = value.string, text.hasPrefix("#"), text == "#" || text.hasPrefix("#/") else {
        throw error(place, "must be a place in this document, such as \"#/$defs/address\"")
      }
      references.append((index, Self.decoded(String(text.dropFirst())), place.path))
    case "type": node.types = try types(value, place)
    case "enum":
      guard let values = value.array, !values.isEmpty else {
        throw error(place, "must be an array of one value or more")
      }
      node.allowed = Set(values.map { ByteText($0.canonicalText) })
      node.allowedText = values.prefix(20).map(\.description).joined(separator: ", ")
    case "const": node.constant = (ByteText(value.canonicalText), value.description)
    case "allOf": node.allOf = try list(value, place)
    case "anyOf": node.anyOf = try list(value, place)
    case "oneOf": node.oneOf = try list(value, place)
    case "not": node.not = try schema(value, place)
    case _ where Self.keywords.contains(key):
      if try objectKeyword(key, value, place, node: &node) { return }
      if try arrayKeyword(key, value, place, node: &node) { return }
      try scalarKeyword(key, value, place, node: &node)
    default:
      let nearest = NearestName.of(key, among: Self.keywords)
      throw error(
        place,
        "unknown keyword; "
          + (nearest.map { "did you mean \($0)?" }
            ?? "a rule that is not known would not be checked: remove it, or put notes in $comment")
      )
    }
  }

  /// Whether the keyword is one of objects.
  private mutating func objectKeyword(
    _ key: String, _ value: JSON, _ place: Place, node: inout SchemaNode
  ) throws(SchemaError) -> Bool {
    switch key {
    case "properties":
      for (name, index) in try schemas(value, place) { node.properties[ByteText(name)] = index }
    case "patternProperties":
      for (source, index) in try schemas(value, place) {
        node.patternProperties.append((try pattern(source, place.member(source)), index))
      }
    case "additionalProperties": node.additionalProperties = try schema(value, place)
    case "required":
      guard let names = value.array?.map(\.string), !names.contains(nil) else {
        throw error(place, "must be an array of names")
      }
      node.required = names.compactMap { $0 }
    case "minProperties": node.propertyCount = try least(node.propertyCount, value, place)
    case "maxProperties": node.propertyCount = try most(node.propertyCount, value, place)
    default: return false
    }
    return true
  }

  /// Whether the keyword is one of arrays.
  private mutating func arrayKeyword(
    _ key: String, _ value: JSON, _ place: Place, node: inout SchemaNode
  ) throws(SchemaError) -> Bool {
    switch key {
    case "items":
      if value.array != nil { throw error(place, "is a list: write prefixItems") }
      node.items = try schema(value, place)
    case "prefixItems": node.prefixItems = try list(value, place)
    case "minItems": node.itemCount = try least(node.itemCount, value, place)
    case "maxItems": node.itemCount = try most(node.itemCount, value, place)
    case "uniqueItems":
      guard let flag = value.bool else { throw error(place, "must be true or false") }
      node.areItemsUnique = flag
    default: return false
    }
    return true
  }

  private func scalarKeyword(
    _ key: String, _ value: JSON, _ place: Place, node: inout SchemaNode
  ) throws(SchemaError) {
    switch key {
    case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
      guard let text = value.numberText, let number = DecimalNumber(text) else {
        throw error(place, "must be a number")
      }
      node.bounds.append((key, number, text))
    case "multipleOf":
      guard let text = value.numberText, let number = DecimalNumber(text), !number.isNegative,
        (1...18).contains(number.digits.count)
      else { throw error(place, "must be a number above 0 of at most 18 digits") }
      node.multipleOf = (number, text)
    case "minLength": node.length = try least(node.length, value, place)
    case "maxLength": node.length = try most(node.length, value, place)
    case "pattern":
      guard let source = value.string else { throw error(place, "must be a string") }
      node.pattern = (try pattern(source, place), source)
    default:
      guard let format = value.string.flatMap(SchemaFormat.init) else {
        let known = SchemaFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw error(place, "must be one of \(known); for others use pattern")
      }
      node.format = format
    }
  }

  // MARK: Values of keywords

  private func types(_ value: JSON, _ place: Place) throws(SchemaError) -> [SchemaType] {
    let names = value.array ?? [value]
    let types = names.compactMap { $0.string.flatMap(SchemaType.init) }
    guard !names.isEmpty, types.count == names.count else {
      let known = SchemaType.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(place, "must be one of \(known), or a list of them")
    }
    return types
  }

  private mutating func schemas(
    _ value: JSON, _ place: Place
  ) throws(SchemaError) -> [(String, Int)] {
    guard let members = value.object else { throw error(place, "must be an object of schemas") }
    var result: [(String, Int)] = []
    for (name, value) in members { result.append((name, try schema(value, place.member(name)))) }
    return result
  }

  private mutating func list(_ value: JSON, _ place: Place) throws(SchemaError) -> [Int] {
    guard let values = value.array, !values.isEmpty else {
      throw error(place, "must be an array of one schema or more")
    }
    var result: [Int] = []
    for (index, value) in values.enumerated() {
      result.append(try schema(value, place.element(index)))
    }
    return result
  }

  private func pattern(_ source: String, _ place: Place) throws(SchemaError) -> SchemaPattern {
    do { return try SchemaPattern(source) } catch { throw self.error(place, "\(error)") }
  }

  private func count(_ value: JSON, _ place: Place) throws(SchemaError) -> Int {
    guard let count = value.int, count >= 0 else {
      throw error(place, "must be a whole number of 0 or more")
    }
    return count
  }

  private func least(
    _ range: ClosedRange<Int>, _ value: JSON, _ place: Place
  ) throws(SchemaError) -> ClosedRange<Int> {
    let count = try count(value, place)
    guard count <= range.upperBound else { throw error(place, "is more than the most") }
    return count...range.upperBound
  }

  private func most(
    _ range: ClosedRange<Int>, _ value: JSON, _ place: Place
  ) throws(SchemaError) -> ClosedRange<Int> {
    let count = try count(value, place)
    guard count >= range.lowerBound else { throw error(place, "is less than the least") }
    return range.lowerBound...count
  }

  /// A pointer out of a URI's fragment: `%7E1` is `~1`.
  private static func decoded(_ fragment: String) -> String {
    let bytes = Array(fragment.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let byte = UInt8(
          String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
      {
        result.append(byte)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

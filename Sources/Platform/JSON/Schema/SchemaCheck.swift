/// One validation: every schema that applies is visited with its value.
struct SchemaCheck {
  private let nodes: [SchemaNode]
  private var stepsLeft: Int
  private var depth = 0
  private(set) var violations: [SchemaViolation] = []

  init(nodes: [SchemaNode], stepsLeft: Int) {
    self.nodes = nodes
    self.stepsLeft = stepsLeft
  }

  /// Whether nothing more is to be told.
  private var isFull: Bool { violations.count >= JSONSchema.violationLimit || stepsLeft < 0 }

  private mutating func fail(_ path: JSONPath, _ rule: String, _ message: String) {
    guard violations.count < JSONSchema.violationLimit else { return }
    violations.append(SchemaViolation(path: path.description, rule: rule, message: message))
  }

  mutating func visit(_ index: Int, _ value: JSON, at path: JSONPath) {
    guard !isFull else { return }
    stepsLeft -= 1
    guard stepsLeft >= 0 else {
      return fail(path, "steps", "has more values than can be checked against this schema")
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= 2 * JSONSchema.depthLimit else {
      return fail(path, "depth", "is nested too deep, or the schema refers to itself without end")
    }
    let node = nodes[index]
    if node.isNever { return fail(path, "false", "must not be there") }
    if let types = node.types, !types.contains(where: { $0.fits(value) }) {
      let names = types.map(\.rawValue).joined(separator: " or ")
      return fail(path, "type", "must be \(names), not \(Self.short(value))")
    }
    if node.allowed != nil || node.constant != nil { listed(node, value, path) }
    switch value {
    case .object(let members): object(node, members, path)
    case .array(let elements): array(node, elements, path)
    case .string(let text): string(node, text, path)
    case .number(let text): number(node, text, path)
    case .null, .bool: break
    }
    if let reference = node.reference { visit(reference, value, at: path) }
    for inner in node.allOf { visit(inner, value, at: path) }
    alternatives(node, value, path)
  }

  private mutating func listed(_ node: SchemaNode, _ value: JSON, _ path: JSONPath) {
    let text = ByteText(value.canonicalText)
    if let constant = node.constant, constant.0 != text {
      fail(path, "const", "must be \(constant.text), not \(Self.short(value))")
    }
    if let allowed = node.allowed, !allowed.contains(text) {
      fail(path, "enum", "must be one of \(node.allowedText), not \(Self.short(value))")
    }
  }

  private mutating func object(
    _ node: SchemaNode, _ members: [(key: String, value: JSON)], _ path: JSONPath
  ) {
    if !node.required.isEmpty {
      let names = Set(members.map { ByteText($0.key) })
      for name in node.required where !names.contains(ByteText(name)) {
        fail(path.member(name), "required", "is missing")
      }
    }
    if members.count < node.propertyCount.lowerBound {
      fail(path, "minProperties", "must have \(node.propertyCount.lowerBound) members or more")
    }
    if members.count > node.propertyCount.upperBound {
      fail(path, "maxProperties", "must have \(node.propertyCount.upperBound) members or fewer")
    }
    guard
      !node.properties.isEmpty || !node.patternProperties.isEmpty
        || node.additionalProperties != nil
    else { return }
    for (key, value) in members {
      guard !isFull else { return }
      stepsLeft -= 1
      let place = path.member(key)
      var isKnown = false
      if let inner = node.properties[ByteText(key)] {
        isKnown = true
        visit(inner, value, at: place)
      }
      for (pattern, inner) in node.patternProperties where matches(pattern, key) {
        isKnown = true
        visit(inner, value, at: place)
      }
      guard !isKnown, let rest = node.additionalProperties else { continue }
      if nodes[rest].isNever {
        fail(place, "additionalProperties", "is not known to the schema: leave it out")
      } else {
        visit(rest, value, at: place)
      }
    }
  }

  private mutating func array(_ node: SchemaNode, _ elements: [JSON], _ path: JSONPath) {
    if elements.count < node.itemCount.lowerBound {
      fail(path, "minItems", "must have \(node.itemCount.lowerBound) elements or more")
    }
    if elements.count > node.itemCount.upperBound {
      fail(path, "maxItems", "must have \(node.itemCount.upperBound) elements or fewer")
    }
    if node.areItemsUnique {
      var seen: Set<ByteText> = []
      for (index, element) in elements.enumerated() {
        guard !seen.insert(ByteText(element.canonicalText)).inserted else { continue }
        fail(path.element(index), "uniqueItems", "stands in the list twice")
        break
      }
    }
    for (index, element) in elements.enumerated() {
      guard !isFull else { return }
      let inner = index < node.prefixItems.count ? node.prefixItems[index] : node.items
      guard let inner else { continue }
      visit(inner, element, at: path.element(index))
    }
  }

  private mutating func string(_ node: SchemaNode, _ text: String, _ path: JSONPath) {
    if node.length != 0...Int.max {
      let count = text.unicodeScalars.count
      if count < node.length.lowerBound {
        fail(path, "minLength", "must have \(node.length.lowerBound) characters or more")
      }
      if count > node.length.upperBound {
        fail(path, "maxLength", "must have \(node.length.upperBound) characters or fewer")
      }
    }
    if let (pattern, source) = node.pattern, !matches(pattern, text) {
      fail(path, "pattern", "must match \(source), not be \(Self.short(.string(text)))")
    }
    if let format = node.format, !format.fits(text) {
      fail(path, "format", "must be a \(format.rawValue), not \(Self.short(.string(text)))")
    }
  }

  /// Whether a text matches; the work counts as steps.
  private mutating func matches(_ pattern: SchemaPattern, _ text: String) -> Bool {
    stepsLeft -= min(text.utf8.count, SchemaPattern.textLimit) * pattern.states.count / 32
    return pattern.matches(text)
  }

  private mutating func number(_ node: SchemaNode, _ text: String, _ path: JSONPath) {
    guard !node.bounds.isEmpty || node.multipleOf != nil else { return }
    guard let number = DecimalNumber(text) else {
      return fail(path, "type", "is not a number: \(text.prefix(40))")
    }
    for (rule, limit, written) in node.bounds {
      let (holds, words) =
        switch rule {
        case "minimum": (!(number < limit), "at least")
        case "maximum": (!(limit < number), "at most")
        case "exclusiveMinimum": (limit < number, "more than")
        default: (number < limit, "less than")
        }
      if !holds { fail(path, rule, "must be \(words) \(written), not \(text.prefix(40))") }
    }
    if let (unit, written) = node.multipleOf, !number.isMultiple(of: unit) {
      fail(path, "multipleOf", "must be a multiple of \(written), not \(text.prefix(40))")
    }
  }

  private mutating func alternatives(_ node: SchemaNode, _ value: JSON, _ path: JSONPath) {
    if let anyOf = node.anyOf, !anyOf.contains(where: { fits($0, value) }) {
      fail(path, "anyOf", "fits none of the \(anyOf.count) schemas it may: \(Self.short(value))")
    }
    if let oneOf = node.oneOf {
      let count = oneOf.count { fits($0, value) }
      if count != 1 {
        fail(path, "oneOf", "must fit one of \(oneOf.count) schemas and fits \(count)")
      }
    }
    if let not = node.not, fits(not, value) {
      fail(path, "not", "is what it must not be: \(Self.short(value))")
    }
  }

  /// Whether a value fits a schema; out of steps or depth it tells of that and fits nothing.
  private mutating func fits(_ index: Int, _ value: JSON) -> Bool {
    guard !isFull else { return false }
    var trial = SchemaCheck(nodes: nodes, stepsLeft: stepsLeft)
    trial.depth = depth
    trial.visit(index, value, at: .root)
    stepsLeft = trial.stepsLeft
    for violation in trial.violations where ["steps", "depth"].contains(violation.rule) {
      fail(.root, violation.rule, violation.message)
      stepsLeft = -1
    }
    return trial.violations.isEmpty
  }

  /// A value in at most 60 characters.
  private static func short(_ value: JSON) -> String {
    switch value {
    case .string(let text) where text.count > 58: "\(JSON.string(String(text.prefix(58))))…"
    case .string, .number, .bool, .null: String("\(value)".prefix(80))
    case .array(let elements): "an array of \(elements.count)"
    case .object(let members): "an object of \(members.count) members"
    }
  }
}

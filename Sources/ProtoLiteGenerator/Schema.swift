/// What the generator knows of a `.proto` file. Field numbers below are descriptor.proto's.
struct Schema {
  struct Enumeration {
    let name: String
    let comment: String
    let values: [(name: String, number: Int, comment: String)]
  }

  struct Message {
    let name: String
    let comment: String
    let fields: [Field]
    /// Names of the oneofs that a person wrote; `Field.oneof` counts in them.
    let oneofs: [(name: String, comment: String)]
  }

  struct Field {
    enum Shape { case singular, optional, repeated, map(valueType: Scalar) }
    enum Kind {
      case scalar(Scalar)
      case message(String)
      case enumeration(String)
    }
    let name: String
    let number: Int
    let comment: String
    let shape: Shape
    let kind: Kind
    let oneof: Int?
  }

  struct Method {
    let name: String
    let comment: String
    let input: String
    let output: String
    let acceptsItems: Bool
    let returnsItems: Bool
  }

  let fileName: String
  let enumerations: [Enumeration]
  let messages: [Message]
  let methods: [Method]

  init(file: WireMessage) throws(GeneratorError) {
    fileName = file.string(1)
    guard file.string(12) == "proto3" else {
      throw GeneratorError("\(fileName): only syntax = \"proto3\" is understood")
    }
    let comments = try Comments(file)
    var enumerations: [Enumeration] = []
    for (index, item) in try file.messages(5).enumerated() {
      var values: [(name: String, number: Int, comment: String)] = []
      for (place, value) in try item.messages(2).enumerated() {
        let number = value.number(2) ?? 0
        values.append((value.string(1), number, comments.at([5, index, 2, place])))
      }
      enumerations.append(
        Enumeration(name: item.string(1), comment: comments.at([5, index]), values: values))
    }
    var messages: [Message] = []
    for (index, item) in try file.messages(4).enumerated() {
      messages.append(try Self.message(item, path: [4, index], comments))
    }
    var methods: [Method] = []
    for (index, service) in try file.messages(6).enumerated() {
      for (place, method) in try service.messages(2).enumerated() {
        methods.append(
          Method(
            name: method.string(1), comment: comments.at([6, index, 2, place]),
            input: Self.lastPart(method.string(2)), output: Self.lastPart(method.string(3)),
            acceptsItems: method.number(5) == 1,
            returnsItems: method.number(6) == 1))
      }
    }
    self.enumerations = enumerations
    self.messages = messages
    self.methods = methods
    try checkRecursion()
  }

  private static func message(
    _ item: WireMessage, path: [Int], _ comments: Comments
  ) throws(GeneratorError) -> Message {
    let name = item.string(1)
    var maps: [String: WireMessage] = [:]
    for nested in try item.messages(3) {
      guard try nested.messages(7).contains(where: { $0.number(7) == 1 }) else {
        throw GeneratorError("\(name).\(nested.string(1)): write nested messages at the top level")
      }
      maps[nested.string(1)] = nested
    }
    if try !item.messages(4).isEmpty {
      throw GeneratorError("\(name): write nested enums at the top level")
    }
    var fields: [Field] = []
    for (index, field) in try item.messages(2).enumerated() {
      fields.append(
        try Self.field(
          field, of: name, maps: maps, comment: comments.at(path + [2, index])))
    }
    fields.sort { $0.number < $1.number }
    // protoc gives every optional field a oneof of its own, after the ones that were written.
    let used = Set(fields.compactMap(\.oneof))
    var oneofs: [(name: String, comment: String)] = []
    for (index, oneof) in try item.messages(8).enumerated() where used.contains(index) {
      oneofs.append((oneof.string(1), comments.at(path + [8, index])))
    }
    return Message(name: name, comment: comments.at(path), fields: fields, oneofs: oneofs)
  }

  private static func field(
    _ field: WireMessage, of message: String, maps: [String: WireMessage], comment: String
  ) throws(GeneratorError) -> Field {
    let name = field.string(1)
    let typeName = lastPart(field.string(6))
    let isOptional = field.number(17) == 1
    var shape: Field.Shape =
      field.number(4) == 3 ? .repeated : isOptional ? .optional : .singular
    let kind: Field.Kind
    switch field.number(5) ?? 0 {
    case 11:
      kind = .message(typeName)
      if let map = maps[typeName] {
        let parts = try map.messages(2)
        guard parts.count == 2, parts[0].number(5) == 9,
          let value = parts[1].number(5).flatMap(Scalar.init(descriptorType:))
        else { throw GeneratorError("\(message).\(name): maps go from string to a scalar") }
        shape = .map(valueType: value)
      }
    case 14: kind = .enumeration(typeName)
    case let type:
      guard let scalar = Scalar(descriptorType: type) else {
        throw GeneratorError("\(message).\(name): groups are not understood")
      }
      kind = .scalar(scalar)
    }
    if case .repeated = shape {
      switch kind {
      case .message, .scalar(.string), .scalar(.bytes), .scalar(.float): break
      default:
        throw GeneratorError(
          "\(message).\(name): repeated fields hold messages, strings, bytes or floats")
      }
    }
    return Field(
      name: name, number: field.number(3) ?? 0, comment: comment, shape: shape, kind: kind,
      oneof: isOptional ? nil : field.number(9))
  }

  /// `.knowledge.v1.Entry` becomes `Entry`.
  private static func lastPart(_ name: String) -> String {
    String(name.split(separator: ".").last ?? "")
  }

  /// A Swift struct cannot hold itself; lists of itself are fine.
  private func checkRecursion() throws(GeneratorError) {
    var held: [String: [String]] = [:]
    for message in messages {
      held[message.name] = message.fields.compactMap { field in
        if case .repeated = field.shape { return nil }
        if case .message(let name) = field.kind { return name }
        return nil
      }
    }
    for message in messages {
      var seen: Set<String> = []
      var next = held[message.name] ?? []
      while let name = next.popLast() {
        if name == message.name {
          throw GeneratorError("\(name) holds itself; make the field repeated")
        }
        if seen.insert(name).inserted { next += held[name] ?? [] }
      }
    }
  }
}

/// Comments by the path of what they stand before (descriptor.proto, SourceCodeInfo).
struct Comments {
  private var found: [[Int]: String] = [:]

  init(_ file: WireMessage) throws(GeneratorError) {
    for info in try file.messages(9) {
      for location in try info.messages(1) {
        let text = location.string(3)
        if !text.isEmpty { found[try location.packedNumbers(1)] = text }
      }
    }
  }

  func at(_ path: [Int]) -> String { found[path] ?? "" }
}

/// Writes the Swift struct of one message.
struct MessageWriter {
  private let message: Schema.Message
  private let members: [Member]

  /// A stored property: a field, or a oneof with its fields.
  private enum Member {
    case field(Schema.Field)
    case oneof(name: String, comment: String, fields: [Schema.Field])
  }

  init(_ message: Schema.Message) {
    self.message = message
    var members: [Member] = []
    var oneofsSeen: Set<Int> = []
    for field in message.fields {
      guard let oneof = field.oneof else {
        members.append(.field(field))
        continue
      }
      guard oneofsSeen.insert(oneof).inserted else { continue }
      members.append(
        .oneof(
          name: message.oneofs[oneof].name, comment: message.oneofs[oneof].comment,
          fields: message.fields.filter { $0.oneof == oneof }))
    }
    self.members = members
  }

  func write(to file: inout SwiftFile) {
    file.document(message.comment, otherwise: "Message `\(message.name)` of the schema.")
    file.block("public struct \(message.name): ProtoMessage") { file in
      for member in members { declare(member, in: &file) }
      file.document("", otherwise: "A message with every field unset.")
      file.line("public init() {}")
      if !members.isEmpty { initializer(&file) }
      file.line()
      file.document("", otherwise: "Reads fields up to the reader's end.")
      file.block(
        "public mutating func merge(from reader: inout ProtoReader, in input: RawSpan)"
          + " throws(ProtoError)"
      ) { file in
        file.block("while let tag = try reader.tag(in: input)") { file in
          file.line("switch tag {")
          for field in message.fields { decode(field, in: &file) }
          file.line("default: try reader.skip(tag, in: input)")
          file.line("}")
        }
      }
      file.line()
      file.document("", otherwise: "Appends the set fields in ascending order of their numbers.")
      file.block("public func encode(into writer: inout ProtoWriter)") { file in
        for field in message.fields { encode(field, in: &file) }
      }
    }
    file.line()
  }

  // MARK: Declarations

  private func declare(_ member: Member, in file: inout SwiftFile) {
    switch member {
    case .field(let field):
      file.document(field.comment, otherwise: "Field \(field.number), `\(field.name)`.")
      file.line("public var \(SwiftNames.property(field.name)): \(type(field)) = \(zero(field))")
    case .oneof(let name, let comment, let fields):
      file.document(comment, otherwise: "One of the fields of `\(name)`.")
      file.block("public enum \(SwiftNames.type(name)): Sendable, Equatable") { file in
        for field in fields {
          file.document(field.comment, otherwise: "Field \(field.number), `\(field.name)`.")
          file.line("case \(SwiftNames.property(field.name))(\(valueType(field)))")
        }
      }
      file.document(comment, otherwise: "Oneof `\(name)`; `nil` where none is set.")
      let property = SwiftNames.property(name)
      file.line("public var \(property): \(SwiftNames.type(name))? = nil")
    }
  }

  private func initializer(_ file: inout SwiftFile) {
    file.line()
    file.document("", otherwise: "A message with the given fields set.")
    let parts = members.map { member in
      switch member {
      case .field(let field):
        (SwiftNames.property(field.name), type(field), zero(field))
      case .oneof(let name, _, _):
        (SwiftNames.property(name), SwiftNames.type(name) + "?", "nil")
      }
    }
    file.line("public init(")
    for (index, part) in parts.enumerated() {
      let comma = index == parts.count - 1 ? "" : ","
      file.line("  \(part.0): \(part.1) = \(part.2)\(comma)")
    }
    file.block(")") { file in
      for part in parts { file.line("self.\(part.0) = \(part.0)") }
    }
  }

  private func valueType(_ field: Schema.Field) -> String {
    switch field.kind {
    case .scalar(let scalar): scalar.swiftType
    case .message(let name), .enumeration(let name): name
    }
  }

  private func type(_ field: Schema.Field) -> String {
    switch field.shape {
    case .repeated: "[\(valueType(field))]"
    case .map(let value): "[String: \(value.swiftType)]"
    case .optional: "\(valueType(field))?"
    case .singular:
      if case .message(let name) = field.kind { "\(name)?" } else { valueType(field) }
    }
  }

  private func zero(_ field: Schema.Field) -> String {
    switch (field.shape, field.kind) {
    case (.repeated, _): "[]"
    case (.map, _): "[:]"
    case (.optional, _), (.singular, .message): "nil"
    case (.singular, .scalar(let scalar)): scalar.zero
    case (.singular, .enumeration(let name)): "\(name)(rawValue: 0)"
    }
  }

  // MARK: Decoding

  private func tag(_ field: Schema.Field) -> Int {
    switch (field.shape, field.kind) {
    case (.map, _), (_, .message), (.repeated, _): field.number << 3 | 2
    case (_, .scalar(let scalar)): field.number << 3 | scalar.wireType
    case (_, .enumeration): field.number << 3
    }
  }

  private func decode(_ field: Schema.Field, in file: inout SwiftFile) {
    let name = "self." + SwiftNames.property(field.name)
    if let oneof = field.oneof {
      decode(field, oneof: "self." + SwiftNames.property(message.oneofs[oneof].name), in: &file)
      return
    }
    switch (field.shape, field.kind) {
    case (.repeated, .scalar(.float)):
      file.line("case \(tag(field)): try reader.packedFloats(into: &\(name), in: input)")
      file.line("case \(field.number << 3 | 5): \(name).append(try reader.float(in: input))")
    case (.map(let value), _):
      file.line("case \(tag(field)):")
      file.line("  let scope = try reader.enter(memory: 96, in: input)")
      file.line("  var key = \"\"")
      file.line("  var value: \(value.swiftType) = \(value.zero)")
      file.line("  while let part = try reader.tag(in: input) {")
      file.line("    switch part {")
      file.line("    case 10: key = try reader.string(in: input)")
      let valueTag = 2 << 3 | value.wireType
      file.line("    case \(valueTag): value = try reader.\(value.reader)(in: input)")
      file.line("    default: try reader.skip(part, in: input)")
      file.line("    }")
      file.line("  }")
      file.line("  reader.leave(scope)")
      file.line("  \(name)[key] = value")
    case (.repeated, .message(let type)):
      file.line("case \(tag(field)):")
      file.line("  let scope = try reader.enter(memory: MemoryLayout<\(type)>.stride, in: input)")
      file.line("  var value = \(type)()")
      file.line("  try value.merge(from: &reader, in: input)")
      file.line("  reader.leave(scope)")
      file.line("  \(name).append(value)")
    case (_, .message(let type)):
      file.line("case \(tag(field)):")
      file.line("  let scope = try reader.enter(memory: 0, in: input)")
      // Taken out while it is merged: a second owner would make every append copy the list.
      file.line("  var value = \(name) ?? \(type)()")
      file.line("  \(name) = nil")
      file.line("  try value.merge(from: &reader, in: input)")
      file.line("  reader.leave(scope)")
      file.line("  \(name) = value")
    case (.repeated, .scalar(let scalar)):
      // What the list itself holds for each: a String is 16 bytes, an Array 8.
      file.line("case \(tag(field)):")
      file.line("  try reader.charge(MemoryLayout<\(scalar.swiftType)>.stride)")
      file.line("  \(name).append(try reader.\(scalar.reader)(in: input))")
    case (_, .scalar), (_, .enumeration):
      file.line("case \(tag(field)): \(name) = \(readValue(field))")
    }
  }

  private func decode(_ field: Schema.Field, oneof: String, in file: inout SwiftFile) {
    let name = SwiftNames.property(field.name)
    guard case .message(let type) = field.kind else {
      file.line("case \(tag(field)): \(oneof) = .\(name)(\(readValue(field)))")
      return
    }
    file.line("case \(tag(field)):")
    file.line("  let scope = try reader.enter(memory: 0, in: input)")
    file.line("  var value = \(type)()")
    file.line("  if case .\(name)(let earlier) = \(oneof) { value = earlier }")
    file.line("  \(oneof) = nil")
    file.line("  try value.merge(from: &reader, in: input)")
    file.line("  reader.leave(scope)")
    file.line("  \(oneof) = .\(name)(value)")
  }

  private func readValue(_ field: Schema.Field) -> String {
    switch field.kind {
    case .scalar(let scalar): "try reader.\(scalar.reader)(in: input)"
    case .enumeration(let name): "\(name)(rawValue: try reader.int32(in: input))"
    case .message: preconditionFailure("messages are read by their own code")
    }
  }

  // MARK: Encoding

  private func encode(_ field: Schema.Field, in file: inout SwiftFile) {
    let name = "self." + SwiftNames.property(field.name)
    if let oneof = field.oneof {
      let property = SwiftNames.property(message.oneofs[oneof].name)
      let choice = SwiftNames.property(field.name)
      file.line("if case .\(choice)(let value) = self.\(property) { \(write("value", field)) }")
      return
    }
    switch (field.shape, field.kind) {
    case (.repeated, .scalar(.float)):
      file.line("if !\(name).isEmpty { writer.packedFloats(\(name), tag: \(tag(field))) }")
    case (.map(let value), _):
      // Sorted, so that equal messages have equal bytes.
      file.block("for (key, value) in \(name).sorted(by: { $0.key < $1.key })") { file in
        file.line("let mark = writer.beginMessage(tag: \(tag(field)))")
        file.line("writer.string(key, tag: 10)")
        file.line(value.write("value", tag: 2 << 3 | value.wireType))
        file.line("writer.endMessage(mark)")
      }
    case (.repeated, _):
      file.line("for value in \(name) { \(write("value", field)) }")
    case (.optional, _), (.singular, .message):
      file.line("if let value = \(name) { \(write("value", field)) }")
    case (.singular, .scalar(let scalar)):
      file.line("if \(scalar.isSet(name)) { \(write(name, field)) }")
    case (.singular, .enumeration):
      file.line("if \(name).rawValue != 0 { \(write(name, field)) }")
    }
  }

  private func write(_ value: String, _ field: Schema.Field) -> String {
    switch field.kind {
    case .scalar(let scalar): scalar.write(value, tag: tag(field))
    case .message: "writer.message(\(value), tag: \(tag(field)))"
    case .enumeration: "writer.signed(Int64(\(value).rawValue), tag: \(tag(field)))"
    }
  }
}

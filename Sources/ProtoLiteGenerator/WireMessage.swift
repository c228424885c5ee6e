/// The fields of one protobuf message, read without knowing its schema.
///
/// The generator makes the codec, so it cannot use it: this is all the protobuf it needs.
struct WireMessage {
  enum Value {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private let fields: [(number: Int, value: Value)]

  init(_ bytes: ArraySlice<UInt8>) throws(GeneratorError) {
    var rest = bytes
    var fields: [(Int, Value)] = []
    while !rest.isEmpty {
      let tag = try Self.varint(&rest)
      let number = Int(tag >> 3)
      switch tag & 7 {
      case 0: fields.append((number, .number(try Self.varint(&rest))))
      case 1: _ = try Self.take(8, &rest)
      case 2: fields.append((number, .bytes(try Self.take(try Self.varint(&rest), &rest))))
      case 5: _ = try Self.take(4, &rest)
      default: throw GeneratorError("the request has a field of wire type \(tag & 7)")
      }
    }
    self.fields = fields
  }

  func number(_ field: Int) -> Int? {
    for case (field, .number(let value)) in fields.reversed() {
      return Int(truncatingIfNeeded: value)
    }
    return nil
  }

  func string(_ field: Int) -> String { strings(field).last ?? "" }

  func strings(_ field: Int) -> [String] {
    slices(field).map { String(decoding: $0, as: UTF8.self) }
  }

  func messages(_ field: Int) throws(GeneratorError) -> [WireMessage] {
    var found: [WireMessage] = []
    for slice in slices(field) { found.append(try WireMessage(slice)) }
    return found
  }

  func packedNumbers(_ field: Int) throws(GeneratorError) -> [Int] {
    var found: [Int] = []
    for slice in slices(field) {
      var rest = slice
      while !rest.isEmpty { found.append(Int(truncatingIfNeeded: try Self.varint(&rest))) }
    }
    return found
  }

  private func slices(_ field: Int) -> [ArraySlice<UInt8>] {
    fields.compactMap { entry in
      guard entry.number == field, case .bytes(let slice) = entry.value else { return nil }
      return slice
    }
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) throws(GeneratorError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { break }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw GeneratorError("the request from protoc is cut short")
  }

  private static func take(
    _ count: UInt64, _ rest: inout ArraySlice<UInt8>
  ) throws(GeneratorError) -> ArraySlice<UInt8> {
    guard count <= UInt64(rest.count) else {
      throw GeneratorError("the request from protoc is cut short")
    }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }
}

/// Why no code was generated; protoc shows it after the plugin's name.
struct GeneratorError: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

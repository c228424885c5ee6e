/// CodeGeneratorResponse (google/protobuf/compiler/plugin.proto), written by hand.
struct ResponseWriter {
  private(set) var bytes: [UInt8] = []

  /// A string field.
  mutating func field(_ number: Int, _ text: String) { field(number, Array(text.utf8)) }

  /// supported_features (2) = FEATURE_PROTO3_OPTIONAL (1).
  mutating func supportsOptionalFields() { bytes += [2 << 3, 1] }

  /// One generated file: field 15 with name (1) and content (15).
  mutating func file(_ name: String, _ content: String) {
    var file = ResponseWriter()
    file.field(1, name)
    file.field(15, content)
    field(15, file.bytes)
  }

  private mutating func field(_ number: Int, _ value: [UInt8]) {
    varint(number << 3 | 2)
    varint(value.count)
    bytes += value
  }

  private mutating func varint(_ value: Int) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

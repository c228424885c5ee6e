/// protobuf's scalar types, with how each is read and written by the codec in Sources/RPC/Codec.
enum Scalar {
  case double, float, int64, uint64, int32, fixed64, fixed32, bool, string, bytes, uint32
  case sint32, sint64

  /// - Parameter descriptorType: `FieldDescriptorProto.Type`.
  init?(descriptorType: Int) {
    switch descriptorType {
    case 1: self = .double
    case 2: self = .float
    case 3: self = .int64
    case 4: self = .uint64
    case 5: self = .int32
    case 6: self = .fixed64
    case 7: self = .fixed32
    case 8: self = .bool
    case 9: self = .string
    case 12: self = .bytes
    case 13: self = .uint32
    case 17: self = .sint32
    case 18: self = .sint64
    default: return nil
    }
  }

  var wireType: Int {
    switch self {
    case .double, .fixed64: 1
    case .string, .bytes: 2
    case .float, .fixed32: 5
    default: 0
    }
  }

  var swiftType: String {
    switch self {
    case .double: "Double"
    case .float: "Float"
    case .int64, .sint64: "Int64"
    case .uint64, .fixed64: "UInt64"
    case .int32, .sint32: "Int32"
    case .uint32, .fixed32: "UInt32"
    case .bool: "Bool"
    case .string: "String"
    case .bytes: "[UInt8]"
    }
  }

  var zero: String {
    switch self {
    case .bool: "false"
    case .string: "\"\""
    case .bytes: "[]"
    default: "0"
    }
  }

  /// The method of ProtoReader.
  var reader: String {
    switch self {
    case .bytes: "byteArray"
    case .string, .bool, .float, .double, .fixed32, .fixed64, .sint32, .sint64, .int32, .int64,
      .uint32, .uint64:
      "\(self)"
    }
  }

  /// A condition that holds where proto3 writes the field.
  func isSet(_ value: String) -> String {
    switch self {
    case .bool: value
    case .string, .bytes: "!\(value).isEmpty"
    // Minus zero is written: it is not the default's bits.
    case .float, .double: "\(value).bitPattern != 0"
    default: "\(value) != 0"
    }
  }

  /// A call that writes the field.
  func write(_ value: String, tag: Int) -> String {
    switch self {
    case .uint32: "writer.varint(UInt64(\(value)), tag: \(tag))"
    case .uint64: "writer.varint(\(value), tag: \(tag))"
    case .int32: "writer.signed(Int64(\(value)), tag: \(tag))"
    case .int64: "writer.signed(\(value), tag: \(tag))"
    case .sint32: "writer.zigzag(Int64(\(value)), tag: \(tag))"
    case .sint64: "writer.zigzag(\(value), tag: \(tag))"
    case .bytes: "writer.byteArray(\(value), tag: \(tag))"
    default: "writer.\(self)(\(value), tag: \(tag))"
    }
  }
}

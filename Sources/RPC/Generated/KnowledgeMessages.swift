// Generated from proto-lite/knowledge.proto by protoc-gen-protolite; proto-lite/WIRE.md says how.
// swift-format-ignore-file

/// The first message on a connection, from the client.
public struct HelloRequest: ProtoMessage {
  /// The four bytes "KNW1".
  public var magic: [UInt8] = []
  /// Lowest frame version that the client speaks.
  public var versionLowest: UInt32 = 0
  /// Highest frame version that the client speaks.
  public var versionHighest: UInt32 = 0
  /// Empty where the peer is trusted by its user id on a Unix socket.
  public var apiKey: String = ""
  /// Name or UUID of the business that an operator works for; empty otherwise.
  public var business: String = ""
  /// Free text for the server's log, such as "knowledge-cli 1.0".
  public var client: String = ""
  /// Bytes of items that the server may send on one stream before the client gives credit;
  /// 0 means 1 MiB.
  public var streamWindow: UInt32 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    magic: [UInt8] = [],
    versionLowest: UInt32 = 0,
    versionHighest: UInt32 = 0,
    apiKey: String = "",
    business: String = "",
    client: String = "",
    streamWindow: UInt32 = 0
  ) {
    self.magic = magic
    self.versionLowest = versionLowest
    self.versionHighest = versionHighest
    self.apiKey = apiKey
    self.business = business
    self.client = client
    self.streamWindow = streamWindow
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.magic = try reader.byteArray(in: input)
      case 16: self.versionLowest = try reader.uint32(in: input)
      case 24: self.versionHighest = try reader.uint32(in: input)
      case 34: self.apiKey = try reader.string(in: input)
      case 42: self.business = try reader.string(in: input)
      case 50: self.client = try reader.string(in: input)
      case 56: self.streamWindow = try reader.uint32(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.magic.isEmpty { writer.byteArray(self.magic, tag: 10) }
    if self.versionLowest != 0 { writer.varint(UInt64(self.versionLowest), tag: 16) }
    if self.versionHighest != 0 { writer.varint(UInt64(self.versionHighest), tag: 24) }
    if !self.apiKey.isEmpty { writer.string(self.apiKey, tag: 34) }
    if !self.business.isEmpty { writer.string(self.business, tag: 42) }
    if !self.client.isEmpty { writer.string(self.client, tag: 50) }
    if self.streamWindow != 0 { writer.varint(UInt64(self.streamWindow), tag: 56) }
  }
}

/// The first message on a connection, from the server.
public struct HelloReply: ProtoMessage {
  /// The four bytes "KNW1".
  public var magic: [UInt8] = []
  /// The frame version that both sides use from now on.
  public var version: UInt32 = 0
  /// Free text, such as "knowledge 1.0".
  public var server: String = ""
  /// The business that the connection is bound to for life; empty for an operator without one.
  public var businessID: [UInt8] = []
  /// True where operator methods are allowed.
  public var isOperator: Bool = false
  /// Bytes of items that the client may send on one stream before the server gives credit.
  public var streamWindow: UInt32 = 0
  /// Largest message that the server takes in a request frame, in bytes.
  public var messageByteLimit: UInt32 = 0
  /// Largest message that the server takes in an item frame, in bytes.
  public var itemByteLimit: UInt32 = 0
  /// Requests that may be open on the connection at one time.
  public var requestsInFlight: UInt32 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    magic: [UInt8] = [],
    version: UInt32 = 0,
    server: String = "",
    businessID: [UInt8] = [],
    isOperator: Bool = false,
    streamWindow: UInt32 = 0,
    messageByteLimit: UInt32 = 0,
    itemByteLimit: UInt32 = 0,
    requestsInFlight: UInt32 = 0
  ) {
    self.magic = magic
    self.version = version
    self.server = server
    self.businessID = businessID
    self.isOperator = isOperator
    self.streamWindow = streamWindow
    self.messageByteLimit = messageByteLimit
    self.itemByteLimit = itemByteLimit
    self.requestsInFlight = requestsInFlight
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.magic = try reader.byteArray(in: input)
      case 16: self.version = try reader.uint32(in: input)
      case 26: self.server = try reader.string(in: input)
      case 34: self.businessID = try reader.byteArray(in: input)
      case 40: self.isOperator = try reader.bool(in: input)
      case 48: self.streamWindow = try reader.uint32(in: input)
      case 56: self.messageByteLimit = try reader.uint32(in: input)
      case 64: self.itemByteLimit = try reader.uint32(in: input)
      case 72: self.requestsInFlight = try reader.uint32(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.magic.isEmpty { writer.byteArray(self.magic, tag: 10) }
    if self.version != 0 { writer.varint(UInt64(self.version), tag: 16) }
    if !self.server.isEmpty { writer.string(self.server, tag: 26) }
    if !self.businessID.isEmpty { writer.byteArray(self.businessID, tag: 34) }
    if self.isOperator { writer.bool(self.isOperator, tag: 40) }
    if self.streamWindow != 0 { writer.varint(UInt64(self.streamWindow), tag: 48) }
    if self.messageByteLimit != 0 { writer.varint(UInt64(self.messageByteLimit), tag: 56) }
    if self.itemByteLimit != 0 { writer.varint(UInt64(self.itemByteLimit), tag: 64) }
    if self.requestsInFlight != 0 { writer.varint(UInt64(self.requestsInFlight), tag: 72) }
  }
}

/// The message of an error frame.
public struct ErrorReply: ProtoMessage {
  /// Field 1, `code`.
  public var code: ErrorCode = ErrorCode(rawValue: 0)
  /// What happened, for a person.
  public var message: String = ""
  /// What to do next, for a person.
  public var remediation: String = ""
  /// Machine-readable facts, such as limit, actual, field.
  public var details: [String: String] = [:]
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    code: ErrorCode = ErrorCode(rawValue: 0),
    message: String = "",
    remediation: String = "",
    details: [String: String] = [:]
  ) {
    self.code = code
    self.message = message
    self.remediation = remediation
    self.details = details
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.code = ErrorCode(rawValue: try reader.int32(in: input))
      case 18: self.message = try reader.string(in: input)
      case 26: self.remediation = try reader.string(in: input)
      case 34:
        let scope = try reader.enter(memory: 96, in: input)
        var key = ""
        var value: String = ""
        while let part = try reader.tag(in: input) {
          switch part {
          case 10: key = try reader.string(in: input)
          case 18: value = try reader.string(in: input)
          default: try reader.skip(part, in: input)
          }
        }
        reader.leave(scope)
        self.details[key] = value
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.code.rawValue != 0 { writer.signed(Int64(self.code.rawValue), tag: 8) }
    if !self.message.isEmpty { writer.string(self.message, tag: 18) }
    if !self.remediation.isEmpty { writer.string(self.remediation, tag: 26) }
    for (key, value) in self.details.sorted(by: { $0.key < $1.key }) {
      let mark = writer.beginMessage(tag: 34)
      writer.string(key, tag: 10)
      writer.string(value, tag: 18)
      writer.endMessage(mark)
    }
  }
}

/// The message of a credit frame: the receiver has taken this many bytes of items.
public struct Credit: ProtoMessage {
  /// Field 1, `bytes`.
  public var bytes: UInt32 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    bytes: UInt32 = 0
  ) {
    self.bytes = bytes
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.bytes = try reader.uint32(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.bytes != 0 { writer.varint(UInt64(self.bytes), tag: 8) }
  }
}

/// Message `PingRequest` of the schema.
public struct PingRequest: ProtoMessage {
  /// Comes back unchanged.
  public var payload: [UInt8] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    payload: [UInt8] = []
  ) {
    self.payload = payload
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.payload = try reader.byteArray(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.payload.isEmpty { writer.byteArray(self.payload, tag: 10) }
  }
}

/// Message `PingReply` of the schema.
public struct PingReply: ProtoMessage {
  /// Field 1, `payload`.
  public var payload: [UInt8] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    payload: [UInt8] = []
  ) {
    self.payload = payload
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.payload = try reader.byteArray(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.payload.isEmpty { writer.byteArray(self.payload, tag: 10) }
  }
}

/// Message `DescribeRequest` of the schema.
public struct DescribeRequest: ProtoMessage {
  /// A message with every field unset.
  public init() {}

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
  }
}

/// Message `DescribeReply` of the schema.
public struct DescribeReply: ProtoMessage {
  /// The text of this file.
  public var schema: String = ""
  /// The server's version.
  public var version: String = ""
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    schema: String = "",
    version: String = ""
  ) {
    self.schema = schema
    self.version = version
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.schema = try reader.string(in: input)
      case 18: self.version = try reader.string(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.schema.isEmpty { writer.string(self.schema, tag: 10) }
    if !self.version.isEmpty { writer.string(self.version, tag: 18) }
  }
}

/// One piece of knowledge.
public struct Entry: ProtoMessage {
  /// UUID, 16 bytes; empty in a request means that the server chooses.
  public var id: [UInt8] = []
  /// The owner's own identity of the entry, unique in a collection; may be empty.
  public var externalID: String = ""
  /// Field 3, `collection`.
  public var collection: String = ""
  /// Field 4, `entry_type`.
  public var entryType: String = ""
  /// Field 5, `title`.
  public var title: String = ""
  /// Field 6, `content`.
  public var content: String = ""
  /// A JSON object, or empty.
  public var metadataJSON: String = ""
  /// Field 8, `keywords`.
  public var keywords: [String] = []
  /// Field 9, `tags`.
  public var tags: [String] = []
  /// Field 10, `category`.
  public var category: String = ""
  /// Field 11, `priority`.
  public var priority: Int32 = 0
  /// BCP 47, such as "en"; may be empty.
  public var language: String = ""
  /// Unset in a request means true.
  public var isActive: Bool? = nil
  /// From a sequence of the database; larger on every change.
  public var version: UInt64 = 0
  /// Field 15, `created_at`.
  public var createdAt: Int64 = 0
  /// Field 16, `updated_at`.
  public var updatedAt: Int64 = 0
  /// The embedding, where it was asked for or is given by the caller.
  public var vector: [Float] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    id: [UInt8] = [],
    externalID: String = "",
    collection: String = "",
    entryType: String = "",
    title: String = "",
    content: String = "",
    metadataJSON: String = "",
    keywords: [String] = [],
    tags: [String] = [],
    category: String = "",
    priority: Int32 = 0,
    language: String = "",
    isActive: Bool? = nil,
    version: UInt64 = 0,
    createdAt: Int64 = 0,
    updatedAt: Int64 = 0,
    vector: [Float] = []
  ) {
    self.id = id
    self.externalID = externalID
    self.collection = collection
    self.entryType = entryType
    self.title = title
    self.content = content
    self.metadataJSON = metadataJSON
    self.keywords = keywords
    self.tags = tags
    self.category = category
    self.priority = priority
    self.language = language
    self.isActive = isActive
    self.version = version
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.vector = vector
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.id = try reader.byteArray(in: input)
      case 18: self.externalID = try reader.string(in: input)
      case 26: self.collection = try reader.string(in: input)
      case 34: self.entryType = try reader.string(in: input)
      case 42: self.title = try reader.string(in: input)
      case 50: self.content = try reader.string(in: input)
      case 58: self.metadataJSON = try reader.string(in: input)
      case 66:
        try reader.charge(MemoryLayout<String>.stride)
        self.keywords.append(try reader.string(in: input))
      case 74:
        try reader.charge(MemoryLayout<String>.stride)
        self.tags.append(try reader.string(in: input))
      case 82: self.category = try reader.string(in: input)
      case 88: self.priority = try reader.sint32(in: input)
      case 98: self.language = try reader.string(in: input)
      case 104: self.isActive = try reader.bool(in: input)
      case 112: self.version = try reader.uint64(in: input)
      case 120: self.createdAt = try reader.int64(in: input)
      case 128: self.updatedAt = try reader.int64(in: input)
      case 138: try reader.packedFloats(into: &self.vector, in: input)
      case 141: self.vector.append(try reader.float(in: input))
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.id.isEmpty { writer.byteArray(self.id, tag: 10) }
    if !self.externalID.isEmpty { writer.string(self.externalID, tag: 18) }
    if !self.collection.isEmpty { writer.string(self.collection, tag: 26) }
    if !self.entryType.isEmpty { writer.string(self.entryType, tag: 34) }
    if !self.title.isEmpty { writer.string(self.title, tag: 42) }
    if !self.content.isEmpty { writer.string(self.content, tag: 50) }
    if !self.metadataJSON.isEmpty { writer.string(self.metadataJSON, tag: 58) }
    for value in self.keywords { writer.string(value, tag: 66) }
    for value in self.tags { writer.string(value, tag: 74) }
    if !self.category.isEmpty { writer.string(self.category, tag: 82) }
    if self.priority != 0 { writer.zigzag(Int64(self.priority), tag: 88) }
    if !self.language.isEmpty { writer.string(self.language, tag: 98) }
    if let value = self.isActive { writer.bool(value, tag: 104) }
    if self.version != 0 { writer.varint(self.version, tag: 112) }
    if self.createdAt != 0 { writer.signed(self.createdAt, tag: 120) }
    if self.updatedAt != 0 { writer.signed(self.updatedAt, tag: 128) }
    if !self.vector.isEmpty { writer.packedFloats(self.vector, tag: 138) }
  }
}

/// Keeps the entries that meet every condition set here; an empty filter keeps all.
public struct Filter: ProtoMessage {
  /// Any of these categories; empty means no condition. Likewise below.
  public var categories: [String] = []
  /// Field 2, `entry_types`.
  public var entryTypes: [String] = []
  /// Any of these among the entry's keywords or tags.
  public var keywords: [String] = []
  /// Field 4, `languages`.
  public var languages: [String] = []
  /// Unset keeps both; the server then decides by method (searches keep active entries only).
  public var isActive: Bool? = nil
  /// Bounds are inclusive.
  public var priorityLowest: Int32? = nil
  /// Field 7, `priority_highest`.
  public var priorityHighest: Int32? = nil
  /// Field 8, `created_from`.
  public var createdFrom: Int64? = nil
  /// Field 9, `created_to`.
  public var createdTo: Int64? = nil
  /// Field 10, `updated_from`.
  public var updatedFrom: Int64? = nil
  /// Field 11, `updated_to`.
  public var updatedTo: Int64? = nil
  /// Every one of these filters holds.
  public var allOf: [Filter] = []
  /// At least one of these filters holds; empty means no condition.
  public var anyOf: [Filter] = []
  /// None of these filters holds.
  public var noneOf: [Filter] = []
  /// Every one of these conditions on the metadata holds.
  public var metadata: [MetadataCondition] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    categories: [String] = [],
    entryTypes: [String] = [],
    keywords: [String] = [],
    languages: [String] = [],
    isActive: Bool? = nil,
    priorityLowest: Int32? = nil,
    priorityHighest: Int32? = nil,
    createdFrom: Int64? = nil,
    createdTo: Int64? = nil,
    updatedFrom: Int64? = nil,
    updatedTo: Int64? = nil,
    allOf: [Filter] = [],
    anyOf: [Filter] = [],
    noneOf: [Filter] = [],
    metadata: [MetadataCondition] = []
  ) {
    self.categories = categories
    self.entryTypes = entryTypes
    self.keywords = keywords
    self.languages = languages
    self.isActive = isActive
    self.priorityLowest = priorityLowest
    self.priorityHighest = priorityHighest
    self.createdFrom = createdFrom
    self.createdTo = createdTo
    self.updatedFrom = updatedFrom
    self.updatedTo = updatedTo
    self.allOf = allOf
    self.anyOf = anyOf
    self.noneOf = noneOf
    self.metadata = metadata
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        try reader.charge(MemoryLayout<String>.stride)
        self.categories.append(try reader.string(in: input))
      case 18:
        try reader.charge(MemoryLayout<String>.stride)
        self.entryTypes.append(try reader.string(in: input))
      case 26:
        try reader.charge(MemoryLayout<String>.stride)
        self.keywords.append(try reader.string(in: input))
      case 34:
        try reader.charge(MemoryLayout<String>.stride)
        self.languages.append(try reader.string(in: input))
      case 40: self.isActive = try reader.bool(in: input)
      case 48: self.priorityLowest = try reader.sint32(in: input)
      case 56: self.priorityHighest = try reader.sint32(in: input)
      case 64: self.createdFrom = try reader.int64(in: input)
      case 72: self.createdTo = try reader.int64(in: input)
      case 80: self.updatedFrom = try reader.int64(in: input)
      case 88: self.updatedTo = try reader.int64(in: input)
      case 98:
        let scope = try reader.enter(memory: MemoryLayout<Filter>.stride, in: input)
        var value = Filter()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.allOf.append(value)
      case 106:
        let scope = try reader.enter(memory: MemoryLayout<Filter>.stride, in: input)
        var value = Filter()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.anyOf.append(value)
      case 114:
        let scope = try reader.enter(memory: MemoryLayout<Filter>.stride, in: input)
        var value = Filter()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.noneOf.append(value)
      case 122:
        let scope = try reader.enter(memory: MemoryLayout<MetadataCondition>.stride, in: input)
        var value = MetadataCondition()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.metadata.append(value)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    for value in self.categories { writer.string(value, tag: 10) }
    for value in self.entryTypes { writer.string(value, tag: 18) }
    for value in self.keywords { writer.string(value, tag: 26) }
    for value in self.languages { writer.string(value, tag: 34) }
    if let value = self.isActive { writer.bool(value, tag: 40) }
    if let value = self.priorityLowest { writer.zigzag(Int64(value), tag: 48) }
    if let value = self.priorityHighest { writer.zigzag(Int64(value), tag: 56) }
    if let value = self.createdFrom { writer.signed(value, tag: 64) }
    if let value = self.createdTo { writer.signed(value, tag: 72) }
    if let value = self.updatedFrom { writer.signed(value, tag: 80) }
    if let value = self.updatedTo { writer.signed(value, tag: 88) }
    for value in self.allOf { writer.message(value, tag: 98) }
    for value in self.anyOf { writer.message(value, tag: 106) }
    for value in self.noneOf { writer.message(value, tag: 114) }
    for value in self.metadata { writer.message(value, tag: 122) }
  }
}

/// Keeps the entries whose metadata has a value that fits under a key. Of an array one element that
/// fits is enough. What is set here must all hold, of one value or of several.
public struct MetadataCondition: ProtoMessage {
  /// Names of nested objects joined by dots, such as "size.eu"; a name with a dot in it means the
  /// same. At most 4,096 bytes; must not be empty.
  public var key: String = ""
  /// Any of these values; empty means no condition.
  public var anyOf: [MetadataValue] = []
  /// Bounds of a number: greater than, greater or equal, less than, less or equal. Text is no
  /// number.
  public var gt: Double? = nil
  /// Field 4, `gte`.
  public var gte: Double? = nil
  /// Field 5, `lt`.
  public var lt: Double? = nil
  /// Field 6, `lte`.
  public var lte: Double? = nil
  /// True: there is a value other than null, under the key or inside what is there (empty arrays and
  /// objects have none). False: there is none.
  public var exists: Bool? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    key: String = "",
    anyOf: [MetadataValue] = [],
    gt: Double? = nil,
    gte: Double? = nil,
    lt: Double? = nil,
    lte: Double? = nil,
    exists: Bool? = nil
  ) {
    self.key = key
    self.anyOf = anyOf
    self.gt = gt
    self.gte = gte
    self.lt = lt
    self.lte = lte
    self.exists = exists
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.key = try reader.string(in: input)
      case 18:
        let scope = try reader.enter(memory: MemoryLayout<MetadataValue>.stride, in: input)
        var value = MetadataValue()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.anyOf.append(value)
      case 25: self.gt = try reader.double(in: input)
      case 33: self.gte = try reader.double(in: input)
      case 41: self.lt = try reader.double(in: input)
      case 49: self.lte = try reader.double(in: input)
      case 56: self.exists = try reader.bool(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.key.isEmpty { writer.string(self.key, tag: 10) }
    for value in self.anyOf { writer.message(value, tag: 18) }
    if let value = self.gt { writer.double(value, tag: 25) }
    if let value = self.gte { writer.double(value, tag: 33) }
    if let value = self.lt { writer.double(value, tag: 41) }
    if let value = self.lte { writer.double(value, tag: 49) }
    if let value = self.exists { writer.bool(value, tag: 56) }
  }
}

/// A JSON value. Values of different kinds are never equal: the text "5" is not the number 5.
public struct MetadataValue: ProtoMessage {
  /// One of the fields of `value`.
  public enum Value: Sendable, Equatable {
    /// Field 1, `text`.
    case text(String)
    /// By the shortest decimal text of the double: 0.1 is 0.1.
    case number(Double)
    /// To the last digit; 5 is 5.0.
    case integer(Int64)
    /// Field 4, `flag`.
    case flag(Bool)
  }
  /// Oneof `value`; `nil` where none is set.
  public var value: Value? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    value: Value? = nil
  ) {
    self.value = value
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.value = .text(try reader.string(in: input))
      case 17: self.value = .number(try reader.double(in: input))
      case 24: self.value = .integer(try reader.int64(in: input))
      case 32: self.value = .flag(try reader.bool(in: input))
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if case .text(let value) = self.value { writer.string(value, tag: 10) }
    if case .number(let value) = self.value { writer.double(value, tag: 17) }
    if case .integer(let value) = self.value { writer.signed(value, tag: 24) }
    if case .flag(let value) = self.value { writer.bool(value, tag: 32) }
  }
}

/// The state of the truth that an answer reflects.
public struct Position: ProtoMessage {
  /// Text of a pg_snapshot.
  public var snapshot: String = ""
  /// Field 2, `system_identifier`.
  public var systemIdentifier: String = ""
  /// Counts the feed's steps on this node; larger is later.
  public var sequence: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    snapshot: String = "",
    systemIdentifier: String = "",
    sequence: UInt64 = 0
  ) {
    self.snapshot = snapshot
    self.systemIdentifier = systemIdentifier
    self.sequence = sequence
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.snapshot = try reader.string(in: input)
      case 18: self.systemIdentifier = try reader.string(in: input)
      case 24: self.sequence = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.snapshot.isEmpty { writer.string(self.snapshot, tag: 10) }
    if !self.systemIdentifier.isEmpty { writer.string(self.systemIdentifier, tag: 18) }
    if self.sequence != 0 { writer.varint(self.sequence, tag: 24) }
  }
}

/// A vector, unit length where the metric is cosine.
public struct FloatVector: ProtoMessage {
  /// Field 1, `values`.
  public var values: [Float] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    values: [Float] = []
  ) {
    self.values = values
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: try reader.packedFloats(into: &self.values, in: input)
      case 13: self.values.append(try reader.float(in: input))
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.values.isEmpty { writer.packedFloats(self.values, tag: 10) }
  }
}

/// Message `SearchRequest` of the schema.
public struct SearchRequest: ProtoMessage {
  /// Empty means "knowledge".
  public var collection: String = ""
  /// One of the fields of `query`.
  public enum Query: Sendable, Equatable {
    /// Field 2, `text`.
    case text(String)
    /// Field 3, `vector`.
    case vector(FloatVector)
  }
  /// Oneof `query`; `nil` where none is set.
  public var query: Query? = nil
  /// How many hits, 1 to 1,000; 0 means 10.
  public var k: UInt32 = 0
  /// Field 5, `filter`.
  public var filter: Filter? = nil
  /// True asks for the exact answer whatever it costs.
  public var exact: Bool = false
  /// Share of the true nearest that answers must hold on average; 0 means 0.99, 1 exact.
  public var recallTarget: Double = 0
  /// The answer must reflect this transaction (UpsertReply.xid); 0 means none.
  public var minXID: UInt64 = 0
  /// How long to wait for min_xid.
  public var waitMilliseconds: UInt32 = 0
  /// True leaves title, content and metadata out of the hits.
  public var omitContent: Bool = false
  /// True puts the vector into the hits.
  public var includeVector: Bool = false
  /// The answer must reflect what this position does, of any earlier answer of the same database, to
  /// whomever it was given; unset means none. wait_ms is for both.
  public var minPosition: Position? = nil
  /// True puts into the reply how each part of the collection was searched.
  public var explain: Bool = false
  /// True asks for ids alone: of the hits' entries nothing but the id is read and sent.
  public var idsOnly: Bool = false
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collection: String = "",
    query: Query? = nil,
    k: UInt32 = 0,
    filter: Filter? = nil,
    exact: Bool = false,
    recallTarget: Double = 0,
    minXID: UInt64 = 0,
    waitMilliseconds: UInt32 = 0,
    omitContent: Bool = false,
    includeVector: Bool = false,
    minPosition: Position? = nil,
    explain: Bool = false,
    idsOnly: Bool = false
  ) {
    self.collection = collection
    self.query = query
    self.k = k
    self.filter = filter
    self.exact = exact
    self.recallTarget = recallTarget
    self.minXID = minXID
    self.waitMilliseconds = waitMilliseconds
    self.omitContent = omitContent
    self.includeVector = includeVector
    self.minPosition = minPosition
    self.explain = explain
    self.idsOnly = idsOnly
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.collection = try reader.string(in: input)
      case 18: self.query = .text(try reader.string(in: input))
      case 26:
        let scope = try reader.enter(memory: 0, in: input)
        var value = FloatVector()
        if case .vector(let earlier) = self.query { value = earlier }
        self.query = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.query = .vector(value)
      case 32: self.k = try reader.uint32(in: input)
      case 42:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.filter ?? Filter()
        self.filter = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.filter = value
      case 48: self.exact = try reader.bool(in: input)
      case 57: self.recallTarget = try reader.double(in: input)
      case 64: self.minXID = try reader.uint64(in: input)
      case 72: self.waitMilliseconds = try reader.uint32(in: input)
      case 80: self.omitContent = try reader.bool(in: input)
      case 88: self.includeVector = try reader.bool(in: input)
      case 98:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.minPosition ?? Position()
        self.minPosition = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.minPosition = value
      case 104: self.explain = try reader.bool(in: input)
      case 112: self.idsOnly = try reader.bool(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.collection.isEmpty { writer.string(self.collection, tag: 10) }
    if case .text(let value) = self.query { writer.string(value, tag: 18) }
    if case .vector(let value) = self.query { writer.message(value, tag: 26) }
    if self.k != 0 { writer.varint(UInt64(self.k), tag: 32) }
    if let value = self.filter { writer.message(value, tag: 42) }
    if self.exact { writer.bool(self.exact, tag: 48) }
    if self.recallTarget.bitPattern != 0 { writer.double(self.recallTarget, tag: 57) }
    if self.minXID != 0 { writer.varint(self.minXID, tag: 64) }
    if self.waitMilliseconds != 0 { writer.varint(UInt64(self.waitMilliseconds), tag: 72) }
    if self.omitContent { writer.bool(self.omitContent, tag: 80) }
    if self.includeVector { writer.bool(self.includeVector, tag: 88) }
    if let value = self.minPosition { writer.message(value, tag: 98) }
    if self.explain { writer.bool(self.explain, tag: 104) }
    if self.idsOnly { writer.bool(self.idsOnly, tag: 112) }
  }
}

/// Message `Hit` of the schema.
public struct Hit: ProtoMessage {
  /// Field 1, `entry`.
  public var entry: Entry? = nil
  /// Cosine similarity; greater is closer.
  public var score: Double = 0
  /// Which chunk of the entry is the nearest, from 0, and its span in bytes of content; 0 and 0
  /// where the entry is one chunk. An entry is found once, by the best of its chunks.
  public var chunk: UInt32 = 0
  /// Field 4, `span_start`.
  public var spanStart: UInt32 = 0
  /// Field 5, `span_end`.
  public var spanEnd: UInt32 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    entry: Entry? = nil,
    score: Double = 0,
    chunk: UInt32 = 0,
    spanStart: UInt32 = 0,
    spanEnd: UInt32 = 0
  ) {
    self.entry = entry
    self.score = score
    self.chunk = chunk
    self.spanStart = spanStart
    self.spanEnd = spanEnd
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.entry ?? Entry()
        self.entry = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.entry = value
      case 17: self.score = try reader.double(in: input)
      case 24: self.chunk = try reader.uint32(in: input)
      case 32: self.spanStart = try reader.uint32(in: input)
      case 40: self.spanEnd = try reader.uint32(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if let value = self.entry { writer.message(value, tag: 10) }
    if self.score.bitPattern != 0 { writer.double(self.score, tag: 17) }
    if self.chunk != 0 { writer.varint(UInt64(self.chunk), tag: 24) }
    if self.spanStart != 0 { writer.varint(UInt64(self.spanStart), tag: 32) }
    if self.spanEnd != 0 { writer.varint(UInt64(self.spanEnd), tag: 40) }
  }
}

/// Message `SearchReply` of the schema.
public struct SearchReply: ProtoMessage {
  /// Best first; equal scores by entry id.
  public var hits: [Hit] = []
  /// True where no row outside the hits can be closer.
  public var exact: Bool = false
  /// Field 3, `position`.
  public var position: Position? = nil
  /// How long ago the position was the newest.
  public var staleMilliseconds: UInt64 = 0
  /// Field 5, `took_us`.
  public var tookMicroseconds: UInt64 = 0
  /// Rows whose distance was bounded or computed.
  public var rowsConsidered: UInt64 = 0
  /// True where min_xid or min_position was not reached within wait_ms.
  public var isStale: Bool = false
  /// True while the collection is being read again from the database, so that rows may be missing;
  /// the answer is then not exact.
  public var incomplete: Bool = false
  /// Entries of the business whose vector is still being made, so that no search finds them yet (or
  /// finds them by an older text); the answer is not exact while there are any.
  public var pendingEmbeddings: UInt64 = 0
  /// Share of the true nearest that such answers hold on average: 1 where every row was compared,
  /// by request or because that was quickest, else the recall target in force.
  public var recallTarget: Double = 0
  /// Where the request asks for it: the parts of the collection, and how each was searched. In a
  /// batch with the first result, for all queries together.
  public var parts: [SearchPart] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    hits: [Hit] = [],
    exact: Bool = false,
    position: Position? = nil,
    staleMilliseconds: UInt64 = 0,
    tookMicroseconds: UInt64 = 0,
    rowsConsidered: UInt64 = 0,
    isStale: Bool = false,
    incomplete: Bool = false,
    pendingEmbeddings: UInt64 = 0,
    recallTarget: Double = 0,
    parts: [SearchPart] = []
  ) {
    self.hits = hits
    self.exact = exact
    self.position = position
    self.staleMilliseconds = staleMilliseconds
    self.tookMicroseconds = tookMicroseconds
    self.rowsConsidered = rowsConsidered
    self.isStale = isStale
    self.incomplete = incomplete
    self.pendingEmbeddings = pendingEmbeddings
    self.recallTarget = recallTarget
    self.parts = parts
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: MemoryLayout<Hit>.stride, in: input)
        var value = Hit()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.hits.append(value)
      case 16: self.exact = try reader.bool(in: input)
      case 26:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.position ?? Position()
        self.position = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.position = value
      case 32: self.staleMilliseconds = try reader.uint64(in: input)
      case 40: self.tookMicroseconds = try reader.uint64(in: input)
      case 48: self.rowsConsidered = try reader.uint64(in: input)
      case 56: self.isStale = try reader.bool(in: input)
      case 64: self.incomplete = try reader.bool(in: input)
      case 72: self.pendingEmbeddings = try reader.uint64(in: input)
      case 81: self.recallTarget = try reader.double(in: input)
      case 90:
        let scope = try reader.enter(memory: MemoryLayout<SearchPart>.stride, in: input)
        var value = SearchPart()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.parts.append(value)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    for value in self.hits { writer.message(value, tag: 10) }
    if self.exact { writer.bool(self.exact, tag: 16) }
    if let value = self.position { writer.message(value, tag: 26) }
    if self.staleMilliseconds != 0 { writer.varint(self.staleMilliseconds, tag: 32) }
    if self.tookMicroseconds != 0 { writer.varint(self.tookMicroseconds, tag: 40) }
    if self.rowsConsidered != 0 { writer.varint(self.rowsConsidered, tag: 48) }
    if self.isStale { writer.bool(self.isStale, tag: 56) }
    if self.incomplete { writer.bool(self.incomplete, tag: 64) }
    if self.pendingEmbeddings != 0 { writer.varint(self.pendingEmbeddings, tag: 72) }
    if self.recallTarget.bitPattern != 0 { writer.double(self.recallTarget, tag: 81) }
    for value in self.parts { writer.message(value, tag: 90) }
  }
}

/// Message `SearchPart` of the schema.
public struct SearchPart: ProtoMessage {
  /// The segment's number; 0 for rows in memory.
  public var segment: UInt64 = 0
  /// "scan", "gather" (both compare all rows that pass the filter) or "signs" (one-bit codes first).
  public var way: String = ""
  /// Why, in a few words.
  public var reason: String = ""
  /// Rows there, and how many of them are live and pass the filter.
  public var rows: UInt64 = 0
  /// Field 5, `admitted_rows`.
  public var admittedRows: UInt64 = 0
  /// Rows whose one-bit codes were looked at, and rows whose eight-bit codes were.
  public var signRows: UInt64 = 0
  /// Field 7, `code_rows`.
  public var codeRows: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    segment: UInt64 = 0,
    way: String = "",
    reason: String = "",
    rows: UInt64 = 0,
    admittedRows: UInt64 = 0,
    signRows: UInt64 = 0,
    codeRows: UInt64 = 0
  ) {
    self.segment = segment
    self.way = way
    self.reason = reason
    self.rows = rows
    self.admittedRows = admittedRows
    self.signRows = signRows
    self.codeRows = codeRows
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.segment = try reader.uint64(in: input)
      case 18: self.way = try reader.string(in: input)
      case 26: self.reason = try reader.string(in: input)
      case 32: self.rows = try reader.uint64(in: input)
      case 40: self.admittedRows = try reader.uint64(in: input)
      case 48: self.signRows = try reader.uint64(in: input)
      case 56: self.codeRows = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.segment != 0 { writer.varint(self.segment, tag: 8) }
    if !self.way.isEmpty { writer.string(self.way, tag: 18) }
    if !self.reason.isEmpty { writer.string(self.reason, tag: 26) }
    if self.rows != 0 { writer.varint(self.rows, tag: 32) }
    if self.admittedRows != 0 { writer.varint(self.admittedRows, tag: 40) }
    if self.signRows != 0 { writer.varint(self.signRows, tag: 48) }
    if self.codeRows != 0 { writer.varint(self.codeRows, tag: 56) }
  }
}

/// Message `SearchBatchRequest` of the schema.
public struct SearchBatchRequest: ProtoMessage {
  /// Field 1, `collection`.
  public var collection: String = ""
  /// Texts or vectors, not both; at most 256.
  public var texts: [String] = []
  /// Field 3, `vectors`.
  public var vectors: [FloatVector] = []
  /// Field 4, `k`.
  public var k: UInt32 = 0
  /// Field 5, `filter`.
  public var filter: Filter? = nil
  /// Field 6, `exact`.
  public var exact: Bool = false
  /// Field 7, `recall_target`.
  public var recallTarget: Double = 0
  /// Field 8, `min_xid`.
  public var minXID: UInt64 = 0
  /// Field 9, `wait_ms`.
  public var waitMilliseconds: UInt32 = 0
  /// Field 10, `omit_content`.
  public var omitContent: Bool = false
  /// Field 11, `min_position`.
  public var minPosition: Position? = nil
  /// Field 12, `explain`.
  public var explain: Bool = false
  /// Field 13, `ids_only`.
  public var idsOnly: Bool = false
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collection: String = "",
    texts: [String] = [],
    vectors: [FloatVector] = [],
    k: UInt32 = 0,
    filter: Filter? = nil,
    exact: Bool = false,
    recallTarget: Double = 0,
    minXID: UInt64 = 0,
    waitMilliseconds: UInt32 = 0,
    omitContent: Bool = false,
    minPosition: Position? = nil,
    explain: Bool = false,
    idsOnly: Bool = false
  ) {
    self.collection = collection
    self.texts = texts
    self.vectors = vectors
    self.k = k
    self.filter = filter
    self.exact = exact
    self.recallTarget = recallTarget
    self.minXID = minXID
    self.waitMilliseconds = waitMilliseconds
    self.omitContent = omitContent
    self.minPosition = minPosition
    self.explain = explain
    self.idsOnly = idsOnly
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.collection = try reader.string(in: input)
      case 18:
        try reader.charge(MemoryLayout<String>.stride)
        self.texts.append(try reader.string(in: input))
      case 26:
        let scope = try reader.enter(memory: MemoryLayout<FloatVector>.stride, in: input)
        var value = FloatVector()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.vectors.append(value)
      case 32: self.k = try reader.uint32(in: input)
      case 42:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.filter ?? Filter()
        self.filter = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.filter = value
      case 48: self.exact = try reader.bool(in: input)
      case 57: self.recallTarget = try reader.double(in: input)
      case 64: self.minXID = try reader.uint64(in: input)
      case 72: self.waitMilliseconds = try reader.uint32(in: input)
      case 80: self.omitContent = try reader.bool(in: input)
      case 90:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.minPosition ?? Position()
        self.minPosition = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.minPosition = value
      case 96: self.explain = try reader.bool(in: input)
      case 104: self.idsOnly = try reader.bool(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.collection.isEmpty { writer.string(self.collection, tag: 10) }
    for value in self.texts { writer.string(value, tag: 18) }
    for value in self.vectors { writer.message(value, tag: 26) }
    if self.k != 0 { writer.varint(UInt64(self.k), tag: 32) }
    if let value = self.filter { writer.message(value, tag: 42) }
    if self.exact { writer.bool(self.exact, tag: 48) }
    if self.recallTarget.bitPattern != 0 { writer.double(self.recallTarget, tag: 57) }
    if self.minXID != 0 { writer.varint(self.minXID, tag: 64) }
    if self.waitMilliseconds != 0 { writer.varint(UInt64(self.waitMilliseconds), tag: 72) }
    if self.omitContent { writer.bool(self.omitContent, tag: 80) }
    if let value = self.minPosition { writer.message(value, tag: 90) }
    if self.explain { writer.bool(self.explain, tag: 96) }
    if self.idsOnly { writer.bool(self.idsOnly, tag: 104) }
  }
}

/// Message `SearchBatchReply` of the schema.
public struct SearchBatchReply: ProtoMessage {
  /// One for each query, in order; position, staleness and time stand below, once.
  public var results: [SearchReply] = []
  /// Field 2, `position`.
  public var position: Position? = nil
  /// Field 3, `stale_ms`.
  public var staleMilliseconds: UInt64 = 0
  /// Field 4, `took_us`.
  public var tookMicroseconds: UInt64 = 0
  /// Field 5, `is_stale`.
  public var isStale: Bool = false
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    results: [SearchReply] = [],
    position: Position? = nil,
    staleMilliseconds: UInt64 = 0,
    tookMicroseconds: UInt64 = 0,
    isStale: Bool = false
  ) {
    self.results = results
    self.position = position
    self.staleMilliseconds = staleMilliseconds
    self.tookMicroseconds = tookMicroseconds
    self.isStale = isStale
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: MemoryLayout<SearchReply>.stride, in: input)
        var value = SearchReply()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.results.append(value)
      case 18:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.position ?? Position()
        self.position = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.position = value
      case 24: self.staleMilliseconds = try reader.uint64(in: input)
      case 32: self.tookMicroseconds = try reader.uint64(in: input)
      case 40: self.isStale = try reader.bool(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    for value in self.results { writer.message(value, tag: 10) }
    if let value = self.position { writer.message(value, tag: 18) }
    if self.staleMilliseconds != 0 { writer.varint(self.staleMilliseconds, tag: 24) }
    if self.tookMicroseconds != 0 { writer.varint(self.tookMicroseconds, tag: 32) }
    if self.isStale { writer.bool(self.isStale, tag: 40) }
  }
}

/// Finds entries by words (BM25F over title, keywords and content) and by the meaning of the text.
/// Words are alternatives; "two words" in quotes must stand side by side, begin* is any word that
/// begins so. Quotes bind what is found by words, not what is found by meaning.
public struct HybridRequest: ProtoMessage {
  /// Empty means "knowledge".
  public var collection: String = ""
  /// What to look for; must have a letter or a digit.
  public var text: String = ""
  /// The text's vector, where the caller has it; else the service embeds the text.
  public var vector: FloatVector? = nil
  /// How many hits, 1 to 1,000; 0 means 10.
  public var k: UInt32 = 0
  /// Field 5, `filter`.
  public var filter: Filter? = nil
  /// Field 6, `mode`.
  public var mode: HybridMode = HybridMode(rawValue: 0)
  /// Field 7, `fusion`.
  public var fusion: HybridFusion = HybridFusion(rawValue: 0)
  /// By whose stems words match, such as "de" or "pt-BR"; English where it is empty or has none.
  public var language: String = ""
  /// How much text_share counts beside vector_share, 0 to 1; unset means 0.4.
  public var textWeight: Double? = nil
  /// As in SearchRequest.
  public var minXID: UInt64 = 0
  /// Field 11, `wait_ms`.
  public var waitMilliseconds: UInt32 = 0
  /// Field 12, `min_position`.
  public var minPosition: Position? = nil
  /// Field 13, `omit_content`.
  public var omitContent: Bool = false
  /// Field 14, `recall_target`.
  public var recallTarget: Double = 0
  /// Field 15, `exact`.
  public var exact: Bool = false
  /// Of questions that nothing in the collection answers, the part that may get an answer all the
  /// same: above 0, at most 0.5; unset means 0.05. Less leaves more questions without an answer.
  public var falseAnswerRate: Double? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collection: String = "",
    text: String = "",
    vector: FloatVector? = nil,
    k: UInt32 = 0,
    filter: Filter? = nil,
    mode: HybridMode = HybridMode(rawValue: 0),
    fusion: HybridFusion = HybridFusion(rawValue: 0),
    language: String = "",
    textWeight: Double? = nil,
    minXID: UInt64 = 0,
    waitMilliseconds: UInt32 = 0,
    minPosition: Position? = nil,
    omitContent: Bool = false,
    recallTarget: Double = 0,
    exact: Bool = false,
    falseAnswerRate: Double? = nil
  ) {
    self.collection = collection
    self.text = text
    self.vector = vector
    self.k = k
    self.filter = filter
    self.mode = mode
    self.fusion = fusion
    self.language = language
    self.textWeight = textWeight
    self.minXID = minXID
    self.waitMilliseconds = waitMilliseconds
    self.minPosition = minPosition
    self.omitContent = omitContent
    self.recallTarget = recallTarget
    self.exact = exact
    self.falseAnswerRate = falseAnswerRate
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.collection = try reader.string(in: input)
      case 18: self.text = try reader.string(in: input)
      case 26:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.vector ?? FloatVector()
        self.vector = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.vector = value
      case 32: self.k = try reader.uint32(in: input)
      case 42:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.filter ?? Filter()
        self.filter = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.filter = value
      case 48: self.mode = HybridMode(rawValue: try reader.int32(in: input))
      case 56: self.fusion = HybridFusion(rawValue: try reader.int32(in: input))
      case 66: self.language = try reader.string(in: input)
      case 73: self.textWeight = try reader.double(in: input)
      case 80: self.minXID = try reader.uint64(in: input)
      case 88: self.waitMilliseconds = try reader.uint32(in: input)
      case 98:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.minPosition ?? Position()
        self.minPosition = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.minPosition = value
      case 104: self.omitContent = try reader.bool(in: input)
      case 113: self.recallTarget = try reader.double(in: input)
      case 120: self.exact = try reader.bool(in: input)
      case 129: self.falseAnswerRate = try reader.double(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.collection.isEmpty { writer.string(self.collection, tag: 10) }
    if !self.text.isEmpty { writer.string(self.text, tag: 18) }
    if let value = self.vector { writer.message(value, tag: 26) }
    if self.k != 0 { writer.varint(UInt64(self.k), tag: 32) }
    if let value = self.filter { writer.message(value, tag: 42) }
    if self.mode.rawValue != 0 { writer.signed(Int64(self.mode.rawValue), tag: 48) }
    if self.fusion.rawValue != 0 { writer.signed(Int64(self.fusion.rawValue), tag: 56) }
    if !self.language.isEmpty { writer.string(self.language, tag: 66) }
    if let value = self.textWeight { writer.double(value, tag: 73) }
    if self.minXID != 0 { writer.varint(self.minXID, tag: 80) }
    if self.waitMilliseconds != 0 { writer.varint(UInt64(self.waitMilliseconds), tag: 88) }
    if let value = self.minPosition { writer.message(value, tag: 98) }
    if self.omitContent { writer.bool(self.omitContent, tag: 104) }
    if self.recallTarget.bitPattern != 0 { writer.double(self.recallTarget, tag: 113) }
    if self.exact { writer.bool(self.exact, tag: 120) }
    if let value = self.falseAnswerRate { writer.double(value, tag: 129) }
  }
}

/// Where a word of the query stands in an entry.
public struct Highlight: ProtoMessage {
  /// "title", "keywords", "content" or "external_id".
  public var field: String = ""
  /// Which of the keywords and, after them, of the tags; 0 in other fields.
  public var keyword: UInt32 = 0
  /// Bytes of that text, whole characters.
  public var start: UInt32 = 0
  /// Field 4, `end`.
  public var end: UInt32 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    field: String = "",
    keyword: UInt32 = 0,
    start: UInt32 = 0,
    end: UInt32 = 0
  ) {
    self.field = field
    self.keyword = keyword
    self.start = start
    self.end = end
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.field = try reader.string(in: input)
      case 16: self.keyword = try reader.uint32(in: input)
      case 24: self.start = try reader.uint32(in: input)
      case 32: self.end = try reader.uint32(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.field.isEmpty { writer.string(self.field, tag: 10) }
    if self.keyword != 0 { writer.varint(UInt64(self.keyword), tag: 16) }
    if self.start != 0 { writer.varint(UInt64(self.start), tag: 24) }
    if self.end != 0 { writer.varint(UInt64(self.end), tag: 32) }
  }
}

/// Message `HybridHit` of the schema.
public struct HybridHit: ProtoMessage {
  /// Field 1, `entry`.
  public var entry: Entry? = nil
  /// What hits are ordered by: the fused score, or BM25F where words alone are searched.
  public var score: Double = 0
  /// BM25F of the words; 0 where the entry has none of them.
  public var textScore: Double = 0
  /// Part of the greatest score that any text could have for these words, 0 to 1.
  public var textShare: Double = 0
  /// Place among those found by words, from 1; 0 where it is not among the first 200, or k.
  public var textRank: UInt32 = 0
  /// Cosine of the nearest chunk.
  public var vectorScore: Double? = nil
  /// The cosine between 0, that of other entries of the collection on average, and 1.
  public var vectorShare: Double? = nil
  /// Place among those found by meaning, as text_rank.
  public var vectorRank: UInt32 = 0
  /// As in Hit.
  public var chunk: UInt32 = 0
  /// Field 10, `span_start`.
  public var spanStart: UInt32 = 0
  /// Field 11, `span_end`.
  public var spanEnd: UInt32 = 0
  /// By field and place.
  public var highlights: [Highlight] = []
  /// How likely it is that the entry answers the text, 0 to 1, where every second text has an answer
  /// in the collection. Neither k nor the filter nor the order of hits moves it.
  public var relevance: Double = 0
  /// Part of the text's words that the entry has, by how rare they are, 0 to 1.
  public var textCoverage: Double = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    entry: Entry? = nil,
    score: Double = 0,
    textScore: Double = 0,
    textShare: Double = 0,
    textRank: UInt32 = 0,
    vectorScore: Double? = nil,
    vectorShare: Double? = nil,
    vectorRank: UInt32 = 0,
    chunk: UInt32 = 0,
    spanStart: UInt32 = 0,
    spanEnd: UInt32 = 0,
    highlights: [Highlight] = [],
    relevance: Double = 0,
    textCoverage: Double = 0
  ) {
    self.entry = entry
    self.score = score
    self.textScore = textScore
    self.textShare = textShare
    self.textRank = textRank
    self.vectorScore = vectorScore
    self.vectorShare = vectorShare
    self.vectorRank = vectorRank
    self.chunk = chunk
    self.spanStart = spanStart
    self.spanEnd = spanEnd
    self.highlights = highlights
    self.relevance = relevance
    self.textCoverage = textCoverage
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.entry ?? Entry()
        self.entry = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.entry = value
      case 17: self.score = try reader.double(in: input)
      case 25: self.textScore = try reader.double(in: input)
      case 33: self.textShare = try reader.double(in: input)
      case 40: self.textRank = try reader.uint32(in: input)
      case 49: self.vectorScore = try reader.double(in: input)
      case 57: self.vectorShare = try reader.double(in: input)
      case 64: self.vectorRank = try reader.uint32(in: input)
      case 72: self.chunk = try reader.uint32(in: input)
      case 80: self.spanStart = try reader.uint32(in: input)
      case 88: self.spanEnd = try reader.uint32(in: input)
      case 98:
        let scope = try reader.enter(memory: MemoryLayout<Highlight>.stride, in: input)
        var value = Highlight()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.highlights.append(value)
      case 105: self.relevance = try reader.double(in: input)
      case 113: self.textCoverage = try reader.double(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if let value = self.entry { writer.message(value, tag: 10) }
    if self.score.bitPattern != 0 { writer.double(self.score, tag: 17) }
    if self.textScore.bitPattern != 0 { writer.double(self.textScore, tag: 25) }
    if self.textShare.bitPattern != 0 { writer.double(self.textShare, tag: 33) }
    if self.textRank != 0 { writer.varint(UInt64(self.textRank), tag: 40) }
    if let value = self.vectorScore { writer.double(value, tag: 49) }
    if let value = self.vectorShare { writer.double(value, tag: 57) }
    if self.vectorRank != 0 { writer.varint(UInt64(self.vectorRank), tag: 64) }
    if self.chunk != 0 { writer.varint(UInt64(self.chunk), tag: 72) }
    if self.spanStart != 0 { writer.varint(UInt64(self.spanStart), tag: 80) }
    if self.spanEnd != 0 { writer.varint(UInt64(self.spanEnd), tag: 88) }
    for value in self.highlights { writer.message(value, tag: 98) }
    if self.relevance.bitPattern != 0 { writer.double(self.relevance, tag: 105) }
    if self.textCoverage.bitPattern != 0 { writer.double(self.textCoverage, tag: 113) }
  }
}

/// Message `HybridReply` of the schema.
public struct HybridReply: ProtoMessage {
  /// Best first; equal scores by entry id.
  public var hits: [HybridHit] = []
  /// As in SearchReply, of the part that goes by meaning; words are always exact.
  public var exact: Bool = false
  /// Field 3, `position`.
  public var position: Position? = nil
  /// Field 4, `stale_ms`.
  public var staleMilliseconds: UInt64 = 0
  /// Field 5, `took_us`.
  public var tookMicroseconds: UInt64 = 0
  /// Field 6, `rows_considered`.
  public var rowsConsidered: UInt64 = 0
  /// Field 7, `is_stale`.
  public var isStale: Bool = false
  /// Field 8, `incomplete`.
  public var incomplete: Bool = false
  /// Field 9, `pending_embeddings`.
  public var pendingEmbeddings: UInt64 = 0
  /// Field 10, `recall_target`.
  public var recallTarget: Double = 0
  /// Hits of at least this relevance are good enough for the false_answer_rate of the request.
  public var relevanceThreshold: Double = 0
  /// True where no hit is good enough, however many are asked for: better to answer nothing.
  public var nothingRelevant: Bool = false
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    hits: [HybridHit] = [],
    exact: Bool = false,
    position: Position? = nil,
    staleMilliseconds: UInt64 = 0,
    tookMicroseconds: UInt64 = 0,
    rowsConsidered: UInt64 = 0,
    isStale: Bool = false,
    incomplete: Bool = false,
    pendingEmbeddings: UInt64 = 0,
    recallTarget: Double = 0,
    relevanceThreshold: Double = 0,
    nothingRelevant: Bool = false
  ) {
    self.hits = hits
    self.exact = exact
    self.position = position
    self.staleMilliseconds = staleMilliseconds
    self.tookMicroseconds = tookMicroseconds
    self.rowsConsidered = rowsConsidered
    self.isStale = isStale
    self.incomplete = incomplete
    self.pendingEmbeddings = pendingEmbeddings
    self.recallTarget = recallTarget
    self.relevanceThreshold = relevanceThreshold
    self.nothingRelevant = nothingRelevant
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: MemoryLayout<HybridHit>.stride, in: input)
        var value = HybridHit()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.hits.append(value)
      case 16: self.exact = try reader.bool(in: input)
      case 26:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.position ?? Position()
        self.position = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.position = value
      case 32: self.staleMilliseconds = try reader.uint64(in: input)
      case 40: self.tookMicroseconds = try reader.uint64(in: input)
      case 48: self.rowsConsidered = try reader.uint64(in: input)
      case 56: self.isStale = try reader.bool(in: input)
      case 64: self.incomplete = try reader.bool(in: input)
      case 72: self.pendingEmbeddings = try reader.uint64(in: input)
      case 81: self.recallTarget = try reader.double(in: input)
      case 89: self.relevanceThreshold = try reader.double(in: input)
      case 96: self.nothingRelevant = try reader.bool(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    for value in self.hits { writer.message(value, tag: 10) }
    if self.exact { writer.bool(self.exact, tag: 16) }
    if let value = self.position { writer.message(value, tag: 26) }
    if self.staleMilliseconds != 0 { writer.varint(self.staleMilliseconds, tag: 32) }
    if self.tookMicroseconds != 0 { writer.varint(self.tookMicroseconds, tag: 40) }
    if self.rowsConsidered != 0 { writer.varint(self.rowsConsidered, tag: 48) }
    if self.isStale { writer.bool(self.isStale, tag: 56) }
    if self.incomplete { writer.bool(self.incomplete, tag: 64) }
    if self.pendingEmbeddings != 0 { writer.varint(self.pendingEmbeddings, tag: 72) }
    if self.recallTarget.bitPattern != 0 { writer.double(self.recallTarget, tag: 81) }
    if self.relevanceThreshold.bitPattern != 0 { writer.double(self.relevanceThreshold, tag: 89) }
    if self.nothingRelevant { writer.bool(self.nothingRelevant, tag: 96) }
  }
}

/// Message `GetRequest` of the schema.
public struct GetRequest: ProtoMessage {
  /// Field 1, `collection`.
  public var collection: String = ""
  /// Each id once, here and below.
  public var ids: [[UInt8]] = []
  /// Field 3, `external_ids`.
  public var externalIDs: [String] = []
  /// Field 4, `include_vector`.
  public var includeVector: Bool = false
  /// Where one of these is not reached within wait_ms, the answer is the error STALE.
  public var minXID: UInt64 = 0
  /// Field 6, `wait_ms`.
  public var waitMilliseconds: UInt32 = 0
  /// Field 7, `min_position`.
  public var minPosition: Position? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collection: String = "",
    ids: [[UInt8]] = [],
    externalIDs: [String] = [],
    includeVector: Bool = false,
    minXID: UInt64 = 0,
    waitMilliseconds: UInt32 = 0,
    minPosition: Position? = nil
  ) {
    self.collection = collection
    self.ids = ids
    self.externalIDs = externalIDs
    self.includeVector = includeVector
    self.minXID = minXID
    self.waitMilliseconds = waitMilliseconds
    self.minPosition = minPosition
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.collection = try reader.string(in: input)
      case 18:
        try reader.charge(MemoryLayout<[UInt8]>.stride)
        self.ids.append(try reader.byteArray(in: input))
      case 26:
        try reader.charge(MemoryLayout<String>.stride)
        self.externalIDs.append(try reader.string(in: input))
      case 32: self.includeVector = try reader.bool(in: input)
      case 40: self.minXID = try reader.uint64(in: input)
      case 48: self.waitMilliseconds = try reader.uint32(in: input)
      case 58:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.minPosition ?? Position()
        self.minPosition = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.minPosition = value
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.collection.isEmpty { writer.string(self.collection, tag: 10) }
    for value in self.ids { writer.byteArray(value, tag: 18) }
    for value in self.externalIDs { writer.string(value, tag: 26) }
    if self.includeVector { writer.bool(self.includeVector, tag: 32) }
    if self.minXID != 0 { writer.varint(self.minXID, tag: 40) }
    if self.waitMilliseconds != 0 { writer.varint(UInt64(self.waitMilliseconds), tag: 48) }
    if let value = self.minPosition { writer.message(value, tag: 58) }
  }
}

/// Message `GetReply` of the schema.
public struct GetReply: ProtoMessage {
  /// Those that exist, in the order of the request.
  public var entries: [Entry] = []
  /// Unset where the entries come from the database itself, because files are being made again.
  public var position: Position? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    entries: [Entry] = [],
    position: Position? = nil
  ) {
    self.entries = entries
    self.position = position
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: MemoryLayout<Entry>.stride, in: input)
        var value = Entry()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.entries.append(value)
      case 18:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.position ?? Position()
        self.position = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.position = value
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    for value in self.entries { writer.message(value, tag: 10) }
    if let value = self.position { writer.message(value, tag: 18) }
  }
}

/// Asks which products or services a customer's words mean.
public struct MatchRequest: ProtoMessage {
  /// At most 4,096 bytes.
  public var query: String = ""
  /// Of "products" and "services"; empty means both.
  public var collections: [String] = []
  /// How many candidates, 1 to 50; 0 means 5.
  public var k: UInt32 = 0
  /// The confidence from which the best candidate is taken for what is meant; unset means 0.6.
  public var threshold: Double? = nil
  /// True lets inactive ones answer, too.
  public var includeInactive: Bool = false
  /// True lets only those answer that are in stock (or not counted), or available.
  public var availableOnly: Bool = false
  /// True leaves out the similarity of meaning, for which the query is embedded.
  public var omitSemantic: Bool = false
  /// True leaves title, content and metadata out of the candidates.
  public var omitContent: Bool = false
  /// As in SearchRequest.
  public var minXID: UInt64 = 0
  /// Field 10, `wait_ms`.
  public var waitMilliseconds: UInt32 = 0
  /// Field 11, `min_position`.
  public var minPosition: Position? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    query: String = "",
    collections: [String] = [],
    k: UInt32 = 0,
    threshold: Double? = nil,
    includeInactive: Bool = false,
    availableOnly: Bool = false,
    omitSemantic: Bool = false,
    omitContent: Bool = false,
    minXID: UInt64 = 0,
    waitMilliseconds: UInt32 = 0,
    minPosition: Position? = nil
  ) {
    self.query = query
    self.collections = collections
    self.k = k
    self.threshold = threshold
    self.includeInactive = includeInactive
    self.availableOnly = availableOnly
    self.omitSemantic = omitSemantic
    self.omitContent = omitContent
    self.minXID = minXID
    self.waitMilliseconds = waitMilliseconds
    self.minPosition = minPosition
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.query = try reader.string(in: input)
      case 18:
        try reader.charge(MemoryLayout<String>.stride)
        self.collections.append(try reader.string(in: input))
      case 24: self.k = try reader.uint32(in: input)
      case 33: self.threshold = try reader.double(in: input)
      case 40: self.includeInactive = try reader.bool(in: input)
      case 48: self.availableOnly = try reader.bool(in: input)
      case 56: self.omitSemantic = try reader.bool(in: input)
      case 64: self.omitContent = try reader.bool(in: input)
      case 72: self.minXID = try reader.uint64(in: input)
      case 80: self.waitMilliseconds = try reader.uint32(in: input)
      case 90:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.minPosition ?? Position()
        self.minPosition = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.minPosition = value
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.query.isEmpty { writer.string(self.query, tag: 10) }
    for value in self.collections { writer.string(value, tag: 18) }
    if self.k != 0 { writer.varint(UInt64(self.k), tag: 24) }
    if let value = self.threshold { writer.double(value, tag: 33) }
    if self.includeInactive { writer.bool(self.includeInactive, tag: 40) }
    if self.availableOnly { writer.bool(self.availableOnly, tag: 48) }
    if self.omitSemantic { writer.bool(self.omitSemantic, tag: 56) }
    if self.omitContent { writer.bool(self.omitContent, tag: 64) }
    if self.minXID != 0 { writer.varint(self.minXID, tag: 72) }
    if self.waitMilliseconds != 0 { writer.varint(UInt64(self.waitMilliseconds), tag: 80) }
    if let value = self.minPosition { writer.message(value, tag: 90) }
  }
}

/// What speaks for a candidate, each 0 to 1.
public struct MatchParts: ProtoMessage {
  /// Letters in common and in order.
  public var edit: Double = 0
  /// Words in common, weighted by rarity.
  public var tokenSet: Double = 0
  /// As edit, after the words of both were sorted.
  public var tokenSort: Double = 0
  /// Parts of words in common.
  public var ngram: Double = 0
  /// Share of the query that the name begins with.
  public var prefix: Double = 0
  /// Share of the words that abbreviations or initials explain.
  public var initialism: Double = 0
  /// 1 where an alias matched and not the name.
  public var alias: Double = 0
  /// Share of the codes asked for that the name has; 1 where none was asked for.
  public var code: Double = 0
  /// Similarity of meaning; unset where it was not looked at.
  public var semantic: Double? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    edit: Double = 0,
    tokenSet: Double = 0,
    tokenSort: Double = 0,
    ngram: Double = 0,
    prefix: Double = 0,
    initialism: Double = 0,
    alias: Double = 0,
    code: Double = 0,
    semantic: Double? = nil
  ) {
    self.edit = edit
    self.tokenSet = tokenSet
    self.tokenSort = tokenSort
    self.ngram = ngram
    self.prefix = prefix
    self.initialism = initialism
    self.alias = alias
    self.code = code
    self.semantic = semantic
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 9: self.edit = try reader.double(in: input)
      case 17: self.tokenSet = try reader.double(in: input)
      case 25: self.tokenSort = try reader.double(in: input)
      case 33: self.ngram = try reader.double(in: input)
      case 41: self.prefix = try reader.double(in: input)
      case 49: self.initialism = try reader.double(in: input)
      case 57: self.alias = try reader.double(in: input)
      case 65: self.code = try reader.double(in: input)
      case 73: self.semantic = try reader.double(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.edit.bitPattern != 0 { writer.double(self.edit, tag: 9) }
    if self.tokenSet.bitPattern != 0 { writer.double(self.tokenSet, tag: 17) }
    if self.tokenSort.bitPattern != 0 { writer.double(self.tokenSort, tag: 25) }
    if self.ngram.bitPattern != 0 { writer.double(self.ngram, tag: 33) }
    if self.prefix.bitPattern != 0 { writer.double(self.prefix, tag: 41) }
    if self.initialism.bitPattern != 0 { writer.double(self.initialism, tag: 49) }
    if self.alias.bitPattern != 0 { writer.double(self.alias, tag: 57) }
    if self.code.bitPattern != 0 { writer.double(self.code, tag: 65) }
    if let value = self.semantic { writer.double(value, tag: 73) }
  }
}

/// One step from the query to the name; spans are bytes of UTF-8.
public struct MatchEdit: ProtoMessage {
  /// Field 1, `kind`.
  public var kind: MatchEditKind = MatchEditKind(rawValue: 0)
  /// Field 2, `word_class`.
  public var wordClass: WordClass = WordClass(rawValue: 0)
  /// Field 3, `query_start`.
  public var queryStart: UInt32 = 0
  /// Field 4, `query_end`.
  public var queryEnd: UInt32 = 0
  /// Field 5, `name_start`.
  public var nameStart: UInt32 = 0
  /// Field 6, `name_end`.
  public var nameEnd: UInt32 = 0
  /// Letters inserted, deleted, replaced or exchanged with their neighbour.
  public var distance: UInt32 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    kind: MatchEditKind = MatchEditKind(rawValue: 0),
    wordClass: WordClass = WordClass(rawValue: 0),
    queryStart: UInt32 = 0,
    queryEnd: UInt32 = 0,
    nameStart: UInt32 = 0,
    nameEnd: UInt32 = 0,
    distance: UInt32 = 0
  ) {
    self.kind = kind
    self.wordClass = wordClass
    self.queryStart = queryStart
    self.queryEnd = queryEnd
    self.nameStart = nameStart
    self.nameEnd = nameEnd
    self.distance = distance
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.kind = MatchEditKind(rawValue: try reader.int32(in: input))
      case 16: self.wordClass = WordClass(rawValue: try reader.int32(in: input))
      case 24: self.queryStart = try reader.uint32(in: input)
      case 32: self.queryEnd = try reader.uint32(in: input)
      case 40: self.nameStart = try reader.uint32(in: input)
      case 48: self.nameEnd = try reader.uint32(in: input)
      case 56: self.distance = try reader.uint32(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.kind.rawValue != 0 { writer.signed(Int64(self.kind.rawValue), tag: 8) }
    if self.wordClass.rawValue != 0 { writer.signed(Int64(self.wordClass.rawValue), tag: 16) }
    if self.queryStart != 0 { writer.varint(UInt64(self.queryStart), tag: 24) }
    if self.queryEnd != 0 { writer.varint(UInt64(self.queryEnd), tag: 32) }
    if self.nameStart != 0 { writer.varint(UInt64(self.nameStart), tag: 40) }
    if self.nameEnd != 0 { writer.varint(UInt64(self.nameEnd), tag: 48) }
    if self.distance != 0 { writer.varint(UInt64(self.distance), tag: 56) }
  }
}

/// Message `MatchCandidate` of the schema.
public struct MatchCandidate: ProtoMessage {
  /// Its collection says whether it is a product or a service.
  public var entry: Entry? = nil
  /// How sure it is that this one is meant, 0 to 1.
  public var confidence: Double = 0
  /// The name or alias that matched.
  public var name: String = ""
  /// Field 4, `parts`.
  public var parts: MatchParts? = nil
  /// How the query becomes the name, in the order of the name.
  public var edits: [MatchEdit] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    entry: Entry? = nil,
    confidence: Double = 0,
    name: String = "",
    parts: MatchParts? = nil,
    edits: [MatchEdit] = []
  ) {
    self.entry = entry
    self.confidence = confidence
    self.name = name
    self.parts = parts
    self.edits = edits
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.entry ?? Entry()
        self.entry = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.entry = value
      case 17: self.confidence = try reader.double(in: input)
      case 26: self.name = try reader.string(in: input)
      case 34:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.parts ?? MatchParts()
        self.parts = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.parts = value
      case 42:
        let scope = try reader.enter(memory: MemoryLayout<MatchEdit>.stride, in: input)
        var value = MatchEdit()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.edits.append(value)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if let value = self.entry { writer.message(value, tag: 10) }
    if self.confidence.bitPattern != 0 { writer.double(self.confidence, tag: 17) }
    if !self.name.isEmpty { writer.string(self.name, tag: 26) }
    if let value = self.parts { writer.message(value, tag: 34) }
    for value in self.edits { writer.message(value, tag: 42) }
  }
}

/// Message `MatchOption` of the schema.
public struct MatchOption: ProtoMessage {
  /// Field 1, `id`.
  public var id: [UInt8] = []
  /// Field 2, `collection`.
  public var collection: String = ""
  /// What to call it: a code where codes tell the options apart, else the name.
  public var label: String = ""
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    id: [UInt8] = [],
    collection: String = "",
    label: String = ""
  ) {
    self.id = id
    self.collection = collection
    self.label = label
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.id = try reader.byteArray(in: input)
      case 18: self.collection = try reader.string(in: input)
      case 26: self.label = try reader.string(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.id.isEmpty { writer.byteArray(self.id, tag: 10) }
    if !self.collection.isEmpty { writer.string(self.collection, tag: 18) }
    if !self.label.isEmpty { writer.string(self.label, tag: 26) }
  }
}

/// Which of these?
public struct MatchQuestion: ProtoMessage {
  /// Field 1, `reason`.
  public var reason: MatchReason = MatchReason(rawValue: 0)
  /// The code asked for, where that is the reason.
  public var code: String = ""
  /// Best first, at most five.
  public var options: [MatchOption] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    reason: MatchReason = MatchReason(rawValue: 0),
    code: String = "",
    options: [MatchOption] = []
  ) {
    self.reason = reason
    self.code = code
    self.options = options
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.reason = MatchReason(rawValue: try reader.int32(in: input))
      case 18: self.code = try reader.string(in: input)
      case 26:
        let scope = try reader.enter(memory: MemoryLayout<MatchOption>.stride, in: input)
        var value = MatchOption()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.options.append(value)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.reason.rawValue != 0 { writer.signed(Int64(self.reason.rawValue), tag: 8) }
    if !self.code.isEmpty { writer.string(self.code, tag: 18) }
    for value in self.options { writer.message(value, tag: 26) }
  }
}

/// Message `MatchReply` of the schema.
public struct MatchReply: ProtoMessage {
  /// Best first.
  public var candidates: [MatchCandidate] = []
  /// Field 2, `verdict`.
  public var verdict: MatchVerdict = MatchVerdict(rawValue: 0)
  /// Set where the verdict is AMBIGUOUS.
  public var question: MatchQuestion? = nil
  /// Field 4, `position`.
  public var position: Position? = nil
  /// Field 5, `stale_ms`.
  public var staleMilliseconds: UInt64 = 0
  /// Field 6, `took_us`.
  public var tookMicroseconds: UInt64 = 0
  /// True where min_xid or min_position was not reached within wait_ms.
  public var isStale: Bool = false
  /// True while a collection is being read again from the database, so that some may be missing.
  public var incomplete: Bool = false
  /// Products and services that wait to be embedded, so that none of them is a candidate yet.
  public var pendingEmbeddings: UInt64 = 0
  /// Products and services that could have answered, whatever the query.
  public var items: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    candidates: [MatchCandidate] = [],
    verdict: MatchVerdict = MatchVerdict(rawValue: 0),
    question: MatchQuestion? = nil,
    position: Position? = nil,
    staleMilliseconds: UInt64 = 0,
    tookMicroseconds: UInt64 = 0,
    isStale: Bool = false,
    incomplete: Bool = false,
    pendingEmbeddings: UInt64 = 0,
    items: UInt64 = 0
  ) {
    self.candidates = candidates
    self.verdict = verdict
    self.question = question
    self.position = position
    self.staleMilliseconds = staleMilliseconds
    self.tookMicroseconds = tookMicroseconds
    self.isStale = isStale
    self.incomplete = incomplete
    self.pendingEmbeddings = pendingEmbeddings
    self.items = items
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: MemoryLayout<MatchCandidate>.stride, in: input)
        var value = MatchCandidate()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.candidates.append(value)
      case 16: self.verdict = MatchVerdict(rawValue: try reader.int32(in: input))
      case 26:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.question ?? MatchQuestion()
        self.question = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.question = value
      case 34:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.position ?? Position()
        self.position = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.position = value
      case 40: self.staleMilliseconds = try reader.uint64(in: input)
      case 48: self.tookMicroseconds = try reader.uint64(in: input)
      case 56: self.isStale = try reader.bool(in: input)
      case 64: self.incomplete = try reader.bool(in: input)
      case 72: self.pendingEmbeddings = try reader.uint64(in: input)
      case 80: self.items = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    for value in self.candidates { writer.message(value, tag: 10) }
    if self.verdict.rawValue != 0 { writer.signed(Int64(self.verdict.rawValue), tag: 16) }
    if let value = self.question { writer.message(value, tag: 26) }
    if let value = self.position { writer.message(value, tag: 34) }
    if self.staleMilliseconds != 0 { writer.varint(self.staleMilliseconds, tag: 40) }
    if self.tookMicroseconds != 0 { writer.varint(self.tookMicroseconds, tag: 48) }
    if self.isStale { writer.bool(self.isStale, tag: 56) }
    if self.incomplete { writer.bool(self.incomplete, tag: 64) }
    if self.pendingEmbeddings != 0 { writer.varint(self.pendingEmbeddings, tag: 72) }
    if self.items != 0 { writer.varint(self.items, tag: 80) }
  }
}

/// Asks for a text's spelling to be corrected.
public struct SpellRequest: ProtoMessage {
  /// At most 64 KiB.
  public var text: String = ""
  /// BCP 47, such as "en"; empty means the language that most entries of the business say.
  public var language: String = ""
  /// The least confidence of a change, 0 to 1; what is below becomes a question. Unset means 0.8.
  public var threshold: Double? = nil
  /// How many alternatives a correction names, at most 8; unset means 5.
  public var alternatives: UInt32? = nil
  /// As in SearchRequest.
  public var minXID: UInt64 = 0
  /// Field 6, `wait_ms`.
  public var waitMilliseconds: UInt32 = 0
  /// Field 7, `min_position`.
  public var minPosition: Position? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    text: String = "",
    language: String = "",
    threshold: Double? = nil,
    alternatives: UInt32? = nil,
    minXID: UInt64 = 0,
    waitMilliseconds: UInt32 = 0,
    minPosition: Position? = nil
  ) {
    self.text = text
    self.language = language
    self.threshold = threshold
    self.alternatives = alternatives
    self.minXID = minXID
    self.waitMilliseconds = waitMilliseconds
    self.minPosition = minPosition
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.text = try reader.string(in: input)
      case 18: self.language = try reader.string(in: input)
      case 25: self.threshold = try reader.double(in: input)
      case 32: self.alternatives = try reader.uint32(in: input)
      case 40: self.minXID = try reader.uint64(in: input)
      case 48: self.waitMilliseconds = try reader.uint32(in: input)
      case 58:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.minPosition ?? Position()
        self.minPosition = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.minPosition = value
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.text.isEmpty { writer.string(self.text, tag: 10) }
    if !self.language.isEmpty { writer.string(self.language, tag: 18) }
    if let value = self.threshold { writer.double(value, tag: 25) }
    if let value = self.alternatives { writer.varint(UInt64(value), tag: 32) }
    if self.minXID != 0 { writer.varint(self.minXID, tag: 40) }
    if self.waitMilliseconds != 0 { writer.varint(UInt64(self.waitMilliseconds), tag: 48) }
    if let value = self.minPosition { writer.message(value, tag: 58) }
  }
}

/// Message `SpellingSuggestion` of the schema.
public struct SpellingSuggestion: ProtoMessage {
  /// Field 1, `text`.
  public var text: String = ""
  /// Its share of all readings, 0 to 1.
  public var share: Double = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    text: String = "",
    share: Double = 0
  ) {
    self.text = text
    self.share = share
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.text = try reader.string(in: input)
      case 17: self.share = try reader.double(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.text.isEmpty { writer.string(self.text, tag: 10) }
    if self.share.bitPattern != 0 { writer.double(self.share, tag: 17) }
  }
}

/// Message `SpellingCorrection` of the schema.
public struct SpellingCorrection: ProtoMessage {
  /// Field 1, `kind`.
  public var kind: SpellingKind = SpellingKind(rawValue: 0)
  /// Bytes of the request's text.
  public var start: UInt32 = 0
  /// Field 3, `end`.
  public var end: UInt32 = 0
  /// Field 4, `original`.
  public var original: String = ""
  /// Field 5, `replacement`.
  public var replacement: String = ""
  /// How sure it is, 0 to 1.
  public var confidence: Double = 0
  /// Other readings, best first.
  public var alternatives: [SpellingSuggestion] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    kind: SpellingKind = SpellingKind(rawValue: 0),
    start: UInt32 = 0,
    end: UInt32 = 0,
    original: String = "",
    replacement: String = "",
    confidence: Double = 0,
    alternatives: [SpellingSuggestion] = []
  ) {
    self.kind = kind
    self.start = start
    self.end = end
    self.original = original
    self.replacement = replacement
    self.confidence = confidence
    self.alternatives = alternatives
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.kind = SpellingKind(rawValue: try reader.int32(in: input))
      case 16: self.start = try reader.uint32(in: input)
      case 24: self.end = try reader.uint32(in: input)
      case 34: self.original = try reader.string(in: input)
      case 42: self.replacement = try reader.string(in: input)
      case 49: self.confidence = try reader.double(in: input)
      case 58:
        let scope = try reader.enter(memory: MemoryLayout<SpellingSuggestion>.stride, in: input)
        var value = SpellingSuggestion()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.alternatives.append(value)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.kind.rawValue != 0 { writer.signed(Int64(self.kind.rawValue), tag: 8) }
    if self.start != 0 { writer.varint(UInt64(self.start), tag: 16) }
    if self.end != 0 { writer.varint(UInt64(self.end), tag: 24) }
    if !self.original.isEmpty { writer.string(self.original, tag: 34) }
    if !self.replacement.isEmpty { writer.string(self.replacement, tag: 42) }
    if self.confidence.bitPattern != 0 { writer.double(self.confidence, tag: 49) }
    for value in self.alternatives { writer.message(value, tag: 58) }
  }
}

/// Message `SpellReply` of the schema.
public struct SpellReply: ProtoMessage {
  /// With every change, and otherwise byte for byte what was sent.
  public var text: String = ""
  /// In the text's order.
  public var changes: [SpellingCorrection] = []
  /// What was left, since it is not sure enough: ask the customer.
  public var questions: [SpellingCorrection] = []
  /// The language that was taken.
  public var language: String = ""
  /// Whether there is a word list of it; without one the business's own words alone correct.
  public var hasWordList: Bool = false
  /// Words that were looked at; codes, numbers and addresses are none.
  public var words: UInt32 = 0
  /// Different words that the business itself uses.
  public var vocabulary: UInt64 = 0
  /// Field 8, `position`.
  public var position: Position? = nil
  /// Field 9, `stale_ms`.
  public var staleMilliseconds: UInt64 = 0
  /// Field 10, `took_us`.
  public var tookMicroseconds: UInt64 = 0
  /// True where min_xid or min_position was not reached within wait_ms.
  public var isStale: Bool = false
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    text: String = "",
    changes: [SpellingCorrection] = [],
    questions: [SpellingCorrection] = [],
    language: String = "",
    hasWordList: Bool = false,
    words: UInt32 = 0,
    vocabulary: UInt64 = 0,
    position: Position? = nil,
    staleMilliseconds: UInt64 = 0,
    tookMicroseconds: UInt64 = 0,
    isStale: Bool = false
  ) {
    self.text = text
    self.changes = changes
    self.questions = questions
    self.language = language
    self.hasWordList = hasWordList
    self.words = words
    self.vocabulary = vocabulary
    self.position = position
    self.staleMilliseconds = staleMilliseconds
    self.tookMicroseconds = tookMicroseconds
    self.isStale = isStale
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.text = try reader.string(in: input)
      case 18:
        let scope = try reader.enter(memory: MemoryLayout<SpellingCorrection>.stride, in: input)
        var value = SpellingCorrection()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.changes.append(value)
      case 26:
        let scope = try reader.enter(memory: MemoryLayout<SpellingCorrection>.stride, in: input)
        var value = SpellingCorrection()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.questions.append(value)
      case 34: self.language = try reader.string(in: input)
      case 40: self.hasWordList = try reader.bool(in: input)
      case 48: self.words = try reader.uint32(in: input)
      case 56: self.vocabulary = try reader.uint64(in: input)
      case 66:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.position ?? Position()
        self.position = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.position = value
      case 72: self.staleMilliseconds = try reader.uint64(in: input)
      case 80: self.tookMicroseconds = try reader.uint64(in: input)
      case 88: self.isStale = try reader.bool(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.text.isEmpty { writer.string(self.text, tag: 10) }
    for value in self.changes { writer.message(value, tag: 18) }
    for value in self.questions { writer.message(value, tag: 26) }
    if !self.language.isEmpty { writer.string(self.language, tag: 34) }
    if self.hasWordList { writer.bool(self.hasWordList, tag: 40) }
    if self.words != 0 { writer.varint(UInt64(self.words), tag: 48) }
    if self.vocabulary != 0 { writer.varint(self.vocabulary, tag: 56) }
    if let value = self.position { writer.message(value, tag: 66) }
    if self.staleMilliseconds != 0 { writer.varint(self.staleMilliseconds, tag: 72) }
    if self.tookMicroseconds != 0 { writer.varint(self.tookMicroseconds, tag: 80) }
    if self.isStale { writer.bool(self.isStale, tag: 88) }
  }
}

/// What became of one correction. Only the words themselves are kept, and nothing around them.
public struct SpellingOutcomeReport: ProtoMessage {
  /// One word, or two that were joined: at most 100 bytes, no digits and no addresses.
  public var original: String = ""
  /// Field 2, `replacement`.
  public var replacement: String = ""
  /// Field 3, `kind`.
  public var kind: SpellingKind = SpellingKind(rawValue: 0)
  /// As it was said.
  public var confidence: Double = 0
  /// Field 5, `outcome`.
  public var outcome: SpellingOutcome = SpellingOutcome(rawValue: 0)
  /// What was right instead, where the outcome is CHANGED.
  public var changedTo: String = ""
  /// Field 7, `language`.
  public var language: String = ""
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    original: String = "",
    replacement: String = "",
    kind: SpellingKind = SpellingKind(rawValue: 0),
    confidence: Double = 0,
    outcome: SpellingOutcome = SpellingOutcome(rawValue: 0),
    changedTo: String = "",
    language: String = ""
  ) {
    self.original = original
    self.replacement = replacement
    self.kind = kind
    self.confidence = confidence
    self.outcome = outcome
    self.changedTo = changedTo
    self.language = language
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.original = try reader.string(in: input)
      case 18: self.replacement = try reader.string(in: input)
      case 24: self.kind = SpellingKind(rawValue: try reader.int32(in: input))
      case 33: self.confidence = try reader.double(in: input)
      case 40: self.outcome = SpellingOutcome(rawValue: try reader.int32(in: input))
      case 50: self.changedTo = try reader.string(in: input)
      case 58: self.language = try reader.string(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.original.isEmpty { writer.string(self.original, tag: 10) }
    if !self.replacement.isEmpty { writer.string(self.replacement, tag: 18) }
    if self.kind.rawValue != 0 { writer.signed(Int64(self.kind.rawValue), tag: 24) }
    if self.confidence.bitPattern != 0 { writer.double(self.confidence, tag: 33) }
    if self.outcome.rawValue != 0 { writer.signed(Int64(self.outcome.rawValue), tag: 40) }
    if !self.changedTo.isEmpty { writer.string(self.changedTo, tag: 50) }
    if !self.language.isEmpty { writer.string(self.language, tag: 58) }
  }
}

/// Message `SpellFeedbackRequest` of the schema.
public struct SpellFeedbackRequest: ProtoMessage {
  /// At most 100.
  public var outcomes: [SpellingOutcomeReport] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    outcomes: [SpellingOutcomeReport] = []
  ) {
    self.outcomes = outcomes
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: MemoryLayout<SpellingOutcomeReport>.stride, in: input)
        var value = SpellingOutcomeReport()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.outcomes.append(value)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    for value in self.outcomes { writer.message(value, tag: 10) }
  }
}

/// Message `SpellFeedbackReply` of the schema.
public struct SpellFeedbackReply: ProtoMessage {
  /// Field 1, `recorded`.
  public var recorded: UInt64 = 0
  /// Field 2, `xid`.
  public var xid: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    recorded: UInt64 = 0,
    xid: UInt64 = 0
  ) {
    self.recorded = recorded
    self.xid = xid
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.recorded = try reader.uint64(in: input)
      case 16: self.xid = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.recorded != 0 { writer.varint(self.recorded, tag: 8) }
    if self.xid != 0 { writer.varint(self.xid, tag: 16) }
  }
}

/// What became of one entry of a request.
public struct Outcome: ProtoMessage {
  /// Place in the request, from 0.
  public var index: UInt32 = 0
  /// Field 2, `kind`.
  public var kind: OutcomeKind = OutcomeKind(rawValue: 0)
  /// The entry's id; empty where it was rejected.
  public var id: [UInt8] = []
  /// For a rejected entry: the field, and why. For a skipped one the reason, where there is more to
  /// say than that it exists.
  public var field: String = ""
  /// Field 5, `reason`.
  public var reason: String = ""
  /// Place of the later entry of the same request that has the same identity and counts instead of
  /// this one, which was skipped. Unset otherwise.
  public var supersededBy: UInt32? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    index: UInt32 = 0,
    kind: OutcomeKind = OutcomeKind(rawValue: 0),
    id: [UInt8] = [],
    field: String = "",
    reason: String = "",
    supersededBy: UInt32? = nil
  ) {
    self.index = index
    self.kind = kind
    self.id = id
    self.field = field
    self.reason = reason
    self.supersededBy = supersededBy
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.index = try reader.uint32(in: input)
      case 16: self.kind = OutcomeKind(rawValue: try reader.int32(in: input))
      case 26: self.id = try reader.byteArray(in: input)
      case 34: self.field = try reader.string(in: input)
      case 42: self.reason = try reader.string(in: input)
      case 48: self.supersededBy = try reader.uint32(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.index != 0 { writer.varint(UInt64(self.index), tag: 8) }
    if self.kind.rawValue != 0 { writer.signed(Int64(self.kind.rawValue), tag: 16) }
    if !self.id.isEmpty { writer.byteArray(self.id, tag: 26) }
    if !self.field.isEmpty { writer.string(self.field, tag: 34) }
    if !self.reason.isEmpty { writer.string(self.reason, tag: 42) }
    if let value = self.supersededBy { writer.varint(UInt64(value), tag: 48) }
  }
}

/// Message `UpsertRequest` of the schema.
public struct UpsertRequest: ProtoMessage {
  /// Field 1, `collection`.
  public var collection: String = ""
  /// Field 2, `entries`.
  public var entries: [Entry] = []
  /// Field 3, `on_conflict`.
  public var onConflict: OnConflict = OnConflict(rawValue: 0)
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collection: String = "",
    entries: [Entry] = [],
    onConflict: OnConflict = OnConflict(rawValue: 0)
  ) {
    self.collection = collection
    self.entries = entries
    self.onConflict = onConflict
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.collection = try reader.string(in: input)
      case 18:
        let scope = try reader.enter(memory: MemoryLayout<Entry>.stride, in: input)
        var value = Entry()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.entries.append(value)
      case 24: self.onConflict = OnConflict(rawValue: try reader.int32(in: input))
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.collection.isEmpty { writer.string(self.collection, tag: 10) }
    for value in self.entries { writer.message(value, tag: 18) }
    if self.onConflict.rawValue != 0 { writer.signed(Int64(self.onConflict.rawValue), tag: 24) }
  }
}

/// Message `UpsertReply` of the schema.
public struct UpsertReply: ProtoMessage {
  /// One for each entry, in order.
  public var outcomes: [Outcome] = []
  /// The transaction; pass it as min_xid to read your own write.
  public var xid: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    outcomes: [Outcome] = [],
    xid: UInt64 = 0
  ) {
    self.outcomes = outcomes
    self.xid = xid
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: MemoryLayout<Outcome>.stride, in: input)
        var value = Outcome()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.outcomes.append(value)
      case 16: self.xid = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    for value in self.outcomes { writer.message(value, tag: 10) }
    if self.xid != 0 { writer.varint(self.xid, tag: 16) }
  }
}

/// Message `DeleteRequest` of the schema.
public struct DeleteRequest: ProtoMessage {
  /// Field 1, `collection`.
  public var collection: String = ""
  /// Field 2, `ids`.
  public var ids: [[UInt8]] = []
  /// Field 3, `external_ids`.
  public var externalIDs: [String] = []
  /// True keeps the row in the database, marked deleted.
  public var soft: Bool = false
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collection: String = "",
    ids: [[UInt8]] = [],
    externalIDs: [String] = [],
    soft: Bool = false
  ) {
    self.collection = collection
    self.ids = ids
    self.externalIDs = externalIDs
    self.soft = soft
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.collection = try reader.string(in: input)
      case 18:
        try reader.charge(MemoryLayout<[UInt8]>.stride)
        self.ids.append(try reader.byteArray(in: input))
      case 26:
        try reader.charge(MemoryLayout<String>.stride)
        self.externalIDs.append(try reader.string(in: input))
      case 32: self.soft = try reader.bool(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.collection.isEmpty { writer.string(self.collection, tag: 10) }
    for value in self.ids { writer.byteArray(value, tag: 18) }
    for value in self.externalIDs { writer.string(value, tag: 26) }
    if self.soft { writer.bool(self.soft, tag: 32) }
  }
}

/// Message `DeleteReply` of the schema.
public struct DeleteReply: ProtoMessage {
  /// Field 1, `deleted`.
  public var deleted: UInt64 = 0
  /// Field 2, `not_found`.
  public var notFound: UInt64 = 0
  /// Field 3, `xid`.
  public var xid: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    deleted: UInt64 = 0,
    notFound: UInt64 = 0,
    xid: UInt64 = 0
  ) {
    self.deleted = deleted
    self.notFound = notFound
    self.xid = xid
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.deleted = try reader.uint64(in: input)
      case 16: self.notFound = try reader.uint64(in: input)
      case 24: self.xid = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.deleted != 0 { writer.varint(self.deleted, tag: 8) }
    if self.notFound != 0 { writer.varint(self.notFound, tag: 16) }
    if self.xid != 0 { writer.varint(self.xid, tag: 24) }
  }
}

/// Opens a bulk import; the defaults hold for every batch that does not say otherwise.
public struct ImportRequest: ProtoMessage {
  /// Field 1, `collection`.
  public var collection: String = ""
  /// Field 2, `on_conflict`.
  public var onConflict: OnConflict = OnConflict(rawValue: 0)
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collection: String = "",
    onConflict: OnConflict = OnConflict(rawValue: 0)
  ) {
    self.collection = collection
    self.onConflict = onConflict
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.collection = try reader.string(in: input)
      case 16: self.onConflict = OnConflict(rawValue: try reader.int32(in: input))
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.collection.isEmpty { writer.string(self.collection, tag: 10) }
    if self.onConflict.rawValue != 0 { writer.signed(Int64(self.onConflict.rawValue), tag: 16) }
  }
}

/// One item of a bulk import, from the client.
public struct ImportBatch: ProtoMessage {
  /// Chosen by the client, rising; comes back in the acknowledgement.
  public var sequence: UInt64 = 0
  /// Field 2, `collection`.
  public var collection: String = ""
  /// Field 3, `entries`.
  public var entries: [Entry] = []
  /// Field 4, `on_conflict`.
  public var onConflict: OnConflict = OnConflict(rawValue: 0)
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    sequence: UInt64 = 0,
    collection: String = "",
    entries: [Entry] = [],
    onConflict: OnConflict = OnConflict(rawValue: 0)
  ) {
    self.sequence = sequence
    self.collection = collection
    self.entries = entries
    self.onConflict = onConflict
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.sequence = try reader.uint64(in: input)
      case 18: self.collection = try reader.string(in: input)
      case 26:
        let scope = try reader.enter(memory: MemoryLayout<Entry>.stride, in: input)
        var value = Entry()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.entries.append(value)
      case 32: self.onConflict = OnConflict(rawValue: try reader.int32(in: input))
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.sequence != 0 { writer.varint(self.sequence, tag: 8) }
    if !self.collection.isEmpty { writer.string(self.collection, tag: 18) }
    for value in self.entries { writer.message(value, tag: 26) }
    if self.onConflict.rawValue != 0 { writer.signed(Int64(self.onConflict.rawValue), tag: 32) }
  }
}

/// Message `ImportCounts` of the schema.
public struct ImportCounts: ProtoMessage {
  /// Field 1, `inserted`.
  public var inserted: UInt64 = 0
  /// Field 2, `updated`.
  public var updated: UInt64 = 0
  /// Field 3, `unchanged`.
  public var unchanged: UInt64 = 0
  /// Field 4, `skipped`.
  public var skipped: UInt64 = 0
  /// Field 5, `rejected`.
  public var rejected: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    inserted: UInt64 = 0,
    updated: UInt64 = 0,
    unchanged: UInt64 = 0,
    skipped: UInt64 = 0,
    rejected: UInt64 = 0
  ) {
    self.inserted = inserted
    self.updated = updated
    self.unchanged = unchanged
    self.skipped = skipped
    self.rejected = rejected
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.inserted = try reader.uint64(in: input)
      case 16: self.updated = try reader.uint64(in: input)
      case 24: self.unchanged = try reader.uint64(in: input)
      case 32: self.skipped = try reader.uint64(in: input)
      case 40: self.rejected = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.inserted != 0 { writer.varint(self.inserted, tag: 8) }
    if self.updated != 0 { writer.varint(self.updated, tag: 16) }
    if self.unchanged != 0 { writer.varint(self.unchanged, tag: 24) }
    if self.skipped != 0 { writer.varint(self.skipped, tag: 32) }
    if self.rejected != 0 { writer.varint(self.rejected, tag: 40) }
  }
}

/// One item of a bulk import, from the server: the batch is committed.
public struct ImportAck: ProtoMessage {
  /// Field 1, `sequence`.
  public var sequence: UInt64 = 0
  /// Field 2, `counts`.
  public var counts: ImportCounts? = nil
  /// Rejected rows only.
  public var rejected: [Outcome] = []
  /// Field 4, `xid`.
  public var xid: UInt64 = 0
  /// Rows that a later row of the same batch replaced (superseded_by); they count as skipped.
  public var superseded: [Outcome] = []
  /// Field 6, `stages`.
  public var stages: ImportStages? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    sequence: UInt64 = 0,
    counts: ImportCounts? = nil,
    rejected: [Outcome] = [],
    xid: UInt64 = 0,
    superseded: [Outcome] = [],
    stages: ImportStages? = nil
  ) {
    self.sequence = sequence
    self.counts = counts
    self.rejected = rejected
    self.xid = xid
    self.superseded = superseded
    self.stages = stages
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.sequence = try reader.uint64(in: input)
      case 18:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.counts ?? ImportCounts()
        self.counts = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.counts = value
      case 26:
        let scope = try reader.enter(memory: MemoryLayout<Outcome>.stride, in: input)
        var value = Outcome()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.rejected.append(value)
      case 32: self.xid = try reader.uint64(in: input)
      case 42:
        let scope = try reader.enter(memory: MemoryLayout<Outcome>.stride, in: input)
        var value = Outcome()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.superseded.append(value)
      case 50:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.stages ?? ImportStages()
        self.stages = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.stages = value
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.sequence != 0 { writer.varint(self.sequence, tag: 8) }
    if let value = self.counts { writer.message(value, tag: 18) }
    for value in self.rejected { writer.message(value, tag: 26) }
    if self.xid != 0 { writer.varint(self.xid, tag: 32) }
    for value in self.superseded { writer.message(value, tag: 42) }
    if let value = self.stages { writer.message(value, tag: 50) }
  }
}

/// How long each stage behind an import was at work, in microseconds of the service's clock, since
/// the import began; the difference of two acknowledgements says which stage is the bottleneck.
/// Indexing and embedding are those of everybody's changes.
public struct ImportStages: ProtoMessage {
  /// Field 1, `elapsed_us`.
  public var elapsedMicroseconds: UInt64 = 0
  /// Transactions of the import's batches.
  public var writingMicroseconds: UInt64 = 0
  /// Bringing changes from the database into the files.
  public var indexingMicroseconds: UInt64 = 0
  /// Making vectors of entries.
  public var embeddingMicroseconds: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    elapsedMicroseconds: UInt64 = 0,
    writingMicroseconds: UInt64 = 0,
    indexingMicroseconds: UInt64 = 0,
    embeddingMicroseconds: UInt64 = 0
  ) {
    self.elapsedMicroseconds = elapsedMicroseconds
    self.writingMicroseconds = writingMicroseconds
    self.indexingMicroseconds = indexingMicroseconds
    self.embeddingMicroseconds = embeddingMicroseconds
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.elapsedMicroseconds = try reader.uint64(in: input)
      case 16: self.writingMicroseconds = try reader.uint64(in: input)
      case 24: self.indexingMicroseconds = try reader.uint64(in: input)
      case 32: self.embeddingMicroseconds = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.elapsedMicroseconds != 0 { writer.varint(self.elapsedMicroseconds, tag: 8) }
    if self.writingMicroseconds != 0 { writer.varint(self.writingMicroseconds, tag: 16) }
    if self.indexingMicroseconds != 0 { writer.varint(self.indexingMicroseconds, tag: 24) }
    if self.embeddingMicroseconds != 0 { writer.varint(self.embeddingMicroseconds, tag: 32) }
  }
}

/// The end of a bulk import.
public struct ImportSummary: ProtoMessage {
  /// Field 1, `counts`.
  public var counts: ImportCounts? = nil
  /// Field 2, `batches`.
  public var batches: UInt64 = 0
  /// The last transaction.
  public var xid: UInt64 = 0
  /// Field 4, `took_us`.
  public var tookMicroseconds: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    counts: ImportCounts? = nil,
    batches: UInt64 = 0,
    xid: UInt64 = 0,
    tookMicroseconds: UInt64 = 0
  ) {
    self.counts = counts
    self.batches = batches
    self.xid = xid
    self.tookMicroseconds = tookMicroseconds
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.counts ?? ImportCounts()
        self.counts = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.counts = value
      case 16: self.batches = try reader.uint64(in: input)
      case 24: self.xid = try reader.uint64(in: input)
      case 32: self.tookMicroseconds = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if let value = self.counts { writer.message(value, tag: 10) }
    if self.batches != 0 { writer.varint(self.batches, tag: 16) }
    if self.xid != 0 { writer.varint(self.xid, tag: 24) }
    if self.tookMicroseconds != 0 { writer.varint(self.tookMicroseconds, tag: 32) }
  }
}

/// Message `ExportRequest` of the schema.
public struct ExportRequest: ProtoMessage {
  /// Field 1, `collection`.
  public var collection: String = ""
  /// Field 2, `filter`.
  public var filter: Filter? = nil
  /// Field 3, `include_vector`.
  public var includeVector: Bool = false
  /// Where one of these is not reached within wait_ms, the answer is the error STALE.
  public var minXID: UInt64 = 0
  /// Field 5, `wait_ms`.
  public var waitMilliseconds: UInt32 = 0
  /// Field 6, `min_position`.
  public var minPosition: Position? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collection: String = "",
    filter: Filter? = nil,
    includeVector: Bool = false,
    minXID: UInt64 = 0,
    waitMilliseconds: UInt32 = 0,
    minPosition: Position? = nil
  ) {
    self.collection = collection
    self.filter = filter
    self.includeVector = includeVector
    self.minXID = minXID
    self.waitMilliseconds = waitMilliseconds
    self.minPosition = minPosition
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.collection = try reader.string(in: input)
      case 18:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.filter ?? Filter()
        self.filter = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.filter = value
      case 24: self.includeVector = try reader.bool(in: input)
      case 32: self.minXID = try reader.uint64(in: input)
      case 40: self.waitMilliseconds = try reader.uint32(in: input)
      case 50:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.minPosition ?? Position()
        self.minPosition = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.minPosition = value
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.collection.isEmpty { writer.string(self.collection, tag: 10) }
    if let value = self.filter { writer.message(value, tag: 18) }
    if self.includeVector { writer.bool(self.includeVector, tag: 24) }
    if self.minXID != 0 { writer.varint(self.minXID, tag: 32) }
    if self.waitMilliseconds != 0 { writer.varint(UInt64(self.waitMilliseconds), tag: 40) }
    if let value = self.minPosition { writer.message(value, tag: 50) }
  }
}

/// Message `ExportItem` of the schema.
public struct ExportItem: ProtoMessage {
  /// Field 1, `entries`.
  public var entries: [Entry] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    entries: [Entry] = []
  ) {
    self.entries = entries
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: MemoryLayout<Entry>.stride, in: input)
        var value = Entry()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.entries.append(value)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    for value in self.entries { writer.message(value, tag: 10) }
  }
}

/// Message `ExportSummary` of the schema.
public struct ExportSummary: ProtoMessage {
  /// Field 1, `entries`.
  public var entries: UInt64 = 0
  /// Field 2, `position`.
  public var position: Position? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    entries: UInt64 = 0,
    position: Position? = nil
  ) {
    self.entries = entries
    self.position = position
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.entries = try reader.uint64(in: input)
      case 18:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.position ?? Position()
        self.position = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.position = value
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.entries != 0 { writer.varint(self.entries, tag: 8) }
    if let value = self.position { writer.message(value, tag: 18) }
  }
}

/// Message `CollectionsRequest` of the schema.
public struct CollectionsRequest: ProtoMessage {
  /// A message with every field unset.
  public init() {}

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
  }
}

/// Message `CollectionInfo` of the schema.
public struct CollectionInfo: ProtoMessage {
  /// Field 1, `name`.
  public var name: String = ""
  /// Live entries.
  public var entries: UInt64 = 0
  /// Name of the embedding model.
  public var model: String = ""
  /// Field 4, `dimension`.
  public var dimension: UInt32 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    name: String = "",
    entries: UInt64 = 0,
    model: String = "",
    dimension: UInt32 = 0
  ) {
    self.name = name
    self.entries = entries
    self.model = model
    self.dimension = dimension
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.name = try reader.string(in: input)
      case 16: self.entries = try reader.uint64(in: input)
      case 26: self.model = try reader.string(in: input)
      case 32: self.dimension = try reader.uint32(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.name.isEmpty { writer.string(self.name, tag: 10) }
    if self.entries != 0 { writer.varint(self.entries, tag: 16) }
    if !self.model.isEmpty { writer.string(self.model, tag: 26) }
    if self.dimension != 0 { writer.varint(UInt64(self.dimension), tag: 32) }
  }
}

/// Message `CollectionsReply` of the schema.
public struct CollectionsReply: ProtoMessage {
  /// Field 1, `collections`.
  public var collections: [CollectionInfo] = []
  /// Field 2, `position`.
  public var position: Position? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collections: [CollectionInfo] = [],
    position: Position? = nil
  ) {
    self.collections = collections
    self.position = position
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: MemoryLayout<CollectionInfo>.stride, in: input)
        var value = CollectionInfo()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.collections.append(value)
      case 18:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.position ?? Position()
        self.position = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.position = value
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    for value in self.collections { writer.message(value, tag: 10) }
    if let value = self.position { writer.message(value, tag: 18) }
  }
}

/// Message `StatsRequest` of the schema.
public struct StatsRequest: ProtoMessage {
  /// A message with every field unset.
  public init() {}

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
  }
}

/// Message `CollectionStats` of the schema.
public struct CollectionStats: ProtoMessage {
  /// Field 1, `business_id`.
  public var businessID: [UInt8] = []
  /// Field 2, `name`.
  public var name: String = ""
  /// Field 3, `entries`.
  public var entries: UInt64 = 0
  /// Field 4, `vectors`.
  public var vectors: UInt64 = 0
  /// On disk and in memory.
  public var fileBytes: UInt64 = 0
  /// Field 6, `memory_bytes`.
  public var memoryBytes: UInt64 = 0
  /// Rows in the mutable part.
  public var deltaRows: UInt64 = 0
  /// Field 8, `segments`.
  public var segments: UInt64 = 0
  /// Dead rows that compaction will drop.
  public var tombstones: UInt64 = 0
  /// Field 10, `model`.
  public var model: String = ""
  /// Field 11, `dimension`.
  public var dimension: UInt32 = 0
  /// Order-free hash of the live rows, for comparison with the truth.
  public var checksum: UInt64 = 0
  /// True while the collection is being read again from the database.
  public var incomplete: Bool = false
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    businessID: [UInt8] = [],
    name: String = "",
    entries: UInt64 = 0,
    vectors: UInt64 = 0,
    fileBytes: UInt64 = 0,
    memoryBytes: UInt64 = 0,
    deltaRows: UInt64 = 0,
    segments: UInt64 = 0,
    tombstones: UInt64 = 0,
    model: String = "",
    dimension: UInt32 = 0,
    checksum: UInt64 = 0,
    incomplete: Bool = false
  ) {
    self.businessID = businessID
    self.name = name
    self.entries = entries
    self.vectors = vectors
    self.fileBytes = fileBytes
    self.memoryBytes = memoryBytes
    self.deltaRows = deltaRows
    self.segments = segments
    self.tombstones = tombstones
    self.model = model
    self.dimension = dimension
    self.checksum = checksum
    self.incomplete = incomplete
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.businessID = try reader.byteArray(in: input)
      case 18: self.name = try reader.string(in: input)
      case 24: self.entries = try reader.uint64(in: input)
      case 32: self.vectors = try reader.uint64(in: input)
      case 40: self.fileBytes = try reader.uint64(in: input)
      case 48: self.memoryBytes = try reader.uint64(in: input)
      case 56: self.deltaRows = try reader.uint64(in: input)
      case 64: self.segments = try reader.uint64(in: input)
      case 72: self.tombstones = try reader.uint64(in: input)
      case 82: self.model = try reader.string(in: input)
      case 88: self.dimension = try reader.uint32(in: input)
      case 97: self.checksum = try reader.fixed64(in: input)
      case 104: self.incomplete = try reader.bool(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.businessID.isEmpty { writer.byteArray(self.businessID, tag: 10) }
    if !self.name.isEmpty { writer.string(self.name, tag: 18) }
    if self.entries != 0 { writer.varint(self.entries, tag: 24) }
    if self.vectors != 0 { writer.varint(self.vectors, tag: 32) }
    if self.fileBytes != 0 { writer.varint(self.fileBytes, tag: 40) }
    if self.memoryBytes != 0 { writer.varint(self.memoryBytes, tag: 48) }
    if self.deltaRows != 0 { writer.varint(self.deltaRows, tag: 56) }
    if self.segments != 0 { writer.varint(self.segments, tag: 64) }
    if self.tombstones != 0 { writer.varint(self.tombstones, tag: 72) }
    if !self.model.isEmpty { writer.string(self.model, tag: 82) }
    if self.dimension != 0 { writer.varint(UInt64(self.dimension), tag: 88) }
    if self.checksum != 0 { writer.fixed64(self.checksum, tag: 97) }
    if self.incomplete { writer.bool(self.incomplete, tag: 104) }
  }
}

/// Message `FeedStats` of the schema.
public struct FeedStats: ProtoMessage {
  /// How far the files are behind the truth.
  public var lagMilliseconds: UInt64 = 0
  /// Field 2, `position`.
  public var position: Position? = nil
  /// Field 3, `truth_connected`.
  public var truthConnected: Bool = false
  /// Entries that the files refuse, found since the start: searches do not find them. Health names
  /// some with the reason; a change of the entry tries again.
  public var parked: UInt64 = 0
  /// What is wrong now; empty where nothing is. For the operator only.
  public var lastError: String = ""
  /// Field 6, `applied`.
  public var applied: UInt64 = 0
  /// What last_error concerns.
  public var cause: TroubleCause = TroubleCause(rawValue: 0)
  /// Parts that are being read again from the database now, and that were since the start.
  public var repairs: UInt64 = 0
  /// Field 9, `repaired`.
  public var repaired: UInt64 = 0
  /// Times since the start that the files could not be committed.
  public var commitFailures: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    lagMilliseconds: UInt64 = 0,
    position: Position? = nil,
    truthConnected: Bool = false,
    parked: UInt64 = 0,
    lastError: String = "",
    applied: UInt64 = 0,
    cause: TroubleCause = TroubleCause(rawValue: 0),
    repairs: UInt64 = 0,
    repaired: UInt64 = 0,
    commitFailures: UInt64 = 0
  ) {
    self.lagMilliseconds = lagMilliseconds
    self.position = position
    self.truthConnected = truthConnected
    self.parked = parked
    self.lastError = lastError
    self.applied = applied
    self.cause = cause
    self.repairs = repairs
    self.repaired = repaired
    self.commitFailures = commitFailures
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.lagMilliseconds = try reader.uint64(in: input)
      case 18:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.position ?? Position()
        self.position = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.position = value
      case 24: self.truthConnected = try reader.bool(in: input)
      case 32: self.parked = try reader.uint64(in: input)
      case 42: self.lastError = try reader.string(in: input)
      case 48: self.applied = try reader.uint64(in: input)
      case 56: self.cause = TroubleCause(rawValue: try reader.int32(in: input))
      case 64: self.repairs = try reader.uint64(in: input)
      case 72: self.repaired = try reader.uint64(in: input)
      case 80: self.commitFailures = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.lagMilliseconds != 0 { writer.varint(self.lagMilliseconds, tag: 8) }
    if let value = self.position { writer.message(value, tag: 18) }
    if self.truthConnected { writer.bool(self.truthConnected, tag: 24) }
    if self.parked != 0 { writer.varint(self.parked, tag: 32) }
    if !self.lastError.isEmpty { writer.string(self.lastError, tag: 42) }
    if self.applied != 0 { writer.varint(self.applied, tag: 48) }
    if self.cause.rawValue != 0 { writer.signed(Int64(self.cause.rawValue), tag: 56) }
    if self.repairs != 0 { writer.varint(self.repairs, tag: 64) }
    if self.repaired != 0 { writer.varint(self.repaired, tag: 72) }
    if self.commitFailures != 0 { writer.varint(self.commitFailures, tag: 80) }
  }
}

/// Message `MethodStats` of the schema.
public struct MethodStats: ProtoMessage {
  /// Field 1, `method`.
  public var method: Method = Method(rawValue: 0)
  /// Field 2, `requests`.
  public var requests: UInt64 = 0
  /// Field 3, `errors`.
  public var errors: UInt64 = 0
  /// Field 4, `p50_us`.
  public var p50Microseconds: UInt64 = 0
  /// Field 5, `p99_us`.
  public var p99Microseconds: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    method: Method = Method(rawValue: 0),
    requests: UInt64 = 0,
    errors: UInt64 = 0,
    p50Microseconds: UInt64 = 0,
    p99Microseconds: UInt64 = 0
  ) {
    self.method = method
    self.requests = requests
    self.errors = errors
    self.p50Microseconds = p50Microseconds
    self.p99Microseconds = p99Microseconds
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.method = Method(rawValue: try reader.int32(in: input))
      case 16: self.requests = try reader.uint64(in: input)
      case 24: self.errors = try reader.uint64(in: input)
      case 32: self.p50Microseconds = try reader.uint64(in: input)
      case 40: self.p99Microseconds = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.method.rawValue != 0 { writer.signed(Int64(self.method.rawValue), tag: 8) }
    if self.requests != 0 { writer.varint(self.requests, tag: 16) }
    if self.errors != 0 { writer.varint(self.errors, tag: 24) }
    if self.p50Microseconds != 0 { writer.varint(self.p50Microseconds, tag: 32) }
    if self.p99Microseconds != 0 { writer.varint(self.p99Microseconds, tag: 40) }
  }
}

/// Message `RPCStats` of the schema.
public struct RPCStats: ProtoMessage {
  /// Field 1, `connections_open`.
  public var connectionsOpen: UInt64 = 0
  /// Field 2, `connections_accepted`.
  public var connectionsAccepted: UInt64 = 0
  /// Requests and connections refused or ended, by the name of the limit, else of the error code.
  public var refusals: [String: UInt64] = [:]
  /// Field 4, `requests`.
  public var requests: UInt64 = 0
  /// Field 5, `errors`.
  public var errors: UInt64 = 0
  /// Field 6, `bytes_in`.
  public var bytesIn: UInt64 = 0
  /// Field 7, `bytes_out`.
  public var bytesOut: UInt64 = 0
  /// Field 8, `methods`.
  public var methods: [MethodStats] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    connectionsOpen: UInt64 = 0,
    connectionsAccepted: UInt64 = 0,
    refusals: [String: UInt64] = [:],
    requests: UInt64 = 0,
    errors: UInt64 = 0,
    bytesIn: UInt64 = 0,
    bytesOut: UInt64 = 0,
    methods: [MethodStats] = []
  ) {
    self.connectionsOpen = connectionsOpen
    self.connectionsAccepted = connectionsAccepted
    self.refusals = refusals
    self.requests = requests
    self.errors = errors
    self.bytesIn = bytesIn
    self.bytesOut = bytesOut
    self.methods = methods
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.connectionsOpen = try reader.uint64(in: input)
      case 16: self.connectionsAccepted = try reader.uint64(in: input)
      case 26:
        let scope = try reader.enter(memory: 96, in: input)
        var key = ""
        var value: UInt64 = 0
        while let part = try reader.tag(in: input) {
          switch part {
          case 10: key = try reader.string(in: input)
          case 16: value = try reader.uint64(in: input)
          default: try reader.skip(part, in: input)
          }
        }
        reader.leave(scope)
        self.refusals[key] = value
      case 32: self.requests = try reader.uint64(in: input)
      case 40: self.errors = try reader.uint64(in: input)
      case 48: self.bytesIn = try reader.uint64(in: input)
      case 56: self.bytesOut = try reader.uint64(in: input)
      case 66:
        let scope = try reader.enter(memory: MemoryLayout<MethodStats>.stride, in: input)
        var value = MethodStats()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.methods.append(value)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.connectionsOpen != 0 { writer.varint(self.connectionsOpen, tag: 8) }
    if self.connectionsAccepted != 0 { writer.varint(self.connectionsAccepted, tag: 16) }
    for (key, value) in self.refusals.sorted(by: { $0.key < $1.key }) {
      let mark = writer.beginMessage(tag: 26)
      writer.string(key, tag: 10)
      writer.varint(value, tag: 16)
      writer.endMessage(mark)
    }
    if self.requests != 0 { writer.varint(self.requests, tag: 32) }
    if self.errors != 0 { writer.varint(self.errors, tag: 40) }
    if self.bytesIn != 0 { writer.varint(self.bytesIn, tag: 48) }
    if self.bytesOut != 0 { writer.varint(self.bytesOut, tag: 56) }
    for value in self.methods { writer.message(value, tag: 66) }
  }
}

/// How texts become vectors.
public struct EmbeddingStats: ProtoMessage {
  /// What every collection's vectors are to be of.
  public var model: String = ""
  /// Field 2, `dimension`.
  public var dimension: UInt32 = 0
  /// Entries known to lack a vector of it, of the caller's business or, for an operator without one,
  /// of all; 0 where the model is so quick that nothing waits.
  public var pending: UInt64 = 0
  /// Vectors made since the start. For operators only, as all below.
  public var embedded: UInt64 = 0
  /// Why it does not go on; empty while it does.
  public var trouble: String = ""
  /// Queries whose vector was remembered, those that were embedded, and how many are remembered.
  public var queryHits: UInt64 = 0
  /// Field 7, `query_misses`.
  public var queryMisses: UInt64 = 0
  /// Field 8, `queries_kept`.
  public var queriesKept: UInt64 = 0
  /// What each model was asked since the service began, the present one first; none of a model that
  /// costs nothing.
  public var usage: [EmbeddingUsage] = []
  /// Entries embedded since the start without the end of their content, which has more than 1,024
  /// chunks.
  public var cutEntries: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    model: String = "",
    dimension: UInt32 = 0,
    pending: UInt64 = 0,
    embedded: UInt64 = 0,
    trouble: String = "",
    queryHits: UInt64 = 0,
    queryMisses: UInt64 = 0,
    queriesKept: UInt64 = 0,
    usage: [EmbeddingUsage] = [],
    cutEntries: UInt64 = 0
  ) {
    self.model = model
    self.dimension = dimension
    self.pending = pending
    self.embedded = embedded
    self.trouble = trouble
    self.queryHits = queryHits
    self.queryMisses = queryMisses
    self.queriesKept = queriesKept
    self.usage = usage
    self.cutEntries = cutEntries
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.model = try reader.string(in: input)
      case 16: self.dimension = try reader.uint32(in: input)
      case 24: self.pending = try reader.uint64(in: input)
      case 32: self.embedded = try reader.uint64(in: input)
      case 42: self.trouble = try reader.string(in: input)
      case 48: self.queryHits = try reader.uint64(in: input)
      case 56: self.queryMisses = try reader.uint64(in: input)
      case 64: self.queriesKept = try reader.uint64(in: input)
      case 74:
        let scope = try reader.enter(memory: MemoryLayout<EmbeddingUsage>.stride, in: input)
        var value = EmbeddingUsage()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.usage.append(value)
      case 80: self.cutEntries = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.model.isEmpty { writer.string(self.model, tag: 10) }
    if self.dimension != 0 { writer.varint(UInt64(self.dimension), tag: 16) }
    if self.pending != 0 { writer.varint(self.pending, tag: 24) }
    if self.embedded != 0 { writer.varint(self.embedded, tag: 32) }
    if !self.trouble.isEmpty { writer.string(self.trouble, tag: 42) }
    if self.queryHits != 0 { writer.varint(self.queryHits, tag: 48) }
    if self.queryMisses != 0 { writer.varint(self.queryMisses, tag: 56) }
    if self.queriesKept != 0 { writer.varint(self.queriesKept, tag: 64) }
    for value in self.usage { writer.message(value, tag: 74) }
    if self.cutEntries != 0 { writer.varint(self.cutEntries, tag: 80) }
  }
}

/// Message `EmbeddingUsage` of the schema.
public struct EmbeddingUsage: ProtoMessage {
  /// Field 1, `model`.
  public var model: String = ""
  /// Texts that were embedded, queries included.
  public var texts: UInt64 = 0
  /// Tokens that the provider or the model counted, or that were estimated where nobody counts.
  public var tokens: UInt64 = 0
  /// Those of them that were estimated.
  public var estimatedTokens: UInt64 = 0
  /// Texts that were cut, since they were too long for the model.
  public var cutTexts: UInt64 = 0
  /// Requests to a server, retries included; 0 for a model in the service's process.
  public var requests: UInt64 = 0
  /// Field 7, `retries`.
  public var retries: UInt64 = 0
  /// Requests that failed, whether or not another followed.
  public var failures: UInt64 = 0
  /// What the tokens cost, in trillionths of a US dollar; unset where the price is not known.
  public var picodollars: UInt64? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    model: String = "",
    texts: UInt64 = 0,
    tokens: UInt64 = 0,
    estimatedTokens: UInt64 = 0,
    cutTexts: UInt64 = 0,
    requests: UInt64 = 0,
    retries: UInt64 = 0,
    failures: UInt64 = 0,
    picodollars: UInt64? = nil
  ) {
    self.model = model
    self.texts = texts
    self.tokens = tokens
    self.estimatedTokens = estimatedTokens
    self.cutTexts = cutTexts
    self.requests = requests
    self.retries = retries
    self.failures = failures
    self.picodollars = picodollars
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.model = try reader.string(in: input)
      case 16: self.texts = try reader.uint64(in: input)
      case 24: self.tokens = try reader.uint64(in: input)
      case 32: self.estimatedTokens = try reader.uint64(in: input)
      case 40: self.cutTexts = try reader.uint64(in: input)
      case 48: self.requests = try reader.uint64(in: input)
      case 56: self.retries = try reader.uint64(in: input)
      case 64: self.failures = try reader.uint64(in: input)
      case 72: self.picodollars = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.model.isEmpty { writer.string(self.model, tag: 10) }
    if self.texts != 0 { writer.varint(self.texts, tag: 16) }
    if self.tokens != 0 { writer.varint(self.tokens, tag: 24) }
    if self.estimatedTokens != 0 { writer.varint(self.estimatedTokens, tag: 32) }
    if self.cutTexts != 0 { writer.varint(self.cutTexts, tag: 40) }
    if self.requests != 0 { writer.varint(self.requests, tag: 48) }
    if self.retries != 0 { writer.varint(self.retries, tag: 56) }
    if self.failures != 0 { writer.varint(self.failures, tag: 64) }
    if let value = self.picodollars { writer.varint(value, tag: 72) }
  }
}

/// Message `StatsReply` of the schema.
public struct StatsReply: ProtoMessage {
  /// Field 1, `collections`.
  public var collections: [CollectionStats] = []
  /// Field 2, `feed`.
  public var feed: FeedStats? = nil
  /// Field 3, `rpc`.
  public var rpc: RPCStats? = nil
  /// Field 4, `resident_bytes`.
  public var residentBytes: UInt64 = 0
  /// Field 5, `uptime_ms`.
  public var uptimeMilliseconds: UInt64 = 0
  /// Field 6, `version`.
  public var version: String = ""
  /// Field 7, `scrub`.
  public var scrub: ScrubStats? = nil
  /// Field 8, `embedding`.
  public var embedding: EmbeddingStats? = nil
  /// Field 9, `parity`.
  public var parity: ParityStats? = nil
  /// Field 10, `store`.
  public var store: StoreStats? = nil
  /// Of the caller's business; unset for an operator without one, and while the database is away.
  public var spelling: SpellingStats? = nil
  /// For operators only.
  public var words: WordStats? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collections: [CollectionStats] = [],
    feed: FeedStats? = nil,
    rpc: RPCStats? = nil,
    residentBytes: UInt64 = 0,
    uptimeMilliseconds: UInt64 = 0,
    version: String = "",
    scrub: ScrubStats? = nil,
    embedding: EmbeddingStats? = nil,
    parity: ParityStats? = nil,
    store: StoreStats? = nil,
    spelling: SpellingStats? = nil,
    words: WordStats? = nil
  ) {
    self.collections = collections
    self.feed = feed
    self.rpc = rpc
    self.residentBytes = residentBytes
    self.uptimeMilliseconds = uptimeMilliseconds
    self.version = version
    self.scrub = scrub
    self.embedding = embedding
    self.parity = parity
    self.store = store
    self.spelling = spelling
    self.words = words
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: MemoryLayout<CollectionStats>.stride, in: input)
        var value = CollectionStats()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.collections.append(value)
      case 18:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.feed ?? FeedStats()
        self.feed = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.feed = value
      case 26:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.rpc ?? RPCStats()
        self.rpc = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.rpc = value
      case 32: self.residentBytes = try reader.uint64(in: input)
      case 40: self.uptimeMilliseconds = try reader.uint64(in: input)
      case 50: self.version = try reader.string(in: input)
      case 58:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.scrub ?? ScrubStats()
        self.scrub = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.scrub = value
      case 66:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.embedding ?? EmbeddingStats()
        self.embedding = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.embedding = value
      case 74:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.parity ?? ParityStats()
        self.parity = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.parity = value
      case 82:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.store ?? StoreStats()
        self.store = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.store = value
      case 98:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.spelling ?? SpellingStats()
        self.spelling = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.spelling = value
      case 106:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.words ?? WordStats()
        self.words = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.words = value
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    for value in self.collections { writer.message(value, tag: 10) }
    if let value = self.feed { writer.message(value, tag: 18) }
    if let value = self.rpc { writer.message(value, tag: 26) }
    if self.residentBytes != 0 { writer.varint(self.residentBytes, tag: 32) }
    if self.uptimeMilliseconds != 0 { writer.varint(self.uptimeMilliseconds, tag: 40) }
    if !self.version.isEmpty { writer.string(self.version, tag: 50) }
    if let value = self.scrub { writer.message(value, tag: 58) }
    if let value = self.embedding { writer.message(value, tag: 66) }
    if let value = self.parity { writer.message(value, tag: 74) }
    if let value = self.store { writer.message(value, tag: 82) }
    if let value = self.spelling { writer.message(value, tag: 98) }
    if let value = self.words { writer.message(value, tag: 106) }
  }
}

/// What became of spelling corrections.
public struct SpellingStats: ProtoMessage {
  /// Field 1, `accepted`.
  public var accepted: UInt64 = 0
  /// Field 2, `rejected`.
  public var rejected: UInt64 = 0
  /// Field 3, `changed`.
  public var changed: UInt64 = 0
  /// The share that was right; unset where none is known.
  public var accuracy: Double? = nil
  /// How far confidences are from the share that was right, 0 to 1; unset where none is known.
  public var calibrationError: Double? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    accepted: UInt64 = 0,
    rejected: UInt64 = 0,
    changed: UInt64 = 0,
    accuracy: Double? = nil,
    calibrationError: Double? = nil
  ) {
    self.accepted = accepted
    self.rejected = rejected
    self.changed = changed
    self.accuracy = accuracy
    self.calibrationError = calibrationError
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.accepted = try reader.uint64(in: input)
      case 16: self.rejected = try reader.uint64(in: input)
      case 24: self.changed = try reader.uint64(in: input)
      case 33: self.accuracy = try reader.double(in: input)
      case 41: self.calibrationError = try reader.double(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.accepted != 0 { writer.varint(self.accepted, tag: 8) }
    if self.rejected != 0 { writer.varint(self.rejected, tag: 16) }
    if self.changed != 0 { writer.varint(self.changed, tag: 24) }
    if let value = self.accuracy { writer.double(value, tag: 33) }
    if let value = self.calibrationError { writer.double(value, tag: 41) }
  }
}

/// Indexes of names and words in memory, made when they are first used.
public struct WordStats: ProtoMessage {
  /// Businesses that have one, and bytes of all.
  public var catalogues: UInt64 = 0
  /// Field 2, `vocabularies`.
  public var vocabularies: UInt64 = 0
  /// Field 3, `bytes`.
  public var bytes: UInt64 = 0
  /// How often one had to leave memory for others.
  public var evicted: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    catalogues: UInt64 = 0,
    vocabularies: UInt64 = 0,
    bytes: UInt64 = 0,
    evicted: UInt64 = 0
  ) {
    self.catalogues = catalogues
    self.vocabularies = vocabularies
    self.bytes = bytes
    self.evicted = evicted
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.catalogues = try reader.uint64(in: input)
      case 16: self.vocabularies = try reader.uint64(in: input)
      case 24: self.bytes = try reader.uint64(in: input)
      case 32: self.evicted = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.catalogues != 0 { writer.varint(self.catalogues, tag: 8) }
    if self.vocabularies != 0 { writer.varint(self.vocabularies, tag: 16) }
    if self.bytes != 0 { writer.varint(self.bytes, tag: 24) }
    if self.evicted != 0 { writer.varint(self.evicted, tag: 32) }
  }
}

/// What stands in memory of the files; for operators only.
public struct StoreStats: ProtoMessage {
  /// Collections, those that are open, and how often one was closed because too many were open.
  public var collections: UInt64 = 0
  /// Field 2, `open`.
  public var open: UInt64 = 0
  /// Field 3, `closed`.
  public var closed: UInt64 = 0
  /// Small segments in memory, their bytes, and how often one had to leave it for others.
  public var segments: UInt64 = 0
  /// Field 5, `segment_bytes`.
  public var segmentBytes: UInt64 = 0
  /// Field 6, `evicted`.
  public var evicted: UInt64 = 0
  /// Large segments that are mapped, and their bytes.
  public var mapped: UInt64 = 0
  /// Field 8, `mapped_bytes`.
  public var mappedBytes: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collections: UInt64 = 0,
    open: UInt64 = 0,
    closed: UInt64 = 0,
    segments: UInt64 = 0,
    segmentBytes: UInt64 = 0,
    evicted: UInt64 = 0,
    mapped: UInt64 = 0,
    mappedBytes: UInt64 = 0
  ) {
    self.collections = collections
    self.open = open
    self.closed = closed
    self.segments = segments
    self.segmentBytes = segmentBytes
    self.evicted = evicted
    self.mapped = mapped
    self.mappedBytes = mappedBytes
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.collections = try reader.uint64(in: input)
      case 16: self.open = try reader.uint64(in: input)
      case 24: self.closed = try reader.uint64(in: input)
      case 32: self.segments = try reader.uint64(in: input)
      case 40: self.segmentBytes = try reader.uint64(in: input)
      case 48: self.evicted = try reader.uint64(in: input)
      case 56: self.mapped = try reader.uint64(in: input)
      case 64: self.mappedBytes = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.collections != 0 { writer.varint(self.collections, tag: 8) }
    if self.open != 0 { writer.varint(self.open, tag: 16) }
    if self.closed != 0 { writer.varint(self.closed, tag: 24) }
    if self.segments != 0 { writer.varint(self.segments, tag: 32) }
    if self.segmentBytes != 0 { writer.varint(self.segmentBytes, tag: 40) }
    if self.evicted != 0 { writer.varint(self.evicted, tag: 48) }
    if self.mapped != 0 { writer.varint(self.mapped, tag: 56) }
    if self.mappedBytes != 0 { writer.varint(self.mappedBytes, tag: 64) }
  }
}

/// What comparing the files with the truth has done since the start.
public struct ParityStats: ProtoMessage {
  /// Comparisons of everything that came to their end.
  public var rounds: UInt64 = 0
  /// Rows of the truth compared.
  public var rows: UInt64 = 0
  /// Entries that differed, those that were repaired, and those that the last round could not.
  public var differences: UInt64 = 0
  /// Field 4, `repaired`.
  public var repaired: UInt64 = 0
  /// Field 5, `unrepaired`.
  public var unrepaired: UInt64 = 0
  /// When the last round ended, and how long it took.
  public var endedAt: Int64 = 0
  /// Field 7, `took_us`.
  public var tookMicroseconds: UInt64 = 0
  /// Collections that the present round has compared, of how many; zero between rounds.
  public var collectionsDone: UInt64 = 0
  /// Field 9, `collections_total`.
  public var collectionsTotal: UInt64 = 0
  /// Why the last round did not come to its end; empty where it did.
  public var trouble: String = ""
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    rounds: UInt64 = 0,
    rows: UInt64 = 0,
    differences: UInt64 = 0,
    repaired: UInt64 = 0,
    unrepaired: UInt64 = 0,
    endedAt: Int64 = 0,
    tookMicroseconds: UInt64 = 0,
    collectionsDone: UInt64 = 0,
    collectionsTotal: UInt64 = 0,
    trouble: String = ""
  ) {
    self.rounds = rounds
    self.rows = rows
    self.differences = differences
    self.repaired = repaired
    self.unrepaired = unrepaired
    self.endedAt = endedAt
    self.tookMicroseconds = tookMicroseconds
    self.collectionsDone = collectionsDone
    self.collectionsTotal = collectionsTotal
    self.trouble = trouble
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.rounds = try reader.uint64(in: input)
      case 16: self.rows = try reader.uint64(in: input)
      case 24: self.differences = try reader.uint64(in: input)
      case 32: self.repaired = try reader.uint64(in: input)
      case 40: self.unrepaired = try reader.uint64(in: input)
      case 48: self.endedAt = try reader.int64(in: input)
      case 56: self.tookMicroseconds = try reader.uint64(in: input)
      case 64: self.collectionsDone = try reader.uint64(in: input)
      case 72: self.collectionsTotal = try reader.uint64(in: input)
      case 82: self.trouble = try reader.string(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.rounds != 0 { writer.varint(self.rounds, tag: 8) }
    if self.rows != 0 { writer.varint(self.rows, tag: 16) }
    if self.differences != 0 { writer.varint(self.differences, tag: 24) }
    if self.repaired != 0 { writer.varint(self.repaired, tag: 32) }
    if self.unrepaired != 0 { writer.varint(self.unrepaired, tag: 40) }
    if self.endedAt != 0 { writer.signed(self.endedAt, tag: 48) }
    if self.tookMicroseconds != 0 { writer.varint(self.tookMicroseconds, tag: 56) }
    if self.collectionsDone != 0 { writer.varint(self.collectionsDone, tag: 64) }
    if self.collectionsTotal != 0 { writer.varint(self.collectionsTotal, tag: 72) }
    if !self.trouble.isEmpty { writer.string(self.trouble, tag: 82) }
  }
}

/// What the slow reading of all files has done since the start.
public struct ScrubStats: ProtoMessage {
  /// Bytes compared with their checksums.
  public var bytes: UInt64 = 0
  /// Collections found damaged and made again.
  public var damaged: UInt64 = 0
  /// Times that it came to the end of all files.
  public var rounds: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    bytes: UInt64 = 0,
    damaged: UInt64 = 0,
    rounds: UInt64 = 0
  ) {
    self.bytes = bytes
    self.damaged = damaged
    self.rounds = rounds
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.bytes = try reader.uint64(in: input)
      case 16: self.damaged = try reader.uint64(in: input)
      case 24: self.rounds = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.bytes != 0 { writer.varint(self.bytes, tag: 8) }
    if self.damaged != 0 { writer.varint(self.damaged, tag: 16) }
    if self.rounds != 0 { writer.varint(self.rounds, tag: 24) }
  }
}

/// Message `VerifyRequest` of the schema.
public struct VerifyRequest: ProtoMessage {
  /// Empty means every collection of the connection's business.
  public var collection: String = ""
  /// True compares with the truth as well as checking the files.
  public var compareTruth: Bool = false
  /// True repairs what differs.
  public var repair: Bool = false
  /// True compares with the truth and leaves the files' bytes unread.
  public var parity: Bool = false
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collection: String = "",
    compareTruth: Bool = false,
    repair: Bool = false,
    parity: Bool = false
  ) {
    self.collection = collection
    self.compareTruth = compareTruth
    self.repair = repair
    self.parity = parity
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.collection = try reader.string(in: input)
      case 16: self.compareTruth = try reader.bool(in: input)
      case 24: self.repair = try reader.bool(in: input)
      case 32: self.parity = try reader.bool(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.collection.isEmpty { writer.string(self.collection, tag: 10) }
    if self.compareTruth { writer.bool(self.compareTruth, tag: 16) }
    if self.repair { writer.bool(self.repair, tag: 24) }
    if self.parity { writer.bool(self.parity, tag: 32) }
  }
}

/// Message `Difference` of the schema.
public struct Difference: ProtoMessage {
  /// Field 1, `business_id`.
  public var businessID: [UInt8] = []
  /// Field 2, `collection`.
  public var collection: String = ""
  /// Field 3, `entry_id`.
  public var entryID: [UInt8] = []
  /// Field 4, `kind`.
  public var kind: DifferenceKind = DifferenceKind(rawValue: 0)
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    businessID: [UInt8] = [],
    collection: String = "",
    entryID: [UInt8] = [],
    kind: DifferenceKind = DifferenceKind(rawValue: 0)
  ) {
    self.businessID = businessID
    self.collection = collection
    self.entryID = entryID
    self.kind = kind
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.businessID = try reader.byteArray(in: input)
      case 18: self.collection = try reader.string(in: input)
      case 26: self.entryID = try reader.byteArray(in: input)
      case 32: self.kind = DifferenceKind(rawValue: try reader.int32(in: input))
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.businessID.isEmpty { writer.byteArray(self.businessID, tag: 10) }
    if !self.collection.isEmpty { writer.string(self.collection, tag: 18) }
    if !self.entryID.isEmpty { writer.byteArray(self.entryID, tag: 26) }
    if self.kind.rawValue != 0 { writer.signed(Int64(self.kind.rawValue), tag: 32) }
  }
}

/// Message `Fault` of the schema.
public struct Fault: ProtoMessage {
  /// Relative to the data directory.
  public var file: String = ""
  /// Field 2, `offset`.
  public var offset: UInt64 = 0
  /// Field 3, `what`.
  public var what: String = ""
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    file: String = "",
    offset: UInt64 = 0,
    what: String = ""
  ) {
    self.file = file
    self.offset = offset
    self.what = what
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.file = try reader.string(in: input)
      case 16: self.offset = try reader.uint64(in: input)
      case 26: self.what = try reader.string(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.file.isEmpty { writer.string(self.file, tag: 10) }
    if self.offset != 0 { writer.varint(self.offset, tag: 16) }
    if !self.what.isEmpty { writer.string(self.what, tag: 26) }
  }
}

/// Message `VerifyReply` of the schema.
public struct VerifyReply: ProtoMessage {
  /// Field 1, `files_checked`.
  public var filesChecked: UInt64 = 0
  /// Field 2, `bytes_checked`.
  public var bytesChecked: UInt64 = 0
  /// Field 3, `faults`.
  public var faults: [Fault] = []
  /// Field 4, `quarantined`.
  public var quarantined: [String] = []
  /// Rows compared with the truth, and those that differed.
  public var rowsCompared: UInt64 = 0
  /// Field 6, `truth_differences`.
  public var truthDifferences: UInt64 = 0
  /// Of those that differed, how many do not any more.
  public var repaired: UInt64 = 0
  /// Field 8, `took_us`.
  public var tookMicroseconds: UInt64 = 0
  /// Collections that were compared, and those that could not be, for they are being made again.
  public var collectionsCompared: UInt64 = 0
  /// Field 10, `collections_incomplete`.
  public var collectionsIncomplete: UInt64 = 0
  /// Buckets whose hashes were compared, and those that held rows that differed.
  public var bucketsCompared: UInt64 = 0
  /// Field 12, `buckets_different`.
  public var bucketsDifferent: UInt64 = 0
  /// Rows that the files lack for a known reason: their vector is still to be made, or they cannot
  /// be served.
  public var rowsWaiting: UInt64 = 0
  /// The first hundred that differed.
  public var differences: [Difference] = []
  /// What both sides reflected when they were compared.
  public var position: Position? = nil
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    filesChecked: UInt64 = 0,
    bytesChecked: UInt64 = 0,
    faults: [Fault] = [],
    quarantined: [String] = [],
    rowsCompared: UInt64 = 0,
    truthDifferences: UInt64 = 0,
    repaired: UInt64 = 0,
    tookMicroseconds: UInt64 = 0,
    collectionsCompared: UInt64 = 0,
    collectionsIncomplete: UInt64 = 0,
    bucketsCompared: UInt64 = 0,
    bucketsDifferent: UInt64 = 0,
    rowsWaiting: UInt64 = 0,
    differences: [Difference] = [],
    position: Position? = nil
  ) {
    self.filesChecked = filesChecked
    self.bytesChecked = bytesChecked
    self.faults = faults
    self.quarantined = quarantined
    self.rowsCompared = rowsCompared
    self.truthDifferences = truthDifferences
    self.repaired = repaired
    self.tookMicroseconds = tookMicroseconds
    self.collectionsCompared = collectionsCompared
    self.collectionsIncomplete = collectionsIncomplete
    self.bucketsCompared = bucketsCompared
    self.bucketsDifferent = bucketsDifferent
    self.rowsWaiting = rowsWaiting
    self.differences = differences
    self.position = position
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.filesChecked = try reader.uint64(in: input)
      case 16: self.bytesChecked = try reader.uint64(in: input)
      case 26:
        let scope = try reader.enter(memory: MemoryLayout<Fault>.stride, in: input)
        var value = Fault()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.faults.append(value)
      case 34:
        try reader.charge(MemoryLayout<String>.stride)
        self.quarantined.append(try reader.string(in: input))
      case 40: self.rowsCompared = try reader.uint64(in: input)
      case 48: self.truthDifferences = try reader.uint64(in: input)
      case 56: self.repaired = try reader.uint64(in: input)
      case 64: self.tookMicroseconds = try reader.uint64(in: input)
      case 72: self.collectionsCompared = try reader.uint64(in: input)
      case 80: self.collectionsIncomplete = try reader.uint64(in: input)
      case 88: self.bucketsCompared = try reader.uint64(in: input)
      case 96: self.bucketsDifferent = try reader.uint64(in: input)
      case 104: self.rowsWaiting = try reader.uint64(in: input)
      case 114:
        let scope = try reader.enter(memory: MemoryLayout<Difference>.stride, in: input)
        var value = Difference()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.differences.append(value)
      case 122:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.position ?? Position()
        self.position = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.position = value
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.filesChecked != 0 { writer.varint(self.filesChecked, tag: 8) }
    if self.bytesChecked != 0 { writer.varint(self.bytesChecked, tag: 16) }
    for value in self.faults { writer.message(value, tag: 26) }
    for value in self.quarantined { writer.string(value, tag: 34) }
    if self.rowsCompared != 0 { writer.varint(self.rowsCompared, tag: 40) }
    if self.truthDifferences != 0 { writer.varint(self.truthDifferences, tag: 48) }
    if self.repaired != 0 { writer.varint(self.repaired, tag: 56) }
    if self.tookMicroseconds != 0 { writer.varint(self.tookMicroseconds, tag: 64) }
    if self.collectionsCompared != 0 { writer.varint(self.collectionsCompared, tag: 72) }
    if self.collectionsIncomplete != 0 { writer.varint(self.collectionsIncomplete, tag: 80) }
    if self.bucketsCompared != 0 { writer.varint(self.bucketsCompared, tag: 88) }
    if self.bucketsDifferent != 0 { writer.varint(self.bucketsDifferent, tag: 96) }
    if self.rowsWaiting != 0 { writer.varint(self.rowsWaiting, tag: 104) }
    for value in self.differences { writer.message(value, tag: 114) }
    if let value = self.position { writer.message(value, tag: 122) }
  }
}

/// Message `RebuildRequest` of the schema.
public struct RebuildRequest: ProtoMessage {
  /// Empty means every collection of the connection's business.
  public var collection: String = ""
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    collection: String = ""
  ) {
    self.collection = collection
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.collection = try reader.string(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.collection.isEmpty { writer.string(self.collection, tag: 10) }
  }
}

/// Message `RebuildReply` of the schema.
public struct RebuildReply: ProtoMessage {
  /// Field 1, `rows`.
  public var rows: UInt64 = 0
  /// Field 2, `took_us`.
  public var tookMicroseconds: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    rows: UInt64 = 0,
    tookMicroseconds: UInt64 = 0
  ) {
    self.rows = rows
    self.tookMicroseconds = tookMicroseconds
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.rows = try reader.uint64(in: input)
      case 16: self.tookMicroseconds = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.rows != 0 { writer.varint(self.rows, tag: 8) }
    if self.tookMicroseconds != 0 { writer.varint(self.tookMicroseconds, tag: 16) }
  }
}

/// Asks for a consistent copy of the files; for operators only.
public struct SnapshotRequest: ProtoMessage {
  /// Where to make it, an absolute path on the service's machine that does not exist yet; empty
  /// means a new one below snapshots/ in the data directory.
  public var directory: String = ""
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    directory: String = ""
  ) {
    self.directory = directory
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.directory = try reader.string(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.directory.isEmpty { writer.string(self.directory, tag: 10) }
  }
}

/// Message `SnapshotReply` of the schema.
public struct SnapshotReply: ProtoMessage {
  /// Where it stands: a store that opens by itself.
  public var directory: String = ""
  /// Field 2, `collections`.
  public var collections: UInt64 = 0
  /// Field 3, `entries`.
  public var entries: UInt64 = 0
  /// Field 4, `bytes`.
  public var bytes: UInt64 = 0
  /// Files that share their bytes with the service's own, and those that were written anew.
  public var filesLinked: UInt64 = 0
  /// Field 6, `files_copied`.
  public var filesCopied: UInt64 = 0
  /// What it reflects.
  public var position: Position? = nil
  /// Field 8, `took_us`.
  public var tookMicroseconds: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    directory: String = "",
    collections: UInt64 = 0,
    entries: UInt64 = 0,
    bytes: UInt64 = 0,
    filesLinked: UInt64 = 0,
    filesCopied: UInt64 = 0,
    position: Position? = nil,
    tookMicroseconds: UInt64 = 0
  ) {
    self.directory = directory
    self.collections = collections
    self.entries = entries
    self.bytes = bytes
    self.filesLinked = filesLinked
    self.filesCopied = filesCopied
    self.position = position
    self.tookMicroseconds = tookMicroseconds
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.directory = try reader.string(in: input)
      case 16: self.collections = try reader.uint64(in: input)
      case 24: self.entries = try reader.uint64(in: input)
      case 32: self.bytes = try reader.uint64(in: input)
      case 40: self.filesLinked = try reader.uint64(in: input)
      case 48: self.filesCopied = try reader.uint64(in: input)
      case 58:
        let scope = try reader.enter(memory: 0, in: input)
        var value = self.position ?? Position()
        self.position = nil
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.position = value
      case 64: self.tookMicroseconds = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.directory.isEmpty { writer.string(self.directory, tag: 10) }
    if self.collections != 0 { writer.varint(self.collections, tag: 16) }
    if self.entries != 0 { writer.varint(self.entries, tag: 24) }
    if self.bytes != 0 { writer.varint(self.bytes, tag: 32) }
    if self.filesLinked != 0 { writer.varint(self.filesLinked, tag: 40) }
    if self.filesCopied != 0 { writer.varint(self.filesCopied, tag: 48) }
    if let value = self.position { writer.message(value, tag: 58) }
    if self.tookMicroseconds != 0 { writer.varint(self.tookMicroseconds, tag: 64) }
  }
}

/// Has the service take up the model that its data directory names now. For operators only.
public struct ChangeModelRequest: ProtoMessage {
  /// A message with every field unset.
  public init() {}

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
  }
}

/// Message `ChangeModelReply` of the schema.
public struct ChangeModelReply: ProtoMessage {
  /// What every collection's vectors are to be of from now on.
  public var model: String = ""
  /// Field 2, `dimension`.
  public var dimension: UInt32 = 0
  /// Whether that is another model than before.
  public var changed: Bool = false
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    model: String = "",
    dimension: UInt32 = 0,
    changed: Bool = false
  ) {
    self.model = model
    self.dimension = dimension
    self.changed = changed
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.model = try reader.string(in: input)
      case 16: self.dimension = try reader.uint32(in: input)
      case 24: self.changed = try reader.bool(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.model.isEmpty { writer.string(self.model, tag: 10) }
    if self.dimension != 0 { writer.varint(UInt64(self.dimension), tag: 16) }
    if self.changed { writer.bool(self.changed, tag: 24) }
  }
}

/// Message `HealthRequest` of the schema.
public struct HealthRequest: ProtoMessage {
  /// A message with every field unset.
  public init() {}

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
  }
}

/// Message `HealthReply` of the schema.
public struct HealthReply: ProtoMessage {
  /// Field 1, `status`.
  public var status: HealthStatus = HealthStatus(rawValue: 0)
  /// Field 2, `reasons`.
  public var reasons: [String] = []
  /// Field 3, `version`.
  public var version: String = ""
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    status: HealthStatus = HealthStatus(rawValue: 0),
    reasons: [String] = [],
    version: String = ""
  ) {
    self.status = status
    self.reasons = reasons
    self.version = version
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 8: self.status = HealthStatus(rawValue: try reader.int32(in: input))
      case 18:
        try reader.charge(MemoryLayout<String>.stride)
        self.reasons.append(try reader.string(in: input))
      case 26: self.version = try reader.string(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if self.status.rawValue != 0 { writer.signed(Int64(self.status.rawValue), tag: 8) }
    for value in self.reasons { writer.string(value, tag: 18) }
    if !self.version.isEmpty { writer.string(self.version, tag: 26) }
  }
}

/// Message `BusinessCreateRequest` of the schema.
public struct BusinessCreateRequest: ProtoMessage {
  /// Field 1, `name`.
  public var name: String = ""
  /// Field 2, `description`.
  public var description: String = ""
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    name: String = "",
    description: String = ""
  ) {
    self.name = name
    self.description = description
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.name = try reader.string(in: input)
      case 18: self.description = try reader.string(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.name.isEmpty { writer.string(self.name, tag: 10) }
    if !self.description.isEmpty { writer.string(self.description, tag: 18) }
  }
}

/// Message `BusinessCreateReply` of the schema.
public struct BusinessCreateReply: ProtoMessage {
  /// Field 1, `business_id`.
  public var businessID: [UInt8] = []
  /// Shown this once; only its hash is kept.
  public var apiKey: String = ""
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    businessID: [UInt8] = [],
    apiKey: String = ""
  ) {
    self.businessID = businessID
    self.apiKey = apiKey
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.businessID = try reader.byteArray(in: input)
      case 18: self.apiKey = try reader.string(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.businessID.isEmpty { writer.byteArray(self.businessID, tag: 10) }
    if !self.apiKey.isEmpty { writer.string(self.apiKey, tag: 18) }
  }
}

/// Message `BusinessListRequest` of the schema.
public struct BusinessListRequest: ProtoMessage {
  /// A message with every field unset.
  public init() {}

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
  }
}

/// Message `Business` of the schema.
public struct Business: ProtoMessage {
  /// Field 1, `business_id`.
  public var businessID: [UInt8] = []
  /// Field 2, `name`.
  public var name: String = ""
  /// Field 3, `description`.
  public var description: String = ""
  /// Field 4, `created_at`.
  public var createdAt: Int64 = 0
  /// Field 5, `entries`.
  public var entries: UInt64 = 0
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    businessID: [UInt8] = [],
    name: String = "",
    description: String = "",
    createdAt: Int64 = 0,
    entries: UInt64 = 0
  ) {
    self.businessID = businessID
    self.name = name
    self.description = description
    self.createdAt = createdAt
    self.entries = entries
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10: self.businessID = try reader.byteArray(in: input)
      case 18: self.name = try reader.string(in: input)
      case 26: self.description = try reader.string(in: input)
      case 32: self.createdAt = try reader.int64(in: input)
      case 40: self.entries = try reader.uint64(in: input)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    if !self.businessID.isEmpty { writer.byteArray(self.businessID, tag: 10) }
    if !self.name.isEmpty { writer.string(self.name, tag: 18) }
    if !self.description.isEmpty { writer.string(self.description, tag: 26) }
    if self.createdAt != 0 { writer.signed(self.createdAt, tag: 32) }
    if self.entries != 0 { writer.varint(self.entries, tag: 40) }
  }
}

/// Message `BusinessListReply` of the schema.
public struct BusinessListReply: ProtoMessage {
  /// Field 1, `businesses`.
  public var businesses: [Business] = []
  /// A message with every field unset.
  public init() {}

  /// A message with the given fields set.
  public init(
    businesses: [Business] = []
  ) {
    self.businesses = businesses
  }

  /// Reads fields up to the reader's end.
  public mutating func merge(from reader: inout ProtoReader, in input: RawSpan) throws(ProtoError) {
    while let tag = try reader.tag(in: input) {
      switch tag {
      case 10:
        let scope = try reader.enter(memory: MemoryLayout<Business>.stride, in: input)
        var value = Business()
        try value.merge(from: &reader, in: input)
        reader.leave(scope)
        self.businesses.append(value)
      default: try reader.skip(tag, in: input)
      }
    }
  }

  /// Appends the set fields in ascending order of their numbers.
  public func encode(into writer: inout ProtoWriter) {
    for value in self.businesses { writer.message(value, tag: 10) }
  }
}


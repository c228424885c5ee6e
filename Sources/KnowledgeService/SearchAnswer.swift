import KnowledgeStore
import RPC

/// A search's reply as it is sent: its hits are encoded already.
///
/// A `SearchReply` of the same hits has the same bytes (a test compares them). Making one costs a
/// search of a small collection a fifth of its time, most of it for strings that live until they
/// are encoded.
struct SearchAnswer: ProtoEncodable {
  /// The fields `hits`, as ``HitWriter`` wrote them.
  var hits: [UInt8] = []
  /// All other fields; its hits stay empty.
  var rest = SearchReply()

  func encode(into writer: inout ProtoWriter) {
    writer.encodedFields(hits)
    rest.encode(into: &writer)
  }
}

/// A batch's reply as it is sent.
struct SearchBatchAnswer: ProtoEncodable {
  /// One for each query, in order.
  var results: [SearchAnswer] = []
  /// All other fields; its results stay empty.
  var rest = SearchBatchReply()

  func encode(into writer: inout ProtoWriter) {
    for result in results {
      let start = writer.beginMessage(tag: 10)
      result.encode(into: &writer)
      writer.endMessage(start)
    }
    rest.encode(into: &writer)
  }
}

/// What hits show of their entries.
struct HitParts {
  let isIDAlone: Bool
  let hasContent: Bool
  let hasVector: Bool

  init(_ request: RPC.SearchRequest) throws(RPCRefusal) {
    guard !request.idsOnly || !request.includeVector else {
      throw .invalid(
        "ids_only", "comes together with include_vector", remediation: "set one of the two")
    }
    (isIDAlone, hasContent) = (request.idsOnly, !request.omitContent)
    hasVector = request.includeVector
  }

  init(_ request: SearchBatchRequest) {
    (isIDAlone, hasContent) = (request.idsOnly, !request.omitContent)
    hasVector = false
  }
}

/// Writes hits as fields of a reply, from the engine's bytes.
struct HitWriter: ~Copyable {
  /// The collection's name.
  let collection: String
  /// Whether title, content and metadata are wanted.
  let includeContent: Bool
  private var writer = ProtoWriter(capacity: 4096)

  init(collection: String, includeContent: Bool) {
    self.collection = collection
    self.includeContent = includeContent
  }

  /// Bytes written since the last ``take()``.
  var byteCount: Int { writer.count }

  /// What was written; the writer begins again.
  mutating func take() -> [UInt8] {
    defer { writer.truncate(to: 0) }
    return writer.bytes
  }

  /// Appends a hit of which nothing but its id is known.
  mutating func write(_ hit: IDHit) {
    let message = writer.beginMessage(tag: 10)
    let entry = writer.beginMessage(tag: 10)
    writer.uuid(hit.id, tag: 10)
    writer.endMessage(entry)
    if hit.score.bitPattern != 0 { writer.double(hit.score, tag: 17) }
    if hit.chunk != 0 { writer.varint(UInt64(hit.chunk), tag: 24) }
    writer.endMessage(message)
  }

  /// Appends a hit, with its embedding where that is wanted.
  mutating func write(_ hit: borrowing KnowledgeStore.Hit, vector: [Float]) {
    let message = writer.beginMessage(tag: 10)
    let entry = writer.beginMessage(tag: 10)
    writer.uuid(hit.id, tag: 10)
    let bytes = hit.record.bytes
    if let range = hit.record.externalIDRange, !range.isEmpty {
      writer.byteArray(bytes, in: range, tag: 18)
    }
    if !collection.isEmpty { writer.string(collection, tag: 26) }
    if !hit.entryType.isEmpty { writer.string(hit.entryType, tag: 34) }
    if includeContent {
      if !hit.record.titleRange.isEmpty {
        writer.byteArray(bytes, in: hit.record.titleRange, tag: 42)
      }
      if !hit.record.contentRange.isEmpty {
        writer.byteArray(bytes, in: hit.record.contentRange, tag: 50)
      }
      if !hit.record.metadataRange.isEmpty {
        writer.byteArray(bytes, in: hit.record.metadataRange, tag: 58)
      }
    }
    hit.record.forEachKeyword { writer.byteArray(bytes, in: $0, tag: 66) }
    hit.record.forEachTag { writer.byteArray(bytes, in: $0, tag: 74) }
    if !hit.category.isEmpty { writer.string(hit.category, tag: 82) }
    if hit.priority != 0 { writer.zigzag(Int64(hit.priority), tag: 88) }
    if !hit.language.isEmpty { writer.string(hit.language, tag: 98) }
    writer.bool(hit.isActive, tag: 104)
    if hit.version != 0 { writer.varint(hit.version, tag: 112) }
    if hit.createdAt != 0 { writer.signed(hit.createdAt, tag: 120) }
    if hit.updatedAt != 0 { writer.signed(hit.updatedAt, tag: 128) }
    if !vector.isEmpty { writer.packedFloats(vector, tag: 138) }
    writer.endMessage(entry)
    if hit.score.bitPattern != 0 { writer.double(hit.score, tag: 17) }
    if hit.chunk != 0 { writer.varint(UInt64(hit.chunk), tag: 24) }
    if let span = hit.span {
      if span.lowerBound != 0 { writer.varint(UInt64(span.lowerBound), tag: 32) }
      writer.varint(UInt64(span.upperBound), tag: 40)
    }
    writer.endMessage(message)
  }
}

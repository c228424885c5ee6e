import CYAML

/// What libyaml tells of a document, one after the other.
enum YAMLEvent {
  case documentStart, streamEnd, sequenceStart, sequenceEnd, mappingStart, mappingEnd, other
  case alias(String)
  case scalar(String, isPlain: Bool)
}

/// An event with what stands beside it.
struct YAMLNode {
  var event: YAMLEvent
  var anchor: String?
  var tag: String?
  /// From 1.
  var line: Int
  /// From 1.
  var column: Int
}

/// libyaml's parser over bytes that it owns.
///
/// `@safe` holds because parser and input are owned, valid until `deinit`, and never leave; what
/// libyaml lends with an event is copied before the event is given back.
@safe struct YAMLEvents: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) throws(YAMLError) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      throw YAMLError(line: 1, column: 1, message: "no memory to read it")
    }
    unsafe self.parser = parser
    unsafe input = .allocate(capacity: max(1, bytes.count))
    _ = unsafe input.initialize(fromContentsOf: bytes)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  mutating func next() throws(YAMLError) -> YAMLNode {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { unsafe yaml_event_delete(&event) }
    let mark = unsafe event.start_mark
    var node = YAMLNode(event: .other, line: mark.line + 1, column: mark.column + 1)
    switch unsafe event.type {
    case YAML_DOCUMENT_START_EVENT: node.event = .documentStart
    case YAML_STREAM_END_EVENT: node.event = .streamEnd
    case YAML_SEQUENCE_END_EVENT: node.event = .sequenceEnd
    case YAML_MAPPING_END_EVENT: node.event = .mappingEnd
    case YAML_ALIAS_EVENT: node.event = .alias(unsafe Self.text(event.data.alias.anchor) ?? "")
    case YAML_SEQUENCE_START_EVENT:
      node.event = .sequenceStart
      node.anchor = unsafe Self.text(event.data.sequence_start.anchor)
      node.tag = unsafe Self.text(event.data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
      node.event = .mappingStart
      node.anchor = unsafe Self.text(event.data.mapping_start.anchor)
      node.tag = unsafe Self.text(event.data.mapping_start.tag)
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      node.event = .scalar(
        unsafe String(decoding: bytes, as: UTF8.self),
        isPlain: unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE)
      node.anchor = unsafe Self.text(scalar.anchor)
      node.tag = unsafe Self.text(scalar.tag)
    default: break
    }
    return node
  }

  private func failure() -> YAMLError {
    let mark = unsafe parser.pointee.problem_mark
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
    let began = unsafe parser.pointee.context_mark
    let context = unsafe parser.pointee.context.map {
      unsafe "\(String(cString: $0)) of line \(began.line + 1), column \(began.column + 1)"
    }
    let message = [context, problem].compactMap { $0 }.joined(separator: ": ")
    return YAMLError(
      line: mark.line + 1, column: mark.column + 1,
      message: message.isEmpty ? "this is no YAML" : message, isOfSyntax: true)
  }

  private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    unsafe bytes.map { unsafe String(cString: $0) }
  }
}

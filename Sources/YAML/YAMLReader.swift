import Platform

/// Makes a value of a document's events, without recursion.
struct YAMLReader {
  /// A list or mapping that is not ended.
  private struct Open {
    var anchor: String?
    var isMapping: Bool
    var elements: [JSON] = []
    var members: [(key: String, value: JSON)] = []
    var keys: Set<ByteText> = []
    /// The key whose value is awaited.
    var key: String?
    /// How many levels stand within it.
    var levels = 0
    var nodesBefore: Int
    var bytesBefore: Int
  }

  /// What an anchor stands for, and what it counts wherever it is used.
  private struct Anchored {
    var value: JSON
    /// How many levels it has.
    var levels: Int
    var nodes: Int
    var bytes: Int
  }

  private let bytes: [UInt8]
  private var open: [Open] = []
  private var anchors: [ByteText: Anchored] = [:]
  private var result: JSON?
  private var nodes = 0
  private var textBytes = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(YAMLError) -> JSON {
    var events = try YAMLEvents(bytes)
    var documents = 0
    while true {
      let node = try events.next()
      switch node.event {
      case .streamEnd: return result ?? .null
      case .documentStart:
        documents += 1
        guard documents == 1 else { throw error(node, "a second document: keep one in a file") }
      case .other: break
      case .alias(let name): try alias(name, node)
      case .scalar(let text, let isPlain): try scalar(text, isPlain: isPlain, node)
      case .sequenceStart: try begin(isMapping: false, node, tags: ["seq"])
      case .mappingStart: try begin(isMapping: true, node, tags: ["map"])
      case .sequenceEnd, .mappingEnd: try end(node)
      }
    }
  }

  private func error(_ node: YAMLNode, _ message: String) -> YAMLError {
    YAMLError(line: node.line, column: node.column, message: message)
  }

  private mutating func begin(
    isMapping: Bool, _ node: YAMLNode, tags: [String]
  ) throws(YAMLError) {
    guard node.tag.map({ tags.contains(Self.coreName($0) ?? "") }) ?? true else {
      throw unknownTag(node)
    }
    if let last = open.last, last.isMapping, last.key == nil {
      throw error(node, "a key that is a list or mapping: write a text")
    }
    guard open.count < YAML.Limit.depth else {
      throw error(node, "nested deeper than \(YAML.Limit.depth) levels")
    }
    open.append(
      Open(
        anchor: node.anchor, isMapping: isMapping, nodesBefore: nodes, bytesBefore: textBytes))
    try count(nodes: 1, bytes: 0, node)
  }

  private mutating func end(_ node: YAMLNode) throws(YAMLError) {
    guard let last = open.popLast() else { return }
    let value = last.isMapping ? JSON.object(last.members) : .array(last.elements)
    if let anchor = last.anchor {
      anchors[ByteText(anchor)] = Anchored(
        value: value, levels: last.levels + 1, nodes: nodes - last.nodesBefore,
        bytes: textBytes - last.bytesBefore)
    }
    put(value, levels: last.levels + 1)
  }

  private mutating func scalar(
    _ text: String, isPlain: Bool, _ node: YAMLNode
  ) throws(YAMLError) {
    if let last = open.last, last.isMapping, last.key == nil {
      if let tag = node.tag, tag != "!", Self.coreName(tag) != "str" { throw unknownTag(node) }
      if isPlain, text == "<<" {
        throw error(node, "merge keys (<<) are no part of YAML 1.2: write the members out")
      }
      keep(.string(text), as: node.anchor, bytes: text.utf8.count)
      return try key(text, node)
    }
    let value: JSON
    do {
      value = try YAMLScalar.value(text, isPlain: isPlain, tag: node.tag.map(Self.coreName))
    } catch {
      guard let message = error.message else { throw unknownTag(node) }
      throw self.error(node, message)
    }
    try count(nodes: 1, bytes: text.utf8.count, node)
    keep(value, as: node.anchor, bytes: text.utf8.count)
    put(value, levels: 0)
  }

  private mutating func alias(_ name: String, _ node: YAMLNode) throws(YAMLError) {
    guard let anchored = anchors[ByteText(name)] else {
      let isOpen = open.contains { $0.anchor?.utf8.elementsEqual(name.utf8) == true }
      throw error(
        node,
        isOpen
          ? "*\(name) stands within what it stands for"
          : "no anchor &\(name) stands before *\(name)")
    }
    if let last = open.last, last.isMapping, last.key == nil {
      guard case .string(let text) = anchored.value else {
        throw error(node, "a key that is no text")
      }
      return try key(text, node)
    }
    guard open.count + anchored.levels <= YAML.Limit.depth else {
      throw error(node, "nested deeper than \(YAML.Limit.depth) levels with *\(name) written out")
    }
    try count(nodes: anchored.nodes, bytes: anchored.bytes, node)
    put(anchored.value, levels: anchored.levels)
  }

  /// Adds a value to the list or mapping that is open.
  private mutating func put(_ value: JSON, levels: Int) {
    guard !open.isEmpty else {
      result = value
      return
    }
    open[open.count - 1].levels = max(open[open.count - 1].levels, levels)
    if open[open.count - 1].isMapping {
      let key = open[open.count - 1].key ?? ""
      open[open.count - 1].key = nil
      open[open.count - 1].members.append((key: key, value: value))
    } else {
      open[open.count - 1].elements.append(value)
    }
  }

  private mutating func key(_ text: String, _ node: YAMLNode) throws(YAMLError) {
    try count(nodes: 0, bytes: text.utf8.count, node)
    guard open[open.count - 1].keys.insert(ByteText(text)).inserted else {
      throw error(node, "the key \(JSON.string(String(text.prefix(60)))) occurs twice")
    }
    open[open.count - 1].key = text
  }

  /// Keeps a scalar under its anchor.
  private mutating func keep(_ value: JSON, as anchor: String?, bytes: Int) {
    guard let anchor else { return }
    anchors[ByteText(anchor)] = Anchored(value: value, levels: 0, nodes: 1, bytes: bytes)
  }

  private mutating func count(nodes more: Int, bytes: Int, _ node: YAMLNode) throws(YAMLError) {
    nodes += more
    textBytes += bytes
    guard nodes <= YAML.Limit.nodeCount, textBytes <= YAML.Limit.textByteCount else {
      throw error(
        node,
        "with its aliases written out the document has more than \(YAML.Limit.nodeCount) values or "
          + "\(YAML.Limit.textByteCount) bytes")
    }
  }

  private func unknownTag(_ node: YAMLNode) -> YAMLError {
    let tag = node.tag ?? ""
    let name = Self.coreName(tag).map { "!!\($0)" } ?? tag
    return error(node, "the tag \(name) does not belong here: remove it")
  }

  /// `str` for `tag:yaml.org,2002:str`.
  private static func coreName(_ tag: String) -> String? {
    let prefix = "tag:yaml.org,2002:"
    if tag == "!" { return "str" }
    return tag.hasPrefix(prefix) ? String(tag.dropFirst(prefix.count)) : nil
  }
}

import Agent
import Platform

/// The blocks of an Anthropic answer, for turns that must go back as they came.
///
/// Models that think sign their thinking, and want it back unchanged while tools are called; text
/// and calls alone can be written again from the reply.
struct ContentBlocks {
  /// What a block is.
  enum Kind: Equatable {
    case text
    case call(position: Int)
    /// The call of the tool that holds the answer.
    case output
    /// Anything else, such as thinking.
    case opaque
  }

  private struct Block {
    let index: Int
    let kind: Kind
    /// As it began; null but for opaque ones.
    let start: JSON
    var text = ""
    var thinking = ""
    var signature = ""
  }

  private static let limit = 1024
  private var blocks: [Block] = []

  /// Begins a block.
  ///
  /// - Parameter start: As the provider wrote it, for opaque ones.
  mutating func begin(_ index: Int, _ kind: Kind, _ start: JSON = .null) throws(ModelFault) {
    guard blocks.count < Self.limit, place(index) == nil else {
      throw ModelFault(.invalidResponse, "content block \(index) comes twice, or too many come")
    }
    blocks.append(Block(index: index, kind: kind, start: start))
  }

  private func place(_ index: Int) -> Int? { blocks.lastIndex { $0.index == index } }

  /// What the block with this index is; nil where there is none.
  func kind(_ index: Int) -> Kind? { place(index).map { blocks[$0].kind } }

  /// Adds to the block's text.
  mutating func append(text: String, to index: Int) {
    if let place = place(index) { blocks[place].text += text }
  }

  /// Adds to the block's thinking.
  mutating func append(thinking: String, to index: Int) {
    if let place = place(index) { blocks[place].thinking += thinking }
  }

  /// Adds to the block's signature.
  mutating func append(signature: String, to index: Int) {
    if let place = place(index) { blocks[place].signature += signature }
  }

  /// The content to send back; nil where text and calls say all of it.
  func content(_ builder: ReplyBuilder) throws(ModelFault) -> JSON? {
    guard blocks.contains(where: { $0.kind == .opaque }),
      !blocks.contains(where: { $0.kind == .output })
    else { return nil }
    var content: [JSON] = []
    for block in blocks {
      switch block.kind {
      case .text: if !block.text.isEmpty { content.append(Self.text(block.text)) }
      case .call(let position): content.append(Self.call(try builder.call(at: position)))
      case .output: break
      case .opaque: content.append(Self.opaque(block))
      }
    }
    return .array(content)
  }

  private static func opaque(_ block: Block) -> JSON {
    var members = block.start.object ?? []
    for (key, more) in [("thinking", block.thinking), ("signature", block.signature)] {
      guard !more.isEmpty else { continue }
      if let place = members.firstIndex(where: { $0.key == key }) {
        members[place].value = .string((members[place].value.string ?? "") + more)
      } else {
        members.append((key, .string(more)))
      }
    }
    return .object(members)
  }

  static func text(_ text: String) -> JSON {
    .object([("type", .string("text")), ("text", .string(text))])
  }

  static func call(_ call: ToolCall) -> JSON {
    .object([
      ("type", .string("tool_use")), ("id", .string(call.id)), ("name", .string(call.name)),
      ("input", call.arguments),
    ])
  }
}

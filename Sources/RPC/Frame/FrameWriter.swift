/// Appends frames to a connection's outgoing bytes.
enum FrameWriter {
  /// Appends a frame whose message is encoded in place.
  static func append<Message: ProtoMessage>(
    _ header: FrameHeader, _ message: Message, to out: inout [UInt8]
  ) {
    let start = out.count
    header.append(to: &out)
    // Moved out and back, so that the array has one owner and is never copied.
    var moved: [UInt8] = []
    swap(&moved, &out)
    var writer = ProtoWriter(appendingTo: moved)
    moved = []
    message.encode(into: &writer)
    out = writer.finish()
    patchLength(at: start, in: &out)
  }

  /// Appends a frame whose message is already encoded.
  static func append(_ header: FrameHeader, encoded message: [UInt8], to out: inout [UInt8]) {
    let start = out.count
    out.reserveCapacity(start + FrameHeader.byteCount + message.count)
    header.append(to: &out)
    out.append(contentsOf: message)
    patchLength(at: start, in: &out)
  }

  /// One frame on its own.
  static func frame<Message: ProtoMessage>(_ header: FrameHeader, _ message: Message) -> [UInt8] {
    var out: [UInt8] = []
    append(header, message, to: &out)
    return out
  }

  private static func patchLength(at start: Int, in out: inout [UInt8]) {
    let counted = out.count - start - FrameHeader.byteCount + FrameHeader.countedByteCount
    precondition(counted <= Int(UInt32.max), "a frame holds at most 4 GiB")
    for place in 0..<4 { out[start + place] = UInt8(truncatingIfNeeded: counted >> (8 * place)) }
  }
}

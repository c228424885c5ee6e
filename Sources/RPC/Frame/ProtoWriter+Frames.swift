/// Frames among a connection's outgoing bytes. Byte map: proto-lite/WIRE.md, section 2.
extension ProtoWriter {
  /// Appends a frame whose message is encoded in place.
  mutating func frame<Message: ProtoEncodable>(_ header: FrameHeader, _ message: Message) {
    let start = count
    append(header)
    message.encode(into: &self)
    setLength(of: start)
  }

  /// Appends a frame whose message is already encoded.
  mutating func frame(_ header: FrameHeader, encoded message: [UInt8]) {
    let start = count
    append(header)
    append(message)
    setLength(of: start)
  }

  /// Appends the 20 bytes of a header.
  mutating func append(_ header: FrameHeader) {
    append(UInt32(FrameHeader.countedByteCount + header.messageByteCount))
    append(
      UInt32(header.version) | UInt32(header.kind.rawValue) << 8 | UInt32(header.method) << 16)
    append(header.requestID)
    append(header.deadlineMilliseconds)
    append(UInt32(header.flags))
  }

  private mutating func setLength(of start: Int) {
    let counted = count - start - FrameHeader.byteCount + FrameHeader.countedByteCount
    precondition(counted <= Int(UInt32.max), "a frame holds at most 4 GiB")
    overwrite(UInt32(counted), at: start)
  }
}

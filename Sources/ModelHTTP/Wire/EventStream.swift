/// One event of a server-sent stream.
struct ServerSentEvent: Sendable, Equatable {
  /// What `event:` said; empty where it said nothing.
  var name = ""
  /// What `data:` said, several lines joined by line feeds. Any bytes.
  var data: [UInt8] = []
}

/// Takes bytes as they come and gives events: pure, and the same whatever pieces the bytes come in.
///
/// - Source: WHATWG HTML, section 9.2.6, "Interpreting an event stream"; `id` and `retry`, which
///   are about connecting again, are passed over.
struct EventStreamParser: Sendable {
  /// Why a stream cannot be read on.
  enum Fault: Error, Equatable {
    case lineTooLong(limit: Int)
    case eventTooLong(limit: Int)
  }

  private let lineByteLimit: Int
  private let eventByteLimit: Int
  private var bytes: [UInt8] = []
  /// Where the line begins that is being read.
  private var lineStart = 0
  /// Up to where no line end is.
  private var scanned = 0
  /// Whether a line feed that comes next belongs to the line end before it.
  private var skipsLineFeed = false
  private var isFirstLine = true
  private var event = ServerSentEvent()
  private var hasData = false

  /// - Parameters:
  ///   - lineByteLimit: The longest line, its end not counted.
  ///   - eventByteLimit: The most data of one event.
  init(lineByteLimit: Int, eventByteLimit: Int) {
    self.lineByteLimit = lineByteLimit
    self.eventByteLimit = eventByteLimit
  }

  /// Takes more bytes.
  mutating func append(_ chunk: RawSpan) {
    bytes.removeFirst(lineStart)
    scanned -= lineStart
    lineStart = 0
    unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// The next whole event, or nil until more bytes come. What stands after the last empty line when
  /// the stream ends is no event.
  ///
  /// - Throws: ``Fault``; the stream is to be ended.
  mutating func next() throws(Fault) -> ServerSentEvent? {
    while let line = try nextLine() {
      guard line.isEmpty else {
        try take(line)
        continue
      }
      let whole = event
      event = ServerSentEvent()
      guard hasData else { continue }
      hasData = false
      return whole
    }
    return nil
  }

  private mutating func nextLine() throws(Fault) -> Range<Int>? {
    if skipsLineFeed, scanned < bytes.count {
      if bytes[scanned] == 0x0A {
        scanned += 1
        lineStart = scanned
      }
      skipsLineFeed = false
    }
    while scanned < bytes.count {
      let byte = bytes[scanned]
      if byte == 0x0A || byte == 0x0D {
        var line = lineStart..<scanned
        scanned += 1
        lineStart = scanned
        skipsLineFeed = byte == 0x0D
        if isFirstLine, bytes[line].starts(with: [0xEF, 0xBB, 0xBF]) {
          line = line.lowerBound + 3..<line.upperBound
        }
        isFirstLine = false
        return line
      }
      scanned += 1
      if scanned - lineStart > lineByteLimit { throw .lineTooLong(limit: lineByteLimit) }
    }
    return nil
  }

  /// A line that is not empty: a field, or a comment, which begins with a colon.
  private mutating func take(_ line: Range<Int>) throws(Fault) {
    let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")) ?? line.upperBound
    var value = bytes[min(colon + 1, line.upperBound)..<line.upperBound]
    if value.first == 0x20 { value.removeFirst() }
    let field = bytes[line.lowerBound..<colon]
    if field.elementsEqual("data".utf8) {
      if hasData { event.data.append(0x0A) }
      hasData = true
      guard value.count <= eventByteLimit - event.data.count else {
        throw .eventTooLong(limit: eventByteLimit)
      }
      event.data += value
    } else if field.elementsEqual("event".utf8) {
      event.name = String(decoding: value, as: UTF8.self)
    }
  }
}

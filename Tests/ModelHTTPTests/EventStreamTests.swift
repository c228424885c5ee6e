import Platform
import Testing

@testable import ModelHTTP

@Suite struct EventStreamTests {
  /// All events of a stream that comes in these pieces.
  static func events(
    _ pieces: [ArraySlice<UInt8>], line: Int = 1000, event: Int = 1000
  ) throws -> [ServerSentEvent] {
    var parser = EventStreamParser(lineByteLimit: line, eventByteLimit: event)
    var events: [ServerSentEvent] = []
    for piece in pieces {
      parser.append(Array(piece).span.bytes)
      while let event = try parser.next() { events.append(event) }
    }
    return events
  }

  static func event(_ data: String, _ name: String = "") -> ServerSentEvent {
    ServerSentEvent(name: name, data: Array(data.utf8))
  }

  static let stream =
    "\u{FEFF}: hello\r\ndata: one\r\ndata:two\n\nevent: error\rdata:  spaced\r\rdata\n\n"
    + "event: without data\n\nid: 7\nretry: 10\nunknown: x\ndata: käse\r\n\r\n\r\ndata: lost"

  static let expected = [
    event("one\ntwo"), event(" spaced", "error"), event(""), event("käse"),
  ]

  @Test func `events are the same wherever the bytes are cut`() throws {
    let bytes = Array(Self.stream.utf8)
    #expect(try Self.events([bytes[...]]) == Self.expected)
    #expect(try Self.events(bytes.indices.map { bytes[$0..<$0 + 1] }) == Self.expected)
    for first in 0...bytes.count {
      #expect(try Self.events([bytes[..<first], bytes[first...]]) == Self.expected, "\(first)")
    }
  }

  @Test func `limits hold for lines and for events, to the byte`() throws {
    let line = Array("data: 4567\n\n".utf8)
    #expect(try Self.events([line[...]], line: 10, event: 4).count == 1)
    #expect(throws: EventStreamParser.Fault.lineTooLong(limit: 9)) {
      try Self.events([line[...]], line: 9, event: 4)
    }
    #expect(throws: EventStreamParser.Fault.eventTooLong(limit: 3)) {
      try Self.events([line[...]], line: 10, event: 3)
    }
    let lines = Array("data: 45\ndata: 78\n\n".utf8)
    #expect(try Self.events([lines[...]], event: 5) == [Self.event("45\n78")])
    #expect(throws: EventStreamParser.Fault.eventTooLong(limit: 4)) {
      try Self.events([lines[...]], event: 4)
    }
  }

  @Test func `any bytes give the same events in any pieces`() throws {
    var generator = SeededGenerator(seed: 7)
    let alphabet = Array("\r\n\n: data:event:x\u{FEFF}".utf8) + [0, 0xFF]
    for _ in 0..<300 {
      let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
        alphabet.randomElement(using: &generator)!
      }
      var pieces: [ArraySlice<UInt8>] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        let size = Int.random(in: 1...5, using: &generator)
        pieces.append(rest.prefix(size))
        rest = rest.dropFirst(size)
      }
      #expect(try Self.events([bytes[...]]) == Self.events(pieces), "\(bytes)")
    }
  }
}

extension JSON {
  /// Parses one JSON text: strict RFC 8259, UTF-8 checked, duplicate keys: the last one stands.
  ///
  /// - Parameters:
  ///   - bytes: The whole text; white space around the value is allowed, a byte order mark is not.
  ///   - limits: Depth and size beyond which the input is refused.
  /// - Throws: ``JSONError`` naming byte, line and column.
  /// - Complexity: O(bytes); one allocation per array, object and string longer than 15 bytes.
  public static func parse(
    _ bytes: RawSpan, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> JSON {
    try unsafe bytes.withUnsafeBytes { (buffer) throws(JSONError) -> JSON in
      var parser = unsafe JSONParser(buffer, limits: limits)
      return try parser.document()
    }
  }

  /// Parses one JSON text held in an array; see ``parse(_:limits:)-(RawSpan,_)``.
  public static func parse(
    _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> JSON {
    unsafe try parse(bytes.span.bytes, limits: limits)
  }

  /// Parses one JSON text held in a string; see ``parse(_:limits:)-(RawSpan,_)``.
  public static func parse(
    _ text: String, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> JSON {
    try parse(Array(text.utf8), limits: limits)
  }
}

/// A recursive descent over lent bytes.
///
/// `@safe` holds because the value lives only inside the closure that lends `base`, and every read
/// is at an index below `count` (`peek`, and the word loop that checks eight bytes at once).
@safe private struct JSONParser {
  private let base: UnsafeRawPointer
  private let count: Int
  private let limits: JSONLimits
  private var position = 0
  private var depth = 0
  private var unescaped: [UInt8] = []

  @unsafe init(_ buffer: UnsafeRawBufferPointer, limits: JSONLimits) {
    // An empty buffer may have no address; `count` 0 then keeps any pointer from being read.
    unsafe base = buffer.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
    count = buffer.count
    self.limits = limits
  }

  mutating func document() throws(JSONError) -> JSON {
    guard count <= limits.byteCount else {
      throw failure(.tooLarge(byteCount: count, limit: limits.byteCount), at: 0)
    }
    skipSpace()
    let value = try self.value()
    skipSpace()
    guard position == count else { throw failure(.trailingBytes, at: position) }
    return value
  }

  // MARK: Reading

  /// The byte at `index`, or 0 past the end: no token starts with or continues by a 0 byte.
  @inline(__always) private func peek(_ index: Int) -> UInt8 {
    index < count ? unsafe base.load(fromByteOffset: index, as: UInt8.self) : 0
  }

  @inline(__always) private mutating func skipSpace() {
    while true {
      switch peek(position) {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func value() throws(JSONError) -> JSON {
    switch peek(position) {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "t"):
      try literal("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try literal("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try literal("null")
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw unexpected("a value")
    }
  }

  private mutating func literal(_ name: StaticString) throws(JSONError) {
    for offset in 0..<name.utf8CodeUnitCount {
      let byte = unsafe name.utf8Start[offset]
      guard peek(position + offset) == byte else {
        position += offset
        throw unexpected("\"\(name)\"")
      }
    }
    position += name.utf8CodeUnitCount
  }

  // MARK: Containers

  private mutating func enter() throws(JSONError) {
    depth += 1
    guard depth <= limits.depth else {
      throw failure(.tooDeep(limit: limits.depth), at: position)
    }
    position += 1
    skipSpace()
  }

  private mutating func array() throws(JSONError) -> JSON {
    try enter()
    var elements: [JSON] = []
    if peek(position) == UInt8(ascii: "]") {
      position += 1
      depth -= 1
      return .array(elements)
    }
    while true {
      elements.append(try value())
      skipSpace()
      switch peek(position) {
      case UInt8(ascii: ","):
        position += 1
        skipSpace()
      case UInt8(ascii: "]"):
        position += 1
        depth -= 1
        return .array(elements)
      default: throw unexpected("',' or ']'")
      }
    }
  }

  private mutating func object() throws(JSONError) -> JSON {
    try enter()
    var members = JSONMembers()
    if peek(position) == UInt8(ascii: "}") {
      position += 1
      depth -= 1
      return .object([])
    }
    while true {
      guard peek(position) == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
      let key = try string()
      skipSpace()
      guard peek(position) == UInt8(ascii: ":") else { throw unexpected("':'") }
      position += 1
      skipSpace()
      members.append(key, try value())
      skipSpace()
      switch peek(position) {
      case UInt8(ascii: ","):
        position += 1
        skipSpace()
      case UInt8(ascii: "}"):
        position += 1
        depth -= 1
        return .object(members.finished())
      default: throw unexpected("',' or '}'")
      }
    }
  }

  // MARK: Numbers

  private mutating func number() throws(JSONError) -> String {
    let start = position
    guard let end = JSONNumberGrammar.end(from: start, byte: { peek($0) }) else {
      throw failure(.invalidNumber, at: start)
    }
    position = end
    return unsafe String(
      decoding: UnsafeRawBufferPointer(start: base + start, count: end - start), as: UTF8.self)
  }

  // MARK: Strings

  /// Moves over plain string bytes, eight at a time, to the next quote, backslash or control byte.
  /// Also tells whether only ASCII was passed.
  @inline(__always) private func plainEnd(from start: Int) -> (end: Int, isASCII: Bool) {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    var index = start
    var seen: UInt64 = 0
    while count - index >= 8 {
      let word = UInt64(
        littleEndian: unsafe base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      // The lowest set flag of each term is exact; borrows can only add flags above a true one.
      let quote = word ^ (ones &* 0x22)
      let slash = word ^ (ones &* 0x5C)
      let hits =
        ((quote &- ones) & ~quote | (slash &- ones) & ~slash | (word &- ones &* 0x20) & ~word)
        & highs
      // Bytes past the stop count too: that only costs the slower way of making the string.
      seen |= word
      if hits != 0 { return (index + hits.trailingZeroBitCount / 8, seen & highs == 0) }
      index += 8
    }
    while index < count {
      let byte = peek(index)
      if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
      seen |= UInt64(byte)
      index += 1
    }
    return (index, seen & highs == 0)
  }

  private mutating func string() throws(JSONError) -> String {
    let start = position + 1
    let (end, isASCII) = plainEnd(from: start)
    guard peek(end) == 0x22 else { return try escapedString(from: start, plainTo: end) }
    position = end + 1
    let bytes = unsafe UnsafeRawBufferPointer(start: base + start, count: end - start)
    if !isASCII, let fault = unsafe UTF8Validation.firstInvalid(in: bytes) {
      throw failure(.invalidUTF8, at: start + fault)
    }
    return unsafe String(decoding: bytes, as: UTF8.self)
  }

  private mutating func escapedString(
    from start: Int, plainTo firstStop: Int
  ) throws(JSONError) -> String {
    unescaped.removeAll(keepingCapacity: true)
    var runStart = start
    var stop = firstStop
    while true {
      let run = unsafe UnsafeRawBufferPointer(start: base + runStart, count: stop - runStart)
      unsafe unescaped.append(contentsOf: run)
      position = stop
      switch peek(stop) {
      case _ where stop == count: throw unexpected("'\"' to end the string")
      case 0x22:
        // Escapes give valid UTF-8, so a fault can only lie in the text as it was written.
        let bytes = unsafe UnsafeRawBufferPointer(start: base + start, count: stop - start)
        if let fault = unsafe UTF8Validation.firstInvalid(in: bytes) {
          throw failure(.invalidUTF8, at: start + fault)
        }
        position = stop + 1
        return String(decoding: unescaped, as: UTF8.self)
      case 0x5C: runStart = try escape(at: stop)
      case let byte: throw failure(.controlCharacter(byte), at: stop)
      }
      stop = plainEnd(from: runStart).end
    }
  }

  /// Appends what the escape at `start` stands for; returns the index after it.
  private mutating func escape(at start: Int) throws(JSONError) -> Int {
    switch peek(start + 1) {
    case 0x22: unescaped.append(0x22)
    case 0x5C: unescaped.append(0x5C)
    case UInt8(ascii: "/"): unescaped.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "n"): unescaped.append(0x0A)
    case UInt8(ascii: "r"): unescaped.append(0x0D)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "u"): return try unicodeEscape(at: start)
    default: throw failure(.invalidEscape, at: start)
    }
    return start + 2
  }

  private mutating func unicodeEscape(at start: Int) throws(JSONError) -> Int {
    guard let first = hexadecimal(at: start + 2) else { throw failure(.invalidEscape, at: start) }
    var code = first
    var end = start + 6
    if (0xD800...0xDBFF).contains(first) {
      guard peek(end) == 0x5C, peek(end + 1) == UInt8(ascii: "u"),
        let second = hexadecimal(at: end + 2), (0xDC00...0xDFFF).contains(second)
      else { throw failure(.loneSurrogate, at: start) }
      code = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
      end += 6
    }
    guard let scalar = Unicode.Scalar(code) else { throw failure(.loneSurrogate, at: start) }
    unescaped.append(contentsOf: UTF8.encode(scalar)!)
    return end
  }

  private func hexadecimal(at start: Int) -> UInt32? {
    var value: UInt32 = 0
    for offset in 0..<4 {
      switch peek(start + offset) {
      case let digit where (0x30...0x39).contains(digit): value = value << 4 | UInt32(digit - 0x30)
      case let digit where (0x41...0x46).contains(digit): value = value << 4 | UInt32(digit - 0x37)
      case let digit where (0x61...0x66).contains(digit): value = value << 4 | UInt32(digit - 0x57)
      default: return nil
      }
    }
    return value
  }

  // MARK: Errors

  private func unexpected(_ expected: String) -> JSONError {
    position < count
      ? failure(.unexpectedByte(peek(position), expected: expected), at: position)
      : failure(.unexpectedEnd(expected: expected), at: position)
  }

  private func failure(_ reason: JSONError.Reason, at offset: Int) -> JSONError {
    var line = 1
    var column = 1
    for index in 0..<min(offset, count) {
      let byte = peek(index)
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return JSONError(reason: reason, byteOffset: offset, line: line, column: column)
  }
}

/// Members of an object while it is parsed: a list, and an index by key once it is long.
private struct JSONMembers {
  private struct ByteKey: Hashable {
    let text: String
    static func == (left: ByteKey, right: ByteKey) -> Bool { JSON.sameBytes(left.text, right.text) }
    func hash(into hasher: inout Hasher) {
      var text = text
      text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  private static let indexedFrom = 24
  private var members: [(key: String, value: JSON)] = []
  private var index: [ByteKey: Int] = [:]
  private var replaced: Set<Int> = []

  /// Adds a member; an earlier one of the same key is dropped.
  mutating func append(_ key: String, _ value: JSON) {
    // Growing by doubling from one would allocate three times for the commonest sizes.
    if members.isEmpty { members.reserveCapacity(6) }
    if members.count < Self.indexedFrom {
      if let earlier = members.firstIndex(where: { JSON.sameBytes($0.key, key) }) {
        members.remove(at: earlier)
      }
    } else {
      if index.isEmpty {
        for (position, member) in members.enumerated() {
          index[ByteKey(text: member.key)] = position
        }
      }
      if let earlier = index.updateValue(members.count, forKey: ByteKey(text: key)) {
        replaced.insert(earlier)
      }
    }
    members.append((key, value))
  }

  func finished() -> [(key: String, value: JSON)] {
    guard !replaced.isEmpty else { return members }
    return members.indices.filter { !replaced.contains($0) }.map { members[$0] }
  }
}

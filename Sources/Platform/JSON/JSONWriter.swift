/// Appends compact JSON to a byte array; commas and colons come by themselves.
///
/// The caller keeps the structure right: each `begin…` has its `end…`, and inside an object every
/// value follows a ``key(_:)``. Keys are not checked for repetition.
public struct JSONWriter: Sendable {
  /// What has been written so far, UTF-8.
  public private(set) var bytes: [UInt8]
  private var needsComma = false

  /// - Parameter capacity: Bytes to reserve.
  public init(capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Forgets what was written and keeps the memory.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  /// Ends a line (JSON Lines): appends LF, so that the next value starts afresh.
  public mutating func endLine() {
    bytes.append(0x0A)
    needsComma = false
  }

  // MARK: Structure

  /// Opens an object.
  public mutating func beginObject() { open(UInt8(ascii: "{")) }

  /// Closes the innermost object.
  public mutating func endObject() { close(UInt8(ascii: "}")) }

  /// Opens an array.
  public mutating func beginArray() { open(UInt8(ascii: "[")) }

  /// Closes the innermost array.
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Writes the key of the next value.
  public mutating func key(_ name: String) {
    separate()
    quoted(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  // MARK: Values

  /// Writes a string, escaped.
  public mutating func string(_ value: String) {
    separate()
    quoted(value)
    needsComma = true
  }

  /// Writes an integer.
  public mutating func integer(_ value: some FixedWidthInteger) {
    separate()
    bytes.append(contentsOf: value.description.utf8)
    needsComma = true
  }

  /// Writes the shortest text that reads back as `value`.
  ///
  /// - Throws: ``JSONError`` with ``JSONError/Reason/notFinite``; nothing is written then.
  public mutating func double(_ value: Double) throws(JSONError) {
    guard value.isFinite else {
      throw JSONError(reason: .notFinite, byteOffset: bytes.count, line: 1, column: 1)
    }
    separate()
    bytes.append(contentsOf: JSON.shortestText(of: value).utf8)
    needsComma = true
  }

  /// Writes a double, or `null` where it is not finite.
  public mutating func doubleOrNull(_ value: Double) {
    do { try double(value) } catch { null() }
  }

  /// Writes a float with its own shortest text (`0.1`, not `0.10000000149011612`), or `null`.
  public mutating func floatOrNull(_ value: Float) {
    guard value.isFinite else { return null() }
    separate()
    bytes.append(contentsOf: value.description.utf8)
    needsComma = true
  }

  /// Writes `true` or `false`.
  public mutating func bool(_ value: Bool) {
    separate()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
    needsComma = true
  }

  /// Writes `null`.
  public mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
    needsComma = true
  }

  /// Writes a whole value.
  ///
  /// - Precondition: Every ``JSON/number(_:)`` in it holds the text of a JSON number.
  public mutating func json(_ value: JSON) {
    switch value {
    case .null: null()
    case .bool(let flag): bool(flag)
    case .string(let text): string(text)
    case .number(let text):
      precondition(JSONNumberGrammar.accepts(text), "JSON.number must hold the text of a number")
      separate()
      bytes.append(contentsOf: text.utf8)
      needsComma = true
    case .array(let elements):
      beginArray()
      for element in elements { json(element) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        key(member.key)
        json(member.value)
      }
      endObject()
    }
  }

  /// Writes bytes that are one JSON value already; they are not checked.
  public mutating func raw(_ serialized: [UInt8]) {
    separate()
    bytes.append(contentsOf: serialized)
    needsComma = true
  }

  // MARK: Bytes

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  @inline(__always) private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func quoted(_ text: String) {
    bytes.append(0x22)
    var text = text
    text.withUTF8 { utf8 in
      var runStart = 0
      for index in utf8.indices {
        let byte = unsafe utf8[index]
        guard byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F else { continue }
        unsafe bytes.append(contentsOf: utf8[runStart..<index])
        escape(byte)
        runStart = index + 1
      }
      unsafe bytes.append(contentsOf: utf8[runStart...])
    }
    bytes.append(0x22)
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(0x5C)
    switch byte {
    case 0x22, 0x5C: bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      bytes.append(contentsOf: "u00".utf8)
      for digit in [byte >> 4, byte & 15] { bytes.append(digit + (digit < 10 ? 0x30 : 0x57)) }
    }
  }
}

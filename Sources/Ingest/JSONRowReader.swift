import Platform

/// Rows of JSON Lines, or the elements of one JSON array, one at a time.
final class JSONRowReader {
  private enum Place { case beforeArray, beforeElement, afterComma, afterElement, afterArray }

  private let input: InputBuffer
  private let encoding: TextEncoding
  private let limits: RowLimits
  private let isArray: Bool
  private var place = Place.beforeArray
  private var line = 1
  /// Of the next byte, in characters.
  private var column = 1
  private var text: [UInt8] = []
  private var isTooLarge = false

  init(_ input: InputBuffer, isArray: Bool, encoding: TextEncoding, limits: RowLimits) {
    self.input = input
    self.isArray = isArray
    self.encoding = encoding
    self.limits = limits
  }

  func next() throws(IngestError) -> RowOutcome? {
    isArray ? try nextElement() : try nextLine()
  }

  // MARK: JSON Lines

  private func nextLine() throws(IngestError) -> RowOutcome? {
    while try !input.isAtEnd() {
      let start = begin()
      var isComplete = false
      while !isComplete, try !input.isAtEnd() {
        let bytes = input.bytes
        var end = input.position
        while end < bytes.count, bytes[end] != 0x0A { end += 1 }
        keep(bytes[input.position..<end])
        isComplete = end < bytes.count
        input.position = isComplete ? end + 1 : end
      }
      let rowLine = line
      line += 1
      if text.last == 0x0D { text.removeLast() }
      if text.allSatisfy(\.isJSONSpace) && !isTooLarge { continue }
      let outcome = row(line: rowLine, column: 1, offset: start)
      // The last line's end is missing: half a row is where the input was cut.
      if !isComplete, !isTooLarge, case .bad(let bad) = outcome, Self.isOpen(text) {
        throw .cutOff(line: rowLine, reason: bad.reason)
      }
      return outcome
    }
    return nil
  }

  /// Whether the text ends inside an object, array or string.
  private static func isOpen(_ text: [UInt8]) -> Bool {
    var depth = 0
    var inString = false
    var isEscaped = false
    for byte in text {
      if inString {
        inString = isEscaped || byte != 0x22
        isEscaped = !isEscaped && byte == 0x5C
      } else {
        switch byte {
        case 0x22: inString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
      }
    }
    return depth > 0 || inString
  }

  // MARK: Array

  private func nextElement() throws(IngestError) -> RowOutcome? {
    while true {
      try skipSpace()
      guard try !input.isAtEnd() else {
        switch place {
        case .beforeArray: throw .emptyInput
        case .afterArray: return nil
        default: throw .cutOff(line: line, reason: .arrayNotClosed)
        }
      }
      let byte = input.bytes[input.position]
      switch (place, byte) {
      case (.beforeArray, UInt8(ascii: "[")):
        take()
        place = .beforeElement
      case (.beforeArray, _): throw .notAJSONArray(byte: byte)
      case (.beforeElement, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")):
        take()
        place = .afterArray
      case (.afterComma, UInt8(ascii: "]")):
        let missing = fault(.missingElement)
        take()
        place = .afterArray
        return missing
      case (.afterElement, UInt8(ascii: ",")):
        take()
        place = .afterComma
      case (.beforeElement, UInt8(ascii: ",")), (.afterComma, UInt8(ascii: ",")):
        let missing = fault(.missingElement)
        take()
        place = .afterComma
        return missing
      case (.afterArray, _):
        let trailing = fault(.afterArray)
        while try !input.isAtEnd() { input.position = input.bytes.count }
        return trailing
      case (_, _):
        place = .afterElement
        return try element()
      }
    }
  }

  /// Takes one element: up to the comma or bracket at its own level, strings minded.
  private func element() throws(IngestError) -> RowOutcome {
    let elementLine = line
    let elementColumn = column
    let start = begin()
    var depth = 0
    var inString = false
    var isEscaped = false
    var isComplete = false
    while !isComplete, try !input.isAtEnd() {
      let bytes = input.bytes
      var index = input.position
      scan: while index < bytes.count {
        let byte = bytes[index]
        if inString {
          if isEscaped {
            isEscaped = false
          } else if byte == 0x5C {
            isEscaped = true
          } else if byte == 0x22 {
            inString = false
          }
        } else {
          switch byte {
          case 0x22: inString = true
          case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
          case UInt8(ascii: "}"): depth = max(0, depth - 1)
          case UInt8(ascii: "]"):
            if depth == 0 {
              isComplete = true
              break scan
            }
            depth -= 1
          case UInt8(ascii: ","):
            if depth == 0 {
              isComplete = true
              break scan
            }
          default: break
          }
        }
        count(byte)
        index += 1
      }
      keep(bytes[input.position..<index])
      input.position = index
    }
    while let last = text.last, last.isJSONSpace, !isTooLarge { text.removeLast() }
    let outcome = row(line: elementLine, column: elementColumn, offset: start)
    // Whole elements count although the array's end is missing; half a one is where it was cut.
    if !isComplete, case .bad = outcome {
      throw .cutOff(line: elementLine, reason: .arrayNotClosed)
    }
    return outcome
  }

  private func skipSpace() throws(IngestError) {
    while try !input.isAtEnd() {
      while input.position < input.bytes.count {
        guard input.bytes[input.position].isJSONSpace else { return }
        take()
      }
    }
  }

  private func take() {
    count(input.bytes[input.position])
    input.position += 1
  }

  @inline(__always) private func count(_ byte: UInt8) {
    if byte == 0x0A {
      line += 1
      column = 1
    } else if byte & 0xC0 != 0x80 {
      column += 1
    }
  }

  // MARK: One row's text

  /// Starts a row; returns its offset.
  private func begin() -> Int {
    text.empty()
    isTooLarge = false
    return input.offset
  }

  private func keep(_ bytes: ArraySlice<UInt8>) {
    // Beyond the limit, what is kept so far remains as the row's beginning for the reject file.
    if text.count + bytes.count > limits.rowByteCount { isTooLarge = true }
    let room = (isTooLarge ? limits.rawByteCount : limits.rowByteCount) - text.count
    if room > 0 { text.append(contentsOf: bytes.prefix(room)) }
  }

  private func fault(_ reason: BadRow.Reason) -> RowOutcome {
    .bad(
      BadRow(
        line: line, column: nil, byteOffset: input.offset, endByteOffset: input.offset,
        reason: reason, raw: [], isRawCut: false))
  }

  private func row(line rowLine: Int, column: Int, offset: Int) -> RowOutcome {
    let raw = text.copy(atMost: limits.rawByteCount)
    let isRawCut = isTooLarge || raw.count < text.count
    func bad(
      _ reason: BadRow.Reason, line: Int, column: String? = nil, offset: Int
    ) -> RowOutcome {
      .bad(
        BadRow(
          line: line, column: column, byteOffset: offset, endByteOffset: input.offset,
          reason: reason, raw: raw, isRawCut: isRawCut))
    }
    if isTooLarge {
      return bad(.rowTooLarge(limit: limits.rowByteCount), line: rowLine, offset: offset)
    }
    let value: JSON
    do {
      value = try JSON.parse(text)
    } catch {
      let textColumn = error.line == 1 ? column + error.column - 1 : error.column
      let reason: BadRow.Reason =
        error.reason == .invalidUTF8
        ? .invalidText(encoding) : .json(error.reason, textColumn: textColumn)
      return bad(reason, line: rowLine + error.line - 1, offset: offset + error.byteOffset)
    }
    guard case .object(let members) = value else {
      return bad(.notAnObject(kind: value.kind), line: rowLine, offset: offset)
    }
    guard members.count <= limits.columnCount else {
      return bad(.tooManyColumns(limit: limits.columnCount), line: rowLine, offset: offset)
    }
    if text.count > limits.fieldByteCount {
      for member in members where Self.byteCount(of: member.value) > limits.fieldByteCount {
        return bad(
          .fieldTooLarge(limit: limits.fieldByteCount), line: rowLine, column: member.key,
          offset: offset)
      }
    }
    if Self.mayHoldNul(text) {
      for member in members where member.key.utf8.contains(0) || member.value.holdsNul {
        return bad(.nulCharacter, line: rowLine, column: member.key, offset: offset)
      }
    }
    return .row(
      SourceRow(
        line: rowLine, byteOffset: offset, endByteOffset: input.offset,
        fields: members.map { ($0.key, $0.value) }, isText: false, raw: raw, isRawCut: isRawCut))
  }

  private static func byteCount(of value: JSON) -> Int {
    if case .string(let text) = value { return text.utf8.count }
    return value.serialized().count
  }

  /// Whether `\u0000` occurs in the text: the only way to write U+0000 in JSON.
  private static func mayHoldNul(_ text: [UInt8]) -> Bool {
    var index = text.startIndex
    while let slash = text[index...].firstIndex(of: 0x5C) {
      if text[(slash + 1)...].starts(with: "u0000".utf8) { return true }
      index = slash + 1
    }
    return false
  }
}

extension JSON {
  /// Whether U+0000 occurs in a string or key of the value.
  var holdsNul: Bool {
    switch self {
    case .string(let text): text.utf8.contains(0)
    case .array(let elements): elements.contains(where: \.holdsNul)
    case .object(let members): members.contains { $0.key.utf8.contains(0) || $0.value.holdsNul }
    case .null, .bool, .number: false
    }
  }
}

extension UInt8 {
  /// Whether the byte is white space to JSON: space, tab, LF or CR.
  var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}

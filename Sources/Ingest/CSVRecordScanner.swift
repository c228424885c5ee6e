import Platform

/// One record of delimited text, as bytes: the fields' contents after each other, unquoted.
struct CSVRecord {
  var line = 1
  var offset = 0
  var content: [UInt8] = []
  /// For each field: its end in `content`, where it began in the input, whether it was quoted.
  var fields: [(end: Int, offset: Int, isQuoted: Bool)] = []
  /// The first fault, and the field in which it lies.
  var fault: (reason: BadRow.Reason, field: Int)?

  /// A line with nothing on it.
  var isBlank: Bool { fields.count == 1 && content.isEmpty && !fields[0].isQuoted && fault == nil }

  func range(of field: Int) -> Range<Int> {
    (field == 0 ? 0 : fields[field - 1].end)..<fields[field].end
  }

  /// Where in the input the byte `index` of a field's content stands.
  func offset(of index: Int, in field: Int) -> Int {
    let start = range(of: field).lowerBound
    // Each quote within a quoted field was doubled in the input.
    let doubled =
      fields[field].isQuoted ? content[start..<start + index].count { $0 == 0x22 } : 0
    return fields[field].offset + index + doubled
  }
}

/// Cuts delimited text into records (RFC 4180): quoted fields may hold delimiters, line ends and
/// doubled quotes; lines end with LF, CRLF or CR. A quote inside an unquoted field is a character.
///
/// Bytes are taken once and in order, so that any way of chunking the input gives the same records,
/// and a field beyond the limits costs no memory: what follows a fault is only counted.
final class CSVRecordScanner {
  private enum State { case fieldStart, unquoted, quoted, quoteInQuoted }

  private let input: InputBuffer
  private let delimiter: UInt8
  private let limits: RowLimits
  private var state = State.fieldStart
  private var fieldOffset = 0
  private var isQuoted = false
  private var fieldByteCount = 0
  private var fieldCount = 0
  private var lastWasReturn = false
  private var skipsLineFeed = false
  private(set) var line = 1
  private(set) var record = CSVRecord()
  /// Where the quote stands that is still open at the end of the input.
  private(set) var openQuoteLine: Int?
  private var fieldLine = 1

  init(_ input: InputBuffer, delimiter: UInt8, limits: RowLimits) {
    self.input = input
    self.delimiter = delimiter
    self.limits = limits
  }

  /// Reads the next record into ``record``; `false` at the end of the input.
  ///
  /// The input keeps the record's original text until ``InputBuffer/endRaw()``.
  func next() throws(IngestError) -> Bool {
    if try input.isAtEnd() { return false }
    if skipsLineFeed {
      skipsLineFeed = false
      if input.bytes[input.position] == 0x0A {
        input.position += 1
        if try input.isAtEnd() { return false }
      }
    }
    record.line = line
    record.offset = input.offset
    record.content.removeAll(keepingCapacity: true)
    record.fields.removeAll(keepingCapacity: true)
    record.fault = nil
    fieldCount = 0
    state = .fieldStart
    input.beginRaw()
    repeat {
      let windowOffset = input.offset - input.position
      let (end, isComplete) = scan(input.bytes, from: input.position, windowOffset: windowOffset)
      input.position = end
      if isComplete { return true }
    } while try !input.isAtEnd()
    switch state {
    case .fieldStart: beginField(at: input.offset, quoted: false)
    case .quoted:
      openQuoteLine = fieldLine
      // That the rest of the input was too large for a field is only what follows from it.
      switch record.fault?.reason {
      case nil, .fieldTooLarge, .rowTooLarge: record.fault = (.unterminatedQuote, fieldCount)
      default: break
      }
      record.content.removeAll(keepingCapacity: true)
    case .unquoted, .quoteInQuoted: break
    }
    endField()
    return true
  }

  /// How many fields the record has, those past a fault included.
  var countedFields: Int { fieldCount }

  private func scan(
    _ bytes: [UInt8], from start: Int, windowOffset: Int
  ) -> (end: Int, isComplete: Bool) {
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      switch state {
      case .fieldStart:
        beginField(at: windowOffset + index + (byte == 0x22 ? 1 : 0), quoted: byte == 0x22)
        state = byte == 0x22 ? .quoted : .unquoted
        if byte == 0x22 { index += 1 }
      case .unquoted:
        let runStart = index
        while index < bytes.count, bytes[index] != delimiter, bytes[index] != 0x0A,
          bytes[index] != 0x0D
        { index += 1 }
        append(bytes, runStart..<index, windowOffset: windowOffset)
        guard index < bytes.count else { break }
        index += 1
        if endFieldOrRecord(bytes[index - 1]) { return (index, true) }
      case .quoted:
        let runStart = index
        while index < bytes.count, bytes[index] != 0x22 {
          count(line: bytes[index])
          index += 1
        }
        append(bytes, runStart..<index, windowOffset: windowOffset)
        guard index < bytes.count else { break }
        lastWasReturn = false
        index += 1
        state = .quoteInQuoted
      case .quoteInQuoted:
        if byte == 0x22 {
          append(bytes, index..<index + 1, windowOffset: windowOffset)
          index += 1
          state = .quoted
        } else if byte == delimiter || byte == 0x0A || byte == 0x0D {
          index += 1
          if endFieldOrRecord(byte) { return (index, true) }
        } else {
          fault(.textAfterQuote)
          state = .unquoted
        }
      }
    }
    return (index, false)
  }

  /// Ends the field at a delimiter, and the record at a line end; returns whether it did.
  private func endFieldOrRecord(_ byte: UInt8) -> Bool {
    endField()
    state = .fieldStart
    guard byte != delimiter else { return false }
    line += 1
    skipsLineFeed = byte == 0x0D
    return true
  }

  private func count(line byte: UInt8) {
    if byte == 0x0D || byte == 0x0A && !lastWasReturn { line += 1 }
    lastWasReturn = byte == 0x0D
  }

  private func beginField(at offset: Int, quoted: Bool) {
    fieldOffset = offset
    fieldLine = line
    isQuoted = quoted
    fieldByteCount = 0
    lastWasReturn = false
  }

  private func endField() {
    fieldCount += 1
    if fieldCount > limits.columnCount { fault(.tooManyColumns(limit: limits.columnCount)) }
    guard record.fault == nil else { return }
    record.fields.append((record.content.count, fieldOffset, isQuoted))
  }

  private func append(_ bytes: [UInt8], _ range: Range<Int>, windowOffset: Int) {
    guard record.fault == nil else { return }
    fieldByteCount += range.count
    if fieldByteCount > limits.fieldByteCount {
      fault(.fieldTooLarge(limit: limits.fieldByteCount))
    } else if windowOffset + range.upperBound - record.offset > limits.rowByteCount {
      fault(.rowTooLarge(limit: limits.rowByteCount))
    } else {
      record.content.append(contentsOf: bytes[range])
    }
  }

  private func fault(_ reason: BadRow.Reason) {
    guard record.fault == nil else { return }
    record.fault = (reason, fieldCount)
    record.content.removeAll(keepingCapacity: true)
  }
}

import Platform

/// Rows of delimited text: the first record names the columns.
final class CSVRowReader {
  private let input: InputBuffer
  private let scanner: CSVRecordScanner
  private let encoding: TextEncoding
  let columns: [String]

  init(
    _ input: InputBuffer, delimiter: UInt8, encoding: TextEncoding, limits: RowLimits
  ) throws(IngestError) {
    self.input = input
    self.encoding = encoding
    scanner = CSVRecordScanner(input, delimiter: delimiter, limits: limits)
    repeat {
      guard try scanner.next() else { throw .emptyInput }
    } while scanner.record.isBlank
    _ = input.endRaw()
    if let fault = scanner.record.fault { throw .badHeader(reason: fault.reason) }
    var names: [String] = []
    for field in scanner.record.fields.indices {
      guard let name = Self.text(scanner.record, field) else {
        throw .badHeader(reason: .invalidText(encoding))
      }
      if name.utf8.contains(0) { throw .badHeader(reason: .nulCharacter) }
      let trimmed = name.trimmed
      names.append(trimmed.isEmpty ? "column_\(field + 1)" : trimmed)
    }
    var places: [ByteText: Int] = [:]
    for (place, name) in names.enumerated() {
      if let first = places.updateValue(place + 1, forKey: ByteText(name)) {
        throw .duplicateColumn(name: name, first: first, second: place + 1)
      }
    }
    columns = names
  }

  func next() throws(IngestError) -> RowOutcome? {
    repeat {
      guard try scanner.next() else { return nil }
    } while scanner.record.isBlank
    if let line = scanner.openQuoteLine {
      throw .cutOff(line: line, reason: .unterminatedQuote)
    }
    let record = scanner.record
    let (raw, isRawCut) = input.endRaw()
    func bad(_ reason: BadRow.Reason, field: Int? = nil, offset: Int? = nil) -> RowOutcome {
      .bad(
        BadRow(
          line: record.line, column: field.flatMap { $0 < columns.count ? columns[$0] : nil },
          byteOffset: offset ?? record.offset, endByteOffset: input.offset, reason: reason,
          raw: raw, isRawCut: isRawCut))
    }
    if let fault = record.fault { return bad(fault.reason, field: fault.field) }
    guard record.fields.count == columns.count else {
      return bad(.columnCount(expected: columns.count, actual: record.fields.count))
    }
    if let zero = record.content.firstIndex(of: 0) {
      let field = record.fields.firstIndex { zero < $0.end }!
      let index = zero - record.range(of: field).lowerBound
      return bad(.nulCharacter, field: field, offset: record.offset(of: index, in: field))
    }
    var fields: [(name: String, value: JSON)] = []
    fields.reserveCapacity(columns.count)
    for field in columns.indices {
      guard let text = Self.text(record, field) else {
        let bytes = record.content.span.extracting(record.range(of: field))
        let index = unsafe bytes.bytes.firstInvalidUTF8() ?? 0
        return bad(
          .invalidText(encoding), field: field, offset: record.offset(of: index, in: field))
      }
      fields.append((columns[field], .string(text)))
    }
    return .row(
      SourceRow(
        line: record.line, byteOffset: record.offset, endByteOffset: input.offset, fields: fields,
        isText: true, raw: raw, isRawCut: isRawCut))
  }

  private static func text(_ record: CSVRecord, _ field: Int) -> String? {
    let bytes = record.content.span.extracting(record.range(of: field))
    return unsafe String(checkedUTF8: bytes.bytes)
  }
}

extension String {
  /// The text without ASCII white space at both ends.
  var trimmed: String {
    let bytes = utf8
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    guard let first = bytes.firstIndex(where: { !isSpace($0) }),
      let last = bytes.lastIndex(where: { !isSpace($0) })
    else { return "" }
    if first == bytes.startIndex && bytes.index(after: last) == bytes.endIndex { return self }
    return String(self[first...last])
  }
}

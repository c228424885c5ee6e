import Platform

/// Reads the rows of a CSV, JSON or JSON Lines input one at a time, in constant memory.
///
/// Compression, encoding, format and delimiter are found out from the first 64 KB unless the
/// options say them. The memory is a window of 128 KB and one row (at most
/// ``RowLimits/rowByteCount``), however long the input and whatever is in it. A reader belongs to
/// one thread at a time.
public final class RowReader {
  private enum Rows {
    case csv(CSVRowReader)
    case json(JSONRowReader)
  }

  private static let sampleByteCount = 64 << 10

  private let input: InputBuffer
  private let rows: Rows
  /// What the input turned out to be.
  public let detected: DetectedInput

  /// Looks at the beginning of the input, and reads the header of CSV.
  ///
  /// - Throws: ``IngestError`` for an empty or unreadable input or a bad header.
  public init(
    _ source: any ByteSource, options: ReadOptions = ReadOptions()
  ) throws(IngestError) {
    var layer = InputBuffer(source)
    let isGzip = try layer.peek(2).starts(with: [0x1F, 0x8B])
    if isGzip { layer = InputBuffer(try GzipSource(layer)) }
    if let kind = ForeignFormat.of(try layer.peek(6).prefix(6)) { throw .foreignFormat(kind) }
    let mark = try TextEncoding.byteOrderMark(of: try layer.peek(4))
    if let mark, let asked = options.encoding, asked != mark.encoding {
      throw .encodingContradiction(asked: asked, marked: mark.encoding)
    }
    if let mark { layer.position += mark.byteCount }
    let encoding = options.encoding ?? mark?.encoding ?? .utf8
    // The same bytes however the source cuts them; nothing waits where no zero hints at it.
    if mark == nil && options.encoding == nil, try layer.peek(4).prefix(4).contains(0),
      let guess = TextEncoding.unmarkedUTF16(in: try layer.peek(4_096).prefix(4_096))
    {
      throw .looksLikeUTF16(encoding: guess)
    }
    let rawByteLimit = options.limits.rawByteCount
    let markByteCount = mark != nil && encoding == .utf8 ? 3 : 0
    input = InputBuffer(
      encoding == .utf8 ? PassingSource(layer) : TranscodingSource(layer, from: encoding),
      rawByteLimit: rawByteLimit, offset: markByteCount)
    let sample = try Self.sample(of: input, options: options)
    let format = RowFormat.detect(sample, options: options)
    var columns: [String]?
    switch format {
    case .csv(let delimiter):
      let reader = try CSVRowReader(
        input, delimiter: delimiter, encoding: encoding, limits: options.limits)
      columns = reader.columns
      rows = .csv(reader)
    case .jsonArray, .jsonLines:
      rows = .json(
        JSONRowReader(
          input, isArray: format == .jsonArray, encoding: encoding, limits: options.limits))
    }
    detected = DetectedInput(
      format: format, encoding: encoding, hadByteOrderMark: mark != nil, isGzip: isGzip,
      columns: columns)
  }

  /// The input's beginning: to its first character, and further only where the delimiter has to
  /// be found out, so that the rows of a slow pipe are not held back.
  private static func sample(
    of input: InputBuffer, options: ReadOptions
  ) throws(IngestError) -> ArraySlice<UInt8> {
    var sample = try input.peek(1)
    while true {
      let first = sample.first { !$0.isJSONSpace }
      if let first {
        let isJSON =
          options.format.map { $0 == .json || $0 == .jsonl }
          ?? (first == UInt8(ascii: "[") || first == UInt8(ascii: "{"))
        let isKnown = isJSON || options.delimiter != nil || options.format == .tsv
        return isKnown ? sample : try input.peek(sampleByteCount)
      }
      let count = sample.count
      sample = try input.peek(count + 1)
      guard sample.count > count else { throw .emptyInput }
    }
  }

  /// The next row, good or bad; `nil` at the end.
  ///
  /// - Throws: ``IngestError`` when the input cannot be read any further.
  /// - Complexity: O(row).
  public func next() throws(IngestError) -> RowOutcome? {
    switch rows {
    case .csv(let reader): try reader.next()
    case .json(let reader): try reader.next()
    }
  }

  /// Bytes taken from the source so far (of a compressed file: compressed), for progress. It runs
  /// ahead of the rows by at most the window.
  public var inputBytesRead: Int { input.inputBytesRead }

  /// Reads past the rows that an earlier run has dealt with.
  ///
  /// - Throws: ``IngestError/journalMismatch(line:byteOffset:)`` when no row ends where the
  ///   checkpoint says, or another row does.
  public func skip(past checkpoint: ImportCheckpoint) throws(IngestError) {
    while let outcome = try next() {
      let (end, fingerprint) =
        switch outcome {
        case .row(let row): (row.endByteOffset, row.fingerprint)
        case .bad(let row): (row.endByteOffset, row.fingerprint)
        }
      if end > checkpoint.endByteOffset { break }
      if end == checkpoint.endByteOffset, fingerprint == checkpoint.rowFingerprint { return }
    }
    throw .journalMismatch(line: checkpoint.line, byteOffset: checkpoint.endByteOffset)
  }
}

/// Hands on what another buffer holds.
private final class PassingSource: ByteSource {
  private let input: InputBuffer

  init(_ input: InputBuffer) { self.input = input }

  var inputBytesRead: Int { input.inputBytesRead }

  func read(onto buffer: inout [UInt8], limit: Int) throws(IngestError) -> Int {
    if try input.isAtEnd() { return 0 }
    let piece = input.bytes[input.position...].prefix(limit)
    buffer.append(contentsOf: piece)
    input.position += piece.count
    return piece.count
  }
}

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
    let mark = try TextEncoding.byteOrderMark(of: try layer.peek(4))
    // A mark that contradicts the caller's word is content, which the row that holds it shows.
    let isMarkUsed =
      mark.map { options.encoding == nil || options.encoding == $0.encoding } ?? false
    if let mark, isMarkUsed { layer.position += mark.byteCount }
    let encoding = options.encoding ?? mark?.encoding ?? .utf8
    if mark == nil && options.encoding == nil,
      let guess = TextEncoding.unmarkedUTF16(in: try layer.peek(64).prefix(4_096))
    {
      throw .looksLikeUTF16(encoding: guess)
    }
    let rawByteLimit = options.limits.rawByteCount
    let markByteCount = isMarkUsed && encoding == .utf8 ? 3 : 0
    input = InputBuffer(
      encoding == .utf8 ? PassingSource(layer) : TranscodingSource(layer, from: encoding),
      rawByteLimit: rawByteLimit, offset: markByteCount)
    let sample = try input.peek(Self.sampleByteCount)
    guard sample.contains(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else {
      throw .emptyInput
    }
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
      format: format, encoding: encoding, hadByteOrderMark: isMarkUsed, isGzip: isGzip,
      columns: columns)
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
    let mismatch = IngestError.journalMismatch(
      line: checkpoint.line, byteOffset: checkpoint.endByteOffset)
    while let outcome = try next() {
      guard case .row(let row) = outcome else { continue }
      if row.endByteOffset < checkpoint.endByteOffset { continue }
      guard row.endByteOffset == checkpoint.endByteOffset,
        row.fingerprint == checkpoint.rowFingerprint
      else { throw mismatch }
      return
    }
    throw mismatch
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

/// How rows stand in the input.
public enum RowFormat: Sendable, Equatable {
  /// Delimited text with a header (RFC 4180); the delimiter is one ASCII character.
  case csv(delimiter: UInt8)
  /// One JSON array of objects.
  case jsonArray
  /// One JSON object a line.
  case jsonLines

  /// The name that messages and `--format` use.
  public var name: String {
    switch self {
    case .csv(UInt8(ascii: "\t")): "tsv"
    case .csv: "csv"
    case .jsonArray: "json"
    case .jsonLines: "jsonl"
    }
  }
}

/// What the caller knows about the input; what it leaves open is found out.
public struct ReadOptions: Sendable {
  /// The formats that can be asked for.
  public enum Format: String, Sendable, CaseIterable {
    /// Delimited text.
    case csv
    /// Delimited text with tabs.
    case tsv
    /// A JSON array.
    case json
    /// JSON Lines.
    case jsonl
  }

  /// The format; `nil` finds it out by the first character.
  public var format: Format?
  /// The delimiter of CSV, an ASCII character other than the quote and line ends; `nil` finds it
  /// out among comma, semicolon, tab and vertical bar.
  public var delimiter: UInt8?
  /// The encoding; `nil` follows a byte order mark, and without one takes UTF-8.
  public var encoding: TextEncoding?
  /// Sizes beyond which a row is refused.
  public var limits = RowLimits()

  /// Leaves everything open.
  public init() {}
}

/// What the input turned out to be.
public struct DetectedInput: Sendable, Equatable {
  /// The format, with its delimiter.
  public let format: RowFormat
  /// The encoding it was read as.
  public let encoding: TextEncoding
  /// Whether a byte order mark stood at the beginning; it was dropped.
  public let hadByteOrderMark: Bool
  /// Whether the input was compressed by gzip.
  public let isGzip: Bool
  /// The header's names; `nil` for JSON.
  public let columns: [String]?
}

extension RowFormat {
  static let delimiters: [UInt8] = [
    UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|"),
  ]

  /// Finds the format of decoded text by its beginning.
  static func detect(_ sample: ArraySlice<UInt8>, options: ReadOptions) -> RowFormat {
    switch options.format {
    case .json: return .jsonArray
    case .jsonl: return .jsonLines
    case .tsv: return .csv(delimiter: options.delimiter ?? UInt8(ascii: "\t"))
    case .csv: return .csv(delimiter: options.delimiter ?? delimiter(of: sample))
    case nil: break
    }
    switch sample.first(where: { !$0.isJSONSpace }) {
    case UInt8(ascii: "["): return .jsonArray
    case UInt8(ascii: "{"): return .jsonLines
    default: return .csv(delimiter: options.delimiter ?? delimiter(of: sample))
    }
  }

  /// The delimiter that cuts the first records most evenly into more than one field.
  ///
  /// Each candidate reads up to 32 whole records of the sample; the share of them with as many
  /// fields as the first decides, then the number of fields, then the order of the candidates.
  private static func delimiter(of sample: ArraySlice<UInt8>) -> UInt8 {
    var best = (delimiter: delimiters[0], share: 0.0, fields: 1)
    for candidate in delimiters {
      let input = InputBuffer(MemorySource(Array(sample)))
      let scanner = CSVRecordScanner(input, delimiter: candidate, limits: RowLimits())
      var counts: [Int] = []
      while counts.count < 32, (try? scanner.next()) == true {
        if scanner.record.isBlank { continue }
        counts.append(scanner.countedFields)
      }
      // The sample may end within its last record.
      if counts.count > 1 && input.position == input.bytes.count { counts.removeLast() }
      guard let fields = counts.first, fields > 1 else { continue }
      let share = Double(counts.count { $0 == fields }) / Double(counts.count)
      if share > best.share || share == best.share && fields > best.fields {
        best = (candidate, share, fields)
      }
    }
    return best.delimiter
  }
}

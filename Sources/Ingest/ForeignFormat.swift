/// A format that people try to import and that is not read, known by its first bytes.
public enum ForeignFormat: Sendable, CaseIterable {
  /// ZIP: also the workbooks and documents of office programs.
  case zip
  /// The workbooks and documents of older office programs.
  case compoundFile
  /// Zstandard.
  case zstandard
  /// XZ.
  case xz
  /// bzip2.
  case bzip2
  /// PDF.
  case pdf
  /// Apache Parquet.
  case parquet

  /// The format that begins with the bytes; nil for what may be text.
  static func of(_ bytes: ArraySlice<UInt8>) -> ForeignFormat? {
    allCases.first { bytes.starts(with: $0.magic) }
  }

  private var magic: [UInt8] {
    switch self {
    case .zip: [0x50, 0x4B, 0x03, 0x04]
    case .compoundFile: [0xD0, 0xCF, 0x11, 0xE0]
    case .zstandard: [0x28, 0xB5, 0x2F, 0xFD]
    case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
    case .bzip2: [0x42, 0x5A, 0x68, 0x39, 0x31, 0x41]
    case .pdf: [0x25, 0x50, 0x44, 0x46, 0x2D]
    case .parquet: [0x50, 0x41, 0x52, 0x31, 0x15]
    }
  }

  var name: String {
    switch self {
    case .zip: "a ZIP archive or a workbook (.xlsx, .ods)"
    case .compoundFile: "a document of an office program (.xls)"
    case .zstandard: "compressed by zstd"
    case .xz: "compressed by xz"
    case .bzip2: "compressed by bzip2"
    case .pdf: "a PDF"
    case .parquet: "a Parquet file"
    }
  }

  var remedy: String {
    switch self {
    case .zip, .compoundFile: "save it as CSV, or unpack it"
    case .zstandard: "unpack it into a pipe: zstd -dc FILE | knowledge import -"
    case .xz: "unpack it into a pipe: xz -dc FILE | knowledge import -"
    case .bzip2: "unpack it into a pipe: bzip2 -dc FILE | knowledge import -"
    case .pdf: "only rows are read: make CSV or JSON of it"
    case .parquet: "make CSV or JSON of it"
    }
  }
}

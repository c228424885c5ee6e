import CVectorKernels
import Platform

/// What a search of a graph takes to find a part of the exact answer.
struct GraphEffort: Equatable {
  /// No two unit vectors' scores differ by more than half of it; it stands for what no margin
  /// reaches.
  static let limit: Float = 4

  /// How far below the last hit to look.
  var margin: Float
  /// Vertices that are scored, on average, for ten hits, by walks that come to their end, in
  /// searches for the harder of the samples.
  var visits: Float
  /// Vertices that are scored, on average, for ten hits, in searches for rows: what a search costs.
  var usual: Float

  /// Vertices after which a walk has looked far enough. The margin makes good what is lost by it:
  /// a search finds as much in as much time as with half as many again, and the slowest of a
  /// hundred takes a tenth less.
  func enough(count: Int) -> Int { Int(visits * max(1, Float(count) / 10)) + 16 }

  static func between(_ a: GraphEffort, _ b: GraphEffort, part: Float) -> GraphEffort {
    GraphEffort(
      margin: a.margin + part * (b.margin - a.margin),
      visits: a.visits + part * (b.visits - a.visits),
      usual: a.usual + part * (b.usual - a.usual))
  }
}

/// The first 4096 bytes of a graph file, and where its sections stand (FORMAT.md, section 10).
struct GraphHeader: Equatable {
  static let byteCount = 4096
  private static let checksumOffset = byteCount - 4
  /// Bytes that one block checksum covers.
  static let blockByteCount = 1 << 16
  /// What these parts of the exact answer take stands in the header.
  static let targets: [Double] = [0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999]

  /// The segment that the graph is of.
  var segment: UInt64
  /// The CRC of that segment's header, which stands for all its bytes.
  var segmentChecksum: UInt32
  var rowCount: Int
  var dimension: Int
  var entryCount: Int
  /// What a search for each of ``targets`` takes.
  var efforts: [GraphEffort]
  /// CRC-32C of the block checksums.
  var tableChecksum: UInt32 = 0

  // Where the sections stand.
  private func after(_ offset: Int, _ byteCount: Int) -> Int {
    AlignedMemory.padded(offset + byteCount)
  }
  var rows: Int { Self.byteCount }
  var codes: Int { after(rows, rowCount * GraphLayout.rowByteCount(dimension)) }
  var scales: Int { after(codes, rowCount * VectorLayout.codeStride(dimension)) }
  var numbers: Int { after(scales, 4 * rowCount) }
  var entries: Int { after(numbers, 4 * rowCount) }
  var entryScales: Int { after(entries, 4 * entryCount) }
  var entryCodes: Int { after(entryScales, 4 * entryCount) }
  var checksums: Int { after(entryCodes, entryCount * VectorLayout.codeStride(dimension)) }
  var blockCount: Int {
    (checksums - Self.byteCount + Self.blockByteCount - 1) / Self.blockByteCount
  }
  /// Bytes of the whole file.
  var fileByteCount: Int { after(checksums, 4 * blockCount) }

  /// What a search for `target` of the exact answer takes.
  func effort(target: Double) -> GraphEffort {
    guard let upper = Self.targets.firstIndex(where: { $0 >= target }) else {
      return efforts[efforts.count - 1]
    }
    guard upper > 0 else { return efforts[0] }
    let (a, b) = (Self.targets[upper - 1], Self.targets[upper])
    // Between two targets, by the logarithm of what may be missed.
    let part = (Self.log2(1 - a) - Self.log2(1 - target)) / (Self.log2(1 - a) - Self.log2(1 - b))
    return .between(efforts[upper - 1], efforts[upper], part: Float(part))
  }

  private static func log2(_ x: Double) -> Double {
    // The exponent and a straight line between powers of two: near enough to interpolate by.
    Double(x.exponent) + x.significand - 1
  }

  func encoded() -> [UInt8] {
    var writer = ByteWriter(capacity: Self.byteCount)
    writer.append(FileFormat.graphMagic)
    writer.append(FileFormat.graphVersion)
    writer.append(FileFormat.graphVersion)
    writer.append(segment)
    writer.append(UInt64(rowCount))
    writer.append(UInt64(fileByteCount))
    writer.append(segmentChecksum)
    writer.append(UInt32(dimension))
    writer.append(UInt32(entryCount))
    writer.append(UInt32(GraphLayout.degree))
    writer.append(tableChecksum)
    writer.append(UInt32(efforts.count))
    for effort in efforts {
      writer.append(effort.margin.bitPattern)
      writer.append(effort.visits.bitPattern)
      writer.append(effort.usual.bitPattern)
    }
    while writer.bytes.count < Self.checksumOffset { writer.append(UInt8(0)) }
    writer.append(CRC32C.checksum(writer.bytes))
    return writer.bytes
  }

  /// Whether the bytes are a whole header, which this version does not read.
  static func isOfAnotherVersion(_ bytes: [UInt8]) -> Bool {
    var end = ByteReader(Array(bytes[checksumOffset...]))
    guard end.u32() == CRC32C.checksum(Array(bytes[..<checksumOffset])) else { return false }
    var reader = ByteReader(bytes)
    return reader.u64() == FileFormat.graphMagic && reader.u32() != FileFormat.graphVersion
  }

  /// - Returns: nil where the bytes are no header that this version reads.
  init?(parsing bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    var end = ByteReader(Array(bytes[Self.checksumOffset...]))
    guard end.u32() == CRC32C.checksum(Array(bytes[..<Self.checksumOffset])) else { return nil }
    var reader = ByteReader(bytes)
    guard reader.u64() == FileFormat.graphMagic, reader.u32() != nil,
      reader.u32() == FileFormat.graphVersion, let segment = reader.u64(),
      let rowCount = reader.u64(), let fileByteCount = reader.u64(),
      let segmentChecksum = reader.u32(), let dimension = reader.u32(),
      let entryCount = reader.u32(), reader.u32() == UInt32(GraphLayout.degree),
      let tableChecksum = reader.u32(), reader.u32() == UInt32(Self.targets.count),
      rowCount <= UInt64(Limits.segmentRowCount), (1...Limits.dimension).contains(Int(dimension)),
      UInt64(entryCount) <= rowCount
    else { return nil }
    var efforts: [GraphEffort] = []
    for _ in Self.targets {
      guard let margin = reader.u32(), let visits = reader.u32(), let usual = reader.u32() else {
        return nil
      }
      let effort = GraphEffort(
        margin: Float(bitPattern: margin), visits: Float(bitPattern: visits),
        usual: Float(bitPattern: usual))
      guard effort.margin >= 0, effort.margin <= GraphEffort.limit, effort.visits >= 0,
        effort.usual >= 0
      else {
        return nil
      }
      efforts.append(effort)
    }
    self.init(
      segment: segment, segmentChecksum: segmentChecksum, rowCount: Int(rowCount),
      dimension: Int(dimension), entryCount: Int(entryCount), efforts: efforts,
      tableChecksum: tableChecksum)
    guard UInt64(self.fileByteCount) == fileByteCount else { return nil }
  }

  init(
    segment: UInt64, segmentChecksum: UInt32, rowCount: Int, dimension: Int, entryCount: Int,
    efforts: [GraphEffort], tableChecksum: UInt32 = 0
  ) {
    self.segment = segment
    self.segmentChecksum = segmentChecksum
    self.rowCount = rowCount
    self.dimension = dimension
    self.entryCount = entryCount
    self.efforts = efforts
    self.tableChecksum = tableChecksum
  }
}

import Platform

/// A window onto a byte source: filled when it is used up, so that memory does not grow with rows.
final class InputBuffer {
  private static let pieceByteCount = 128 << 10

  private let source: any ByteSource
  private let rawByteLimit: Int
  /// The window's bytes.
  private(set) var bytes: [UInt8] = []
  /// Index in ``bytes`` of the next byte to take.
  var position = 0
  private var windowOffset = 0
  private var rawStart: Int?
  private var raw: [UInt8] = []
  private var isRawCut = false

  /// - Parameter offset: What the first byte's place counts as.
  init(_ source: any ByteSource, rawByteLimit: Int = 0, offset: Int = 0) {
    self.source = source
    self.rawByteLimit = rawByteLimit
    windowOffset = offset
  }

  var inputBytesRead: Int { source.inputBytesRead }

  /// Bytes of the stream before ``position``.
  var offset: Int { windowOffset + position }

  /// Whether nothing is left; fills the window when it is used up.
  func isAtEnd() throws(IngestError) -> Bool {
    if position < bytes.count { return false }
    keepRaw()
    windowOffset += position
    position = 0
    bytes.removeAll(keepingCapacity: true)
    if rawStart != nil { rawStart = 0 }
    return try source.read(onto: &bytes, limit: Self.pieceByteCount) == 0
  }

  /// The next bytes, at least `count` of them unless the input ends before, without taking them.
  func peek(_ count: Int) throws(IngestError) -> ArraySlice<UInt8> {
    if bytes.count - position < count, position > 0 {
      keepRaw()
      bytes.removeFirst(position)
      windowOffset += position
      position = 0
      if rawStart != nil { rawStart = 0 }
    }
    while bytes.count - position < count {
      if try source.read(onto: &bytes, limit: Self.pieceByteCount) == 0 { break }
    }
    return bytes[position...]
  }

  // MARK: The original text of a row

  /// Starts keeping what is taken.
  func beginRaw() {
    raw.empty()
    isRawCut = false
    rawStart = position
  }

  /// What was taken since ``beginRaw()``, without the line end, and whether the limit cut it.
  func endRaw() -> (bytes: [UInt8], isCut: Bool) {
    keepRaw()
    rawStart = nil
    if !isRawCut {
      if raw.last == 0x0A { raw.removeLast() }
      if raw.last == 0x0D { raw.removeLast() }
    }
    return (raw.copy(atMost: raw.count), isRawCut)
  }

  private func keepRaw() {
    guard let start = rawStart else { return }
    let room = rawByteLimit - raw.count
    if position - start > room { isRawCut = true }
    raw.append(contentsOf: bytes[start..<min(position, start + room)])
    rawStart = position
  }
}

extension [UInt8] {
  /// Capacity that a row's buffer keeps for the next row.
  private static let keptCapacity = 64 << 10

  /// Forgets the bytes. What one long row needed is given back, so that it is not kept for ever.
  mutating func empty() {
    if capacity > Self.keptCapacity { self = [] } else { removeAll(keepingCapacity: true) }
  }

  /// The first bytes in an array of their own, as large as they are.
  ///
  /// `Array(prefix(_:))` and plain assignment share the buffer with all its capacity, and the next
  /// `removeAll(keepingCapacity:)` makes another as large: each row that is kept would then hold as
  /// much as the longest row before it.
  func copy(atMost limit: Int) -> [UInt8] {
    let span = span.extracting(first: limit)
    return unsafe span.withUnsafeBufferPointer { unsafe [UInt8]($0) }
  }
}

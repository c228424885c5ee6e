import Glibc
import Platform

/// Something that bytes can be pulled from. A source belongs to one thread at a time.
public protocol ByteSource: AnyObject {
  /// Appends at most `limit` bytes to `buffer`, waiting for the first of them.
  ///
  /// - Returns: How many were appended; 0 only at the end.
  func read(onto buffer: inout [UInt8], limit: Int) throws(IngestError) -> Int

  /// Bytes taken so far from where the data lies: of the compressed file, not of its content.
  var inputBytesRead: Int { get }
}

/// A file, or standard input, read in order.
public final class FileSource: ByteSource {
  private let file: File?
  private let descriptor: Int32
  private let name: String
  private var chunk = [UInt8](repeating: 0, count: 256 << 10)
  /// Bytes read so far.
  public private(set) var inputBytesRead = 0
  /// The file's size; `nil` for pipes and devices.
  public let byteCount: Int?

  /// Opens a file; `-` is standard input.
  ///
  /// - Throws: ``IngestError/system(_:)`` when it cannot be opened or is a directory.
  public init(path: String) throws(IngestError) {
    do {
      if path == "-" {
        file = nil
        descriptor = STDIN_FILENO
        name = "standard input"
      } else {
        let opened = try File(path: path, mode: .read)
        descriptor = opened.descriptor
        file = consume opened
        name = path
      }
    } catch { throw IngestError(error) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .system(SystemError(call: "fstat", path: name, code: errno))
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw .system(SystemError(call: "read", path: name, code: EISDIR))
    }
    byteCount = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    if byteCount != nil { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
  }

  /// Appends what one `read` gives.
  public func read(onto buffer: inout [UInt8], limit: Int) throws(IngestError) -> Int {
    let asked = min(limit, chunk.count)
    do {
      let got = try SystemError.check("read", name) {
        unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, asked) }
      }
      buffer.append(contentsOf: chunk[..<got])
      inputBytesRead += got
      return got
    } catch { throw IngestError(error) }
  }
}

/// Bytes in memory, given out in pieces of a chosen size.
public final class MemorySource: ByteSource {
  private let bytes: [UInt8]
  private let pieceByteCount: Int
  /// Bytes given out so far.
  public private(set) var inputBytesRead = 0

  /// - Parameters:
  ///   - bytes: All of the input.
  ///   - pieceByteCount: Most bytes that one read gives; at least 1.
  public init(_ bytes: [UInt8], pieceByteCount: Int = .max) {
    precondition(pieceByteCount > 0, "a piece has at least one byte")
    self.bytes = bytes
    self.pieceByteCount = pieceByteCount
  }

  /// Appends the next piece.
  public func read(onto buffer: inout [UInt8], limit: Int) throws(IngestError) -> Int {
    let count = min(limit, pieceByteCount, bytes.count - inputBytesRead)
    buffer.append(contentsOf: bytes[inputBytesRead..<inputBytesRead + count])
    inputBytesRead += count
    return count
  }
}

/// The content of a gzip stream.
final class GzipSource: ByteSource {
  private let input: InputBuffer
  private let reader: GzipReader

  init(_ input: InputBuffer) throws(IngestError) {
    self.input = input
    do { reader = try GzipReader() } catch { throw .compressed(error) }
  }

  var inputBytesRead: Int { input.inputBytesRead }

  func read(onto buffer: inout [UInt8], limit: Int) throws(IngestError) -> Int {
    let before = buffer.count
    while true {
      do {
        let bytes = input.bytes
        let span = bytes.span.extracting(input.position..<bytes.count)
        let taken = unsafe try reader.inflate(span.bytes, onto: &buffer, limit: limit)
        input.position += taken
      } catch { throw .compressed(error) }
      if buffer.count > before { return buffer.count - before }
      if try input.isAtEnd() {
        do { try reader.finish() } catch { throw .compressed(error) }
        return 0
      }
    }
  }
}

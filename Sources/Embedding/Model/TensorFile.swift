import CTransformerKernels
import Platform

/// A safetensors file, mapped and checked: a header of names, types, shapes and offsets, then the
/// numbers.
///
/// - Source: https://huggingface.co/docs/safetensors, "Format".
final class TensorFile: Sendable {
  /// How numbers are stored; what is not here is skipped unless asked for.
  private enum Element: String, Sendable {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"

    var byteCount: Int { self == .float32 ? 4 : 2 }
  }

  private struct Entry: Sendable {
    let type: String
    let shape: [Int]
    /// From the file's first byte.
    let offset: Int
    let byteCount: Int
  }

  /// The header's longest permitted length; that of a large model is below a megabyte.
  private static let headerLimit = 16 << 20

  let path: String
  private let file: MappedFile
  private let entries: [String: Entry]

  /// - Throws: ``EmbeddingError/cannotLoad(path:detail:)`` naming what is wrong where.
  init(_ path: String) throws(EmbeddingError) {
    func refuse(_ detail: String) -> EmbeddingError { .cannotLoad(path: path, detail: detail) }
    self.path = path
    try ModelFile.checkPlain(path)
    do { file = try MappedFile(path: path) } catch {
      throw refuse(error.code == 22 ? "the file is empty" : error.reason)
    }
    let (header, dataStart) = try file.withBytes {
      (bytes) throws(EmbeddingError) -> (JSON, Int) in
      guard let length = bytes.littleEndian(UInt64.self, at: 0) else {
        throw refuse("\(bytes.byteCount) bytes are too few for a header length")
      }
      guard length <= UInt64(Self.headerLimit), Int(length) <= bytes.byteCount - 8 else {
        throw refuse("the header length is \(length), but the file has \(bytes.byteCount) bytes")
      }
      do {
        return (try JSON.parse(bytes.extracting(8..<8 + Int(length))), 8 + Int(length))
      } catch {
        throw refuse("header: \(error)")
      }
    }
    guard let members = header.object else { throw refuse("the header is no JSON object") }
    var entries: [String: Entry] = [:]
    let room = file.byteCount - dataStart
    for (name, value) in members where name != "__metadata__" {
      guard let type = value["dtype"]?.string, let sizes = value["shape"]?.array,
        let offsets = value["data_offsets"]?.array
      else { throw refuse("tensor \(name) lacks dtype, shape or data_offsets") }
      let shape = sizes.compactMap(\.int)
      guard shape.count == sizes.count, shape.allSatisfy({ $0 >= 0 }) else {
        throw refuse("tensor \(name): shape \(JSON.array(sizes)) holds no sizes")
      }
      guard offsets.count == 2, let start = offsets[0].int, let end = offsets[1].int, start >= 0,
        start <= end
      else { throw refuse("tensor \(name): data_offsets \(JSON.array(offsets)) are no range") }
      guard end <= room else {
        throw refuse(
          "tensor \(name) ends at byte \(end) of the data, which has \(room): the file is cut short"
        )
      }
      if let element = Element(rawValue: type) {
        var count = element.byteCount
        for size in shape {
          let (product, overflow) = count.multipliedReportingOverflow(by: size)
          guard !overflow else { throw refuse("tensor \(name): shape \(shape) is too large") }
          count = product
        }
        guard count == end - start else {
          throw refuse(
            "tensor \(name): shape \(shape) of \(type) takes \(count) bytes, data_offsets \(end - start)"
          )
        }
      }
      entries[name] = Entry(
        type: type, shape: shape, offset: dataStart + start, byteCount: end - start)
    }
    // By the format, tensors fill the data without gaps.
    var end = dataStart
    for (name, entry) in entries.sorted(by: {
      ($0.value.offset, $0.value.byteCount) < ($1.value.offset, $1.value.byteCount)
    }) {
      guard entry.offset == end else {
        throw refuse(
          "tensor \(name): data_offsets begin at \(entry.offset - dataStart), but the tensor "
            + "before ends at \(end - dataStart)")
      }
      end += entry.byteCount
    }
    guard end == file.byteCount else {
      throw refuse("\(file.byteCount - end) bytes follow the last tensor")
    }
    self.entries = entries
  }

  /// The names of all tensors, in no order.
  var names: some Sequence<String> { entries.keys }

  /// Whether a tensor of this name is there.
  func holds(_ name: String) -> Bool { entries[name] != nil }

  /// The numbers of a tensor as floats: the file's own bytes where they are floats, else a copy.
  ///
  /// - Throws: ``EmbeddingError/cannotLoad(path:detail:)`` where the tensor is missing, has another
  ///   shape or type, or holds what is no finite number.
  func floats(_ name: String, _ shape: [Int]) throws(EmbeddingError) -> FloatTensor {
    guard let entry = entries[name] else {
      throw .cannotLoad(path: path, detail: "tensor \(name) is missing")
    }
    guard entry.shape == shape else {
      throw .cannotLoad(
        path: path, detail: "tensor \(name) has shape \(entry.shape), not \(shape)")
    }
    guard let element = Element(rawValue: entry.type) else {
      throw .cannotLoad(
        path: path, detail: "tensor \(name) has dtype \(entry.type), not F32, F16 or BF16")
    }
    let count = entry.byteCount / element.byteCount
    let tensor: FloatTensor
    let start = unsafe file.baseAddress + entry.offset
    if element == .float32 && UInt(bitPattern: start) % 4 == 0 {
      tensor = unsafe FloatTensor(
        start.assumingMemoryBound(to: Float.self), count: count, owner: self)
    } else {
      let copy = AlignedMemory(byteCount: count * 4)
      let floats = unsafe copy.base.bindMemory(to: Float.self, capacity: count)
      switch element {
      case .float32: unsafe copy.base.copyMemory(from: start, byteCount: count * 4)
      case .float16: unsafe tk_widen_f16(start, count, floats)
      case .bfloat16: unsafe tk_widen_bf16(start, count, floats)
      }
      tensor = unsafe FloatTensor(UnsafePointer(floats), count: count, owner: copy)
    }
    guard unsafe tk_all_finite(tensor.base, count) != 0 else {
      throw .cannotLoad(path: path, detail: "tensor \(name) holds a value that is no finite number")
    }
    return tensor
  }

  /// A hash of all that the file holds.
  func fingerprint() -> UInt64 {
    file.withBytes { bytes in
      // Blocks, so that 64 bits are filled by many sums of 32.
      var hash = UInt64(bytes.byteCount)
      for start in stride(from: 0, to: bytes.byteCount, by: 1 << 20) {
        let block = bytes.extracting(start..<min(bytes.byteCount, start + 1 << 20))
        hash = FeatureHash.finish(hash ^ UInt64(CRC32C.checksum(block)) << 16)
      }
      return hash
    }
  }

  /// Lets the pages of the file go that were read; they come back when read again.
  func releasePages() { file.advise(.dontNeed) }

  /// To be called when all was read: what was cut meanwhile has read as zeros.
  ///
  /// - Throws: ``EmbeddingError/cannotLoad(path:detail:)``.
  func checkUnchanged() throws(EmbeddingError) {
    guard !file.isLost, (try? FileSystem.byteCount(of: path)) == file.byteCount else {
      throw .cannotLoad(path: path, detail: "the file changed, or could not be read to its end")
    }
  }
}

/// Floats that something owns: a mapped file or memory of our own.
///
/// `@safe` holds because `base` covers `count` floats for the life of `owner`, which this holds;
/// whoever takes the pointer must hold the tensor. `@unchecked Sendable`: nobody writes them.
@safe final class FloatTensor: @unchecked Sendable {
  @unsafe let base: UnsafePointer<Float>
  let count: Int
  private let owner: any Sendable & AnyObject

  @unsafe init(_ base: UnsafePointer<Float>, count: Int, owner: any Sendable & AnyObject) {
    unsafe self.base = base
    self.count = count
    self.owner = owner
  }

  /// The same in memory of our own: whoever cuts or overwrites the file does not change it.
  func owned() -> FloatTensor { owner is TensorFile ? FloatTensor(copying: [self]) : self }

  /// A copy in memory of our own.
  convenience init(copying parts: [FloatTensor]) {
    let count = parts.reduce(0) { $0 + $1.count }
    let memory = AlignedMemory(byteCount: count * 4)
    let floats = unsafe memory.base.bindMemory(to: Float.self, capacity: count)
    var done = 0
    for part in parts {
      unsafe (floats + done).update(from: part.base, count: part.count)
      done += part.count
    }
    unsafe self.init(UnsafePointer(floats), count: count, owner: memory)
  }
}

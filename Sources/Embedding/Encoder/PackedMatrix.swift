import CTransformerKernels
import Platform

/// The kernels' table for this processor.
///
/// `@safe` holds because the table is constant and lives as long as the program; its functions take
/// pointers and are marked where they are called. `@unchecked Sendable`: nobody writes it.
@safe struct Kernels: @unchecked Sendable {
  @unsafe let table: UnsafePointer<tk_kernels>
  let level: tk_level

  init(_ level: tk_level = tk_supported_level()) {
    unsafe table = tk_table(level)
    self.level = tk_level(min(level.rawValue, tk_supported_level().rawValue))
  }
}

/// Rows of activations in the forms that products read; see ``Workspace``.
///
/// `@safe` holds because only ``Workspace`` makes it, from memory that it owns.
@safe struct Activations {
  @unsafe let halves: UnsafeMutablePointer<UInt16>
  @unsafe let codes: UnsafeMutablePointer<UInt8>
  @unsafe let scales: UnsafeMutablePointer<Float>
  @unsafe let zeros: UnsafeMutablePointer<Float>
}

/// A weight matrix and its bias in the layout of the kernels.
///
/// `@safe` holds because the panels lie within `memory`, which this holds, and were filled by
/// `init`. `@unchecked Sendable`: nobody writes them afterwards.
@safe struct PackedMatrix: @unchecked Sendable {
  let outputs: Int
  let inputs: Int
  /// Whether weights are 8-bit codes, else bf16.
  let isInt8: Bool
  private let memory: AlignedMemory
  private let panels: UnsafeMutableRawPointer
  private let bias: FloatTensor
  /// Scales of the outputs, then sums; empty for bf16.
  private let factors: UnsafeMutablePointer<Float>

  /// Bytes of memory for a matrix of this size.
  static func byteCount(outputs: Int, inputs: Int, isInt8: Bool) -> Int {
    let panels = outputs * inputs * (isInt8 ? 1 : 2)
    return panels + outputs * 8
  }

  /// Repacks matrices that stand below each other, [outputs][inputs] each.
  ///
  /// - Precondition: Outputs and inputs are multiples of 32, and `memory` has room at `offset`, a
  ///   multiple of 64.
  init(
    _ parts: [FloatTensor], inputs: Int, bias: FloatTensor, isInt8: Bool, in memory: AlignedMemory,
    at offset: Int
  ) {
    let outputs = parts.reduce(0) { $0 + $1.count } / inputs
    let byteCount = Self.byteCount(outputs: outputs, inputs: inputs, isInt8: isInt8)
    precondition(outputs % 32 == 0 && inputs % 32 == 0, "matrices are cut into panels of 32")
    precondition(offset % 64 == 0 && offset + byteCount <= memory.byteCount, "no room")
    precondition(bias.count == outputs, "a bias for each output")
    self.outputs = outputs
    self.inputs = inputs
    self.isInt8 = isInt8
    self.memory = memory
    self.bias = bias
    unsafe panels = memory.base + offset
    unsafe factors = (panels + outputs * inputs * (isInt8 ? 1 : 2)).bindMemory(
      to: Float.self, capacity: 2 * outputs)
    var done = 0
    for part in parts {
      for first in stride(from: 0, to: part.count / inputs, by: 32) {
        let place = unsafe panels + done * inputs * (isInt8 ? 1 : 2)
        if isInt8 {
          unsafe tk_pack_s8(
            part.base, first, inputs, place.assumingMemoryBound(to: Int8.self), factors + done,
            factors + outputs + done)
        } else {
          unsafe tk_pack_bf16(
            part.base, first, inputs, place.assumingMemoryBound(to: UInt16.self))
        }
      }
      done += part.count / inputs
    }
  }

  /// Multiplies rows by the matrix, adds the bias and finishes.
  ///
  /// - Parameters:
  ///   - rows: In the form that ``isInt8`` asks for.
  ///   - out: `[count][outputs]` bf16, or floats for `TK_ADD`.
  @unsafe func multiply(
    _ rows: Activations, count: Int, finish: tk_finish, into out: UnsafeMutableRawPointer,
    _ kernels: Kernels
  ) {
    var output = unsafe tk_output(bias: bias.base, finish: finish, out: out, stride: outputs)
    if isInt8 {
      var codes = unsafe tk_codes(
        codes: rows.codes, stride: inputs, scales: rows.scales, zeros: rows.zeros)
      var weights = unsafe tk_weights_s8(
        panels: panels.assumingMemoryBound(to: Int8.self), scales: factors,
        sums: factors + outputs)
      unsafe kernels.table.pointee.product_u8(&codes, count, &weights, outputs, inputs, &output)
    } else {
      unsafe kernels.table.pointee.product_bf16(
        rows.halves, inputs, count, panels.assumingMemoryBound(to: UInt16.self), outputs, inputs,
        &output)
    }
  }
}

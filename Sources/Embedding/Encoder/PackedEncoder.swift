import CTransformerKernels

/// The encoder on kernels of our own: bf16 or 8-bit weights, sums in floats, the state of the
/// tokens in floats.
///
/// All tokens of a batch stand in one matrix for the linear parts, so nothing is padded; attention
/// goes text by text.
final class PackedEncoder: Encoder {
  private struct Layer: Sendable {
    let attention, output, up, down: PackedMatrix
    let attentionNorm, feedForwardNorm: EncoderWeights.Norm
  }

  private let shape: EncoderShape
  private let pooling: Pooling
  private let kernelTable: Kernels
  private let words, positions, type: FloatTensor
  private let norm: EncoderWeights.Norm
  private let layers: [Layer]
  private let workspaces: WorkspacePool

  var kernels: String {
    switch kernelTable.level {
    case TK_AVX512: "avx512-bf16-vnni"
    case TK_AVX2: "avx2-bf16"
    default: "portable"
    }
  }

  /// Whether matrices of this shape can be cut into panels.
  static func accepts(_ shape: EncoderShape) -> Bool {
    shape.hidden % 32 == 0 && shape.intermediate % 32 == 0 && shape.width % 16 == 0
  }

  /// Repacks the weights; the matrices of `weights` are not needed afterwards.
  ///
  /// - Parameter int8: Which matrices become 8-bit codes.
  init(
    _ weights: EncoderWeights, _ shape: EncoderShape, pooling: Pooling, int8: Set<MatrixRole>,
    kernels: Kernels
  ) {
    precondition(Self.accepts(shape), "matrices are cut into panels of 32")
    self.shape = shape
    self.pooling = pooling
    kernelTable = kernels
    words = weights.words
    positions = weights.positions
    type = weights.type
    norm = weights.norm
    workspaces = WorkspacePool(shape)
    let hidden = shape.hidden
    let packer = MatrixPacker(
      sizes: MatrixRole.allCases.map { role in
        let (outputs, inputs) = role.size(shape)
        return PackedMatrix.byteCount(
          outputs: outputs, inputs: inputs, isInt8: int8.contains(role))
      }, layers: weights.layers.count)
    let matrices = packer.pack { (index, role, memory, offset) in
      let layer = weights.layers[index]
      let isInt8 = int8.contains(role)
      return switch role {
      case .attention:
        PackedMatrix(
          [layer.query, layer.key, layer.value], inputs: hidden,
          bias: FloatTensor(copying: [layer.queryBias, layer.keyBias, layer.valueBias]),
          isInt8: isInt8, in: memory, at: offset)
      case .output:
        PackedMatrix(
          [layer.output], inputs: hidden, bias: layer.outputBias, isInt8: isInt8, in: memory,
          at: offset)
      case .up:
        PackedMatrix(
          [layer.up], inputs: hidden, bias: layer.upBias, isInt8: isInt8, in: memory, at: offset)
      case .down:
        PackedMatrix(
          [layer.down], inputs: shape.intermediate, bias: layer.downBias, isInt8: isInt8,
          in: memory, at: offset)
      }
    }
    layers = weights.layers.indices.map { index in
      let own = Array(matrices[index * 4..<index * 4 + 4])
      return Layer(
        attention: own[0], output: own[1], up: own[2], down: own[3],
        attentionNorm: weights.layers[index].attentionNorm,
        feedForwardNorm: weights.layers[index].feedForwardNorm)
    }
  }

  func encode(_ batch: TokenBatch) -> [Float] {
    workspaces.lend(tokens: max(1, batch.ids.count)) { encode(batch, $0) }
  }

  private func encode(_ batch: TokenBatch, _ space: borrowing Workspace) -> [Float] {
    let count = batch.ids.count
    let hidden = shape.hidden
    unsafe tk_sum_embeddings(
      words.base, positions.base, type.base, batch.ids, batch.places, count, hidden, space.state)
    normalise(space, count, norm, for: layers[0].attention)
    for (index, layer) in layers.enumerated() {
      unsafe layer.attention.multiply(
        space.stateRows, count: count, finish: TK_STORE, into: space.attended, kernelTable)
      attend(batch, space)
      quantise(space.context, count, for: layer.output)
      unsafe layer.output.multiply(
        space.context, count: count, finish: TK_ADD, into: space.state, kernelTable)
      normalise(space, count, layer.attentionNorm, for: layer.up)
      unsafe layer.up.multiply(
        space.stateRows, count: count, finish: TK_GELU, into: space.inner.halves, kernelTable)
      quantise(space.inner, count, for: layer.down)
      unsafe layer.down.multiply(
        space.inner, count: count, finish: TK_ADD, into: space.state, kernelTable)
      let next = index + 1 < layers.count ? layers[index + 1].attention : nil
      normalise(space, count, layer.feedForwardNorm, for: next)
    }
    var vectors = [Float](repeating: 0, count: batch.count * hidden)
    for index in 0..<batch.count {
      let range = batch.range(index)
      unsafe vectors.withUnsafeMutableBufferPointer { vectors in
        unsafe tk_pool(
          space.state + range.lowerBound * hidden, range.count, hidden, pooling == .first ? 1 : 0,
          vectors.baseAddress! + index * hidden)
      }
    }
    return vectors
  }

  /// Normalises the state and leaves a copy as the next product wants it.
  private func normalise(
    _ space: borrowing Workspace, _ count: Int, _ norm: EncoderWeights.Norm,
    for next: PackedMatrix?
  ) {
    var copies = unsafe tk_copies(halves: nil, codes: nil, scales: nil, zeros: nil)
    if let next {
      if next.isInt8 {
        unsafe copies.codes = space.stateRows.codes
        unsafe copies.scales = space.stateRows.scales
        unsafe copies.zeros = space.stateRows.zeros
      } else {
        unsafe copies.halves = space.stateRows.halves
      }
    }
    unsafe kernelTable.table.pointee.layer_norm_f32(
      space.state, count, shape.hidden, norm.gamma.base, norm.beta.base, shape.epsilon, &copies)
  }

  private func quantise(_ rows: Activations, _ count: Int, for next: PackedMatrix) {
    guard next.isInt8 else { return }
    unsafe kernelTable.table.pointee.quantise_bf16(
      rows.halves, next.inputs, count, next.inputs, rows.codes, rows.scales, rows.zeros)
  }

  private func attend(_ batch: TokenBatch, _ space: borrowing Workspace) {
    let hidden = shape.hidden
    for index in 0..<batch.count {
      let range = batch.range(index)
      var task = unsafe tk_attention(
        qkv: space.attended + range.lowerBound * 3 * hidden, stride: 3 * hidden,
        tokens: range.count, heads: shape.heads, width: shape.width,
        scale: 1 / Float(shape.width).squareRoot(), scratch: space.scratch,
        out: space.context.halves + range.lowerBound * hidden, out_stride: hidden)
      unsafe kernelTable.table.pointee.attention_bf16(&task)
    }
  }
}

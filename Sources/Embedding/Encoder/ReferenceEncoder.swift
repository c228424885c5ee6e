import CTransformerKernels
import LinearAlgebra
import Platform

/// The encoder in single precision on BLAS: what the others are measured against, and what
/// processors without their instructions run.
final class ReferenceEncoder: Encoder {
  private let shape: EncoderShape
  private let pooling: Pooling
  private let weights: EncoderWeights
  private let kernelTable: Kernels

  var kernels: String { "blas-f32" }

  init(_ weights: EncoderWeights, _ shape: EncoderShape, pooling: Pooling, kernels: Kernels) {
    self.weights = weights
    self.shape = shape
    self.pooling = pooling
    // The vector kernels take whole registers.
    kernelTable = shape.hidden % 16 == 0 ? kernels : Kernels(TK_PORTABLE)
  }

  func encode(_ batch: TokenBatch) -> [Float] {
    let count = batch.ids.count
    let hidden = shape.hidden
    var state = FloatRows(count, hidden)
    unsafe tk_sum_embeddings(
      weights.words.base, weights.positions.base, weights.type.base, batch.ids, batch.places,
      count, hidden, state.base)
    normalise(&state, weights.norm)
    var (queries, keys) = (FloatRows(count, hidden), FloatRows(count, hidden))
    var (values, context) = (FloatRows(count, hidden), FloatRows(count, hidden))
    var (inner, change) = (FloatRows(count, shape.intermediate), FloatRows(count, hidden))
    for layer in weights.layers {
      multiply(state, layer.query, layer.queryBias, &queries)
      multiply(state, layer.key, layer.keyBias, &keys)
      multiply(state, layer.value, layer.valueBias, &values)
      for index in 0..<batch.count {
        attend(queries, keys, values, batch.range(index), &context)
      }
      multiply(context, layer.output, layer.outputBias, &change)
      state.add(change)
      normalise(&state, layer.attentionNorm)
      product(state, layer.up, &inner)
      unsafe kernelTable.table.pointee.bias_gelu_f32(
        inner.base, count, inner.columns, layer.upBias.base)
      multiply(inner, layer.down, layer.downBias, &change)
      state.add(change)
      normalise(&state, layer.feedForwardNorm)
    }
    var vectors = [Float](repeating: 0, count: batch.count * hidden)
    for index in 0..<batch.count {
      let range = batch.range(index)
      unsafe vectors.withUnsafeMutableBufferPointer { vectors in
        unsafe tk_pool(
          state.base + range.lowerBound * hidden, range.count, hidden, pooling == .first ? 1 : 0,
          vectors.baseAddress! + index * hidden)
      }
    }
    return vectors
  }

  private func product(_ rows: FloatRows, _ matrix: FloatTensor, _ out: inout FloatRows) {
    unsafe MatrixProduct.timesTransposed(
      .init(rows.base, rows: rows.rows, columns: rows.columns, stride: rows.columns),
      .init(matrix.base, rows: out.columns, columns: rows.columns, stride: rows.columns),
      into: out.base)
  }

  private func multiply(
    _ rows: FloatRows, _ matrix: FloatTensor, _ bias: FloatTensor, _ out: inout FloatRows
  ) {
    product(rows, matrix, &out)
    for row in 0..<out.rows {
      let place = unsafe out.base + row * out.columns
      for column in 0..<out.columns { unsafe place[column] += bias.base[column] }
    }
  }

  private func normalise(_ rows: inout FloatRows, _ norm: EncoderWeights.Norm) {
    var copies = unsafe tk_copies(halves: nil, codes: nil, scales: nil, zeros: nil)
    unsafe kernelTable.table.pointee.layer_norm_f32(
      rows.base, rows.rows, rows.columns, norm.gamma.base, norm.beta.base, shape.epsilon, &copies)
  }

  /// Attention of one text's tokens to each other, head by head.
  private func attend(
    _ queries: FloatRows, _ keys: FloatRows, _ values: FloatRows, _ range: Range<Int>,
    _ context: inout FloatRows
  ) {
    let (count, width, hidden) = (range.count, shape.width, shape.hidden)
    let scores = FloatRows(count, count)
    let turned = FloatRows(width, count)
    let found = FloatRows(count, width)
    for head in 0..<shape.heads {
      let place = range.lowerBound * hidden + head * width
      unsafe MatrixProduct.timesTransposed(
        .init(queries.base + place, rows: count, columns: width, stride: hidden),
        .init(keys.base + place, rows: count, columns: width, stride: hidden), into: scores.base)
      unsafe kernelTable.table.pointee.softmax_f32(
        scores.base, count, count, count, 1 / Float(width).squareRoot())
      for row in 0..<count {
        for column in 0..<width {
          unsafe turned.base[column * count + row] = values.base[place + row * hidden + column]
        }
      }
      unsafe MatrixProduct.timesTransposed(
        .init(scores.base, rows: count, columns: count, stride: count),
        .init(turned.base, rows: width, columns: count, stride: count), into: found.base)
      for row in 0..<count {
        unsafe (context.base + place + row * hidden).update(
          from: found.base + row * width, count: width)
      }
    }
  }
}

/// Rows of floats of our own.
///
/// `@safe` holds because `base` covers `rows * columns` floats of `memory`, which this holds.
@safe private struct FloatRows {
  let rows: Int
  let columns: Int
  private let memory: AlignedMemory
  @unsafe let base: UnsafeMutablePointer<Float>

  init(_ rows: Int, _ columns: Int) {
    self.rows = rows
    self.columns = columns
    memory = AlignedMemory(byteCount: rows * columns * 4)
    unsafe base = memory.base.bindMemory(to: Float.self, capacity: rows * columns)
  }

  mutating func add(_ other: FloatRows) {
    for index in 0..<rows * columns { unsafe base[index] += other.base[index] }
  }
}

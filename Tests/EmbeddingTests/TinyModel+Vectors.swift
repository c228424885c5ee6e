import Foundation
import Platform
import TestSupport

extension TinyModel {
  /// The unit vector of a text's tokens, in double precision and in the plainest way.
  func vector(_ ids: [Int32]) -> [Double] {
    func weights(_ name: String) -> [Double] { tensors[name]!.values.map(Double.init) }
    func linear(_ rows: [[Double]], _ name: String) -> [[Double]] {
      let (matrix, bias) = (weights(name + ".weight"), weights(name + ".bias"))
      return rows.map { row in
        var sums = bias
        var place = 0
        for output in sums.indices {
          for value in row {
            sums[output] += value * matrix[place]
            place += 1
          }
        }
        return sums
      }
    }
    func norm(_ rows: [[Double]], _ name: String) -> [[Double]] {
      let (gamma, beta) = (weights(name + ".weight"), weights(name + ".bias"))
      return rows.map { row in
        let mean = row.reduce(0, +) / Double(row.count)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
        return row.indices.map {
          (row[$0] - mean) / (variance + 1e-12).squareRoot() * gamma[$0] + beta[$0]
        }
      }
    }
    func sum(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
      zip(a, b).map { zip($0, $1).map(+) }
    }
    let (words, places) = (
      weights("embeddings.word_embeddings.weight"), weights("embeddings.position_embeddings.weight")
    )
    let types = weights("embeddings.token_type_embeddings.weight")
    var state = ids.enumerated().map { place, id in
      (0..<hidden).map { words[Int(id) * hidden + $0] + places[place * hidden + $0] + types[$0] }
    }
    state = norm(state, "embeddings.LayerNorm")
    for layer in 0..<layers {
      let name = "encoder.layer.\(layer)."
      let query = linear(state, name + "attention.self.query")
      let key = linear(state, name + "attention.self.key")
      let value = linear(state, name + "attention.self.value")
      let width = hidden / heads
      var context = state.map { _ in [Double](repeating: 0, count: hidden) }
      for head in 0..<heads {
        let columns = head * width..<(head + 1) * width
        for row in state.indices {
          let scores = state.indices.map { other in
            columns.reduce(0) { $0 + query[row][$1] * key[other][$1] } / Double(width).squareRoot()
          }
          let shares = scores.map { exp($0 - scores.max()!) }
          for column in columns {
            context[row][column] =
              shares.indices.reduce(0) { $0 + shares[$1] * value[$1][column] }
              / shares.reduce(0, +)
          }
        }
      }
      let output = linear(context, name + "attention.output.dense")
      state = norm(sum(state, output), name + "attention.output.LayerNorm")
      let inner = linear(state, name + "intermediate.dense").map {
        $0.map { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }
      }
      state = norm(sum(state, linear(inner, name + "output.dense")), name + "output.LayerNorm")
    }
    let rows = poolsFirst ? [state[0]] : state
    let total = (0..<hidden).map { column in rows.reduce(0) { $0 + $1[column] } }
    let length = total.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return total.map { $0 / length }
  }
}

/// The cosine of two vectors.
func cosine(_ a: some Collection<Double>, _ b: some Collection<Float>) -> Double {
  let product = zip(a, b).reduce(0) { $0 + $1.0 * Double($1.1) }
  let lengths = a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + Double($1) * Double($1) }
  return product / lengths.squareRoot()
}

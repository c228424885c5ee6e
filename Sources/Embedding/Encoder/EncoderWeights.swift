import Platform

/// The tensors of a BERT encoder. The matrices of the layers are the file's own bytes until
/// ``own(_:)``; all else is in memory of ours.
struct EncoderWeights: Sendable {
  /// One layer's tensors; matrices are [outputs][inputs].
  struct Layer: Sendable {
    var query, key, value, output, up, down: FloatTensor
    let queryBias, keyBias, valueBias, outputBias, upBias, downBias: FloatTensor
    let attentionNorm, feedForwardNorm: Norm
  }

  /// Factors and offsets of a layer norm.
  struct Norm: Sendable {
    let gamma, beta: FloatTensor
  }

  let words, positions: FloatTensor
  /// The first row of the token types: texts come alone.
  let type: FloatTensor
  let norm: Norm
  private(set) var layers: [Layer]

  /// - Throws: ``EmbeddingError/cannotLoad(path:detail:)`` naming the tensor that does not fit.
  init(_ file: TensorFile, _ shape: EncoderShape) throws(EmbeddingError) {
    let hidden = shape.hidden
    let inner = shape.intermediate
    // Models saved with a head on top have everything one level down.
    let prefix = file.holds("bert.embeddings.word_embeddings.weight") ? "bert." : ""
    func tensor(_ name: String, _ sizes: [Int]) throws(EmbeddingError) -> FloatTensor {
      try file.floats(prefix + name, sizes)
    }
    func small(_ name: String, _ count: Int) throws(EmbeddingError) -> FloatTensor {
      FloatTensor(copying: [try tensor(name, [count])])
    }
    func norm(_ name: String) throws(EmbeddingError) -> Norm {
      Norm(
        gamma: try small(name + ".weight", hidden), beta: try small(name + ".bias", hidden))
    }
    let layerName = prefix + "encoder.layer."
    let layerCount = file.names.lazy.filter { $0.hasPrefix(layerName) }.compactMap {
      Int($0.dropFirst(layerName.count).prefix { $0 != "." }).map { $0 &+ 1 }
    }.max()
    guard layerCount ?? 0 <= shape.layers else {
      throw .cannotLoad(
        path: FileSystem.directory(of: file.path) + "/config.json",
        detail: "num_hidden_layers is \(shape.layers), but the weights have \(layerCount ?? 0)")
    }
    words = try tensor("embeddings.word_embeddings.weight", [shape.vocabulary, hidden]).owned()
    positions = try tensor("embeddings.position_embeddings.weight", [shape.positions, hidden])
      .owned()
    type = try tensor("embeddings.token_type_embeddings.weight", [shape.types, hidden]).owned()
    file.releasePages()
    self.norm = try norm("embeddings.LayerNorm")
    var layers: [Layer] = []
    for index in 0..<shape.layers {
      let name = "encoder.layer.\(index)."
      let own = name + "attention.self."
      layers.append(
        Layer(
          query: try tensor(own + "query.weight", [hidden, hidden]),
          key: try tensor(own + "key.weight", [hidden, hidden]),
          value: try tensor(own + "value.weight", [hidden, hidden]),
          output: try tensor(name + "attention.output.dense.weight", [hidden, hidden]),
          up: try tensor(name + "intermediate.dense.weight", [inner, hidden]),
          down: try tensor(name + "output.dense.weight", [hidden, inner]),
          queryBias: try small(own + "query.bias", hidden),
          keyBias: try small(own + "key.bias", hidden),
          valueBias: try small(own + "value.bias", hidden),
          outputBias: try small(name + "attention.output.dense.bias", hidden),
          upBias: try small(name + "intermediate.dense.bias", inner),
          downBias: try small(name + "output.dense.bias", hidden),
          attentionNorm: try norm(name + "attention.output.LayerNorm"),
          feedForwardNorm: try norm(name + "output.LayerNorm")))
    }
    self.layers = layers
  }

  /// Copies what is the file's still, layer by layer, so that no more than one is there twice.
  mutating func own(_ file: TensorFile) {
    for index in layers.indices {
      for matrix in [\Layer.query, \.key, \.value, \.output, \.up, \.down] {
        layers[index][keyPath: matrix] = layers[index][keyPath: matrix].owned()
      }
      file.releasePages()
    }
  }
}

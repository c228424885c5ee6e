import CommandInterface
import Embedding
import ModelFetch
import Platform
import RemoteEmbedding

/// The embedding models of a data directory, loaded.
enum ServiceModels {
  /// The model of a choice.
  ///
  /// - Throws: ``CommandError`` naming the file and the field that keep it from being used.
  static func load(
    _ choice: ModelChoice, _ store: ModelStore, _ context: Context
  ) throws(CommandError) -> any Embedder {
    switch choice.word {
    case ModelChoice.builtIn: return HashedEmbedder()
    case ModelChoice.remote: return try remote(context)
    default: return try local(choice, store)
    }
  }

  private static func remote(_ context: Context) throws(CommandError) -> any Embedder {
    let model: (any Embedder)?
    do throws(InvalidRemoteModel) {
      model = try RemoteModel.described(by: context.environment)
        .map { (settings) throws(InvalidRemoteModel) in try RemoteEmbedder(settings) }
    } catch {
      throw CommandError(.usage, error.description, remedy: "mend the environment's variables")
    }
    guard let model else {
      throw CommandError(
        .usage, "no remote model is described",
        remedy: "set KNOWLEDGE_EMBEDDING_URL and KNOWLEDGE_EMBEDDING_MODEL")
    }
    return model
  }

  private static func local(
    _ choice: ModelChoice, _ store: ModelStore
  ) throws(CommandError) -> any Embedder {
    var path = choice.word
    var name: String?
    if !path.contains("/") {
      path = try modelFetching { () throws(ModelFetchError) in try store.model(choice.word) }.path
      name = choice.word
    }
    let precision = choice.precision.flatMap { ModelPrecision(rawValue: $0) } ?? .bf16
    do throws(EmbeddingError) {
      return try LocalModel(
        directory: path, name: name, precision: precision,
        threadCount: Environment.processorCount)
    } catch {
      throw CommandError(
        .failed, error.description,
        remedy: "choose another with knowledge model use, such as: knowledge model use built-in")
    }
  }

  /// The model that was chosen last, for a service that changes over to it.
  static func chosen(
    _ store: ModelStore, _ context: Context
  ) throws(CommandError) -> any Embedder {
    let choices = try modelFetching { () throws(ModelFetchError) in try store.choices() }
    guard let current = choices.first else { return HashedEmbedder() }
    return try load(current, store, context)
  }

  /// What a service of this data directory is started with: its model, and those that collections
  /// may have vectors of from before. An earlier one that cannot be loaded is left out: collections
  /// of it are embedded anew before they answer.
  static func configured(
    _ store: ModelStore, _ context: Context
  ) throws(CommandError) -> (model: any Embedder, earlier: [any Embedder]) {
    let choices = try modelFetching { () throws(ModelFetchError) in try store.choices() }
    guard let current = choices.first else { return (HashedEmbedder(), []) }
    var earlier: [any Embedder] = []
    for choice in choices.dropFirst() where choice.word != ModelChoice.builtIn {
      do throws(CommandError) { earlier.append(try load(choice, store, context)) } catch {
        Log.warning(
          "an earlier model cannot be loaded",
          ["model": .string(choice.word), "reason": .string(error.message)])
      }
    }
    return (try load(current, store, context), earlier)
  }
}

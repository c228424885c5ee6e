import CommandInterface
import ModelFetch
import Platform

extension CommandTable {
  static let modelList = Command(
    name: "model list", summary: "list the embedding models of the data directory",
    groups: [FlagGroup("", [CommonFlags.data, CommonFlags.json])],
    examples: [
      Example("knowledge model list", "Name, shape, size and origin of each model.")
    ],
    run: { (arguments, context) throws(CommandError) in
      let store = ModelStore(dataDirectory: try DataDirectory.path(arguments, context))
      let models = try modelFetching { () throws(ModelFetchError) in try store.list() }
      let missing = CatalogueModel.all.filter { known in
        !models.contains { $0.name == known.name }
      }
      guard !arguments.isSet("json") else {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("models")
        writer.beginArray()
        for model in models { ModelOutput.json(model, into: &writer) }
        writer.endArray()
        writer.key("not_fetched")
        writer.beginArray()
        for known in missing { writer.string(known.name) }
        writer.endArray()
        writer.endObject()
        context.console.print(json: writer)
        return .ok
      }
      if !models.isEmpty {
        context.console.print(
          lines: ModelOutput.table(
            models, columns: context.console.columns, style: context.console.style))
      }
      for known in missing {
        context.console.remark(
          "not fetched: \(known.summary); fetch it: knowledge model fetch \(known.name)")
      }
      return models.contains(where: ModelOutput.isDamaged) ? .exceptions : .ok
    })

  static let modelInfo = Command(
    name: "model info", summary: "describe one embedding model",
    details: """
      Reads the model's own settings and the head of its weights, and checks that the file is whole; \
      nothing is loaded. A word with a slash is the directory of any model.
      """,
    operands: Operands("NAME|DIRECTORY", 1...1, completion: .files),
    groups: [FlagGroup("", [CommonFlags.data, CommonFlags.json])],
    examples: [
      Example("knowledge model info all-minilm-l6-v2", "What the fetched model is."),
      Example("knowledge model info ./my-model", "What a directory holds."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let word = arguments.operands[0]
      let store = ModelStore(dataDirectory: try DataDirectory.path(arguments, context))
      let model = try modelFetching { () throws(ModelFetchError) in
        try word.contains("/") ? ModelStore.model(at: word) : store.model(word)
      }
      if case .failure(let error) = model.description { throw CommandError(error) }
      if arguments.isSet("json") {
        var writer = JSONWriter()
        ModelOutput.json(model, into: &writer)
        context.console.print(json: writer)
      } else {
        context.console.print(lines: ModelOutput.card(model, style: context.console.style))
      }
      return .ok
    })
}

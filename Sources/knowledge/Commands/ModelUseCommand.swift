import CommandInterface
import Embedding
import ModelFetch
import Platform
import RPC

extension CommandTable {
  static let modelUse = Command(
    name: "model use", summary: "choose the model that the service embeds with",
    details: """
      A word is a model of the data directory (knowledge model list), a directory where it has a \
      slash, or one of two others: built-in needs no files; remote is an OpenAI-compatible server \
      that the environment describes (KNOWLEDGE_EMBEDDING_URL and KNOWLEDGE_EMBEDDING_MODEL).

      The model is loaded and tried first; one that does not work changes nothing. A service that \
      runs takes it up at once: collections go on answering with the vectors that they have while \
      their entries are embedded anew in the background, and change over in one step; knowledge \
      stats shows how far it is. Vectors are kept in Postgres, so that no text is embedded twice by \
      one model. A service whose environment does not describe the remote model must be started \
      again with one that does; the command says so, and its exit code is 1.
      """,
    operands: Operands("NAME|DIRECTORY|built-in|remote", 1...1, completion: .files),
    groups: [
      FlagGroup(
        "",
        [
          Flag(
            "precision", .choice(ModelPrecision.allCases.map(\.rawValue)),
            "how exactly a local model computes", fallback: "bf16"),
          Flag("if-unset", .none, "do nothing where a model was chosen before"),
          CommonFlags.data,
        ])
    ],
    examples: [
      Example("knowledge model use all-minilm-l6-v2", "Uses the model that model fetch brings."),
      Example("knowledge model use ./my-model --precision fp32", "Uses any directory."),
      Example("knowledge model use built-in", "Goes back to the model that needs no files."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let data = try DataDirectory.path(arguments, context)
      let store = ModelStore(dataDirectory: data)
      let choice = try chosen(arguments.operands[0], arguments)
      if arguments.isSet("if-unset") {
        let present = try modelFetching { () throws(ModelFetchError) in try store.choices() }
        if !present.isEmpty { return .ok }
      }
      let model = try ServiceModels.load(choice, store, context)
      do throws(EmbeddingError) { try ModelTrial.run(model) } catch {
        throw CommandError(.failed, error.description, remedy: "nothing was changed")
      }
      try modelFetching { () throws(ModelFetchError) in try store.choose(choice) }
      context.console.print("\(model.model.name), \(model.model.dimension) dimensions")
      return tellService(data, context)
    })

  static let embed = Command(
    name: "embed", summary: "print the vector of a text",
    details: """
      Embeds with the model of the data directory, or the one that --model names, without a service. \
      A minus reads texts from the standard input, one a line. Each vector is a line: a JSON array.
      """,
    operands: Operands("TEXT|-", 1...1),
    groups: [
      FlagGroup(
        "",
        [
          Flag(
            "model", .text("NAME|DIRECTORY|built-in|remote"), "what to embed with",
            fallback: "what knowledge model use chose"),
          Flag(
            "precision", .choice(ModelPrecision.allCases.map(\.rawValue)),
            "how exactly a local model computes", fallback: "bf16"),
          Flag(
            "role", .choice(["query", "passage"]), "what the text stands for", fallback: "query"),
          CommonFlags.data,
        ])
    ],
    examples: [
      Example("knowledge embed \"how do I return shoes\"", "One vector, as a search would use it."),
      Example("knowledge embed - --role passage <texts.txt", "A vector for each line."),
    ],
    run: { (arguments, context) throws(CommandError) in
      TerminationSignals.ignoreBrokenPipes()
      let store = ModelStore(dataDirectory: try DataDirectory.path(arguments, context))
      let model: any Embedder
      if let word = arguments.text("model") {
        model = try ServiceModels.load(try chosen(word, arguments), store, context)
      } else {
        model = try ServiceModels.configured(store, context).model
      }
      let role: EmbeddingRole = arguments.text("role") == "passage" ? .passage : .query
      let text = arguments.operands[0]
      guard text == "-" else {
        try printVectors([text], model, role, context)
        return .ok
      }
      try forEachLines(64) { (texts) throws(CommandError) in
        try printVectors(texts, model, role, context)
      }
      return .ok
    })

  /// Has a service of the data directory change over to what was chosen.
  private static func tellService(_ data: String, _ context: Context) -> ExitCode {
    let path = data + "/knowledge.sock"
    guard let process = RPCAddress.unix(path: path).listeningProcessID else { return .ok }
    do throws(CommandError) {
      let service = try context.connect(
        ServiceAddress(
          endpoint: .unix(path: path), dataDirectory: data, apiKey: "", business: "",
          timeoutMilliseconds: 60_000))
      let reply = try service.call(.changeModel, ChangeModelRequest(), for: ChangeModelReply.self)
      context.console.remark(
        reply.changed
          ? "the service embeds with it from now on; collections change over when all their entries "
            + "are embedded, as knowledge stats shows" : "the service uses it already")
      return .ok
    } catch {
      context.console.remark(
        "the choice is stored, but process \(process) goes on with its present model: "
          + "\(error.message)")
      context.console.remark(
        "  stop it (kill \(process)) and start it again to change over"
          + (error.remedy.isEmpty ? "" : "; first: \(error.remedy)"))
      return .exceptions
    }
  }

  private static func chosen(
    _ word: String, _ arguments: Arguments
  ) throws(CommandError) -> ModelChoice {
    let precision = arguments.text("precision")
    guard word.contains("/") else { return ModelChoice(word: word, precision: precision) }
    do throws(SystemError) {
      return ModelChoice(word: try FileSystem.absolutePath(word), precision: precision)
    } catch { throw CommandError(.failed, "\(error)", remedy: "check the path") }
  }

  /// Bytes that a line of the standard input may have.
  private static let lineByteLimit = 1 << 20

  /// Hands over the lines of the standard input, so many at a time.
  private static func forEachLines(
    _ count: Int, _ body: ([String]) throws(CommandError) -> Void
  ) throws(CommandError) {
    var rest: [UInt8] = []
    var texts: [String] = []
    var lineCount = 0
    var isOver = false
    while !isOver {
      let bytes: [UInt8]
      do throws(SystemError) {
        bytes = try StandardStream.input.read(atMost: 65_536)
      } catch { throw CommandError(.failed, "the standard input cannot be read: \(error)") }
      isOver = bytes.isEmpty
      rest += bytes
      var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      rest = Array(lines.removeLast())
      if isOver && !rest.isEmpty { lines.append(rest[...]) }
      guard rest.count <= lineByteLimit else {
        throw CommandError(
          .failed, "a line has over \(lineByteLimit) bytes", remedy: "cut it, or embed it alone")
      }
      for line in lines {
        lineCount += 1
        guard let text = unsafe String(checkedUTF8: Array(line).span.bytes) else {
          throw CommandError(
            .usage, "line \(lineCount) of the standard input is not UTF-8",
            remedy: "convert it first, as with iconv -f latin1 -t utf-8")
        }
        texts.append(text)
        if texts.count == count {
          try body(texts)
          texts = []
        }
      }
    }
    try body(texts)
  }

  private static func printVectors(
    _ texts: [String], _ model: any Embedder, _ role: EmbeddingRole, _ context: Context
  ) throws(CommandError) {
    if texts.isEmpty { return }
    let vectors: [Float]
    do throws(EmbeddingError) { vectors = try model.embed(texts, as: role) } catch {
      throw CommandError(.failed, error.description)
    }
    let dimension = model.model.dimension
    for index in texts.indices {
      var writer = JSONWriter()
      writer.beginArray()
      for value in vectors[index * dimension..<(index + 1) * dimension] {
        writer.floatOrNull(value)
      }
      writer.endArray()
      context.console.print(json: writer)
    }
  }
}

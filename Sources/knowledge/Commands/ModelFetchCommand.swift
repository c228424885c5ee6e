import CommandInterface
import HTTP
import ModelFetch
import Platform
import Synchronization

extension CommandTable {
  static let modelFetch = Command(
    name: "model fetch", summary: "bring an embedding model into the data directory",
    details: """
      Without a name it is the default model, all-minilm-l6-v2 (84 MB), pinned by its SHA-256. Others \
      are named as repositories of the model hub, as URLs of archives (.zip, .whl, .tar.gz, .tgz) or \
      as URLs of directories; they must be sentence-transformers with safetensors weights.

      A fetch that stopped goes on where it was when it is repeated. A model appears as a whole or \
      not at all. For private models of the hub set HF_TOKEN; proxies come from https_proxy.
      """,
    operands: Operands(
      "[NAME|REPOSITORY|URL]", 0...1,
      completion: .words(CatalogueModel.all.map(\.name))),
    groups: [
      FlagGroup(
        "",
        [
          Flag("name", .text("NAME"), "what to call it here", fallback: "the source's own name"),
          Flag("sha256", .text("HEX"), "what the archive at a URL must have"),
          Flag(
            "hub", .text("URL"), "address of the model hub", environment: "HF_ENDPOINT",
            fallback: "https://huggingface.co"),
          Flag("authorities", .file("FILE"), "PEM file of the only TLS authorities to trust"),
          Flag("force", .none, "fetch again, and replace another model of that name"),
          CommonFlags.data, CommonFlags.json,
        ])
    ],
    examples: [
      Example("knowledge model fetch", "Fetches the default model."),
      Example(
        "knowledge model fetch BAAI/bge-small-en-v1.5", "Fetches a repository of the model hub."),
      Example(
        "knowledge model fetch https://models.example/minilm.tar.gz --name minilm --sha256 HEX",
        "Fetches an archive and checks it."),
    ],
    run: { (arguments, context) throws(CommandError) in
      TerminationSignals.ignoreBrokenPipes()
      let store = ModelStore(dataDirectory: try DataDirectory.path(arguments, context))
      let cancellation = HTTPCancellation()
      let display = ProgressDisplay(context.console)
      let isAsked = context.watchInterruption()
      let isDone = Condition(false)
      let watcher = Thread.spawn(name: "interruption") {
        while isDone.wait(timeoutMilliseconds: 100, until: { $0 ? true : nil }) == nil {
          if isAsked() { return cancellation.cancel() }
        }
      }
      let fetcher = ModelFetcher(
        store: store, hubURL: arguments.text("hub") ?? "https://huggingface.co",
        hubToken: context.environment("HF_TOKEN").flatMap { $0.isEmpty ? nil : $0 },
        authoritiesPath: arguments.text("authorities"), cancellation: cancellation,
        progress: progress(display))
      let outcome: ModelFetcher.Outcome
      let source: ModelSource
      do throws(ModelFetchError) {
        defer {
          isDone.withLock { $0 = true }
          watcher.join()
          display.clear()
        }
        source = try ModelSource(
          parsing: arguments.operands.first, sha256: arguments.text("sha256"))
        outcome = try fetcher.fetch(
          source, name: arguments.text("name"), isForced: arguments.isSet("force"))
      } catch { throw CommandError(error) }
      let model = try modelFetching { () throws(ModelFetchError) in try store.model(outcome.name) }
      if arguments.isSet("json") {
        var writer = JSONWriter()
        ModelOutput.json(model, fetched: !outcome.wasThere, into: &writer)
        context.console.print(json: writer)
      } else {
        let verb = outcome.wasThere ? "is there already:" : "fetched into"
        context.console.print("\(model.name) \(verb) \(DisplayText.cleaned(model.path))")
        context.console.print("  " + ModelOutput.summary(model))
      }
      return .ok
    })

  /// Shows each file's progress as a line of its own.
  private static func progress(_ display: ProgressDisplay) -> @Sendable (FetchProgress) -> Void {
    let begun = Mutex<(file: String, before: Int, start: UInt64)>(("", 0, 0))
    return { progress in
      let now = Clock.monotonicNanoseconds
      let (before, start) = begun.withLock { state in
        if state.file != progress.file {
          state = (progress.file, progress.byteCount, now)
        }
        return (state.before, state.start)
      }
      display.update(
        TransferProgress(
          verb: "fetch", name: progress.file, rowCount: 0, rejectedCount: 0,
          inputBytes: progress.byteCount, inputByteCount: progress.totalByteCount,
          elapsedSeconds: Double(now - start) / 1e9, downloadedBefore: before))
    }
  }
}

extension CommandError {
  /// What the program says of a model that was not fetched or read.
  init(_ error: ModelFetchError) {
    let exit: ExitCode =
      switch error.code {
      case .usage: .usage
      case .unreachable: .unreachable
      case .refused, .damaged, .busy: .failed
      case .interrupted: .interrupted
      }
    self.init(exit, error.message, remedy: error.remedy)
  }
}

/// Runs a body about models.
func modelFetching<Value>(
  _ body: () throws(ModelFetchError) -> Value
) throws(CommandError) -> Value {
  do throws(ModelFetchError) { return try body() } catch { throw CommandError(error) }
}

import KnowledgeStore
import Platform

/// Times search in process, exact or to a recall target, on one thread: latencies of single
/// queries, rates of batches.
/// With `--job FILE` does what the comparison with peers asks for instead.
@main struct SearchBenchmark {
  static func main() {
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      if arguments.count == 2 && arguments[0] == "--job" {
        return try JobRun(Job(path: arguments[1])).run()
      }
      let options = try Options(arguments)
      if !options.shares.isEmpty { return try FilterRun(options: options).run() }
      let run = try SearchRun(options: options)
      for batch in options.batches { print(try run.measure(batch: batch)) }
      if let path = options.answers {
        try FileSystem.replace(path, with: Array(run.answers().utf8))
      }
    } catch let error as BenchmarkError {
      fail("\(error)\n\(Options.usage)")
    } catch {
      fail("\(error)")
    }
  }

  private static func fail(_ message: String) -> Never {
    try? StandardStream.error.write(Array((message + "\n").utf8))
    Environment.exit(2)
  }
}

import KnowledgeStore
import Platform

/// Times exact search in process, on one thread: latencies of single queries, rates of batches.
@main struct SearchBenchmark {
  static func main() {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      let rows = try StoredRows(
        path: options.vectors, dimension: options.dimension, parent: options.directory)
      let queries = try FloatFile.read(options.queries, dimension: options.dimension)
      let run = SearchRun(options: options, rows: rows, queries: queries)
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

import Glibc
import Platform
@_spi(Training) import Spelling

/// Corrects words or texts and prints what became of them; times and memory go to standard error as
/// a JSON object. `Benchmarks/peers/spelling.py` asks the peers the same.
@main struct SpellingBenchmark {
  static let usage = """
    usage: SpellingBenchmark words|texts|evidence FILE [--language en] [--threshold 0.8] [--rounds 1]
      [--context yes|no]
    words: a word a line; out comes each with its suggestions, separated by tabs.
    evidence: a word a line; out come, of unknown ones, the best reading and its evidence.
    texts: a text a line; out comes, by line number, each correction with kind, byte range,
    original, replacement, confidence, and whether it was made or asked.
    """

  static func main() {
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      let lines = "\(error)\n\(usage)\n"
      try? StandardStream.error.write(Array(lines.utf8))
      Environment.exit(2)
    }
  }

  static func run(_ arguments: [String]) throws {
    var language = "en"
    var threshold = SpellingLimits.threshold
    var rounds = 1
    var readsContext = true
    guard arguments.count >= 2 else { throw BenchmarkError("what, and which file?") }
    var rest = arguments[2...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { throw BenchmarkError("\(name) needs a value") }
      switch name {
      case "--language": language = value
      case "--threshold": threshold = Double(value) ?? -1
      case "--rounds": rounds = Int(value) ?? 1
      case "--context": readsContext = value != "no"
      default: throw BenchmarkError("unknown argument \(name)")
      }
    }
    let bytes = try FileSystem.readAll(arguments[1])
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
    let before = Int(Resources.residentByteCount / 1024)
    let start = Clock.threadNanoseconds
    var speller = Speller(language: language)
    speller.readsContext = readsContext
    let loaded = Clock.threadNanoseconds
    let resident = Int(Resources.residentByteCount / 1024) - before
    var out: [UInt8] = []
    var suggestions: [[Suggestion]] = []
    suggestions.reserveCapacity(lines.count)
    var best = UInt64.max
    for _ in 0..<rounds {
      out.removeAll(keepingCapacity: true)
      let start = Clock.threadNanoseconds
      switch arguments[0] {
      case "words":
        suggestions.removeAll(keepingCapacity: true)
        for line in lines { suggestions.append(try speller.suggestions(for: line)) }
      case "evidence":
        for line in lines {
          guard let (reading, numbers) = speller.evidence(for: line) else { continue }
          let columns = [line, reading] + numbers.map { "\($0)" }
          out.append(contentsOf: (columns.joined(separator: "\t") + "\n").utf8)
        }
      case "texts":
        for (number, line) in lines.enumerated() {
          let answer = try speller.correct(line, threshold: threshold)
          out.append(contentsOf: "\(number)\twords\t\(answer.wordCount)\n".utf8)
          for (name, list) in [("change", answer.changes), ("question", answer.questions)] {
            for item in list {
              out.append(
                contentsOf:
                  "\(number)\t\(name)\t\(item.kind)\t\(item.range.lowerBound)\t\(item.range.upperBound)\t\(item.original)\t\(item.replacement)\t\(item.confidence)\n"
                  .utf8)
            }
          }
        }
      default: throw BenchmarkError("unknown measurement \(arguments[0])")
      }
      best = min(best, Clock.threadNanoseconds - start)
    }
    for (line, found) in zip(lines, suggestions) {
      out.append(contentsOf: ([line] + found.map(\.text)).joined(separator: "\t").utf8)
      out.append(0x0A)
    }
    try StandardStream.output.write(out)
    let report = """
      {"lines": \(lines.count), "microseconds_per_line": \(Double(best) / 1000 / Double(max(1, lines.count))), \
      "load_milliseconds": \(Double(loaded - start) / 1e6), "resident_megabytes": \(Double(resident) / 1024), \
      "list_bytes": \(speller.words?.byteCount ?? 0), "list_words": \(speller.words?.count ?? 0)}

      """
    try StandardStream.error.write(Array(report.utf8))
  }
}

struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

import Platform

/// Where a command writes, and what the other side can show.
///
/// Results go to the output; progress, remarks and errors to the error stream, so that a pipe
/// carries results only.
struct Console: Sendable {
  /// Takes bytes of results.
  let output: @Sendable ([UInt8]) -> Void
  /// Takes bytes of remarks.
  let error: @Sendable ([UInt8]) -> Void
  /// Whether a person reads the output on a terminal.
  let outputIsTerminal: Bool
  /// Whether a person reads the error stream on a terminal.
  let errorIsTerminal: Bool
  /// Columns that a line may have.
  let columns: Int
  /// How results may be dressed.
  let style: Style
  /// How remarks may be dressed.
  let errorStyle: Style

  /// The process's own streams. A result that cannot be written ends the process.
  static func standard() -> Console {
    let output = StandardStream.output
    let error = StandardStream.error
    let mayColour =
      (Environment.value("NO_COLOR") ?? "").isEmpty && Environment.value("TERM") != "dumb"
    return Console(
      output: { bytes in
        do {
          try output.write(bytes)
        } catch {
          try? StandardStream.error.write(
            Array("knowledge: the output cannot be written: \(error)\n".utf8))
          Environment.exit(ExitCode.failed.rawValue)
        }
      },
      // Nobody is left to be told when the error stream itself fails.
      error: { bytes in try? error.write(bytes) },
      outputIsTerminal: output.isTerminal, errorIsTerminal: error.isTerminal,
      columns: width(output.columnCount ?? error.columnCount),
      style: Style(isColoured: mayColour && output.isTerminal),
      errorStyle: Style(isColoured: mayColour && error.isTerminal))
  }

  private static func width(_ found: Int?) -> Int {
    let told = Environment.value("COLUMNS").flatMap { Int($0) }
    return min(max(found ?? told ?? 80, 40), 500)
  }

  /// Writes a line of results.
  func print(_ line: String = "") { output(Array((line + "\n").utf8)) }

  /// Writes lines of results at once.
  func print(lines: [String]) {
    guard !lines.isEmpty else { return }
    output(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Writes one JSON value on a line of its own.
  func print(json: JSONWriter) { output(json.bytes + [0x0A]) }

  /// Writes a line of remarks.
  func remark(_ line: String) { error(Array((line + "\n").utf8)) }

  /// Writes a line of remarks; for a program, as one JSON object.
  func remark(_ line: String, asJSON: Bool) {
    guard asJSON else { return remark(line) }
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("remark")
    writer.string(line)
    writer.endObject()
    error(writer.bytes + [0x0A])
  }

  /// Tells of an error: for a person, or as one JSON object.
  func report(_ failure: CommandError, asJSON: Bool) {
    guard !asJSON else {
      var writer = JSONWriter()
      writer.beginObject()
      writer.key("error")
      writer.beginObject()
      writer.key("code")
      writer.string("\(failure.exit)")
      writer.key("message")
      writer.string(failure.message)
      writer.key("remedy")
      writer.string(failure.remedy)
      writer.endObject()
      writer.key("exit_code")
      writer.integer(failure.exit.rawValue)
      writer.endObject()
      return error(writer.bytes + [0x0A])
    }
    remark(errorStyle.bad("knowledge: ") + failure.message)
    if !failure.remedy.isEmpty { remark("  " + failure.remedy) }
  }
}

import Platform

/// Where a command writes, and what the other side can show.
///
/// Results go to the output; progress, remarks and errors to the error stream, so that a pipe
/// carries results only.
package struct Console: Sendable {
  /// What calls the program, such as `knowledge`.
  package let program: String
  /// Takes bytes of results.
  package let output: @Sendable ([UInt8]) -> Void
  /// Takes bytes of remarks.
  package let error: @Sendable ([UInt8]) -> Void
  /// Whether a person reads the output on a terminal.
  package let outputIsTerminal: Bool
  /// Whether a person reads the error stream on a terminal.
  package let errorIsTerminal: Bool
  /// Columns that a line may have.
  package let columns: Int
  /// How results may be dressed.
  package let style: Style
  /// How remarks may be dressed.
  package let errorStyle: Style

  /// - Parameters: As the properties say.
  package init(
    program: String, output: @escaping @Sendable ([UInt8]) -> Void,
    error: @escaping @Sendable ([UInt8]) -> Void, outputIsTerminal: Bool, errorIsTerminal: Bool,
    columns: Int, style: Style, errorStyle: Style
  ) {
    self.program = program
    self.output = output
    self.error = error
    self.outputIsTerminal = outputIsTerminal
    self.errorIsTerminal = errorIsTerminal
    self.columns = columns
    self.style = style
    self.errorStyle = errorStyle
  }

  /// The process's own streams. A result that cannot be written ends the process.
  ///
  /// - Parameter program: What calls the program.
  package static func standard(program: String) -> Console {
    let output = StandardStream.output
    let error = StandardStream.error
    let mayColour =
      (Environment.value("NO_COLOR") ?? "").isEmpty && Environment.value("TERM") != "dumb"
    return Console(
      program: program,
      output: { bytes in
        do {
          try output.write(bytes)
        } catch {
          try? StandardStream.error.write(
            Array("\(program): the output cannot be written: \(error)\n".utf8))
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
  package func print(_ line: String = "") { output(Array((line + "\n").utf8)) }

  /// Writes lines of results at once.
  package func print(lines: [String]) {
    guard !lines.isEmpty else { return }
    output(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Writes one JSON value on a line of its own.
  package func print(json: JSONWriter) { output(json.bytes + [0x0A]) }

  /// Writes which steps of the schema were applied, in their order, and its version now.
  package func print(migrated applied: [String], version: Int, asJSON: Bool) {
    guard asJSON else {
      return print(
        lines: applied.map { "applied \($0)" } + ["the schema is at version \(version)"])
    }
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("version")
    writer.integer(version)
    writer.key("applied")
    writer.beginArray()
    for name in applied { writer.string(name) }
    writer.endArray()
    writer.endObject()
    print(json: writer)
  }

  /// Writes a line of remarks.
  package func remark(_ line: String) { error(Array((line + "\n").utf8)) }

  /// Writes a line of remarks; for a program, as one JSON object.
  package func remark(_ line: String, asJSON: Bool) {
    guard asJSON else { return remark(line) }
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("remark")
    writer.string(line)
    writer.endObject()
    error(writer.bytes + [0x0A])
  }

  /// Tells of an error: for a person, or as one JSON object.
  package func report(_ failure: CommandError, asJSON: Bool) {
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
    remark(errorStyle.bad("\(program): ") + failure.message)
    if !failure.remedy.isEmpty { remark("  " + failure.remedy) }
  }
}

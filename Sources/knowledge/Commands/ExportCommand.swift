import CommandInterface
import Platform
import RPC

extension CommandTable {
  static let export = Command(
    name: "export", summary: "write entries to a file that import reads",
    details: """
      Writes JSON Lines or CSV with the fields that an import knows: importing the file again \
      changes nothing. A file appears under its name only when it is whole. Inactive entries are \
      written too, unless --active says otherwise.

      Entries come in the order of their ids: the same in every export of a business, and another \
      in each business, since ids differ. Sort the lines to compare two.
      """,
    groups: [
      FlagGroup(
        "",
        [
          CommonFlags.business, CommonFlags.collection,
          Flag("output", .file("FILE"), "where to write", fallback: "standard output"),
          Flag(
            "format", .choice(ExportFormat.Kind.allCases.map(\.rawValue)), "format of the output",
            fallback: "csv where FILE ends so, else jsonl"),
          Flag(
            "full", .none,
            "add what only the service knows (id, version, times) as _entry, which import leaves out"
          ),
          Flag("with-vector", .none, "write the vectors too; implies --full"),
          Flag(
            "json", .none,
            "print a summary as JSON, on the error stream where results go to the output"),
        ]), CommonFlags.filter, CommonFlags.service,
    ],
    examples: [
      Example("knowledge export --business demo --output demo.jsonl", "Saves a collection."),
      Example(
        "knowledge export --business demo --collection products --format csv > products.csv",
        "Writes CSV to standard output."),
      Example(
        "knowledge export --business demo --type faq --language en | gzip > faq-en.jsonl.gz",
        "Saves some entries, compressed."),
    ],
    run: { (arguments, context) throws(CommandError) in
      let address = try ServiceAddress.ofBusiness(arguments, context)
      let path = arguments.text("output")
      let includesVector = arguments.isSet("with-vector")
      let isCSV =
        arguments.text("format") ?? (path?.hasSuffix(".csv") == true ? "csv" : "jsonl") == "csv"
      let format = ExportFormat(
        kind: isCSV ? .csv : .jsonl, isFull: includesVector || arguments.isSet("full"))
      guard !isCSV || !format.isFull else {
        throw .usage("CSV has no columns for --full", remedy: "use --format jsonl, or leave it out")
      }
      var request = ExportRequest()
      request.collection = arguments.text("collection") ?? ""
      request.filter = try FilterFlags.filter(arguments)
      request.includeVector = includesVector
      let service = try context.connect(address)
      let begin = Clock.monotonicNanoseconds
      var destination = try ExportDestination(path: path, console: context.console)
      let count: UInt64
      do throws(CommandError) {
        try destination.write { $0 += format.header }
        count = try write(request, from: service, format, &destination, context.console)
        try destination.finish()
      } catch {
        destination.abandon()
        throw error
      }
      let elapsed = Clock.monotonicNanoseconds - begin
      tell(count, destination.byteCount, elapsed, path, arguments, context.console)
      return .ok
    })

  private static func write(
    _ request: ExportRequest, from service: any Service, _ format: ExportFormat,
    _ destination: inout ExportDestination, _ console: Console
  ) throws(CommandError) -> UInt64 {
    var count: UInt64 = 0
    let display = ProgressDisplay(console)
    defer { display.clear() }
    let begin = Clock.monotonicNanoseconds
    let summary = try service.export(request) { (entries) throws(CommandError) in
      try destination.write { bytes in
        for entry in entries { format.append(entry, to: &bytes) }
      }
      count += UInt64(entries.count)
      // A terminal that shows the entries themselves needs no bar between them.
      guard destination.isFile || !console.outputIsTerminal else { return }
      display.update(
        TransferProgress(
          verb: "export", name: request.collection.isEmpty ? "knowledge" : request.collection,
          rowCount: count, rejectedCount: 0, inputBytes: 0, inputByteCount: nil,
          elapsedSeconds: Double(Clock.monotonicNanoseconds - begin) / 1e9))
    }
    guard summary.entries == count else {
      throw CommandError(
        .failed, "the export is not whole: \(count) of \(summary.entries) entries came")
    }
    return count
  }

  private static func tell(
    _ count: UInt64, _ byteCount: Int, _ elapsed: UInt64, _ path: String?,
    _ arguments: Arguments, _ console: Console
  ) {
    let isFile = path != nil && path != "-"
    guard arguments.isSet("json") else {
      let place = isFile ? " to \(shellQuoted(path ?? ""))" : ""
      console.remark(
        "\(Quantity.count(count)) \(count == 1 ? "entry" : "entries")"
          + "\(place), \(Quantity.bytes(byteCount)) in \(Quantity.duration(nanoseconds: elapsed))")
      return
    }
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("entries")
    writer.integer(count)
    writer.key("bytes")
    writer.integer(byteCount)
    writer.key("elapsed_ms")
    writer.integer(elapsed / 1_000_000)
    writer.key("file")
    if isFile { writer.string(path ?? "") } else { writer.null() }
    writer.endObject()
    isFile ? console.print(json: writer) : console.error(writer.bytes + [0x0A])
  }
}

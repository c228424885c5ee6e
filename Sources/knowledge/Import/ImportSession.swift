import CommandInterface
import Ingest
import Platform
import RPC

/// One run of `knowledge import`: its files one after the other, then the wait until all of it is
/// searchable, then the report.
struct ImportSession {
  private let arguments: Arguments
  private let context: Context
  private let options: ImportOptions
  private let address: ServiceAddress
  private let asJSON: Bool

  /// - Throws: ``CommandError`` for flags that contradict each other.
  init(_ arguments: Arguments, _ context: Context) throws(CommandError) {
    self.arguments = arguments
    self.context = context
    options = try ImportOptions.of(arguments)
    address = try ServiceAddress.ofBusiness(arguments, context)
    asJSON = arguments.isSet("json")
    let paths = arguments.operands
    guard paths.count == 1 || !arguments.isSet("reject-file") else {
      throw .usage(
        "one reject file holds the lines of one input", remedy: "import one FILE at a time")
    }
    guard Set(paths.map(ByteText.init(_:))).count == paths.count else {
      throw .usage("a FILE is named twice")
    }
    guard !options.resumes || !paths.contains("-") else {
      throw .usage("standard input cannot be resumed", remedy: "import a file")
    }
  }

  func run() throws(CommandError) -> ExitCode {
    let begin = Clock.monotonicNanoseconds
    var report = ImportReport()
    report.isDryRun = options.isDryRun
    var failure: CommandError?
    if options.isDryRun {
      failure = check(into: &report)
    } else {
      do throws(CommandError) { failure = try send(into: &report)?.ofAll } catch {
        throw error.ofAll
      }
    }
    report.elapsedNanoseconds = Clock.monotonicNanoseconds - begin
    if failure == nil, report.counts.rejected > 0 {
      report.exit = .exceptions
      failure = nothingImported(report)
    }
    if let failure { report.exit = failure.exit }
    if asJSON {
      context.console.print(json: report.json())
    } else if !report.files.isEmpty {
      context.console.print(lines: report.lines(style: context.console.style))
    }
    if let failure { context.console.report(failure, asJSON: asJSON) }
    return report.exit
  }

  /// The error for inputs of which every row was rejected, though within the budget.
  private func nothingImported(_ report: ImportReport) -> CommandError? {
    let failed = report.files.filter {
      $0.resumed == nil && $0.counts.rejected > 0
        && $0.counts.rejected == ImportReport.rows($0.counts)
    }
    guard !failed.isEmpty else { return nil }
    let names = failed.map { ImportSource.name(of: $0.path) }.joined(separator: ", ")
    return CommandError(
      .exceptions,
      DisplayText.cleaned(
        "nothing \(options.isDryRun ? "would be" : "was") imported of \(names): "
          + "every row was rejected"),
      remedy: "mend the rows (the reject file says why) or the --map, and run it again")
  }

  // MARK: Sending

  private func send(into report: inout ImportReport) throws(CommandError) -> CommandError? {
    // A service that does not run is told of before anything is read.
    let service = try context.connect(address)
    var isInterrupted: @Sendable () -> Bool = { false }
    var failure: CommandError?
    for (index, path) in arguments.operands.enumerated() {
      do throws(CommandError) {
        let opened = try prepare(path)
        // Until the first input has given something there is nothing to end in good order: a
        // signal may end the process while it waits for standard input.
        if index == 0 { isInterrupted = context.watchInterruption() }
        failure = try send(opened, to: service, isInterrupted, &report)
      } catch { failure = error }
      if failure != nil { break }
    }
    if report.lastXID > 0, failure?.exit != .unreachable, !arguments.isSet("no-wait") {
      report.searchableNanoseconds = waitUntilSearchable(
        report.lastXID, of: service, isInterrupted)
      EmbeddingWait(
        service: service, display: ProgressDisplay(context.console, asJSON: asJSON),
        asJSON: asJSON, isInterrupted: isInterrupted
      ).run(into: &report)
    }
    return failure
  }

  /// An input that is open, at the place where the import begins.
  private struct Opened {
    let source: ImportSource
    let journal: ImportJournal?
    let checkpoint: ImportCheckpoint?
  }

  private func prepare(_ path: String) throws(CommandError) -> Opened {
    let journal = try journal(of: path)
    let checkpoint = try earlier(of: journal, path)
    let source = try open(path)
    if let checkpoint {
      try source.skip(past: checkpoint)
      remark("going on after line \(Quantity.count(checkpoint.line)) of \(source.name)")
    }
    return Opened(source: source, journal: journal, checkpoint: checkpoint)
  }

  private func send(
    _ opened: Opened, to service: any Service,
    _ isInterrupted: @escaping @Sendable () -> Bool, _ report: inout ImportReport
  ) throws(CommandError) -> CommandError? {
    let (source, journal, checkpoint) = (opened.source, opened.journal, opened.checkpoint)
    let path = source.path
    var file = ImportReport.File(path: path)
    file.detected = source.detected
    file.resumed = checkpoint
    let display = ProgressDisplay(context.console, asJSON: asJSON)
    let rejectPath = rejectPath(of: path)
    let record = record(rejectPath, journal, checkpoint, of: source, display)
    let begin = Clock.monotonicNanoseconds
    let request = ImportRequest(collection: options.collection, onConflict: options.onConflict)
    let run = ImportRun(
      source, options: options, earlier: checkpoint,
      surroundings: ImportRun.Surroundings(
        open: { () throws(CommandError) in try service.openImport(request) },
        isInterrupted: isInterrupted,
        completed: { (done) throws(CommandError) in try record.take(done) },
        progress: { ledger, bottleneck, remark in
          display.update(Self.progress(of: source, ledger, since: begin, bottleneck, remark))
        }))
    let (ledger, bottleneck, stop) = run.run()
    display.clear()
    file.busyMicroseconds = bottleneck.busyMicroseconds
    file.counts = ledger.counts
    file.batchCount = ledger.batchCount
    file.resentCount = ledger.resentCount
    file.lastXID = ledger.lastXID
    file.repeatedCount = record.repeatedCount
    if record.rejectedCount > 0 { file.rejectPath = rejectPath }
    report.files.append(file)
    try record.close(isComplete: stop == nil)
    let isOver = stop == nil && run.isBudgetExceeded(by: ledger, atEnd: true)
    report.stopped = Self.word(for: isOver ? .budget : stop)
    return failure(
      isOver ? .budget : stop, source, file.counts, isAtEnd: run.hasReadAll,
      canResume: record.canResume)
  }

  private func failure(
    _ stop: ImportRun.Stop?, _ source: ImportSource, _ counts: ImportCounts, isAtEnd: Bool,
    canResume: Bool
  ) -> CommandError? {
    let resume = canResume ? "go on with: the same command and --resume" : ""
    switch stop {
    case nil: return nil
    case .budget:
      let allowed = arguments.text("max-errors").map { "--max-errors allows \($0)" }
      return CommandError(
        .errorBudget,
        "\(source.name): \(Quantity.noun(counts.rejected, "row")) of "
          + "\(Quantity.count(ImportReport.rows(counts))) \(counts.rejected == 1 ? "was" : "were") "
          + "rejected, and \(allowed ?? "without --max-errors 100 are allowed")"
          + (isAtEnd ? "" : "; the rest was not read"),
        remedy: "mend the rows (the reject file says why) and run it again, or allow more with "
          + "--max-errors N, P% or unlimited")
    case .interrupted:
      return CommandError(.interrupted, "\(source.name): interrupted", remedy: resume)
    case .unreadable(let error): return error
    case .failed(let error):
      return error.exit == .unreachable
        ? CommandError(
          error.exit, error.message,
          remedy: [error.remedy, resume].filter { !$0.isEmpty }.joined(separator: "; then "))
        : error
    }
  }

  private static func word(for stop: ImportRun.Stop?) -> String? {
    switch stop {
    case nil: nil
    case .budget: "error_budget"
    case .interrupted: "interrupted"
    case .unreadable: "unreadable"
    case .failed(let error): error.exit == .unreachable ? "unreachable" : "refused"
    }
  }

  private static func progress(
    of source: ImportSource, _ ledger: ImportLedger, since begin: UInt64,
    _ bottleneck: ImportBottleneck, _ remark: String
  ) -> TransferProgress {
    TransferProgress(
      name: source.name, rowCount: ledger.rowCount, rejectedCount: ledger.counts.rejected,
      inputBytes: ledger.inputBytesCompleted, inputByteCount: source.byteCount,
      elapsedSeconds: Double(Clock.monotonicNanoseconds - begin) / 1e9, remark: remark,
      busy: zip(ImportStage.allCases, bottleneck.shares).map { ($0.rawValue, $1) },
      bottleneck: bottleneck.stage?.rawValue)
  }

  /// What an import of the source leaves behind; remarks stand above the progress bar.
  private func record(
    _ rejectPath: String, _ journal: ImportJournal?, _ earlier: ImportCheckpoint?,
    of source: ImportSource, _ display: ProgressDisplay
  ) -> ImportRecord {
    let tell: (String) -> Void = { [context, asJSON] text in
      display.clear()
      context.console.remark(text, asJSON: asJSON)
    }
    return ImportRecord(
      rejectPath: rejectPath, journal: journal, earlier: earlier,
      show: { tell(DisplayText.cleaned("\(source.name): rejected: \($0)")) },
      showRepeat: { [options] found in
        tell(found.remark(name: source.name, onConflict: options.onConflict))
      }, warn: tell)
  }

  /// Waits until a search would see the transaction.
  ///
  /// - Returns: How long it took; nil where it did not happen or nobody wants to wait any more.
  private func waitUntilSearchable(
    _ xid: UInt64, of service: any Service, _ isInterrupted: () -> Bool
  ) -> UInt64? {
    let begin = Clock.monotonicNanoseconds
    var request = GetRequest()
    request.collection = options.collection
    request.ids = [UUID.zero.bytes]
    request.minXID = xid
    request.waitMilliseconds = 1_000
    while !isInterrupted() {
      do throws(CommandError) {
        _ = try service.call(.get, request, for: GetReply.self)
        return Clock.monotonicNanoseconds - begin
      } catch {
        let waited = Clock.monotonicNanoseconds - begin
        // Not yet visible, or the service is away for a moment; both may pass.
        guard [.exceptions, .unreachable].contains(error.exit), waited < 300_000_000_000 else {
          remark("the rows are stored, and when they are searchable is not known: \(error.message)")
          return nil
        }
        if error.exit == .unreachable { Thread.sleep(milliseconds: 200) }
      }
    }
    return nil
  }

  // MARK: Checking

  /// A dry run: everything is read, mapped and counted, nothing is sent.
  private func check(into report: inout ImportReport) -> CommandError? {
    for path in arguments.operands {
      var file = ImportReport.File(path: path)
      do throws(CommandError) {
        let source = try open(path)
        file.detected = source.detected
        let display = ProgressDisplay(context.console, asJSON: asJSON)
        let rejectPath = rejectPath(of: path)
        let record = record(rejectPath, nil, nil, of: source, display)
        defer { display.clear() }
        let stop = try check(source, record, display, &file.counts)
        let isOver = stop == nil && isOverBudget(file.counts, atEnd: true)
        if record.rejectedCount > 0 { file.rejectPath = rejectPath }
        file.repeatedCount = record.repeatedCount
        try record.close(isComplete: true)
        report.files.append(file)
        report.stopped = Self.word(for: isOver ? .budget : stop)
        let failure = failure(
          isOver ? .budget : stop, source, file.counts, isAtEnd: Self.isAtEnd(source),
          canResume: false)
        if let failure { return failure }
      } catch { return error }
    }
    return nil
  }

  private func check(
    _ source: ImportSource, _ record: ImportRecord, _ display: ProgressDisplay,
    _ counts: inout ImportCounts
  ) throws(CommandError) -> ImportRun.Stop? {
    let begin = Clock.monotonicNanoseconds
    var ledger = ImportLedger()
    var isFirst = true
    while let batch = try source.nextBatch() {
      if isFirst, let entry = batch.entries.first, !asJSON {
        isFirst = false
        remark("the first entry would be:")
        for line in EntryCard.lines(
          entry, columns: context.console.columns - 2, style: context.console.errorStyle)
        { context.console.remark("  " + line) }
      }
      ledger.add(batch)
      if !batch.entries.isEmpty {
        let valid = ImportCounts(skipped: UInt64(batch.entries.count))
        do throws(ImportLedger.Contradiction) {
          try ledger.acknowledge(ImportAck(sequence: batch.sequence, counts: valid))
        } catch { throw CommandError(.failed, error.description) }
      }
      for done in ledger.takeCompleted() { try record.take(done) }
      counts = ledger.counts
      if isOverBudget(counts, atEnd: false) { return .budget }
      display.update(Self.progress(of: source, ledger, since: begin, ImportBottleneck(), ""))
    }
    return nil
  }

  private static func isAtEnd(_ source: ImportSource) -> Bool {
    do throws(CommandError) { return try source.nextBatch() == nil } catch { return false }
  }

  private func isOverBudget(_ counts: ImportCounts, atEnd: Bool) -> Bool {
    options.budget.isExceeded(
      bad: Int(clamping: counts.rejected), total: Int(clamping: ImportReport.rows(counts)),
      isEnd: atEnd)
  }

  // MARK: Files

  private func open(_ path: String) throws(CommandError) -> ImportSource {
    let source = try ImportSource(path: path, options: options)
    let detected = source.detected
    var parts = [detected.format.name, detected.encoding.rawValue]
    if case .csv(let delimiter) = detected.format, delimiter != UInt8(ascii: ","), delimiter != 9 {
      parts[0] += " divided by '\(Character(Unicode.Scalar(delimiter)))'"
    }
    if detected.hadByteOrderMark { parts.append("byte order mark dropped") }
    if detected.isGzip { parts.append("gzip") }
    remark("reading \(source.name): \(parts.joined(separator: ", "))")
    return source
  }

  private func rejectPath(of path: String) -> String {
    arguments.text("reject-file") ?? (path == "-" ? "stdin.rejects.csv" : path + ".rejects.csv")
  }

  /// Where an import of the file notes how far it came; nil for what cannot be read again.
  private func journal(of path: String) throws(CommandError) -> ImportJournal? {
    // Looked at and not opened: opening a FIFO twice would lose what its writer has to say.
    guard path != "-", FileSystem.isPlainFile(path, followingLinks: true) else {
      if options.resumes, FileSystem.exists(path) {
        throw .usage("only a plain file can be resumed", remedy: "save the input to a file first")
      }
      return nil
    }
    guard let directory = StateDirectory.path(context) else {
      if options.resumes {
        throw .usage("there is no home directory to keep journals in", remedy: "set XDG_STATE_HOME")
      }
      return nil
    }
    do throws(IngestError) {
      let target = [address.place] + options.journalTarget(business: address.business)
      return ImportJournal(
        directory: directory + "/imports", key: try ImportJournal.key(path: path, target: target))
    } catch { throw ImportSource.translated(error, path: path) }
  }

  private func earlier(
    of journal: ImportJournal?, _ path: String
  ) throws(CommandError) -> ImportCheckpoint? {
    let found: ImportCheckpoint?
    do throws(IngestError) {
      found = try journal?.load()
    } catch {
      if options.resumes { throw ImportSource.translated(error, path: path) }
      return nil
    }
    let name = ImportSource.name(of: path)
    guard options.resumes else {
      if let found {
        remark(
          "an earlier import of \(name) stopped after line \(Quantity.count(found.line)); "
            + "this one begins anew (--resume goes on)")
      }
      return nil
    }
    if found == nil { remark("no interrupted import of \(name) is known; beginning at its start") }
    return found
  }

  private func remark(_ text: String) {
    if !asJSON { context.console.remark(text) }
  }
}

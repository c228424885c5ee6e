import CommandInterface
import Ingest
import Platform
import RPC

/// What an import was asked to do, whatever file it reads.
struct ImportOptions: Sendable {
  var read = ReadOptions()
  var map = ColumnMap()
  var onConflict = OnConflict.update
  var budget = ErrorBudget.count(100)
  var collection = "knowledge"
  var batchRowLimit = 1000
  var batchByteLimit = 1 << 20
  /// Batches that may wait for their acknowledgement.
  var inFlightLimit = 4
  /// Bytes of such batches from which no further one is sent.
  var inFlightByteLimit = 4 << 20
  /// How long to try to reach a service that went away.
  var retryMilliseconds = 60_000
  var isDryRun = false
  var resumes = false

  /// What names an import besides the file's content: where the rows go and what they become.
  func journalTarget(business: String) -> [String] {
    [
      business, collection, "\(onConflict.rawValue)", read.format?.rawValue ?? "",
      read.delimiter.map { String($0) } ?? "", read.encoding?.rawValue ?? "",
      map.keyColumns.joined(separator: "\u{1F}"), map.defaultType, "\(map.infersTypes)",
      map.targets.sorted { $0.key < $1.key }.map { "\($0.key.text)\u{1F}\($0.value)" }
        .joined(separator: "\u{1E}"),
    ]
  }

  /// Reads the flags of `knowledge import`.
  static func of(_ arguments: Arguments) throws(CommandError) -> ImportOptions {
    var options = ImportOptions()
    options.read.format = arguments.text("format").flatMap(ReadOptions.Format.init(rawValue:))
    options.read.delimiter = try delimiter(arguments.text("delimiter"))
    if let name = arguments.text("encoding") {
      guard let encoding = TextEncoding(name: name) else {
        let known = TextEncoding.allCases.map(\.rawValue).formattedAlternatives
        throw .usage("--encoding must be \(known), not \(quoted(name))")
      }
      options.read.encoding = encoding
    }
    do throws(IngestError) {
      if let map = arguments.text("map") { options.map = try ColumnMap.resolve(map) }
      if let budget = arguments.text("max-errors") {
        options.budget = try ErrorBudget.parse(budget)
      }
    } catch { throw CommandError(.usage, "\(error)") }
    let keys = arguments.list("key")
    if !keys.isEmpty { options.map.keyColumns = keys }
    if let type = arguments.text("type") { options.map.defaultType = type }
    switch arguments.text("on-conflict") {
    case "skip": options.onConflict = .skip
    case "fail": options.onConflict = .fail
    default: options.onConflict = .update
    }
    options.collection = arguments.text("collection") ?? options.collection
    options.map.catalogue = CatalogueKind(rawValue: options.collection)
    do throws(IngestError) { try options.map.checkCatalogue() } catch {
      throw CommandError(.usage, "\(error)")
    }
    options.batchRowLimit = arguments.integer("batch") ?? options.batchRowLimit
    if let seconds = arguments.number("retry") { options.retryMilliseconds = Int(seconds * 1000) }
    options.isDryRun = arguments.isSet("dry-run")
    options.resumes = arguments.isSet("resume")
    if options.resumes, options.onConflict == .fail {
      throw .usage(
        "--resume cannot tell a conflict from a row that the interrupted import wrote",
        remedy: "use --on-conflict skip or update")
    }
    if options.resumes, options.isDryRun {
      throw .usage("--dry-run writes nothing that could be resumed", remedy: "leave one out")
    }
    return options
  }

  private static func delimiter(_ text: String?) throws(CommandError) -> UInt8? {
    guard let text else { return nil }
    let named: [String: UInt8] = ["tab": 0x09, "\\t": 0x09, "space": 0x20]
    if let byte = named[text] { return byte }
    guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80,
      ![0x22, 0x0A, 0x0D].contains(byte)
    else {
      throw .usage("--delimiter must be one character or tab, not \(quoted(text))")
    }
    return byte
  }
}

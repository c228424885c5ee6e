import CommandInterface
import Ingest
import Platform
import RPC

extension CommandTable {
  static let importRows = Command(
    name: "import", summary: "import entries from CSV or JSON files",
    details: """
      Reads CSV, TSV, JSON arrays and JSON Lines, also compressed by gzip; - is standard input. \
      Columns go by their names (title or question, content or answer, category, ...); columns \
      that mean nothing become metadata. Running an import again changes nothing: entries are \
      known by their external id, or by their content. A row replaces its whole entry: fields whose \
      columns are not in the file become empty.

      Rows that cannot be imported go to the reject file with line, column and reason; the import \
      goes on while they are within --max-errors. Acknowledged rows are never lost: an interrupted \
      import goes on with --resume where it stopped.

      It returns when a search finds every row: written, indexed and, with a model that embeds in \
      the background, embedded. --no-wait returns when they are written.

      Exit codes: 0 every row is imported; 1 rows were rejected (and where all of \
      an input were, nothing of it was imported), but no more than --max-errors; 2 wrong usage; \
      3 stopped by --max-errors; 4 the service stayed away; 6 refused; 130 interrupted.
      """,
    operands: Operands("FILE...", 1...1000, completion: .files),
    groups: [
      FlagGroup(
        "",
        [
          CommonFlags.business, CommonFlags.collection,
          Flag(
            "format", .choice(ReadOptions.Format.allCases.map(\.rawValue)), "format of the input",
            fallback: "found out"),
          Flag(
            "delimiter", .text("CHARACTER"), "what divides the columns of CSV, or tab",
            fallback: "found out"),
          Flag(
            "encoding", .text("NAME"),
            "encoding: \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", "))",
            fallback: "utf-8, or by a byte order mark"),
          Flag(
            "map", .file("MAP"),
            "which column fills which field: Frage=title,Antwort=content, or a JSON file"),
          Flag("key", .list("COLUMNS"), "columns that make the external id"),
          Flag("type", .text("NAME"), "type of entries whose rows name none", fallback: "faq"),
          Flag(
            "on-conflict", .choice(["update", "skip", "fail"]),
            "what becomes of rows whose entry exists", fallback: "update"),
          Flag(
            "reject-file", .file("FILE"), "where rejected rows go", fallback: "FILE.rejects.csv"),
          Flag(
            "max-errors", .text("N|P%"), "rejected rows to bear, in rows or per cent, or unlimited",
            fallback: "100"),
          Flag("resume", .none, "go on where an interrupted import of the same file stopped"),
          Flag("dry-run", .none, "read and check everything, send nothing"),
          Flag("batch", .integer("N", 1...10_000), "rows of a batch", fallback: "1000, or 1 MiB"),
          Flag(
            "retry", .number("SECONDS", upTo: 86_400),
            "how long to wait for a service that went away",
            fallback: "60"),
          Flag("no-wait", .none, "return when the rows are written, before they are searchable"),
          CommonFlags.json,
        ]), CommonFlags.service,
    ],
    examples: [
      Example("knowledge import faq.csv --business demo", "Imports a file with a header line."),
      Example(
        "knowledge import products.json.gz --business demo --collection products",
        "Imports a catalogue: price, currency, stock and aliases have columns there."),
      Example(
        "knowledge import fragen.csv --business demo --map Frage=title,Antwort=content --key Nr",
        "Names the columns that the program cannot guess."),
      Example(
        "knowledge import faq.jsonl --business demo --dry-run", "Shows what would be rejected."),
      Example(
        "zstd -dc big.jsonl.zst | knowledge import - --business demo --max-errors 0.1%",
        "Reads a pipe and bears one bad row in a thousand."),
      Example(
        "knowledge import big.csv --business demo --resume", "Goes on after an interruption."),
    ],
    run: { (arguments, context) throws(CommandError) in
      try ImportSession(arguments, context).run()
    })
}

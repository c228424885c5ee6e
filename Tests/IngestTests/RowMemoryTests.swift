import Ingest
import Testing

/// What a row that somebody keeps costs: its own text, whatever came before it.
@Suite struct RowMemoryTests {
  /// All rows of the input, kept, as a batch keeps them.
  private func kept(_ text: String) throws -> [SourceRow] {
    let reader = try RowReader(MemorySource(Array(text.utf8)))
    var rows: [SourceRow] = []
    while let outcome = try reader.next() {
      guard case .row(let row) = outcome else { continue }
      rows.append(row)
    }
    return rows
  }

  @Test(arguments: ["csv", "json", "jsonl"])
  func `a long row leaves nothing to the rows after it`(format: String) throws {
    let long = String(repeating: "x", count: 300_000)
    let short = (1...2_000).map { "row number \($0) of the input" }
    let text =
      switch format {
      case "csv": "id,title\n" + ([long] + short).map { "1,\($0)\n" }.joined()
      case "jsonl": ([long] + short).map { #"{"title":"\#($0)"}"# + "\n" }.joined()
      default:
        "[" + ([long] + short).map { #"{"title":"\#($0)"}"# }.joined(separator: ",\n") + "]"
      }
    let rows = try kept(text)
    #expect(rows.count == 2_001)
    for row in rows.dropFirst() {
      #expect(row.raw.capacity <= 2 * row.raw.count + 64, "line \(row.line)")
    }
    // The reject file shows the beginning of a long row; that much of it is kept, and no more.
    #expect(rows[0].isRawCut)
    #expect(rows[0].raw.capacity <= 2 * RowLimits().rawByteCount)
  }

  @Test func `a row without its values is still told of by its place and text`() throws {
    let row = try #require(try kept("id,title\n7,\"a, b\"\n").first)
    let bare = row.withoutFields
    #expect(bare.fields.isEmpty)
    #expect(bare.fingerprint == row.fingerprint)
    #expect(bare.rejected(.nulCharacter) == row.rejected(.nulCharacter))
  }
}

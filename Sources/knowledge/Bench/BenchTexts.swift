import CommandInterface
import Ingest
import RPC

/// Where a benchmark's queries come from.
enum BenchTexts {
  /// More are not kept: they are asked in turn.
  static let limit = 10_000

  /// The texts of a file: the content or else the title of each row of CSV or JSON, or each line
  /// of a file whose name ends in .txt.
  static func of(file path: String, map: String?) throws(CommandError) -> [String] {
    var texts: [String] = []
    if path.hasSuffix(".txt") {
      do throws(IngestError) {
        let source = try FileSource(path: path)
        var bytes: [UInt8] = []
        while bytes.count < 16 << 20, try source.read(onto: &bytes, limit: 1 << 20) > 0 {}
        texts = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
          .prefix(limit).map(String.init)
      } catch { throw ImportSource.translated(error, path: path) }
    } else {
      var options = ImportOptions()
      if let map {
        do throws(IngestError) { options.map = try ColumnMap.resolve(map) } catch {
          throw CommandError(.usage, "\(error)")
        }
      }
      let source = try ImportSource(path: path, options: options)
      while texts.count < limit, let batch = try source.nextBatch() {
        texts += batch.entries.map(text)
      }
    }
    texts = Array(texts.filter { !$0.isEmpty }.prefix(limit))
    guard !texts.isEmpty else {
      throw .usage("\(quoted(path)) holds no texts to search for")
    }
    return texts
  }

  /// The texts of entries that the collection holds, at most ``limit``.
  static func stored(
    in collection: String, of service: any Service
  ) throws(CommandError) -> [String] {
    var texts: [String] = []
    var isEnough = false
    do throws(CommandError) {
      _ = try service.export(ExportRequest(collection: collection)) {
        (entries) throws(CommandError) in
        texts += entries.map(text)
        isEnough = texts.count >= limit
        if isEnough { throw CommandError(.ok, "enough") }
      }
    } catch { if !isEnough { throw error } }
    texts = Array(texts.filter { !$0.isEmpty }.prefix(limit))
    guard !texts.isEmpty else {
      throw CommandError(
        .exceptions, "the collection holds nothing to search for",
        remedy: "import something first, or name texts with --texts FILE")
    }
    return texts
  }

  private static func text(_ entry: Entry) -> String {
    entry.title.isEmpty ? String(entry.content.prefix(200)) : entry.title
  }
}

import Glibc
import Ingest
import Platform
import Testing

private func withDirectory(_ body: (String) throws -> Void) throws {
  let path = "/tmp/ingest-tests-\(UUID.random())"
  try FileSystem.createDirectories(path)
  defer { try? FileSystem.removeTree(path) }
  try body(path)
}

private func rows(_ reader: RowReader) throws -> [SourceRow] {
  var rows: [SourceRow] = []
  while let outcome = try reader.next() {
    if case .row(let row) = outcome { rows.append(row) }
  }
  return rows
}

private func outcomes(_ reader: RowReader) throws -> [RowOutcome] {
  var found: [RowOutcome] = []
  while let outcome = try reader.next() { found.append(outcome) }
  return found
}

private func place(of outcome: RowOutcome) -> [Int] {
  switch outcome {
  case .row(let row): [row.byteOffset, row.endByteOffset]
  case .bad(let row): [-1, row.endByteOffset]
  }
}

@Suite struct ImportFilesTests {
  @Test func `a reject file reads back with the reader itself`() throws {
    try withDirectory { directory in
      let bad = [
        BadRow(
          line: 3, column: "a,\"b\"", byteOffset: 17, endByteOffset: 20,
          reason: .columnCount(expected: 2, actual: 1),
          raw: Array("x\"y,\nz".utf8), isRawCut: false),
        BadRow(
          line: 9, column: nil, byteOffset: 90, endByteOffset: 92, reason: .invalidText(.utf8),
          raw: [0x41, 0xFF],
          isRawCut: true),
      ]
      for name in ["r.csv", "r.jsonl"] {
        let path = "\(directory)/\(name)"
        try FileSystem.replace(path, with: Array("from an earlier run".utf8))
        var writer = RejectWriter(path: path)
        for row in bad { try writer.write(row) }
        #expect(writer.count == 2)
        try writer.finish()
        let found = try rows(RowReader(FileSource(path: path)))
        #expect(found.count == 2)
        for (row, original) in zip(found, bad) {
          let line = row["line"]?.int ?? Int(row["line"]?.string ?? "")
          #expect(line == original.line)
          #expect((row["column"]?.string ?? "") == original.column ?? "")
          #expect(row["reason"]?.string == original.reason.description)
        }
        #expect(found[0]["original"]?.string == "x\"y,\nz")
        #expect(found[1]["original"]?.string == "A\u{FFFD}…")
        // A run that is killed after its checkpoint leaves more than the checkpoint knows.
        let kept = writer.byteCount
        #expect(try FileSystem.byteCount(of: path) == kept)
        for _ in 0..<2 {
          var more = RejectWriter(path: path, continuedAt: kept)
          #expect(more.byteCount == kept)
          try more.write(bad[0])
          try more.flush()
          #expect(try FileSystem.byteCount(of: path) == more.byteCount)
          #expect(try rows(RowReader(FileSource(path: path))).count == 3)
        }
        var back = RejectWriter(path: path, continuedAt: kept)
        try back.finish()
        #expect(try FileSystem.byteCount(of: path) == kept)
        var gone = RejectWriter(path: path, continuedAt: 0)
        try gone.write(bad[1])
        try gone.finish()
        #expect(try rows(RowReader(FileSource(path: path))).count == 1)
        var none = RejectWriter(path: path)
        try none.finish()
        #expect(!FileSystem.exists(path))
      }
      var refused = RejectWriter(path: "\(directory)/missing/r.csv")
      #expect(throws: IngestError.self) { try refused.write(bad[0]) }
    }
  }

  @Test func `budgets count rows or per cent`() throws {
    #expect(try ErrorBudget.parse("3") == .count(3))
    #expect(try ErrorBudget.parse("0.5%") == .percentage(0.5))
    #expect(try ErrorBudget.parse("unlimited") == .unlimited)
    for text in ["", "-1", "x", "101%", "%", "nan%"] {
      #expect(throws: IngestError.badErrorBudget(text)) { try ErrorBudget.parse(text) }
    }
    #expect(!ErrorBudget.count(3).isExceeded(bad: 3, total: 3))
    #expect(ErrorBudget.count(3).isExceeded(bad: 4, total: 1_000))
    #expect(!ErrorBudget.percentage(1).isExceeded(bad: 5, total: 10))
    #expect(ErrorBudget.percentage(1).isExceeded(bad: 5, total: 10, isEnd: true))
    #expect(!ErrorBudget.percentage(1).isExceeded(bad: 10, total: 1_000))
    #expect(ErrorBudget.percentage(1).isExceeded(bad: 11, total: 1_000))
    #expect(!ErrorBudget.unlimited.isExceeded(bad: .max, total: 1))
    #expect(ErrorBudget.percentage(0).isExceeded(bad: 1, total: 1, isEnd: true))
  }

  @Test func `an import resumes after the last acknowledged row, wherever it stopped`() throws {
    try withDirectory { directory in
      let texts = [
        "id,title\n1,a\n2,\"b\nb\"\nbad\n3,c\r\n4,d", "{\"id\":1}\n{x}\n{\"id\":2}\n{\"id\":3}",
        "[{\"id\":1},\n{\"id\":2},3,{\"id\":3}]",
      ]
      for text in texts {
        let all = try outcomes(RowReader(MemorySource(Array(text.utf8))))
        for count in all.indices {
          let journal = ImportJournal(directory: directory + "/journals", key: "k")
          let place =
            switch all[count] {
            case .row(let row):
              ImportCheckpoint(after: row, acknowledged: count, rejected: 1, rejectByteCount: 7)
            case .bad(let row):
              ImportCheckpoint(after: row, acknowledged: count, rejected: 1, rejectByteCount: 7)
            }
          try journal.save(place)
          let checkpoint = try #require(try journal.load())
          #expect(checkpoint == place)
          let reader = try RowReader(MemorySource(Array(text.utf8), pieceByteCount: 3))
          try reader.skip(past: checkpoint)
          #expect(try outcomes(reader).map(place(of:)) == all[(count + 1)...].map(place(of:)))
          // A good row that the mapping refused is found again as what it was read as.
          if case .row(let row) = all[count] {
            let refused = ImportCheckpoint(
              after: row.rejected(.nulCharacter), acknowledged: 0, rejected: 1, rejectByteCount: 0)
            #expect(refused.rowFingerprint == place.rowFingerprint)
            #expect(refused.endByteOffset == place.endByteOffset)
          }
          // Another content of the same length at the place must not pass for it.
          let changed = text.replacing("1", with: "7").replacing("2", with: "8")
            .replacing("3", with: "9").replacing("4", with: "6")
          let other = try RowReader(MemorySource(Array(changed.utf8)))
          if case .row = all[count] {
            #expect(throws: IngestError.self) { try other.skip(past: checkpoint) }
          }
          try journal.remove()
          #expect(try journal.load() == nil)
        }
      }
    }
  }

  @Test func `a journal belongs to one content and one target, and damage is told`() throws {
    try withDirectory { directory in
      let path = directory + "/in.csv"
      try FileSystem.replace(path, with: Array("a\n1\n".utf8))
      let key = try ImportJournal.key(path: path, target: ["demo", "knowledge"])
      #expect(key.utf8.count == 64)
      #expect(try ImportJournal.key(path: path, target: ["demo", "knowledge"]) == key)
      #expect(try ImportJournal.key(path: path, target: ["demoknowledge", ""]) != key)
      try FileSystem.replace(path, with: Array("a\n2\n".utf8))
      #expect(try ImportJournal.key(path: path, target: ["demo", "knowledge"]) != key)
      let journal = ImportJournal(directory: directory, key: key)
      #expect(try journal.load() == nil)
      for text in ["", "{}", "{\"version\":2}", "{\"version\":1,\"line\":-1}"] {
        try FileSystem.replace(journal.path, with: Array(text.utf8))
        #expect(throws: IngestError.self) { try journal.load() }
      }
      #expect(throws: IngestError.self) { try FileSource(path: directory) }
      #expect(throws: IngestError.self) { try FileSource(path: directory + "/none") }
    }
  }
}

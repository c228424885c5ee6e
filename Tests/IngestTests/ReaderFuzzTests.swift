import Glibc
import Ingest
import Platform
import Testing

private let isLong = getenv("KNOWLEDGE_LONG") != nil

/// An endless supply of one byte between a head and a tail.
private final class LongFieldSource: ByteSource {
  private var parts: [(bytes: [UInt8], times: Int)]
  private(set) var inputBytesRead = 0

  init(head: String, fill: UInt8, megabytes: Int, tail: String) {
    parts = [
      (Array(head.utf8), 1), (.init(repeating: fill, count: 1 << 16), megabytes * 16),
      (Array(tail.utf8), 1),
    ]
  }

  func read(onto buffer: inout [UInt8], limit: Int) throws(IngestError) -> Int {
    guard let part = parts.first else { return 0 }
    parts[0].times -= 1
    if part.times == 1 { parts.removeFirst() }
    buffer.append(contentsOf: part.bytes)
    inputBytesRead += part.bytes.count
    return part.bytes.count
  }
}

private func residentMegabytes() -> Int {
  let text = String(decoding: (try? FileSystem.statm()) ?? [], as: UTF8.self)
  return (Int(text.split(separator: " ").dropFirst().first ?? "0") ?? 0) * 4 / 1024
}

extension FileSystem {
  /// `/proc` files say that they are empty, so they are read by their content.
  fileprivate static func statm() throws -> [UInt8] {
    let file = try File(path: "/proc/self/statm", mode: .read)
    var bytes = [UInt8](repeating: 0, count: 200)
    let count = try file.read(into: &bytes, at: 0)
    return Array(bytes[..<count])
  }
}

@Suite(.serialized) struct ReaderFuzzTests {
  private static let samples: [[UInt8]] = [
    "id,title,text\n1,\"a \"\"b\"\" c\",\"line\r\nline\"\n2,é😀,\n\n3,x,y\n",
    "a;b\r\n\"1;2\";3\r\n4;\"\"\r\n",
    "[{\"id\":1,\"t\":\"x\\n\\u00e9 ],}\"},\n {\"id\":2,\"l\":[1,{\"z\":null}]} , {}]",
    "{\"id\":1,\"t\":\"a\"}\n{\"id\":2,\"m\":{\"k\":[true,false]}}\r\n\n{\"id\":-0.5e3}\n",
    "\u{FEFF}name|n\nß|1\n|2\n",
  ].map { Array($0.utf8) }

  @Test func `every way of cutting the input into pieces gives the same rows`() {
    for sample in Self.samples {
      let whole = read(sample)
      #expect(whole.contains { $0.cells != nil })
      for piece in 1...sample.count {
        #expect(read(sample, piece: piece) == whole, "pieces of \(piece)")
      }
    }
  }

  /// A guess at the encoding must not depend on what the first read happened to give.
  @Test(arguments: [
    "{\"i\0\":1}\n{\"t\":\"a\"}\n", "ab\n" + String(repeating: "c\0", count: 40),
    "i\0d\0\n\0a\0\n\0", "\0i\0d\0\n\0a\0\n", "id\n\0\0\0\0\0\0\0\0\0\0",
  ])
  func `zero bytes mean the same however the input is cut`(text: String) {
    let whole = read(text)
    for piece in 1...text.utf8.count { #expect(read(text, piece: piece) == whole, "\(piece)") }
  }

  @Test func `damaged inputs never trap, and pieces never matter`() {
    let seed = UInt64(20_261_121)
    let runs = isLong ? 1_000_000 : 20_000
    print("reader mutation seed \(seed), \(runs) runs")
    var generator = SeededGenerator(seed: seed)
    let salt = Array("\"\"\",;\n\r\t|\\{}[]:0e-.\u{0}".utf8) + [0xFF, 0xC3, 0xED, 0x80, 0xFE, 0x1F]
    var rows = 0
    var bad = 0
    for run in 0..<runs {
      var bytes = Self.samples[run % Self.samples.count]
      for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(salt.randomElement(using: &generator)!, at: place)
        case 3: bytes.removeLast(bytes.count - place)
        default: bytes.insert(contentsOf: bytes[place...].prefix(12), at: place)
        }
      }
      var options = ReadOptions()
      options.limits.fieldByteCount = 24
      options.limits.rowByteCount = 48
      options.limits.rawByteCount = 20
      options.limits.columnCount = 4
      let whole = read(bytes, options: options)
      let pieces = read(
        bytes, options: options, piece: Int.random(in: 1...3, using: &generator))
      #expect(pieces == whole, "\(bytes)")
      rows += whole.count { $0.cells != nil }
      bad += whole.count { $0.bad != nil }
    }
    #expect(rows > runs / 2 && bad > runs / 10)
  }

  @Test func `any table written as CSV reads back the same`() {
    let seed = UInt64(5)
    print("CSV table seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("ab,;\"\n\r é😀\t|")
    for _ in 0..<2_000 {
      let columns = Int.random(in: 2...5, using: &generator)
      let table = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
        (0..<columns).map { _ in
          String(
            (0..<Int.random(in: 0...6, using: &generator)).map { _ in
              alphabet.randomElement(using: &generator)!
            })
        }
      }
      let end = ["\n", "\r\n", "\r"].randomElement(using: &generator)!
      var text = (0..<columns).map { "c\($0)" }.joined(separator: ",") + end
      for row in table {
        let cells = row.map { cell in
          let plain = !cell.contains { ",\"\n\r\r\n".contains($0) }
          return plain && Bool.random(using: &generator)
            ? cell : "\"\(cell.replacing("\"", with: "\"\""))\""
        }
        text += cells.joined(separator: ",") + end
      }
      var options = ReadOptions()
      options.delimiter = UInt8(ascii: ",")
      let found = read(text, options: options, piece: Int.random(in: 1...9, using: &generator))
      let expected = table.map { row in row.enumerated().map { "c\($0.offset)=\($0.element)" } }
      #expect(found.compactMap(\.cells) == expected, "\(text.debugDescription)")
      #expect(found.count == table.count)
    }
  }

  @Test(arguments: [
    ("a,b\n1,\"", "\",3\nok,ok\n", "csv"), ("a,b\n1,", ",3\nok,ok\n", "csv"),
    ("{\"a\":\"", "\"}\n{\"a\":1}\n", "jsonl"), ("[{\"a\":\"", "\"},{\"a\":1}]", "json"),
  ])
  func `a huge field costs no memory and one bad row`(head: String, tail: String, name: String)
    throws
  {
    let megabytes = isLong ? 1_024 : 64
    let source = LongFieldSource(head: head, fill: 0x78, megabytes: megabytes, tail: tail)
    let before = residentMegabytes()
    let reader = try RowReader(source)
    #expect(reader.detected.format.name == name)
    guard case .bad(let bad) = try reader.next() else {
      Issue.record("the huge field was accepted")
      return
    }
    #expect(
      bad.reason == .fieldTooLarge(limit: 1 << 20) || bad.reason == .rowTooLarge(limit: 16 << 20))
    #expect(bad.isRawCut && bad.raw.count == 64 << 10)
    guard case .row(let row) = try reader.next() else {
      Issue.record("the row after the huge one was lost")
      return
    }
    #expect(row.byteOffset > megabytes << 20)
    #expect(residentMegabytes() - before < 48)
    if let more = try reader.next() { Issue.record("more rows: \(more)") }
  }
}

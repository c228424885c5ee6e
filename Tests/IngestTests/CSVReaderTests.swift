import Ingest
import Platform
import Testing

@Suite struct CSVReaderTests {
  @Test func `quoted fields hold delimiters, line ends and doubled quotes`() {
    let found = read("a,b\r\n\"x,\"\"1\"\"\",\"two\r\nlines\"\r\nplain \"q\" ,\r\n")
    #expect(found.map(\.cells) == [["a=x,\"1\"", "b=two\r\nlines"], ["a=plain \"q\" ", "b="]])
    guard case .row(let line, let start, let end, _) = found[1] else { return }
    #expect(line == 4)
    #expect(start == 29 && end == 41)
  }

  @Test func `lines end with LF, CRLF or CR, and the last needs no end`() {
    for end in ["\n", "\r\n", "\r"] {
      for last in ["", end] {
        let found = read("a,b\(end)1,2\(end)\(end)3,4\(last)")
        #expect(found.map(\.cells) == [["a=1", "b=2"], ["a=3", "b=4"]])
        guard case .row(4, _, _, _) = found[1] else {
          Issue.record("line of \(found[1])")
          continue
        }
      }
    }
    #expect(read("a,b\n1,").map(\.cells) == [["a=1", "b="]])
    #expect(read("a\n\"\"\n").map(\.cells) == [["a="]])
  }

  @Test func `a ragged row names its line and both counts, and the rest is read`() {
    let found = read("a,b\n1,2\n1,2,3\n\n7\n5,6\n")
    #expect(found.count == 4)
    #expect(found[1].bad?.line == 3)
    #expect(found[1].bad?.reason == .columnCount(expected: 2, actual: 3))
    #expect(found[1].bad.map { String(decoding: $0.raw, as: UTF8.self) } == "1,2,3")
    #expect(found[1].bad?.byteOffset == 8)
    #expect(found[2].bad?.line == 5)
    #expect(found[2].bad?.reason == .columnCount(expected: 2, actual: 1))
    #expect(found[3].cells == ["a=5", "b=6"])
    #expect(
      found[1].bad?.description == "line 3 (byte 8): 3 columns, and the header has 2; "
        + "check its quotes, and --delimiter")
  }

  @Test func `text after a closing quote is a bad row, an open quote ends with the input`() {
    let found = read("a,b\n\"x\"y,1\n2,3\n\"open,4\n5,6\n")
    #expect(found.count == 3)
    #expect(found[0].bad?.reason == .textAfterQuote)
    #expect(found[0].bad?.column == "a")
    #expect(found[1].cells == ["a=2", "b=3"])
    #expect(found[2] == .stopped(.cutOff(line: 4, reason: .unterminatedQuote)))
    // The line is the quote's, not the row's, also in a row that has another fault.
    for text in ["a,b\n\"1\n2\",\"x\ny\n", "a,b\n\"1\"\n3\"4\",\"x\ny\n"] {
      #expect(read(text).last == .stopped(.cutOff(line: 3, reason: .unterminatedQuote)))
    }
    #expect(
      read("a,b\n\"1\"2,\"x\ny\n").last
        == .stopped(.cutOff(line: 2, reason: .unterminatedQuote)))
  }

  @Test func `bad bytes name their column and offset`() {
    let found = read(
      Array("a,b\n1,\"q\"\"".utf8) + [0xC3, 0x28] + Array("\"\n2,x\u{0}y\n3,ok\n".utf8))
    #expect(found.count == 3)
    #expect(found[0].bad?.reason == .invalidText(.utf8))
    #expect(found[0].bad?.column == "b")
    #expect(found[0].bad?.byteOffset == 10)
    #expect(found[1].bad?.reason == .nulCharacter)
    #expect(found[1].bad?.byteOffset == 17)
    #expect(found[2].cells == ["a=3", "b=ok"])
  }

  @Test func `headers are trimmed, named when empty, and must differ`() {
    #expect(read(" a ,,c\n1,2,3\n").map(\.cells) == [["a=1", "column_2=2", "c=3"]])
    #expect(
      read("a,b,a\n1,2,3\n") == [.stopped(.duplicateColumn(name: "a", first: 1, second: 3))])
    #expect(read("") == [.stopped(.emptyInput)])
    #expect(read(" \n\n") == [.stopped(.emptyInput)])
    #expect(read("\"a\"x,b\n1,2\n") == [.stopped(.badHeader(reason: .textAfterQuote))])
    #expect(read("\n\na\n1\n").map(\.cells) == [["a=1"]])
  }

  @Test func `the delimiter is found out`() {
    for delimiter in [",", ";", "\t", "|"] {
      // The comma of the prices must not win over a delimiter that fits every line.
      let price = delimiter == "," ? "1.5" : "1,5"
      let found = read(
        ["name,price,note", "Boot,\(price),\"a\(delimiter)b\"", "x,\(price),"]
          .map { line in
            line.replacing(",", with: delimiter).replacing("1\(delimiter)5", with: price)
          }
          .joined(separator: "\n"))
      #expect(found.allSatisfy { $0.cells?.count == 3 }, "\(delimiter) \(found)")
    }
    var options = ReadOptions()
    options.delimiter = UInt8(ascii: "~")
    #expect(read("a~b\n1,2~3\n", options: options).map(\.cells) == [["a=1,2", "b=3"]])
  }

  @Test func `what exceeds a limit is a bad row, and the next is read`() {
    var options = ReadOptions()
    options.limits.fieldByteCount = 10
    options.limits.rowByteCount = 25
    options.limits.columnCount = 3
    options.limits.rawByteCount = 8
    let long = String(repeating: "x", count: 11)
    let nine = String(repeating: "y", count: 9)
    let found = read(
      "a,b,c\n1,\(long),2\n\(nine),\(nine),\(nine)\n1,2,3,4\n\"\(long)\n\",1,2\nok,ok,ok\n",
      options: options)
    #expect(found.count == 5)
    #expect(found[0].bad?.reason == .fieldTooLarge(limit: 10))
    #expect(found[0].bad?.column == "b")
    #expect(found[0].bad?.isRawCut == true)
    #expect(found[0].bad?.raw.count == 8)
    #expect(found[1].bad?.reason == .rowTooLarge(limit: 25))
    #expect(found[2].bad?.reason == .tooManyColumns(limit: 3))
    #expect(found[3].bad?.reason == .fieldTooLarge(limit: 10))
    #expect(found[3].bad?.line == 5)
    #expect(found[4].cells == ["a=ok", "b=ok", "c=ok"])
    if case .row(let line, _, _, _) = found[4] { #expect(line == 7) }
  }

  @Test func `a quote that is never closed is told of, however much follows it`() {
    var options = ReadOptions()
    options.limits.fieldByteCount = 10
    let found = read("a,b\n1,2\n3,\"" + String(repeating: "x,\n", count: 100), options: options)
    #expect(found.count == 2)
    #expect(found[1] == .stopped(.cutOff(line: 3, reason: .unterminatedQuote)))
  }
}

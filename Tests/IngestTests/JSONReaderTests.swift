import Ingest
import Platform
import Testing

@Suite struct JSONReaderTests {
  @Test func `an array gives its elements, whatever the white space`() {
    let found = read(" [ {\"a\": 1, \"b\": \"],[\\\"\"} ,\n {\"a\":[1,{\"x\":2}]}\n]\n ")
    #expect(found.map(\.cells) == [["a=1", "b=],[\""], ["a=[1,{\"x\":2}]"]])
    guard case .row(let line, let start, let end, _) = found[1] else { return }
    #expect(line == 2)
    #expect(start == 29 && end == 47)
    #expect(read("[]") == [])
    #expect(read(" [\n] ") == [])
  }

  @Test func `a bad element is one bad row with its place in the file`() {
    let found = read("[{\"a\":1},\n  {\"a\":\n   tru},\n  7, {\"a\":2}]")
    #expect(found.count == 4)
    #expect(found[0].cells == ["a=1"])
    #expect(found[1].bad?.line == 3)
    #expect(
      found[1].bad?.reason
        == .json(.unexpectedByte(UInt8(ascii: "}"), expected: "\"true\""), textColumn: 7))
    #expect(found[1].bad?.byteOffset == 24)
    #expect(found[2].bad?.reason == .notAnObject(kind: "number"))
    #expect(found[2].bad?.line == 4)
    #expect(found[3].cells == ["a=2"])
    let first = read("[ {\"é\": x}]")
    #expect(
      first[0].bad?.reason
        == .json(.unexpectedByte(UInt8(ascii: "x"), expected: "a value"), textColumn: 9))
  }

  @Test func `faults of the array itself are told`() {
    #expect(read("[{\"a\":1},]").last?.bad?.reason == .missingElement)
    #expect(read("[,{\"a\":1}]").map { $0.bad?.reason } == [.missingElement, nil])
    let cut = Found.stopped(.cutOff(line: 1, reason: .arrayNotClosed))
    for text in ["[{\"a\":1}", "[{\"a\":1},", "[{\"a\":1},{\"a\"", "[{\"a\":1},{\"a\":\"x"] {
      let found = read(text)
      #expect(found.count == 2 && found[0].cells == ["a=1"] && found[1] == cut, "\(text)")
    }
    #expect(read("[{\"a\":1}] x").map { $0.bad?.reason } == [nil, .afterArray])
    #expect(read("[") == [cut])
    #expect(
      read("{\"a\":1}", options: forced(.json)) == [.stopped(.notAJSONArray(byte: 0x7B))])
    // A string that is not closed swallows the rest.
    #expect(read("[{\"a\":\"b,{\"c\":1}]") == [cut])
  }

  @Test func `a last line that is cut is the input's end, not a bad row`() {
    let whole = "{\"a\":1}\n"
    let last = "{\"é\":\"x\\u00e9\",\"b\":[true,-1.5e3,{\"c\":null}]}"
    #expect(read(whole + last).count == 2)
    let bytes = Array(last.utf8)
    for count in 1..<bytes.count {
      let found = read(Array(whole.utf8) + bytes[..<count])
      #expect(found.count == 2 && found[0].cells == ["a=1"], "cut at \(count)")
      guard case .stopped(.cutOff(line: 2, _)) = found.last else {
        Issue.record("cut at \(count): \(found)")
        continue
      }
      // With its line end it is a bad row, and what follows is read.
      let ended = read(Array(whole.utf8) + bytes[..<count] + Array("\n{\"d\":4}\n".utf8))
      #expect(ended.count == 3 && ended[1].bad?.line == 2 && ended[2].cells == ["d=4"])
    }
    // Whole but wrong is a bad row, wherever it stands.
    for text in ["{\"a\": x}", "7", "{\"a\":1}}", "{\"a\":1} 2", "tru"] {
      #expect(read(whole + text).last?.bad?.line == 2, "\(text)")
    }
  }

  @Test func `JSON Lines keeps absolute lines and goes on after a bad one`() {
    let found = read(
      "{\"a\":1}\r\n\n{\"a\":\n[1]\n  {\"b\":null}  \n{\"a\":\"x\\u0000\"}\n{\"c\":3}")
    #expect(found.count == 6)
    #expect(found[0].cells == ["a=1"])
    #expect(found[1].bad?.line == 3)
    #expect(found[1].bad?.reason == .json(.unexpectedEnd(expected: "a value"), textColumn: 6))
    #expect(found[2].bad?.reason == .notAnObject(kind: "array"))
    #expect(found[3].cells == ["b=null"])
    #expect(found[4].bad?.reason == .nulCharacter)
    #expect(found[4].bad?.column == "a")
    guard case .row(let line, let start, let end, _) = found[5] else { return }
    #expect(line == 7)
    #expect(start == 51 && end == 58)
  }

  @Test func `limits hold for fields, rows and members`() {
    var options = ReadOptions()
    options.limits.fieldByteCount = 8
    options.limits.rowByteCount = 40
    options.limits.columnCount = 2
    options.limits.rawByteCount = 16
    let rows = [
      "{\"a\":\"123456789\"}", "{\"a\":\"\(String(repeating: "x", count: 60))\"}",
      "{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":\"12345678\"}",
    ]
    for text in [rows.joined(separator: "\n"), "[" + rows.joined(separator: ",") + "]"] {
      let found = read(text, options: options)
      #expect(
        found.map { $0.bad?.reason } == [
          .fieldTooLarge(limit: 8), .rowTooLarge(limit: 40), .tooManyColumns(limit: 2), nil,
        ])
      #expect(found[1].bad?.isRawCut == true)
      #expect(found[1].bad?.raw.count == 16)
    }
  }
}

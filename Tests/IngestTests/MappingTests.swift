import Ingest
import Platform
import Testing

private func entries(
  _ text: String, map: ColumnMap = ColumnMap()
) throws -> [Result<MappedEntry, BadRow>] {
  let reader = try RowReader(MemorySource(Array(text.utf8)))
  var mapper = EntryMapper(map: map)
  var results: [Result<MappedEntry, BadRow>] = []
  while case .row(let row)? = try reader.next() {
    do { results.append(.success(try mapper.entry(from: row))) } catch {
      results.append(.failure(error))
    }
  }
  return results
}

private func metadata(_ entry: MappedEntry) -> String {
  String(decoding: entry.metadataJSON, as: UTF8.self)
}

@Suite struct MappingTests {
  @Test(arguments: [("caf\u{E9}", "cafe\u{301}"), ("\u{AC00}", "\u{1100}\u{1161}")])
  func `names that only look the same are different columns, keys and words`(
    one: String, other: String
  ) throws {
    for input in [
      "title,\(one),\(other),tags\nt,1,2,\(one);\(other)\n",
      #"{"title": "t", "\#(one)": 1, "\#(other)": 2, "tags": ["\#(one)", "\#(other)"]}"#,
    ] {
      let entry = try entries(input)[0].get()
      #expect(entry.metadataJSON == Array(#"{"\#(one)":1,"\#(other)":2}"#.utf8))
      #expect(entry.tags.map { Array($0.utf8) } == [one, other].map { Array($0.utf8) })
    }
    let map = try ColumnMap.parse("\(one)=title,\(other)=content")
    let entry = try entries("\(other),\(one)\nc,t\n", map: map)[0].get()
    #expect(entry.title == "t" && entry.content == "c")
    #expect(throws: IngestError.self) { try map.check(against: [one]) }
    let keyed = try entries(
      "title,\(one),\(other)\nt,1,2\n", map: ColumnMap(keyColumns: [other]))[0].get()
    #expect(keyed.externalID == "2")
    #expect(keyed.metadataJSON == Array(#"{"\#(one)":1}"#.utf8))
  }

  @Test func `columns go by their names, and the rest becomes typed metadata`() throws {
    let entry = try entries(
      """
      SKU,Question,Answer,Keywords,tags,Category,Priority,Lang,Active,price,code,stock,note,flag
      R-1,How? ,You can.,"a; b;a",x|y,Returns,5,de_AT,no,12.50,007,-3,,true

      """)[0].get()
    #expect(entry.externalID == "R-1")
    #expect(entry.title == "How?")
    #expect(entry.content == "You can.")
    #expect(entry.keywords == ["a", "b"])
    #expect(entry.tags == ["x", "y"])
    #expect(entry.category == "Returns")
    #expect(entry.priority == 5)
    #expect(entry.language == "de-AT")
    #expect(!entry.isActive)
    #expect(entry.entryType == "faq")
    #expect(metadata(entry) == #"{"price":12.50,"code":"007","stock":-3,"flag":true}"#)
  }

  @Test func `JSON values keep their types`() throws {
    let entry = try entries(
      #"{"id": 17, "name": "Boot", "description": ["a", "b"], "aliases": ["boots"], "price": 9.5, "#
        + #""sizes": [40, 41], "active": true, "metadata": {"x": 1, "price": 1}, "none": null}"#
    )[0].get()
    #expect(entry.externalID == "17")
    #expect(entry.title == "Boot")
    #expect(entry.content == "a\nb")
    #expect(entry.keywords == ["boots"])
    #expect(metadata(entry) == #"{"sizes":[40,41],"x":1,"price":1,"none":null}"#)
  }

  @Test func `of several columns for one field the best known name wins`() throws {
    let found = try entries(
      "description,title,name,content\nd,t,n,c\n")[0].get()
    #expect(found.title == "t" && found.content == "c")
    #expect(metadata(found) == #"{"description":"d","name":"n"}"#)
    let map = try ColumnMap.parse("name=title, title=-,description=content,content=content")
    let mapped = try entries("description,title,name,content\nd,t,n,c\n", map: map)[0].get()
    #expect(mapped.title == "n" && mapped.content == "d\nc")
    #expect(metadata(mapped) == "{}")
  }

  @Test func `every fault of a row is told with its column`() throws {
    let found = try entries("title,priority,active,language\nx,high,perhaps,english!\n,,,\n")
    guard case .failure(let first) = found[0], case .failure(let second) = found[1] else {
      Issue.record("bad rows were accepted: \(found)")
      return
    }
    guard case .fields(let faults) = first.reason else { return }
    #expect(faults.map(\.column) == ["priority", "active", "language"])
    #expect(first.line == 2 && first.column == "priority")
    #expect("\(first.reason)".contains("must be true, yes or 1"))
    #expect(second.line == 3)
    #expect("\(second.reason)" == "the row has neither title nor content")
    // Each column is named once.
    #expect(
      "\(first)" == """
        line 2 (byte 31): column "priority": must be an integer within ±2147483647; \
        column "active": must be true, yes or 1, false, no or 0, or empty; if it is no such flag, \
        map another column to active, or this one to - (left out); \
        column "language": must be a language tag such as en or pt-BR
        """)
    let alone = try entries("title,Rang\nx,high\n", map: try ColumnMap.parse("Rang=priority"))[0]
    guard case .failure(let bad) = alone else { return }
    #expect(
      "\(bad)" == """
        line 2, column "Rang" (byte 11): must be an integer within ±2147483647 \
        (it gives the priority)
        """)
  }

  @Test func `a key of several columns cannot collide`() throws {
    let map = ColumnMap(keyColumns: ["shop", "nr"])
    let found = try entries("shop,nr,id,title\na:b,c,1,t\na,b:c,2,t\na,,3,t\n", map: map)
    let first = try found[0].get()
    let second = try found[1].get()
    #expect(first.externalID == #"a\:b:c"#)
    #expect(second.externalID == #"a:b\:c"#)
    #expect(metadata(first) == #"{"shop":"a:b","nr":"c","id":1}"#)
    #expect(throws: BadRow.self) { try found[2].get() }
    let one = ColumnMap(keyColumns: ["nr"])
    #expect(try entries("nr,title\na:b,t\n", map: one)[0].get().externalID == "a:b")
  }

  @Test func `map files and arguments are checked`() throws {
    let map = try ColumnMap.parse(
      file: Array(
        #"{"columns": {"Frage": "title", "Preis": "metadata.price"}, "key": ["Nr"], "type": "produkt", "infer_types": false}"#
          .utf8))
    #expect(map.targets == ["Frage": .field(.title), "Preis": .metadata(key: "price")])
    #expect(map.keyColumns == ["Nr"] && map.defaultType == "produkt" && !map.infersTypes)
    let entry = try entries("Nr,Frage,Preis\n1,F,2\n", map: map)[0].get()
    #expect(entry.externalID == "1")
    #expect(metadata(entry) == #"{"price":"2"}"#)
    #expect(entry.entryType == "produkt")
    #expect(
      try ColumnMap.parse(file: Array(#"{"a": "title", "b": "text"}"#.utf8)).targets
        == ["a": .field(.title), "b": .field(.content)])
    for text in ["a", "=title", "a=nonsense", "a=title,b=title", "a=title,a=content", "a=title,"] {
      #expect(throws: IngestError.self) { try ColumnMap.parse(text) }
    }
    for text in ["[]", "{\"columns\": 1}", "{\"keys\": []}", "{\"columns\": {\"a\": 1}}", "x"] {
      #expect(throws: IngestError.self) { try ColumnMap.parse(file: Array(text.utf8)) }
    }
    #expect(throws: IngestError.unknownColumn(name: "Preis", available: ["Frage", "Nr"])) {
      try map.check(against: ["Frage", "Nr"])
    }
    #expect(throws: IngestError.self) { try ColumnMap.resolve("/nonexistent/map.json") }
    #expect(try ColumnMap.resolve("x=title").targets == ["x": .field(.title)])
  }
}

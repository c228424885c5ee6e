import Ingest
import Platform
import Testing

private func entries(
  _ text: String, _ kind: CatalogueKind = .products, map: String? = nil
) throws -> [Result<MappedEntry, BadRow>] {
  var columns = try map.map { try ColumnMap.parse($0) } ?? ColumnMap()
  columns.catalogue = kind
  try columns.checkCatalogue()
  let reader = try RowReader(MemorySource(Array(text.utf8)))
  var mapper = EntryMapper(map: columns)
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

/// Rows that become products and services.
@Suite struct CatalogueMappingTests {
  @Test func `columns of the catalogue are known by their names, and the rest are attributes`()
    throws
  {
    let entry = try entries(
      """
      SKU,Name,Description,Aliases,Price,Currency,Qty,image_url,attributes,Colour,list_price
      B-1,Boot,Warm.,"fjell;stiefel","12,50",eur, 7 ,https://x.test/b.jpg,size: 41; wide=true,red,15

      """)[0].get()
    #expect(entry.externalID == "B-1" && entry.title == "Boot" && entry.content == "Warm.")
    #expect(entry.keywords == ["fjell", "stiefel"])
    let found = try JSON.parse(entry.metadataJSON)
    #expect(found["price"]?.numberText == "12.50" && found["currency"]?.string == "EUR")
    #expect(found["stock"]?.int == 7 && found["image"]?.string == "https://x.test/b.jpg")
    #expect(found["size"]?.int == 41 && found["wide"]?.bool == true)
    #expect(found["Colour"]?.string == "red")
    // Of two columns for one field the best known name gives it, and the other stays.
    #expect(found["list_price"]?.int == 15)
    #expect(found.object?.count == 8)
  }

  @Test func `a service has other columns, and a name that it lacks is an attribute`() throws {
    let entry = try entries(
      "name,duration,bookable,stock,price\nSki fitting,45,no,3,\n", .services)[0].get()
    #expect(metadata(entry) == #"{"duration_minutes":45,"available":false,"stock":3}"#)
    let product = try entries("name,duration\nBoot,45\n")[0].get()
    #expect(metadata(product) == #"{"duration":45}"#)
  }

  @Test(arguments: [
    ("12", "12"), ("0", "0"), ("007.5", "7.5"), ("12.5", "12.5"), ("12,5", "12.5"),
    ("1.299", "1.299"), ("99999999999999.9999", "99999999999999.9999"), ("  3 ", "3"),
  ])
  func `a price is a number`(text: String, number: String) throws {
    let entry = try entries("name,price\nx,\"\(text)\"\n")[0].get()
    #expect(metadata(entry) == #"{"price":\#(number)}"#)
  }

  @Test(arguments: [
    ("12.50 €", "EUR"), ("€12.50", "EUR"), ("£ 12.50", "GBP"), ("EUR 12.50", "EUR"),
    ("12.50chf", "CHF"), ("12,50 USD", "USD"),
  ])
  func `a price may name its currency`(text: String, currency: String) throws {
    let entry = try entries("name,price\nx,\"\(text)\"\n")[0].get()
    #expect(metadata(entry) == #"{"price":12.50,"currency":"\#(currency)"}"#)
    let agreed = try entries("name,price,currency\nx,\"\(text)\",\(currency)\n")[0].get()
    #expect(try JSON.parse(agreed.metadataJSON)["currency"]?.string == currency)
    guard case .failure(let bad) = try entries("name,price,currency\nx,\"\(text)\",SEK\n")[0] else {
      Issue.record("two currencies were taken")
      return
    }
    #expect("\(bad.reason)".contains(currency) && "\(bad.reason)".contains("SEK"))
  }

  @Test(arguments: [
    ("price", "-1"), ("price", "-0.01"), ("price", "1,299"), ("price", "1.299,00"),
    ("price", "1 299"), ("price", "free"), ("price", "1e3"), ("price", "."), ("price", "5."),
    ("price", "$5"), ("price", "12.50 € €"), ("price", "1.23456"), ("price", "123456789012345"),
    ("price", "NaN"), ("currency", "€"), ("currency", "EURO"), ("currency", "12"),
    ("stock", "-1"), ("stock", "1.5"), ("stock", "many"), ("stock", "2147483648"),
    ("stock", "1e99"),
  ])
  func `what a column does not take is a bad row that names it`(
    column: String, text: String
  ) throws {
    guard case .failure(let bad) = try entries("name,\(column)\nx,\"\(text)\"\n")[0] else {
      Issue.record("\(column) \(text) was taken")
      return
    }
    #expect(bad.column == column && bad.line == 2 && !"\(bad.reason)".isEmpty)
  }

  @Test func `JSON values and members of the metadata are held to the same rules`() throws {
    let good = try entries(
      #"{"name": "x", "metadata": {"price": "9,90 EUR", "stock": null, "size": [1, 2]}}"#)[0].get()
    #expect(metadata(good) == #"{"price":9.90,"size":[1,2],"currency":"EUR"}"#)
    for text in [
      #"{"name": "x", "metadata": {"price": -1}}"#, #"{"name": "x", "price": true}"#,
      #"{"name": "x", "price": [1]}"#, #"{"name": "x", "stock": {}}"#,
      #"{"name": "x", "image": 5}"#, #"{"description": "no name"}"#,
    ] {
      guard case .failure = try entries(text)[0] else {
        Issue.record("taken: \(text)")
        continue
      }
    }
    for text in [
      #"{"name": "x", "duration": 0}"#, #"{"name": "x", "duration": -5}"#,
      #"{"name": "x", "duration": "1h"}"#, #"{"name": "x", "available": "maybe"}"#,
    ] {
      guard case .failure = try entries(text, .services)[0] else {
        Issue.record("taken: \(text)")
        continue
      }
    }
  }

  @Test func `a map names columns of the catalogue where the rows go there`() throws {
    let entry = try entries(
      "Artikel,Preis,Bestand\nBoot,5,2\n", map: "Artikel=title,Preis=price,Bestand=stock")[0].get()
    #expect(metadata(entry) == #"{"price":5,"stock":2}"#)
    #expect(throws: IngestError.self) {
      try entries("Artikel,Preis\nBoot,5\n", .services, map: "Artikel=title,Preis=stock")
    }
    #expect(throws: IngestError.self) {
      var map = try ColumnMap.parse("Preis=price")
      map.catalogue = nil
      try map.checkCatalogue()
    }
    #expect(throws: IngestError.self) { try ColumnMap.parse("a=price,b=price") }
    var map = ColumnMap()
    map.catalogue = .products
    #expect(throws: IngestError.self) { try map.check(against: ["description", "price"]) }
    try map.check(against: ["name"])
  }

  @Test(arguments: ["size", "size 41", ": red", "{\"a\": 1", "[1]"])
  func `attributes that are neither pairs nor an object are refused`(text: String) throws {
    let cell = text.replacing("\"", with: "\"\"")
    guard case .failure(let bad) = try entries("name,attributes\nx,\"\(cell)\"\n")[0] else {
      Issue.record("taken: \(text)")
      return
    }
    #expect(bad.column == "attributes")
  }
}

import Platform

/// The entries of the demo shop, as texts.
enum DemoShop {
  struct Entry {
    var id: String
    var title: String
    var text: String
    var metadata = JSON.object([])
    var collection = "knowledge"
  }

  static let knowledge: [Entry] = {
    let rows = (try? csv(FileSystem.readAll(folder + "/knowledge.csv"))) ?? []
    return rows.dropFirst().map { Entry(id: $0[0], title: $0[3], text: $0[4]) }
  }()

  static let products: [Entry] = {
    let json = (try? JSON.parse(FileSystem.readAll(folder + "/products.json"))) ?? .null
    return (json.array ?? []).map { product in
      Entry(
        id: product["sku"]?.string ?? "", title: product["name"]?.string ?? "",
        text: product["description"]?.string ?? "", metadata: product, collection: "products")
    }
  }()

  static let queries: [(query: String, expected: String)] = {
    let bytes = (try? FileSystem.readAll(folder + "/queries.jsonl")) ?? []
    return bytes.split(separator: 0x0A).compactMap { line in
      guard let json = try? JSON.parse(Array(line)), let query = json["query"]?.string,
        let expected = json["expected"]?.string, json["collection"]?.string == "knowledge"
      else { return nil }
      return (query, expected)
    }
  }()

  private static let folder =
    #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 } + "/Examples/demo"

  private static func csv(_ bytes: [UInt8]) -> [[String]] {
    var rows: [[String]] = [[]]
    var field: [UInt8] = []
    var isQuoted = false
    var before: UInt8 = 0
    for byte in bytes {
      switch byte {
      case 0x22:
        if !isQuoted, before == 0x22, !field.isEmpty { field.append(0x22) }
        isQuoted.toggle()
      case 0x0D: break
      case 0x2C where !isQuoted, 0x0A where !isQuoted:
        rows[rows.count - 1].append(String(decoding: field, as: UTF8.self))
        field = []
        if byte == 0x0A { rows.append([]) }
      default: field.append(byte)
      }
      before = byte
    }
    return rows.filter { $0.count > 5 }
  }
}

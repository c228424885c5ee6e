import Platform

/// What the metadata of a product or a service must be like under the names of columns.
///
/// The entry of a product has its name as the title, its description as the content, its aliases as
/// the keywords; price, currency, stock and image stand in the metadata beside its attributes.
enum CatalogueCheck {
  /// Digits of a price before and after its point.
  private static let priceDigits = (whole: 14, fraction: 4)
  /// Bytes of an image's address.
  private static let imageByteCount = 4000

  /// The first thing that the collection's table would refuse; nil where all is well, or where the
  /// collection has no table of its own.
  ///
  /// - Parameters:
  ///   - draft: Whose metadata is known to be an object.
  ///   - collection: Where it is to go.
  static func violation(_ draft: EntryDraft, in collection: String) -> EntryViolation? {
    let table = EntryTable.holding(collection)
    guard table.collection != nil else { return nil }
    if draft.title.isEmpty { return EntryViolation("title", "is empty; \(collection) have a name") }
    if draft.metadata.isEmpty || draft.metadata == "{}" { return nil }
    guard let metadata = try? JSON.parse(Array(draft.metadata.utf8)) else { return nil }
    for column in table.columns {
      guard let value = metadata[column.name], !value.isNull else { continue }
      if let reason = reason(against: value, as: column.name) {
        return EntryViolation(column.name, reason)
      }
    }
    return nil
  }

  private static func reason(against value: JSON, as column: String) -> String? {
    switch column {
    case "price": price(value)
    case "stock": count(value, from: 0)
    case "duration_minutes": count(value, from: 1)
    case "available": value.bool == nil ? "is \(value.kind), not true or false" : nil
    case "currency":
      isCurrency(value.string) ? nil : "is not a code of three capital letters, such as EUR"
    case "image":
      value.string.map { $0.utf8.count <= imageByteCount } ?? false
        ? nil : "is not a text of at most \(imageByteCount) bytes"
    default: nil
    }
  }

  private static func price(_ value: JSON) -> String? {
    guard let text = value.numberText else { return "is \(value.kind), not a number" }
    if text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
      return "is written with an exponent; write its digits"
    }
    if text.hasPrefix("-") { return "is negative" }
    let parts = text.split(separator: ".", maxSplits: 1)
    if parts[0].utf8.count > priceDigits.whole {
      return "has more than \(priceDigits.whole) digits before the point"
    }
    if parts.count == 2, parts[1].utf8.count > priceDigits.fraction {
      return "has more than \(priceDigits.fraction) digits behind the point"
    }
    return nil
  }

  private static func count(_ value: JSON, from lowest: Int32) -> String? {
    guard value.numberText != nil else { return "is \(value.kind), not a number" }
    guard let number = value.int, number <= Int(Int32.max) else {
      return "is not a whole number up to \(Int32.max)"
    }
    if number < 0 { return "is negative" }
    return number < Int(lowest) ? "is less than \(lowest)" : nil
  }

  private static func isCurrency(_ text: String?) -> Bool {
    guard let text else { return false }
    let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
    return text.isEmpty || (text.utf8.count == 3 && text.utf8.allSatisfy(capitals.contains))
  }
}

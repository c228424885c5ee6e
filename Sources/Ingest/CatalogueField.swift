import Platform

/// A collection whose entries have columns of their own beside those of every entry.
public enum CatalogueKind: String, Sendable, CaseIterable {
  /// Things to buy.
  case products
  /// Things to book.
  case services

  /// Its columns.
  public var fields: [CatalogueField] {
    switch self {
    case .products: [.price, .currency, .stock, .image]
    case .services: [.price, .currency, .available, .durationMinutes, .image]
    }
  }
}

/// A column of products or services. Entries carry it in their metadata, under its name.
public enum CatalogueField: String, Sendable, CaseIterable {
  /// A decimal number, 0 or more, with at most four digits behind its point.
  case price
  /// ISO 4217: three capital letters.
  case currency
  /// How many there are: a whole number, 0 or more.
  case stock
  /// Whether it can be had at present.
  case available
  /// A whole number of minutes, 1 or more.
  case durationMinutes = "duration_minutes"
  /// The address of a picture.
  case image

  /// Column names that mean the field, best first, compared as those of ``EntryField``.
  public var synonyms: [String] {
    switch self {
    case .price: ["price", "unit_price", "list_price"]
    case .currency: ["currency", "price_currency"]
    case .stock: ["stock", "quantity", "qty", "inventory", "in_stock"]
    case .available: ["available", "availability", "is_available", "bookable"]
    case .durationMinutes: ["duration_minutes", "duration", "minutes"]
    case .image: ["image", "image_url", "picture", "photo"]
    }
  }

  /// A field by its own name or one of its synonyms.
  init?(named name: String) {
    guard let found = Self.bySynonym[EntryField.plain(name)] else { return nil }
    self = found.field
  }

  static let bySynonym: [String: (field: CatalogueField, rank: Int)] = {
    var table: [String: (CatalogueField, Int)] = [:]
    for field in allCases {
      for (rank, name) in field.synonyms.enumerated() {
        table[EntryField.plain(name)] = (field, rank)
      }
    }
    return table
  }()

  /// A value of an input as the column takes it.
  struct Value {
    /// Nil: the input says nothing.
    var json: JSON?
    /// The currency that a price names itself: `12.50 EUR`, `€ 12`.
    var currency: String?
  }

  /// Why a value does not fit, to be read after the column's name.
  struct Problem: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  /// Brings a value into the column's form.
  func value(_ given: JSON) throws(Problem) -> Value {
    if case .null = given { return Value() }
    if case .string(let text) = given, text.trimmed.isEmpty { return Value() }
    switch self {
    case .price: return try Self.price(given)
    case .currency: return Value(json: .string(try Self.currency(given)))
    case .stock: return Value(json: try Self.count(given, from: 0))
    case .durationMinutes: return Value(json: try Self.count(given, from: 1))
    case .available: return Value(json: .bool(try Self.flag(given)))
    case .image:
      guard case .string(let text) = given else {
        throw Problem("a JSON \(given.kind), where an address is expected")
      }
      return Value(json: .string(text.trimmed))
    }
  }

  // MARK: Values

  private static func text(_ given: JSON) throws(Problem) -> String {
    switch given {
    case .string(let text): return text.trimmed
    case .number(let text): return text
    default: throw Problem("a JSON \(given.kind), where a number is expected")
    }
  }

  /// A number with a point or a comma, alone or beside a currency: `12`, `12,50`, `EUR 12.50`,
  /// `12.50 €`. One comma with three digits behind it may mean thousands, and is refused.
  private static func price(_ given: JSON) throws(Problem) -> Value {
    var text = try text(given)
    var found: String?
    for (sign, code) in [("€", "EUR"), ("£", "GBP")] where text.contains(sign) {
      found = code
      text = text.replacing(sign, with: "", maxReplacements: 1).trimmed
    }
    if found == nil, case .string = given {
      for code in [text.prefix(3), text.suffix(3)] where code.utf8.allSatisfy(isLetter) {
        found = try currency(.string(String(code)))
        text =
          (code.startIndex == text.startIndex ? text.dropFirst(3) : text.dropLast(3))
          .description.trimmed
        break
      }
    }
    if text.hasPrefix("-") { throw Problem("is negative") }
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
    guard (1...2).contains(parts.count), parts.allSatisfy({ isDigits($0) }) else {
      throw Problem("is no price; write a number such as 12.50, without spaces for thousands")
    }
    if parts.count == 2, parts[1].utf8.count == 3, text.contains(",") {
      throw Problem("may mean thousands or thousandths; write a point before decimals, or neither")
    }
    var whole = parts[0].drop { $0 == "0" }
    if whole.isEmpty { whole = "0" }
    guard whole.utf8.count <= 14 else { throw Problem("has more than 14 digits before the point") }
    guard parts.count == 1 || parts[1].utf8.count <= 4 else {
      throw Problem("has more than four digits behind the point")
    }
    return Value(
      json: .number(parts.count == 2 ? "\(whole).\(parts[1])" : String(whole)), currency: found)
  }

  private static func currency(_ given: JSON) throws(Problem) -> String {
    guard case .string(let text) = given, text.trimmed.utf8.count == 3,
      text.trimmed.utf8.allSatisfy(isLetter)
    else { throw Problem("must be a code of three letters such as EUR") }
    return text.trimmed.uppercased()
  }

  private static func count(_ given: JSON, from lowest: Int32) throws(Problem) -> JSON {
    let text = try text(given)
    if text.hasPrefix("-"), Double(text) != nil { throw Problem("is negative") }
    guard let number = Int32(text) ?? Double(text).flatMap(Int32.init(exactly:)) else {
      throw Problem("must be a whole number up to \(Int32.max)")
    }
    guard number >= lowest else { throw Problem("must be \(lowest) or more") }
    return .integer(number)
  }

  private static func flag(_ given: JSON) throws(Problem) -> Bool {
    if case .bool(let flag) = given { return flag }
    switch try text(given).lowercased() {
    case "true", "t", "1", "yes", "y", "available", "on": return true
    case "false", "f", "0", "no", "n", "unavailable", "off": return false
    default: throw Problem("must be true, yes or 1, false, no or 0, or empty")
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  private static func isDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}

import Platform

/// Makes entries of rows by a ``ColumnMap``.
///
/// It remembers where each column name goes, so one mapper serves a whole input.
public struct EntryMapper: Sendable {
  private static let rememberedNames = 4_096

  /// The map that it follows.
  public let map: ColumnMap
  /// Whether a row so far had a member for the title or the content.
  public private(set) var hasSeenText = false
  private var remembered: [ByteText: (target: ColumnMap.Target, rank: Int)] = [:]

  /// - Parameter map: Where the columns go.
  public init(map: ColumnMap) { self.map = map }

  /// The entry that a row stands for.
  ///
  /// - Throws: ``BadRow`` with ``BadRow/Reason/fields(_:)``, every fault of the row in it.
  public mutating func entry(from row: SourceRow) throws(BadRow) -> MappedEntry {
    var draft = EntryDraft(isText: row.isText, map)
    var chosen: [String: (rank: Int, index: Int)] = [:]
    var targets: [ColumnMap.Target] = []
    targets.reserveCapacity(row.fields.count)
    for (index, field) in row.fields.enumerated() {
      var (target, rank) = target(of: field.name)
      if let name = target.slot, rank >= 0 {
        if target == .field(.externalID) && !map.keyColumns.isEmpty {
          target = .metadata(key: field.name)
        } else if let earlier = chosen[name] {
          // Of several columns that mean one field, the best known name gives it.
          if rank < earlier.rank {
            targets[earlier.index] = .metadata(key: row.fields[earlier.index].name)
            chosen[name] = (rank, index)
          } else {
            target = .metadata(key: field.name)
          }
        } else {
          chosen[name] = (rank, index)
        }
      } else if let name = target.slot {
        if let earlier = chosen[name], earlier.rank >= 0 {
          targets[earlier.index] = .metadata(key: row.fields[earlier.index].name)
        }
        chosen[name] = (rank, index)
      }
      targets.append(target)
    }
    hasSeenText =
      hasSeenText || chosen[EntryField.title.rawValue] != nil
      || (chosen[EntryField.content.rawValue] != nil && map.catalogue == nil)
    for (field, target) in zip(row.fields, targets) {
      switch target {
      case .ignored: break
      case .metadata(let key): draft.addMetadata(key, field.value)
      case .field(let name): draft.set(name, field.value, column: field.name)
      case .catalogue(let name): draft.set(name, field.value, column: field.name)
      }
    }
    if !map.keyColumns.isEmpty { draft.setKey(map.keyColumns, of: row) }
    return try draft.finished(row, defaultType: map.defaultType)
  }

  private mutating func target(of column: String) -> (ColumnMap.Target, Int) {
    let name = ByteText(column)
    if let known = remembered[name] { return (known.target, known.rank) }
    let found = map.target(of: column)
    if remembered.count < Self.rememberedNames { remembered[name] = found }
    return (found.target, found.rank)
  }
}

/// An entry while its fields arrive, and what is wrong with them.
private struct EntryDraft {
  private static let externalIDByteLimit = 1_024
  private static let wordCountLimit = 1_000

  private let isText: Bool
  private let infersTypes: Bool
  private let catalogue: CatalogueKind?
  /// The columns of the input that gave fields of the catalogue.
  private var catalogueColumns: [CatalogueField: String] = [:]
  private var entry = MappedEntry(
    externalID: nil, entryType: "", title: "", content: "", metadataJSON: [], keywords: [],
    tags: [], category: "", priority: 0, language: "", isActive: true)
  private var metadata: [(key: String, value: JSON)] = []
  private var metadataKeys: Set<ByteText> = []
  private var faults: [FieldFault] = []

  init(isText: Bool, _ map: ColumnMap) {
    self.isText = isText
    infersTypes = map.infersTypes
    catalogue = map.catalogue
  }

  /// Keeps a value for a field of the catalogue as it stands; ``finished(_:defaultType:)`` looks at
  /// it, for the metadata may bring one too.
  mutating func set(_ field: CatalogueField, _ value: JSON, column: String) {
    catalogueColumns[field] = column
    setMetadata(field.rawValue, value)
  }

  mutating func set(_ field: EntryField, _ value: JSON, column: String) {
    do throws(Problem) {
      switch field {
      case .externalID:
        let text = try Self.line(value)
        guard text.utf8.count <= Self.externalIDByteLimit else {
          throw Problem("longer than \(Self.externalIDByteLimit) bytes")
        }
        entry.externalID = text.isEmpty ? nil : text
      case .entryType: entry.entryType = try Self.line(value)
      case .title: entry.title = try Self.line(value)
      case .content:
        let text = try Self.text(value)
        entry.content += entry.content.isEmpty || text.isEmpty ? text : "\n" + text
      case .metadata: try mergeMetadata(value)
      case .keywords: try Self.add(Self.words(value), to: &entry.keywords)
      case .tags: try Self.add(Self.words(value), to: &entry.tags)
      case .category: entry.category = try Self.line(value)
      case .priority: entry.priority = try Self.priority(value)
      case .language: entry.language = try Self.language(value)
      case .isActive: entry.isActive = try Self.flag(value)
      }
    } catch {
      faults.append(FieldFault(column: column, field: field.rawValue, problem: error.text))
    }
  }

  mutating func addMetadata(_ key: String, _ value: JSON) {
    var value = value
    if isText, case .string(let text) = value {
      // An empty cell says nothing.
      if text.isEmpty { return }
      if infersTypes { value = Self.inferred(text) }
    }
    setMetadata(key, value)
  }

  /// Sets a key; of several values the last stands.
  private mutating func setMetadata(_ key: String, _ value: JSON) {
    let name = ByteText(key)
    if !metadataKeys.insert(name).inserted { metadata.removeAll { ByteText($0.key) == name } }
    metadata.append((key, value))
  }

  mutating func setKey(_ columns: [String], of row: SourceRow) {
    var parts: [String] = []
    for column in columns {
      do throws(Problem) {
        let text = try Self.line(row[column] ?? .null)
        guard !text.isEmpty else { throw Problem("the key column is empty or missing") }
        parts.append(columns.count == 1 ? text : Self.escaped(text))
      } catch {
        faults.append(
          FieldFault(
            column: column, field: EntryField.externalID.rawValue, problem: error.text))
      }
    }
    entry.externalID = parts.joined(separator: ":")
  }

  consuming func finished(_ row: SourceRow, defaultType: String) throws(BadRow) -> MappedEntry {
    if catalogue != nil && entry.title.isEmpty {
      faults.append(FieldFault(column: "", field: "title", problem: "the row has no name"))
    } else if entry.title.isEmpty && entry.content.isEmpty {
      faults.append(
        FieldFault(column: "", field: "content", problem: "the row has neither title nor content"))
    }
    checkCatalogue()
    if !faults.isEmpty {
      let column = faults.first { !$0.column.isEmpty }?.column
      throw row.rejected(column: column, .fields(faults))
    }
    if entry.entryType.isEmpty { entry.entryType = defaultType }
    entry.metadataJSON = JSON.object(metadata).serialized()
    return entry
  }

  /// Brings what the catalogue has columns for into their form.
  private mutating func checkCatalogue() {
    var named: (currency: String, column: String)?
    for field in catalogue?.fields ?? [] {
      guard let place = metadata.firstIndex(where: { ByteText($0.key) == ByteText(field.rawValue) })
      else { continue }
      let column = catalogueColumns[field] ?? field.rawValue
      do throws(CatalogueField.Problem) {
        let value = try field.value(metadata[place].value)
        if let json = value.json {
          metadata[place].value = json
        } else {
          metadata.remove(at: place)
          metadataKeys.remove(ByteText(field.rawValue))
        }
        if let currency = value.currency { named = (currency, column) }
      } catch {
        faults.append(FieldFault(column: column, field: field.rawValue, problem: error.text))
      }
    }
    guard let named else { return }
    let key = CatalogueField.currency.rawValue
    guard let said = metadata.first(where: { ByteText($0.key) == ByteText(key) })?.value.string
    else { return setMetadata(key, .string(named.currency)) }
    if said != named.currency {
      faults.append(
        FieldFault(
          column: named.column, field: key,
          problem: "names \(named.currency), and the row's currency is \(said)"))
    }
  }

  // MARK: Values

  private struct Problem: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  /// One value as text: strings, and numbers by their text.
  private static func text(_ value: JSON) throws(Problem) -> String {
    switch value {
    case .string(let text): return text.trimmed
    case .number(let text): return text
    case .null: return ""
    case .array(let elements):
      var lines: [String] = []
      for element in elements {
        guard case .string(let line) = element else {
          throw Problem("a list must hold only text")
        }
        lines.append(line.trimmed)
      }
      return lines.joined(separator: "\n")
    case .bool, .object: throw Problem("a JSON \(value.kind), where text is expected")
    }
  }

  /// Text that must not be a list.
  private static func line(_ value: JSON) throws(Problem) -> String {
    if case .array = value { throw Problem("a JSON array, where text is expected") }
    return try text(value)
  }

  /// A JSON array of texts, or one text divided by semicolons, bars or commas, whichever of them
  /// comes first in this order.
  private static func words(_ value: JSON) throws(Problem) -> [String] {
    var list: [String] = []
    switch value {
    case .array(let elements):
      for element in elements { list.append(try line(element)) }
    default:
      let whole = try line(value)
      if whole.hasPrefix("["), let parsed = try? JSON.parse(whole), case .array = parsed {
        return try words(parsed)
      }
      let divider = [UInt8](";|,".utf8).first { whole.utf8.contains($0) } ?? UInt8(ascii: ",")
      list = whole.utf8.split(separator: divider).map { String(Substring($0)).trimmed }
    }
    return list.filter { !$0.isEmpty }
  }

  private static func add(_ words: [String], to list: inout [String]) throws(Problem) {
    var seen = Set(list.map(ByteText.init(_:)))
    for word in words where seen.insert(ByteText(word)).inserted { list.append(word) }
    guard list.count <= wordCountLimit else { throw Problem("more than \(wordCountLimit) words") }
  }

  private static func priority(_ value: JSON) throws(Problem) -> Int32 {
    let text = try line(value)
    if text.isEmpty { return 0 }
    if let number = Int32(text) { return number }
    if let number = Double(text), let whole = Int32(exactly: number) { return whole }
    throw Problem("must be an integer within ±2147483647")
  }

  private static func language(_ value: JSON) throws(Problem) -> String {
    let text = try line(value)
    if text.isEmpty { return "" }
    let parts = text.split(
      separator: text.contains("_") ? "_" : "-", omittingEmptySubsequences: false)
    let isTag =
      (2...3).contains(parts[0].utf8.count) && parts[0].utf8.allSatisfy(isLetter)
      && parts.dropFirst().allSatisfy { part in
        (2...8).contains(part.utf8.count)
          && part.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
      }
    guard isTag else { throw Problem("must be a language tag such as en or pt-BR") }
    return ([parts[0].lowercased()] + parts.dropFirst().map(String.init)).joined(separator: "-")
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  private static func flag(_ value: JSON) throws(Problem) -> Bool {
    if case .bool(let flag) = value { return flag }
    switch try line(value).lowercased() {
    case "", "true", "t", "1", "yes", "y", "active", "enabled", "published", "on": return true
    case "false", "f", "0", "no", "n", "inactive", "disabled", "draft", "off": return false
    default:
      throw Problem(
        "must be true, yes or 1, false, no or 0, or empty; if it is no such flag, map another "
          + "column to active, or this one to - (left out)")
    }
  }

  private mutating func mergeMetadata(_ value: JSON) throws(Problem) {
    switch value {
    case .null: return
    case .object(let members):
      for member in members { setMetadata(member.key, member.value) }
    case .string(let text) where isText:
      if text.trimmed.isEmpty { return }
      if catalogue != nil, !text.trimmed.hasPrefix("{") { return try mergePairs(text) }
      let parsed: JSON
      do {
        parsed = try JSON.parse(text)
      } catch { throw Problem("no valid JSON: \(error)") }
      guard case .object = parsed else {
        throw Problem("a JSON \(parsed.kind), where an object is expected")
      }
      guard !parsed.holdsNul else { throw Problem("holds U+0000, which cannot be stored") }
      try mergeMetadata(parsed)
    default: throw Problem("a JSON \(value.kind), where an object is expected")
    }
  }

  /// `colour: red; size: 41`, or with = and |.
  private mutating func mergePairs(_ text: String) throws(Problem) {
    let divider: UInt8 = text.utf8.contains(0x3B) ? 0x3B : 0x7C
    for pair in text.utf8.split(separator: divider) {
      let whole = String(Substring(pair)).trimmed
      if whole.isEmpty { continue }
      let parts = whole.split(maxSplits: 1) { $0 == ":" || $0 == "=" }
        .map { String($0).trimmed }
      guard parts.count == 2, !parts[0].isEmpty else {
        throw Problem("holds neither a JSON object nor pairs such as colour: red; size: 41")
      }
      setMetadata(parts[0], infersTypes ? Self.inferred(parts[1]) : .string(parts[1]))
    }
  }

  /// What a text cell means: a plain decimal number without leading zeros and of at most 15
  /// digits, a Boolean, or the text. Codes (`007`, `+49…`, `1e5`) stay text.
  private static func inferred(_ text: String) -> JSON {
    if text == "true" || text == "false" { return .bool(text == "true") }
    let bytes = text.utf8
    guard bytes.count <= 17, let first = bytes.first,
      first == 0x2D || (0x30...0x39).contains(first),
      bytes.count(where: { (0x30...0x39).contains($0) }) <= 15,
      bytes.allSatisfy({ $0 == 0x2D || $0 == 0x2E || (0x30...0x39).contains($0) }),
      let value = try? JSON.parse(text), case .number = value
    else { return .string(text) }
    return value
  }

  /// A part of a composite key: the separator and the escape itself are escaped.
  private static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte == UInt8(ascii: ":") || byte == 0x5C { bytes.append(0x5C) }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

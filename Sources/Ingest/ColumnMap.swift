import Platform

/// Which column of the input fills which field of an entry.
///
/// What the map does not name goes by the synonyms of ``EntryField``, and what they do not know
/// becomes metadata under the column's name.
public struct ColumnMap: Sendable, Equatable {
  /// Where a column's values go.
  public enum Target: Sendable, Equatable {
    /// Into a field of the entry.
    case field(EntryField)
    /// Into a column of products or services.
    case catalogue(CatalogueField)
    /// Into the metadata, under a key.
    case metadata(key: String)
    /// Nowhere.
    case ignored

    /// What only one column can give, by its name.
    var slot: String? {
      switch self {
      case .field(let field): field.rawValue
      case .catalogue(let field): field.rawValue
      case .metadata, .ignored: nil
      }
    }
  }

  /// What was said about columns, by their exact names.
  public var targets: [ByteText: Target]
  /// Columns whose values together make the external id; empty uses the external id's column.
  public var keyColumns: [String]
  /// The type of entries whose rows name none.
  public var defaultType: String
  /// Whether metadata from text cells becomes numbers and Booleans where it reads as such.
  public var infersTypes: Bool
  /// Where the rows go, where that has columns of its own.
  public var catalogue: CatalogueKind?

  /// - Parameters:
  ///   - targets: Columns that do not go by their names.
  ///   - keyColumns: Columns that make the external id.
  ///   - defaultType: The type of entries whose rows name none.
  ///   - infersTypes: Whether `12.50` in an unmapped text cell becomes a number.
  ///   - catalogue: Where the rows go, where that has columns of its own.
  public init(
    targets: [ByteText: Target] = [:], keyColumns: [String] = [], defaultType: String = "faq",
    infersTypes: Bool = true, catalogue: CatalogueKind? = nil
  ) {
    self.catalogue = catalogue
    self.targets = targets
    self.keyColumns = keyColumns
    self.defaultType = defaultType
    self.infersTypes = infersTypes
  }

  /// Reads the argument of `--map`: `column=field,column=field`, or the path of a JSON file.
  ///
  /// A field is a name or synonym of ``EntryField``, `metadata.KEY`, or `-` to leave the column
  /// out. The file is an object: `{"columns": {"Frage": "title"}, "key": ["shop", "nr"],
  /// "type": "faq", "infer_types": true}`, all members optional; or just the columns.
  /// - Throws: ``IngestError/badColumnMap(detail:)`` or ``IngestError/system(_:)``.
  public static func resolve(_ argument: String) throws(IngestError) -> ColumnMap {
    if argument.contains("="), !FileSystem.exists(argument) { return try parse(argument) }
    do {
      return try parse(file: try FileSystem.readAll(argument, limit: 1 << 20))
    } catch let error as SystemError {
      throw IngestError(error)
    } catch let error as IngestError {
      throw error
    } catch {
      throw .badColumnMap(detail: "\(error)")
    }
  }

  /// Reads `column=field,column=field`.
  public static func parse(_ text: String) throws(IngestError) -> ColumnMap {
    var map = ColumnMap()
    for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let equals = pair.lastIndex(of: "="), equals != pair.startIndex else {
        throw .badColumnMap(detail: "\"\(pair)\" is not column=field")
      }
      try map.add(
        String(pair[..<equals]).trimmed, String(pair[pair.index(after: equals)...]).trimmed)
    }
    try map.check()
    return map
  }

  /// Reads the content of a map file.
  public static func parse(file bytes: [UInt8]) throws(IngestError) -> ColumnMap {
    let value: JSON
    do { value = try JSON.parse(bytes) } catch { throw .badColumnMap(detail: error.description) }
    guard let members = value.object else {
      throw .badColumnMap(detail: "the file holds no JSON object")
    }
    var map = ColumnMap()
    let isPlain = members.allSatisfy { $0.value.string != nil && $0.key != "type" }
    let columns = isPlain ? members : value["columns"]?.object ?? []
    for column in columns {
      guard let target = column.value.string else {
        throw .badColumnMap(detail: "column \"\(column.key)\" is mapped to no string")
      }
      try map.add(column.key, target)
    }
    for member in isPlain ? [] : members {
      switch (member.key, member.value) {
      case ("columns", .object): break
      case ("key", .string(let name)): map.keyColumns = [name]
      case ("key", .array(let names)) where names.allSatisfy({ $0.string != nil }):
        map.keyColumns = names.compactMap(\.string)
      case ("type", .string(let name)): map.defaultType = name
      case ("infer_types", .bool(let flag)): map.infersTypes = flag
      default:
        throw .badColumnMap(
          detail: "\"\(member.key)\" is none of columns, key, type and infer_types, "
            + "or has the wrong kind of value")
      }
    }
    try map.check()
    return map
  }

  /// Checks that an input with a header has the columns that the map names, and one that gives
  /// entries their text.
  ///
  /// - Throws: ``IngestError/unknownColumn(name:available:)``,
  ///   ``IngestError/noTextColumn(available:)`` or ``IngestError/rejectFile``.
  public func check(against columns: [String]) throws(IngestError) {
    guard columns != RejectWriter.columns else { throw .rejectFile }
    let known = Set(columns.map(ByteText.init(_:)))
    for name in targets.keys.sorted() + keyColumns.map(ByteText.init(_:))
    where !known.contains(name) {
      throw .unknownColumn(name: name.text, available: columns)
    }
    guard columns.contains(where: givesText) else { throw .noTextColumn(available: columns) }
  }

  /// Whether the column fills the title or the content.
  private func givesText(_ column: String) -> Bool {
    let target = target(of: column).target
    return target == .field(.title) || (target == .field(.content) && catalogue == nil)
  }

  /// Checks that the map names only columns that rows of ``catalogue`` have.
  ///
  /// - Throws: ``IngestError/badColumnMap(detail:)``.
  public func checkCatalogue() throws(IngestError) {
    for case .catalogue(let field) in targets.values
    where !(catalogue?.fields.contains(field) ?? false) {
      let owners = CatalogueKind.allCases.filter { $0.fields.contains(field) }.map(\.rawValue)
      throw .badColumnMap(
        detail: "\(field.rawValue) is a column of \(owners.joined(separator: " and ")); "
          + "import into that collection, or map to metadata.\(field.rawValue)")
    }
  }

  /// Where the value of `column` goes by the map or, at its rank, by its name.
  func target(of column: String) -> (target: Target, rank: Int) {
    let name = ByteText(column)
    if let said = targets[name] { return (said, -1) }
    if column == EntryField.systemMember { return (.ignored, 0) }
    let known = EntryField.bySynonym[EntryField.plain(column)]
    // The only key column is the external id; a part of a key stands nowhere else, and is kept.
    if keyColumns.map(ByteText.init(_:)) == [name], known?.field ?? .externalID == .externalID {
      return (.ignored, 0)
    }
    if let catalogue {
      let plain = EntryField.plain(column)
      if let own = CatalogueField.bySynonym[plain], catalogue.fields.contains(own.field) {
        return (.catalogue(own.field), own.rank)
      }
      if plain == "attributes" { return (.field(.metadata), 2) }
    }
    if let known {
      return (.field(known.field), known.rank)
    }
    return (.metadata(key: column), 0)
  }

  private mutating func add(_ column: String, _ target: String) throws(IngestError) {
    let name = ByteText(column)
    guard targets[name] == nil else {
      throw .badColumnMap(detail: "column \"\(column)\" is mapped twice")
    }
    if target == "-" || target.isEmpty {
      targets[name] = .ignored
    } else if target.hasPrefix("metadata."), target.utf8.count > "metadata.".utf8.count {
      targets[name] = .metadata(key: String(target.dropFirst("metadata.".count)))
    } else if let field = EntryField(named: target) {
      targets[name] = .field(field)
    } else if let field = CatalogueField(named: target) {
      targets[name] = .catalogue(field)
    } else {
      let names = (EntryField.allCases.map(\.rawValue) + CatalogueField.allCases.map(\.rawValue))
        .joined(separator: ", ")
      throw .badColumnMap(
        detail: "\"\(target)\" is no field; fields are \(names), metadata.KEY and - for none")
    }
  }

  private func check() throws(IngestError) {
    let single =
      EntryField.allCases.filter { !$0.takesSeveral }.map(Target.field)
      + CatalogueField.allCases.map(Target.catalogue)
    for target in single {
      let columns = targets.filter { $0.value == target }.keys.sorted().map(\.text)
      if columns.count > 1 {
        throw .badColumnMap(
          detail: "\(columns.joined(separator: " and ")) are both mapped to \(target.slot ?? "")")
      }
    }
  }
}

/// A table whose rows are entries of one collection or of many, for writing. Reading goes through
/// the SQL function `knowledge_rows`, which gives the rows of all of them in the form of entries.
struct EntryTable: Sendable {
  /// A column and what it is set to: an expression over a staged row `s` in the form of an entry.
  typealias Column = (name: String, staged: String)

  /// Its name.
  let name: String
  /// The column of the id; the primary key is the business and this.
  let id: String
  /// The one collection that it is; nil where each row names its own.
  let collection: String?
  /// The columns that a draft sets, besides keys and external id; `s.identity` is the row's id.
  let columns: [Column]

  /// The table that holds a collection's rows.
  static func holding(_ collection: String) -> EntryTable {
    catalogue.first { $0.collection == collection } ?? entries
  }

  /// The condition that a row belongs to the collection `$2`.
  ///
  /// - Parameter alias: The table's, where it has one.
  func isCollection(_ alias: String) -> String {
    collection.map { "'\($0)' = $2::text" } ?? "\(alias)collection = $2"
  }

  /// The same without an alias.
  var isCollection: String { isCollection("") }

  /// Everything that is not in a table of its own.
  static let entries = EntryTable(
    name: "knowledge_entries", id: "entry_id", collection: nil,
    columns: [
      "entry_type", "title", "content", "metadata", "keywords", "tags", "category", "priority",
      "language", "is_active",
    ].map { ($0, "s.\($0)") })

  /// Which table a row of `knowledge_rows` is of, as `knowledge_embeddings.source` says it: an id
  /// is unique within its table only.
  ///
  /// - Parameter collection: An expression, the row's collection.
  static func source(of collection: String) -> String {
    """
    case when \(collection) in (\(catalogueCollections)) then \(collection) \
    else '\(entries.name)' end
    """
  }

  /// The tables that are a collection each.
  static let catalogue = [products, services]

  /// Their collections as a list for SQL.
  static let catalogueCollections =
    catalogue.compactMap(\.collection).map { "'\($0)'" }.joined(separator: ", ")

  private static let products = table(
    "products", id: "product_id", typed: [stock, price, currency, image])
  private static let services = table(
    "services", id: "service_id", typed: [available, duration, price, currency, image])

  private static let price: Column = ("price", "(s.metadata ->> 'price')::numeric")
  private static let currency: Column = ("currency", "coalesce(s.metadata ->> 'currency', '')")
  private static let image: Column = ("image", "coalesce(s.metadata ->> 'image', '')")
  private static let stock: Column = ("stock", "(s.metadata ->> 'stock')::integer")
  private static let available: Column = (
    "available", "coalesce((s.metadata ->> 'available')::boolean, true)"
  )
  private static let duration: Column = (
    "duration_minutes", "(s.metadata ->> 'duration_minutes')::integer"
  )

  /// - Parameter typed: Columns that stand in an entry's metadata under their names.
  private static func table(_ name: String, id: String, typed: [Column]) -> EntryTable {
    let names = typed.map { "'\($0.name)'" }.joined(separator: ", ")
    let attributes = "(s.metadata - array[\(names)])"
    return EntryTable(
      name: name, id: id, collection: name,
      columns: [
        ("name", "s.title"),
        (
          "description",
          """
          knowledge_description(s.content, knowledge_attribute_text(\(attributes)), (
            select k.attribute_text from \(name) k
            where k.business_id = $1 and k.\(id) = s.identity))
          """
        ), ("aliases", "s.keywords"), ("tags", "s.tags"), ("category", "s.category"),
        ("priority", "s.priority"), ("language", "s.language"), ("is_active", "s.is_active"),
        ("attributes", attributes),
      ] + typed)
  }
}

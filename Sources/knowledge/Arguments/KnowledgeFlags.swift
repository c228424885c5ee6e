import CommandInterface

extension CommonFlags {
  static let minPosition = Flag(
    "min-position", .text("POSITION"),
    "answer from a state that holds all that an earlier answer reflected")
  static let collection = Flag(
    "collection", .text("NAME"), "the collection", environment: "KNOWLEDGE_COLLECTION",
    fallback: "knowledge")

  /// Which entries.
  static let filter = FlagGroup(
    "Filter (all conditions hold; of values with commas between them any one)",
    [
      Flag("category", .list("NAMES"), "category"),
      Flag("type", .list("NAMES"), "entry type, such as faq"),
      Flag("keyword", .list("WORDS"), "keyword or tag"),
      Flag("language", .list("CODES"), "language, such as en"),
      Flag("active", .choice(["true", "false", "any"]), "active entries, inactive ones, or both"),
      Flag("priority", .text("LOW..HIGH"), "priority within bounds, such as 8..9, 8.. or ..9"),
      Flag("created", .text("FROM..TO"), "created between dates (2026-01-31 or with T12:00:00Z)"),
      Flag("updated", .text("FROM..TO"), "changed between dates"),
      Flag(
        "where", .repeated("CONDITION"),
        "metadata: KEY=VALUE,VALUE, KEY!=VALUE, KEY>=NUMBER (>, <, <=), KEY=LOW..HIGH, KEY (is there) "
          + "or !KEY; a.b is b inside a; of an array one value is enough; several must all hold"),
    ])
}

/// Flags that several commands share.
enum CommonFlags {
  static let data = Flag(
    "data", .directory("DIR"), "data directory of the service", environment: "KNOWLEDGE_DATA",
    fallback:
      "/var/lib/knowledge for root, else $XDG_DATA_HOME/knowledge or ~/.local/share/knowledge")
  static let database = Flag(
    "database", .text("URL"), "Postgres to use instead of a private one in the data directory",
    environment: "KNOWLEDGE_DATABASE")
  static let business = Flag(
    "business", .text("NAME|UUID"), "the business whose knowledge it is",
    environment: "KNOWLEDGE_BUSINESS")
  static let json = Flag("json", .none, "print JSON for machines; errors too")
  static let minPosition = Flag(
    "min-position", .text("POSITION"),
    "answer from a state that holds all that an earlier answer reflected")
  static let collection = Flag(
    "collection", .text("NAME"), "the collection", environment: "KNOWLEDGE_COLLECTION",
    fallback: "knowledge")

  /// How to reach the service.
  static let service = FlagGroup(
    "Service",
    [
      data,
      Flag(
        "socket", .file("PATH"), "Unix socket of the service", fallback: "knowledge.sock in --data"),
      Flag("host", .text("HOST:PORT"), "reach the service by TCP instead"),
      Flag(
        "tls", .text("FILE|system"),
        "speak TLS with --host, trusting the authorities of a PEM file or of the system"),
      Flag(
        "api-key", .text("KEY"),
        "key of the business or operator; @FILE names a file that holds the bare key",
        environment: "KNOWLEDGE_API_KEY"),
      Flag(
        "timeout", .number("SECONDS", upTo: 86_400), "longest wait for an answer", fallback: "30"),
    ])

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
